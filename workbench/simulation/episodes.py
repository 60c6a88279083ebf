"""What is planted in people: on which days, and what they ask then. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workbench.simulation.asking import Holding, lookup, moment
from workbench.simulation.behaviours import Beyond, Enumerating, Odd, Sudden
from workbench.simulation.uses import Ask
from workbench.simulation.world import Person, World, chance

FIRST_DAY, LAST_DAY = 75, 330
"""Days of the year between which an episode begins: before there is nothing to compare it with,
later it would not end."""


@dataclass(frozen=True)
class Episode:
    """``amounts``: how much on which day; its meaning is of the kind (look-ups, times the usual,
    calls, tries). Not ``planted``: it looks so, and is innocent."""

    person: Person
    kind: str
    amounts: dict[date, float]
    planted: bool = True


def episodes_of(world: World) -> tuple[Episode, ...]:
    """One of each person who is planted, or looks so for once."""
    choose = chance("episodes", world.seed)
    who = [one for one in world.people if one.planted or one.innocent]
    return tuple(_episode(world, one, choose) for one in who)


def _episode(world: World, person: Person, choose: Random) -> Episode:
    start = date(world.year, 1, 1) + timedelta(days=choose.randint(FIRST_DAY, LAST_DAY))
    if person.planted:
        plan = getattr(world.spec.people, person.planted)
        return Episode(person, person.planted, _amounts(plan, start, choose))
    plan = getattr(world.spec.innocent, person.innocent)
    kind = _LOOKS_LIKE[person.innocent]
    return Episode(person, kind, _amounts(plan, start, choose), planted=False)


_LOOKS_LIKE = {
    "bursts": "sudden_volume",
    "campaigns": "enumerating",
    "late_weeks": "odd_hours",
    "newcomers": "beyond_purpose",
}


def _amounts(
    plan: Enumerating | Sudden | Odd | Beyond, start: date, choose: Random
) -> dict[date, float]:
    if isinstance(plan, Enumerating):
        return _lookups(plan, start, choose)
    if isinstance(plan, Sudden):
        return _sudden(plan, start, choose)
    return _odd(plan, start, choose) if isinstance(plan, Odd) else _beyond(plan, start, choose)


def _lookups(plan: Enumerating, start: date, choose: Random) -> dict[date, float]:
    """All of them, evenly over working days."""
    days = weekdays(start, choose.randint(*plan.days))
    total = choose.randint(*plan.lookups)
    return dict.fromkeys(days, max(1.0, total / len(days)))


def _sudden(plan: Sudden, start: date, choose: Random) -> dict[date, float]:
    times = choose.uniform(*plan.times)
    return dict.fromkeys(weekdays(start, choose.randint(*plan.days)), times)


def _odd(plan: Odd, start: date, choose: Random) -> dict[date, float]:
    """Any days of two weeks."""
    days = sorted(choose.sample(range(14), min(14, choose.randint(*plan.days))))
    return {start + timedelta(days=n): float(choose.randint(*plan.calls)) for n in days}


def _beyond(plan: Beyond, start: date, choose: Random) -> dict[date, float]:
    """So many tries a week, on any of its working days."""
    found: dict[date, float] = {}
    for week in range(choose.randint(*plan.weeks)):
        days = weekdays(start + timedelta(weeks=week), 5)
        for _ in range(choose.randint(*plan.tries)):
            day = choose.choice(days)
            found[day] = found.get(day, 0.0) + 1
    return found


def weekdays(start: date, count: int) -> list[date]:
    """So many from ``start`` on, without Saturdays and Sundays."""
    found: list[date] = []
    while len(found) < count:
        if start.weekday() < 5:
            found.append(start)
        start += timedelta(days=1)
    return found


def asks_of(
    episode: Episode, day: date, held: list[Holding], usual: float, world: World, choose: Random
) -> Iterator[Ask]:
    """``held``: what the department has; ``usual``: asks a day of one of its people."""
    amount = episode.amounts.get(day)
    if amount is None:
        return
    holding = held[choose.randrange(len(held))] if episode.kind != "enumerating" else held[0]
    count = round(amount * max(usual, 1.0) if episode.kind == "sudden_volume" else amount)
    for number in range(max(1, count)):
        yield _ask(episode, day, number, holding, world, choose)


def _ask(
    episode: Episode, day: date, number: int, holding: Holding, world: World, choose: Random
) -> Ask:
    person, kind = episode.person, episode.kind
    planted = kind if episode.planted else ""
    if kind == "enumerating":
        at = moment(day, choose.uniform(9, 17))
        entity = round(episode.amounts[day]) * (day.toordinal() % 97) + number
        return lookup(at, person, holding, entity, planted)
    if kind == "beyond_purpose":
        return _beyond_ask(person, day, holding, world, choose, planted)
    hour = choose.uniform(*_HOURS[kind, episode.planted])
    column = holding.columns[number % len(holding.columns)]
    sql = f"select code, {column} from {holding.resource}"  # noqa: S608 - names of ours
    rows = choose.randint(50, world.spec.ordinary.rows[1])
    return Ask(
        moment(day, hour), person, holding.scenario, holding.resource, sql, rows, kind=planted
    )


_HOURS = {
    ("sudden_volume", True): (9.0, 17.0),
    ("sudden_volume", False): (9.0, 17.0),
    ("odd_hours", True): (22.2, 28.5),
    ("odd_hours", False): (19.0, 23.5),
}
"""From midnight; past 24 it is the next day."""


def _beyond_ask(
    person: Person, day: date, holding: Holding, world: World, choose: Random, planted: str
) -> Ask:
    """A table that its purpose has nothing to do with, or the purpose of somebody else."""
    at = moment(day, choose.uniform(9, 17))
    plan = next(one for one in world.scenarios if one.id == holding.scenario)
    others = [one.name for one in world.resources if one.name not in plan.resources]
    other = choose.choice(others)
    foreign = [one.id for one in world.scenarios if one.id != holding.scenario]
    scenario = choose.choice(foreign) if choose.random() < 0.3 else holding.scenario
    sql = f"select code from {other}"  # noqa: S608 - a name of ours
    return Ask(at, person, scenario, other, sql, 1, kind=planted)
