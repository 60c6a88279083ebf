"""Progress of a yearly target against the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked, refused, with_columns

_YEAR = pl.col(MONTH).dt.year().cast(pl.Int32)


@dataclass(frozen=True)
class Schedule:
    """How much of a year is due by a month.

    ``time``: month / 12 (时间进度). ``history``: the mean over the last ``years`` whole years of
    sum to the month / sum of the year, for years are not spent evenly.
    """

    by: Literal["time", "history"] = "time"
    years: int = 3

    def __post_init__(self) -> None:
        if self.by not in ("time", "history") or self.years < 1:
            raise refused(
                "进度口径须为 time 或 history，年数须为正。",
                "A schedule is by time or by history, of one year or more.",
            )


def shares_of_year(sums: pl.DataFrame) -> pl.DataFrame:
    """What part of the year's sum stood at each month, in %: series, month, value, share.

    From sums since January; null for a year whose December is missing or not positive.
    """
    rows = checked(sums)
    december = rows.filter(pl.col(MONTH).dt.month() == 12).select(
        SERIES, _YEAR.alias("year"), pl.col(VALUE).alias("whole")
    )
    rows = rows.with_columns(_YEAR.alias("year")).join(
        december, on=[SERIES, "year"], how="left", maintain_order="left"
    )
    share = pl.when(pl.col("whole") > 0).then(pl.col(VALUE) / pl.col("whole") * 100)
    return rows.select(SERIES, MONTH, VALUE, share=share)


def due(sums: pl.DataFrame, schedule: Schedule) -> pl.DataFrame:
    """The part of the year that is due by each month, in %: series, month, value, due.

    By history it is null unless all of its ``years`` are known for that month.
    """
    rows = checked(sums)
    if schedule.by == "time":
        return rows.with_columns(due=pl.col(MONTH).dt.month() / 12 * 100)
    shares = shares_of_year(sums)
    for back in range(1, schedule.years + 1):
        rows = beside(rows, shares, 12 * back, f"_{back}", "share")
    names = [f"_{back}" for back in range(1, schedule.years + 1)]
    mean = pl.sum_horizontal(names, ignore_nulls=False) / schedule.years
    return rows.with_columns(due=mean).drop(names)


def progress(sums: pl.DataFrame, targets: pl.DataFrame, schedule: Schedule) -> pl.DataFrame:
    """How far the year has come: series, month, value, target, done, due, ahead.

    ``sums``: since January. ``targets``: series, year (int), target (same unit, positive).
    ``done = value / target * 100`` (%), ``ahead = done - due`` (percentage points; negative is
    behind). Null where the sum, the target or the history is missing. Source: 完成进度 and 时间进度
    as budget execution reports use them; the schedule by history is ours.
    """
    wanted = with_columns(targets, [SERIES, "year", "target"]).with_columns(
        pl.col("year").cast(pl.Int32), pl.col("target").cast(pl.Float64)
    )
    if not (wanted["target"] > 0).all() or wanted.select(SERIES, "year").is_duplicated().any():
        raise refused("每个序列每年一个正的目标。", "There is one positive target a year.")
    rows = due(sums, schedule).with_columns(_YEAR.alias("year"))
    rows = rows.join(wanted, on=[SERIES, "year"], how="left", maintain_order="left")
    done = pl.col(VALUE) / pl.col("target") * 100
    return rows.with_columns(done=done, ahead=done - pl.col("due")).select(
        SERIES, MONTH, VALUE, "target", "done", "due", "ahead"
    )
