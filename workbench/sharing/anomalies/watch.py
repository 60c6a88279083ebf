"""Rounds of the anomaly watch (Heilongjiang 2025 art. 27; Foshan 2019 art. 42).

A round takes in what is new in the ledger, looks at the people of whom something is new and at how
grants and deliveries stand, keeps each finding once with its entry, and orders rectification where
the regulation of the case names the trigger. It may die between any two of these: the next one does
what is left, and nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import polars as pl

from workbench.catalogue.city import City
from workbench.errors import Conflict, Unavailable, WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.days import day_of
from workbench.model.grant import Grant
from workbench.model.lookup import Grants
from workbench.regulations.calendar import Calendar
from workbench.sharing.anomalies import detectors, standing
from workbench.sharing.anomalies.detectors import Found
from workbench.sharing.anomalies.facts import frame_of, hours_of, transfers_of
from workbench.sharing.anomalies.findings import Keeping
from workbench.sharing.anomalies.ordering import Ordering
from workbench.sharing.anomalies.reach import delivered_before, first_since
from workbench.sharing.anomalies.rules import Kind, Rule, rules_of
from workbench.sharing.anomalies.subjects import given_on, held_since
from workbench.sharing.desk import Desk
from workbench.sharing.usage import count_uses
from workbench.store.session import Store

_log = logging.getLogger(__name__)
PAGE = 2000
"""Entries that are taken in with one transaction (our default)."""
_DAY = timedelta(days=1)
Progress = Callable[[int], object]


@dataclass
class Looked:
    """What one round did."""

    entries: int = 0
    found: int = 0
    ordered: int = 0
    waiting: int = 0
    troubled: int = 0


class AnomalyWatch:
    """``city`` and ``grants`` are those of now; ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        desk: Desk,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        clock: Callable[[], datetime],
        rules: Callable[[Path], tuple[Rule, ...]] = rules_of,
    ) -> None:
        self._store, self._ledger, self._desk = store, ledger, desk
        self._city, self._grants, self._clock, self._rules = city, grants, clock, rules
        self._keeping = Keeping(store, ledger, grants, clock)
        self._ordering = Ordering(store, ledger, desk, clock)

    def look(self, progress: Progress = lambda entries: None) -> Looked:
        """One round. Raises Unavailable where the store or the ledger cannot be written, and
        InvalidInput for rules that are wrong: what was done by then stands."""
        city, done = self._city(), Looked()
        rules = self._rules(city.root)
        today, reach = day_of(self._clock()), max((rule.reach for rule in rules), default=1)
        self._take_in(city, today - reach * _DAY, done, progress)
        seen, people, days = self._store.anomalies.to_judge()
        found = self._of_people(rules, people, days, self._desk.calendar())
        found += self._of_standing(rules, city, today, self._desk.calendar())
        done.found = self._keeping.keep(found)
        self._store.anomalies.judged(seen)
        self._order(rules, done)
        self._store.anomalies.forget(today - reach * _DAY)
        return done

    # The ledger ----------------------------------------------------------------------------------

    def _take_in(self, city: City, since: date, done: Looked, progress: Progress) -> None:
        """What is new, a page at a time. The very first round begins as far back as any rule looks,
        not at the ledger's beginning."""
        anomalies, journal = self._store.anomalies, self._ledger.journal
        names = tuple(city.resources)
        while True:
            after = anomalies.seen()
            start = after or first_since(journal, since)
            page = list(islice(journal.walk(start or None), PAGE))
            if not page:
                return
            earlier = delivered_before(journal, names, start) if start and not after else ()
            hours = tuple(hour for hour in hours_of(page, names) if hour.day >= since)
            moved = transfers_of([*earlier, *page], anomalies.transfers())
            if anomalies.take_in(hours, moved.values(), after, page[-1].entry.seq):
                done.entries += len(page)
            progress(done.entries)

    # Finding -------------------------------------------------------------------------------------

    def _of_people(
        self,
        rules: Collection[Rule],
        people: Collection[str],
        days: Collection[date],
        calendar: Calendar,
    ) -> list[Found]:
        if not people:
            return []
        found: list[Found] = []
        reach = max((rule.reach for rule in rules), default=1)
        hours = frame_of(self._store.anomalies.hours(people, min(days) - reach * _DAY))
        for rule in sorted(rules, key=_more_specific_first):
            found += _detected(rule, hours, days, calendar, found)
        return found

    def _of_standing(
        self, rules: Collection[Rule], city: City, today: date, calendar: Calendar
    ) -> list[Found]:
        found: list[Found] = []
        transfers = self._store.anomalies.transfers()
        resources = tuple(city.resources.values())
        for rule in rules:
            if rule.kind is Kind.dormancy:
                count_uses(self._ledger.journal, self._store.uses)
                found += standing.dormancy(rule, self._held(), calendar, today, self._given)
            elif rule.kind is Kind.overdue_delivery:
                found += standing.overdue_delivery(rule, resources, transfers, today)
            elif rule.kind is Kind.lost_transfer:
                found += standing.lost_transfer(rule, resources, transfers, calendar, today)
        return found

    def _held(self) -> list[standing.Held]:
        return held_since(self._grants(), self._store)

    def _given(self, grant: Grant) -> date | None:
        return given_on(grant, self._store)

    # Ordering ------------------------------------------------------------------------------------

    def _order(self, rules: Collection[Rule], done: Looked) -> None:
        """A finding whose case cannot be read must not keep those after it from being ordered."""
        by_id = {rule.id: rule for rule in rules}
        for finding in self._store.anomalies.unordered():
            try:
                if self._ordering.by_platform(finding, by_id.get(finding.rule)):
                    done.ordered += 1
                else:
                    done.waiting += 1
            except Unavailable:
                raise
            except Conflict:
                done.waiting += 1  # somebody was there first; the next round looks again
            except WorkbenchError as error:
                _log.error("finding %s could not be ordered: %s", finding.id, error.code)
                done.troubled += 1


def _more_specific_first(rule: Rule) -> bool:
    """A day's volume is looked at after what may explain it."""
    return rule.kind is Kind.sudden_volume


def _detected(
    rule: Rule,
    hours: pl.DataFrame,
    days: Collection[date],
    calendar: Calendar,
    before: Collection[Found],
) -> list[Found]:
    if rule.kind is Kind.beyond_scope:
        return detectors.beyond_scope(rule, hours, days)
    if rule.kind is Kind.beyond_purpose:
        return detectors.beyond_purpose(rule, hours, days)
    if rule.kind is Kind.sudden_volume:
        return detectors.sudden_volume(rule, hours, days, before)
    if rule.kind is Kind.odd_hours:
        return detectors.odd_hours(rule, hours, days, calendar)
    if rule.kind is Kind.enumeration:
        return detectors.enumeration(rule, hours, days)
    return []
