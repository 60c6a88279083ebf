"""What procedures did beside themselves: marks of what is disputed, and a line for each effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from workbench.model.procedure import Effect
from workbench.store.tables import disputed, procedure_effects

if TYPE_CHECKING:
    from workbench.store.session import Store


@dataclass(frozen=True)
class Mark:
    """What is disputed: a column, or all of a resource where it is empty; one row, by its keyed
    digest (``sharing.procedures.sealing``), or all of them where that is empty."""

    procedure_id: str
    resource: str
    column: str
    row: str
    since: datetime


@dataclass(frozen=True)
class Did:
    """An effect that a step had. ``evidence`` is the digest of its proof, empty for none."""

    procedure_id: str
    step: int
    effect: Effect
    subject: str
    by_hand: bool
    evidence: str
    at: datetime


Standing = Mapping[str, tuple[Mark, ...]]
"""Resource -> what is disputed of it, the oldest first."""


class ProcedureEffects:
    """Of one store. Changed in the transaction of the procedure's step. Safe for threads: every
    statement asks what is disputed, so the marks that stand are kept with the store's version,
    which goes up with each of their changes, whichever process makes it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: tuple[int, Standing] | None = None

    def mark(self, marks: Iterable[Mark]) -> None:
        """Each once: what is marked stays marked since it was, and what was cleared is marked
        anew."""
        with self._store.writing() as connection:
            for one in marks:
                mine = and_(
                    disputed.c.procedure_id == one.procedure_id,
                    disputed.c.resource == one.resource,
                    disputed.c.column == one.column,
                )
                known = connection.execute(select(disputed.c.ended).where(mine)).first()
                if known is None:
                    connection.execute(insert(disputed).values(**one.__dict__, ended=None))
                elif known.ended is not None:
                    values = {"since": one.since, "ended": None}
                    connection.execute(update(disputed).where(mine).values(values))
                else:
                    continue
                self._store.changed(connection)

    def clear(self, procedure_id: str, at: datetime) -> None:
        """Take all marks of this procedure away."""
        mine = and_(disputed.c.procedure_id == procedure_id, disputed.c.ended.is_(None))
        with self._store.writing() as connection:
            if connection.execute(update(disputed).where(mine).values(ended=at)).rowcount:
                self._store.changed(connection)

    def disputed(self, resource: str, columns: Iterable[str] = ()) -> tuple[Mark, ...]:
        """What is disputed now of these columns of a resource, or of any where none is named."""
        names = {"", *columns}
        marks = self.standing([resource])
        return tuple(one for one in marks if len(names) == 1 or one.column in names)

    def standing(self, resources: Iterable[str]) -> tuple[Mark, ...]:
        """What is disputed now of these resources, by resource, the oldest first."""
        names = sorted(set(resources))
        if not names:
            return ()
        found = self._standing()
        return tuple(mark for name in names for mark in found.get(name, ()))

    def _standing(self) -> Standing:
        """Inside a transaction its own marks as well, which are kept by nobody: it may fail."""
        if self._store.is_writing:
            return self._read()
        version = self._store.version()  # before the rows: a change between them is seen next time
        kept = self._kept
        if kept is None or kept[0] != version:
            kept = self._kept = version, self._read()
        return kept[1]

    def _read(self) -> Standing:
        order = (
            disputed.c.resource, disputed.c.since, disputed.c.procedure_id, disputed.c.column,
        )  # fmt: skip
        query = select(disputed).where(disputed.c.ended.is_(None)).order_by(*order)
        found: dict[str, list[Mark]] = {}
        with self._store.reading() as connection:
            for r in connection.execute(query):
                mark = Mark(r.procedure_id, r.resource, r.column, r.row, r.since)
                found.setdefault(mark.resource, []).append(mark)
        return {name: tuple(marks) for name, marks in found.items()}

    def marked(self, procedure_id: str = "") -> frozenset[str]:
        """The ids of the procedures (of this one alone) that something is marked by now."""
        query = select(disputed.c.procedure_id).where(disputed.c.ended.is_(None)).distinct()
        if procedure_id:
            query = query.where(disputed.c.procedure_id == procedure_id)
        with self._store.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def did(self, lines: Iterable[Did]) -> None:
        with self._store.writing() as connection:
            for one in lines:
                values = {**one.__dict__, "effect": one.effect.value}
                connection.execute(insert(procedure_effects).values(values))

    def done(self, effect: Effect, subject: str = "") -> tuple[Did, ...]:
        """What was done of this kind (to this subject), the oldest first."""
        table = procedure_effects
        query = select(table).where(table.c.effect == effect.value)
        if subject:
            query = query.where(table.c.subject == subject)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(table.c.at, table.c.procedure_id))
            return tuple(Did(**{**row._mapping, "effect": Effect(row.effect)}) for row in rows)
