"""Forecasts and nowcasts: against statsmodels, by hand, and on planted series."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from economy_frames import months, series
from statsmodels.tsa.forecasting.theta import ThetaModel
from us_data import monthly

from workbench.economy import backtest, forecast, nowcast, rates
from workbench.economy.backtest import Origins
from workbench.economy.forecast import Forecasting
from workbench.economy.narrow import one_thread
from workbench.economy.nowcast import Nowcasting
from workbench.errors import InvalidInput

SEASON = np.tile([0.0, -12, 5, 3, 2, 4, -2, -3, 4, 1, 0, -2], 12)


def trending(noise: float = 1.0, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 200 + 0.9 * np.arange(144) + SEASON + rng.normal(0, noise, 144)


def test_seasonal_naive_by_hand() -> None:
    """Yearly changes are 1 or 3 in turn: their mean square is 5; 80 % of a normal is 1.2816."""
    values = [float(m) for m in range(12)]
    values += [v + (1 if i % 2 else 3) for i, v in enumerate(values)]
    values += [v + (1 if i % 2 else 3) for i, v in enumerate(values[12:])]
    out = forecast.forecast(series("2020-01", values), 13, Forecasting("seasonal_naive"))
    assert out["value"].to_list() == values[24:] + values[24:25]
    assert out["month"].to_list() == months("2023-01", 13)
    width = (out["high"] - out["value"]).to_list()
    assert width[:12] == pytest.approx([1.2815516 * 5**0.5] * 12)
    assert width[12] == pytest.approx(1.2815516 * 10**0.5)


def test_theta_is_that_of_statsmodels() -> None:
    values = trending()
    out = forecast.forecast(series("2010-01", values.tolist()), 6, Forecasting("theta", level=0.9))
    with one_thread():
        fit = ThetaModel(values, period=12, method="multiplicative").fit(disp=False)
        bounds = fit.prediction_intervals(6, alpha=0.1)
    assert np.allclose(out["value"], fit.forecast(6))
    assert np.allclose(out["low"], bounds["lower"])
    assert np.allclose(out["high"], bounds["upper"])


@pytest.mark.parametrize("method", ["theta", "ets", pytest.param("sarima", marks=pytest.mark.slow)])
def test_a_trend_beats_repeating_last_year(method: str) -> None:
    frame = series("2010-01", trending().tolist())
    out = backtest.backtest(frame, Forecasting(method), Origins(6, 3, 4)).row(0, named=True)  # type: ignore[arg-type]
    assert out["beats_naive"]
    assert out["mase"] < 0.3 < 0.8 < out["naive_mase"]
    assert out["coverage"] > 0.6


def test_what_does_not_beat_the_naive_forecast_says_so() -> None:
    """A season that is the whole series: last year is right, and nothing can be better."""
    rng = np.random.default_rng(1)
    walk = np.tile(rng.normal(100, 30, 12), 12) + np.linspace(0, 1e-3, 144)
    frame = series("2010-01", walk.tolist())
    out = backtest.backtest(frame, Forecasting("seasonal_naive"), Origins(6, 4))
    assert out["mase"].item() == out["naive_mase"].item()
    assert not out["beats_naive"].item()


def test_backtest_is_what_was_forecast_from_the_months_before_each_origin() -> None:
    frame, values = series("2010-01", trending().tolist()), trending()
    how, origins = Forecasting("theta"), Origins(3, 3, 10)
    assert origins.of(144) == [121, 131, 141]
    errors = []
    for known in origins.of(144):
        said = forecast.forecast(frame.head(known), 3, how)["value"].to_numpy()
        errors.append(backtest.mase(values[:known], values[known : known + 3], said, 12))
    assert backtest.backtest(frame, how, origins)["mase"].item() == pytest.approx(np.mean(errors))


def test_mase_by_hand() -> None:
    past = np.array([1.0, 2.0, 3.0, 5.0])
    assert backtest.mase(past, np.array([4.0, 8.0]), np.array([5.0, 5.0]), 2) == pytest.approx(0.8)
    with pytest.raises(InvalidInput):
        backtest.mase(np.ones(4), np.ones(2), np.ones(2), 2)


def test_coverage_of_the_naive_interval() -> None:
    """Its model is a yearly random walk: there, eight of ten outcomes lie inside."""
    rng = np.random.default_rng(8)
    years = np.cumsum(rng.normal(0, 5, (60, 12)), axis=0) + 300
    frame = series("1960-01", years.ravel().tolist())
    out = backtest.backtest(frame, Forecasting("seasonal_naive"), Origins(12, 40, 12))
    assert out["coverage"].item() == pytest.approx(0.8, abs=0.06)


def test_logs_keep_a_forecast_above_zero_and_scale_goes_through() -> None:
    values = np.exp(trending() / 60)
    frame = series("2010-01", values.tolist())
    how = Forecasting("seasonal_naive", log=True)
    out = forecast.forecast(frame, 12, how)
    assert (out["low"] > 0).all()
    larger = forecast.forecast(frame.with_columns(pl.col("value") * 1000).reverse(), 12, how)
    assert np.allclose(larger["high"], out["high"] * 1000)


def test_forecasts_that_are_refused() -> None:
    frame = series("2020-01", [float(v) for v in range(1, 41)])
    with pytest.raises(InvalidInput, match="under three years"):
        forecast.forecast(frame.head(35), 3)
    with pytest.raises(InvalidInput, match="2021-01"):
        forecast.forecast(frame.filter(pl.col("month") != date(2021, 1, 1)), 3)
    with pytest.raises(InvalidInput, match="zero or less"):
        forecast.forecast(frame.with_columns(pl.col("value") - 5), 3, Forecasting(log=True))
    with pytest.raises(InvalidInput):
        forecast.forecast(frame, 0)
    with pytest.raises(InvalidInput):
        Forecasting("oracle")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="too short"):
        backtest.backtest(frame, Forecasting(), Origins(6, 12))


QUICK = Nowcasting(iterations=8)


@pytest.fixture(scope="module")
def growth() -> tuple[pl.DataFrame, pl.DataFrame]:
    names = ("INDPRO", "PAYEMS", "PCEC96")
    moves = rates.month_on_month(monthly(*names)).select("series", "month", value="rate")
    product = monthly("GDPC1").with_columns(pl.col("month").dt.truncate("1q"))
    return moves, rates.change(product, 3).select("series", "month", value="rate")


def test_nowcast_of_us_product(growth: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """Four quarters around the fall of 2008: nearer than the same quarter of the year before."""
    quarters = months("2008-04", 4, step=3)
    out = nowcast.backtest(*growth, quarters, 3, QUICK).row(0, named=True)
    assert out["beats_naive"]
    assert out["mase"] < 0.7 * out["naive_mase"]


def test_a_nowcast_does_not_see_its_own_quarter(growth: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    moves, product = growth
    quarter = date(2015, 4, 1)
    told = nowcast.nowcast(moves, product, quarter, QUICK)
    spoilt = product.with_columns(
        pl.when(pl.col("month") >= quarter).then(99.0).otherwise("value").alias("value")
    )
    assert nowcast.nowcast(moves, spoilt, quarter, QUICK).equals(told)
    row = told.row(0, named=True)
    assert row["low"] < row["value"] < row["high"]
    assert row["months"] == 9


def test_nowcasts_that_are_refused(growth: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    moves, product = growth
    with pytest.raises(InvalidInput, match="first month"):
        nowcast.nowcast(moves, product, date(2015, 5, 1))
    with pytest.raises(InvalidInput, match="20 quarters"):
        nowcast.nowcast(moves, product.tail(10), date(2016, 4, 1))
    with pytest.raises(InvalidInput, match="not known"):
        nowcast.backtest(moves, product, [date(2016, 4, 1)], 2, QUICK)
