"""The festival's days by astronomy; the adjustment by planted truth and by X-13ARIMA-SEATS."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import numpy as np
import polars as pl
import pytest
from economy_frames import months, series

from workbench.economy import festival, seasonal
from workbench.economy.seasonal import Adjustment
from workbench.errors import InvalidInput


def new_moon(k: int) -> date:
    """The day, in China, of the k-th new moon since 2000: Meeus, *Astronomical Algorithms*, ch. 49,
    with the terms above a thousandth of a day."""
    t = k / 1236.85
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun = math.radians(2.5534 + 29.10535670 * k)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    e = 1 - 0.002516 * t
    day += -0.40720 * math.sin(moon) + 0.17241 * e * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    day += 0.01039 * math.sin(2 * node) + 0.00739 * e * math.sin(moon - sun)
    day += -0.00514 * e * math.sin(moon + sun) + 0.00208 * e * e * math.sin(2 * sun)
    day += -0.00111 * math.sin(moon - 2 * node) - 0.00057 * math.sin(moon + 2 * node)
    instant = datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=day - 2451545.0, seconds=-70)
    return (instant + timedelta(hours=8)).date()


def test_new_years_are_new_moons() -> None:
    moons = {new_moon(k) for k in range(-130, 640)}
    for year, day in festival.NEW_YEAR.items():
        near = [m for m in moons if date(year, 1, 21) <= m <= date(year, 2, 20)]
        assert day in near
        assert len(near) <= 2


def test_new_years_are_days_off() -> None:
    for year in range(2004, 2027):
        off, name = chinese_calendar.get_holiday_detail(festival.new_year(year))
        assert (off, name) == (True, "Spring Festival")


def test_shares_of_the_windows() -> None:
    """2024: 10 February. Twenty days before: 21-31 January (11) and 1-9 February (9)."""
    out = festival.shares(2024, festival.Windows(20, 7, 20))
    assert out["before"][:3] == pytest.approx((11 / 20, 9 / 20, 0))
    assert out["during"][:3] == pytest.approx((0, 1, 0))
    assert out["after"][:3] == pytest.approx((0, 13 / 20, 7 / 20))
    names, rows = festival.regressors(months("1990-01", 61 * 12), festival.Windows())
    assert names == ("before", "during", "after")
    assert np.allclose(rows.reshape(61, 12, 3).mean(axis=0), 0)
    assert np.allclose(rows.reshape(61, 12, 3).sum(axis=1), 0)


def test_years_and_windows_that_are_refused() -> None:
    with pytest.raises(InvalidInput):
        festival.new_year(2051)
    with pytest.raises(InvalidInput):
        festival.Windows(0, 0, 0)
    with pytest.raises(InvalidInput):
        festival.Windows(after=60)


X13 = pl.read_csv(Path(__file__).with_name("x13_adjusted.csv"), try_parse_dates=True)
"""Table D11 of X-13ARIMA-SEATS 1.1 build 62 (US Census Bureau), multiplicative, airline model.
``simulated``: 15 years with effects of -0.10, -0.15 and -0.12 in the logs for the windows of 20, 7
and 20 days, which X-13 was given as user-defined holiday regressors; it finds -0.0886 (0.0089),
-0.1546 (0.0059), -0.1292 (0.0080). ``elec_equip``: the series of statsmodels, without holiday."""


def known(name: str) -> pl.DataFrame:
    return X13.filter(pl.col("series") == name)


def apart(name: str, how: Adjustment) -> tuple[float, float]:
    rows = known(name)
    ours = seasonal.adjust(rows.reverse(), how).frame["adjusted"].to_numpy()
    theirs = rows["x13"].to_numpy()
    moves = np.corrcoef(np.diff(np.log(ours)), np.diff(np.log(theirs)))[0, 1]
    return float(np.abs(ours / theirs - 1).mean() * 100), float(moves)


def test_close_to_x13() -> None:
    off, moves = apart("simulated", Adjustment())
    assert off < 0.4
    assert moves > 0.93
    off, moves = apart("elec_equip", Adjustment(festival="never"))
    assert off < 0.6
    assert moves > 0.93


@pytest.mark.parametrize("months", [36, 48, 60, 72, 96])
def test_the_last_year_of_a_short_series_keeps_what_is_not_season(months: int) -> None:
    """The moves of the last year are about as large as the true ones, neither gone nor doubled, and
    the adjusted figures are off by less than the irregular's deviation of 0.03."""
    t = np.arange(months)
    ours, true, errors = [], [], []
    for seed in range(10):
        chance = np.random.default_rng(seed)
        left = 5 + 0.005 * t + chance.normal(0, 0.01, months).cumsum()
        left += chance.normal(0, 0.03, months)
        values = np.exp(left + 0.2 * np.cos(2 * np.pi * t / 12))
        rows = series("2019-01", values.tolist())
        out = seasonal.adjust(rows, Adjustment(festival="never")).frame
        adjusted = np.log(out["adjusted"].to_numpy())
        ours.append(np.diff(adjusted)[-11:].std())
        true.append(np.diff(left)[-11:].std())
        errors.append(np.sqrt(np.mean((adjusted - left)[-12:] ** 2)))
    assert 0.75 < np.mean(ours) / np.mean(true) < 1.1
    assert np.mean(errors) < 0.024


