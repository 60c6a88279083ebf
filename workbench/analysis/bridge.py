"""The quarter's growth from its months: bridge equations, pooled. Pure.

For each monthly input ``growth = a + b * mean(rate of the quarter's known months)`` by least
squares over past quarters, for which the same months are taken; the nowcast is the mean of the
inputs' (Baffigi, Golinelli and Parigi (2004), Int. J. Forecasting 20; equal weights: Timmermann
(2006), *Handbook of Economic Forecasting* 1). The interval is normal, with the deviation of what
each past quarter was missed by when it was left out.

The dynamic factor model of ``economy.nowcast`` takes 20 quarters and monthly growth without season;
growth on a year before of a city has fewer quarters, and no product of the month before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from workbench.economy.frames import Floats, add_months, refused

Rates = Mapping[date, float]
"""By month (or by the quarter's first month), growth on a year before, in percent."""


@dataclass(frozen=True)
class Bridged:
    """``inputs``: those that were known in the quarter and had enough quarters."""

    value: float
    low: float
    high: float
    inputs: tuple[str, ...]


def bridged(
    target: Rates, inputs: Mapping[str, Rates], quarter: date, least: int, level: float
) -> Bridged:
    """The growth of ``quarter`` from what is known; ``target`` of it and after is not looked at.
    Raises where no input is known in the quarter with ``least`` quarters before it."""
    past = {at: value for at, value in target.items() if at < quarter}
    said, missed = {}, {}
    for name, rates in inputs.items():
        fit = _fitted(past, rates, quarter, least)
        if fit is not None:
            said[name], missed[name] = fit
    if not said:
        raise refused(
            f"{quarter:%Y-%m} 起的季度没有可用的月度指标，或历史不足 {least} 个季度。",
            f"No input is known in the quarter of {quarter:%Y-%m} with {least} quarters before it.",
        )
    value = float(np.mean(list(said.values())))
    width = _width(missed, level)
    return Bridged(value, value - width, value + width, tuple(said))


def _width(missed: Mapping[str, Mapping[date, float]], level: float) -> float:
    """Of quarters that every equation has, the root mean square of the pooled misses."""
    from scipy.stats import norm  # heavy: only where it is used

    common = set.intersection(*(set(each) for each in missed.values()))
    quarters = common or set.union(*(set(each) for each in missed.values()))
    pooled = [
        float(np.mean([each[at] for each in missed.values() if at in each])) for at in quarters
    ]
    return float(norm.ppf((1 + level) / 2)) * float(np.sqrt(np.mean(np.square(pooled))))


def _fitted(
    past: Rates, rates: Rates, quarter: date, least: int
) -> tuple[float, dict[date, float]] | None:
    """What it says of the quarter, and by how much it misses each past one that is left out."""
    offsets = [n for n in range(3) if add_months(quarter, n) in rates]
    if not offsets:
        return None
    means = {at: _mean(rates, at, offsets) for at in (*sorted(past), quarter)}
    at = [each for each in sorted(past) if not np.isnan(means[each])]
    if len(at) < least:
        return None
    x = np.array([[1.0, means[each]] for each in at])
    y = np.array([past[each] for each in at])
    inverse = np.linalg.pinv(x.T @ x)
    effect = inverse @ x.T @ y
    leverage = np.clip(np.einsum("ij,jk,ik->i", x, inverse, x), 0, 0.99)
    left_out: Floats = (y - x @ effect) / (1 - leverage)
    told = float(effect[0] + effect[1] * means[quarter])
    return told, dict(zip(at, left_out.tolist(), strict=True))


def _mean(rates: Rates, quarter: date, offsets: list[int]) -> float:
    """Over the months at these places that are there; January of a pair stands in February. NaN
    where the last of them is missing: then less is known than of the quarter itself."""
    months = [add_months(quarter, n) for n in offsets]
    if months[-1] not in rates:
        return float("nan")
    return float(np.mean([rates[month] for month in months if month in rates]))
