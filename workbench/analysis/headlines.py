"""Headlines, kept as rows: figures, rates and sums, and what is left without the season. Pure.

Adjusted figures, their trend and their change on the month before need every month. Where one is
withheld they are taken from what comes after it, if that is three years; else the row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import DIFFERENCE, MONTHLY, RATE, SUMS_RATE, VALUES, Course
from workbench.analysis.rows import PROVISIONAL, made, refused
from workbench.economy import rates, seasonal
from workbench.economy.frames import add_months
from workbench.errors import Text, WorkbenchError
from workbench.libraries.definition import Season
from workbench.libraries.rows import EMPTY

GROUPED = (VALUES, RATE, DIFFERENCE, SUMS_RATE, MONTHLY)
"""Measures that are kept by county and by industry (by each dimension) as well."""
UNSETTLED = 6
"""The last months of a trend and of an index, which change as months are added (ours)."""


@dataclass(frozen=True)
class Adjusted:
    """``frame``: month, adjusted, trend; None with ``why`` where it cannot be made."""

    frame: pl.DataFrame | None
    why: WorkbenchError | Text | None
    held: bool
    entry: int


def course_rows(course: Course, month: date, history: int) -> list[pl.DataFrame]:
    """Its measures for the last ``history`` months, and for counties and industries of the month
    itself and that before. Where a month of the past has nothing there is no row."""
    since = add_months(month, -history)
    out = []
    for name, frame in course.measures.items():
        rows = frame.filter(pl.col(f.MONTH) > since)
        near = pl.col(f.MONTH) >= add_months(month, -1)
        rows = rows.filter((pl.col(f.KEY) == f.WHOLE) | (near & (name in GROUPED)))
        rows = rows.filter((pl.col("state") != EMPTY) | (pl.col(f.MONTH) == month))
        out.append(made("headline", course.id, name, rows.with_columns(period=f.MONTH)))
        if not (f.of_key(rows)[f.MONTH] == month).any():
            out.append(refused("headline", course.id, name, month, _not_there(course), held=False))
    return out


def _not_there(course: Course) -> Text:
    name = course.headline.title
    if course.headline.published is not None:
        return Text(
            f"{name.zh}到月末尚未发布。", f"{name.en}: not yet published at the month's end."
        )
    return Text(f"{name.zh}当月没有数据。", f"{name.en}: nothing there for this month.")


def adjusted(course: Course) -> Adjusted:
    """Of the whole city."""
    known = unbroken(course)
    entry = int(course.level[f.ENTRY].max() or 0)  # type: ignore[arg-type]
    held = bool(course.level[f.HELD].any())
    if course.headline.frequency == "quarter":
        why = Text("季度数据不作季节调整。", "Quarters are not adjusted for the season.")
        return Adjusted(None, why, False, entry)
    festival = course.season is Season.festival
    how = seasonal.Adjustment(
        mode="multiplicative" if (known[f.VALUE] > 0).all() else "additive",
        festival="auto" if festival else "never",
        together=course.blank,
    )
    try:
        frame = seasonal.adjust(
            known.select(pl.lit(course.id).alias("series"), "month", "value"), how
        )
    except WorkbenchError as error:
        return Adjusted(None, missing(course, known) or error, held, entry)
    return Adjusted(frame.frame.select(f.MONTH, "adjusted", "trend"), None, held, entry)


def unbroken(course: Course) -> pl.DataFrame:
    """Month and value after the last month that is missing within; blank Januaries are none."""
    level = course.level.sort(f.MONTH)
    known = level.drop_nulls(f.VALUE)
    if known.is_empty():
        return known.select(f.MONTH, f.VALUE)
    level = level.filter(pl.col(f.MONTH) <= known[f.MONTH].max())
    gaps = level.filter(pl.col(f.VALUE).is_null())
    if course.blank:
        gaps = gaps.filter(pl.col(f.MONTH).dt.month() != 1)
    if gaps.height:
        known = known.filter(pl.col(f.MONTH) > gaps[f.MONTH].max())
    return known.select(f.MONTH, f.VALUE)


def missing(course: Course, known: pl.DataFrame) -> Text | None:
    """Why what is left is too short, where withheld months cut it; None where none did."""
    holes = course.level.filter(pl.col(f.VALUE).is_null() & pl.col(f.HELD))
    if holes.is_empty():
        return None
    last = f"{holes[f.MONTH].to_list()[-1]:%Y-%m}"
    count, left = holes.height, known.height
    return Text(
        f"共 {count} 个月受保护，最近为 {last}；其后只有 {left} 个月，不足三年。",
        f"{count} months are withheld, the last {last}; {left} months follow, under three years.",
    )


def adjusted_rows(course: Course, found: Adjusted, month: date, history: int) -> list[pl.DataFrame]:
    if found.frame is None:
        assert found.why is not None
        return [
            refused(
                "headline", course.id, name, month, found.why, held=found.held, entry=found.entry
            )
            for name in ("adjusted", "trend", "month_on_month")
        ]
    series = found.frame.select(
        pl.lit("").alias("series"), f.MONTH, pl.col("adjusted").alias(f.VALUE)
    )
    change = _on_the_month_before(series, course.blank)
    since = add_months(month, -history)
    unsettled = pl.col(f.MONTH) > add_months(month, -UNSETTLED)
    rows = found.frame.join(change, on=f.MONTH, how="left").filter(pl.col(f.MONTH) > since)
    state = pl.when(unsettled).then(pl.lit(PROVISIONAL)).otherwise(pl.lit("released"))
    rows = rows.with_columns(period=f.MONTH, state=state, entry=pl.lit(found.entry))
    return [
        made("headline", course.id, name, rows.drop_nulls(name).with_columns(value=name))
        for name in ("adjusted", "trend", "month_on_month")
    ]


def _on_the_month_before(series: pl.DataFrame, blank: bool) -> pl.DataFrame:
    """Of adjusted figures. Where January is blank February stands beside December."""
    if not blank:
        return rates.month_on_month(series).select(f.MONTH, month_on_month="rate")
    moved = (pl.col(f.VALUE) / pl.col(f.VALUE).shift(1) - 1) * 100
    return series.sort(f.MONTH).select(f.MONTH, month_on_month=moved)
