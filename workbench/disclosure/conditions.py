"""Conditions over rows: comparisons of like with like, and measures with declared edges only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.dimensions import one_of
from workbench.disclosure.literals import DATES, NUMBERS, Dim, literal, moment
from workbench.disclosure.scope import Col, find, only
from workbench.disclosure.shapes import Edge
from workbench.model.grant import Use

if TYPE_CHECKING:
    from workbench.disclosure.expressions import Reader


def _both(word: str) -> Callable[[Any, Reader], str]:
    def read(node: exp.Expr, reader: Reader) -> str:
        only(node, "this", "expression")
        return f"({reader.condition(node.this)} {word} {reader.condition(node.expression)})"

    return read


def _not(node: exp.Not, reader: Reader) -> str:
    only(node, "this")
    return f"(NOT {reader.condition(node.this)})"


def _in_brackets(node: exp.Paren, reader: Reader) -> str:
    only(node, "this")
    return f"({reader.condition(node.this)})"


_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}


def _compared(sign: str) -> Callable[[Any, Reader], str]:
    def read(node: exp.Expr, reader: Reader) -> str:
        only(node, "this", "expression")
        for one, other, way in (
            (node.this, node.expression, sign),
            (node.expression, node.this, _FLIPPED[sign]),
        ):
            banded = _banded(one, other, way, reader)
            if banded:
                return banded
        left, right = _alike(reader.value(node.this), reader.value(node.expression))
        for side in (left, right):
            reader.not_raw(side)
        return f"({left.sql} {sign} {right.sql})"

    return read


def _banded(node: exp.Expr, other: exp.Expr, sign: str, reader: Reader) -> str:
    """A measure, or a nearly unique column, against a declared edge; empty for anything else."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column):
        return ""
    column: Col = find(reader.rows, node)
    if not column.bands and column.use is not Use.statistics:
        return ""
    given = literal(other)
    if column.use is not Use.statistics and (given is None or not _declared(column, given)):
        return ""
    if given is None or not column.bands:
        raise refusals.measure_misplaced(column.name, column.bands)
    if sign not in (">=", "<") or not _declared(column, given):
        raise refusals.band_not_declared(column.name, column.bands)
    edge = _alike(Dim(column.sql, column.family), given)[1]
    return f"({column.sql} {sign} {edge.sql})"


def _declared(column: Col, given: Dim) -> bool:
    if column.family in DATES:
        given = _alike(Dim(column.sql, column.family), given)[1]
    return any(_same_edge(edge, given.literal) for edge in column.bands)


def _same_edge(edge: Edge, given: Any) -> bool:
    if isinstance(edge, date):
        return given in (edge, datetime.combine(edge, datetime.min.time()))
    return isinstance(given, Decimal) and given == edge


def _alike(left: Dim, right: Dim) -> tuple[Dim, Dim]:
    """Both of one family, so that the engine converts nothing. A text stands for a date."""
    if right.is_literal and left.family in DATES and right.family is Family.text:
        assert left.family is not None
        right = moment(right.literal, left.family)
    elif left.is_literal and right.family in DATES and left.family is Family.text:
        assert right.family is not None
        left = moment(left.literal, right.family)
    if left.family == right.family or {left.family, right.family} <= NUMBERS | {None}:
        return left, right
    if None in (left.family, right.family) or {left.family, right.family} <= DATES:
        return left, right
    raise refusals.wrong_type(
        f"{left.family} 不能与 {right.family} 比较。",
        f"{left.family} cannot be compared with {right.family}.",
    )


def _in(node: exp.In, reader: Reader) -> str:
    only(node, "this", "expressions")
    left = reader.dimension(node.this)
    given = [literal(each) for each in node.expressions]
    if not given or any(g is None for g in given):
        raise refusals.grammar(
            "IN 里只能是取值。",
            "IN takes values only.",
            "写出取值，或用 JOIN。",
            "List the values, or use a join.",
        )
    shown = ", ".join(_alike(left, g)[1].sql for g in given if g is not None)
    return f"({left.sql} IN ({shown}))"


