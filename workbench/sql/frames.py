"""The scopes of a query while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Source:
    """One relation of a scope. ``table`` is its real name; without one it is derived, and
    ``columns`` (folded) are its columns where the text tells them."""

    table: str | None
    columns: frozenset[str] | None


@dataclass
class Frame:
    """One scope. ``correlated``: an unqualified name may belong to an outer scope."""

    sources: dict[str, Source] = field(default_factory=dict)
    aliases: frozenset[str] = frozenset()
    parent: Frame | None = None
    ctes: dict[str, Source] = field(default_factory=dict)
    correlated: bool = False

    def child(self, sources: Mapping[str, Source] | None = None) -> Frame:
        return Frame(dict(sources or {}), frozenset(), self, self.ctes, self.correlated)

    def subquery(self) -> Frame:
        """For a subquery in an expression: what it does not have may be ours."""
        return Frame({}, frozenset(), self, self.ctes, True)

    def within(self, local: Source) -> Frame:
        """The same scope with names that hold inside one expression only."""
        inner = Frame(dict(self.sources), self.aliases, self.parent, self.ctes, self.correlated)
        inner.add("", local)
        return inner

    def alone(self) -> Frame:
        """For a common table expression, which sees no outer scope but other ones."""
        return Frame({}, frozenset(), None, self.ctes, False)

    def with_ctes(self) -> Frame:
        return Frame(self.sources, self.aliases, self.parent, dict(self.ctes), self.correlated)

    def defining(self, alias: str) -> Frame:
        """The same scope inside the definition of ``alias``, where that name is a column."""
        kept = self.aliases - {alias.casefold()}
        return Frame(self.sources, kept, self.parent, self.ctes, self.correlated)

    def add(self, name: str, source: Source) -> None:
        key = name.casefold()
        if not key or key in self.sources:
            key = f"{key} {len(self.sources)}"  # by that nobody calls it, but its columns count
        self.sources[key] = source

    def derives(self, folded: str) -> bool:
        """Whether a derived relation of this scope has a column of this name."""
        return any(s.columns is not None and folded in s.columns for s in self.sources.values())

    def find(self, name: str) -> Source | None:
        """The relation of this name, here or further out."""
        for frame in (self, *self.outward()):
            found = frame.sources.get(name.casefold())
            if found is not None:
                return found
        return None

    def outward(self) -> Iterator[Frame]:
        frame = self.parent
        while frame is not None:
            yield frame
            frame = frame.parent

    def only_table(self) -> str | None:
        """The one table that an unqualified name must belong to; None where it is not certain."""
        tables = {s.table for s in self.sources.values() if s.table is not None}
        unknown = any(s.table is None and s.columns is None for s in self.sources.values())
        outer = self.correlated and any(f.sources for f in self.outward())
        if len(tables) == 1 and not unknown and not outer:
            return next(iter(tables))
        return None
