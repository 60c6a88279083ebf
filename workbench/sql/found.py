"""What reading a statement has found so far, and which names belong to which table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from workbench.model.read_set import OWN
from workbench.sql.frames import Frame, Source

Names = dict[str, None]


@dataclass
class Found:
    """In the order of reading; the keys of a dict stand for an ordered set. ``seen`` holds the
    ids of the nodes that were met, so that nothing can be passed over unnoticed."""

    tables: Names = field(default_factory=dict)
    columns: dict[tuple[str, str], None] = field(default_factory=dict)
    stars: Names = field(default_factory=dict)
    loose: Names = field(default_factory=dict)
    created: Names = field(default_factory=dict)
    aliases: Names = field(default_factory=dict)
    complete: bool = True
    seen: set[int] = field(default_factory=set)

    def table(self, node: exp.Table) -> str:
        """The name that it goes by here: one of the person's own is never a granted one."""
        self.seen.add(id(node))
        own = OWN in (node.db.casefold(), node.catalog.casefold())
        name = f"{OWN}.{node.name}" if own else node.name
        if isinstance(node.this, exp.Identifier):
            self.tables[name] = None
        return name

    def whole(self, sources: Iterable[Source]) -> None:
        """All columns of these relations were asked for."""
        for source in sources:
            if source.table is not None:
                self.stars[source.table] = None

    def own(self, names: Iterable[str]) -> None:
        """Names that the statement gives itself."""
        for name in names:
            self.aliases[name] = None

    def skip(self, node: exp.Expr | None) -> None:
        """A part that names things without reading them."""
        if node is not None:
            self.seen.update(id(inner) for inner in node.walk())

    def column(self, node: exp.Column, frame: Frame) -> None:
        """``column``, ``table.column``, ``schema.table.column``, each with struct fields after."""
        self.seen.add(id(node))
        parts = [part.name for part in node.parts]
        for index in range(len(parts) - 1):
            source = frame.find(parts[index])
            if source is not None:
                if source.table is not None:
                    self.columns[source.table, parts[index + 1]] = None
                return
        self.bare(parts[0], frame)

    def bare(self, name: str, frame: Frame) -> None:
        """A name without a table. Order: a column that a subquery gives, a whole row, an alias
        of this query, a column of the one table, a column of an outer subquery, loose."""
        folded = name.casefold()
        if frame.derives(folded):
            return
        row = frame.find(name)
        if row is not None:  # a column of this name would win, so it may be either
            self.whole([row])
            self.own([name])
            self.loose[name] = None
            return
        table = None if folded in frame.aliases else frame.only_table()
        if table is not None:
            self.columns[table, name] = None
        elif folded in frame.aliases or not any(f.derives(folded) for f in frame.outward()):
            self.loose[name] = None

    def shared(self, name: str, before: list[Source], after: list[Source]) -> None:
        """USING (name): a column of both sides."""
        for side in (before, after):
            tables = [s.table for s in side if s.table is not None]
            if len(tables) == 1:
                self.columns[tables[0], name] = None
            elif tables:
                self.loose[name] = None
