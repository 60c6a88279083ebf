"""One change of an outermost SELECT at a time. Each gives a tree of its own, or None where the
change would make another question of it without saying so."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from workbench.disclosure.aggregates import aggregates_in, is_aggregate
from workbench.disclosure.coarser.outermost import Outermost, grouped

_WHOLE = (exp.Alias, exp.Select, exp.Order, exp.Ordered, exp.Window, exp.Group, exp.Rollup,
          exp.Cube, exp.Grouping)  # fmt: skip
"""Below these a key stands as it is. Anywhere else something is made of its values, which a coarser
key does not have."""
_COUNTS = (exp.Count,)


def coarsened(outer: Outermost, changes: dict[int, exp.Expr]) -> exp.Select | None:
    """With other expressions in the place of some keys, by their number. Names stay."""
    select = outer.select.copy()
    keys = list(outer.keys)
    for number, new in changes.items():
        old, keys[number] = keys[number], new
        if not _swap(select, old, new, outer):
            return None
    select.set("group", grouped(keys, outer.grouping))
    return select


def without(outer: Outermost, number: int) -> exp.Select | None:
    """With one key left out, and all that shows or orders by it."""
    key = outer.keys[number]
    select = outer.select.copy()
    if _names(select.args.get("having"), key, outer):
        return None
    _drop(select, lambda node: _names(node, key, outer))
    if not any(aggregates_in(item) for item in select.expressions):
        return None
    keys = [each for i, each in enumerate(outer.keys) if i != number]
    select.set("group", grouped(keys, outer.grouping if keys else ""))
    return select


def regrouped(outer: Outermost, grouping: str) -> exp.Select | None:
    """ROLLUP in the place of CUBE, or neither."""
    select = outer.select.copy()
    if not grouping and select.find(exp.Grouping):
        return None
    select.set("group", grouped(outer.keys, grouping))
    return select


def counting(outer: Outermost) -> exp.Select | None:
    """With what it counts, or else the number of rows, and without its other figures."""
    select = outer.select.copy()
    if not any(_measures(item) for item in select.expressions):
        return None
    if _measures(select.args.get("having")):
        return None
    _drop(select, _measures)
    if not any(aggregates_in(item) for item in select.expressions):
        taken = {item.alias_or_name.casefold() for item in select.expressions}
        name = next(n for n in ("n", "rows", "number", "n_") if n not in taken)
        select.append("expressions", exp.alias_(exp.Count(this=exp.Star()), name))
    return select


def _measures(node: exp.Expr | None) -> bool:
    """Whether it aggregates anything but counts."""
    if node is None:
        return False
    if isinstance(node, exp.Window):  # its own function does not aggregate rows
        inner = [*node.this.iter_expressions(), *node.args.get("partition_by", [])]
        return any(_measures(each) for each in [*inner, node.args.get("order")])
    if isinstance(node, exp.Filter):
        return _measures(node.this)
    if is_aggregate(node):
        return not isinstance(node, _COUNTS)
    return any(_measures(each) for each in node.iter_expressions())


# Nodes --------------------------------------------------------------------------------------------


def _swap(select: exp.Select, old: exp.Expr, new: exp.Expr, outer: Outermost) -> bool:
    """Whether every mention of ``old`` could be replaced."""
    if _names(select.args.get("having"), old, outer):
        return False
    tops = [*select.expressions, *_ordered(select)]
    for node in [each for top in tops for each in _found(top, old, outer)]:
        if not isinstance(node.parent, _WHOLE):
            return False
        shown = node.parent is select and isinstance(node, exp.Column)
        node.replace(exp.alias_(new.copy(), node.this.copy()) if shown else new.copy())
    return True


def _ordered(select: exp.Select) -> list[exp.Expr]:
    """What it orders by; a name that an item has is that item's, and follows it."""
    order = select.args.get("order")
    names = {item.alias_or_name.casefold() for item in select.expressions}
    return [
        each
        for each in (order.expressions if order is not None else [])
        if not (
            isinstance(each.this, exp.Column)
            and not each.this.table
            and each.this.name.casefold() in names
        )
    ]


def _found(node: exp.Expr, wanted: exp.Expr, outer: Outermost) -> list[exp.Expr]:
    """Where ``wanted`` stands in ``node``, outside what aggregates rows."""
    if outer.same(node, wanted):
        return [node]
    if is_aggregate(node):
        return []
    return [at for each in node.iter_expressions() for at in _found(each, wanted, outer)]


def _names(node: exp.Expr | None, wanted: exp.Expr, outer: Outermost) -> bool:
    return node is not None and bool(_found(node, wanted, outer))


def _drop(select: exp.Select, gone: Callable[[exp.Expr], bool]) -> None:
    """Take out the items of which ``gone`` is true, and what orders by them."""
    left = [item for item in select.expressions if not gone(item)]
    names = {item.alias_or_name.casefold() for item in select.expressions if gone(item)}
    names -= {item.alias_or_name.casefold() for item in left}
    select.set("expressions", left)
    order = select.args.get("order")
    if order is None:
        return
    kept = [
        each
        for each in order.expressions
        if not gone(each)
        and not (isinstance(each.this, exp.Column) and each.this.name.casefold() in names)
    ]
    select.set("order", exp.Order(expressions=kept) if kept else None)
