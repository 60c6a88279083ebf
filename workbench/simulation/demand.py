"""What is asked on a day of the simulated year, by whom and when. Pure but for its own chance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from workbench.simulation.asking import Holding, lookup, moment, poisson, refused
from workbench.simulation.episodes import Episode, asks_of
from workbench.simulation.uses import Ask
from workbench.simulation.world import EXTRA, Department, Person, World, chance

DAY_BEGINS, DAY_ENDS = 8.5, 17.5
"""Hours of work; the rules of the product have theirs."""
LATE_BEGINS, LATE_ENDS = 18.2, 21.5
NIGHT_BEGINS, NIGHT_ENDS = 19.5, 23.6
PEAK_DAYS = 7


class Demand:
    """The asks of a world, day by day; the same seed and holdings give the same."""

    def __init__(self, world: World, episodes: tuple[Episode, ...]) -> None:
        self._world, self._plan = world, world.spec.ordinary
        self._episodes = episodes
        self._choose = chance("demand", world.seed)
        self._refused = {
            one.id: self._choose.uniform(*world.spec.departments.over_reaching.refused)
            for one in world.departments
            if "over_reaching" in one.behaviours
        }

    def of(self, day: date, holdings: dict[str, list[Holding]], *, working: bool) -> list[Ask]:
        """``holdings`` by department, those that give something on this day."""
        found: list[Ask] = []
        for department in self._world.departments:
            held = [one for one in holdings.get(department.id, ()) if one.is_used(day)]
            for holding in held:
                found += self._ordinary(day, department, holding, working=working)
            for episode in self._episodes:
                if episode.person.department == department.id and held:
                    usual = sum(one.weekly for one in held) / 5 / len(department.people)
                    found += asks_of(episode, day, held, usual, self._world, self._choose)
        return sorted(found, key=lambda ask: (ask.at, ask.person.id, ask.sql))

    def _ordinary(
        self, day: date, department: Department, holding: Holding, *, working: bool
    ) -> Iterator[Ask]:
        rate = holding.weekly / 5 * (self._plan.peak if _peak(day) else 1.0)
        night = [one for one in department.people if one.at_night]
        if not working:
            rate, people = rate / 3, night
        else:
            people = list(department.people)
        for _ in range(poisson(rate, self._choose) if people else 0):
            yield self._use(day, self._choose.choice(people), holding)

    def _use(self, day: date, person: Person, holding: Holding) -> Ask:
        at = self._time(day, person)
        chance = self._choose.random()
        wrong = self._refused.get(person.department, 0.0) + self._plan.mistakes
        if chance < self._plan.stray:
            return self._stray(at, person, holding)
        if chance < self._plan.stray + wrong:
            kind = "over_reaching" if person.department in self._refused else ""
            return refused(at, person, holding, self._choose.choice(EXTRA), kind)
        if chance < self._plan.stray + wrong + self._plan.lookups:
            return lookup(at, person, holding, self._choose.randrange(60))
        columns = self._choose.sample(holding.columns, min(2, len(holding.columns)))
        sql = f"select {', '.join(sorted(columns))} from {holding.resource}"  # noqa: S608
        rows = self._rows()
        return Ask(at, person, holding.scenario, holding.resource, sql, rows)

    def _rows(self) -> int:
        """Most results are small, few large: evenly on a logarithmic scale."""
        low, high = (math.log(n) for n in self._plan.rows)
        return round(math.exp(self._choose.uniform(low, high)))

    def _stray(self, at: datetime, person: Person, holding: Holding) -> Ask:
        other = self._choose.choice([one.name for one in self._world.resources])
        sql = f"select code from {other}"  # noqa: S608 - a name of ours
        return Ask(at, person, holding.scenario, other, sql, 1)

    def _time(self, day: date, person: Person) -> datetime:
        if person.at_night and self._choose.random() < 0.6:
            return moment(day, self._choose.uniform(NIGHT_BEGINS, NIGHT_ENDS))
        if self._choose.random() < self._plan.overtime:
            return moment(day, self._choose.uniform(LATE_BEGINS, LATE_ENDS))
        return moment(day, self._choose.uniform(DAY_BEGINS, DAY_ENDS))


def _peak(day: date) -> bool:
    """The last week of a quarter."""
    return (day + timedelta(days=PEAK_DAYS)).month != day.month and day.month % 3 == 0
