"""Forecasts of the headlines with intervals, each with what it is worth (``economy``). Pure.

A series whose January is blank has eleven figures a year: they are forecast as such, in their
order, and get their months back.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.course import Course
from workbench.analysis.definition import Forecast
from workbench.analysis.headlines import missing, unbroken
from workbench.analysis.rows import PROVISIONAL, made, one, refused
from workbench.economy import backtest, forecast
from workbench.economy.frames import add_months
from workbench.errors import Text, WorkbenchError

JUDGED = ("mase", "naive_mase", "coverage", "naive_coverage")
_START = date(2000, 1, 1)


def forecast_rows(said: Forecast, course: Course, month: date) -> list[pl.DataFrame]:
    """``value`` with ``low`` and ``high`` for the periods after the last figure; for the month that
    is analysed ``mase``, ``naive_mase``, ``coverage``, ``naive_coverage``, ``origins`` and
    ``beats_naive`` (0 or 1)."""
    known = unbroken(course)
    entry = int(course.level[f.ENTRY].max() or 0)  # type: ignore[arg-type]
    held = bool(course.level[f.HELD].any())
    how = _how(said, course, known)
    series = _in_order(known, course.id)
    try:
        with _quiet():
            ahead = forecast.forecast(series, said.horizon, how)
    except WorkbenchError as error:
        why = missing(course, known) or error
        return [refused("forecast", course.id, "value", month, why, held=held, entry=entry)]
    periods = _after(course, known, said.horizon)
    rows = ahead.with_columns(
        period=pl.Series(periods), state=pl.lit(PROVISIONAL), entry=pl.lit(entry)
    )
    told = made("forecast", course.id, "value", rows)
    return [told, *_judged(said, course, series, how, month, entry)]


def _how(said: Forecast, course: Course, known: pl.DataFrame) -> forecast.Forecasting:
    period = 4 if course.headline.frequency == "quarter" else 11 if course.blank else 12
    log = known.height > 0 and bool((known[f.VALUE] > 0).all())
    return forecast.Forecasting(said.method, said.level, log, period)


def _in_order(known: pl.DataFrame, name: str) -> pl.DataFrame:
    """A month after the other, whatever the periods are."""
    months = [add_months(_START, number) for number in range(known.height)]
    return pl.DataFrame(
        {"series": name, f.MONTH: months, f.VALUE: known[f.VALUE]},
        schema={"series": pl.String, f.MONTH: pl.Date, f.VALUE: pl.Float64},
    )


def _after(course: Course, known: pl.DataFrame, count: int) -> list[date]:
    step = 3 if course.headline.frequency == "quarter" else 1
    found: list[date] = []
    at: date = known[f.MONTH].to_list()[-1]
    while len(found) < count:
        at = add_months(at, step)
        if not (course.blank and step == 1 and at.month == 1):
            found.append(at)
    return found


def origins(said: Forecast, length: int, period: int) -> backtest.Origins | None:
    """As many as the series has room for, three years before the first; None for too few."""
    room = (length - said.horizon - 3 * period) // said.every + 1
    count = min(said.origins, room)
    return backtest.Origins(said.horizon, count, said.every) if count >= said.least else None


def _judged(
    said: Forecast,
    course: Course,
    series: pl.DataFrame,
    how: forecast.Forecasting,
    month: date,
    entry: int,
) -> list[pl.DataFrame]:
    tried = origins(said, series.height, how.period)
    if tried is None:
        return [_unjudged(course, month, _SHORT, entry)]
    try:
        with _quiet():
            found = backtest.backtest(series, how, tried).row(0, named=True)
    except WorkbenchError as error:
        return [_unjudged(course, month, error.reasons[0].what, entry)]
    beats = bool(found["beats_naive"])
    text = None if beats else NOT_BETTER
    return [
        *(one("forecast", course.id, name, month, float(found[name]), entry) for name in JUDGED),
        one("forecast", course.id, "origins", month, float(tried.count), entry),
        one("forecast", course.id, "beats_naive", month, float(beats), entry, said=text),
    ]


def _unjudged(course: Course, month: date, why: Text, entry: int) -> pl.DataFrame:
    return refused("forecast", course.id, "beats_naive", month, why, held=False, entry=entry)


@contextmanager
def _quiet() -> Iterator[None]:
    """The back-test tells whether an estimate that did not converge is any good."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="statsmodels")
        yield


NOT_BETTER = Text(
    "回测中不优于“与上年同月相同”的简单预测，仅供参考。",
    "In the back-test it did not beat repeating last year.",
)
_SHORT = Text("历史太短，无法回测。", "The history is too short for a back-test.")
