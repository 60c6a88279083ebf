"""A page of a view as SQL of ours. Pure: names that were found granted in, text out.

Values never stand in the text; they are bound. A page is cut from one order of all rows: what was
asked for, then the whole row as the workspace holds it, so that page 2 follows page 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from workbench.catalogue.types import DECIMAL_TEXT, Family, family, fit, holds
from workbench.engine.duckdb import identifier, literal
from workbench.errors import Text
from workbench.model.grant import Operator
from workbench.query_path.view_request import Json
from workbench.workspace.masks import compared

CELL = 2_000
"""Characters of a cell; longer ones are cut, and end with CUT (our default)."""
CUT = " …[已截断 / cut]"
_ORDERED = frozenset({Operator.lt, Operator.le, Operator.gt, Operator.ge, Operator.between})


@dataclass(frozen=True)
class Shown:
    """A column as the workspace has it."""

    name: str
    type: str


@dataclass(frozen=True)
class Condition:
    """One condition, its values as the text of their column's type."""

    column: Shown
    op: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sort:
    column: Shown
    descending: bool


def page_sql(
    table: str,
    shown: Sequence[Shown],
    tests: Sequence[Condition],
    sorts: Sequence[Sort],
    whole: Sequence[str],
    limit: int,
    offset: int,
) -> str:
    """``whole`` names all columns of the workspace's table, in its order."""
    out = [f"SELECT {', '.join(map(_select, shown))} FROM {identifier(table)} AS t"]  # noqa: S608
    number = 0
    parts = []
    for test in tests:
        parts.append(_condition(test, number))
        number += len(test.values)
    if parts:
        out.append(f"WHERE {' AND '.join(parts)}")
    asked = {sort.column.name for sort in sorts}
    order = [f"{_of(s.column.name)}{' DESC' * s.descending} NULLS LAST" for s in sorts]
    order += [f"{_of(name)} NULLS LAST" for name in whole if name not in asked]
    out.append(f"ORDER BY {', '.join(order)} LIMIT {limit:d} OFFSET {offset:d}")
    return " ".join(out)


def bound(tests: Sequence[Condition]) -> pa.RecordBatch | None:
    """The values in the order of their places, as one row; None where there are none."""
    values = [value for test in tests for value in test.values]
    if not values:
        return None
    arrays = [pa.array([value], pa.string()) for value in values]
    return pa.RecordBatch.from_arrays(arrays, names=[str(i + 1) for i in range(len(values))])


def as_typed(value: Json, type_: str, op: Operator) -> str | Text:
    """The value as text that the engine casts to ``type_`` without changing it, or what to write
    instead."""
    kind = family(type_)
    if op is Operator.starts_with and kind is not Family.text:
        return _TEXT_ONLY
    if kind is Family.boolean and op in _ORDERED:
        return _NO_ORDER
    if kind is Family.number:
        return _number(value, type_)
    found = fit(value, type_)
    if isinstance(found, Text):
        return found
    return str(found).lower() if isinstance(found, bool) else str(found)


def _number(value: Json, type_: str) -> str | Text:
    """No digit is rounded away: 1.005 is no value of a column with two decimals."""
    given = value if isinstance(value, str) and DECIMAL_TEXT.fullmatch(value) else None
    if given is None:
        number = fit(value, type_)
        if isinstance(number, Text):
            return number
        given = repr(number)
    found = Decimal(given)
    if not holds(found, type_):
        return Text(f"写成 {type_} 能精确表示的数。", f"Write a number that {type_} holds exactly.")
    return format(found, "f")


def _select(column: Shown) -> str:
    name = _of(column.name)
    if family(column.type) is Family.text:
        cut = f"left({name}, {CELL}) || {literal(CUT)}"
        name = f"CASE WHEN length({name}) > {CELL} THEN {cut} ELSE {name} END"
    return f"{name} AS {identifier(column.name)}"


def _condition(test: Condition, before: int) -> str:
    casts = [f"CAST(${before + i} AS {test.column.type})" for i in range(1, len(test.values) + 1)]
    return compared(_of(test.column.name), test.op, casts)


def _of(name: str) -> str:
    """The table's column: a bare name in ORDER BY would be the cut one of the result."""
    return f"t.{identifier(name)}"


_TEXT_ONLY = Text(
    "starts with 只用于文字列；请改用 between 等。",
    "starts with is for columns of text; use between and the like.",
)
_NO_ORDER = Text("布尔列只能用 =、!=、is null。", "A boolean column takes =, != and is null only.")
