"""Bridge equations: a planted relation is found, a quarter that is left out is really left out,
and nothing of the quarter itself or later is looked at."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from workbench.analysis.bridge import bridged
from workbench.economy.frames import add_months
from workbench.errors import WorkbenchError

FIRST = date(2020, 1, 1)
MONTHS = [add_months(FIRST, number) for number in range(60)]
QUARTERS = MONTHS[::3]
NOW = QUARTERS[-1]
WAVE = {m: 4 + 3 * float(np.sin(n / 5)) for n, m in enumerate(MONTHS)}


def of_quarter(rates: dict[date, float], quarter: date, months: int = 3) -> float:
    return float(np.mean([rates[add_months(quarter, n)] for n in range(months)]))


def test_an_exact_relation_is_told_exactly() -> None:
    target = {q: 1.5 + 0.5 * of_quarter(WAVE, q) for q in QUARTERS}
    told = bridged(target, {"a": WAVE}, NOW, 8, 0.8)
    assert told.value == pytest.approx(target[NOW])
    assert told.high - told.low == pytest.approx(0, abs=1e-9)
    assert told.inputs == ("a",)


def test_months_that_are_not_known_are_left_out_of_past_quarters_too() -> None:
    known = {m: v for m, v in WAVE.items() if m <= add_months(NOW, 1)}
    target = {q: 2 * of_quarter(WAVE, q, 2) for q in QUARTERS}
    assert bridged(target, {"a": known}, NOW, 8, 0.8).value == pytest.approx(target[NOW])


def test_the_interval_is_of_quarters_that_were_really_left_out() -> None:
    rng = np.random.default_rng(3)
    target = {q: 1 + of_quarter(WAVE, q) + float(rng.normal()) for q in QUARTERS}
    past = QUARTERS[:-1]
    x = np.array([of_quarter(WAVE, q) for q in past])
    y = np.array([target[q] for q in past])
    missed = []
    for n in range(len(past)):
        kept = np.arange(len(past)) != n
        slope, start = np.polyfit(x[kept], y[kept], 1)
        missed.append(y[n] - start - slope * x[n])
    told = bridged(target, {"a": WAVE}, NOW, 8, 0.8)
    width = 1.2815515655446004 * np.sqrt(np.mean(np.square(missed)))
    assert told.high - told.value == pytest.approx(width)


def test_the_quarter_and_what_is_after_it_are_not_looked_at() -> None:
    target = {q: of_quarter(WAVE, q) for q in QUARTERS}
    then = QUARTERS[-4]
    known = {m: v for m, v in WAVE.items() if m < add_months(then, 3)}
    early = bridged({q: v for q, v in target.items() if q < then}, {"a": known}, then, 8, 0.8)
    assert bridged({**target, then: 99.0}, {"a": WAVE}, then, 8, 0.8) == early


def test_too_little_history_is_refused() -> None:
    target = dict.fromkeys(QUARTERS[-5:], 1.0)
    with pytest.raises(WorkbenchError):
        bridged(target, {"a": WAVE}, NOW, 8, 0.8)
