"""Frames without rows, without values, with one value: an answer or a reason, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from economy_frames import month, series

from workbench import economy as e
from workbench.errors import InvalidInput


def rate(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({"value": "rate"})


def parts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(region="series", industry=pl.lit("i"), start="value", end="value")


BREAK = pl.DataFrame({"series": ["s"], "month": [month("2020-01")]})
TARGET = pl.DataFrame({"series": ["s"], "year": [2020], "target": [3.0]})
FORMULAS: dict[str, Callable[[pl.DataFrame], object]] = {
    "year_on_year": lambda f: e.rates.year_on_year(f, BREAK, f),
    "two_year_average": lambda f: e.rates.two_year_average(rate(f)),
    "against_published": lambda f: e.comparable.against_published(f, rate(f)),
    "linked_back": lambda f: e.comparable.linked_back(f, rate(f)),
    "chained": e.comparable.chained,
    "compounded": lambda f: e.comparable.compounded(f, 12),
    "single": e.cumulative.single,
    "cumulated": e.cumulative.cumulated,
    "single_year_on_year": e.cumulative.single_year_on_year,
    "contributions": lambda f: e.contribution.contributions(f, f),
    "due": lambda f: e.progress.due(f, e.progress.Schedule("history")),
    "diffusion": e.diffusion.diffusion,
    "composite": lambda f: e.composite.composite(f, {"s": e.composite.Component()}, 2020),
    "leads": lambda f: e.leads.leads(f, "s"),
    "double_hp": e.cycle.double_hp,
    "turning_points": e.turning.turning_points,
    "adjust": e.seasonal.adjust,
    "forecast": lambda f: e.forecast.forecast(f, 2),
    "backtest": lambda f: e.backtest.backtest(f, e.forecast.Forecasting()),
    "nowcast": lambda f: e.nowcast.nowcast(f, f, date(2020, 1, 1)),
    "from_history": e.signals.from_history,
    "remaining": lambda f: e.target.remaining(f, TARGET),
    "elasticities": lambda f: e.whatif.elasticities(f, "s", ["t"]),
    "waterfall": lambda f: e.drivers.waterfall(parts(f), "region"),
    "shift_share": lambda f: e.structure.shift_share(parts(f)),
    "concentration": lambda f: e.structure.concentration(f.select(entity="series", value="value")),
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("values", [[], [None, None], [1.0]], ids=["none", "nulls", "one"])
def test_an_answer_or_a_reason(name: str, values: list[float | None]) -> None:
    frame = series("2020-01", values)
    refused = None
    try:
        answer = FORMULAS[name](frame)
    except InvalidInput as reason:
        refused = reason
    if refused is None:
        assert answer is not None
    else:
        assert refused.said("zh") != refused.said("en")


def test_a_series_that_never_changes() -> None:
    flat = series("2010-01", [5.0] * 80)
    out = e.seasonal.adjust(flat)
    assert out.frame["adjusted"].to_list() == pytest.approx([5.0] * 80)
    assert out.effects.is_empty()
    assert e.turning.turning_points(flat).is_empty()
    assert e.cycle.double_hp(flat)["index"].to_list() == pytest.approx([100.0] * 80)
