"""Queries, relations and expressions of a parsed statement, each in the scope it stands in.

No schema is at hand, so a name that could belong to several tables is *loose*. In a subquery an
unqualified name may be the outer query's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlglot import exp

from workbench.sql.found import Found
from workbench.sql.frames import Frame, Source

Columns = frozenset[str] | None


class Queries:
    """Reads into ``found``. Raises RecursionError for a tree that is too deep."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self._by_type: Mapping[type[exp.Expr], Callable[[Any, Frame], object]] = {
            exp.Column: self._column,
            exp.Star: self._star,
            exp.Columns: self._all_columns,
            exp.Table: lambda node, frame: self.source(node, frame.child()),
            exp.Alias: lambda node, frame: self.walk(node.this, frame.defining(node.alias)),
            exp.Comprehension: self._comprehension,
            exp.Pivot: self.pivot,
        }

    # Queries ----------------------------------------------------------------------------------

    def query(self, node: exp.Expr, frame: Frame) -> Columns:
        """Read a query below ``frame``. Returns its columns (folded), None where not known."""
        frame = self.ctes(node, frame)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, frame)
        if isinstance(node, exp.Subquery):
            return self._wrapped(node, frame)
        if isinstance(node, exp.Select):
            return self._select(node, frame)
        if isinstance(node, exp.Pivot):
            self.pivot(node, frame)
        elif isinstance(node, exp.Table):
            inner = frame.child()
            self.source(node, inner)
            self.found.whole(inner.sources.values())
        else:
            self.walk_args(node, frame.child(), {"with_"})
        return None

    def _set_operation(self, node: exp.SetOperation, frame: Frame) -> Columns:
        columns = self.query(node.this, frame)
        self.query(node.expression, frame)
        rest = frame.child({"": Source(None, columns)})
        self.walk_args(node, rest, {"this", "expression", "with_"})
        return columns

    def _wrapped(self, node: exp.Subquery, frame: Frame) -> Columns:
        inner = frame.child()
        columns = self.source(node, inner)
        self.walk_args(node, inner, {"this", "alias", "with_", "pivots", "joins"})
        return columns

    def _select(self, node: exp.Select, frame: Frame) -> Columns:
        inner = frame.child()
        origin = node.args.get("from_")
        if origin is not None:
            self.from_(origin, inner)
        for join in (*(node.args.get("joins") or []), *(node.args.get("laterals") or [])):
            self._join(join, inner)
        named = [p.alias for p in node.expressions if isinstance(p, exp.Alias)]
        inner.aliases = frozenset(name.casefold() for name in named)
        self.found.own(named)
        self.walk_args(node, inner, {"from_", "joins", "laterals", "with_"})
        return _outputs(node)

    def ctes(self, node: exp.Expr, frame: Frame) -> Frame:
        """``frame`` with the common table expressions of ``node``."""
        found = node.args.get("with_")
        if not isinstance(found, exp.With):
            return frame
        frame = frame.with_ctes()
        for cte in found.expressions:
            names = _alias_columns(cte)
            named = frozenset(c.name.casefold() for c in names) or None
            self.found.own(c.name for c in names)
            outer = frame
            if found.args.get("recursive"):
                outer = frame.with_ctes()
                outer.ctes[cte.alias.casefold()] = Source(None, named)
            columns = self.query(cte.this, outer.alone())
            self.found.skip(cte.args.get("alias"))
            frame.ctes[cte.alias.casefold()] = Source(None, named or columns)
        return frame

    # Relations --------------------------------------------------------------------------------

    def from_(self, node: exp.Expr, frame: Frame) -> None:
        self.source(node.this, frame)
        for other in node.expressions:
            self.source(other, frame)

    def _join(self, node: exp.Expr, frame: Frame) -> None:
        if not isinstance(node, exp.Join):
            self.source(node, frame)
            return
        before = list(frame.sources.values())
        self.source(node.this, frame)
        after = list(frame.sources.values())[len(before) :]
        for name in node.args.get("using") or []:
            self.found.shared(name.name, before, after)
        if node.method == "NATURAL":
            self.found.whole(frame.sources.values())
        self.walk(node.args.get("on"), frame)

    def source(self, node: exp.Expr, frame: Frame) -> Columns:
        """Add what FROM names to ``frame``; returns its columns where they are known."""
        made = self._made(node, frame)
        for pivot in node.args.get("pivots") or []:
            made = self._pivoted(pivot, made, frame)
        columns = _alias_columns(node)
        if columns and made is not None:
            self.found.own(c.name for c in columns)
            self.found.whole([made])
            made = Source(None, frozenset(c.name.casefold() for c in columns))
        if made is not None:
            frame.add(node.alias_or_name, made)
        for join in node.args.get("joins") or []:
            self._join(join, frame)
        return made.columns if made is not None else None

    def _made(self, node: exp.Expr, frame: Frame) -> Source | None:
        """The relation itself; None where its parts were added one by one: FROM (a JOIN b)."""
        inside = node.this
        if isinstance(node, exp.Table):
            return self._table(node, frame)
        if isinstance(node, exp.Subquery) and isinstance(inside, exp.Table):
            self.source(inside, frame)
            return None
        if isinstance(node, exp.Subquery) and isinstance(inside, exp.Query):
            return Source(None, self.query(inside, frame))
        if isinstance(node, exp.Lateral) and isinstance(inside, exp.Subquery):
            return Source(None, self.query(inside.this, frame.subquery()))
        if isinstance(node, exp.Pivot):
            self.pivot(node, frame)
        else:
            self.walk_args(node, frame, {"alias", "joins", "pivots"})  # UNNEST, VALUES, functions
        return Source(None, None)

    def _table(self, node: exp.Table, frame: Frame) -> Source:
        self.found.seen.add(id(node))
        if not isinstance(node.this, exp.Identifier):
            self.walk(node.this, frame)  # a table function
            return Source(None, None)
        known = None if node.db else frame.ctes.get(node.name.casefold())
        if known is not None:
            return known
        if "information_schema" in (node.db.casefold(), node.catalog.casefold()):
            return Source(None, None)
        return Source(self.found.table(node), None)

    def pivot(self, node: exp.Pivot, frame: Frame) -> None:
        """PIVOT t ON ... as a statement or in parentheses: all of t may come out."""
        inner = frame.child()
        self.source(node.this, inner)
        self.found.whole(inner.sources.values())
        self.found.skip(node.args.get("into"))
        self.walk_args(node, inner, {"this", "with_", "into"})

    def _pivoted(self, pivot: exp.Pivot, made: Source | None, frame: Frame) -> Source:
        """FROM t PIVOT (...)"""
        sources = {"": made} if made is not None else frame.sources
        self.found.whole(sources.values())
        self.walk_args(pivot, frame.child(sources), {"alias", "columns"})
        return Source(None, None)

    # Expressions ------------------------------------------------------------------------------

    def walk(self, node: Any, frame: Frame) -> None:
        if isinstance(node, list):
            for item in node:
                self.walk(item, frame)
        elif isinstance(node, exp.Expr):
            reader = self._by_type.get(type(node))
            if reader is not None:
                reader(node, frame)
            elif isinstance(node, exp.Query):
                self.query(node, frame.subquery())
            else:
                self.walk_args(node, frame)

    def walk_args(self, node: exp.Expr, frame: Frame, done: Collection[str] = ()) -> None:
        for key, value in node.args.items():
            if key not in done:
                self.walk(value, frame)

    def _comprehension(self, node: exp.Comprehension, frame: Frame) -> None:
        """[x + 1 FOR x, i IN list IF x > 2]: x and i are names of its own."""
        own = [n for n in (node.expression, node.args.get("position")) if n is not None]
        names = frozenset(n.name.casefold() for n in own)
        inner = frame.within(Source(None, names))
        self.walk(node.args.get("iterator"), frame)
        self.walk(node.this, inner)
        self.walk(node.args.get("condition"), inner)
        for name in own:
            self.found.skip(name)

    def _all_columns(self, node: exp.Columns, frame: Frame) -> None:
        """COLUMNS(*), COLUMNS('pattern'), COLUMNS(t.*), COLUMNS(c -> ...)."""
        if isinstance(node.this, (exp.Column, exp.Star)):
            self.walk(node.this, frame)
        else:
            self.found.whole(frame.sources.values())

    def _star(self, node: exp.Star, frame: Frame) -> None:
        """``*`` with EXCLUDE (left out: not read), REPLACE and RENAME."""
        if isinstance(node.parent, exp.Count):
            return
        self.found.whole(frame.sources.values())
        self._star_options(node, frame)

    def _star_options(self, node: exp.Star, frame: Frame) -> None:
        for left_out in node.args.get("except_") or []:
            self.found.skip(left_out)
        self.walk(node.args.get("replace"), frame)
        for renamed in node.args.get("rename") or []:
            self.found.own([renamed.alias])
            self.walk(renamed.this, frame)

    def _column(self, node: exp.Column, frame: Frame) -> None:
        if not isinstance(node.this, exp.Star):
            self.found.column(node, frame)
            return
        self.found.seen.add(id(node))
        source = frame.find(node.table)
        if source is not None:
            self.found.whole([source])
        else:
            self.found.bare(node.table, frame)  # all fields of a struct
        self._star_options(node.this, frame)


def _alias_columns(node: exp.Expr) -> list[exp.Expr]:
    alias = node.args.get("alias")
    return list(alias.columns) if isinstance(alias, exp.TableAlias) else []


def _outputs(node: exp.Select) -> Columns:
    for projection in node.expressions:
        found = projection.find(exp.Star, exp.Columns)
        if found is not None and not isinstance(found.parent, exp.Count):
            return None
    return frozenset(p.alias_or_name.casefold() for p in node.expressions)
