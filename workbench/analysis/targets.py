"""How far the year has come to its targets (``economy.progress``, ``economy.target``). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.definition import Target
from workbench.analysis.rows import one, refused
from workbench.economy import cumulative, progress, target
from workbench.errors import Text

MEASURES = ("done", "due", "due_history", "target", "sum", "growth_so_far", "growth_needed")


def sums(course: Course) -> pl.DataFrame:
    """Since January, by one count: across a revised base from the linked levels. series, month,
    value."""
    level = course.level.select(pl.lit(course.id).alias("series"), f.MONTH, f.VALUE)
    if course.blank:
        two = pl.when(pl.col(f.MONTH).dt.month() == 2).then(2).otherwise(1)
        level = level.with_columns(covers=two)
    return cumulative.cumulated(level)


def progress_rows(
    targets: tuple[Target, ...], courses: Mapping[str, Course], month: date
) -> list[pl.DataFrame]:
    """For the targets of the month's year: ``done`` and ``due`` (by m/12), ``due_history`` (by the
    mean of past years), all in % of the year; ``target`` and ``sum`` in the headline's unit;
    ``growth_so_far`` and ``growth_needed`` for the rest of the year, in %."""
    out: list[pl.DataFrame] = []
    for each in targets:
        if each.year == month.year:
            out += _of(each, courses[each.headline], month)
    return out


def _of(said: Target, course: Course, month: date) -> list[pl.DataFrame]:
    found = sums(course)
    entry = int(course.level[f.ENTRY].max() or 0)  # type: ignore[arg-type]
    year = pl.col(f.MONTH).dt.year() == said.year
    known = found.filter(year).drop_nulls(f.VALUE)
    wanted = target.from_growth(found, _growth(said, course))
    if known.is_empty() or wanted["target"].null_count():
        span = pl.col(f.MONTH).is_between(date(said.year - 1, 1, 1), month)
        held = bool(course.level.filter(span)[f.HELD].any())
        return [refused("progress", course.id, "done", month, _NO_SUM, held=held, entry=entry)]
    at = known[f.MONTH].to_list()[-1]
    values = _values(said, found, wanted, at)
    text = said.source.text()
    return [
        one(
            "progress",
            course.id,
            name,
            at,
            values[name],
            entry,
            said=text,
            state=_state(values[name]),
        )
        for name in MEASURES
    ]


def _state(value: float | None) -> str:
    return "empty" if value is None else "released"


def _growth(said: Target, course: Course) -> pl.DataFrame:
    return pl.DataFrame({"series": [course.id], "year": [said.year], "growth": [said.growth]})


def _values(
    said: Target, found: pl.DataFrame, wanted: pl.DataFrame, at: date
) -> dict[str, float | None]:
    """At the last month whose sum is known."""
    now = pl.col(f.MONTH) == at
    by_time = progress.progress(found, wanted, progress.Schedule("time")).filter(now)
    history = progress.Schedule("history", said.years)
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
