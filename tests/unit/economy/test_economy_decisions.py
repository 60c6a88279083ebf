"""Why it moved, what remains, what if."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from economy_frames import at, month, series
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.economy import drivers, target, whatif
from workbench.errors import InvalidInput

COUNTIES = pl.DataFrame(
    {
        "county": ["A", "B", "C", "D", "A"],
        "start": [40.0, 30.0, 20.0, 0.0, 10.0],
        "end": [50.0, 25.0, 21.0, 4.0, 12.0],
    }
)


def test_a_waterfall_leads_from_start_to_end() -> None:
    out = drivers.waterfall(COUNTIES, "county", largest=3)
    assert out["county"].to_list() == ["A", "B", "D", "others"]
    assert out["change"].to_list() == [12, -5, 4, 1]
    assert out["from"].to_list() == [100, 112, 107, 111]
    assert out["to"].to_list() == [112, 107, 111, 112]
    assert out["points"].sum() == pytest.approx(12)
    assert out["share"].sum() == pytest.approx(100)
    assert out["state"].to_list() == ["both", "both", "new", "sum"]


def test_withheld_parts_are_a_step_and_never_guessed() -> None:
    holed = COUNTIES.with_columns(
        pl.when(pl.col("county") == "B").then(None).otherwise("end").alias("end")
    )
    with pytest.raises(InvalidInput):
        drivers.waterfall(holed, "county")
    out = drivers.waterfall(holed, "county", total=(100, 112))
    assert out["county"].to_list()[-1] == "withheld"
    assert out["change"].to_list()[-1] == -5
    assert out["to"].to_list()[-1] == 112


@settings(deadline=None, max_examples=examples(15))
@given(
    st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), min_size=1, max_size=12),
    st.integers(1, 12),
)
def test_the_steps_sum_to_the_change(rows: list[tuple[float, float]], largest: int) -> None:
    frame = pl.DataFrame(
        {
            "p": [str(i) for i in range(len(rows))],
            "start": [a for a, _ in rows],
            "end": [b for _, b in rows],
        }
    )
    out = drivers.waterfall(frame, "p", largest)
    shuffled = drivers.waterfall(frame.sample(fraction=1, shuffle=True, seed=9), "p", largest)
    assert out["change"].to_list() == pytest.approx(shuffled["change"].to_list(), abs=1e-6)
    assert out["to"].to_list()[-1] == pytest.approx(sum(b for _, b in rows), abs=1e-6)
    assert out.height == min(len(rows), largest) + (len(rows) > largest)


PART = st.tuples(*[st.floats(0.1, 1e3)] * 4)


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(PART, min_size=1, max_size=6))
def test_the_parts_of_a_ratio_sum_to_its_change(rows: list[tuple[float, ...]]) -> None:
    names = ["above_start", "below_start", "above_end", "below_end"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_row_index("part")
    out = drivers.ratio(frame, ["part"])
    total = frame.select(names).sum().row(0)
    change = total[2] / total[3] - total[0] / total[1]
    parts = out["within"].sum() + out["between"].sum()
    assert parts == pytest.approx(change, rel=1e-6, abs=1e-6)


def test_a_ratio_that_only_shifts_between_its_parts() -> None:
    """Both parts keep their ratio; the whole rises for the better one grows."""
    frame = pl.DataFrame(
        {
            "part": ["good", "poor"],
            "above_start": [10.0, 2.0],
            "below_start": [10.0, 10.0],
            "above_end": [30.0, 2.0],
            "below_end": [30.0, 10.0],
        }
    )
    out = drivers.ratio(frame, ["part"])
    assert out["within"].to_list() == [0, 0]
    assert out["between"].sum() == pytest.approx(32 / 40 - 12 / 20)


YEARS = pl.concat(
    [
        series("2023-01", [10.0 * m for m in range(1, 13)]),
        series("2024-01", [None, 21.0, 31.5, 42.0, 52.5, 63.0]),
    ]
)


def test_what_remains_of_a_target() -> None:
    """120 last year, 63 by June of a target of 129: 66 remain, and the last half brought 60."""
    wanted = target.from_growth(
        YEARS, pl.DataFrame({"series": ["s"], "year": [2024], "growth": [7.5]})
    )
    assert wanted["target"].to_list() == pytest.approx([129])
    out = target.remaining(YEARS, wanted)
    assert at(out, "2024-06", "left") == pytest.approx(66)
    assert at(out, "2024-06", "a_month") == pytest.approx(11)
    assert at(out, "2024-06", "growth_so_far") == pytest.approx(5)
    assert at(out, "2024-06", "growth_needed") == pytest.approx(10)
    assert month("2024-01") not in out["month"].to_list()


def test_targets_that_are_reached_missed_or_without_a_base() -> None:
    low = pl.DataFrame({"series": ["s"], "year": [2024], "target": [60.0]})
    out = target.remaining(YEARS, low)
    assert (at(out, "2024-06", "state"), at(out, "2024-06", "growth_needed")) == ("reached", None)
    past = pl.DataFrame({"series": ["s"], "year": [2023], "target": [130.0]})
    out = target.remaining(YEARS, past)
    assert at(out, "2023-12", "state") == "over"
    assert at(out, "2023-06", "state") == "no_base"
    assert at(out, "2023-06", "a_month") == pytest.approx(70 / 6)


def sectors(count: int = 96, seed: int = 2) -> tuple[pl.DataFrame, np.ndarray]:
    """Output moves by 0.6 and 0.3 of two sectors in logs, and some noise."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.normal(0.003, 0.02, (count, 2)), axis=0)
    y = x @ np.array([0.6, 0.3]) + rng.normal(0, 0.005, count)
    levels = np.exp(np.column_stack([y, x]) + 4)
    frame = pl.concat(
        [series("2016-01", levels[:, i].tolist(), n) for i, n in enumerate(("y", "steel", "food"))]
    )
    return frame, levels


