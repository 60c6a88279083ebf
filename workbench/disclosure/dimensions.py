"""Dimensions of rows: columns that may group, and total functions that only coarsen them.

All functions are total: an error that depends on a value would tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.literals import DATES, MAX_TEXT, NUMBERS, Dim, literal
from workbench.disclosure.scope import Col, find, only
from workbench.model.grant import Use

if TYPE_CHECKING:
    from workbench.disclosure.expressions import Reader


def _column(node: exp.Column, reader: Reader) -> Dim:
    column: Col = find(reader.rows, node)
    if column.use is Use.statistics:
        raise refusals.measure_misplaced(column.name, column.bands)
    if column.use is Use.join_key:
        raise refusals.key_misplaced(column.name)
    return Dim(column.sql, column.family, column.distinct, (column,))


def _paren(node: exp.Paren, reader: Reader) -> Dim:
    only(node, "this")
    inner = reader.value(node.this)
    return Dim(f"({inner.sql})", inner.family, inner.distinct, inner.raw)


def _text(node: exp.Expr, reader: Reader) -> Dim:
    found = reader.value(node)
    if found.family is not Family.text:
        raise refusals.wrong_type("这个函数用于文本列。", "This function is for text columns.")
    return found


def _same_text(name: str) -> Callable[[Any, Reader], Dim]:
    def read(node: exp.Func, reader: Reader) -> Dim:
        only(node, "this")
        inner = _text(node.this, reader)
        return Dim(f"{name}({inner.sql})", Family.text, inner.distinct, inner.raw)

    return read


def _whole(node: exp.Expr | None) -> int:
    given = literal(node) if node is not None else None
    if given is None or given.family is not Family.integer or not 0 <= given.literal <= MAX_TEXT:
        raise refusals.wrong_type(
            "这里只能写一个不太大的整数。", "Here stands a whole number that is not too large."
        )
    return int(given.literal)


def _cut(name: str) -> Callable[[Any, Reader], Dim]:
    def read(node: exp.Func, reader: Reader) -> Dim:
        only(node, "this", "expression")
        inner, length = _text(node.this, reader), _whole(node.args.get("expression"))
        return Dim(f"{name}({inner.sql}, {length})", Family.text, inner.distinct, inner.raw)

    return read


def _substring(node: exp.Substring, reader: Reader) -> Dim:
    only(node, "this", "start", "length")
    inner, start = _text(node.this, reader), _whole(node.args.get("start"))
    length = _whole(node.args.get("length"))
    sql = f"substring({inner.sql}, {start}, {length})"
    return Dim(sql, Family.text, inner.distinct, inner.raw)


def _joined(node: exp.DPipe, reader: Reader) -> Dim:
    only(node, "this", "expression", "safe")
    left, right = _text(node.this, reader), _text(node.expression, reader)
    distinct = None
    if left.distinct is not None and right.distinct is not None:
        distinct = left.distinct * right.distinct
    return Dim(f"({left.sql} || {right.sql})", Family.text, distinct, left.raw + right.raw)


def _when(node: exp.Expr, reader: Reader) -> Dim:
    found = reader.value(node)
    if found.family not in DATES:
        raise refusals.wrong_type("这个函数用于日期列。", "This function is for dates.")
    return found


def _part(name: str, distinct: int | None) -> Callable[[Any, Reader], Dim]:
    """Year, quarter, month: so coarse that no single day shows."""

    def read(node: exp.Func, reader: Reader) -> Dim:
        only(node, "this")
        return Dim(f"{name}({_when(node.this, reader).sql})", Family.integer, distinct)

    return read


_UNITS = ("year", "quarter", "month")


def _extract(node: exp.Extract, reader: Reader) -> Dim:
    only(node, "this", "expression")
    return _part(_unit(node.this), None)(exp.Year(this=node.expression), reader)


def _truncated(node: exp.Expr, reader: Reader) -> Dim:
    only(node, "this", "unit", "input_type_preserved")
    unit = _unit(node.args.get("unit"))
    inner = _when(node.this, reader)
    return Dim(f"CAST(date_trunc('{unit}', {inner.sql}) AS DATE)", Family.date)


def _unit(node: Any) -> str:
    unit = str(getattr(node, "name", "")).casefold()
    if unit not in _UNITS:
        raise refusals.unknown_function(f"date part {unit}", _UNITS)
    return unit


def one_of(results: list[Dim], sql: str) -> Dim:
    families = {r.family for r in results if r.family is not None}
    families = {Family.number} if families and families <= NUMBERS else families
    if len(families) > 1:
        raise refusals.wrong_type(
            "各个结果的类型应一致。", "The results of a CASE must be of one type."
        )
    known = [r.distinct for r in results]
    distinct = None if None in known else sum(d for d in known if d is not None) + 1
    raw = tuple(dict.fromkeys(c for r in results for c in r.raw))
    return Dim(sql, next(iter(families), None), distinct, raw)


def _coalesce(node: exp.Coalesce, reader: Reader) -> Dim:
    only(node, "this", "expressions")
    parts = [reader.value(each) for each in (node.this, *node.expressions)]
    return one_of(parts, f"coalesce({', '.join(p.sql for p in parts)})")


def _as_text(node: exp.Cast, reader: Reader) -> Dim:
    only(node, "this", "to")
    inner, kind = reader.value(node.this), node.to.sql("duckdb").upper()
    if kind not in ("TEXT", "VARCHAR"):
        raise refusals.grammar(
            f"这里只能转换为 VARCHAR，不能转换为 {kind}。",
            f"Here a value can be cast to VARCHAR only, not to {kind}.",
            "请去掉转换；取值请按列的类型书写。",
            "Leave the cast out; write values as the column's type.",
        )
    return Dim(f"CAST({inner.sql} AS VARCHAR)", Family.text, inner.distinct, inner.raw)


DIMENSIONS: Mapping[type[exp.Expr], Callable[[Any, Reader], Dim]] = {
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
    exp.Coalesce: _coalesce,
    exp.Cast: _as_text,
}
