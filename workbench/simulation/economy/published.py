"""Figures of the whole city as its statisticians publish them: each release beside those before.

Monthly indicators are published as sums since January, January and February together; the product
of the city by quarter. After a census the level of earlier years is revised, and published growth
goes by the revised base: to divide two releases then shows a fall that never was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from workbench.simulation.economy.course import Month
from workbench.simulation.economy.firms import Firms, month_of

PRODUCT = 0.24
"""Value added for a yuan of sales (ours)."""
LAG = 20
"""Days after a month's end until its figures are out (ours)."""
SERIES = (
    ("gdp", "地区生产总值"),
    ("industrial_output", "规模以上工业总产值"),
    ("exports", "出口总额"),
    ("tax_revenue", "税收收入"),
    ("electricity", "全社会用电量"),
    ("retail", "限额以上零售额"),
)
RETAIL = ("52", "61", "62")
"""Industries whose sales are retail (divisions of GB/T 4754-2017)."""


@dataclass(frozen=True)
class Totals:
    """Of one month, in yuan and kWh."""

    first: date
    sales: float
    industrial_output: float
    exports: float
    tax_revenue: float
    electricity: float
    retail: float


def totals(firms: Firms, industries: Sequence[str], month: Month) -> Totals:
    retail = np.isin(np.array(industries)[firms.industry[month.at]], RETAIL)
    taxes = month.vat + month.income_tax + month.other_tax
    return Totals(
        month.first,
        sales=float(month.sales.sum()),
        industrial_output=float(month.output[firms.large[month.at]].sum()),
        exports=float(month.exports.sum()),
        tax_revenue=float(taxes.sum()),
        electricity=float(month.power.sum() * 1.3),  # and that of households
        retail=float(month.sales[retail].sum()),
    )


def published(months: Sequence[Totals], revised: tuple[int, float] | None) -> pl.DataFrame:
    """``series``, ``period`` (its first day), ``frequency``, ``released_on``, ``basis`` (first or
    revised), ``value`` (since January; of a quarter too), ``growth`` (percent on a year before, on
    the base as it is known then; null where there is none). ``revised``: from which month on levels
    are lower, and by which part; it takes effect with the January that follows."""
    since = _census(months, revised)
    part = revised[1] if revised else 0.0
    rows = [row for name, _ in SERIES for row in _series(name, months, since, part)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = {
    "series": pl.String, "period": pl.Date, "frequency": pl.String, "released_on": pl.Date,
    "basis": pl.String, "value": pl.Int64, "growth": pl.Float64,
}  # fmt: skip
Row = tuple[str, date, str, date, str, int, float | None]


def _census(months: Sequence[Totals], revised: tuple[int, float] | None) -> int | None:
    """The year from whose January on the new level holds."""
    if revised is None or revised[0] >= len(months):
        return None
    return months[revised[0]].first.year + 1


def _series(name: str, months: Sequence[Totals], census: int | None, part: float) -> list[Row]:
    rows: list[Row] = []
    step = 3 if name == "gdp" else 1
    sums = _sums(name, months)
    for first, value in sums.items():
        if first.month % step or (step == 1 and first.month == 1):
            continue  # January is published together with February
        before = sums.get(first.replace(year=first.year - 1))
        growth = None if before is None else round((value / before - 1) * 100, 1)
        level = value * (1 + part) if census is not None and first.year >= census else value
        out = month_of(first, 1) + timedelta(days=LAG)
        kind = "quarter" if step == 3 else "month"
        period = month_of(first, -2) if step == 3 else first
        rows.append((name, period, kind, out, "first", round(level), growth))
        if census is not None and first.year == census - 1:
            year_on = first.replace(year=census)
            if year_on in sums:
                again = month_of(year_on, 1) + timedelta(days=LAG)
                lowered = round(value * (1 + part))
                rows.append((name, period, kind, again, "revised", lowered, growth))
    return rows


def _sums(name: str, months: Sequence[Totals]) -> dict[date, float]:
    """Since January, of years that are there from January on."""
    found: dict[date, float] = {}
    running: float | None = None
    for month in months:
        value = month.sales * PRODUCT if name == "gdp" else float(getattr(month, name))
        if month.first.month == 1:
            running = 0.0
        if running is not None:
            running += value
            found[month.first] = running
    return found
