"""Deliveries of a simulated year, changed by those who deliver for the score. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from workbench.regulations.calendar import Calendar
from workbench.simulation.behaviours import Gaming, Resending
from workbench.simulation.deliveries import Parcel
from workbench.simulation.gaming_plan import Roles
from workbench.simulation.world import World, chance

_DAY = timedelta(days=1)


def changed(
    world: World, roles: Roles, parcels: tuple[Parcel, ...], calendar: Calendar
) -> tuple[Parcel, ...]:
    """By day and resource, as they came; where nobody games, all as they were."""
    spec = world.spec.gaming
    if spec is None:
        return parcels
    by: dict[str, list[Parcel]] = {plan.name: [] for plan in world.resources}
    for parcel in parcels:
        by[parcel.resource].append(parcel)
    choose = chance("gaming parcels", world.seed)
    for name, (plan, since) in roles.extra.items():
        by[name] = _since(plan.name, by[name], since, choose, calendar)
    _resent(roles, spec, by, choose, calendar)
    _caught_up(world, roles, spec, by, choose, calendar)
    _december(world, roles, spec.innocent.december, by, choose, calendar)
    found = (one for mine in by.values() for one in _turned(mine) if one.on.year == world.year)
    return tuple(sorted(found, key=lambda one: (one.on, one.resource)))


def _since(
    name: str, mine: list[Parcel], since: date | None, choose: Random, calendar: Calendar
) -> list[Parcel]:
    """None before the day, and one on it."""
    if since is None:
        return []
    on, rows = calendar.working_day_from(since), choose.randint(30, 60)
    end = date(since.year, since.month, 1) - _DAY
    return [Parcel(on, name, end, rows, rows), *(one for one in mine if one.on > on)]


def _resent(
    roles: Roles, spec: Gaming, by: dict[str, list[Parcel]], choose: Random, calendar: Calendar
) -> None:
    for kind, plan in (("resending", spec.resending), ("unchanged", spec.innocent.unchanged)):
        for who in roles.kinds.get(kind, ()):
            name, times = roles.resources[who], choose.randint(*plan.times)
            extra = kind == "resending" and choose.random() < 0.5
            send = _padded if extra else _stale_contents
            by[name] = send(by[name], times, choose, calendar)


def _stale_contents(
    mine: list[Parcel], times: int, choose: Random, calendar: Calendar
) -> list[Parcel]:
    """In place of new contents those of the delivery before."""
    whole = [one for one in mine if one.is_whole]
    numbers = range(1, len(whole))
    chosen = set(choose.sample(numbers, min(times, len(numbers))))
    found: list[Parcel] = []
    for number, one in enumerate(whole):
        found.append(_copy(found[-1], one.on, one.data_date) if number in chosen else one)
    return found + [one for one in mine if one.planted]


def _padded(mine: list[Parcel], times: int, choose: Random, calendar: Calendar) -> list[Parcel]:
    """Some deliveries once more, some days later, under the same date of data."""
    whole = [one for one in mine if one.is_whole]
    found = list(mine)
    for _ in range(times):
        one = choose.choice(whole)
        on = calendar.working_day_after(one.on, choose.randint(1, 8))
        found.append(_copy(one, on, one.data_date))
    days = {one.on: one for one in found}
    return [days[day] for day in sorted(days)]


def _copy(one: Parcel, on: date, data_date: date) -> Parcel:
    return replace(one, on=on, data_date=data_date, made=one.made or one.data_date)


def _caught_up(
    world: World,
    roles: Roles,
    spec: Gaming,
    by: dict[str, list[Parcel]],
    choose: Random,
    calendar: Calendar,
) -> None:
    """Nothing for months, and what was owed in the last days of the year: all of it, or the last
    of each resource alone."""
    last = date(world.year, 12, 31)
    for who in roles.kinds.get("catching_up", ()):
        silent = choose.randint(*spec.catching_up.silent_after)
        days, every = choose.randint(*spec.catching_up.days), choose.random() < 0.5
        for plan in world.resources:
            owed = [one for one in by[plan.name] if one.on.month > silent and one.is_whole]
            if plan.provider != who or not owed:
                continue
            kept = [one for one in by[plan.name] if one.on.month <= silent]
            on = calendar.working_day_from(last - days * _DAY)
            late = [replace(one, on=on + n * _DAY) for n, one in enumerate(owed[-days:])]
            by[plan.name] = kept + (late if every else [replace(owed[-1], on=on)])


def _december(
    world: World,
    roles: Roles,
    spec: Resending,
    by: dict[str, list[Parcel]],
    choose: Random,
    calendar: Calendar,
) -> None:
    """Corrections in December, with other contents, by who has delivered all the year."""
    for who in roles.kinds.get("december", ()):
        names = [one.name for one in world.resources if one.provider == who and by[one.name]]
        for _ in range(choose.randint(*spec.times)):
            name = choose.choice(names)
            one = by[name][-1]
            on = calendar.working_day_from(date(world.year, 12, choose.randint(8, 28)))
            if all(other.on != on for other in by[name]):
                by[name].append(replace(one, on=on, made=on, rows=40, arrived=40, planted=False))


def _turned(mine: Iterable[Parcel]) -> list[Parcel]:
    """Each begins with another row: what was sent before is another file."""
    ordered = sorted(mine, key=lambda one: one.on)
    return [replace(one, turn=number) for number, one in enumerate(ordered)]
