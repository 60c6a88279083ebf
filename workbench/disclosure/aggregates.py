"""The aggregates of the grammar: which there are, what each takes, and whom each is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.expressions import Reader
from workbench.disclosure.literals import NUMBERS, literal
from workbench.disclosure.scope import Col, Rows, crowd, find, nearly_unique, only
from workbench.model.grant import Use


class Kind(StrEnum):
    """``number``: of rows or entities; ``magnitude``: in the unit of its measure; ``moment``: a
    measure of spread or relation, which is not rounded."""

    number = "number"
    magnitude = "magnitude"
    moment = "moment"


NOWHERE = Decimal(0)


@dataclass(frozen=True)
class Aggregate:
    """``template`` is SQL with ``{m0}``, ``{m1}`` for its measures, ``{x}`` for what it counts,
    ``{g}`` for its guard as a value and ``{where}`` for it as a filter.

    ``guard``: the condition of FILTER and CASE together, empty for all rows of the group.
    ``counted``: SQL of what it counts, so that rows without a value are told apart, unless it is
    ``never_null``. ``of_rows``: it counts rows, of which one entity may have several.
    ``quantile``: which one; NOWHERE for any other aggregate.
    """

    kind: Kind
    template: str
    measures: tuple[Col, ...] = ()
    guard: str = ""
    counted: str = ""
    never_null: bool = False
    of_rows: bool = False
    quantile: Decimal = NOWHERE


_ONE: Mapping[type[exp.Expr], tuple[str, Kind]] = {
    exp.Sum: ("sum", Kind.magnitude),
    exp.Avg: ("avg", Kind.magnitude),
    exp.Median: ("median", Kind.magnitude),
    exp.Variance: ("var_samp", Kind.moment),
    exp.VariancePop: ("var_pop", Kind.moment),
    exp.Stddev: ("stddev_samp", Kind.moment),
    exp.StddevSamp: ("stddev_samp", Kind.moment),
    exp.StddevPop: ("stddev_pop", Kind.moment),
}
_QUANTILES: Mapping[type[exp.Expr], tuple[str, str]] = {
    exp.PercentileCont: ("quantile_cont", "expression"),
    exp.PercentileDisc: ("quantile_disc", "expression"),
    exp.Quantile: ("quantile_disc", "quantile"),
}
_REFUSED = (exp.AggFunc, exp.ArrayAgg, exp.GroupConcat)


def is_aggregate(node: exp.Expr) -> bool:
    found = isinstance(node, (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, *_REFUSED))
    return found and not isinstance(node, exp.Grouping)


def aggregates_in(node: exp.Expr) -> bool:
    """Whether ``node`` aggregates. The function of a window does not; what it takes may."""
    if isinstance(node, exp.Window):
        parts = [*node.this.iter_expressions(), *node.args.get("partition_by", [])]
        order = node.args.get("order")
        return any(aggregates_in(each) for each in [*parts, *([order] if order else [])])
    return is_aggregate(node) or any(aggregates_in(each) for each in node.iter_expressions())


def aggregate(node: exp.Expr, rows: Rows) -> Aggregate:
    """Read one aggregate over ``rows``. Raises Refusal."""
    guards: list[str] = []
    while isinstance(node, exp.Filter):
        only(node, "this", "expression")
        only(node.expression, "this")
        guards.append(Reader(rows).condition(node.expression.this))
        node = node.this
    if isinstance(node, exp.Count):
        return _count(node, rows, guards)
    if isinstance(node, exp.Corr):
        only(node, "this", "expression")
        measures = (_measure(node.this, rows), _measure(node.expression, rows))
        return Aggregate(Kind.moment, "corr({m0}, {m1}){where}", measures, _all(guards))
    if type(node) in _QUANTILES:
        return _quantile(node, rows, guards)
    if isinstance(node, exp.WithinGroup):
        return _within(node, rows, guards)
    if isinstance(node, exp.IgnoreNulls):
        node = node.this
    found = _ONE.get(type(node))
    if found is None:
        name = refusals.function_name(node)  # type: ignore[arg-type]
        raise refusals.aggregate_not_allowed(name, type(node).__name__)
    only(node, "this")
    return _one(node, rows, guards, *found)


def _one(node: exp.Expr, rows: Rows, guards: list[str], name: str, kind: Kind) -> Aggregate:
    inner, zero = _unwrapped(node.this, rows, guards)
    counted = literal(inner)
    if name == "sum" and counted is not None and counted.literal == 1:
        return _row_count(guards)
    measure = _measure(inner, rows)
    guard = _all(guards)
    if zero and name == "sum":
        return Aggregate(kind, "coalesce(sum({m0}){where}, 0)", (measure,), guard)
    if zero and name == "avg" and len(guards) > 1:
        raise refusals.bare_measure("AVG(CASE ... ELSE 0 END) FILTER (...)")
    if zero and name == "avg":
        return Aggregate(kind, "avg(CASE WHEN {g} THEN {m0} ELSE 0 END)", (measure,), guard)
    if zero:
        raise refusals.bare_measure("CASE ... ELSE 0")
    quantile = Decimal("0.5") if name == "median" else NOWHERE
    return Aggregate(kind, f"{name}({{m0}}){{where}}", (measure,), guard, quantile=quantile)


def _row_count(guards: list[str]) -> Aggregate:
    return Aggregate(Kind.number, "count(*){where}", guard=_all(guards), of_rows=True)


def _count(node: exp.Count, rows: Rows, guards: list[str]) -> Aggregate:
    only(node, "this", "big_int")
    inner = node.this
    if isinstance(inner, exp.Star):
        only(inner)
        return _row_count(guards)
    if isinstance(inner, exp.Distinct):
        return _count_distinct(inner, rows, guards)
    inner, zero = _unwrapped(inner, rows, guards)
    if zero:
        raise refusals.bare_measure("COUNT(CASE ... ELSE 0)")
    given = literal(inner)
    if given is not None and given.literal is not None:
        return _row_count(guards)
    if not isinstance(inner, exp.Column):
        raise refusals.bare_measure(type(inner).__name__)
    column: Col = find(rows, inner)
    return Aggregate(
        Kind.number,
        "count({x}){where}",
        guard=_all(guards),
        counted=column.sql,
        never_null=_never_null(column),
        of_rows=True,
    )


def _never_null(column: Col) -> bool:
    return column.facts is not None and column.facts.nulls == 0


def _count_distinct(node: exp.Distinct, rows: Rows, guards: list[str]) -> Aggregate:
    only(node, "expressions")
    if len(node.expressions) != 1:
        raise refusals.not_in_grammar("COUNT(DISTINCT a, b)")
    inner, zero = _unwrapped(node.expressions[0], rows, guards)
    if zero:
        raise refusals.bare_measure("COUNT(DISTINCT CASE ... ELSE 0)")
    sql, never_null = _distinct(inner, rows)
    return Aggregate(
        Kind.number,
        "count(DISTINCT {x}){where}",
        guard=_all(guards),
        counted=sql,
        never_null=never_null,
    )


def _distinct(node: exp.Expr, rows: Rows) -> tuple[str, bool]:
    """Keys of protected resources count as entities. How many different values there are of
    anything else would tell of single rows."""
    if isinstance(node, exp.Column):
        column: Col = find(rows, node)
        if column.use is Use.statistics:
            raise refusals.measure_misplaced(column.name, ())
        if rows.entities and not (column.use is Use.join_key and column.protected):
            raise refusals.distinct_values(column.name)
        return column.sql, _never_null(column)
    if rows.entities:
        raise refusals.distinct_values(type(node).__name__)
    return Reader(rows).dimension(node).sql, False


def _unwrapped(node: exp.Expr, rows: Rows, guards: list[str]) -> tuple[exp.Expr, bool]:
    """CASE WHEN condition THEN x [ELSE NULL|0] END as x under one more guard, and whether 0."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.If):
        node = exp.Case(
            ifs=[exp.If(this=node.this, true=node.args["true"])], default=node.args.get("false")
        )
    if not isinstance(node, exp.Case):
        return node, False
    only(node, "ifs", "default")
    if len(node.args["ifs"]) != 1:
        raise refusals.bare_measure("CASE WHEN ... WHEN ...")
    (branch,) = node.args["ifs"]
    only(branch, "this", "true")
    otherwise = node.args.get("default")
    given = literal(otherwise) if otherwise is not None else None
    if otherwise is not None and (given is None or given.literal not in (None, 0)):
        raise refusals.bare_measure("CASE ... ELSE ...")
    guards.append(Reader(rows).condition(branch.this))
    zero = given is not None and given.literal is not None
    return branch.args["true"], zero


