"""The quarter that is not published yet, from the months that are: a dynamic factor model.

Source: Banbura and Modugno (2014), "Maximum likelihood estimation of factor models on datasets with
arbitrary pattern of missing data", J. Applied Econometrics 29; Mariano and Murasawa (2003), ibid.
18 (how a quarter's growth is made of its months'). Computed by statsmodels' DynamicFactorMQ.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, add_months, checked, every, refused
from workbench.economy.narrow import one_thread


@dataclass(frozen=True)
class Nowcasting:
    """``factors`` common to all series, each with ``lags``; ``level`` of the interval."""

    factors: int = 1
    lags: int = 1
    level: float = 0.8
    iterations: int = 100

    def __post_init__(self) -> None:
        if min(self.factors, self.lags, self.iterations) < 1 or not 0 < self.level < 1:
            raise refused("即时预测参数不成立。", "These parameters are not possible.")


def nowcast(
    monthly: pl.DataFrame, quarterly: pl.DataFrame, quarter: date, how: Nowcasting | None = None
) -> pl.DataFrame:
    """One row: month (of the quarter), value, low, high, months (of the indicators that are
    known in that quarter, at most 3 a series).

    ``monthly``: series, month, value: month-on-month growth (%), seasonally adjusted, one series or
    more, with holes at the end or within as they are. ``quarterly``: one series of growth over the
    quarter before (%), a quarter at its first month. What is known of ``quarter`` itself is not
    looked at. Raises on fewer than 20 quarters, on more than one quarterly series, and on a
    ``quarter`` that does not begin in January, April, July or October.
    """
    how = how or Nowcasting()
    with one_thread():
        fit = _fitted(_model(monthly, quarterly, quarter, how), how)
        return _said(fit, monthly, quarter, how)


def backtest(
    monthly: pl.DataFrame,
    quarterly: pl.DataFrame,
    quarters: Sequence[date],
    months_known: int = 3,
    how: Nowcasting | None = None,
) -> pl.DataFrame:
    """One row over so many past quarters: series, quarters, months_known, mase, naive_mase,
    coverage, level, beats_naive.

    Each quarter is nowcast from the months up to its ``months_known``-th (0 to 3) and the quarters
    before it. ``mase`` and the naive forecast (the same quarter's growth a year before) as in
    ``backtest.backtest``. The figures are those of today, not as they were first published: in
    earnest it is somewhat worse. Raises where a quarter's outcome or that of a year before is not
    known.
    """
    how = how or Nowcasting()
    if not quarters or not 0 <= months_known <= 3:
        raise refused("须给出季度，已知月数为 0 至 3。", "Name quarters, and 0 to 3 known months.")
    target = checked(quarterly).drop_nulls(VALUE)
    outcomes = dict(zip(target[MONTH], target[VALUE], strict=True))
    _judgeable(outcomes, quarters)
    scores = []
    for quarter in quarters:
        seen = checked(monthly).filter(pl.col(MONTH) < add_months(quarter, months_known))
        told = nowcast(seen, quarterly, quarter, how).row(0, named=True)
        scores.append(_scored(outcomes, quarter, told))
    ours, naive, inside = (float(np.mean(column)) for column in zip(*scores, strict=True))
    return pl.DataFrame(
        {
            SERIES: [target[SERIES][0]],
            "quarters": [len(quarters)],
            "months_known": [months_known],
            "mase": [ours],
            "naive_mase": [naive],
            "coverage": [inside],
            "level": [how.level],
            "beats_naive": [ours < naive],
        }
    )


def _judgeable(outcomes: Mapping[date, float], quarters: Sequence[date]) -> None:
    for quarter in quarters:
        if quarter not in outcomes or add_months(quarter, -12) not in outcomes:
            raise refused(
                f"{quarter:%Y-%m} 的结果未知。", f"The outcome of {quarter:%Y-%m} is not known."
            )


def _scored(
    outcomes: Mapping[date, float], quarter: date, told: Mapping[str, Any]
) -> tuple[float, float, float]:
    year_before = add_months(quarter, -12)
    if quarter not in outcomes or year_before not in outcomes:
        raise refused(
            f"{quarter:%Y-%m} 的结果未知。", f"The outcome of {quarter:%Y-%m} is not known."
        )
    moves = [
        abs(value - outcomes[add_months(at, -12)])
        for at, value in outcomes.items()
        if at < quarter and add_months(at, -12) in outcomes
    ]
    scale = float(np.mean(moves))
    ours, naive = (abs(outcomes[quarter] - said) for said in (told[VALUE], outcomes[year_before]))
    return ours / scale, naive / scale, float(told["low"] <= outcomes[quarter] <= told["high"])


def _fitted(model: Any, how: Nowcasting) -> Any:
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # So many steps of EM are enough to tell the quarter; the likelihood goes on by little.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", message="EM reached maximum number of iterations")
        return model.fit(disp=False, maxiter=how.iterations)


def _said(fit: Any, monthly: pl.DataFrame, quarter: date, how: Nowcasting) -> pl.DataFrame:
    last = int(fit.model.nobs) - 1
    told = fit.get_prediction(start=last, end=last, information_set="smoothed")
    mean = float(np.asarray(told.predicted_mean)[0, -1])
    bounds = np.asarray(told.conf_int(alpha=1 - how.level))[0]
    wide = len(bounds) // 2
    low, high = float(bounds[wide - 1]), float(bounds[-1])
    known = checked(monthly).filter(
        pl.col(VALUE).is_not_null() & pl.col(MONTH).is_in(every(quarter, add_months(quarter, 2)))
    )
    return pl.DataFrame(
        {MONTH: [quarter], VALUE: [mean], "low": [low], "high": [high], "months": [known.height]}
    )


def _model(monthly: pl.DataFrame, quarterly: pl.DataFrame, quarter: date, how: Nowcasting) -> Any:
    from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ

    months, quarters = tables(monthly, quarterly, quarter)
    return DynamicFactorMQ(
        months,
        endog_quarterly=quarters,
        factors=how.factors,
        factor_orders=how.lags,
        idiosyncratic_ar1=False,
    )


def tables(monthly: pl.DataFrame, quarterly: pl.DataFrame, quarter: date) -> tuple[Any, Any]:
    """What DynamicFactorMQ takes: pandas frames over periods, up to the end of the quarter, with
    NaN for all that is not known; the quarters from ``quarter`` on are left out."""
    import pandas as pd

    if (quarter.month - 1) % 3 or quarter.day != 1:
        raise refused("季度须以首月一日表示。", "A quarter stands at the first of its first month.")
    rows, target = checked(monthly), checked(quarterly).drop_nulls(VALUE)
    target = target.filter(pl.col(MONTH) < quarter)
    if target[SERIES].n_unique() != 1 or target.height < 20:
        raise refused(
            "须有一个季度序列，且不少于 20 个季度。",
            "It takes one quarterly series of 20 quarters or more.",
        )
    end = add_months(quarter, 2)
    rows = rows.filter(pl.col(MONTH) <= end).drop_nulls(VALUE)
    if rows.is_empty():
        raise refused("没有月度指标。", "There is no monthly indicator.")
    first = min(rows[MONTH].min(), target[MONTH].min())  # type: ignore[type-var]
    span = pd.period_range(first, end, freq="M")
    names = rows[SERIES].unique().sort().to_list()
    months = pd.DataFrame(np.nan, index=span, columns=names)
    for name, month, value in rows.iter_rows():
        months.loc[pd.Period(month, freq="M"), name] = value
    index = pd.PeriodIndex(target[MONTH].to_list(), freq="Q")
    quarters = pd.DataFrame({f"{target[SERIES][0]} (Q)": target[VALUE].to_list()}, index=index)
    return months, quarters
