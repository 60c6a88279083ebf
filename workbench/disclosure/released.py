"""What a SELECT over released tables may show: their columns, and aggregates of their cells."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregates_in, is_aggregate
from workbench.disclosure.operators import Leaf, Val, as_value, calculated
from workbench.disclosure.rules import Missing
from workbench.disclosure.scope import Released, find, only


def column_leaf(cells: Released) -> Leaf:
    """The columns of a FROM clause of released tables."""

    def leaf(node: exp.Expr) -> Val | None:
        if not isinstance(node, exp.Column):
            return None
        cell = find(cells, node)
        return as_value(cell)

    return leaf


def folded_leaf(cells: Released, keys: Mapping[str, Val]) -> Leaf:
    """A SELECT with GROUP BY over released tables: groups by their SQL, and aggregates."""
    inner = column_leaf(cells)

    def leaf(node: exp.Expr) -> Val | None:
        if is_aggregate(node):
            return _folded(node, inner)
        if isinstance(node, (exp.Literal, exp.Null, exp.Boolean)):
            return None
        if aggregates_in(node) or isinstance(node, exp.Window):
            return None
        key = keys.get(calculated(node, inner).sql)
        if key is None and isinstance(node, exp.Column):
            raise refusals.not_grouped(node.name)
        return key

    return leaf


_FOLDS: Mapping[type[exp.Expr], str] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.Median: "median",
    exp.Stddev: "stddev_samp",
    exp.StddevSamp: "stddev_samp",
    exp.Variance: "var_samp",
}


def _folded(node: exp.Expr, inner: Leaf) -> Val:
    """An aggregate of released cells; incomplete where one of them is withheld."""
    where: list[Val] = []
    if isinstance(node, exp.Filter):
        only(node, "this", "expression")
        where.append(calculated(node.expression.this, inner))
        node = node.this
    chosen = f" FILTER (WHERE {where[0].sql})" if where else ""
    if isinstance(node, exp.Count):
        only(node, "this", "big_int")
        if isinstance(node.this, exp.Star):
            return _incomplete(f"count(*){chosen}", [Val("1"), *where], chosen)
        distinct = isinstance(node.this, exp.Distinct)
        of = node.this.expressions if distinct else [node.this]
        if len(of) != 1:
            raise refusals.not_in_grammar("COUNT(DISTINCT a, b)")
        value = calculated(of[0], inner)
        word = "DISTINCT " if distinct else ""
        return _incomplete(f"count({word}{value.sql}){chosen}", [value, *where], chosen)
    name = _FOLDS.get(type(node))
    if name is None:
        raise refusals.unknown_function(refusals.function_name(node), ("count", *_FOLDS.values()))  # type: ignore[arg-type]
    only(node, "this")
    value = calculated(node.this, inner)
    return _incomplete(f"{name}({value.sql}){chosen}", [value, *where], chosen)


def _incomplete(sql: str, values: list[Val], chosen: str) -> Val:
    """``values``: what is folded, and the condition that chooses. Of what is not chosen it does not
    matter whether it is withheld."""
    status = []
    for number, value in enumerate(values):
        if value.status:
            over = "" if number else chosen
            status.append(
                f"CASE WHEN bool_or({value.why} IS NOT NULL){over} THEN '{Missing.incomplete}' END"
            )
    return Val(sql, tuple(status), True)
