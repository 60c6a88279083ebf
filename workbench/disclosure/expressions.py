"""What may be written over rows: a small typed language in which nothing can fail on a value.

Whatever an analyst writes is read into a Dim or a condition and written anew, so that no text of a
statement reaches the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.conditions import CHOICES, CONDITIONS
from workbench.disclosure.dimensions import DIMENSIONS
from workbench.disclosure.literals import Dim, literal
from workbench.disclosure.scope import Rows, nearly_unique


@dataclass(frozen=True)
class Reader:
    """Reads expressions over ``rows``. All raise Refusal."""

    rows: Rows

    def dimension(self, node: exp.Expr) -> Dim:
        """``node`` as something to group by."""
        found = self.value(node)
        self.not_raw(found)
        return found

    def not_raw(self, dim: Dim) -> None:
        """Refuse a dimension that still shows a column of nearly unique values."""
        for column in dim.raw:
            if nearly_unique(column, self.rows):
                raise refusals.near_unique(column.name, self.rows.k)

    def value(self, node: exp.Expr) -> Dim:
        """``node`` as a Dim, nearly unique or not."""
        given = literal(node)
        if given is not None:
            return given
        read = _VALUES.get(type(node))
        if read is None:
            raise _unknown(node)
        return read(node, self)

    def condition(self, node: exp.Expr) -> str:
        """``node`` as a condition, in SQL."""
        read = CONDITIONS.get(type(node))
        if read is not None:
            return read(node, self)
        found = self.dimension(node)
        if found.family is not Family.boolean:
            raise refusals.wrong_type("条件应为真或假。", "A condition is true or false.")
        return found.sql


_VALUES: Mapping[type[exp.Expr], Callable[[Any, Reader], Dim]] = {**CHOICES, **DIMENSIONS}


def _unknown(node: exp.Expr) -> refusals.Refusal:
    if isinstance(node, exp.AggFunc):
        return refusals.not_in_grammar(f"{node.sql_name()} inside another expression")
    if isinstance(node, (exp.Subquery, exp.Select, exp.Exists)):
        return refusals.grammar(
            "条件里不能用子查询（含 EXISTS、IN (SELECT …)）。",
            "A condition takes no subquery (nor EXISTS, nor IN (SELECT ...)).",
            "请改用 JOIN。",
            "Use a join.",
        )
    if isinstance(node, exp.Func):
        return refusals.unknown_function(refusals.function_name(node), FUNCTIONS)
    return refusals.not_in_grammar(type(node).__name__)


FUNCTIONS = (
    "upper", "lower", "trim", "left", "right", "substring", "||", "year", "quarter", "month",
    "date_trunc", "CASE", "coalesce",
)  # fmt: skip