def _measure(node: exp.Expr, rows: Rows) -> Col:
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column):
        raise refusals.bare_measure(node.sql("duckdb")[:40] if not literal(node) else "1")
    column: Col = find(rows, node)
    if column.use is Use.join_key:
        raise refusals.key_misplaced(column.name)
    if rows.entities and not (column.use is Use.statistics or _hidden(column, rows)):
        raise refusals.visible_measure(column.name)
    if column.family not in NUMBERS:
        raise refusals.wrong_type(
            f"{column.name} 不是数字列。", f"{column.name} is not a column of numbers."
        )
    return column


def _hidden(column: Col, rows: Rows) -> bool:
    """A value that no tier shows, and of which nearly each entity has its own, is a measure too;
    one of few values is not, for its sum would count them."""
    known = crowd(column, rows) is not None
    return column.secret and (nearly_unique(column, rows) or not known)


def _quantile(node: exp.Expr, rows: Rows, guards: list[str]) -> Aggregate:
    name, key = _QUANTILES[type(node)]
    only(node, "this", key)
    return _at(name, node.this, node.args.get(key), rows, guards)


def _within(node: exp.WithinGroup, rows: Rows, guards: list[str]) -> Aggregate:
    """PERCENTILE_CONT(q) WITHIN GROUP (ORDER BY x)"""
    only(node, "this", "expression")
    found = _QUANTILES.get(type(node.this))
    order = node.expression
    ordered = order.expressions if isinstance(order, exp.Order) else []
    if found is None or len(ordered) != 1 or ordered[0].args.get("desc"):
        raise refusals.not_in_grammar("WITHIN GROUP")
    return _at(found[0], ordered[0].this, node.this.this, rows, guards)


def _at(
    name: str, measured: exp.Expr, asked: exp.Expr | None, rows: Rows, guards: list[str]
) -> Aggregate:
    given = literal(asked) if asked is not None else None
    if given is None or given.family not in NUMBERS:
        raise refusals.quantile_edge("?")
    q = given.literal
    if not Decimal("0.05") <= q <= Decimal("0.95") or q % Decimal("0.05"):
        raise refusals.quantile_edge(given.sql)
    inner, zero = _unwrapped(measured, rows, guards)
    if zero:
        raise refusals.bare_measure("CASE ... ELSE 0")
    template = f"{name}({{m0}}, {given.sql}){{where}}"
    measures = (_measure(inner, rows),)
    return Aggregate(Kind.magnitude, template, measures, _all(guards), quantile=q)


def _all(guards: list[str]) -> str:
    return " AND ".join(f"({guard})" for guard in guards)
