"""Procedures, the definitions that they began under, what they mark as disputed and what they did.

A change of a procedure is made in the transaction of its ledger entry, as that of a case
(``store.cases``); the regulations and the commands that were done are kept there too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, insert, or_, select, update

from workbench.model.procedure import Procedure
from workbench.store.case_text import Unreadable, read, written
from workbench.store.cases import MOST, PAGE, MovedOn
from workbench.store.tables import messages, procedure_kinds, procedures

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from workbench.store.session import Store

log = logging.getLogger(__name__)

OF_A_DATE = frozenset(
    {"procedure_due_soon", "procedure_due_today", "procedure_overdue", "procedure_served"}
)
"""Kinds of message about a procedure that a date makes."""


@dataclass(frozen=True)
class ProcedureLine:
    """A procedure as lists show it, without its body."""

    id: str
    kind: str
    department: str
    provider: str
    other: str
    resource: str
    state: str
    over: bool
    decider: str
    version: int
    definition: str
    due: date | None
    opened: datetime
    changed: datetime


@dataclass(frozen=True)
class ProcedureFilter:
    """Which procedures are asked for; an empty field does not narrow. ``party`` is a department on
    any side of it. ``running``: those that are not over. ``due_by``: a deadline runs, and ends on
    that day or before: the most pressing first; else the newest first."""

    party: str = ""
    department: str = ""
    provider: str = ""
    resource: str = ""
    kinds: frozenset[str] = frozenset()
    running: bool = False
    due_by: date | None = None
    limit: int = 50
    offset: int = 0


class Procedures:
    """The procedures of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, id: str) -> Procedure | None:  # noqa: A002
        with self._store.reading() as connection:
            body = connection.execute(
                select(procedures.c.body).where(procedures.c.id == id)
            ).scalar_one_or_none()
        return None if body is None else next(_readable([body]), None)

    def put(self, procedure: Procedure, *, seen: int) -> None:
        """Keep it as it is now; ``seen`` is the version that it followed from, 0 for a new one.
        Raises MovedOn where there is another one."""
        mine = procedures.c.id == procedure.id
        with self._store.writing() as connection:
            known = connection.execute(select(procedures.c.version).where(mine)).first()
            if (known.version if known is not None else 0) != seen:
                raise MovedOn
            row = _row(procedure)
            if known is None:
                connection.execute(insert(procedures).values(row))
            else:
                connection.execute(update(procedures).where(mine).values(row))

    def find(self, wanted: ProcedureFilter) -> tuple[ProcedureLine, ...]:
        columns = [procedures.c[name] for name in ProcedureLine.__dataclass_fields__]
        query = _narrowed(select(*columns), wanted)
        if wanted.due_by is not None:
            query = query.order_by(procedures.c.due, procedures.c.id)
        else:
            query = query.order_by(procedures.c.changed.desc(), procedures.c.id)
        with self._store.reading() as connection:
            rows = connection.execute(query.limit(min(wanted.limit, MOST)).offset(wanted.offset))
            return tuple(ProcedureLine(**row._mapping) for row in rows)

    def count(self, wanted: ProcedureFilter) -> int:
        query = _narrowed(select(func.count()).select_from(procedures), wanted)
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def whole(self, ids: Sequence[str]) -> dict[str, Procedure]:
        """Those of these that there are."""
        query = select(procedures.c.body).where(procedures.c.id.in_(ids[:MOST]))
        with self._store.reading() as connection:
            bodies = [body for (body,) in connection.execute(query)]
        return {one.id: one for one in _readable(bodies)}

    def all(self, *, running: bool = False) -> Iterator[Procedure]:
        """Every one, or those that are not over, by id; a page in memory at a time."""
        for rows in self._pages(running=running):
            yield from _readable(row.body for row in rows)

    def differing(self) -> Iterator[str]:
        """The ids of those whose row does not say what their body says."""
        for rows in self._pages(running=False):
            for row in rows:
                found = next(_readable([row.body]), None)
                if found is not None and _row(found) != dict(row._mapping):
                    yield row.id

    def _pages(self, *, running: bool) -> Iterator[Sequence[Any]]:
        last = ""
        while True:
            query = select(procedures).where(procedures.c.id > last)
            if running:
                query = query.where(procedures.c.over.is_(False))
            with self._store.reading() as connection:
                rows = connection.execute(query.order_by(procedures.c.id).limit(PAGE)).all()
            if not rows:
                return
            yield rows
            last = rows[-1].id

    # The definitions -----------------------------------------------------------------------------

    def definition(self, version: str) -> str | None:
        """The text of a definition's file as it was, by its digest."""
        wanted = select(procedure_kinds.c.text).where(procedure_kinds.c.version == version)
        with self._store.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def keep_definition(self, version: str, kind: str, text: str) -> None:
        """To keep the same twice is to keep it."""
        with self._store.writing() as connection:
            known = select(procedure_kinds.c.version).where(procedure_kinds.c.version == version)
            if connection.execute(known).first() is None:
                row = {"version": version, "kind": kind, "text": text}
                connection.execute(insert(procedure_kinds).values(row))

    # Reminders -----------------------------------------------------------------------------------

    def count_reminders(self) -> int:
        """How many messages about procedures were made because of a date."""
        of_a_date = messages.c.kind.in_(sorted(OF_A_DATE))
        query = select(func.count()).select_from(messages).where(of_a_date)
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())


def to_text(procedure: Procedure) -> str:
    """Canonical: equal procedures have equal texts."""
    return written(_adapter(), procedure)


@cache
def _adapter() -> TypeAdapter[Procedure]:
    from pydantic import TypeAdapter

    return TypeAdapter(Procedure)


def _readable(bodies: Iterable[str]) -> Iterator[Procedure]:
    """One that somebody broke is passed over, and said; the verification names it."""
    for body in bodies:
        try:
            yield read(_adapter(), body)
        except Unreadable:
            log.error("a procedure of the store cannot be read")


def _row(procedure: Procedure) -> dict[str, Any]:
    row = {
        name: getattr(procedure, name)
        for name in procedures.c.keys()  # noqa: SIM118 - a collection of columns, no dict
        if name not in ("due", "body")
    }
    return {
        **row,
        "due": procedure.clock.due if procedure.clock else None,
        "body": to_text(procedure),
    }


def _narrowed(query: Select[Any], wanted: ProcedureFilter) -> Select[Any]:
    column = procedures.c
    conditions = [
        column[name] == value
        for name in ("department", "provider", "resource")
        if (value := getattr(wanted, name))
    ]
    if wanted.party:
        sides = (column.department, column.provider, column.other)
        conditions.append(or_(*(side == wanted.party for side in sides)))
    if wanted.kinds:
        conditions.append(column.kind.in_(sorted(wanted.kinds)))
    if wanted.running:
        conditions.append(column.over.is_(False))
    if wanted.due_by is not None:
        conditions.append(and_(column.due.is_not(None), column.due <= wanted.due_by))
    return query.where(and_(*conditions)) if conditions else query
