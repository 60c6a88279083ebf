"""Why a headline moved on a year before, by county and by industry (``economy.drivers``). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.definition import Drivers
from workbench.analysis.rows import made, one, refused
from workbench.economy import drivers
from workbench.economy.frames import add_months
from workbench.errors import Text

MEASURES = ("points", "share", "change")


def driver_rows(
    said: Drivers, by: Sequence[str], courses: Mapping[str, Course], month: date
) -> list[pl.DataFrame]:
    """For each headline its growth (``total``), and for each part of each dimension ``points``
    (of the total a year before, %), ``share`` (of its change, %) and ``change`` (its unit). What is
    withheld is one step, ``withheld``, and is not taken apart."""
    out: list[pl.DataFrame] = []
    for name in said.headlines:
        out += _of(courses[name], by, month, said.largest)
    return out


def ends(course: Course, month: date) -> pl.DataFrame:
    """key, start, end, held, entry: the month and that of a year before, of each key. A part that
    is not there is zero; one that is withheld is null."""
    now = course.parts.filter(pl.col(f.MONTH) == month)
    then = course.parts.filter(pl.col(f.MONTH) == add_months(month, -12))
    both = now.join(then, on=f.KEY, how="full", coalesce=True, suffix="_then")
    held, held_then = pl.col(f.HELD).fill_null(False), pl.col("held_then").fill_null(False)
    part = pl.col(f.KEY) != f.WHOLE
    return both.select(
        f.KEY,
        start=pl.when(part & ~held_then)
        .then(pl.col("value_then").fill_null(0.0))
        .otherwise("value_then"),
        end=pl.when(part & ~held).then(pl.col(f.VALUE).fill_null(0.0)).otherwise(f.VALUE),
        held=held | held_then,
        entry=pl.max_horizontal(f.ENTRY, "entry_then").fill_null(0),
    ).sort(f.KEY)


def _of(course: Course, by: Sequence[str], month: date, largest: int) -> list[pl.DataFrame]:
    found = ends(course, month)
    whole = found.filter(pl.col(f.KEY) == f.WHOLE)
    entry = int(found["entry"].max() or 0) if found.height else 0  # type: ignore[arg-type]
    total = whole.select("start", "end").row(0) if whole.height else (None, None)
    if None in total or not total[0] > 0:
        held = bool(whole["held"].any())
        return [refused("driver", course.id, "points", month, _NO_TOTAL, held=held, entry=entry)]
    rate = (total[1] / total[0] - 1) * 100
    out = [one("driver", course.id, "total", month, rate, entry)]
    for dimension in by:
        parts = found.filter(pl.col(f.KEY).str.starts_with(f"{dimension}:"))
        if parts.height:
            out += _steps(course.id, dimension, parts, total, month, largest, entry)
    return out


def _steps(
    name: str,
    dimension: str,
    parts: pl.DataFrame,
    total: tuple[float, float],
    month: date,
    largest: int,
    entry: int,
) -> list[pl.DataFrame]:
    coded = parts.select(f.coded(dimension), "start", "end")
    steps = drivers.waterfall(coded, dimension, largest, total)
    withheld = pl.col(dimension) == drivers.WITHHELD
    if not parts["held"].any():  # what is left of the total is rounding
        steps = steps.filter(~withheld)
    state = pl.when(withheld).then(pl.lit("suppressed")).otherwise(pl.lit("released"))
    key = f.key_of([dimension]).alias(f.KEY)
    rows = steps.with_columns(key, period=pl.lit(month), state=state, entry=pl.lit(entry))
    return [made("driver", name, measure, rows.with_columns(value=measure)) for measure in MEASURES]


_NO_TOTAL = Text(
    "全市数当月或上年同月没有放行，不能分解。",
    "The whole city's figure of this month or of a year before is not released: it cannot be "
    "taken apart.",
)