def _between(node: exp.Between, reader: Reader) -> str:
    only(node, "this", "low", "high")
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return f"({reader.condition(low)} AND {reader.condition(high)})"


def _like(word: str) -> Callable[[Any, Reader], str]:
    def read(node: exp.Expr, reader: Reader) -> str:
        only(node, "this", "expression", "negate")
        left, pattern = reader.dimension(node.this), literal(node.expression)
        if left.family is not Family.text or pattern is None or pattern.family is not Family.text:
            raise refusals.wrong_type(
                "LIKE 用于文本列和写出的样式。", "LIKE takes a text column and a written pattern."
            )
        negated = "NOT " if node.args.get("negate") else ""
        return f"({left.sql} {negated}{word} {pattern.sql})"

    return read


def _starts(node: exp.StartsWith, reader: Reader) -> str:
    only(node, "this", "expression")
    left, pattern = reader.dimension(node.this), literal(node.expression)
    if left.family is not Family.text or pattern is None or pattern.family is not Family.text:
        raise refusals.wrong_type(
            "starts_with 用于文本列。", "starts_with is for text columns and a written beginning."
        )
    return f"starts_with({left.sql}, {pattern.sql})"


def _is(node: exp.Is, reader: Reader) -> str:
    only(node, "this", "expression")
    if not isinstance(node.expression, (exp.Null, exp.Boolean)):
        raise refusals.not_in_grammar("IS")
    found = reader.dimension(node.this)
    word = "NULL" if isinstance(node.expression, exp.Null) else str(node.expression.this).upper()
    if word != "NULL" and found.family is not Family.boolean:
        raise refusals.wrong_type("IS TRUE 用于真假列。", "IS TRUE is for booleans.")
    return f"({found.sql} IS {word})"


CONDITIONS: Mapping[type[exp.Expr], Callable[[Any, Reader], str]] = {
    exp.And: _both("AND"),
    exp.Or: _both("OR"),
    exp.Not: _not,
    exp.Paren: _in_brackets,
    exp.EQ: _compared("="),
    exp.NEQ: _compared("<>"),
    exp.GT: _compared(">"),
    exp.GTE: _compared(">="),
    exp.LT: _compared("<"),
    exp.LTE: _compared("<="),
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like("LIKE"),
    exp.ILike: _like("ILIKE"),
    exp.StartsWith: _starts,
    exp.Is: _is,
}


# Choices, and conditions as values ---------------------------------------------------------------


def _case(node: exp.Case, reader: Reader) -> Dim:
    """Classes: conditions over dimensions or declared bands, results literals or dimensions."""
    only(node, "this", "ifs", "default")
    compared = node.args.get("this")
    results, parts = [], []
    for branch in node.args["ifs"]:
        only(branch, "this", "true")
        test = exp.EQ(this=compared, expression=branch.this) if compared else branch.this
        result = reader.value(branch.args["true"])
        parts.append(f"WHEN {reader.condition(test)} THEN {result.sql}")
        results.append(result)
    default = node.args.get("default")
    if default is not None:
        results.append(reader.value(default))
        parts.append(f"ELSE {results[-1].sql}")
    return one_of(results, f"CASE {' '.join(parts)} END")


def _if(node: exp.If, reader: Reader) -> Dim:
    only(node, "this", "true", "false")
    branch = exp.If(this=node.this, true=node.args["true"])
    return _case(exp.Case(ifs=[branch], default=node.args.get("false")), reader)


def _condition_as_value(node: exp.Expr, reader: Reader) -> Dim:
    return Dim(f"({reader.condition(node)})", Family.boolean, 3)


CHOICES: Mapping[type[exp.Expr], Callable[[Any, Reader], Dim]] = {
    exp.Case: _case,
    exp.If: _if,
    **{kind: _condition_as_value for kind in CONDITIONS if kind is not exp.Paren},
}
