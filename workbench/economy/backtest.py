"""Is a forecast any good: rolling origin, next to the seasonal naive one.

Source: Hyndman and Koehler (2006), "Another look at measures of forecast accuracy", Int. J.
Forecasting 22 (MASE); Tashman (2000), "Out-of-sample tests of forecasting accuracy", ibid. 16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.economy.forecast import Forecasting, Projection, project, seasonal_naive
from workbench.economy.frames import SERIES, Floats, refused, spans


@dataclass(frozen=True)
class Origins:
    """Forecasts of ``horizon`` months from ``count`` origins, ``every`` so many months, the last
    one ``horizon`` before the end."""

    horizon: int = 6
    count: int = 12
    every: int = 1

    def __post_init__(self) -> None:
        if min(self.horizon, self.count, self.every) < 1:
            raise refused("回测参数须为正。", "Horizon, count and step are positive.")

    def of(self, length: int) -> list[int]:
        """How many months are known at each origin, earliest first."""
        last = length - self.horizon
        return [last - self.every * i for i in reversed(range(self.count))]


def backtest(frame: pl.DataFrame, how: Forecasting, origins: Origins | None = None) -> pl.DataFrame:
    """A row for each series: series, method, horizon, origins, mase, naive_mase, coverage,
    naive_coverage, level, beats_naive.

    At each origin the model sees only the months before it. ``mase``: mean absolute error over the
    mean absolute yearly change within those months (1: as good as repeating last year, within the
    sample); ``coverage``: part of the outcomes inside the interval, to be compared with ``level``.
    ``beats_naive``: mase below that of the seasonal naive forecast on the same months; a page that
    shows a forecast says so where it is false. Raises where the series is too short for the first
    origin (three years before it), has a month missing, or never changes.
    """
    origins = origins or Origins()
    rows = [
        _judged(s.without_gaps().values, s.series, how, origins) for s in spans(frame, how.step)
    ]
    if not rows:
        raise refused("没有可回测的序列。", "There is no series to judge.")
    return pl.DataFrame(rows).sort(SERIES)


def _judged(values: Floats, name: str, how: Forecasting, origins: Origins) -> dict[str, object]:
    first = origins.of(len(values))[0]
    if first < 3 * how.period:
        raise refused(
            f"序列 {name} 太短，首个起点前不足三年。",
            f"The series {name} is too short: under three years before the first origin.",
        )
    ours, naive = [], []
    for known in origins.of(len(values)):
        past, outcome = values[:known], values[known : known + origins.horizon]
        ours.append(_scored(past, outcome, project(past, origins.horizon, how, name), how))
        plain = seasonal_naive(past, origins.horizon, how)
        naive.append(_scored(past, outcome, plain, how))
    (mase, coverage), (naive_mase, naive_coverage) = np.mean(ours, axis=0), np.mean(naive, axis=0)
    return {
        SERIES: name,
        "method": how.method,
        "horizon": origins.horizon,
        "origins": origins.count,
        "mase": float(mase),
        "naive_mase": float(naive_mase),
        "coverage": float(coverage),
        "naive_coverage": float(naive_coverage),
        "level": how.level,
        "beats_naive": bool(mase < naive_mase),
    }


def _scored(
    past: Floats, outcome: Floats, said: Projection, how: Forecasting
) -> tuple[float, float]:
    mean, low, high = said
    inside = (outcome >= low) & (outcome <= high)
    return mase(past, outcome, mean, how.period), float(inside.mean())


def mase(past: Floats, outcome: Floats, said: Floats, period: int) -> float:
    """Mean absolute scaled error: ``mean|outcome - said| / mean|past[t] - past[t - period]|``."""
    scale = float(np.abs(past[period:] - past[:-period]).mean())
    if scale == 0:
        raise refused(
            "序列逐年不变，无法标度误差。", "The series never changes: no error has a scale."
        )
    return float(np.abs(outcome - said).mean()) / scale
