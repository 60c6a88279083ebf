"""How grants were used, by person and day: a count of what the ledger says, kept up with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from workbench.store.tables import meta, uses

if TYPE_CHECKING:
    from workbench.store.session import Store

SEEN = "uses_seen"
_AT_ONCE = 500
"""Ids in one statement: a database limits its parameters."""

Key = tuple[str, str, date]
"""``(grant, person, day)``; the person who looked, where a page asked."""


@dataclass(frozen=True)
class Used:
    """``columns`` are all that were read; ``last`` is the last time of the day."""

    releases: int
    columns: frozenset[str]
    last: datetime

    def and_(self, more: Used) -> Used:
        columns = self.columns | more.columns
        return Used(self.releases + more.releases, columns, max(self.last, more.last))


@dataclass(frozen=True)
class Person:
    """One person under one grant: ``first`` day and ``last`` time of the use that is counted."""

    grant_id: str
    person: str
    releases: int
    first: date
    last: datetime


class Uses:
    """The counts of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seen(self) -> int:
        """The last entry of the ledger that is counted."""
        with self._store.reading() as connection:
            return _seen(connection)

    def add(self, found: Mapping[Key, Used], after: int, seen: int) -> bool:
        """Count what stands in the entries after ``after``, to ``seen``. False where somebody else
        did so first: then nothing is added."""
        with self._store.writing() as connection:
            if _seen(connection) != after:
                return False
            _add(connection, found)
            known = connection.execute(
                update(meta).where(meta.c.key == SEEN).values(value=seen)
            ).rowcount
            if not known:
                connection.execute(insert(meta).values(key=SEEN, value=seen))
        return True

    def last_used(self, grants: Collection[str]) -> dict[str, datetime]:
        """By grant, for those of these that were used."""
        found: dict[str, datetime] = {}
        with self._store.reading() as connection:
            for some in _parts(grants):
                query = (
                    select(uses.c.grant_id, func.max(uses.c.last).label("last"))
                    .where(uses.c.grant_id.in_(some))
                    .group_by(uses.c.grant_id)
                )
                found |= {row.grant_id: row.last for row in connection.execute(query)}
        return found

    def last_days(self) -> dict[str, date]:
        """The last day of use of every grant that was used; of an index alone, so that it is quick
        however many grants there are."""
        query = select(uses.c.grant_id, func.max(uses.c.day).label("day")).group_by(uses.c.grant_id)
        with self._store.reading() as connection:
            return {row.grant_id: row.day for row in connection.execute(query)}

    def people(self, grants: Collection[str], since: date | None = None) -> tuple[Person, ...]:
        """Who used these grants, from a day on; of each grant the most recent first."""
        found: list[Person] = []
        releases, last = func.sum(uses.c.releases), func.max(uses.c.last)
        with self._store.reading() as connection:
            for some in _parts(grants):
                query = (
                    select(
                        uses.c.grant_id,
                        uses.c.person,
                        releases.label("releases"),
                        func.min(uses.c.day).label("first"),
                        last.label("last"),
                    )
                    .where(uses.c.grant_id.in_(some), *_from(since))
                    .group_by(uses.c.grant_id, uses.c.person)
                    .order_by(uses.c.grant_id, last.desc(), uses.c.person)
                )
                found += [Person(**row._mapping) for row in connection.execute(query)]
        return tuple(found)

    def columns_read(
        self, grants: Collection[str], since: date | None = None
    ) -> dict[tuple[str, str], dict[str, date]]:
        """By grant and person: the columns that were read, with the last day of each."""
        found: dict[tuple[str, str], dict[str, date]] = {}
        with self._store.reading() as connection:
            for some in _parts(grants):
                query = (
                    select(
                        uses.c.grant_id,
                        uses.c.person,
                        uses.c.columns,
                        func.max(uses.c.day).label("day"),
                    )
                    .where(uses.c.grant_id.in_(some), *_from(since))
                    .group_by(uses.c.grant_id, uses.c.person, uses.c.columns)
                )
                for row in connection.execute(query):
                    known = found.setdefault((row.grant_id, row.person), {})
                    for name in json.loads(row.columns):
                        known[name] = max(row.day, known.get(name, row.day))
        return found

    def days(
        self, grant: str, since: date | None = None, limit: int = 200, offset: int = 0
    ) -> tuple[int, dict[Key, Used]]:
        """How many days and people there are, and some of them, the newest first."""
        here = (uses.c.grant_id == grant, *_from(since))
        order = uses.c.day.desc(), uses.c.last.desc(), uses.c.person
        query = select(uses).where(*here).order_by(*order).limit(limit).offset(offset)
        with self._store.reading() as connection:
            count = select(func.count()).select_from(uses).where(*here)
            total = int(connection.execute(count).scalar_one())
            return total, {_key(row): _used(row) for row in connection.execute(query)}

    def of(self, grant: str, since: date) -> dict[Key, Used]:
        """By person and day, from a day on."""
        query = select(uses).where(uses.c.grant_id == grant, uses.c.day >= since)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(uses.c.day, uses.c.person)).all()
        return {_key(row): _used(row) for row in rows}


def _parts(grants: Collection[str]) -> Iterator[list[str]]:
    ids = sorted(grants)
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _from(since: date | None) -> tuple[ColumnElement[bool], ...]:
    return () if since is None else (uses.c.day >= since,)


def _seen(connection: Connection) -> int:
    value = connection.execute(select(meta.c.value).where(meta.c.key == SEEN)).scalar_one_or_none()
    return 0 if value is None else int(value)


def _add(connection: Connection, found: Mapping[Key, Used]) -> None:
    """In few statements: everybody who writes waits meanwhile."""
    known = _known(connection, found)
    fresh = [_row(key, used) for key, used in found.items() if key not in known]
    more = [_row(key, known[key].and_(used)) for key, used in found.items() if key in known]
    if fresh:
        connection.execute(insert(uses), fresh)
    if more:
        connection.execute(
            _MORE, [{f"_{name}": value for name, value in row.items()} for row in more]
        )


def _known(connection: Connection, wanted: Mapping[Key, Used]) -> dict[Key, Used]:
    days = [key[2] for key in wanted]
    found: dict[Key, Used] = {}
    for some in _parts({key[0] for key in wanted}):
        within = uses.c.day.between(min(days), max(days))
        query = select(uses).where(uses.c.grant_id.in_(some), within)
        found |= {_key(row): _used(row) for row in connection.execute(query)}
    return found


def _key(row: Row[Any]) -> Key:
    return row.grant_id, row.person, row.day


def _used(row: Row[Any]) -> Used:
    return Used(row.releases, frozenset(json.loads(row.columns)), row.last)


def _row(key: Key, used: Used) -> dict[str, Any]:
    grant, person, day = key
    return {
        "grant_id": grant,
        "person": person,
        "day": day,
        "releases": used.releases,
        "columns": json.dumps(sorted(used.columns), ensure_ascii=False),
        "last": used.last,
    }


_MORE = (
    update(uses)
    .where(
        uses.c.grant_id == bindparam("_grant_id"),
        uses.c.person == bindparam("_person"),
        uses.c.day == bindparam("_day"),
    )
    .values({name: bindparam(f"_{name}") for name in ("releases", "columns", "last")})
)
