"""Who games in a simulated year, day by day: through the same desk and ledger as everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from workbench.model.case import Application, AskedColumn
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant
from workbench.simulation.asking import Holding, moment, poisson
from workbench.simulation.casework import Casework
from workbench.simulation.city_files import COLUMNS
from workbench.simulation.gaming_plan import INNOCENT, PLANTED, Burst, Roles
from workbench.simulation.uses import Ask
from workbench.simulation.world import Person, World, chance

LEAST = 3
"""Bursts or applications that were played of a plan; with fewer nothing was planted (ours)."""
_DAY = timedelta(days=1)
Held = Mapping[str, list[Holding]]


@dataclass
class Gamers:
    """``played`` counts what came of a plan, by behaviour and department: a department that got no
    grant did nothing."""

    world: World
    roles: Roles
    choose: Random
    played: Counter[tuple[str, str]] = field(default_factory=Counter)
    _closing: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, world: World, roles: Roles) -> Gamers:
        return cls(world, roles, chance("gamers", world.seed))

    def office(self, day: date, casework: Casework) -> None:
        """Applications of a working day: those for a grant to use, those that are taken back."""
        if day <= date(day.year, 1, _WISHES_UNTIL):
            for who, resource in sorted(self.roles.wanted):
                casework.ask_for(self._asked(who, resource, day), day, sure=True)
            self.roles.wanted.clear()
        for since in sorted(one for one in self._closing if one <= day):
            for made in self._closing.pop(since):
                casework.close(made)
        for since in sorted(one for one in self.roles.briefs if one <= day):
            for brief in self.roles.briefs.pop(since):
                asked = self._asked(brief.department, brief.resource, day)
                case_id = casework.ask_for(asked, day, quiet=True)
                if case_id is not None:
                    self._closing[day + brief.days * _DAY].append(case_id)
                    self._count(brief.department)

    def asks(self, day: date, held: Held, *, working: bool) -> list[Ask]:
        """What is called on a day."""
        found = [
            ask for burst in self.roles.bursts.get(day, ()) for ask in self._burst(burst, held, day)
        ]
        for plan in self.roles.steady if working else ():
            holding = _held(held, plan.department, plan.resource)
            if holding is not None:
                for _ in range(poisson(plan.weekly / 5, self.choose)):
                    found.append(self._steady(holding, day))
                self._count(plan.department)
        return found

    def planted(self) -> dict[str, list[str]]:
        """By behaviour, the departments in which it was played; innocent ones under their names."""
        acted = {"self_calling", "exchanging", "closing", "own_users", "scheduled", "withdrawn"}
        return {
            kind: sorted(
                who
                for who in self.roles.kinds.get(kind, ())
                if kind not in acted or self.played[kind, who] >= LEAST or kind in INNOCENT
            )
            for kind in (*PLANTED, *INNOCENT)
        }

    def _count(self, who: str) -> None:
        for kind, departments in self.roles.kinds.items():
            if who in departments:
                self.played[kind, who] += 1

    def _asked(self, who: str, resource: str, day: date) -> Application:
        scenario = next(one for one in self.world.scenarios if resource in one.resources)
        return Application(
            department=who,
            scenario=scenario.id,
            resource=resource,
            mode=SharingMode.obtain,
            columns=tuple(AskedColumn(ColumnGrant(name)) for name in COLUMNS),
            duty="模拟 / simulated",
            reason="模拟 / simulated",
            until=day + 500 * _DAY,
        )

    def _burst(self, burst: Burst, held: Held, day: date) -> Iterator[Ask]:
        holding = _held(held, burst.department, burst.resource)
        if holding is None:
            return
        person = self.world.department(burst.department).people[0]
        at, columns = moment(day, self.choose.uniform(8.5, 15)), holding.columns[:3]
        for _ in range(burst.calls):
            yield _ask(at, person, holding, columns, self.choose.randint(20, 200))
            apart = burst.spacing * (1 + self.choose.uniform(-burst.jitter, burst.jitter))
            at += timedelta(seconds=round(apart))
        self._count(burst.department)

    def _steady(self, holding: Holding, day: date) -> Ask:
        person = self.choose.choice(self.world.department(holding.department).people)
        columns = tuple(sorted(self.choose.sample(holding.columns, 2)))
        at = moment(day, self.choose.uniform(8.5, 17.5))
        return _ask(at, person, holding, columns, self.choose.randint(20, 900))


_WISHES_UNTIL = 15
"""Of January: who wants a grant asks for it then."""


def _held(held: Held, department: str, resource: str) -> Holding | None:
    return next((one for one in held.get(department, ()) if one.resource == resource), None)


def _ask(
    at: datetime, person: Person, holding: Holding, columns: tuple[str, ...], rows: int
) -> Ask:
    sql = f"select {', '.join(columns)} from {holding.resource}"  # noqa: S608 - names of ours
    return Ask(at, person, holding.scenario, holding.resource, sql, rows)
