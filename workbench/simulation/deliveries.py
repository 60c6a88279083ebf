"""What the providers of a simulated city deliver, and when. Pure; the files are made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workbench.regulations.calendar import Calendar
from workbench.simulation.world import ResourcePlan, World, chance

_MONTHS = {"每月": 1, "每季度": 3}


@dataclass(frozen=True)
class Parcel:
    """One delivery: ``rows`` as its sender counted, ``arrived`` of them. ``planted``: it never
    arrives whole. ``made``: the day of which its contents are (None: ``data_date``); ``turn``: its
    rows begin with another one, so that the same contents are another file."""

    on: date
    resource: str
    data_date: date
    rows: int
    arrived: int
    planted: bool = False
    made: date | None = None
    turn: int = 0

    @property
    def is_whole(self) -> bool:
        return self.arrived == self.rows


def parcels_of(world: World, calendar: Calendar) -> tuple[Parcel, ...]:
    """By day and resource; only those of the year itself."""
    choose = chance("deliveries", world.seed)
    found = [
        parcel
        for plan in world.resources
        if plan.cycle in _MONTHS
        for end in _ends(world.year, _MONTHS[plan.cycle])
        for parcel in _parcels(world, plan, end, calendar, choose)
    ]
    return tuple(
        sorted((p for p in found if p.on.year == world.year), key=lambda p: (p.on, p.resource))
    )


def _ends(year: int, months: int) -> list[date]:
    """The last days of the cycles, from the end of the year before."""
    firsts = [date(year, month + 1, 1) for month in range(0, 12, months)]
    return [first - timedelta(days=1) for first in firsts]


def _parcels(
    world: World, plan: ResourcePlan, end: date, calendar: Calendar, choose: Random
) -> list[Parcel]:
    spec = world.spec.deliveries
    on = end + timedelta(days=choose.randint(*spec.lag))
    late = choose.randint(*world.spec.departments.stale.late)
    if end.year == world.year and "stale" in world.department(plan.provider).behaviours:
        on += timedelta(days=late)
    on = calendar.working_day_from(on)
    rows, luck = choose.randint(*spec.rows), choose.random()
    again = calendar.working_day_after(on, choose.randint(*spec.again))
    whole = Parcel(on, plan.name, end, rows, rows)
    if end.year != world.year or luck >= spec.lost + spec.short:
        return [whole]
    short = Parcel(on, plan.name, end, rows, rows - choose.randint(1, 9), luck < spec.lost)
    return [short] if short.planted else [short, Parcel(again, plan.name, end, rows, rows)]
