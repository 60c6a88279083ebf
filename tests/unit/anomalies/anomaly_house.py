"""A small simulated city with nothing played in it: a desk, a ledger, people to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from workbench.gateway.state import State
from workbench.ledger.usage import UsageRow, usage
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, Terms
from workbench.model.contract import SharingMode
from workbench.model.entry import EntryFilter
from workbench.model.grant import ColumnGrant
from workbench.sharing.anomalies.closing import Closing
from workbench.sharing.anomalies.rules import rules_of
from workbench.sharing.anomalies.watch import AnomalyWatch
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.simulation.asking import moment
from workbench.simulation.behaviours import shipped
from workbench.simulation.uses import Ask
from workbench.simulation.world import Person, make_world
from workbench.simulation.year import Year
from workbench.store.anomalies import Finding, FindingFilter

WORLD = make_world(shipped(), 2025, 1, 4)
CHEN = Actor("chen", "bureau", frozenset({Role.authority}))
LI = Actor("li", "d03", frozenset({Role.analyst}))
DAY = date(2025, 2, 10)
"""A Monday; nothing has lain unused for long yet."""


def no_delivery(state: State, clock: Callable[[], datetime]) -> object:
    def deliver(*_: object) -> None:
        raise AssertionError("nothing is delivered here")

    return deliver


@dataclass
class House:
    year: Year

    @property
    def watch(self) -> AnomalyWatch:
        year = self.year
        store, ledger = year.state.store, year.state.ledger
        return AnomalyWatch(store, ledger, year.desk, year.city, year.grants, year.clock)

    @property
    def closing(self) -> Closing:
        year = self.year
        rules = {one.id: one for one in rules_of(year.state.layout.root)}
        return Closing(year.state.store, year.state.ledger, year.desk, rules.get, year.clock)

    def at(self, day: date, hour: float = 10) -> datetime:
        self.year.clock.now = max(self.year.clock.now + timedelta(seconds=1), moment(day, hour))
        return self.year.clock.now

    def granted(self, department: str = "d03") -> Case:
        """Of the first resource that is shared on conditions, in its scenario."""
        scenario, resource = self.matter()
        asked = Application(
            department=department,
            scenario=scenario,
            resource=resource,
            mode=SharingMode.obtain,
            columns=tuple(AskedColumn(ColumnGrant(name)) for name in ("code", "town")),
            duty="duty",
            reason="reason",
            until=date(2026, 12, 31),
        )
        officer = Actor("sun", department, frozenset({Role.officer}))
        case = self.year.desk.apply(asked, officer).case
        reviewer = Actor("wang", case.reviewer, frozenset({Role.provider}))
        terms = Terms(tuple(c.grant for c in asked.columns), asked.mode, asked.until)
        command = Command(Event.approve, case.version, terms=terms)
        return self.year.desk.act(case.id, command, reviewer).case

    def matter(self) -> tuple[str, str]:
        shared = {one.name for one in WORLD.resources if one.sharing == "conditional"}
        return next(
            (plan.id, name) for plan in WORLD.scenarios for name in plan.resources if name in shared
        )

    def ask(self, sql: str, times: int = 1, rows: int = 100, person: Actor = LI) -> None:
        scenario, resource = self.matter()
        for _ in range(times):
            self.year.clock.now += timedelta(seconds=1)
            who = Person(person.id, person.department)
            text = sql.format(resource=resource)
            self.year.uses.play(Ask(self.year.clock.now, who, scenario, resource, text, rows))

    def findings(self, rule: str = "") -> tuple[Finding, ...]:
        return self.year.state.store.anomalies.find(FindingFilter(rule=rule, limit=500))

    def case(self, id_: str) -> Case:
        found = self.year.state.store.cases.get(id_)
        assert found is not None
        return found

    def entries(self, event: str) -> list[UsageRow]:
        found = usage(self.year.state.store.journal, EntryFilter(event=event, limit=1000))
        return list(reversed(found))


REFUSED = "select code, phone from {resource}"
USED = "select code, town from {resource}"


def city_of(folder: Path) -> Path:
    return folder / "city"
