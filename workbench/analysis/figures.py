"""Figures of a headline by month, and of its groups: what is known, what is withheld. Pure.

A *figures frame* has ``key`` ("" for the whole, else ``DIMENSION:CODE``, as ``county:CODE``),
``month``, ``value`` (null where there is none), ``held`` (whether what is missing is withheld) and
``entry`` (the newest of the ledger that it rests on). Each key has a row for each month from the
first to the one that is analysed. Whatever is calculated from a withheld figure is withheld too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from workbench.economy import comparable, cumulative, rates
from workbench.economy.frames import every
from workbench.libraries.rows import EMPTY, RELEASED, SUPPRESSED

KEY, MONTH, VALUE, HELD, ENTRY = "key", "month", "value", "held", "entry"
WHOLE = ""
_SCHEMA = {
    KEY: pl.String, MONTH: pl.Date, VALUE: pl.Float64, HELD: pl.Boolean, ENTRY: pl.Int64,
}  # fmt: skip


def of_library(rows: pl.DataFrame, indicator: str, until: date, by: Sequence[str]) -> pl.DataFrame:
    """The figures of one indicator, of rows of the resource that its library makes. ``by``: its
    dimensions, of which a row names one at most."""
    own = rows.filter(pl.col("indicator") == indicator)
    known = own.select(
        key_of(by).alias(KEY),
        MONTH,
        pl.col(VALUE).cast(pl.Float64),
        (pl.col("state") == SUPPRESSED).alias(HELD),
        pl.col(ENTRY).cast(pl.Int64),
    )
    return whole(known, until)


def key_of(by: Sequence[str]) -> pl.Expr:
    """Of the columns of the dimensions."""
    told = [pl.format(f"{name}:{{}}", pl.col(name)) for name in by]
    return pl.coalesce(*told, pl.lit(WHOLE))


def coded(name: str) -> pl.Expr:
    """The column of a dimension, of keys; null where a key is of something else."""
    own = pl.col(KEY).str.starts_with(f"{name}:")
    return pl.when(own).then(pl.col(KEY).str.slice(len(name) + 1)).alias(name)


def whole(known: pl.DataFrame, until: date) -> pl.DataFrame:
    """With a row for each key and month; a month that is not there is missing, and not withheld."""
    if known.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    months = pl.DataFrame({MONTH: every(known[MONTH].min(), until)}, schema={MONTH: pl.Date})  # type: ignore[arg-type]
    grid = known.select(pl.col(KEY).unique()).join(months, how="cross")
    return (
        grid.join(known, on=[KEY, MONTH], how="left")
        .with_columns(pl.col(HELD).fill_null(False), pl.col(ENTRY).fill_null(0))
        .sort(KEY, MONTH)
        .select(*_SCHEMA)
    )


def of_key(figures: pl.DataFrame, key: str = WHOLE) -> pl.DataFrame:
    return figures.filter(pl.col(KEY) == key)


def series(figures: pl.DataFrame) -> pl.DataFrame:
    """The series frame of ``workbench.economy``."""
    return figures.select(series=KEY, month=MONTH, value=VALUE)


def together(figures: pl.DataFrame) -> pl.DataFrame:
    """January blank, February both."""
    number = pl.col(MONTH).dt.month()
    before = pl.col(VALUE).shift(1).over(KEY)
    return figures.with_columns(
        pl.when(number == 2).then(pl.col(VALUE) + before).when(number > 2).then(VALUE).alias(VALUE),
        _also(HELD, number),
        pl.when(number == 2)
        .then(pl.max_horizontal(ENTRY, pl.col(ENTRY).shift(1).over(KEY)))
        .otherwise(ENTRY)
        .alias(ENTRY),
    )


def _also(name: str, number: pl.Expr) -> pl.Expr:
    before = pl.col(name).shift(1).over(KEY).fill_null(False)
    return (
        pl.when(number == 1)
        .then(False)
        .when(number == 2)
        .then(pl.col(name) | before)
        .otherwise(name)
        .alias(name)
    )


def summed(figures: pl.DataFrame, months: int) -> pl.DataFrame:
    """Sums over so many months; null where one of them is."""
    return figures.with_columns(
        pl.col(VALUE).rolling_sum(months, min_samples=months).over(KEY),
        pl.col(HELD).cast(pl.Int8).rolling_max(months, min_samples=1).over(KEY).cast(pl.Boolean),
        pl.col(ENTRY).rolling_max(months, min_samples=1).over(KEY),
    )


def since_january(figures: pl.DataFrame) -> pl.DataFrame:
    """Sums since January (``economy.cumulative.cumulated``)."""
    sums = cumulative.cumulated(series(figures)).rename({"series": KEY})
    within = [KEY, pl.col(MONTH).dt.year()]
    flags = figures.select(
        KEY,
        MONTH,
        pl.col(HELD).cast(pl.Int8).cum_max().over(within).cast(pl.Boolean),
        pl.col(ENTRY).cum_max().over(within),
    )
    return sums.join(flags, on=[KEY, MONTH], how="left").sort(KEY, MONTH)


def within(figures: pl.DataFrame) -> pl.DataFrame:
    """Of an index of price: ``value`` becomes the rate that stands in it, ``index - 100``."""
    return figures.with_columns(pl.col(VALUE) - 100)


def compounded(figures: pl.DataFrame, months: int = 12) -> pl.DataFrame:
    """Of indices on the month before: ``value`` becomes the rate over so many months, in percent
    (``economy.comparable.compounded``)."""
    found = comparable.compounded(series(figures), months)
    flags = figures.select(
        KEY,
        MONTH,
        pl.col(HELD).cast(pl.Int8).rolling_max(months, min_samples=1).over(KEY).cast(pl.Boolean),
        pl.col(ENTRY).rolling_max(months, min_samples=1).over(KEY),
    )
    told = found.select(key="series", month=MONTH, value="rate")
    return told.join(flags, on=[KEY, MONTH], how="left").sort(KEY, MONTH)


def chained(figures: pl.DataFrame) -> pl.DataFrame:
    """Of indices on the month before: ``value`` becomes the level, the month before the first being
    100; null from the first missing link on (``economy.comparable.chained``)."""
    found = comparable.chained(series(figures)).select(key="series", month=MONTH, value="level")
    flags = figures.select(
        KEY,
        MONTH,
        pl.col(HELD).cast(pl.Int8).cum_max().over(KEY).cast(pl.Boolean),
        pl.col(ENTRY).cum_max().over(KEY),
    )
    return found.join(flags, on=[KEY, MONTH], how="left").sort(KEY, MONTH)


def rated(figures: pl.DataFrame, months: int = 12) -> pl.DataFrame:
    """``value`` becomes the rate over so many months, in percent (``economy.rates.change``)."""
    moved = rates.change(series(figures), months).select(key="series", month=MONTH, value="rate")
    return _flagged(moved, figures, months)


def moved(figures: pl.DataFrame, months: int = 12) -> pl.DataFrame:
    """``value`` becomes the difference: what is in percent moves by percentage points."""
    found = figures.with_columns(pl.col(VALUE) - pl.col(VALUE).shift(months).over(KEY))
    return _flagged(found.select(KEY, MONTH, VALUE), figures, months)


def _flagged(found: pl.DataFrame, figures: pl.DataFrame, months: int) -> pl.DataFrame:
    flags = figures.select(
        KEY,
        MONTH,
        pl.col(HELD) | pl.col(HELD).shift(months).over(KEY).fill_null(False),
        pl.max_horizontal(ENTRY, pl.col(ENTRY).shift(months).over(KEY)),
    )
    return found.join(flags, on=[KEY, MONTH], how="left").sort(KEY, MONTH)


def two_years(rated_: pl.DataFrame) -> pl.DataFrame:
    """The mean growth of two years, from their rates (``economy.rates.two_year_average``)."""
    given = rated_.select(series=KEY, month=MONTH, rate=VALUE)
    found = rates.two_year_average(given).select(key="series", month=MONTH, value="two_year")
    return _flagged(found, rated_, 12)


def stated(figures: pl.DataFrame) -> pl.DataFrame:
    """With ``state``: why there is no value."""
    state = (
        pl.when(pl.col(VALUE).is_not_null())
        .then(pl.lit(RELEASED))
        .when(HELD)
        .then(pl.lit(SUPPRESSED))
        .otherwise(pl.lit(EMPTY))
    )
    return figures.with_columns(state=state)
