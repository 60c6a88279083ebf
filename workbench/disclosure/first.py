"""The first aggregation over rows: here everything is decided."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import aggregate, aggregates_in, is_aggregate
from workbench.disclosure.cells import Block
from workbench.disclosure.choices import chooses, labels
from workbench.disclosure.expressions import Reader
from workbench.disclosure.literals import literal
from workbench.disclosure.operators import Leaf, Val, calculated
from workbench.disclosure.parts import Output, grouped_by, items_of, ordinal, tail_of, where_of
from workbench.disclosure.rules import Barred, protect
from workbench.disclosure.scope import Rows, banded, only


def first(
    node: exp.Select, rows: Rows, name: str, barred: Barred | None = None
) -> tuple[Output, list[tuple[str, str]], Block]:
    """The query over the cells of ``node``, the common table expressions that make them under
    ``name``, and what they are made from; what is ``barred`` is withheld. Raises Refusal."""
    chosen = where_of(node, rows)
    block = Block(
        rows,
        chosen.described,
        chosen.banded,
        choosing=(*rows.choosing, *chosen.choosing),
        pieces=[*rows.pieces, *chosen.pieces],
    )
    aliases = {
        item.alias.casefold(): item.this for item in node.expressions if isinstance(item, exp.Alias)
    }
    keys = _group(node, block, aliases)
    leaf = _cells_leaf(block, keys, name, aliases)
    columns = tuple(items_of(node, leaf))
    having = node.args.get("having")
    where = f" WHERE {calculated(having.this, leaf).sql}" if having else ""
    tail = tail_of(node, leaf, columns)
    if not block.figures and not block.keys:
        raise refusals.rows_asked()
    return Output(columns, name, where + tail), protect(block, name, barred), block


def _group(node: exp.Select, block: Block, aliases: Mapping[str, exp.Expr]) -> dict[str, int]:
    """The groups of a block by their SQL."""
    nodes, block.grouping = grouped_by(node)
    for each in nodes:
        asked = ordinal(each, node)
        if isinstance(asked, exp.Column) and not asked.table:
            asked = _aliased(asked, block.rows, aliases)
        if aggregates_in(asked):
            raise refusals.not_in_grammar("an aggregate in GROUP BY")
        made = Reader(block.rows).dimension(asked)
        block.banded |= banded(asked, block.rows)
        if made.sql not in block.keys and not made.is_literal:
            block.keys.append(made.sql)
            if chooses(asked, block.rows):
                block.put_together.add(len(block.keys) - 1)
                block.pieces += labels(asked, block.rows)
    return {sql: number for number, sql in enumerate(block.keys)}


def _aliased(column: exp.Column, rows: Rows, aliases: Mapping[str, exp.Expr]) -> exp.Expr:
    """A name in GROUP BY is a column's before it is an alias's."""
    named = any(c.name.casefold() == column.name.casefold() for c in rows.all())
    return column if named else aliases.get(column.name.casefold(), column)


def _cells_leaf(
    block: Block, keys: Mapping[str, int], name: str, aliases: Mapping[str, exp.Expr]
) -> Leaf:
    """What a SELECT over rows may show: its groups and its aggregates."""

    def leaf(node: exp.Expr) -> Val | None:
        if is_aggregate(node):
            block.banded |= _guarded_by_bands(node, block.rows)
            number = block.figure(aggregate(node, block.rows))
            block.piece(number, _chosen_by(node, block.rows))
            status = (f"{name}.s{number}",) if block.rows.entities else ()
            return Val(f"{name}.v{number}", status, True)
        if literal(node) is not None or aggregates_in(node):
            return None
        if isinstance(node, exp.Grouping):
            return _grouping(node, block, keys, name)
        if isinstance(node, exp.Column) and not node.table:
            named = any(c.name.casefold() == node.name.casefold() for c in block.rows.all())
            if not named and node.name.casefold() in aliases:
                return calculated(aliases[node.name.casefold()], leaf)
        return _key(node, block, keys, name)

    return leaf


def _guarded_by_bands(node: exp.Expr, rows: Rows) -> bool:
    """Whether FILTER or CASE in an aggregate choose by a measure."""
    return any(banded(each, rows) for each in _guards(node))


def _chosen_by(node: exp.Expr, rows: Rows) -> list[str]:
    """What tells apart the rows that FILTER or CASE in an aggregate put together."""
    return [label for each in _guards(node) for label in labels(each, rows)]


def _guards(node: exp.Expr) -> list[exp.Expr]:
    found = [f.expression for f in node.find_all(exp.Filter)]
    return found + [branch.this for branch in node.find_all(exp.If)]


def _key(node: exp.Expr, block: Block, keys: Mapping[str, int], name: str) -> Val | None:
    try:
        made = Reader(block.rows).dimension(node)
    except refusals.Refusal:
        if isinstance(node, exp.Column):
            raise
        return None
    if made.sql in keys:
        return Val(f"{name}.k{keys[made.sql]}")
    if isinstance(node, exp.Column):
        raise refusals.not_grouped(node.name)
    return None


def _grouping(node: exp.Grouping, block: Block, keys: Mapping[str, int], name: str) -> Val:
    """GROUPING(a): whether a was folded away in a subtotal."""
    only(node, "expressions")
    if not block.grouping or len(node.expressions) != 1:
        raise refusals.not_in_grammar("GROUPING")
    made = Reader(block.rows).dimension(node.expressions[0])
    if made.sql not in keys:
        raise refusals.not_grouped(node.expressions[0].name)
    bit = len(keys) - 1 - keys[made.sql]
    return Val(f"(({name}.gid >> {bit}) & 1)")
