"""What moves all enterprises: the city's cycle, those of industries and counties, the seasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.firms import Floats, month_of
from workbench.simulation.economy.plan import Plan

PAD = 12
"""Months before and after, for industries that lead the city or lag it."""
HOLIDAY = (-5, 10)
"""Days from new year's day on which work rests around the spring festival (ours)."""
OWN_LASTS = 0.9
"""How much of an industry's deviation is left a month later (ours)."""


@dataclass(frozen=True, eq=False)
class Cycles:
    """Logarithms by month: ``city``, ``industry`` (a row each, with its part of the city's), and
    ``county``; ``season``: by industry and month, with what the spring festival costs."""

    city: Floats
    industry: Floats
    county: Floats
    season: Floats


def make_cycles(
    plan: Plan, counties: int, *, start: date, months: int, seed: int,
    festivals: Mapping[int, date],
) -> Cycles:  # fmt: skip
    """``festivals``: new year's day of the lunar calendar, by year. Raises KeyError for a year that
    is not there."""
    city = _city(plan, months + 2 * PAD, seed)
    industries = []
    for number, each in enumerate(plan.industries):
        taken = city[PAD - each.lag : PAD - each.lag + months]
        own = _lasting(each.own, OWN_LASTS, months, chance(seed, "industry", number))
        growth = np.log1p(each.growth) * np.arange(months) / 12
        industries.append(each.city * taken + own + growth)
    return Cycles(
        city=city[PAD : PAD + months],
        industry=np.array(industries),
        county=np.array([_county(plan, months, seed, number) for number in range(counties)]),
        season=_seasons(plan, start, months, festivals),
    )


def _city(plan: Plan, months: int, seed: int) -> Floats:
    """A wave whose length drifts, and news that add up and fade. Each has its own chances: more
    months do not change the first."""
    phase = chance(seed, "city", 0).uniform(0, 2 * np.pi)
    steps = 2 * np.pi / plan.cycle.months * chance(seed, "city", 1).lognormal(0.0, 0.15, months)
    wave = plan.cycle.depth * np.sin(phase + np.cumsum(steps))
    news = chance(seed, "city", 2).normal(0.0, plan.cycle.news, months)
    found: Floats = wave + _faded(news, OWN_LASTS)
    return found


def _county(plan: Plan, months: int, seed: int, number: int) -> Floats:
    rng = chance(seed, "county", number)
    growth = rng.normal(0.0, plan.counties.growth)
    drift = np.cumsum(rng.normal(0.0, plan.counties.drift, months))
    found: Floats = growth * np.arange(months) / 12 + drift
    return found


def _lasting(deviation: float, lasts: float, months: int, rng: np.random.Generator) -> Floats:
    """A deviation from zero that has this size in the long run."""
    return _faded(rng.normal(0.0, deviation * np.sqrt(1.0 - lasts**2), months), lasts)


def _faded(news: Floats, lasts: float) -> Floats:
    found = np.zeros_like(news)
    level = 0.0
    for month, each in enumerate(news):
        level = lasts * level + each
        found[month] = level
    return found


def _seasons(plan: Plan, start: date, months: int, festivals: Mapping[int, date]) -> Floats:
    firsts = [month_of(start, number) for number in range(months)]
    rest = np.array([holiday(first, festivals) for first in firsts])
    turn = np.array([first.month for first in firsts])
    rows = []
    for each in plan.industries:
        wave = each.season * np.cos(2 * np.pi * (turn - each.peak) / 12)
        rows.append(wave + np.log1p(-each.festival * rest))
    return np.array(rows)


def holiday(first: date, festivals: Mapping[int, date]) -> float:
    """The share of the days around the spring festival that lies in a month."""
    before, after = HOLIDAY
    new_year = festivals[first.year]
    days = [new_year + timedelta(day) for day in range(before, after)]
    return sum((day.year, day.month) == (first.year, first.month) for day in days) / len(days)
