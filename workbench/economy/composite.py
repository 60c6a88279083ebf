"""Composite leading, coincident and lagging indices by the Conference Board's procedure.

Source: The Conference Board, "Calculating the Composite Indexes" (conference-board.org/data/bci,
with the technical notes of January 2012) and *Business Cycle Indicators Handbook* (2001), part III.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked, refused

Change = Literal["symmetric", "difference", "level"]


@dataclass(frozen=True)
class Component:
    """How one series enters an index.

    ``symmetric``: ``200 * (x[t] - x[t-1]) / (x[t] + x[t-1])``, for levels above zero.
    ``difference``: ``x[t] - x[t-1]``, for what is in percent already. ``level``: x[t] itself, for
    diffusion indices and spreads (normalised by mean and standard deviation).
    ``inverted``: it rises when the economy falls (claims, unemployment).
    """

    change: Change = "symmetric"
    inverted: bool = False

    def __post_init__(self) -> None:
        if self.change not in ("symmetric", "difference", "level"):
            raise refused("未知的变动算法。", "A change is symmetric, difference or level.")


@dataclass(frozen=True)
class Composite:
    """An index and what it is made of.

    ``index``: month, growth (symmetric, %), value (base year = 100), counted (components).
    ``contributions``: series, month, change, contribution (to that month's growth, percentage
    points). ``factors``: series, deviation, factor (the standardisation factors; they sum to 1).
    ``trend``: what was added to each month's growth.
    """

    index: pl.DataFrame
    contributions: pl.DataFrame
    factors: pl.DataFrame
    trend: float


def symmetric_change(frame: pl.DataFrame, step: int = 1) -> pl.DataFrame:
    """``200 * (x[t] - x[t-1]) / (x[t] + x[t-1])`` (%): a rise and an equal fall cancel out.

    Null where a month or the one before is missing. Raises on values of zero or less.
    """
    rows = checked(frame)
    if (rows[VALUE] <= 0).any():
        raise refused(
            "对称变动率只用于正值；可能为零或负的序列请用 difference。",
            "A symmetric change takes values above zero; use difference for those that may not be.",
        )
    rows = beside(rows, rows, step, "before")
    change = 200 * (pl.col(VALUE) - pl.col("before")) / (pl.col(VALUE) + pl.col("before"))
    return rows.select(SERIES, MONTH, change=change)


def _changes(frame: pl.DataFrame, components: Mapping[str, Component], step: int) -> pl.DataFrame:
    rows = checked(frame)
    missing = sorted(set(components) - set(rows[SERIES].unique()))
    if missing or not components:
        raise refused(f"缺少序列：{missing}。", f"Series are missing: {missing}.")
    parts = []
    for name, component in sorted(components.items()):
        own = rows.filter(pl.col(SERIES) == name)
        parts.append(_change(own, component, step))
    return pl.concat(parts).drop_nulls("change")


def _change(own: pl.DataFrame, component: Component, step: int) -> pl.DataFrame:
    if component.change == "symmetric":
        out = symmetric_change(own, step)
    elif component.change == "difference":
        moved = beside(own, own, step, "before")
        out = moved.select(SERIES, MONTH, change=pl.col(VALUE) - pl.col("before"))
    else:
        z = (pl.col(VALUE) - pl.col(VALUE).mean()) / pl.col(VALUE).std()
        out = own.select(SERIES, MONTH, change=z)
    return out.with_columns(pl.col("change") * (-1 if component.inverted else 1))


def standardisation(changes: pl.DataFrame) -> pl.DataFrame:
    """Inverse-volatility factors: ``(1/sd) / sum(1/sd)``: series, deviation, factor (sum 1).

    The deviation is the sample's, over the months that are given. Raises where a series never
    moves, for it would take all the weight.
    """
    out = changes.group_by(SERIES).agg(deviation=pl.col("change").std()).sort(SERIES)
    if not (out["deviation"].fill_null(0) > 0).all():
        raise refused("有序列没有变动，无法标准化。", "A series never moves: it has no factor.")
    return out.with_columns(factor=(1 / pl.col("deviation")) / (1 / pl.col("deviation")).sum())


def composite(
    frame: pl.DataFrame,
    components: Mapping[str, Component],
    base_year: int,
    trend: float | None = None,
    trend_until: date | None = None,
    step: Literal[1, 3] = 1,
) -> Composite:
    """The index: changes, factors, their sum, trend, level, base year.

    1. change of each component; 2. factors by inverse volatility; 3. growth = sum of factor *
    change; 4. ``trend`` (%, a month; the mean growth of the coincident index or of the product)
    less the mean growth so far is added to each month; None adds nothing; 5. level from 100 by
    ``I[t] = I[t-1] * (200 + growth) / (200 - growth)``; 6. the base year's mean becomes 100.

    It begins with the first month in which all components are known. A later month that misses some
    is made of those that it has, with factors that sum to 1 again, and ``counted`` says how many;
    a month that misses all of them ends in an error. (The Conference Board forecasts the missing
    ones instead.) ``step`` is 3 for quarters. Raises when the base year has no month.
    """
    changes = _changes(frame, components, step)
    changes = changes.filter(pl.col(MONTH) >= _first(changes, components))
    factors = standardisation(changes)
    parts = changes.join(factors, on=SERIES).with_columns(
        contribution=pl.col("change") * pl.col("factor") / pl.col("factor").sum().over(MONTH)
    )
    growth = parts.group_by(MONTH).agg(
        growth=pl.col("contribution").sum(), counted=pl.col(SERIES).count()
    )
    growth = _whole(growth.sort(MONTH), step)
    seen = growth if trend_until is None else growth.filter(pl.col(MONTH) <= trend_until)
    added = 0.0 if trend is None else trend - float(seen["growth"].mean())  # type: ignore[arg-type]
    index = _levels(growth.with_columns(pl.col("growth") + added), base_year)
    kept = parts.select(SERIES, MONTH, "change", "contribution").sort(SERIES, MONTH)
    return Composite(index, kept, factors, added)


def _first(changes: pl.DataFrame, components: Mapping[str, Component]) -> date:
    """The first month in which every component has a change."""
    firsts = changes.group_by(SERIES).agg(pl.col(MONTH).min())
    if firsts.height < len(components):
        raise refused("有序列没有任何变动值。", "A component has no change in any month.")
    return firsts[MONTH].max()  # type: ignore[return-value]


def _whole(growth: pl.DataFrame, step: int) -> pl.DataFrame:
    days = growth[MONTH].diff().drop_nulls().dt.total_days()
    if (days > 31 * step).any():
        raise refused("有月份没有任何分项。", "A month within has no component at all.")
    return growth


def _levels(growth: pl.DataFrame, base_year: int) -> pl.DataFrame:
    factor = (200 + pl.col("growth")) / (200 - pl.col("growth"))
    level = growth.with_columns((100 * factor.cum_prod()).alias(VALUE))
    base = level.filter(pl.col(MONTH).dt.year() == base_year)[VALUE].mean()
    if base is None:
        raise refused(f"基年 {base_year} 没有数据。", f"There is no month of {base_year}.")
    return level.select(MONTH, "growth", pl.col(VALUE) / base * 100, "counted")


def mean_growth(index: pl.DataFrame, until: date | None = None) -> float:
    """The mean symmetric growth (%, a month) of an index: the ``trend`` for the others."""
    rows = index if until is None else index.filter(pl.col(MONTH) <= until)
    return float(rows["growth"].mean())  # type: ignore[arg-type]
