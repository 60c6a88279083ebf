"""Dimensions and conditions over rows: a small typed language in which nothing fails on a value.

Whatever an analyst writes here is read into a Dim or a condition and written anew, so that no text
of a statement reaches the engine. All functions are total: an error that depends on a value would
tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.scope import Col, Rows, find, only
from workbench.disclosure.shapes import Edge
from workbench.model.grant import Use

NUMBERS = frozenset({Family.integer, Family.number})
DATES = frozenset({Family.date, Family.timestamp})
MAX_TEXT = 1_000


@dataclass(frozen=True)
class Dim:
    """A value to group or filter by. ``distinct`` bounds how many it has (None: not known);
    ``raw`` is the column whose single values it still shows; ``literal`` its value if it is one."""

    sql: str
    family: Family | None
    distinct: int | None = None
    raw: Col | None = None
    literal: Any = None
    is_literal: bool = False


def text_literal(text: str) -> str:
    if len(text) > MAX_TEXT or "\0" in text:
        raise refusals.wrong_type("文本过长。", "The text is too long.")
    return "'" + text.replace("'", "''") + "'"


def literal(node: exp.Expr) -> Dim | None:
    """``node`` as a literal, negative numbers and DATE '...' included; None for anything else."""
    if isinstance(node, exp.Paren):
        return literal(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and node.this.is_number:
        return _number("-" + node.this.name)
    if isinstance(node, exp.Literal):
        only(node, "this", "is_string")
        if not node.is_string:
            return _number(node.name)
        return Dim(text_literal(node.name), Family.text, 1, None, node.name, True)
    if isinstance(node, exp.Boolean):
        return Dim("true" if node.this else "false", Family.boolean, 1, None, node.this, True)
    if isinstance(node, exp.Null):
        return Dim("NULL", None, 1, None, None, True)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        only(node, "this", "to")
        kind = node.to.sql("duckdb").upper()
        if kind in ("DATE", "TIMESTAMP"):
            return moment(node.this.name, Family(kind.lower()))
    return None


def _number(text: str) -> Dim:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise refusals.wrong_type("数字无法读取。", "The number cannot be read.") from None
    if not value.is_finite() or len(value.as_tuple().digits) > 38 or abs(value.adjusted()) > 38:
        raise refusals.wrong_type("数字过大。", "The number is too large.")
    whole = value == value.to_integral_value()
    return Dim(f"{value:f}", Family.integer if whole else Family.number, 1, None, value, True)


def moment(text: str, family: Family) -> Dim:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refusals.wrong_type(
            "日期应写作 YYYY-MM-DD。", "A date is written as YYYY-MM-DD."
        ) from None
    if value.tzinfo is not None:
        raise refusals.wrong_type("时间不带时区。", "A time is written without a zone.")
    if family is Family.date:
        return Dim(f"DATE '{value.date()}'", family, 1, None, value.date(), True)
    return Dim(f"TIMESTAMP '{value.isoformat(sep=' ')}'", family, 1, None, value, True)


# Dimensions --------------------------------------------------------------------------------------


def dimension(node: exp.Expr, rows: Rows) -> Dim:
    """``node`` as something to group by. Raises Refusal."""
    found = value(node, rows)
    not_raw(found, rows)
    return found


def not_raw(dim: Dim, rows: Rows) -> None:
    """Refuse a dimension that still shows a column of nearly unique values."""
    column, entities = dim.raw, rows.smallest
    if column is None or entities is None or column.distinct is None:
        return
    if column.distinct * rows.k > max(entities, 1):
        raise refusals.near_unique(column.name, column.distinct, entities, rows.k)


def value(node: exp.Expr, rows: Rows) -> Dim:
    """``node`` as a Dim, nearly unique or not."""
    given = literal(node)
    if given is not None:
        return given
    reader = _READERS.get(type(node))
    if reader is None:
        raise _unknown(node)
    return reader(node, rows)


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
        return refusals.unknown_function(function_name(node), FUNCTIONS)
    return refusals.not_in_grammar(type(node).__name__)


def function_name(node: exp.Func) -> str:
    return node.name if isinstance(node, exp.Anonymous) else node.sql_name()


def _column(node: exp.Column, rows: Rows) -> Dim:
    column: Col = find(rows, node)
    if column.use is Use.statistics:
        raise refusals.measure_misplaced(column.name, column.bands)
    if column.use is Use.join_key:
        raise refusals.key_misplaced(column.name)
    return Dim(column.sql, column.family, column.distinct, column)


def _paren(node: exp.Paren, rows: Rows) -> Dim:
    only(node, "this")
    inner = value(node.this, rows)
    return Dim(f"({inner.sql})", inner.family, inner.distinct, inner.raw)


def _text(node: exp.Expr, rows: Rows) -> Dim:
    found = value(node, rows)
    if found.family is not Family.text:
        raise refusals.wrong_type("这个函数用于文本列。", "This function is for text columns.")
    return found


def _same_text(name: str) -> Callable[[Any, Rows], Dim]:
    def read(node: exp.Func, rows: Rows) -> Dim:
        only(node, "this")
        inner = _text(node.this, rows)
        return Dim(f"{name}({inner.sql})", Family.text, inner.distinct, inner.raw)

    return read


def _whole(node: exp.Expr | None) -> int:
    given = literal(node) if node is not None else None
    if given is None or given.family is not Family.integer or not 0 <= given.literal <= MAX_TEXT:
        raise refusals.wrong_type(
            "这里只能写一个不太大的整数。", "Here stands a whole number that is not too large."
        )
    return int(given.literal)


def _cut(name: str) -> Callable[[Any, Rows], Dim]:
    def read(node: exp.Func, rows: Rows) -> Dim:
        only(node, "this", "expression")
        inner, length = _text(node.this, rows), _whole(node.args.get("expression"))
        return Dim(f"{name}({inner.sql}, {length})", Family.text, inner.distinct, inner.raw)

    return read


def _substring(node: exp.Substring, rows: Rows) -> Dim:
    only(node, "this", "start", "length")
    inner, start = _text(node.this, rows), _whole(node.args.get("start"))
    length = _whole(node.args.get("length"))
    sql = f"substring({inner.sql}, {start}, {length})"
    return Dim(sql, Family.text, inner.distinct, inner.raw)


def _joined(node: exp.DPipe, rows: Rows) -> Dim:
    only(node, "this", "expression", "safe")
    left, right = _text(node.this, rows), _text(node.expression, rows)
    distinct = None
    if left.distinct is not None and right.distinct is not None:
        distinct = left.distinct * right.distinct
    return Dim(f"({left.sql} || {right.sql})", Family.text, distinct, left.raw or right.raw)


def _when(node: exp.Expr, rows: Rows) -> Dim:
    found = value(node, rows)
    if found.family not in DATES:
        raise refusals.wrong_type("这个函数用于日期列。", "This function is for dates.")
    return found


def _part(name: str, distinct: int | None) -> Callable[[Any, Rows], Dim]:
    """Year, quarter, month: so coarse that no single day shows."""

    def read(node: exp.Func, rows: Rows) -> Dim:
        only(node, "this")
        return Dim(f"{name}({_when(node.this, rows).sql})", Family.integer, distinct)

    return read


_UNITS = ("year", "quarter", "month")


def _extract(node: exp.Extract, rows: Rows) -> Dim:
    only(node, "this", "expression")
    return _part(_unit(node.this), None)(exp.Year(this=node.expression), rows)


def _truncated(node: exp.Expr, rows: Rows) -> Dim:
    only(node, "this", "unit", "input_type_preserved")
    unit = _unit(node.args.get("unit"))
    inner = _when(node.this, rows)
    return Dim(f"CAST(date_trunc('{unit}', {inner.sql}) AS DATE)", Family.date)


def _unit(node: Any) -> str:
    unit = str(getattr(node, "name", "")).casefold()
    if unit not in _UNITS:
        raise refusals.unknown_function(f"date part {unit}", _UNITS)
    return unit


def _case(node: exp.Case, rows: Rows) -> Dim:
    """Classes: conditions over dimensions or declared bands, results literals or dimensions."""
    only(node, "this", "ifs", "default")
    compared = node.args.get("this")
    results, parts = [], []
    for branch in node.args["ifs"]:
        only(branch, "this", "true")
        test = exp.EQ(this=compared, expression=branch.this) if compared else branch.this
        result = value(branch.args["true"], rows)
        parts.append(f"WHEN {condition(test, rows)} THEN {result.sql}")
        results.append(result)
    default = node.args.get("default")
    if default is not None:
        results.append(value(default, rows))
        parts.append(f"ELSE {results[-1].sql}")
    return _one_of(results, f"CASE {' '.join(parts)} END")


def _one_of(results: list[Dim], sql: str) -> Dim:
    families = {r.family for r in results if r.family is not None}
    families = {Family.number} if families and families <= NUMBERS else families
    if len(families) > 1:
        raise refusals.wrong_type(
            "各个结果的类型应一致。", "The results of a CASE must be of one type."
        )
    known = [r.distinct for r in results]
    distinct = None if None in known else sum(d for d in known if d is not None) + 1
    raw = next((r.raw for r in results if r.raw is not None), None)
    return Dim(sql, next(iter(families), None), distinct, raw)


def _if(node: exp.If, rows: Rows) -> Dim:
    only(node, "this", "true", "false")
    branch = exp.If(this=node.this, true=node.args["true"])
    return _case(exp.Case(ifs=[branch], default=node.args.get("false")), rows)


def _coalesce(node: exp.Coalesce, rows: Rows) -> Dim:
    only(node, "this", "expressions")
    parts = [value(each, rows) for each in (node.this, *node.expressions)]
    return _one_of(parts, f"coalesce({', '.join(p.sql for p in parts)})")


def _as_text(node: exp.Cast, rows: Rows) -> Dim:
    only(node, "this", "to")
    inner, kind = value(node.this, rows), node.to.sql("duckdb").upper()
    if kind not in ("TEXT", "VARCHAR"):
        raise refusals.grammar(
            f"这里只能转换为 VARCHAR，不能转换为 {kind}。",
            f"Here a value can be cast to VARCHAR only, not to {kind}.",
            "请去掉转换；取值请按列的类型书写。",
            "Leave the cast out; write values as the column's type.",
        )
    return Dim(f"CAST({inner.sql} AS VARCHAR)", Family.text, inner.distinct, inner.raw)


def _condition_as_value(node: exp.Expr, rows: Rows) -> Dim:
    return Dim(f"({condition(node, rows)})", Family.boolean, 3)


_TESTS = (
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In,
    exp.Between, exp.Like, exp.ILike, exp.StartsWith, exp.Is,
)  # fmt: skip
_READERS: Mapping[type[exp.Expr], Callable[[Any, Rows], Dim]] = {
    **dict.fromkeys(_TESTS, _condition_as_value),
    exp.Column: _column,
    exp.Paren: _paren,
    exp.Upper: _same_text("upper"),
    exp.Lower: _same_text("lower"),
    exp.Trim: _same_text("trim"),
    exp.Left: _cut("left"),
    exp.Right: _cut("right"),
    exp.Substring: _substring,
    exp.DPipe: _joined,
    exp.Year: _part("year", None),
    exp.Quarter: _part("quarter", 4),
    exp.Month: _part("month", 12),
    exp.Extract: _extract,
    exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated,
    exp.Case: _case,
    exp.If: _if,
    exp.Coalesce: _coalesce,
    exp.Cast: _as_text,
}
FUNCTIONS = (
    "upper", "lower", "trim", "left", "right", "substring", "||", "year", "quarter", "month",
    "date_trunc", "CASE", "coalesce",
)  # fmt: skip


# Conditions --------------------------------------------------------------------------------------


def condition(node: exp.Expr, rows: Rows) -> str:
    """``node`` as a condition over rows. Raises Refusal."""
    reader = _CONDITIONS.get(type(node))
    if reader is not None:
        return reader(node, rows)
    found = dimension(node, rows)
    if found.family is not Family.boolean:
        raise refusals.wrong_type("条件应为真或假。", "A condition is true or false.")
    return found.sql


def _both(word: str) -> Callable[[Any, Rows], str]:
    def read(node: exp.Expr, rows: Rows) -> str:
        only(node, "this", "expression")
        return f"({condition(node.this, rows)} {word} {condition(node.expression, rows)})"

    return read


def _not(node: exp.Not, rows: Rows) -> str:
    only(node, "this")
    return f"(NOT {condition(node.this, rows)})"


def _in_brackets(node: exp.Paren, rows: Rows) -> str:
    only(node, "this")
    return f"({condition(node.this, rows)})"


_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "<>": "<>"}


def _compared(sign: str) -> Callable[[Any, Rows], str]:
    def read(node: exp.Expr, rows: Rows) -> str:
        only(node, "this", "expression")
        for one, other, way in (
            (node.this, node.expression, sign),
            (node.expression, node.this, _FLIPPED[sign]),
        ):
            banded = _banded(one, other, way, rows)
            if banded:
                return banded
        left, right = _alike(value(node.this, rows), value(node.expression, rows))
        for side in (left, right):
            not_raw(side, rows)
        return f"({left.sql} {sign} {right.sql})"

    return read


def _banded(node: exp.Expr, other: exp.Expr, sign: str, rows: Rows) -> str:
    """A measure, or a nearly unique column, against a declared edge; empty for anything else."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column):
        return ""
    column: Col = find(rows, node)
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