def test_effects_are_those_of_x13_within_an_error() -> None:
    out = seasonal.adjust(known("simulated")).effects
    assert out["used"].all()
    theirs = (-0.0886, -0.1546, -0.1292)
    for ours, their, error in zip(out["effect"], theirs, out["error"], strict=True):
        assert abs(ours - their) < error
    for ours, planted, error in zip(out["effect"], (-0.1, -0.15, -0.12), out["error"], strict=True):
        assert abs(ours - planted) < 3 * error


def test_the_parts_multiply_to_the_whole_and_scale_goes_through() -> None:
    rows = known("simulated")
    out = seasonal.adjust(rows).frame
    product = out["trend"] * out["seasonal"] * out["festival"] * out["irregular"]
    assert np.allclose(product, out["value"])
    assert np.allclose(out["adjusted"] * out["seasonal"] * out["festival"], out["value"])
    larger = seasonal.adjust(rows.with_columns(pl.col("value") * 1000)).frame
    assert np.allclose(larger["adjusted"], out["adjusted"] * 1000)


def test_a_series_without_festival_keeps_it_out() -> None:
    out = seasonal.adjust(known("elec_equip"))
    assert not out.effects["used"].any()
    assert np.allclose(out.frame["festival"], 1)


@pytest.mark.filterwarnings("error")
def test_windows_that_move_as_one_have_one_effect() -> None:
    chance = np.random.default_rng(3)
    drift = np.exp(5 + chance.normal(0, 0.03, 60).cumsum())
    values = [None if at % 12 == 0 else float(value) for at, value in enumerate(drift)]
    rows = series("2021-01", values)
    effects = seasonal.adjust(rows, Adjustment(together=True, festival="always")).effects
    assert effects["regressor"].len() == 1
    assert effects["error"].is_finite().all()


def test_january_and_february_together() -> None:
    """February's figure is the sum of both; the trend runs on without a step."""
    t = np.arange(120)
    truth = 100 + 0.5 * t
    values: list[float | None] = (truth + 6 * np.sin(2 * np.pi * t / 12)).tolist()
    for at in range(0, 120, 12):
        values[at + 1] = values[at] + values[at + 1]  # type: ignore[operator]
        values[at] = None
    how = Adjustment(mode="additive", festival="never", together=True)
    out = seasonal.adjust(series("2012-01", values), how).frame
    assert out.height == 110
    assert out["value"].to_list()[0] == values[1]
    expected = truth[[i for i in range(120) if i % 12]]
    assert np.abs(out["trend"].to_numpy() - expected).max() < 3.5
    with pytest.raises(InvalidInput, match="has a January"):
        seasonal.adjust(series("2012-01", truth.tolist()), how)


def test_series_that_are_refused() -> None:
    values: list[float | None] = [float(v) for v in range(1, 61)]
    with pytest.raises(InvalidInput, match="under three years"):
        seasonal.adjust(series("2020-01", values[:30]))
    with pytest.raises(InvalidInput, match="zero or less"):
        seasonal.adjust(series("2020-01", [0.0, *values[1:]]))
    values[30] = None
    with pytest.raises(InvalidInput, match="2022-07"):
        seasonal.adjust(series("2020-01", values))
    with pytest.raises(InvalidInput):
        Adjustment(window=8)
