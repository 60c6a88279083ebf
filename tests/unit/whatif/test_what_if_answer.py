"""A question worked out of a release: the economy's own figures, and no estimate where there is
none."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from what_if_city import ELASTICITY, FIRST, indicators

from workbench.client.release import Release
from workbench.economy import whatif
from workbench.economy.frames import add_months
from workbench.errors import InvalidInput
from workbench.model.release import ReleaseInfo, Source
from workbench.ui.whatif.answer import (
    Answered,
    Question,
    check,
    moved_on,
    statement,
    worked,
)

INPUTS: dict[str, Any] = {
    "id": "economy",
    "scenario": "decision_support",
    "targets": ["wage_total"],
    "shocks": {"low": -30, "high": 30, "step": 1},
    "most": 2,
    "series": {
        "wage_total": {"from": "employment_indicators", "indicator": "wage_total"},
        "exports": {"from": "trade_indicators", "indicator": "exports"},
        "gas": {"from": "energy_indicators", "indicator": "gas_used"},
        "textiles": {"from": "trade_indicators", "indicator": "exports", "industry": "17"},
    },
}


def total(library: str, name: str, months: int = 48) -> pl.DataFrame:
    rows = indicators(library, months).filter(
        (pl.col("indicator") == name) & pl.col("county").is_null() & pl.col("industry").is_null()
    )
    columns = ["month", "value", "state", "entry"]
    return rows.select(pl.lit(name).alias("series"), *columns)


def asked(*parts: pl.DataFrame, shocks: dict[str, float]) -> Answered:
    table: pa.Table = pl.concat(parts).sort("series", "month").to_arrow()
    source = Source(
        "trade_indicators", "指标（合成数据）", "Indicators (synthetic)", "", "", 3, "ab",
        date(2026, 9, 30), None,
    )  # fmt: skip
    info = ReleaseInfo("r", "decision_support", "obtain", 77, None, (source,))
    return worked(Release(table, info), Question("economy", "wage_total", shocks))


def test_the_answer_is_that_of_the_formulas_and_holds_the_planted_elasticity() -> None:
    wages, exports = total("employment", "wage_total"), total("trade", "exports")
    found = asked(wages, exports, shocks={"exports": -10.0})
    assert found.outcome is not None
    frame = pl.concat([wages, exports]).select("series", "month", "value")
    estimated = whatif.elasticities(frame, "wage_total", ["exports"])
    effect = whatif.what_if(estimated, {"exports": -10.0})
    outcome = found.outcome
    assert (outcome["value"], outcome["low"], outcome["high"]) == pytest.approx(
        (effect.value, effect.low, effect.high)
    )
    (one,) = outcome["estimates"]
    assert one["value"] == pytest.approx(ELASTICITY, abs=0.1)
    assert one["low"] < one["value"] < one["high"]
    assert (outcome["observations"], outcome["month"], found.entry) == (36, "2026-09", 77)
    assert found.versions == {"trade_indicators": (3, "ab")}


def test_the_months_ahead_are_those_of_a_year_before_with_the_effect() -> None:
    wages, exports = total("employment", "wage_total"), total("trade", "exports")
    found = asked(wages, exports, shocks={"exports": -10.0})
    assert found.ahead is not None
    assert found.outcome is not None
    last = add_months(FIRST, 47)
    assert found.ahead["month"].to_list() == [add_months(last, i + 1) for i in range(12)]
    year = wages.filter(pl.col("month") > add_months(last, -12))["value"]
    assert found.ahead["baseline"].to_list() == pytest.approx(year.to_list())
    moved = (found.ahead["value"] / found.ahead["baseline"] - 1) * 100
    assert moved.to_list() == pytest.approx([found.outcome["value"]] * 12)
    assert (found.ahead["low"] < found.ahead["value"]).all()
    assert found.outcome["baseline"] == pytest.approx(year.mean())


def test_a_withheld_month_leaves_a_gap_and_no_figure() -> None:
    wages, exports = total("employment", "wage_total"), total("trade", "exports")
    gone = pl.col("month") == date(2025, 12, 1)
    wages = wages.with_columns(
        pl.when(gone).then(None).otherwise("value").alias("value"),
        pl.when(gone).then(pl.lit("suppressed")).otherwise("state").alias("state"),
    )
    found = asked(wages, exports, shocks={"exports": -10.0})
    assert found.ahead is not None
    assert found.outcome is not None
    assert found.ahead.filter(pl.col("month") == date(2026, 12, 1))["value"].to_list() == [None]
    assert found.outcome["baseline"] is None
    assert found.months["wage_total"].withheld == 1
    assert found.outcome["observations"] == 35


@pytest.mark.parametrize(("library", "name"), [("energy", "gas_used"), ("trade", "imports")])
def test_too_few_months_give_a_reason_and_no_estimate(library: str, name: str) -> None:
    months = 48 if name == "gas_used" else 20
    found = asked(
        total("employment", "wage_total", months), total(library, name, months),
        shocks={name: 5.0},
    )  # fmt: skip
    assert found.outcome is None
    assert found.ahead is None
    assert "common months" in found.reasons[0].what.en
    if name == "gas_used":
        assert (found.months[name].released, found.months[name].withheld) == (4, 44)


def test_a_question_is_held_to_its_inputs() -> None:
    check(INPUTS, Question("economy", "wage_total", {"exports": -30.0}))
    for target, shocks in (
        ("exports", {"gas": 1.0}),
        ("wage_total", {"wage_total": 1.0}),
        ("wage_total", {"nothing": 1.0}),
        ("wage_total", {"exports": -31.0}),
        ("wage_total", {}),
        ("wage_total", {"exports": 1.0, "gas": 1.0, "textiles": 1.0}),
    ):
        with pytest.raises(InvalidInput):
            check(INPUTS, Question("economy", target, shocks))


def test_the_statement_takes_the_parts_that_the_inputs_name() -> None:
    text = statement(INPUTS, ["wage_total", "textiles"])
    assert "from employment_indicators where indicator = 'wage_total' and county is null" in text
    assert "county is null and industry = '17'" in text
    assert text.count("union all") == 1


def test_a_case_has_moved_on_where_a_version_is_another_one() -> None:
    found = asked(
        total("employment", "wage_total"), total("trade", "exports"), shocks={"exports": 1.0}
    )
    assert not moved_on({"trade_indicators": [3, "ab"]}, found)
    assert moved_on({"trade_indicators": [2, "ab"]}, found)
    assert moved_on({"trade_indicators": [3, "cd"]}, found)