def _in(node: exp.In, rows: Rows) -> str:
    only(node, "this", "expressions")
    left = dimension(node.this, rows)
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


def _between(node: exp.Between, rows: Rows) -> str:
    only(node, "this", "low", "high")
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return f"({condition(low, rows)} AND {condition(high, rows)})"


def _like(word: str) -> Callable[[Any, Rows], str]:
    def read(node: exp.Expr, rows: Rows) -> str:
        only(node, "this", "expression")
        left, pattern = dimension(node.this, rows), literal(node.expression)
        if left.family is not Family.text or pattern is None or pattern.family is not Family.text:
            raise refusals.wrong_type(
                "LIKE 用于文本列和写出的样式。", "LIKE takes a text column and a written pattern."
            )
        return f"({left.sql} {word} {pattern.sql})"

    return read


def _starts(node: exp.StartsWith, rows: Rows) -> str:
    only(node, "this", "expression")
    left, pattern = dimension(node.this, rows), literal(node.expression)
    if left.family is not Family.text or pattern is None or pattern.family is not Family.text:
        raise refusals.wrong_type(
            "starts_with 用于文本列。", "starts_with is for text columns and a written beginning."
        )
    return f"starts_with({left.sql}, {pattern.sql})"


def _is(node: exp.Is, rows: Rows) -> str:
    only(node, "this", "expression")
    if not isinstance(node.expression, (exp.Null, exp.Boolean)):
        raise refusals.not_in_grammar("IS")
    found = dimension(node.this, rows)
    word = "NULL" if isinstance(node.expression, exp.Null) else str(node.expression.this).upper()
    if word != "NULL" and found.family is not Family.boolean:
        raise refusals.wrong_type("IS TRUE 用于真假列。", "IS TRUE is for booleans.")
    return f"({found.sql} IS {word})"


_CONDITIONS: Mapping[type[exp.Expr], Callable[[Any, Rows], str]] = {
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
