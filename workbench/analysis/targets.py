"""How far the year has come to its targets (``economy.progress``, ``economy.target``). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.rows import one, refused
from workbench.analysis.targets_file import Target
from workbench.economy import cumulative, progress, target
from workbench.errors import Text

MEASURES = ("done", "due", "due_history", "target", "sum", "growth_so_far", "growth_needed")


def sums(course: Course) -> pl.DataFrame:
    """Since January, by one count: across a revised base from the linked levels. series, month,
    value; of quarters at the last month of each."""
    level = course.level.select(pl.lit(course.id).alias("series"), f.MONTH, f.VALUE)
    if course.headline.frequency == "quarter":
        return _of_quarters(level)
    if course.blank:
        two = pl.when(pl.col(f.MONTH).dt.month() == 2).then(2).otherwise(1)
        level = level.with_columns(covers=two)
    return cumulative.cumulated(level)


def _of_quarters(level: pl.DataFrame) -> pl.DataFrame:
    """Known where each quarter of the year until then is."""
    year, known = pl.col(f.MONTH).dt.year(), pl.col(f.VALUE).is_not_null()
    rows = level.sort(f.MONTH).with_columns(
        total=pl.col(f.VALUE).fill_null(0.0).cum_sum().over(year),
        seen=known.cum_sum().over(year),
    )
    whole = known & (pl.col("seen") == pl.col(f.MONTH).dt.quarter())
    return rows.select(
        "series", pl.col(f.MONTH).dt.offset_by("2mo"), pl.when(whole).then("total").alias(f.VALUE)
    )


def progress_rows(
    targets: tuple[Target, ...], courses: Mapping[str, Course], month: date
) -> list[pl.DataFrame]:
    """For the targets of the month's year: ``done`` and ``due`` (by m/12), ``due_history`` (by the
    mean of past years), all in % of the year; ``target`` and ``sum`` in the headline's unit;
    ``growth_so_far`` and ``growth_needed`` for the rest of the year, in %."""
    out: list[pl.DataFrame] = []
    for each in targets:
        if each.goal.year == month.year:
            for course in courses.values():
                if each.goal.of == (course.headline.indicator, course.headline.published):
                    out += _of(each, course, month)
    return out


def _of(said: Target, course: Course, month: date) -> list[pl.DataFrame]:
    found = sums(course)
    entry = int(course.level[f.ENTRY].max() or 0)  # type: ignore[arg-type]
    year = pl.col(f.MONTH).dt.year() == said.goal.year
    known = found.filter(year).drop_nulls(f.VALUE)
    wanted = target.from_growth(found, _growth(said, course))
    if known.is_empty() or wanted["target"].null_count():
        span = pl.col(f.MONTH).is_between(date(said.goal.year - 1, 1, 1), month)
        held = bool(course.level.filter(span)[f.HELD].any())
        return [refused("progress", course.id, "done", month, _NO_SUM, held=held, entry=entry)]
    at = known[f.MONTH].to_list()[-1]
    values = _values(said, found, wanted, at)
    return [
        one(
            "progress",
            course.id,
            name,
            at,
            values[name],
            entry,
            said=said.source,
            state=_state(values[name]),
        )
        for name in MEASURES
    ]


def _state(value: float | None) -> str:
    return "empty" if value is None else "released"


def _growth(said: Target, course: Course) -> pl.DataFrame:
    return pl.DataFrame(
        {"series": [course.id], "year": [said.goal.year], "growth": [said.goal.growth]}
    )


def _values(
    said: Target, found: pl.DataFrame, wanted: pl.DataFrame, at: date
) -> dict[str, float | None]:
    """At the last month whose sum is known."""
    now = pl.col(f.MONTH) == at
    by_time = progress.progress(found, wanted, progress.Schedule("time")).filter(now)
    history = progress.Schedule("history", said.goal.years)
    by_history = progress.progress(found, wanted, history).filter(now)
    rest = target.remaining(found, wanted).filter(now)
    return {
        "done": by_time["done"].item(),
        "due": by_time["due"].item(),
        "due_history": by_history["due"].item(),
        "target": by_time["target"].item(),
        "sum": by_time[f.VALUE].item(),
        "growth_so_far": rest["growth_so_far"].item(),
        "growth_needed": rest["growth_needed"].item(),
    }


_NO_SUM = Text(
    "本年累计或上年全年有月份未放行，无法计算进度。",
    "A month of this year or of the last is not released: there is no sum to compare.",
)
