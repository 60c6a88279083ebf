"""Forecasts with intervals, each series by itself.

Sources: Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, 3rd ed.
(seasonal naive 5.2 and 5.5, exponential smoothing 8, seasonal ARIMA 9); Assimakopoulos and
Nikolopoulos (2000), "The theta model", Int. J. Forecasting 16. Computed by statsmodels, but the
naive one. A forecast is worth showing next to ``backtest.backtest`` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, Floats, after, refused, spans
from workbench.economy.narrow import one_thread

Method = Literal["seasonal_naive", "theta", "ets", "sarima"]
Projection = tuple[Floats, Floats, Floats]
"""Mean (median with ``log``), low and high of each month ahead."""


@dataclass(frozen=True)
class Forecasting:
    """How to forecast.

    ``method``: exponential smoothing (``ets``: additive, damped trend) is the default, for in the
    tests of docs/economy.md it was nearer than theta and its intervals held what they promise;
    theta's are too narrow on a steep trend. ``level``: part of the outcomes that the interval
    should hold. ``log``: in logs and back, for values above zero that grow by rates. ``period``:
    figures a year (12, or 4 with ``step`` 3)."""

    method: Method = "ets"
    level: float = 0.8
    log: bool = False
    period: int = 12
    step: Literal[1, 3] = 1

    def __post_init__(self) -> None:
        if self.method not in _METHODS:
            raise refused("未知的预测方法。", "This method of forecasting is not known.")
        if not 0 < self.level < 1 or self.period < 2:
            raise refused("置信水平须在 0 与 1 之间。", "The level lies between 0 and 1.")


def forecast(frame: pl.DataFrame, horizon: int, how: Forecasting | None = None) -> pl.DataFrame:
    """The ``horizon`` months after each series' last: series, month, value, low, high, method.

    In the unit of the series. Raises on a month missing within a series, on fewer than three years,
    and on values of zero or less with ``log``.
    """
    how = how or Forecasting()
    if horizon < 1:
        raise refused("预测期须为正。", "A forecast goes one month ahead or more.")
    out = []
    for span in spans(frame, how.step):
        mean, low, high = project(span.without_gaps().values, horizon, how, span.series)
        months = after(span.months[-1], horizon, how.step)
        part = pl.DataFrame({MONTH: months, VALUE: mean, "low": low, "high": high})
        out.append(
            part.select(pl.lit(span.series).alias(SERIES), pl.all(), method=pl.lit(how.method))
        )
    if not out:
        raise refused("没有可预测的序列。", "There is no series to forecast.")
    return pl.concat(out)


def project(values: Floats, horizon: int, how: Forecasting, name: str = "") -> Projection:
    """The forecast of one unbroken series."""
    if len(values) < 3 * how.period:
        raise refused(f"序列 {name} 不足三年。", f"The series {name} has under three years.")
    if not how.log:
        with one_thread():
            return _METHODS[how.method](values, horizon, how)
    if (values <= 0).any():
        raise refused(
            f"序列 {name} 有零或负值，不能取对数。",
            f"The series {name} has values of zero or less.",
        )
    with one_thread():
        mean, low, high = _METHODS[how.method](np.log(values), horizon, how)
    return np.exp(mean), np.exp(low), np.exp(high)


def _quantile(level: float) -> float:
    from scipy.stats import norm  # heavy: only where it is used

    return float(norm.ppf((1 + level) / 2))


def seasonal_naive(values: Floats, horizon: int, how: Forecasting) -> Projection:
    """The same month of the year before; deviation of h months ahead: that of the yearly changes
    times sqrt(years ahead, begun ones counted)."""
    ahead = np.arange(horizon)
    mean = values[-how.period :][ahead % how.period]
    changes = values[how.period :] - values[: -how.period]
    spread = np.sqrt(np.mean(changes**2)) * np.sqrt(ahead // how.period + 1)
    width = _quantile(how.level) * spread
    return mean, mean - width, mean + width


def _theta(values: Floats, horizon: int, how: Forecasting) -> Projection:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    positive = bool((values > 0).all()) and not how.log
    season = "multiplicative" if positive else "additive"
    fit = ThetaModel(values, period=how.period, method=season).fit(disp=False)
    bounds = np.asarray(fit.prediction_intervals(horizon, alpha=1 - how.level))
    return np.asarray(fit.forecast(horizon)), bounds[:, 0], bounds[:, 1]


def _ets(values: Floats, horizon: int, how: Forecasting) -> Projection:
    import pandas as pd  # what ETSModel predicts by
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(
        pd.Series(values),
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=how.period,
    )
    fit = model.fit(disp=False)
    ahead = fit.get_prediction(start=len(values), end=len(values) + horizon - 1)
    table = ahead.summary_frame(alpha=1 - how.level)
    mean, low, high = (table[n].to_numpy() for n in ("mean", "pi_lower", "pi_upper"))
    return mean, low, high


def _sarima(values: Floats, horizon: int, how: Forecasting) -> Projection:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    airline = SARIMAX(values, order=(0, 1, 1), seasonal_order=(0, 1, 1, how.period))
    ahead = airline.fit(disp=False, maxiter=200).get_forecast(horizon)
    bounds = np.asarray(ahead.conf_int(alpha=1 - how.level))
    return np.asarray(ahead.predicted_mean), bounds[:, 0], bounds[:, 1]


_METHODS: dict[str, Callable[[Floats, int, Forecasting], Projection]] = {
    "seasonal_naive": seasonal_naive,
    "theta": _theta,
    "ets": _ets,
    "sarima": _sarima,
}
