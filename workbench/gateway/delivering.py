"""Facts of governance of one city, delivered for each day that is over: by the running gateway's
rounds, and by ``workbench kpi deliver``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalogue.city import City
from workbench.catalogue.identifiers import load_codes
from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.errors import Code, Text, Unavailable, WorkbenchError, simple
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import State, open_state, utc_now
from workbench.model.actor import PLATFORM
from workbench.model.case import Case
from workbench.model.contract import Resource
from workbench.model.days import CHINA, day_of
from workbench.model.entry import Draft, Event
from workbench.model.grant import Grant
from workbench.model.lookup import Grants
from workbench.regulations.profile import Profile
from workbench.sharing import oversight
from workbench.sharing.desk import Desk
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.opening import open_procedures
from workbench.sharing.usage import dormant_after, dormant_since_given
from workbench.store.cases import MOST, CaseFilter
from workbench.store.session import Store

if TYPE_CHECKING:  # Polars comes along with them: half a second that no start has to wait for
    from workbench.extracts.parts import Shelf
    from workbench.kpi.deliver import Delivered, Known
    from workbench.kpi.procedures import Record

log = logging.getLogger(__name__)

_SIMULATED = ("模拟", "合成", "simulated", "synthetic")
"""Words in a city's name that say that nothing in it is real (as ``client.release`` has them)."""


@dataclass
class Delivering:
    """``city`` and ``grants`` are as they are now, ``clock`` gives aware times; ``procedures`` are
    those beside sharing."""

    state: State
    desk: Desk
    procedures: ProcedureDesk
    city: Callable[[], City]
    grants: Callable[[], Grants]
    clock: Callable[[], datetime]

    def look(self, told: Callable[[Delivered], object] = lambda _: None) -> list[Delivered]:
        """Deliver all days that are over and were not delivered. Raises as ``up_to``."""
        return self.up_to(day_of(self.clock()) - timedelta(days=1), told)

    def up_to(
        self, day: date, told: Callable[[Delivered], object] = lambda _: None
    ) -> list[Delivered]:
        """Raises InvalidInput for a day that is not over: its figures would change. Else as
        ``kpi.deliver.Delivery``."""
        from workbench.kpi.deliver import Delivery

        if day >= day_of(self.clock()):
            raise _not_over(day)
        return Delivery(self._shelf(), self.known(), told).up_to(day)

    def _shelf(self) -> Shelf:
        from workbench.extracts.parts import Shelf

        layout = self.state.layout
        return Shelf(
            Extracts(layout.extracts),
            load_codes(layout.root),
            layout.state / "quarantine",
            self.clock,
            self._entered,
        )

    def known(self) -> Known:
        """What facts are made of, as it is now."""
        from workbench.kpi.definition import load_kpis
        from workbench.kpi.deliver import Known
        from workbench.kpi.leaving import declared
        from workbench.kpi.pseudonym import pseudonyms

        city, state = self.city(), self.state
        simulated = is_simulated(city)
        profile = load_profile(city.regulation.id, city.root).profile
        cases = _Cases(state.store)
        return Known(
            journal=state.store.journal,
            cases_since=cases.since,
            grants=self.grants,
            resources=city.resources,
            latest_of=lambda day: _latest_of(Extracts(state.layout.extracts), day),
            profile_of=self._profile_of,
            calendar=self.desk.calendar(),
            dormant_on=self._dormant_on(cases, profile),
            pseudonym=pseudonyms(state.keyring.audit_key),
            records=self._records,
            kpis=lambda day: declared(
                load_kpis(city.root, known_regulations(city.root)).values(),
                profile,
                day,
                simulated=simulated,
            ),
            simulated=simulated,
        )

    def _records(self, day: date) -> Iterator[Record]:
        """Of all procedures that a KPI counts; one whose rules were lost without its deadline."""
        from workbench.kpi.procedure_clocks import runs
        from workbench.kpi.procedures import KINDS, record_of

        for found in self.state.store.procedures.all():
            if found.kind not in KINDS:
                continue
            try:
                definition, rules = self.procedures.definition(found), self.procedures.rules(found)
            except WorkbenchError as error:
                log.error("the rules of procedure %s are lost: %s", found.id, error.code)
                record = record_of(found, None, (), day)
            else:
                clocks = runs(found, definition, rules.profile, rules.calendar)
                record = record_of(found, definition, clocks, day)
            if record is not None:
                yield record

    def _profile_of(self, case: Case) -> Profile | None:
        try:
            return self.desk.rules(case).profile
        except WorkbenchError as error:
            log.error("the rules of case %s are lost: %s", case.id, error.code)
            return None

    def _dormant_on(
        self, cases: _Cases, profile: Profile
    ) -> Callable[[Grant, date | None], date | None]:
        """By the rules that a case began under; of a scenario's grant by those of today."""
        calendar = self.desk.calendar()

        def dormant_on(grant: Grant, last: date | None) -> date | None:
            used = None if last is None else datetime.combine(last, time(12), CHINA)
            if not oversight.is_of_case(grant):
                found = dormant_since_given(grant, used, profile, calendar)
            else:
                case = cases.by_id.get(oversight.case_of(grant))
                own = None if case is None else self._profile_of(case)
                if case is None or own is None:
                    return None
                found = dormant_after(case, used, own, calendar)
            return None if found is None else found.day

        return dormant_on

    def _entered(self, resource: Resource, version: ExtractVersion) -> int:
        """Before the version is there, as of any delivery."""
        draft = Draft(
            Event.extract_ingested,
            actor=PLATFORM.id,
            department=resource.department,
            content={resource.name: tuple(column.name for column in resource.columns)},
            method="kpi deliver",
            medium="extract",
            detail={
                "version": version.version,
                "digest": version.digest,
                "rows": version.rows,
                "rows_read": version.rows_read,
                "rejected": version.rejected,
                "contract_version": version.contract_version,
                "data_date": version.data_date and version.data_date.isoformat(),
            },
        )
        return self.state.ledger.record(draft).seq


