"""The outermost SELECT of a statement, where it is the one that aggregates rows, and from which
columns of which resources its names come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from workbench.disclosure.aggregates import aggregates_in
from workbench.disclosure.parts import grouped_by, ordinal, star_table
from workbench.disclosure.refusals import Refusal, grammar
from workbench.disclosure.shapes import StatTable

Origin = tuple[str, str]
Columns = Mapping[str, Origin | None]
"""By folded name: (resource, column); None for what is no plain column of one."""


@dataclass(frozen=True)
class Outermost:
    """A SELECT that groups rows of ``sources`` (by folded alias) by ``keys``; its GROUP BY has each
    of them written out, and its ORDER BY no numbers. ``grouping``: ROLLUP, CUBE or empty."""

    select: exp.Select
    sources: Mapping[str, Columns]
    keys: tuple[exp.Expr, ...]
    grouping: str = ""

    def found(self, column: exp.Column) -> tuple[str, str] | None:
        """(alias, name) of what a column names, both folded."""
        name, table = column.name.casefold(), column.table.casefold()
        held = [a for a, columns in self.sources.items() if name in columns and table in ("", a)]
        return (held[0], name) if len(held) == 1 else None

    def origin(self, node: exp.Expr) -> Origin | None:
        at = self.found(node) if isinstance(node, exp.Column) else None
        return self.sources[at[0]][at[1]] if at is not None else None

    def same(self, one: object, other: object) -> bool:
        """Whether two expressions are one, however their columns are qualified."""
        if isinstance(one, exp.Column) and isinstance(other, exp.Column):
            at = self.found(one)
            return at is not None and at == self.found(other)
        if isinstance(one, exp.Expr) and isinstance(other, exp.Expr):
            if type(one) is not type(other):
                return False
            names = {k for n in (one, other) for k, v in n.args.items() if v not in (None, [], "")}
            return all(self.same(one.args.get(k), other.args.get(k)) for k in names)
        if isinstance(one, list) and isinstance(other, list):
            pairs = zip(one, other, strict=False)
            return len(one) == len(other) and all(self.same(a, b) for a, b in pairs)
        return one == other


def outermost(text: str, tables: Sequence[StatTable]) -> Outermost:
    """Raises Refusal where the statement is none, or none of whose parts could be made coarser
    without another question coming of it."""
    select = _tree(text)
    known: Known = {t.name.casefold(): _columns(t) for t in tables}
    sources = _sources(select, _with(select, known))
    found = Outermost(select, sources, ())
    nodes, grouping = grouped_by(select)
    keys: list[exp.Expr] = []
    for each in nodes:
        key = _aliased(ordinal(each, select), found)
        if not any(found.same(key, other) for other in keys):
            keys.append(key.copy())
    _spell_out(select, keys, grouping)
    return Outermost(select, sources, tuple(keys), grouping)


def grouped(keys: Sequence[exp.Expr], grouping: str) -> exp.Group | None:
    """The GROUP BY of these keys."""
    if not keys:
        return None
    copies = [key.copy() for key in keys]
    if grouping:
        kind = exp.Rollup if grouping == "ROLLUP" else exp.Cube
        return exp.Group(expressions=[kind(expressions=copies)])
    return exp.Group(expressions=copies)


def _tree(text: str) -> exp.Select:
    try:
        found = sqlglot.parse(text, read="duckdb")
    except Exception:  # noqa: BLE001 - a parser of another's, which would repeat the text
        raise _inner() from None
    if len(found) != 1 or not isinstance(found[0], exp.Select):
        raise _inner()
    tree = found[0].transform(_spelt)
    assert isinstance(tree, exp.Select)  # the transform does not touch it
    return tree


def _spelt(node: exp.Expr) -> exp.Expr:
    """Spellings that would come back from the parser as something else."""
    if isinstance(node, exp.Anonymous) and node.name.casefold() == "mean":
        return exp.Avg(this=node.expressions[0]) if len(node.expressions) == 1 else node
    if isinstance(node, exp.WithinGroup) and isinstance(
        node.this, (exp.PercentileCont, exp.PercentileDisc)
    ):
        (by,) = node.expression.expressions
        if not by.args.get("desc"):
            return type(node.this)(this=by.this, expression=node.this.this)
    return node


def _columns(table: StatTable) -> Columns:
    return {c.name.casefold(): (table.name, c.name) for c in table.columns}


# Where names come from ----------------------------------------------------------------------------

Known = Mapping[str, Columns | None]
"""Tables and common table expressions by folded name; None for one that does not give rows."""


def _with(select: exp.Select, known: Known) -> Known:
    named = dict(known)
    with_ = select.args.get("with_")
    for cte in with_.expressions if with_ is not None else []:
        try:
            named[cte.alias.casefold()] = _projected(cte.this, named)
        except Refusal:  # it matters only where the outermost SELECT reads it
            named[cte.alias.casefold()] = None
    return named


def _sources(select: exp.Select, known: Known) -> dict[str, Columns]:
    origin = select.args.get("from_")
    nodes = [origin.this] if origin is not None else []
    nodes += [join.this for join in select.args.get("joins") or []]
    return {node.alias_or_name.casefold(): _source(node, known) for node in nodes}


def _source(node: exp.Expr, known: Known) -> Columns:
    if isinstance(node, exp.Subquery):
        return _projected(node.this, known)
    columns = known.get(node.name.casefold())
    if columns is None:
        raise _inner()
    return columns


def _projected(node: exp.Expr, known: Known) -> Columns:
    """The columns of an inner SELECT that gives rows. Raises Refusal for one that aggregates."""
    if not isinstance(node, exp.Select) or _folds(node):
        raise _inner()
    sources = _sources(node, _with(node, known))
    inner = Outermost(node, sources, ())
    found: dict[str, Origin | None] = {}
    for item in node.expressions:
        star = star_table(item)
        if star is None:
            plain = item.this if isinstance(item, exp.Alias) else item
            found[item.alias_or_name.casefold()] = inner.origin(plain)
            continue
        for alias, columns in sources.items():
            found |= columns if star in ("", alias) else {}
    return found


def _folds(select: exp.Select) -> bool:
    asked = [*select.expressions, select.args.get("having"), select.args.get("order")]
    grouping = select.args.get("group") or select.args.get("distinct")
    return bool(grouping) or any(each is not None and aggregates_in(each) for each in asked)


def _aliased(key: exp.Expr, found: Outermost) -> exp.Expr:
    """A name in GROUP BY is a column's before it is an alias's, as when it is compiled."""
    if not isinstance(key, exp.Column) or key.table:
        return key
    if any(key.name.casefold() in columns for columns in found.sources.values()):
        return key
    for item in found.select.expressions:
        if isinstance(item, exp.Alias) and item.alias.casefold() == key.name.casefold():
            inner: exp.Expr = item.this
            return inner
    return key


def _spell_out(select: exp.Select, keys: Sequence[exp.Expr], grouping: str) -> None:
    select.set("group", grouped(keys, grouping))
    select.set("distinct", None)
    order = select.args.get("order")
    for each in order.expressions if order is not None else []:
        if isinstance(each.this, exp.Literal) and each.this.is_int:
            item = select.expressions[int(each.this.name) - 1]  # it was compiled: there is one
            named = exp.column(exp.to_identifier(item.alias)) if item.alias else item.copy()
            each.set("this", named)


def _inner() -> Refusal:
    return grammar(
        "只能就最外层直接按行聚合的 SELECT 给出建议；这条语句在内层聚合，或是 UNION。",
        "Suggestions are made only where the outermost SELECT aggregates rows itself; this "
        "statement aggregates further inside, or is a UNION.",
        "请单独对内层的 SELECT 使用 explain。",
        "Explain the inner SELECT alone.",
    )
