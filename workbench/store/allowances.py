"""What was used of an allowance: units by the day, and different values tried of one thing.

Counters outlive a restart, and are taken under the store's write lock: two people, or two
gateways on one store, never both get the last unit. Subjects and items are keyed digests: what is
kept here names no person and no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from workbench.store.noise import NoiseBudgets
from workbench.store.tables import allowances, tries

if TYPE_CHECKING:
    from workbench.store.session import Store

KEPT_DAYS = 60
"""Older rows are forgotten; no window reaches so far back (our default)."""
_AT_ONCE = 1000
"""Subjects in one statement: a database limits its parameters."""


class Exhausted(Exception):
    """It would go past the limit; nothing was taken. ``used`` of ``limit`` were used before."""

    def __init__(self, used: int, limit: int) -> None:
        super().__init__(f"{used} of {limit} used")
        self.used, self.limit = used, limit


class TriesExhausted(Exception):
    """``subjects`` would go past the limit; nothing was kept, of the others neither."""

    def __init__(self, subjects: Collection[str], limit: int) -> None:
        super().__init__(f"{len(subjects)} past {limit} tries")
        self.subjects, self.limit = frozenset(subjects), limit


@dataclass(frozen=True)
class Try:
    """``item`` was tried of ``subject``; ``limit`` different items are allowed in the window."""

    subject: str
    item: str
    limit: int


class Allowances:
    """The counters of one store. Safe for threads and processes. ``noise``: privacy budgets, which
    no new day fills."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._forgotten: date | None = None
        self.noise = NoiseBudgets(store)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is taken inside is taken as one, or, where an exception leaves it, not at all."""
        with self._store.writing():
            yield

    def take(self, subject: str, day: date, amount: int, limit: int | None = None) -> int:
        """Use ``amount`` units of the day; what is used then. Raises ``Exhausted``. ``limit`` None
        counts without one."""
        with self._store.writing() as connection:
            self._forget(connection, day)
            before = _used(connection, subject, day, day)
            if limit is not None and before + amount > limit:
                raise Exhausted(before, limit)
            row = {"subject": subject, "day": day, "used": before + amount}
            _upsert(connection, allowances, [row], "used")
        return before + amount

    def used(self, subject: str, day: date, days: int = 1) -> int:
        """Units used in the ``days`` that end with ``day``."""
        with self._store.reading() as connection:
            return _used(connection, subject, day - timedelta(days - 1), day)

    def tried(self, wanted: Sequence[Try], day: date, days: int) -> int:
        """Keep what is tried; how many of it is new. An item that was tried in the ``days`` that
        end with ``day`` is none again, and the same item twice is one.

        Raises ``TriesExhausted`` naming every subject that would go past its limit.
        """
        asked: dict[str, set[str]] = defaultdict(set)
        limits: dict[str, int] = {}
        for one in wanted:
            asked[one.subject].add(one.item)
            limits[one.subject] = one.limit
        with self._store.writing() as connection:
            self._forget(connection, day)
            known = _items(connection, asked, day - timedelta(days - 1))
            past = [s for s, items in asked.items() if len(known[s] | items) > limits[s]]
            if past:
                raise TriesExhausted(past, limits[past[0]])
            new = [(s, item) for s, items in asked.items() for item in items - known[s]]
            rows = [{"subject": s, "item": item, "day": day} for s, item in sorted(new)]
            _upsert(connection, tries, rows, "day")
        return len(new)

    def _forget(self, connection: Connection, day: date) -> None:
        """Once a day: a row more or less for some hours does no harm."""
        if self._forgotten == day:
            return
        for table in (allowances, tries):
            connection.execute(delete(table).where(table.c.day < day - timedelta(KEPT_DAYS)))
        self._forgotten = day


def _used(connection: Connection, subject: str, first: date, last: date) -> int:
    kept = allowances.c
    wanted = select(func.coalesce(func.sum(kept.used), 0)).where(kept.subject == subject)
    return int(connection.execute(wanted.where(kept.day.between(first, last))).scalar_one())


def _items(
    connection: Connection, subjects: Collection[str], first: date
) -> Mapping[str, set[str]]:
    """Items by subject that were tried on ``first`` or later."""
    found: dict[str, set[str]] = defaultdict(set)
    listed = list(subjects)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        wanted = select(tries.c.subject, tries.c.item).where(
            tries.c.subject.in_(some), tries.c.day >= first
        )
        for subject, item in connection.execute(wanted):
            found[subject].add(item)
    return found


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], column: str) -> None:
    """Add the rows; of one that is there ``column`` is set."""
    if not rows:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    changed = {column: statement.excluded[column]}
    keys = table.primary_key.columns
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
