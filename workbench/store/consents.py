"""Consents of those whom data are about, by scenario, and how they changed.

A change is worked out first (``plan``, ``plan_withdrawal``), so that its ledger entry can say what
it is, and then made in the transaction of that entry. Nothing is deleted: an ended consent stays
with the day, the person and the way of its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, func, insert, select, update

from workbench.model.consent import (
    Change,
    ConsentCounts,
    ConsentState,
    Ended,
    Fate,
    Given,
    Wanted,
    digest_of,
    ended_line,
    given_line,
)
from workbench.model.days import day_of
from workbench.store.tables import consent_sets, consents

if TYPE_CHECKING:
    from workbench.store.session import Store

T = TypeVar("T")
PAGE = 20_000
"""Subjects in memory at a time while a workspace is built."""
_AT_ONCE = 500
"""Subjects in one statement or batch: a database limits its parameters, and psycopg's pipeline
takes far longer for a long batch than for many short ones (20,000 rows: 20 s)."""


class MovedOn(Exception):
    """Somebody else changed the scenario's consents since this change was worked out."""


@dataclass(frozen=True)
class Kept:
    """A consent as it is kept. ``ended`` is empty while it stands."""

    change: int
    given_on: date
    until: date | None
    ended: str
    ended_at: datetime | None


_KEPT = (
    consents.c.change,
    consents.c.given_on,
    consents.c.until,
    consents.c.ended,
    consents.c.ended_at,
)


