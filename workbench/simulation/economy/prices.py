"""Price indices as they are published: consumer prices (CPI) and prices of producers (PPI).

Their form is that of the official release: the month before, the same month of the year before,
and the mean since January over the same months of the year before, each = 100, to one decimal. The
figures are made up, of chances of their own: no figure of an enterprise moves with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.firms import Floats, month_of
from workbench.simulation.economy.plan import Price

BEFORE = 24
"""Months before the first that a mean since January of the year before can need."""
OUT = 9
"""Days after a month's end until its indices are out (ours; the bureau takes nine or ten)."""
_SCHEMA = {
    "series": pl.String, "month": pl.Date, "released_on": pl.Date, "month_on_month": pl.Float64,
    "year_on_year": pl.Float64, "average": pl.Float64,
}  # fmt: skip


def price_indices(prices: Mapping[str, Price], start: date, months: int, seed: int) -> pl.DataFrame:
    """A row for each series and month of ``months`` from ``start``. With more months the first stay
    the same."""
    rows: list[tuple[str, date, date, float, float, float]] = []
    for name, price in prices.items():
        level = np.exp(np.cumsum(_moves(name, price, months, seed)))
        for number in range(months):
            at, month = BEFORE + number, month_of(start, number)
            year = np.arange(at - month.month + 1, at + 1)
            indices = (
                level[at] / level[at - 1],
                level[at] / level[at - 12],
                level[year].mean() / level[year - 12].mean(),
            )
            out = month_of(month, 1) + timedelta(days=OUT)
            a, b, c = (round(float(each) * 100, 1) for each in indices)
            rows.append((name, month, out, a, b, c))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _moves(name: str, price: Price, months: int, seed: int) -> Floats:
    """Changes of the logarithm on the month before, of ``BEFORE`` months and those that follow:
    steady growth, and news that last."""
    news = [chance(seed, f"prices before {name}").normal(size=BEFORE)]
    news += [chance(seed, f"prices {name}", number).normal(size=1) for number in range(months)]
    left = 0.0
    found = np.empty(BEFORE + months)
    for number, draw in enumerate(np.concatenate(news)):
        left = price.lasts * left + price.news * float(draw)
        found[number] = price.growth / 12 + left
    return found
