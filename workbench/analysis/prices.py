"""Growth at comparable prices, beside growth at current ones. Pure.

A headline at current prices may name the price index that it is deflated by. Its rate on a year
before is divided by the index of the same month (January and February as one, and sums since
January: by the mean since January), ``economy.comparable.real_rate``. An index that is not out by
the end of the analysed month is not known then: the rate at comparable prices is a month behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import RATE, SUMS_RATE, Course
from workbench.analysis.definition import January, Prices
from workbench.analysis.rows import made
from workbench.economy import comparable
from workbench.economy.frames import add_months
from workbench.libraries.rows import EMPTY, RELEASED

REAL, REAL_SUMS = "real_year_on_year", "real_cumulative_year_on_year"
MONTH_INDEX, MEAN_INDEX = "year_on_year", "average"
"""Columns of the resource of price indices: a month, and the mean since January, each with the
year before = 100."""
NONE = {
    "series": pl.String, "month": pl.Date, "released_on": pl.Date, MONTH_INDEX: pl.Float64,
    MEAN_INDEX: pl.Float64,
}  # fmt: skip
"""What is read of it."""


@dataclass(frozen=True)
class Indices:
    """The rows that had been released by then, and the entry of their reading."""

    table: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NONE))
    entry: int = 0

    def until(self, day: date) -> Indices:
        return Indices(self.table.filter(pl.col("released_on") <= day), self.entry)

    def of(self, name: str, column: str) -> pl.DataFrame:
        """month, value: the newest release of each month."""
        own = self.table.filter(pl.col("series") == name)
        newest = own.sort("month", "released_on").unique("month", keep="last")
        return newest.sort("month").select(f.MONTH, pl.col(column).alias(f.VALUE))


def deflated(courses: Mapping[str, Course], indices: Indices) -> dict[str, Course]:
    """Those that name an index have the measures ``REAL`` and, of sums, ``REAL_SUMS``."""
    return {
        name: course if course.headline.deflator is None else _deflated(course, indices)
        for name, course in courses.items()
    }


def _deflated(course: Course, indices: Indices) -> Course:
    name = course.headline.deflator
    assert name is not None
    month, mean = indices.of(name, MONTH_INDEX), indices.of(name, MEAN_INDEX)
    if course.blank or course.headline.january is January.together:
        february = pl.col(f.MONTH).dt.month() == 2
        month = pl.concat([month.filter(~february), mean.filter(february)])
    found = {REAL: _real(course.measures[RATE], month, indices.entry)}
    if SUMS_RATE in course.measures:
        found[REAL_SUMS] = _real(course.measures[SUMS_RATE], mean, indices.entry)
    return replace(course, measures={**course.measures, **found})


def _real(rates: pl.DataFrame, index: pl.DataFrame, entry: int) -> pl.DataFrame:
    """``rates``: a measure of a course; of the whole alone. Where the rate stands and the index is
    not there, the state is that there is nothing yet."""
    whole = f.of_key(rates)
    given = whole.select(pl.lit("it").alias("series"), f.MONTH, pl.col(f.VALUE).alias("rate"))
    prices = index.select(pl.lit("it").alias("series"), f.MONTH, f.VALUE)
    found = comparable.real_rate(given, prices).select(f.MONTH, "real")
    missing = pl.col("real").is_null() & pl.col(f.VALUE).is_not_null()
    return (
        whole.join(found, on=f.MONTH, how="left", maintain_order="left")
        .with_columns(
            pl.when(missing).then(pl.lit(EMPTY)).otherwise(pl.col("state")).alias("state"),
            pl.col("real").alias(f.VALUE),
            pl.max_horizontal(f.ENTRY, pl.lit(entry)).alias(f.ENTRY),
        )
        .drop("real")
    )


def price_rows(prices: Prices, indices: Indices, month: date, history: int) -> list[pl.DataFrame]:
    """``year_on_year`` and ``cumulative_year_on_year`` of each index that is used, in percent."""
    since = add_months(month, -history)
    out = []
    for name in prices.series:
        for measure, column in ((RATE, MONTH_INDEX), (SUMS_RATE, MEAN_INDEX)):
            known = indices.of(name, column).filter(
                pl.col(f.MONTH).is_between(since, month, "right")
            )
            rows = known.select(
                pl.col(f.MONTH).alias("period"),
                pl.col(f.VALUE) - 100,
                pl.lit(RELEASED).alias("state"),
                pl.lit(indices.entry, pl.Int64).alias(f.ENTRY),
            )
            out.append(made("price", name, measure, rows))
    return out