def test_elasticities_are_those_of_statsmodels() -> None:
    frame, levels = sectors()
    found = whatif.elasticities(frame.reverse(), "y", ["steel", "food"])
    moves = np.log(levels[12:] / levels[:-12])
    robust = {"maxlags": 12, "use_correction": True}
    fit = sm.OLS(moves[:, 0], sm.add_constant(moves[:, 1:])).fit(
        cov_type="HAC", cov_kwds=robust, use_t=True
    )
    assert found.values == pytest.approx(fit.params[1:])
    assert found.errors == pytest.approx(fit.bse[1:])
    assert found.observations == 84
    assert found.values == pytest.approx((0.6, 0.3), abs=0.05)


def test_a_shock_goes_through_with_its_uncertainty() -> None:
    frame, _ = sectors()
    found = whatif.elasticities(frame, "y", ["steel", "food"])
    effect = whatif.what_if(found, {"steel": -10.0}, level=0.9)
    assert effect.value == pytest.approx((0.9 ** found.values[0] - 1) * 100)
    assert effect.low < effect.value < effect.high < 0
    assert sum(effect.parts.values()) == pytest.approx(100 * math.log1p(effect.value / 100))
    wider = whatif.what_if(found, {"steel": -10.0}, level=0.99)
    assert wider.low < effect.low
    nothing = whatif.what_if(found, {})
    assert (nothing.low, nothing.value, nothing.high) == (0, 0, 0)
    both = whatif.what_if(found, {"steel": -10.0, "food": 5.0})
    assert both.value > effect.value


def test_what_cannot_be_estimated_or_asked() -> None:
    frame, _ = sectors(40)
    with pytest.raises(InvalidInput, match="common months"):
        whatif.elasticities(frame, "y", ["steel", "food"])
    longer, _ = sectors()
    steel = longer.filter(pl.col("series") == "steel")
    twin = pl.concat([longer, steel.with_columns(pl.col("value") * 2, series=pl.lit("twin"))])
    with pytest.raises(InvalidInput, match="told apart"):
        whatif.elasticities(twin, "y", ["steel", "twin"])
    with pytest.raises(InvalidInput):
        whatif.elasticities(longer, "y", ["y"])
    found = whatif.elasticities(longer, "y", ["steel"])
    for bad in ({"food": 1.0}, {"steel": -100.0}):
        with pytest.raises(InvalidInput):
            whatif.what_if(found, bad)
