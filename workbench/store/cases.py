"""Applications and their cases, the regulations that they began under, and commands that were done.

A change of a case is made in the transaction of its ledger entry (``Ledger.record(doing=...)``).
Writers stand in line for the store's one write lock, so that what was read inside a transaction
stays so until its end.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, insert, or_, select, update

from workbench.model.case import Case, State, grant_of
from workbench.store.case_text import Unreadable, from_text, to_text
from workbench.store.tables import cases, commands, profiles

if TYPE_CHECKING:
    from workbench.store.session import Store

log = logging.getLogger(__name__)

MOST = 500
"""Cases in one answer at most (our default)."""
PAGE = 2000


@dataclass(frozen=True)
class CaseLine:
    """A case as lists show it, without its body."""

    id: str
    department: str
    provider: str
    scenario: str
    resource: str
    state: State
    decider: str
    reviewer: str
    version: int
    due: date | None
    until: date
    opened: datetime
    changed: datetime


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are asked for; an empty field does not narrow. ``party`` is a department that
    applied, provides or reviews. ``due_by``: a deadline runs, and ends on that day or before.

    By ``changed`` the newest first, with ``due_by`` the most pressing first; ``offset`` leaves out
    the first.
    """

    party: str = ""
    department: str = ""
    provider: str = ""
    scenario: str = ""
    resource: str = ""
    states: frozenset[State] = frozenset()
    deciders: frozenset[str] = frozenset()
    due_by: date | None = None
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class Done:
    """A command that was done: ``key`` is the digest of who sent it and the key that they gave it,
    ``digest`` that of all that it said."""

    key: str
    digest: str
    case_id: str
    version: int
    at: datetime


class MovedOn(Exception):
    """The case is not what it was when this change of it was worked out."""


