"""Counties (or what a file says in their place) by places in the growth of headlines. Ours; pure.

In each headline the counties whose growth is released are in order, ``100 * (n - place) / (n - 1)``
points each (the mean of their places for equals); the score is the weighted mean over the headlines
that a county has. A county with fewer than ``least`` has no score, and is not put last.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.definition import Ranking, Weighed
from workbench.analysis.rows import made, refused
from workbench.economy.frames import add_months
from workbench.errors import Text
from workbench.libraries.rows import EMPTY, RELEASED, SUPPRESSED


def ranking_rows(said: Ranking, courses: Mapping[str, Course], month: date) -> list[pl.DataFrame]:
    """``score`` (0 to 100), ``place``, ``place_before`` (a month earlier) and ``counted`` of each
    county, or part of the dimension that it is by."""
    now = scores(said, courses, month)
    if now.is_empty():
        none = Text(f"没有按 {said.by} 分组的数据。", f"There are no figures by {said.by}.")
        return [refused("ranking", said.id, "score", month, none, held=False)]
    before = scores(said, courses, add_months(month, -1)).select(f.KEY, place_before="place")
    rows = now.join(before, on=f.KEY, how="left").with_columns(
        period=pl.lit(month),
        state=pl.when(pl.col("score").is_not_null())
        .then(pl.lit(RELEASED))
        .when(f.HELD)
        .then(pl.lit(SUPPRESSED))
        .otherwise(pl.lit(EMPTY)),
    )
    return [
        made("ranking", said.id, name, rows.with_columns(value=name))
        for name in ("score", "place", "place_before", "counted")
    ]


def scores(said: Ranking, courses: Mapping[str, Course], month: date) -> pl.DataFrame:
    """key, score, place, counted, held, entry; no score and place where too little is released."""
    parts = [_points(said.by, courses[each.headline], month, each) for each in said.components]
    every = pl.concat(parts)
    if every.is_empty():
        return pl.DataFrame(schema=_SCORES)
    known = pl.col("points").is_not_null()
    weight = pl.col("weight").filter(known)
    summed = every.group_by(f.KEY).agg(
        score=(pl.col("points") * pl.col("weight")).sum() / weight.sum(),
        counted=known.sum(),
        held=pl.col(f.HELD).any(),
        entry=pl.col("entry").max(),
    )
    enough = pl.col("counted") >= said.least
    out = summed.with_columns(score=pl.when(enough).then("score"))
    place = pl.col("score").rank("min", descending=True)
    return out.with_columns(place=place).sort(f.KEY).select(*_SCORES)


_SCORES = {
    f.KEY: pl.String, "score": pl.Float64, "place": pl.UInt32, "counted": pl.UInt32,
    f.HELD: pl.Boolean, "entry": pl.Int64,
}  # fmt: skip


def _points(by: str, course: Course, month: date, each: Weighed) -> pl.DataFrame:
    """key, points, weight, held, entry, by the rate of the month."""
    rows = course.measures[course.rate_name].filter(
        (pl.col(f.MONTH) == month) & pl.col(f.KEY).str.starts_with(f"{by}:")
    )
    place = pl.col(f.VALUE).rank("average", descending=True)
    others = pl.col(f.VALUE).count() - 1
    points = pl.when(others > 0).then(100 * (others + 1 - place) / others)
    return rows.select(
        f.KEY,
        points.alias("points"),
        pl.lit(each.weight).alias("weight"),
        f.HELD,
        pl.col(f.ENTRY).alias("entry"),
    )
