"""Delivering facts: which days are owed, and one table after the other brought up to a day.

What is made of the ledger goes by entries: the first part that follows entry n begins with n + 1,
whatever its time says, so that nothing is lost or counted twice. Days that are owed from before go
in spans that end with their month. What tells how things stand (cases, grants, resources) is
written anew for the last day alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

import polars as pl

from workbench.extracts.parts import Reached, Shelf, add, put, reached
from workbench.kpi import facts
from workbench.kpi.cases import ProfileOf
from workbench.kpi.frames import DELIVERY, TABLES, USE
from workbench.kpi.grants import DormantOn
from workbench.kpi.procedures import Record
from workbench.kpi.resources import LatestOf
from workbench.ledger.chain import Journal
from workbench.model.case import Case
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.entry import Filed
from workbench.model.grant import Grant
from workbench.regulations.calendar import Calendar

OF_ENTRIES = ("gov_use", "gov_use_day", "gov_column_day", "gov_delivery")
OF_DAYS = ("gov_step",)
STANDING = ("gov_case", "gov_grant", "gov_resource", "gov_procedure", "gov_kpi")
BLOCK = 20_000
"""Entries that are read into one frame at a time (our default)."""


@dataclass(frozen=True)
class Known:
    """What facts are made of. ``cases_since`` gives those that changed on a day or later, or all;
    ``records`` the procedures as they stood at the end of a day, ``kpis`` the declared ones as rows
    of ``frames.KPI`` for a day."""

    journal: Journal
    cases_since: Callable[[date | None], Iterable[Case]]
    grants: Callable[[], Iterable[Grant]]
    resources: Mapping[str, Resource]
    latest_of: Callable[[date], LatestOf]
    profile_of: ProfileOf
    calendar: Calendar
    dormant_on: DormantOn
    pseudonym: Callable[[str], str]
    records: Callable[[date], Iterable[Record]]
    kpis: Callable[[date], pl.DataFrame]
    simulated: bool = False

    @property
    def types(self) -> dict[str, str]:
        return {name: r.sharing.type.value for name, r in self.resources.items()}


@dataclass(frozen=True)
class Delivered:
    """One table brought to a day. ``added`` are its new rows; ``version`` None where somebody else
    was there first."""

    resource: str
    day: date
    added: int
    version: int | None


@dataclass
class Delivery:
    """``told`` is called after each table."""

    shelf: Shelf
    known: Known
    told: Callable[[Delivered], object] = lambda _: None
    done: list[Delivered] = field(default_factory=list)

    def up_to(self, day: date) -> list[Delivered]:
        """All that is owed up to ``day``; empty where nothing is. Raises InvalidInput for rows that
        break a contract, Unavailable where a table is busy or no entry can be made: what was done
        by then stands."""
        self._entries(day)
        self._steps(day)
        for name in self._declared(STANDING):
            if not self._stands(name, day):
                self._put(name, day)
        return self.done

    # Of entries ----------------------------------------------------------------------------------

    def _entries(self, day: date) -> None:
        names = self._declared(OF_ENTRIES)
        while names:
            owed = {n: self._reached(n) for n in names}
            behind = min(owed.values(), key=_place)
            if behind is not None and behind.day >= day:
                return
            together = [n for n in names if owed[n] == behind]
            end = min([day, *(r.day for r in owed.values() if r is not None and r != behind)])
            to, used, delivered = self._read(behind, end)
            for name in together:
                self._add(name, _made(name, used, delivered), to, behind)

    def _read(
        self, behind: Reached | None, end: date
    ) -> tuple[Reached, pl.DataFrame, pl.DataFrame]:
        """The entries of one span: all up to the first one of a day after it."""
        span = _Span(self.known.journal, behind, end)
        used = [pl.DataFrame(schema=dict(USE))]
        delivered = [pl.DataFrame(schema=dict(DELIVERY))]
        names, simulated = tuple(self.known.resources), self.known.simulated
        entries = iter(span)
        while block := list(islice(entries, BLOCK)):
            used.append(facts.uses(block, self.known.pseudonym, names, simulated=simulated))
            delivered.append(facts.deliveries(block, simulated=simulated))
        return span.to, pl.concat(used), pl.concat(delivered)

    # Of cases ------------------------------------------------------------------------------------

    def _steps(self, day: date) -> None:
        for name in self._declared(OF_DAYS):
            behind = self._reached(name)
            if behind is not None and behind.day >= day:
                continue
            first = date.min if behind is None else behind.day + _DAY
            known = self.known
            rows = facts.steps(
                known.cases_since(None if behind is None else first),
                known.profile_of,
                known.calendar,
                known.types,
                first,
                day,
                simulated=known.simulated,
            )
            self._add(name, rows, Reached(day), behind)

    # How things stand ----------------------------------------------------------------------------

    def _standing(self, name: str, day: date) -> pl.DataFrame:
        known, simulated = self.known, self.known.simulated
        if name == "gov_case":
            every = known.cases_since(None)
            profile, calendar = known.profile_of, known.calendar
            return facts.cases(every, profile, calendar, known.types, day, simulated=simulated)
        if name == "gov_grant":
            providers = {n: r.provider for n, r in known.resources.items()}
            used = facts.used_of(self._column_days(day))
            dormant_on = known.dormant_on
            return facts.grants(
                known.grants(), used, dormant_on, providers, day, simulated=simulated
            )
        if name == "gov_resource":
            found, latest = known.resources.values(), known.latest_of(day)
            return facts.resources(found, latest, TABLES, day, simulated=simulated)
        if name == "gov_procedure":
            return facts.procedures(known.records(day), day, simulated=simulated)
        return known.kpis(day)

    def _column_days(self, day: date) -> pl.LazyFrame:
        version = self.shelf.extracts.latest("gov_column_day")
        if version is None:
            return pl.LazyFrame(schema=dict(TABLES["gov_column_day"]))
        return pl.scan_parquet(list(version.files)).filter(pl.col("day") <= day)

    def _put(self, name: str, day: date) -> None:
        rows = self._standing(name, day)
        report = put(self.shelf, self.known.resources[name], rows, day)
        version = report.version.version if report.version is not None else None
        self._tell(Delivered(name, day, len(rows), version))

    def _stands(self, name: str, day: date) -> bool:
        version = self.shelf.extracts.latest(name)
        return version is not None and version.data_date is not None and version.data_date >= day

    # Each table ----------------------------------------------------------------------------------

    def _declared(self, names: Sequence[str]) -> list[str]:
        """Those that the city has a contract for."""
        return [name for name in names if name in self.known.resources]

    def _reached(self, name: str) -> Reached | None:
        return reached(self.shelf.extracts.latest(name))

    def _add(self, name: str, rows: pl.DataFrame, to: Reached, before: Reached | None) -> None:
        version = add(self.shelf, self.known.resources[name], rows, to, before)
        number = version.version if version is not None else None
        self._tell(Delivered(name, to.day, len(rows), number))

    def _tell(self, delivered: Delivered) -> None:
        self.done.append(delivered)
        self.told(delivered)


class _Span:
    """The entries that follow ``behind``, to the end of a month or of ``end``. ``to`` is known when
    they were walked."""

    def __init__(self, journal: Journal, behind: Reached | None, end: date) -> None:
        self._journal, self._end = journal, end
        self._first = None if behind is None else behind.day + _DAY
        self._last = 0 if behind is None else behind.entry

    def __iter__(self) -> Iterator[Filed]:
        for filed in self._journal.walk(self._last or None):
            day = day_of(filed.entry.at)
            if self._first is None:
                self._first = min(day, self._end)
            if day > self._until:
                break
            self._last = filed.entry.seq
            yield filed

    @property
    def to(self) -> Reached:
        return Reached(self._until, self._last)

    @property
    def _until(self) -> date:
        return self._end if self._first is None else min(self._end, _month_end(self._first))


def _made(name: str, used: pl.DataFrame, delivered: pl.DataFrame) -> pl.DataFrame:
    if name == "gov_use_day":
        return facts.use_days(used)
    if name == "gov_column_day":
        return facts.column_days(used)
    return delivered if name == "gov_delivery" else used


def _month_end(day: date) -> date:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - _DAY


def _place(found: Reached | None) -> tuple[date, int]:
    return (date.min, -1) if found is None else (found.day, found.entry)


_DAY = timedelta(days=1)
