"""One ask of the simulated year: a use, a look-up, something that is not granted. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from workbench.model.days import CHINA
from workbench.simulation.uses import Ask
from workbench.simulation.world import Person

HALF_A_YEAR = 182
"""Days from one season of a duty that comes twice a year to the next."""


@dataclass(frozen=True)
class Holding:
    """A grant of a case that gives something since ``began``, and how it is used: so often a week,
    until ``idle_from`` where somebody stops; of a duty that comes twice a year for ``season`` days
    each time (0: all the year). ``compared``: a column of it may be compared."""

    grant_id: str
    department: str
    scenario: str
    resource: str
    columns: tuple[str, ...]
    weekly: float
    compared: bool
    began: date
    idle_from: date | None = None
    season: int = 0

    def is_used(self, day: date) -> bool:
        if self.season and (day - self.began).days % HALF_A_YEAR >= self.season:
            return False
        return self.idle_from is None or day < self.idle_from


def refused(at: datetime, person: Person, holding: Holding, column: str, kind: str) -> Ask:
    """It asks for a column that no purpose lists."""
    sql = f"select code, {column} from {holding.resource}"  # noqa: S608 - names of ours
    return Ask(at, person, holding.scenario, holding.resource, sql, 1, kind=kind)


def lookup(at: datetime, person: Person, holding: Holding, entity: int, kind: str = "") -> Ask:
    """One entity is looked up by its key, or where the resource has it, compared."""
    if holding.compared and entity % 2:
        return Ask(at, person, holding.scenario, holding.resource, "", 1, keys=1, kind=kind)
    start = f"select code, {holding.columns[-1]} from {holding.resource} where code = "  # noqa: S608
    sql, like = f"{start}'X{entity:05}'", f"{start}'X'"
    return Ask(at, person, holding.scenario, holding.resource, sql, 1, like, kind=kind)


def moment(day: date, hour: float) -> datetime:
    """``hour`` counts from midnight in Asia/Shanghai, and may pass 24."""
    return datetime.combine(day, time(), CHINA) + timedelta(seconds=round(hour * 3600))


def poisson(rate: float, choose: Random) -> int:
    """Knuth's method; rates here are small."""
    limit, count, product = math.exp(-rate), 0, choose.random()
    while product > limit:
        count += 1
        product *= choose.random()
    return count