class Consents:
    """The consents of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Asked by every query ------------------------------------------------------------------------

    def state(self, scenario: str, today: date) -> ConsentState:
        """Another one whenever other subjects consent than before."""
        with self._store.reading() as connection:
            row = _set(connection, scenario)
            kept = consents.c
            last = select(func.max(kept.until)).where(
                kept.scenario == scenario, kept.until < today, kept.ended == ""
            )
            lapsed = connection.execute(last).scalar_one()
        return ConsentState(scenario, row[0], row[1], lapsed)

    def subjects(self, scenario: str, today: date) -> Iterator[list[str]]:
        """Those who consent today, in order, a page at a time."""
        kept, last = consents.c, ""
        standing = select(kept.subject).where(
            kept.scenario == scenario,
            kept.ended == "",
            kept.until.is_(None) | (kept.until >= today),
        )
        while True:
            page = standing.where(kept.subject > last).order_by(kept.subject).limit(PAGE)
            with self._store.reading() as connection:
                found = list(connection.execute(page).scalars())
            if not found:
                return
            yield found
            last = found[-1]

    # Changes -------------------------------------------------------------------------------------

    def plan(self, scenario: str, wanted: Sequence[Wanted], by: str, at: datetime) -> Change:
        """Consents that are given. Whoever gave the same already gives nothing new; one with
        another end, or of a later day, replaces what stood. What was said later stays: a
        withdrawal, and a consent of a later day. ``wanted`` has each subject once."""
        today = day_of(at)
        changes = self.state(scenario, today).changes
        subjects = [one.given.subject for one in wanted]
        standing = self._standing(subjects, scenario)
        withdrawn = self._withdrawn([s for s in subjects if s not in standing], scenario)
        found: dict[Fate, list[Given]] = {fate: [] for fate in Fate}
        for one in wanted:
            subject = one.given.subject
            now = standing.get(subject)
            stands = None if now is None else (now.given_on, now.until)
            fate = one.fate(stands, withdrawn.get(subject))
            found[fate].append(one.given)
        replacing = found[Fate.replacing]
        return Change(
            scenario,
            changes + 1,
            by,
            at,
            (*found[Fate.new], *replacing),
            {one.subject: standing[one.subject].change for one in replacing},
            Ended.replaced,
            len(found[Fate.unchanged]),
            any(one.until is not None and one.until < today for one in replacing),
            len(found[Fate.withdrawn_since]),
            len(found[Fate.given_later]),
        )

    def plan_withdrawal(
        self, scenario: str, subjects: Collection[str], by: str, at: datetime
    ) -> Change:
        """Consents that are taken back; of who has none there is nothing to take."""
        changes = self.state(scenario, day_of(at)).changes
        standing = self._standing(list(subjects), scenario)
        ends = {subject: one.change for subject, one in standing.items()}
        unchanged = len(subjects) - len(ends)
        return Change(
            scenario, changes + 1, by, at, (), ends, Ended.withdrawn, unchanged, bool(ends)
        )

    def make(self, change: Change, told: Callable[[int], object] = lambda _: None) -> None:
        """Raises MovedOn where the consents are not those that it was worked out on. ``told`` is
        called with how many rows were written since it was called last."""
        with self._store.writing() as connection:
            changes, withdrawals = _set(connection, change.scenario)
            if changes + 1 != change.number:
                raise MovedOn
            _end(connection, change, told)
            _give(connection, change, told)
            now = {"changes": change.number, "withdrawals": withdrawals + int(change.narrows)}
            if changes:
                of_it = consent_sets.c.scenario == change.scenario
                connection.execute(update(consent_sets).where(of_it).values(now))
            else:
                connection.execute(insert(consent_sets).values(scenario=change.scenario, **now))
            self._store.changed(connection)

    # Looking -------------------------------------------------------------------------------------

    def last(self, scenario: str, subject: str) -> Kept | None:
        """The last consent of one subject, standing or ended."""
        kept = consents.c
        query = select(*_KEPT).where(kept.scenario == scenario, kept.subject == subject)
        with self._store.reading() as connection:
            row = connection.execute(query.order_by(kept.change.desc()).limit(1)).first()
        return None if row is None else Kept(*row)

    def counts(self, scenario: str, today: date) -> ConsentCounts:
        kept = consents.c
        lapsed = kept.until.is_not(None) & (kept.until < today)
        query = (
            select(kept.ended, lapsed.label("lapsed"), func.count())
            .where(kept.scenario == scenario)
            .group_by(kept.ended, lapsed)
        )
        with self._store.reading() as connection:
            found = {(ended, bool(old)): n for ended, old, n in connection.execute(query)}
        withdrawn = sum(n for (ended, _), n in found.items() if ended == Ended.withdrawn.value)
        return ConsentCounts(found.get(("", False), 0), withdrawn, found.get(("", True), 0))

    def scenarios(self) -> Mapping[str, int]:
        """Scenarios with consents, and how often they changed."""
        query = select(consent_sets.c.scenario, consent_sets.c.changes)
        with self._store.reading() as connection:
            return {row.scenario: row.changes for row in connection.execute(query)}

    def kinds(self, scenario: str) -> tuple[str, ...]:
        """The kinds of keys that its consents were ever recorded by, in order."""
        query = select(consents.c.kind).where(consents.c.scenario == scenario).distinct()
        with self._store.reading() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def digest_of(self, scenario: str, number: int) -> str:
        """Of a change as it stands in the store now (``Change.digest``)."""
        kept = consents.c
        given = select(kept.subject, kept.given_on, kept.until, kept.kind, kept.by)
        ended = select(kept.subject, kept.ended, kept.ended_by)
        with self._store.reading() as connection:
            here = kept.scenario == scenario
            new = connection.execute(given.where(here, kept.change == number))
            lines = [given_line(Given(r.subject, r.given_on, r.until, r.kind), r.by) for r in new]
            old = connection.execute(ended.where(here, kept.ended_change == number))
            gone = [ended_line(r.subject, r.ended, r.ended_by) for r in old]
            return digest_of(lines, gone)

    def numbers(self, scenario: str) -> frozenset[int]:
        """The changes that any row of the scenario tells of."""
        with self._store.reading() as connection:
            found = [
                connection.execute(select(column).distinct().where(consents.c.scenario == scenario))
                for column in (consents.c.change, consents.c.ended_change)
            ]
            return frozenset(n for rows in found for n in rows.scalars() if n is not None)

    def _standing(self, subjects: Sequence[str], scenario: str) -> dict[str, Kept]:
        """Those of these that were not ended, by subject."""
        kept = consents.c
        query = select(kept.subject, *_KEPT).where(kept.scenario == scenario, kept.ended == "")
        found: dict[str, Kept] = {}
        for some in _parts(subjects, _AT_ONCE):
            with self._store.reading() as connection:
                for row in connection.execute(query.where(kept.subject.in_(some))):
                    found[row.subject] = Kept(*row[1:])
        return found

    def _withdrawn(self, subjects: Sequence[str], scenario: str) -> dict[str, date]:
        """Those of these that were ever withdrawn, with the last day of it."""
        kept = consents.c
        query = (
            select(kept.subject, func.max(kept.ended_at))
            .where(kept.scenario == scenario, kept.ended == Ended.withdrawn.value)
            .group_by(kept.subject)
        )
        found: dict[str, date] = {}
        for some in _parts(subjects, _AT_ONCE):
            with self._store.reading() as connection:
                for subject, at in connection.execute(query.where(kept.subject.in_(some))):
                    found[subject] = day_of(at)
        return found


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in order, ``size`` at a time."""
    whole = iter(items)
    while part := list(islice(whole, size)):
        yield part


def _set(connection: Connection, scenario: str) -> tuple[int, int]:
    """Changes and withdrawals, 0 of both before there is any."""
    kept = consent_sets.c
    wanted = select(kept.changes, kept.withdrawals).where(kept.scenario == scenario)
    row = connection.execute(wanted).first()
    return (0, 0) if row is None else (row.changes, row.withdrawals)


def _end(connection: Connection, change: Change, told: Callable[[int], object]) -> None:
    """Of a subject one consent stands at most."""
    kept = consents.c
    here = (kept.scenario == change.scenario) & (kept.ended == "")
    now = {
        "ended": change.how.value,
        "ended_change": change.number,
        "ended_by": change.by,
        "ended_at": change.at,
    }
    for some in _parts(change.ends, _AT_ONCE):
        connection.execute(update(consents).where(here, kept.subject.in_(some)).values(now))
        told(len(some))


def _give(connection: Connection, change: Change, told: Callable[[int], object]) -> None:
    same: dict[str, Any] = {
        "scenario": change.scenario,
        "change": change.number,
        "by": change.by,
        "at": change.at,
        "ended": "",
        "ended_change": None,
        "ended_by": "",
        "ended_at": None,
    }
    for some in _parts(change.given, _AT_ONCE):
        connection.execute(insert(consents), [{**one.__dict__, **same} for one in some])
        told(len(some))
