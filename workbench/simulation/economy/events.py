"""What is planted: events with a course, drawn from the plan's ranges. The truth of warnings.

Nothing of the product reads it: ``PlantedEconomy`` stands in a file that only measurements open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.simulation.economy.chance import between, chance, whole
from workbench.simulation.economy.firms import Firms, Floats
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
    """An enterprise has one event at most, those of it that are larger are likelier to."""
    rng = chance(seed, "events")
    wanted = list(_wanted(plan, len(firms), months))
    subjects = _subjects(firms, sum(n for _, _, n in wanted), rng)
    found: list[Event] = []
    for kind, planted, count in wanted:
        for _ in range(count):
            event = _placed(kind, planted, next(subjects, None), firms, months, rng)
            found += [event] if event is not None else []
    return PlantedEconomy(
        tuple(found), _areas(plan, counties, months, rng), _revised(plan, months, rng)
    )


def _wanted(plan: Plan, count: int, months: int) -> Iterator[tuple[str, Planted, int]]:
    scale = count / 10_000 * max(months - EARLIEST, 0) / 12
    for kind, planted in plan.events:
        yield kind, planted, round(planted.count * scale)
    for kind, shape in _INNOCENT.items():
        yield kind, shape, round(getattr(plan.innocent, kind) * scale)


def _subjects(firms: Firms, count: int, rng: np.random.Generator) -> Iterator[int]:
    weight = np.exp(0.25 * (firms.level - firms.level.mean()))
    count = min(count, len(firms))
    return iter(rng.choice(len(firms), count, replace=False, p=weight / weight.sum()).tolist())


def _placed(
    kind: str, planted: Planted, subject: int | None, firms: Firms, months: int,
    rng: np.random.Generator,
) -> Event | None:  # fmt: skip
    """None for an enterprise that is not there long enough, or has no exports to lose."""
    if subject is None or (kind == "export_loss" and firms.abroad[subject] < 0.1):
        return None
    first = max(EARLIEST, int(firms.opened[subject]) + EARLIEST)
    over, lasts = whole(rng, *planted.over), whole(rng, *planted.lasts)
    last = min(months, int(firms.closed[subject])) - over - 1
    if last < first:
        return None
    depth = between(rng, *planted.depth)
    return Event(kind, subject, whole(rng, first, last), over, lasts, depth, kind in _INNOCENT)


def _areas(plan: Plan, counties: int, months: int, rng: np.random.Generator) -> tuple[Event, ...]:
    """Of different industries and counties."""
    found: list[Event] = []
    rooms = {"industry_shock": len(plan.industries), "county_slump": counties}
    for kind, planted in plan.areas:
        count = min(int(planted.count), rooms[kind])
        for subject in rng.choice(rooms[kind], count, replace=False).tolist():
            over, lasts = whole(rng, *planted.over), whole(rng, *planted.lasts)
            if months - over - 1 >= EARLIEST:
                start = whole(rng, EARLIEST, months - over - 1)
                found.append(Event(kind, subject, start, over, lasts, between(rng, *planted.depth)))
    return tuple(found)


def _revised(plan: Plan, months: int, rng: np.random.Generator) -> tuple[int, float] | None:
    if months < 2 * EARLIEST:
        return None
    month = whole(rng, EARLIEST, months - EARLIEST)
    return month - month % 12, between(rng, *plan.revision.depth)


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
