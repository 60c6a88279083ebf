"""Applications of the simulated year and what becomes of them, through the real desk."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from workbench.errors import Conflict, Refused
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, State, Terms
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Use
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Key, Profile, Unit
from workbench.sharing.desk import Desk
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.simulation.asking import Holding
from workbench.simulation.city_files import COLUMNS
from workbench.simulation.world import EXTRA, World

REVIEW_DAYS = 7
"""Working days that reviews take about where the regulation has no number for them."""


@dataclass
class Casework:
    """Applies and decides day by day. ``idle``: the grants in which somebody stopped to use what
    was given, with the day from which on. ``sure``: cases that are approved whatever chance says;
    ``quiet``: those of which nobody uses what they give."""

    world: World
    desk: Desk
    calendar: Calendar
    profile: Profile
    choose: Random
    holdings: dict[str, Holding] = field(default_factory=dict)
    idle: dict[str, date] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    sure: set[str] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)
    _due: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    _stalled: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def apply(self, day: date) -> None:
        """One application of a department that chance picks."""
        department = self.choose.choice(self.world.departments).id
        reaching = "over_reaching" in self.world.department(department).behaviours
        asked = self._application(department, day, reaching=reaching)
        self.ask_for(asked, day)

    def ask_for(
        self, asked: Application, day: date, *, sure: bool = False, quiet: bool = False
    ) -> str | None:
        """The case, or None where the desk does not take it."""
        officer = officer_of(asked.department)
        try:
            case = self.desk.apply(asked, officer).case
        except (Conflict, Refused):
            self.did["put right first"] += 1  # what was ordered of the old grant comes first
            return None
        self.did["apply"] += 1
        self.sure |= {case.id} if sure else set()
        self.quiet |= {case.id} if quiet else set()
        self._follow(case, day)
        return case.id

    def close(self, case_id: str) -> bool:
        """Its department takes it back, or ends what it was given; whether it did."""
        case = self.desk.look(case_id, _AUTHORITY)
        event = Event.end if case.state is State.active else Event.withdraw
        command = Command(event, case.version, reason="模拟 / simulated")
        try:
            self.desk.act(case_id, command, officer_of(case.application.department))
        except (Conflict, Refused):
            return False
        self.did[event.value] += 1
        return True

    def decide(self, day: date) -> None:
        """What falls to this day, in the order in which it was planned."""
        for case_id in self._due.pop(day, ()):
            case = self.desk.look(case_id, _AUTHORITY)
            if case.state is State.under_review:
                self._step(case, self._verdict(case), day)
            elif case.state is State.returned:
                self._step(case, Event.resubmit, day)
            elif case.state is State.approved:
                self._step(case, Event.supply, day)

    def _application(self, department: str, day: date, *, reaching: bool) -> Application:
        scenario = self.choose.choice(self.world.scenarios)
        resource = self.choose.choice(scenario.resources)
        plan = next(one for one in self.world.resources if one.name == resource)
        names = self.choose.sample(COLUMNS[1:], self.choose.randint(2, 4))
        columns = [AskedColumn(ColumnGrant(name)) for name in ("code", *sorted(names))]
        if plan.compared:
            columns.append(AskedColumn(ColumnGrant("check_no", Use.compare)))
        if reaching and plan.sharing == "conditional":
            count = self.choose.randint(*self.world.spec.departments.over_reaching.extra)
            for name in sorted(self.choose.sample(EXTRA, count)):
                columns.append(
                    AskedColumn(ColumnGrant(name), "模拟：超出用途 / beyond the purpose")
                )
        return Application(
            department=department,
            scenario=scenario.id,
            resource=resource,
            mode=SharingMode.obtain,
            columns=tuple(columns),
            duty="模拟 / simulated",
            reason="模拟 / simulated",
            until=day + timedelta(days=self.choose.randint(150, 700)),
        )

    def _verdict(self, case: Case) -> Event:
        if case.id in self.sure:
            return Event.approve
        chance, plan = self.choose.random(), self.world.spec.ordinary
        beyond = any(column.argument for column in case.application.columns)
        refused = plan.refused * (5 if beyond else 1)
        if chance < refused:
            return Event.refuse
        return Event.return_ if chance < refused + plan.returned else Event.approve

    def _step(self, case: Case, event: Event, day: date) -> None:
        applicant = event is Event.resubmit
        side = case.application.department if applicant else case.reviewer
        role = Role.officer if applicant else Role.provider
        name = "officer" if applicant else "reviewer"
        actor = Actor(f"{side}-{name}", side, frozenset({role}))
        terms = _terms(case) if event is Event.approve else None
        reason, basis = "模拟 / simulated", "模拟 / simulated"
        command = Command(event, case.version, reason=reason, basis=basis, terms=terms)
        try:
            after = self.desk.act(case.id, command, actor).case
        except (Conflict, Refused):
            self.did["put right first"] += 1
            return
        self.did[event.value] += 1
        self._follow(after, day)

    def _follow(self, case: Case, day: date) -> None:
        """What comes next of it, and when."""
        if case.state is State.under_review:
            self._due[self._answered(case, day)].append(case.id)
        elif case.state in (State.returned, State.approved):
            on = self.calendar.working_day_after(day, self.choose.randint(2, 5))
            self._due[on].append(case.id)
        elif case.state is State.active:
            self._held(case, day)

    def _answered(self, case: Case, day: date) -> date:
        """Before the deadline, or by a provider who stalls after it."""
        limit = self._limit()
        if "stalling" in self.world.department(case.provider).behaviours:
            late = self.choose.randint(*self.world.spec.departments.stalling.late)
            return self.calendar.working_day_after(day, limit + late)
        share = self.world.spec.ordinary.decided_early
        mean = min(1.0, self.choose.random() * 2 * share)
        return self.calendar.working_day_after(day, max(1, round(limit * mean)))

    def _limit(self) -> int:
        period = self.profile.deadlines[Key.application_review].period
        if period is None or period.unit is not Unit.working_days:
            return REVIEW_DAYS
        return period.count

    def _held(self, case: Case, day: date) -> None:
        if case.id in self.quiet:
            return
        spec, asked = self.world.spec, case.application
        assert case.decision is not None  # it is active
        columns = tuple(c.name for c in case.decision.terms.columns if c.use is Use.value)
        idle, season = self._rests(day)
        if idle is not None:
            self.idle[case.grant_id] = idle
        self.holdings[case.grant_id] = Holding(
            case.grant_id,
            asked.department,
            asked.scenario,
            asked.resource,
            columns,
            self.choose.uniform(*spec.ordinary.uses_a_week),
            any(c.use is Use.compare for c in case.decision.terms.columns),
            day,
            idle,
            season,
        )

    def _rests(self, day: date) -> tuple[date | None, int]:
        """``(unused from, days of a season)`` of a grant that begins on ``day``; most have neither.
        Unused is planted, a season is innocent."""
        plan, chance = self.world.spec.grants, self.choose.random()
        if chance < plan.dormant.share:
            return day + timedelta(days=self.choose.randint(*plan.dormant.used_days)), 0
        if chance < plan.dormant.share + plan.seasonal.share:
            return None, 7 * self.choose.randint(*plan.seasonal.weeks)
        return None, 0


def officer_of(department: str) -> Actor:
    return Actor(f"{department}-officer", department, frozenset({Role.officer}))


_AUTHORITY = Actor("bureau-officer", "bureau", frozenset({Role.authority}))


def _terms(case: Case) -> Terms:
    """All that the purpose lists; what goes beyond it is left out."""
    asked = case.application
    columns = tuple(one.grant for one in asked.columns if not one.argument)
    return Terms(columns, asked.mode, asked.until, asked.rows)
