"""Indicators and published series as a gateway would give them, made from formulas."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from workbench.analysis.definition import Analysis
from workbench.analysis.month import Given
from workbench.analysis.prices import NONE, Indices
from workbench.analysis.published import Releases
from workbench.analysis.statements import used
from workbench.analysis.targets_file import load_targets
from workbench.economy.frames import add_months, every
from workbench.libraries.definition import Library

COUNTIES = ("371602", "371603", "371681")
INDUSTRIES = ("13", "17")
FIRST, LAST = date(2021, 1, 1), date(2026, 9, 1)
CENSUS, LOWERED = 2026, 0.92
"""Published levels are counted anew from here on, and are so much of what they were."""


def value(indicator: str, month: date, place: int) -> float:
    """Of a county and an industry: growth, a season, a phase of its own, and a little beside."""
    t = (month.year - FIRST.year) * 12 + month.month - 1
    phase = sum(map(ord, indicator)) % 7
    season = 1 + 0.1 * math.sin(2 * math.pi * (t + phase) / 12)
    cycle = 1 + 0.05 * math.sin(2 * math.pi * (t + place) / 40)
    rest = 1 + 0.01 * math.sin(7.3 * t + 1.7 * phase + place)
    return 1000 * (place + 1) * season * cycle * rest * 1.004**t


def given(
    analysis: Analysis,
    libraries: dict[str, Library],
    hidden: frozenset[tuple[str, date]] = frozenset(),
) -> Given:
    """``hidden``: indicators and months whose total is withheld."""
    tables = {
        name: pl.concat([_indicator(each, number * 100, hidden) for number, each in enumerate(ids)])
        for name, ids in used(analysis, libraries).items()
    }
    releases, prices = Releases(_published(analysis), 900), Indices(_price_indices(), 901)
    return Given(tables, releases, prices, load_targets(SHIPPED))


def index(name: str, month: date) -> float:
    """Of a month, the year before = 100."""
    t = (month.year - FIRST.year) * 12 + month.month - 1
    return round(100 + (4 if name == "ppi" else 1.5) * math.sin(t / 9), 1)


def mean_index(name: str, month: date) -> float:
    """Since January."""
    months = every(month.replace(month=1), month)
    return round(sum(index(name, m) for m in months) / len(months), 1)


def _price_indices() -> pl.DataFrame:
    rows = [
        (name, m, add_months(m, 1) + timedelta(days=9), index(name, m), mean_index(name, m))
        for name in ("cpi", "ppi")
        for m in every(FIRST, LAST)
    ]
    return pl.DataFrame(rows, schema=NONE, orient="row")


def _indicator(name: str, first: int, hidden: frozenset[tuple[str, date]]) -> pl.DataFrame:
    rows = []
    for number, month in enumerate(every(FIRST, LAST)):
        cells = {
            (c, i): value(name, month, len(INDUSTRIES) * at + j)
            for at, c in enumerate(COUNTIES)
            for j, i in enumerate(INDUSTRIES)
        }
        sums: dict[tuple[str | None, str | None], float] = {(None, None): sum(cells.values())}
        for (county, industry), cell in cells.items():
            sums[county, None] = sums.get((county, None), 0) + cell
            sums[None, industry] = sums.get((None, industry), 0) + cell
        for (at_county, at_industry), total in sums.items():
            held = at_county is None and at_industry is None and (name, month) in hidden
            state = "suppressed" if held else "released"
            shown = None if held else total
            rows.append((name, month, at_county, at_industry, shown, state, first + number + 1))
    return pl.DataFrame(rows, schema=_INDICATORS, orient="row")


_INDICATORS = {
    "indicator": pl.String, "month": pl.Date, "county": pl.String, "industry": pl.String,
    "value": pl.Float64, "state": pl.String, "entry": pl.Int64,
}  # fmt: skip
_PUBLISHED = {
    "series": pl.String, "period": pl.Date, "frequency": pl.String, "released_on": pl.Date,
    "basis": pl.String, "value": pl.Float64, "growth": pl.Float64,
}  # fmt: skip


def _published(analysis: Analysis) -> pl.DataFrame:
    rows = []
    for each in analysis.headlines:
        if each.published is not None:
            step = 3 if each.frequency == "quarter" else 1
            rows += [
                row for month in every(FIRST, LAST) for row in _release(each.published, month, step)
            ]
    return pl.DataFrame(rows, schema=_PUBLISHED, orient="row")


def single(series: str, month: date) -> float:
    """What the office would count for one month by the old count."""
    return value(series, month, 3)


def since_january(series: str, month: date) -> float:
    return sum(single(series, m) for m in every(month.replace(month=1), month))


def _release(series: str, month: date, step: int) -> list[tuple[object, ...]]:
    if (step == 3 and month.month % 3) or (step == 1 and month.month == 1):
        return []
    total = since_january(series, month)
    before = since_january(series, add_months(month, -12)) if month.year > FIRST.year else None
    growth = None if before is None else round((total / before - 1) * 100, 1)
    out = add_months(month, 1) + timedelta(days=19)
    period = add_months(month, -2) if step == 3 else month
    kind = "quarter" if step == 3 else "month"
    level = total * (LOWERED if month.year >= CENSUS else 1)
    rows: list[tuple[object, ...]] = [(series, period, kind, out, "first", level, growth)]
    if month.year == CENSUS - 1 and add_months(month, 12) <= LAST:
        again = add_months(month, 13) + timedelta(days=19)
        rows.append((series, period, kind, again, "revised", total * LOWERED, growth))
    return rows


SHIPPED = Path(__file__).parents[2] / "workbench" / "simulation" / "shipped" / "city"
