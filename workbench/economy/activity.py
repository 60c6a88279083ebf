"""An index of each enterprise's activity from power, invoices, employment and tax.

There is no standard for it; the formula is ours. It is in the line of the power supply companies'
indices of resumed work (企业复工电力指数), which compare a firm's consumption with its own usual
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from workbench.economy.frames import MONTH, VALUE, checked, refused

ENTITY, SOURCE = "entity", "source"


def _usual_weights() -> Mapping[str, float]:
    return {"power": 0.4, "invoices": 0.3, "employment": 0.15, "tax": 0.15}


@dataclass(frozen=True)
class Activity:
    """How much each source counts, and what is called idle.

    A source's level is ``min(value / usual, cap)`` with ``usual`` the median of its ``months``
    before, of which ``known`` at least are known. ``least`` sources make an index. Below ``idle``
    (% of usual) a firm is idle, below ``weak`` weak. All of these are ours.
    """

    weights: Mapping[str, float] = field(default_factory=_usual_weights)
    months: int = 12
    known: int = 6
    cap: float = 1.5
    least: int = 2
    idle: float = 20.0
    weak: float = 60.0

    def __post_init__(self) -> None:
        if not self.weights or min(self.weights.values()) <= 0:
            raise refused("权重须为正。", "The weights are positive.")
        if not (1 <= self.known <= self.months and self.cap >= 1 and 0 < self.idle < self.weak):
            raise refused("活跃度参数不成立。", "These parameters contradict themselves.")
        if not 1 <= self.least <= len(self.weights):
            raise refused("最少来源数不成立。", "The least number of sources is not possible.")


def levels(frame: pl.DataFrame, how: Activity) -> pl.DataFrame:
    """Each source on its own: entity, source, month, value, usual, level (1 is usual).

    Takes entity, source, month, value. Null where the month or the usual is not known, or the usual
    is zero. A negative value (a tax refund) counts as none. A month without a row is unknown and
    not zero: whoever knows that a firm used none says so by a row.
    """
    rows = checked(frame, keys=(ENTITY, SOURCE)).filter(pl.col(SOURCE).is_in(list(how.weights)))
    floor = pl.col(VALUE).clip(lower_bound=0)
    usual = floor.rolling_median_by(
        MONTH, window_size=f"{how.months}mo", min_samples=how.known, closed="left"
    ).over(ENTITY, SOURCE)
    level = pl.when(pl.col("usual") > 0).then((floor / pl.col("usual")).clip(upper_bound=how.cap))
    return rows.with_columns(usual=usual).with_columns(level=level)


def activity(frame: pl.DataFrame, how: Activity | None = None) -> pl.DataFrame:
    """The index of each enterprise and month: entity, month, index, sources, state.

    ``index = 100 * sum(weight * level) / sum(weight)`` over the sources that are known; 100 is the
    firm's own usual. ``state``: active, weak, idle, or unknown with fewer than ``least`` sources
    (index null).
    """
    how = how or Activity()
    weight = pl.col(SOURCE).replace_strict(dict(how.weights), return_dtype=pl.Float64)
    rows = levels(frame, how).with_columns(
        weight=pl.when(pl.col("level").is_not_null()).then(weight)
    )
    summed = rows.group_by(ENTITY, MONTH).agg(
        raw=(pl.col("level") * pl.col("weight")).sum() / pl.col("weight").sum() * 100,
        sources=pl.col("level").count(),
    )
    index = pl.when(pl.col("sources") >= how.least).then("raw")
    out = summed.sort(ENTITY, MONTH).with_columns(index=index)
    return out.select(ENTITY, MONTH, "index", "sources", _state(how).alias("state"))


def _state(how: Activity) -> pl.Expr:
    return (
        pl.when(pl.col("index").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("index") < how.idle)
        .then(pl.lit("idle"))
        .when(pl.col("index") < how.weak)
        .then(pl.lit("weak"))
        .otherwise(pl.lit("active"))
    )


def by_group(indexed: pl.DataFrame, groups: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Enterprises by state in each group and month: ``keys``, month, median, known, active, weak,
    idle (shares of the known, %), unknown (number).

    ``groups``: entity and ``keys`` (county, industry). Shares are null where none is known. What
    comes of small groups is about single firms: release it as protected statistics only.
    """
    state = pl.col("state")
    known = (state != "unknown").sum()
    shares = [
        pl.when(known > 0).then((state == s).sum() / known * 100).alias(s)
        for s in ("active", "weak", "idle")
    ]
    joined = indexed.join(groups.select(ENTITY, *keys), on=ENTITY, how="inner")
    return (
        joined.group_by(*keys, MONTH)
        .agg(
            pl.col("index").median().alias("median"),
            known.alias("known"),
            *shares,
            (state == "unknown").sum().alias("unknown"),
        )
        .sort(*keys, MONTH)
    )
