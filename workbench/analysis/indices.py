"""Leading, coincident and lagging index, diffusion, turning points (``economy.composite``). Pure.

Of seasonally adjusted figures. A member that cannot be adjusted, withheld months being in the way,
is left out, and the row says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.definition import Index, Indices
from workbench.analysis.headlines import UNSETTLED, Adjusted
from workbench.analysis.rows import PROVISIONAL, made, one, refused
from workbench.economy import composite, diffusion, frames, turning
from workbench.economy.frames import add_months
from workbench.errors import Text, WorkbenchError

NAMES = ("coincident", "leading", "lagging")
"""The coincident one first: its growth is the trend of the others."""


@dataclass(frozen=True)
class Told:
    """What rows of an index share."""

    month: date
    since: date
    entry: int
    held: bool


def index_rows(
    said: Indices, adjusted: Mapping[str, Adjusted], month: date, history: int
) -> list[pl.DataFrame]:
    told = Told(
        month,
        add_months(month, -history),
        max((each.entry for each in adjusted.values()), default=0),
        any(each.held for each in adjusted.values()),
    )
    out: list[pl.DataFrame] = []
    trend: float | None = None
    for name in NAMES:
        try:
            index = _index(getattr(said, name), adjusted, month, trend)
        except WorkbenchError as error:
            out.append(refused("index", name, "value", month, error, held=told.held))
            continue
        if name == "coincident":
            trend = composite.mean_growth(index)
        out += _rows(name, index, told)
        out.append(_members(name, getattr(said, name), adjusted, told))
    return [*out, *_diffusion(said, adjusted, told)]


def _index(
    said: Index, adjusted: Mapping[str, Adjusted], month: date, trend: float | None
) -> pl.DataFrame:
    """month, growth, value, counted. Raises where no member can be adjusted."""
    members = {
        each.headline: composite.Component(each.change, each.inverted)
        for each in said.members
        if adjusted[each.headline].frame is not None
    }
    if not members:
        raise frames.refused(
            "没有一项成分可以作季节调整。", "None of its members can be adjusted for the season."
        )
    frame = pl.concat([_series(name, adjusted[name]) for name in members])
    return composite.composite(frame, members, month.year - 1, trend).index


def _series(name: str, found: Adjusted) -> pl.DataFrame:
    assert found.frame is not None
    return found.frame.select(
        pl.lit(name).alias("series"), f.MONTH, pl.col("adjusted").alias("value")
    )


def _rows(name: str, index: pl.DataFrame, told: Told) -> list[pl.DataFrame]:
    unsettled = pl.col(f.MONTH) > add_months(told.month, -UNSETTLED)
    state = pl.when(unsettled).then(pl.lit(PROVISIONAL)).otherwise(pl.lit("released"))
    rows = index.with_columns(period=f.MONTH, state=state, entry=pl.lit(told.entry))
    near = rows.filter(pl.col(f.MONTH) > told.since)
    turns = turning.turning_points(
        index.select(pl.lit(name).alias("series"), f.MONTH, "value")
    ).with_columns(period=f.MONTH, state=pl.lit(PROVISIONAL), entry=pl.lit(told.entry))
    return [
        made("index", name, "value", near),
        made("index", name, "growth", near.with_columns(value="growth")),
        made("index", name, "counted", near.with_columns(value="counted")),
        *(
            made("index", name, kind, turns.filter(pl.col("kind") == kind))
            for kind in ("peak", "trough")
        ),
    ]


def _members(name: str, said: Index, adjusted: Mapping[str, Adjusted], told: Told) -> pl.DataFrame:
    """How many members it is made of, and which are left out."""
    out = [each.headline for each in said.members if adjusted[each.headline].frame is None]
    note = Text(
        f"未纳入（无法季节调整）：{'、'.join(out)}", f"Left out, not adjusted: {', '.join(out)}"
    )
    count = float(len(said.members) - len(out))
    return one("index", name, "members", told.month, count, told.entry, said=note if out else None)


def _diffusion(said: Indices, adjusted: Mapping[str, Adjusted], told: Told) -> list[pl.DataFrame]:
    known = [
        _series(name, adjusted[name])
        for name in said.diffusion.headlines
        if adjusted[name].frame is not None
    ]
    if not known:
        none = Text("没有可用的指标。", "None of its headlines can be adjusted.")
        return [refused("index", "diffusion", "value", told.month, none, held=told.held)]
    found = diffusion.diffusion(pl.concat(known), said.diffusion.months)
    rows = found.filter(pl.col(f.MONTH) > told.since).drop_nulls("value")
    rows = rows.with_columns(period=f.MONTH, state=pl.lit(PROVISIONAL), entry=pl.lit(told.entry))
    counted = rows.with_columns(value="counted")
    return [
        made("index", "diffusion", "value", rows),
        made("index", "diffusion", "counted", counted),
    ]
