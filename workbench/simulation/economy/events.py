"""What is planted: events with a course, drawn from the plan's ranges. The truth of warnings.

Nothing of the product reads it: ``PlantedEconomy`` stands in a file that only measurements open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.simulation.economy.chance import between, chance, whole
from workbench.simulation.economy.firms import Firms, Floats, Mask
from workbench.simulation.economy.plan import Plan, Planted

MEASURES = ("activity", "power", "tax", "people", "exports")
LOSES: dict[str, dict[str, float]] = {
    "stop": {"activity": 1.0},
    "cut": {"activity": 1.0},
    "tax_slide": {"activity": 0.3, "tax": 0.85},
    "employment_loss": {"activity": 0.4, "people": 1.0},
    "export_loss": {"exports": 1.0},
    "credit": {"activity": 1.0},
    "industry_shock": {"activity": 1.0},
    "county_slump": {"activity": 1.0},
    "maintenance": {"activity": 1.0},
    "campaign": {"activity": 1.0},
}
"""Of an event's depth, what each measure loses beside what follows from activity (ours)."""
EARLIEST = 15
"""Months of history before anything is planted: who watches has to have seen a year (ours)."""
SPAN = 48
"""Months in which the plan's number of areas has its event (ours)."""


@dataclass(frozen=True)
class Event:
    """``subject``: number of the enterprise, industry or county. It begins in the month ``start``,
    has its ``depth`` after ``over`` months, stays there for ``lasts``, and goes back as it came."""

    kind: str
    subject: int
    start: int
    over: int
    lasts: int
    depth: float
    innocent: bool = False

    @property
    def ends(self) -> int:
        """The first month in which nothing is left of it."""
        return self.start + 2 * self.over + self.lasts - 1

    def lost(self, month: int) -> float:
        """The part that is lost in a month."""
        since = month - self.start + 1
        if since <= 0 or month >= self.ends:
            return 0.0
        back = self.ends - month
        return self.depth * min(1.0, since / self.over, back / self.over)


@dataclass(frozen=True)
class PlantedEconomy:
    """``areas``: of industries and counties. ``revised``: from which month on published levels are
    lower, by which part; None where the time is too short for it."""

    firms: tuple[Event, ...]
    areas: tuple[Event, ...]
    revised: tuple[int, float] | None