class _Cases:
    """The cases as they are; all of them are read once for a delivery."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._all: dict[str, Case] | None = None

    @property
    def by_id(self) -> dict[str, Case]:
        if self._all is None:
            self._all = {case.id: case for case in self._store.cases.all()}
        return self._all

    def since(self, day: date | None) -> Iterator[Case]:
        """Those that changed on ``day`` or later; all where it is None."""
        if day is None or self._all is not None:
            yield from self.by_id.values()
            return
        seen, offset = set[str](), 0
        while page := self._store.cases.find(CaseFilter(limit=MOST, offset=offset)):
            ids = [line.id for line in page if day_of(line.changed) >= day and line.id not in seen]
            seen.update(ids)
            yield from self._store.cases.whole(ids).values()
            if day_of(page[-1].changed) < day:
                return
            offset += len(page)


def is_simulated(city: City) -> bool:
    """Whether the city's name says that what happens in it is made up."""
    said = f"{city.name.zh} {city.name.en}".casefold()
    return any(word in said for word in _SIMULATED)


def _latest_of(extracts: Extracts, day: date) -> Callable[[Resource], ExtractVersion | None]:
    """What stood at the end of the day: the newest that came by then and was not recalled."""

    def latest(resource: Resource) -> ExtractVersion | None:
        found = extracts.latest(resource.name)
        while found is not None and day_of(found.ingested_at) > day:
            found = _before(extracts, found)
        return found

    return latest


def _before(extracts: Extracts, version: ExtractVersion) -> ExtractVersion | None:
    for number in range(version.version - 1, -1, -1):
        try:
            return extracts.at(version.resource, number)
        except Unavailable:
            continue  # it was recalled, or is a recall itself
    return None


@contextmanager
def open_delivering(root: Path, clock: Callable[[], datetime] = utc_now) -> Iterator[Delivering]:
    """For the city at ``root``, beside a running gateway or without one. Raises as
    ``open_workbench``."""
    state = open_state(root, clock)
    store = state.store
    try:
        city = RuledCity(root, store, clock)
        grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
        desk = open_desk(store, state.ledger, city, grants, clock)
        procedures = open_procedures(
            store, state.ledger, city, grants, desk, state.keyring.audit_key, clock, city.tried
        )
        yield Delivering(state, desk, procedures, city, grants, clock)
    finally:
        store.close()


def _not_over(day: date) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{day} 还没有过完，它的数还会变。",
        f"{day} is not over yet: its figures would change.",
        next=Text("用 --day 给出昨天或更早的日期。", "Name yesterday or an earlier day by --day."),
        subject=str(day),
    )
