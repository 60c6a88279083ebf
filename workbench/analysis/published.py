"""Published series as they were known at the end of a month. Pure.

Figures are sums since January; releases of a revised base stand beside the first ones. A year that
is counted anew begins a *break*: its rates are taken from the revised base of the year before, and
earlier levels are linked to the new count by what both counts say of the same months (one overlap,
Eurostat, *Handbook on quarterly national accounts*, ch. 6). So a revision is never a fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis.figures import ENTRY, HELD, KEY, MONTH, VALUE, WHOLE
from workbench.economy import cumulative

BREAK = "break"
BROKEN = "broken"


@dataclass(frozen=True)
class Releases:
    """The rows of the resource that had been released by then, and the entry of their reading."""

    table: pl.DataFrame
    entry: int

    def of(self, name: str, basis: str) -> pl.DataFrame:
        """series, month, value (since January), growth: the newest release of each period."""
        own = self.table.filter((pl.col("series") == name) & (pl.col("basis") == basis))
        newest = own.sort("period", "released_on").unique("period", keep="last")
        return newest.sort("period").select(
            pl.lit(WHOLE).alias("series"),
            pl.col("period").alias(MONTH),
            pl.col(VALUE).cast(pl.Float64),
            pl.col("growth").cast(pl.Float64),
        )


@dataclass(frozen=True)
class Levels:
    """Figures frames with ``broken``: whether they stand on a break. ``level``: single months,
    linked; ``rate``: of the single month; ``sums``: since January, as published; ``growth``: of
    the sums, as published."""

    level: pl.DataFrame
    rate: pl.DataFrame
    sums: pl.DataFrame
    growth: pl.DataFrame


def levels(releases: Releases, name: str) -> Levels:
    """Of one series; all four are empty where nothing is published."""
    first, again = releases.of(name, "first"), releases.of(name, "revised")
    broken = {month.year + 1 for month in again[MONTH]}
    ours, base = cumulative.single(first), cumulative.single(again)
    return Levels(
        _figures(_linked(ours, first, again, broken), releases.entry),
        _figures(_rate(ours, base, broken), releases.entry),
        _figures(_marked(first, VALUE, broken), releases.entry),
        _figures(_marked(first, "growth", broken), releases.entry),
    )


def _figures(rows: pl.DataFrame, entry: int) -> pl.DataFrame:
    return rows.select(
        pl.lit(WHOLE).alias(KEY),
        MONTH,
        pl.col(VALUE).cast(pl.Float64),
        pl.lit(False).alias(HELD),
        pl.lit(entry, pl.Int64).alias(ENTRY),
        BROKEN,
    )


def _marked(rows: pl.DataFrame, column: str, broken: set[int]) -> pl.DataFrame:
    return rows.select(MONTH, pl.col(column).alias(VALUE), _in(broken).alias(BROKEN))


def _in(years: set[int]) -> pl.Expr:
    return pl.col(MONTH).dt.year().is_in(sorted(years))


def _linked(
    ours: pl.DataFrame, first: pl.DataFrame, again: pl.DataFrame, broken: set[int]
) -> pl.DataFrame:
    """Earlier levels times what the new count says of a month over what the old one says."""
    factor = pl.lit(1.0)
    for year in sorted(broken):
        both = first.join(again, on=MONTH, suffix="_again")
        last = both.filter(pl.col(MONTH).dt.year() == year - 1).tail(1)
        ratio = float((last["value_again"] / last[VALUE]).item())
        factor = pl.when(pl.col(MONTH).dt.year() < year).then(factor * ratio).otherwise(factor)
    return ours.select(MONTH, pl.col(VALUE) * factor, (factor != 1.0).alias(BROKEN))


def _rate(ours: pl.DataFrame, base: pl.DataFrame, broken: set[int]) -> pl.DataFrame:
    """Both sides cover the same months; across a break the base is the revised one."""
    rows = ours.with_columns(_in(broken).alias(BROKEN))
    for name, frame in (("old", ours), ("new", base)):
        moved = frame.select(
            pl.col(MONTH).dt.offset_by("12mo"),
            pl.col(VALUE).alias(name),
            pl.col("covers").alias(f"{name}_covers"),
        )
        rows = rows.join(moved, on=MONTH, how="left", maintain_order="left")
    then = pl.when(BROKEN).then("new").otherwise("old")
    covers = pl.when(BROKEN).then("new_covers").otherwise("old_covers")
    fit = (then > 0) & (covers == pl.col("covers"))
    return rows.select(MONTH, pl.when(fit).then((pl.col(VALUE) / then - 1) * 100), BROKEN)


def quarter_of(month: date) -> date:
    """The first month of its quarter."""
    return month.replace(month=3 * ((month.month - 1) // 3) + 1)