def plant(plan: Plan, firms: Firms, counties: int, *, months: int, seed: int) -> PlantedEconomy:
    """What begins within ``months``. An enterprise has one event at most, larger ones are likelier
    to. Each year has chances of its own: a longer time adds events and changes none."""
    taken = np.zeros(len(firms), np.bool_)
    found: list[Event] = []
    for year in range(EARLIEST // 12, -(-months // 12)):
        found += _of_year(plan, firms, taken, year, chance(seed, "events", year))
    return PlantedEconomy(
        tuple(event for event in found if event.start < months),
        tuple(event for event in _areas(plan, counties, months, seed) if event.start < months),
        _revised(plan, months, chance(seed, "revision")),
    )


def _of_year(
    plan: Plan, firms: Firms, taken: Mask, year: int, rng: np.random.Generator
) -> list[Event]:
    """``year``: its number since the beginning. ``taken``: those that have an event; new ones are
    marked in it."""
    begins, ends = max(EARLIEST, 12 * year), 12 * (year + 1)
    there = (firms.opened <= begins - EARLIEST) & (firms.closed > begins + 1)
    scale = len(firms.there(begins)) / 10_000 * (ends - begins) / 12
    found: list[Event] = []
    for kind, planted, count in _wanted(plan):
        fit = there & ~taken & (firms.abroad >= 0.1 if kind == "export_loss" else True)
        for subject in _subjects(firms, fit, int(count * scale + rng.random()), rng):
            closed = int(firms.closed[subject])
            event = _placed(kind, planted, subject, (begins, ends), closed, rng)
            taken[subject] = event is not None
            found += [event] if event is not None else []
    return found


def _wanted(plan: Plan) -> Iterator[tuple[str, Planted, float]]:
    """Kinds, and how many of each for 10,000 enterprises and a year."""
    for kind, planted in plan.events:
        yield kind, planted, planted.count
    for kind, shape in _INNOCENT.items():
        yield kind, shape, getattr(plan.innocent, kind)


def _subjects(firms: Firms, fit: Mask, count: int, rng: np.random.Generator) -> list[int]:
    candidates = np.flatnonzero(fit)
    if not (count := min(count, len(candidates))):
        return []
    weight = np.exp(0.25 * firms.level[candidates])
    chosen: list[int] = rng.choice(
        candidates, count, replace=False, p=weight / weight.sum()
    ).tolist()
    return chosen


def _placed(
    kind: str, planted: Planted, subject: int, within: tuple[int, int], closed: int,
    rng: np.random.Generator,
) -> Event | None:  # fmt: skip
    """None for an enterprise that closes before all of its loss is there."""
    over, lasts = whole(rng, *planted.over), whole(rng, *planted.lasts)
    first, last = within[0], min(within[1], closed - over) - 1
    if last < first:
        return None
    depth = between(rng, *planted.depth)
    return Event(kind, subject, whole(rng, first, last), over, lasts, depth, kind in _INNOCENT)


def _areas(plan: Plan, counties: int, months: int, seed: int) -> Iterator[Event]:
    """Of different industries and counties, until each had its turn."""
    rooms = {"industry_shock": len(plan.industries), "county_slump": counties}
    for kind, planted in plan.areas:
        turns = chance(seed, kind).permutation(rooms[kind]).tolist()
        count = int(planted.count)
        for span in range(max(0, -(-(months - EARLIEST) // SPAN))):
            rng = chance(seed, kind, span + 1)
            for number in range(span * count, (span + 1) * count):
                over, lasts = whole(rng, *planted.over), whole(rng, *planted.lasts)
                first = EARLIEST + span * SPAN
                start = whole(rng, first, first + SPAN - 1)
                depth = between(rng, *planted.depth)
                yield Event(kind, turns[number % len(turns)], start, over, lasts, depth)


def _revised(plan: Plan, months: int, rng: np.random.Generator) -> tuple[int, float] | None:
    """A census of one of the first years that have a whole one before them."""
    month, part = 12 * whole(rng, 1, 3), between(rng, *plan.revision.depth)
    return (month, part) if month < months else None


def kept(
    events: Sequence[Event], firms: Firms, areas: Sequence[Event], month: int
) -> dict[str, Floats]:
    """For each of MEASURES the part that is left to each enterprise in a month."""
    left = {name: np.ones(len(firms)) for name in MEASURES}
    for event in events:
        lost = event.lost(month)
        for name, part in LOSES.get(event.kind, {}).items() if lost else ():
            left[name][event.subject] *= 1.0 - part * lost
    for event in areas:
        if lost := event.lost(month):
            of = firms.industry if event.kind == "industry_shock" else firms.county
            left["activity"][of == event.subject] *= 1.0 - lost
    _meters(events, month, left)
    return left


def _meters(events: Sequence[Event], month: int, left: dict[str, Floats]) -> None:
    """A meter is changed: nothing is read in one month, and both in the next."""
    for event in events:
        if event.kind == "meter" and event.start <= month <= event.start + 1:
            left["power"][event.subject] *= 0.0 if month == event.start else 2.0


_INNOCENT = {
    "maintenance": Planted(count=0, depth=[0.6, 0.95], over=[1, 1], lasts=[1, 1]),
    "meter": Planted(count=0, depth=[1.0, 1.0], over=[1, 1], lasts=[1, 1]),
    "campaign": Planted(count=0, depth=[0.2, 0.45], over=[1, 1], lasts=[1, 2]),
}
"""Enterprises that look like it and are well (ours)."""
