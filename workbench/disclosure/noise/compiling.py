"""A question for noise, read from its text: one SELECT over one protected table.

It is the statistics grammar with most of it left out, for of what stays it can be said how much
one entity changes: a cell adds up what entities contribute, each clamped. Which cells there are
follows from the text and the contract, and never from the data: of a group that shows because
somebody is in it, that it shows is told without noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlglot
from sqlglot import exp

from workbench.disclosure import refusals as grammar
from workbench.disclosure.aggregates import aggregates_in
from workbench.disclosure.expressions import Reader
from workbench.disclosure.joins import table_rows
from workbench.disclosure.literals import literal
from workbench.disclosure.noise import refusals
from workbench.disclosure.noise.axes import Axis
from workbench.disclosure.noise.groups import cells_of
from workbench.disclosure.noise.question import ROWS, Dimension, Figure, Kind, Offer, Question
from workbench.disclosure.noise.reading import axis_of, formula
from workbench.disclosure.noise.truth import ALWAYS, TooMany
from workbench.disclosure.parts import grouped_by, ordinal
from workbench.disclosure.scope import Col, Rows, find, only
from workbench.disclosure.statement import unreadable
from workbench.errors import Reason
from workbench.model.grant import Use


def question(text: str, offer: Offer) -> Question | tuple[Reason, ...]:
    """What ``text`` asks, or why it is not answered. Never raises, whatever the text."""
    try:
        return _Reading(_select(text), offer).question()
    except grammar.Refusal as refusal:
        return (refusal.reason,)
    except TooMany:
        return (refusals.too_involved().reason,)
    except RecursionError:
        return (unreadable(),)


def _select(text: str) -> exp.Select:
    try:
        found = sqlglot.parse(text, read="duckdb")
    except Exception:  # noqa: BLE001 - a parser of another's, which would repeat the text
        raise grammar.Refusal(unreadable()) from None
    if len(found) != 1 or found[0] is None:
        raise grammar.Refusal(unreadable())
    (node,) = found
    if not isinstance(node, exp.Select):
        raise refusals.not_here(type(node).__name__)
    for key, word in _ABSENT.items():
        if node.args.get(key):
            raise refusals.not_here(word)
    only(node, "expressions", "from_", "where", "group")
    return node


_ABSENT = {
    "with_": "WITH", "joins": "JOIN", "having": "HAVING", "order": "ORDER BY", "limit": "LIMIT",
    "offset": "OFFSET", "distinct": "DISTINCT",
}  # fmt: skip


class _Reading:
    """One statement. All methods raise Refusal."""

    def __init__(self, node: exp.Select, offer: Offer) -> None:
        self._node, self._offer = node, offer
        self._rows = self._from()
        self._reader = Reader(self._rows)
        self._dimensions: dict[str, Dimension] = {}
        self._axes: list[Axis] = []
        self._named: list[str] = []

    def question(self) -> Question:
        where = self._node.args.get("where")
        condition = self._reader.condition(where.this) if where is not None else ""
        asked = formula(where.this, self._reader) if where is not None else ALWAYS
        self._group()
        shown = tuple(self._shown())
        figures = tuple(dict.fromkeys(f for _, f in shown if isinstance(f, Figure)))
        if not figures:
            raise refusals.not_here("SELECT without COUNT or SUM")
        declared = self._declared()
        cells = cells_of(asked, self._axes, self._named, declared)
        if not cells:
            raise refusals.nobody()
        dimensions = tuple(self._dimensions.values())
        table, limit = self._offer.table, self._offer.rules.rows
        return Question(table, condition, dimensions, figures, shown, cells, limit)

    def _from(self) -> Rows:
        origin = self._node.args.get("from_")
        if origin is None:
            raise refusals.not_here("SELECT without FROM")
        only(origin, "this")
        node, table = origin.this, self._offer.table
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise refusals.not_here("subquery")
        if node.args.get("joins"):
            raise refusals.not_here("JOIN")
        only(node, "this", "alias")
        if node.args.get("alias") is not None:
            only(node.args["alias"], "this")
        if node.name.casefold() != table.name.casefold():
            raise grammar.unknown_name("table", node.name, [table.name])
        rows = table_rows(table, ROWS)
        ((_, columns),) = rows.tables
        return replace(rows, tables=((node.alias_or_name, columns),))

    # Groups -----------------------------------------------------------------------------------

    def _group(self) -> None:
        nodes, folded = grouped_by(self._node)
        if folded:
            raise refusals.not_here(folded)
        aliases = {
            item.alias.casefold(): item.this
            for item in self._node.expressions
            if isinstance(item, exp.Alias)
        }
        for each in nodes:
            node = ordinal(each, self._node)
            if isinstance(node, exp.Column) and not node.table and not self._is_column(node.name):
                node = aliases.get(node.name.casefold(), node)
            self._grouped(node)

    def _is_column(self, name: str) -> bool:
        return any(c.name.casefold() == name.casefold() for c in self._rows.all())

    def _grouped(self, node: exp.Expr) -> None:
        if aggregates_in(node):
            raise refusals.not_here("an aggregate in GROUP BY")
        made = self._reader.dimension(node)
        axis = axis_of(node, self._reader)
        if axis is None or made.is_literal:
            raise refusals.not_here(f"GROUP BY {node.sql('duckdb')[:40]}")
        if axis.sql not in self._dimensions:
            self._dimensions[axis.sql] = Dimension(axis.sql, axis.family)
            self._axes.append(axis)
            self._named.append(node.sql("duckdb")[:40])

    def _declared(self) -> dict[str, tuple[tuple[str, ...], bool]]:
        """By the SQL of a column the values that its contract lists."""
        given = self._offer.declared
        return {c.sql: given[c.name] for c in self._rows.all() if c.name in given}

    # Columns ----------------------------------------------------------------------------------

    def _shown(self) -> Iterator[tuple[str, Dimension | Figure]]:
        taken: list[str] = []
        for item in self._node.expressions:
            inner = item.this if isinstance(item, exp.Alias) else item
            named = isinstance(item, (exp.Alias, exp.Column))
            name = item.alias_or_name if named else item.sql("duckdb").lower()[:64]
            if "\0" in name:
                raise refusals.not_here("a name like this")
            while name.casefold() in taken:
                name += "_"
            taken.append(name.casefold())
            yield name, self._figure(inner) if aggregates_in(inner) else self._key(inner)

    def _key(self, node: exp.Expr) -> Dimension:
        if isinstance(node, exp.Star) or literal(node) is not None:
            raise refusals.not_here(node.sql("duckdb")[:40])
        axis = axis_of(node, self._reader)
        found = None if axis is None else self._dimensions.get(axis.sql)
        if found is None:
            raise grammar.not_grouped(node.sql("duckdb")[:40])
        return found

    def _figure(self, node: exp.Expr) -> Figure:
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.Filter):
            raise refusals.no_figure("FILTER")
        if isinstance(node, exp.Count):
            return self._count(node)
        if isinstance(node, exp.Sum):
            only(node, "this")
            return self._sum(node.this)
        name = grammar.function_name(node) if isinstance(node, exp.Func) else type(node).__name__
        raise refusals.no_figure(name)

    def _count(self, node: exp.Count) -> Figure:
        only(node, "this", "big_int")
        inner = node.this
        if isinstance(inner, exp.Star):
            only(inner)
            return Figure(Kind.rows)
        if not isinstance(inner, exp.Distinct):
            raise refusals.no_figure("COUNT")
        only(inner, "expressions")
        keys = inner.expressions
        if len(keys) != 1 or not isinstance(keys[0], exp.Column):
            raise refusals.not_the_entity(inner.sql("duckdb")[9:49], self._offer.entity)
        column: Col = find(self._rows, keys[0])
        if column.name.casefold() != self._offer.entity.casefold():
            raise refusals.not_the_entity(column.name, self._offer.entity)
        return Figure(Kind.entities)

    def _sum(self, node: exp.Expr) -> Figure:
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, (exp.Case, exp.If)):
            raise refusals.no_figure("CASE")
        if not isinstance(node, exp.Column):
            raise refusals.no_figure(f"SUM({node.sql('duckdb')[:40]})")
        column: Col = find(self._rows, node)
        if column.use is not Use.statistics:
            raise grammar.visible_measure(column.name)
        bound = self._offer.rules.bound(column.name)
        if bound is None:
            bounded = tuple(b.column for b in self._offer.rules.bounds)
            raise refusals.unbounded(column.name, bounded)
        return Figure(Kind.sum, bound, column.sql)
