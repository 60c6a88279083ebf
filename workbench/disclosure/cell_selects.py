"""A SELECT over what was released."""

from __future__ import annotations

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregates_in
from workbench.disclosure.operators import Val, calculated
from workbench.disclosure.parts import Output, grouped_by, items_of, ordinal, tail_of
from workbench.disclosure.released import column_leaf, folded_leaf
from workbench.disclosure.scope import Released


def over_cells(node: exp.Select, cells: Released) -> Output:
    """A SELECT over what was released."""
    inner = column_leaf(cells)
    where = node.args.get("where")
    tail = f" WHERE {calculated(where.this, inner).sql}" if where else ""
    nodes, grouping = grouped_by(node)
    if grouping:
        raise refusals.grammar(
            f"{grouping} 只用于第一次聚合。", f"{grouping} is for the first aggregation."
        )
    folds = any(aggregates_in(each) for each in node.expressions)
    if not nodes and not folds:
        columns = tuple(items_of(node, inner, cells))
        return Output(columns, cells.sql, tail + tail_of(node, inner, columns))
    keys: dict[str, Val] = {}
    for each in nodes:
        made = calculated(_named(ordinal(each, node), node, cells), inner)
        keys[made.sql] = made
    leaf = folded_leaf(cells, keys)
    columns = tuple(items_of(node, leaf))
    grouped = [part for made in keys.values() for part in (made.sql, *made.status)]
    tail += f" GROUP BY {', '.join(dict.fromkeys(grouped))}" if grouped else ""
    having = node.args.get("having")
    tail += f" HAVING {calculated(having.this, leaf).sql}" if having else ""
    tail += tail_of(node, leaf, columns)
    return Output(columns, cells.sql, tail)


def _named(each: exp.Expr, node: exp.Select, cells: Released) -> exp.Expr:
    if not isinstance(each, exp.Column) or each.table:
        return each
    if any(c.name.casefold() == each.name.casefold() for c in cells.all()):
        return each
    for item in node.expressions:
        if isinstance(item, exp.Alias) and item.alias.casefold() == each.name.casefold():
            inner: exp.Expr = item.this
            return inner
    return each