class Cases:
    """The cases of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, id: str) -> Case | None:  # noqa: A002
        with self._store.reading() as connection:
            body = connection.execute(
                select(cases.c.body).where(cases.c.id == id)
            ).scalar_one_or_none()
        return None if body is None else next(_readable([body]), None)

    def put(self, case: Case, *, seen: int) -> None:
        """Keep the case as it is now; ``seen`` is the version that it followed from, 0 for a new
        one. Raises MovedOn where there is another one."""
        with self._store.writing() as connection:
            known = connection.execute(
                select(cases.c.version, cases.c.mark, cases.c.body).where(cases.c.id == case.id)
            ).first()
            if (known.version if known is not None else 0) != seen:
                raise MovedOn
            before = None if known is None else grant_of(from_text(known.body))
            mark = 0 if known is None else known.mark
            if grant_of(case) != before:
                self._store.changed(connection)
                mark = self._store.version()
            row = _row(case, mark)
            if known is None:
                connection.execute(insert(cases).values(row))
            else:
                connection.execute(update(cases).where(cases.c.id == case.id).values(row))

    def find(self, wanted: CaseFilter) -> tuple[CaseLine, ...]:
        columns = [cases.c[name] for name in CaseLine.__dataclass_fields__]
        query = _narrowed(select(*columns), wanted)
        if wanted.due_by is not None:
            query = query.order_by(cases.c.due, cases.c.id)
        else:
            query = query.order_by(cases.c.changed.desc(), cases.c.id)
        with self._store.reading() as connection:
            rows = connection.execute(query.limit(min(wanted.limit, MOST)).offset(wanted.offset))
            return tuple(_line(row) for row in rows)

    def count(self, wanted: CaseFilter) -> int:
        query = _narrowed(select(func.count()).select_from(cases), wanted)
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def whole(self, ids: Sequence[str]) -> dict[str, Case]:
        """Those of these that there are."""
        with self._store.reading() as connection:
            rows = connection.execute(
                select(cases.c.id, cases.c.body).where(cases.c.id.in_(ids[:MOST]))
            )
            return {case.id: case for case in _readable(row.body for row in rows)}

    def granted_since(self, mark: int) -> tuple[int, tuple[Case, ...]]:
        """The cases whose grant changed after this mark, and the mark to ask with next time."""
        query = select(cases.c.mark, cases.c.body).where(cases.c.mark > mark)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(cases.c.mark)).all()
        return (rows[-1].mark if rows else mark), tuple(_readable(row.body for row in rows))

    def held(self, department: str, scenario: str = "", resource: str = "") -> tuple[Case, ...]:
        """The cases that gave a department something, in whatever state they are now."""
        wanted = CaseFilter(department=department, scenario=scenario, resource=resource)
        given = or_(cases.c.mark > 0, cases.c.state == State.approved.value)
        query = _narrowed(select(cases.c.body), wanted).where(given)
        with self._store.reading() as connection:
            return tuple(_readable(body for (body,) in connection.execute(query)))

    def all(self, states: frozenset[State] = frozenset()) -> Iterator[Case]:
        """Every case in these states, or in any, by id; a page in memory at a time."""
        last = ""
        while True:
            query = select(cases.c.id, cases.c.body).where(cases.c.id > last)
            if states:
                query = query.where(cases.c.state.in_(sorted(states)))
            with self._store.reading() as connection:
                rows = connection.execute(query.order_by(cases.c.id).limit(PAGE)).all()
            if not rows:
                return
            yield from _readable(row.body for row in rows)
            last = rows[-1].id

    def differing(self) -> Iterator[str]:
        """The ids of cases whose row does not say what their body says."""
        last = ""
        while True:
            query = select(cases).where(cases.c.id > last).order_by(cases.c.id).limit(PAGE)
            with self._store.reading() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            for row in rows:
                case = next(_readable([row.body]), None)
                if case is not None and _row(case, row.mark) != dict(row._mapping):
                    yield row.id
            last = rows[-1].id

    # The regulations -----------------------------------------------------------------------------

    def profile(self, version: str) -> str | None:
        """The text of a regulation's file as it was, by its digest."""
        wanted = select(profiles.c.text).where(profiles.c.version == version)
        with self._store.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def keep_profile(self, version: str, regulation: str, text: str) -> None:
        """To keep the same twice is to keep it."""
        with self._store.writing() as connection:
            known = select(profiles.c.version).where(profiles.c.version == version)
            if connection.execute(known).first() is None:
                row = {"version": version, "regulation": regulation, "text": text}
                connection.execute(insert(profiles).values(row))

    # Commands ------------------------------------------------------------------------------------

    def done(self, key: str) -> Done | None:
        with self._store.reading() as connection:
            row = connection.execute(select(commands).where(commands.c.key == key)).first()
        return None if row is None else Done(**row._mapping)

    def keep_done(self, done: Done) -> None:
        with self._store.writing() as connection:
            connection.execute(insert(commands).values(done.__dict__))


def _readable(bodies: Iterable[str]) -> Iterator[Case]:
    """One that somebody broke is passed over, and said: it must not stop all others. The
    verification names it."""
    for body in bodies:
        try:
            yield from_text(body)
        except Unreadable:
            log.error("a case of the store cannot be read: %s", body[:40])


def _row(case: Case, mark: int) -> dict[str, Any]:
    asked = case.application
    return {
        "id": case.id,
        "department": asked.department,
        "provider": case.provider,
        "scenario": asked.scenario,
        "resource": asked.resource,
        "state": case.state.value,
        "decider": case.decider,
        "reviewer": case.reviewer,
        "version": case.version,
        "profile": case.profile,
        "due": case.clock.due if case.clock else None,
        "until": case.decision.terms.until if case.decision else asked.until,
        "opened": case.opened,
        "changed": case.changed,
        "mark": mark,
        "body": to_text(case),
    }


def _line(row: Any) -> CaseLine:
    return CaseLine(**{**row._mapping, "state": State(row.state)})


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    column = cases.c
    conditions = [
        column[name] == value
        for name in ("department", "provider", "scenario", "resource")
        if (value := getattr(wanted, name))
    ]
    if wanted.party:
        conditions.append(
            or_(
                column.department == wanted.party,
                column.provider == wanted.party,
                column.reviewer == wanted.party,
            )
        )
    if wanted.states:
        conditions.append(column.state.in_(sorted(wanted.states)))
    if wanted.deciders:
        conditions.append(column.decider.in_(sorted(wanted.deciders)))
    if wanted.due_by is not None:
        conditions.append(and_(column.due.is_not(None), column.due <= wanted.due_by))
    return query.where(and_(*conditions)) if conditions else query
