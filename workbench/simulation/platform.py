"""The platform and the authority in a simulated year: the anomaly watch each morning, and officers
who close what it finds and see that what was ordered is done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from workbench.errors import Conflict, Refused
from workbench.model.actor import Actor, Role
from workbench.model.case import State
from workbench.sharing.anomalies.closing import Closing
from workbench.sharing.anomalies.rules import rules_of
from workbench.sharing.anomalies.watch import AnomalyWatch
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.simulation.truth import is_planted
from workbench.simulation.world import AUTHORITY, chance
from workbench.simulation.year import Year
from workbench.store.anomalies import FindingFilter

OFFICER = Actor(f"{AUTHORITY}-officer", AUTHORITY, frozenset({Role.authority}))


@dataclass
class Officers:
    """What officers have planned: findings to close and cases to look after, by day."""

    year: Year
    closing: Closing
    findings: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._choose = chance("officers", self.year.world.seed)

    def plan(self, day: date) -> None:
        """Give every new finding, and every case that is to be rectified, its day."""
        plan, calendar = self.year.world.spec.officers, self.year.desk.calendar()
        store = self.year.state.store
        new = store.anomalies.find(FindingFilter(state="open", limit=500))
        for one in sorted(new, key=lambda one: one.id):
            if one.id not in self.known:
                self.known.add(one.id)
                on = calendar.working_day_after(day, self._choose.randint(*plan.answer))
                self.findings[on].append(one.id)
        for case in store.cases.all(frozenset({State.rectifying})):
            name = f"{case.id} {case.version}"
            if name not in self.known:
                self.known.add(name)
                on = calendar.working_day_after(day, self._choose.randint(*plan.rectified))
                self.cases[on].append(case.id)

    def work(self, day: date) -> None:
        """Close what is due; an officer is mistaken now and then."""
        mistaken = self.year.world.spec.officers.mistaken
        for id_ in self.findings.pop(day, ()):
            finding = self.year.state.store.anomalies.get(id_)
            if finding is None:
                continue
            right = is_planted(finding, self.year) is not (self._choose.random() < mistaken)
            close = self.closing.rectify if right else self.closing.explain
            self._try(lambda close=close, id_=id_: close(id_, OFFICER, "模拟 / simulated"))
        for id_ in self.cases.pop(day, ()):
            self._try(lambda id_=id_: self._rectified(id_))

    def _rectified(self, case_id: str) -> None:
        """Of a grant that lies unused, the department says nothing, and it runs out."""
        case = self.year.desk.look(case_id, OFFICER)
        if case.state is State.rectifying and case.grant_id not in self.year.casework.idle:
            command = Command(Event.rectified, case.version, reason="模拟 / simulated")
            self.year.desk.act(case_id, command, OFFICER)

    def _try(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except (Conflict, Refused):
            self.year.did["overtaken"] += 1


def attend(year: Year) -> AnomalyWatch:
    """The anomaly watch, and officers, take part in the year."""
    state = year.state
    watch = AnomalyWatch(state.store, state.ledger, year.desk, year.city, year.grants, year.clock)
    rules = {rule.id: rule for rule in rules_of(state.layout.root)}
    closing = Closing(state.store, state.ledger, year.desk, rules.get, year.clock)
    officers = Officers(year, closing)

    def round_(day: date, working: bool) -> None:
        done = watch.look()
        year.did["found"] += done.found
        year.did["ordered"] += done.ordered
        if working:
            officers.plan(day)
            officers.work(day)

    year.rounds.append(round_)
    return watch
