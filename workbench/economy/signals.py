"""Five-colour signal lights (景气信号灯), with thresholds as parameters.

The method is that of the lights of the National Bureau of Statistics' economic monitoring centre
and of Taiwan's National Development Council: each indicator is in one of five ranges with 1
to 5 points, and the sum of the points is in one of five ranges again. The national thresholds are
not published. Those that come with the product are ours, and every panel names its source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, checked, refused
from workbench.errors import Text


class Colour(StrEnum):
    blue = "blue"
    light_blue = "light_blue"
    green = "green"
    yellow = "yellow"
    red = "red"


COLOURS = tuple(Colour)
"""From 1 point to 5."""
MEANING = {
    Colour.blue: Text("过冷", "too cold"),
    Colour.light_blue: Text("偏冷", "rather cold"),
    Colour.green: Text("稳定", "steady"),
    Colour.yellow: Text("偏热", "rather hot"),
    Colour.red: Text("过热", "too hot"),
}
Cuts = tuple[float, float, float, float]
TOTAL_OF_NINE: Cuts = (17, 23, 32, 38)
"""Blue 9-16, yellow-blue 17-22, green 23-31, yellow-red 32-37, red 38-45 points: National
Development Council, monitoring indicators (景气对策信号), nine components."""


def _ascending(cuts: Sequence[float], what: str) -> None:
    numeric = all(type(cut) in (int, float) and math.isfinite(cut) for cut in cuts)
    if len(cuts) != 4 or not numeric or any(not a < b for a, b in pairwise(cuts)):
        raise refused(
            f"{what}：须有四个递增的阈值。", f"{what}: there are four thresholds that ascend."
        )


@dataclass(frozen=True)
class Light:
    """One indicator. Below the first threshold it is blue, from the first on light blue, from the
    second green, from the third yellow, from the fourth red. ``inverted``: the higher the colder
    (unemployment), so that above the last threshold it is blue and up to the first red."""

    indicator: str
    thresholds: Cuts
    inverted: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.indicator, str) or not self.indicator.strip():
            raise refused("每盏灯须写明指标。", "A light names its indicator.")
        if not isinstance(self.inverted, bool):
            raise refused(
                f"{self.indicator}：inverted 须为真或假。",
                f"{self.indicator}: inverted is true or false.",
            )
        _ascending(self.thresholds, self.indicator)


@dataclass(frozen=True)
class Panel:
    """Lights, the cuts of their sum (points), and where the thresholds are from.

    ``least``: so many lights have to be known for a sum; by default all. A sum over fewer is scaled
    to all of them, and ``counted`` says of how many it is.
    """

    lights: tuple[Light, ...]
    totals: Cuts
    source: Text
    least: int | None = None

    def __post_init__(self) -> None:
        _ascending(self.totals, "totals")
        names = [light.indicator for light in self.lights]
        count = len(names)
        if not count or len(set(names)) < count:
            raise refused("每个指标只能有一盏灯。", "There is one light an indicator.")
        if not count < self.totals[0] or not self.totals[-1] <= 5 * count:
            raise refused(
                f"总分阈值须在 {count} 与 {5 * count} 分之间。",
                f"The cuts of the sum lie between {count} and {5 * count} points.",
            )
        if self.least is not None and not 1 <= self.least <= count:
            raise refused("最少灯数不成立。", "The least number of lights is not possible.")
        if not (self.source.zh.strip() and self.source.en.strip()):
            raise refused("须写明阈值的来源。", "A panel says where its thresholds are from.")


def _points(value: pl.Expr, cuts: Sequence[float]) -> pl.Expr:
    above = [(value >= cut).cast(pl.Int32) for cut in cuts]
    return pl.when(value.is_not_null()).then(pl.sum_horizontal(above) + 1)


def _named(points: str) -> pl.Expr:
    names = {i + 1: colour.value for i, colour in enumerate(COLOURS)}
    return pl.col(points).replace_strict(names, default=None, return_dtype=pl.String)


def lights(frame: pl.DataFrame, panel: Panel) -> pl.DataFrame:
    """The light of each indicator and month: series, month, value, points (1-5), colour.

    Null where the value is missing. Series that the panel does not name are left out. Raises where
    an indicator of the panel is in no row.
    """
    rows = checked(frame)
    missing = sorted({light.indicator for light in panel.lights} - set(rows[SERIES].unique()))
    if missing:
        raise refused(f"缺少指标：{missing}。", f"Indicators are missing: {missing}.")
    parts = []
    for light in panel.lights:
        value, cuts = pl.col(VALUE), light.thresholds
        if light.inverted:
            value, cuts = -value, tuple(-cut for cut in reversed(cuts))  # type: ignore[assignment]
        own = rows.filter(pl.col(SERIES) == light.indicator)
        parts.append(own.with_columns(points=_points(value, cuts)))
    return pl.concat(parts).with_columns(colour=_named("points"))


def total(lit: pl.DataFrame, panel: Panel) -> pl.DataFrame:
    """The sum of the lights of each month: month, points, counted, of, percent, colour.

    ``percent``: of the highest possible sum. Null where fewer lights than ``least`` are known.
    """
    of = len(panel.lights)
    sums = lit.group_by(MONTH).agg(raw=pl.col("points").sum(), counted=pl.col("points").count())
    enough = pl.col("counted") >= (of if panel.least is None else panel.least)
    points = pl.when(enough).then(pl.col("raw") / pl.col("counted") * of)
    out = sums.sort(MONTH).with_columns(points=points, of=pl.lit(of))
    return out.with_columns(
        percent=pl.col("points") / (5 * of) * 100, level=_points(pl.col("points"), panel.totals)
    ).select(MONTH, "points", "counted", "of", "percent", colour=_named("level"))


def from_history(frame: pl.DataFrame, quantiles: Cuts = (0.1, 0.25, 0.75, 0.9)) -> dict[str, Cuts]:
    """Thresholds from a series' own past: its quantiles (linear). They are ours; half of all months
    are green by construction. Raises on fewer than 36 known months and on equal quantiles."""
    _ascending(quantiles, "quantiles")
    out: dict[str, Cuts] = {}
    for (name,), rows in checked(frame).group_by([SERIES], maintain_order=True):
        known = rows[VALUE].drop_nulls()
        if known.len() < 36:
            raise refused(f"序列 {name} 不足 36 个月。", f"{name} has under 36 months.")
        cuts = tuple(float(known.quantile(q, "linear") or 0) for q in quantiles)
        _ascending(cuts, str(name))
        out[str(name)] = cuts  # type: ignore[assignment]
    return out
