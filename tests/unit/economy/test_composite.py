"""Diffusion, composite indices, cycles and turning points."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from economy_frames import at, month, series
from us_data import NBER, monthly, quarterly

from workbench.economy import composite, cycle, diffusion, leads, turning
from workbench.economy.composite import Component
from workbench.errors import InvalidInput

PMI_WEIGHTS = pl.DataFrame(
    {
        "series": ["orders", "production", "employment", "delivery", "stocks"],
        "weight": [0.3, 0.25, 0.2, 0.15, 0.1],
        "inverted": [False, False, False, True, False],
    }
)
PMI = {"orders": 50.0, "production": 52.0, "employment": 48.4, "delivery": 49.6, "stocks": 48.2}
"""NBS, manufacturing PMI of October 2024 (release of 31 October 2024): 50.1."""


def test_purchasing_managers_index_as_published() -> None:
    parts = pl.concat([series("2024-10", [value], name) for name, value in PMI.items()])
    out = diffusion.weighted(parts, PMI_WEIGHTS)
    assert round(at(out, "2024-10", "value"), 1) == 50.1  # type: ignore[call-overload]
    assert diffusion.weighted(parts.head(4), PMI_WEIGHTS)["value"].to_list() == [None]


def test_diffusion_of_series_and_of_answers() -> None:
    frame = pl.concat(
        [
            series("2024-01", [100.0, 110.0], "up"),
            series("2024-01", [100.0, 100.04], "same"),
            series("2024-01", [100.0, 90.0], "down"),
            series("2024-01", [100.0, 101.0], "up2"),
            series("2024-01", [100.0, None], "unknown"),
        ]
    )
    out = diffusion.diffusion(frame.sample(fraction=1, shuffle=True, seed=2))
    row = out.filter(pl.col("month") == month("2024-02")).row(0, named=True)
    assert row["value"] == pytest.approx(62.5)
    assert (row["rising"], row["falling"], row["counted"], row["of"]) == (2, 1, 4, 5)
    assert at(out, "2024-01", "value") is None
    answers = pl.DataFrame(
        {"series": ["s"], "month": [month("2024-01")], "up": [30], "same": [40], "down": [30]}
    )
    assert diffusion.of_answers(answers)["value"].to_list() == [50.0]
    heavy = pl.DataFrame({"series": frame["series"].unique()}).with_columns(
        weight=pl.when(pl.col("series") == "down").then(3.0).otherwise(1.0)
    )
    assert at(diffusion.diffusion(frame, weights=heavy), "2024-02", "value") == pytest.approx(
        2.5 / 6 * 100
    )


def test_symmetric_change_and_level_as_published() -> None:
    """The Conference Board, "Updating the Composite Indexes": average weekly hours 41.8 and 41.4 of
    March and April 1998 are -0.96; 105.2 with a growth of 0.06 becomes 105.3."""
    out = composite.symmetric_change(series("1998-03", [41.8, 41.4]))
    assert round(at(out, "1998-04", "change"), 2) == -0.96  # type: ignore[call-overload]
    # The same step from level to level, out of the whole procedure: two components that move alike.
    both = pl.concat([series("1998-02", [105.0, 105.2, 105.263139], n) for n in "ab"])
    whole = composite.composite(both, {"a": Component(), "b": Component()}, 1998)
    growth = at(whole.index, "1998-04", "growth")
    assert round(growth, 2) == 0.06  # type: ignore[call-overload]
    levels = whole.index["value"].to_list()
    assert round(105.2 * levels[1] / levels[0], 1) == 105.3


def by_hand(changes: np.ndarray, trend: float) -> np.ndarray:
    """Months down, components across; the level with its first year at 100."""
    weights = 1 / changes.std(axis=0, ddof=1)
    growth = changes @ (weights / weights.sum())
    growth = growth + trend - growth.mean()
    level = np.cumprod((200 + growth) / (200 - growth))
    return level / level[:11].mean() * 100


def test_the_whole_procedure_against_numpy() -> None:
    rng = np.random.default_rng(5)
    levels = 100 * np.exp(np.cumsum(rng.normal(0.002, [0.01, 0.03], (36, 2)), axis=0))
    rate = rng.normal(5, 0.4, 36)
    frame = pl.concat(
        [
            series("2020-01", levels[:, 0].tolist(), "a"),
            series("2020-01", levels[:, 1].tolist(), "b"),
            series("2020-01", rate.tolist(), "u"),
        ]
    ).sample(fraction=1, shuffle=True, seed=1)
    parts = {"a": Component(), "b": Component(), "u": Component("difference", inverted=True)}
    out = composite.composite(frame, parts, 2020, trend=0.2)
    changes = 200 * np.diff(levels, axis=0) / (levels[1:] + levels[:-1])
    expected = by_hand(np.column_stack([changes, -np.diff(rate)]), 0.2)
    assert np.allclose(out.index["value"], expected)
    assert composite.mean_growth(out.index) == pytest.approx(0.2)
    assert out.factors["factor"].sum() == pytest.approx(1)
    summed = out.contributions.group_by("month").agg(pl.col("contribution").sum()).sort("month")
    assert np.allclose(summed["contribution"] + out.trend, out.index["growth"])
    larger = frame.with_columns(
        pl.when(pl.col("series") == "a").then(pl.col("value") * 50).otherwise("value")
    )
    assert np.allclose(composite.composite(larger, parts, 2020, 0.2).index["value"], expected)


def test_components_that_enter_by_their_level() -> None:
    """A diffusion index is normalised; alone, its factor is one over one."""
    values = [48.0, 50.0, 53.0, 49.0]
    out = composite.composite(series("2020-01", values), {"s": Component("level")}, 2020)
    expected = (np.array(values) - 50) / np.std(values, ddof=1)
    assert np.allclose(out.index["growth"], expected)
    assert out.factors["factor"].item() == pytest.approx(1)


def test_a_month_that_misses_a_component_says_so() -> None:
    frame = pl.concat(
        [series("2020-01", [1.0, 1.1, 1.0, 1.2], "a"), series("2020-01", [1.0, 1.2, 1.1], "b")]
    )
    out = composite.composite(frame, {"a": Component(), "b": Component()}, 2020)
    assert out.index["counted"].to_list() == [2, 2, 1]
    last = out.contributions.filter(pl.col("month") == month("2020-04"))
    assert last["contribution"].item() == pytest.approx(last["change"].item())


def test_indices_that_are_refused() -> None:
    flat = series("2020-01", [1.0, 1.0, 1.0])
    with pytest.raises(InvalidInput):
        composite.composite(flat, {"s": Component()}, 2020)
    moving = series("2020-01", [1.0, 2.0, 1.0])
    with pytest.raises(InvalidInput):
        composite.composite(moving, {"s": Component()}, 2019)
    with pytest.raises(InvalidInput):
        composite.composite(moving, {"t": Component()}, 2020)
    with pytest.raises(InvalidInput):
        composite.symmetric_change(series("2020-01", [-1.0, 2.0]))


def test_smoothing_parameters_as_published() -> None:
    """OECD (2012), System of Composite Leading Indicators, p. 11: 133107.94 and 13.93."""
    assert cycle.smoothing(120) == pytest.approx(133107.94, abs=0.01)
    assert cycle.smoothing(12) == pytest.approx(13.93, abs=0.005)


def test_a_planted_cycle_is_found_by_both_filters() -> None:
    t = np.arange(360)
    wave = 5 * np.sin(2 * np.pi * t / 48)
    noise = 2 * np.sin(2 * np.pi * t / 4)
    frame = series("1990-01", (100 + 0.2 * t + wave + noise).tolist())
    inner = slice(60, 300)
    for out in (cycle.double_hp(frame), cycle.christiano_fitzgerald(frame)):
        found = out["cycle"].to_numpy()[inner]
        assert np.corrcoef(found, wave[inner])[0, 1] > 0.99
        assert np.abs(found).max() == pytest.approx(5, rel=0.12)
        index = out["index"].to_numpy()
        assert index.mean() == pytest.approx(100)
        assert np.abs(index - 100).mean() == pytest.approx(1)


def test_a_cycle_needs_an_unbroken_series_that_is_long_enough() -> None:
    values: list[float | None] = [float(i % 7) for i in range(100)]
    with pytest.raises(InvalidInput, match="too short"):
        cycle.double_hp(series("2020-01", values[:50]))
    values[40] = None
    with pytest.raises(InvalidInput, match="2013-05"):
        cycle.double_hp(series("2010-01", values))


def quarters(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("month").dt.truncate("1q"))


def test_us_turning_points_are_those_of_the_nber() -> None:
    """Product and unemployment in one coincident index, 1959-2009: every peak and trough of the
    NBER that does not lie at the end of the data, within one quarter, and no other turn."""
    parts = {"realgdp": Component(), "unemp": Component("difference", inverted=True)}
    index = composite.composite(quarterly("realgdp", "unemp"), parts, 2000, step=3).index
    found = turning.turning_points(index.with_columns(series=pl.lit("us")), turning.QUARTERLY)
    expected = quarters(NBER.head(15))
    out = turning.matched(found, expected)
    assert out["lead"].abs().max() <= 3  # type: ignore[operator]
    assert found.height == expected.height


def test_us_product_alone() -> None:
    """What Harding and Pagan's rules make of GDP: the recession of 2001 is none by its figures, and
    two troughs come three quarters early; all other turns within two."""
    found = turning.turning_points(quarterly("realgdp"), turning.QUARTERLY)
    out = turning.matched(found, quarters(NBER.head(15)))
    far = out.filter(pl.col("lead").abs() > 6)["month"].dt.year().to_list()
    assert far == [1970, 1982, 2001, 2001]
    assert found.height == 13


def test_us_months_by_bry_and_boschan() -> None:
    names = ("PAYEMS", "INDPRO", "DSPIC96")
    index = composite.composite(monthly(*names), {n: Component() for n in names}, 2009).index
    found = turning.turning_points(index.with_columns(series=pl.lit("us")))
    out = turning.matched(found, NBER.tail(6))
    assert found.height == 6
    assert out["lead"].abs().max() <= 6  # type: ignore[operator]


def test_censoring_of_planted_turns() -> None:
    """A rise of 30 months, a fall of 20, with a dent of 3 months, too short to be a phase."""
    path = np.concatenate([np.arange(0, 30), 30 - np.arange(0, 20), 10 + np.arange(0, 40)])
    path = path.astype(float)
    path[14:17] -= 6
    frame = series("2010-01", path.tolist())
    found = turning.turning_points(frame)
    assert found["kind"].to_list() == ["peak", "trough"]
    assert found["month"].to_list() == [month("2012-07"), month("2014-03")]
    scaled = frame.with_columns(pl.col("value") * 7 + 3).reverse()
    assert turning.turning_points(scaled)["month"].to_list() == found["month"].to_list()
    upside = turning.turning_points(frame.with_columns(-pl.col("value")))
    assert upside["kind"].to_list() == ["trough", "peak"]


def test_spencer_leaves_a_cubic_and_turns_end_before_the_ends() -> None:
    t = np.arange(60.0)
    cubic = 0.01 * t**3 - t**2 + 5
    assert np.allclose(turning.spencer(cubic)[7:-7], cubic[7:-7])
    early = series("2020-01", [0.0, 1.0, 2.0, 3.0] + [2.0 - 0.1 * i for i in range(40)])
    assert turning.turning_points(early).is_empty()
    with pytest.raises(InvalidInput):
        turning.Rules(window=0)


def test_planted_leads_and_lags_are_found() -> None:
    rng = np.random.default_rng(4)
    wave = np.convolve(rng.normal(0, 1, 200), np.ones(6) / 6, mode="valid")
    here = wave[20:140]
    frame = pl.concat(
        [
            series("2010-01", here.tolist(), "reference"),
            series("2010-01", wave[25:145].tolist(), "early"),  # shows today what comes in five
            series("2010-01", (-wave[12:132]).tolist(), "late and turned"),
            series("2010-01", (here + rng.normal(0, 0.1, 120)).tolist(), "along"),
            series("2010-01", wave[:20].tolist(), "short"),
        ]
    )
    out = leads.leads(frame.sample(fraction=1, shuffle=True, seed=1), "reference")
    found = {row["series"]: row for row in out.rows(named=True)}
    assert (found["early"]["lead"], found["early"]["kind"]) == (5, "leading")
    assert found["early"]["correlation"] == pytest.approx(1)
    assert (found["late and turned"]["lead"], found["late and turned"]["kind"]) == (-8, "lagging")
    assert found["late and turned"]["correlation"] == pytest.approx(-1)
    assert found["along"]["kind"] == "coincident"
    values = frame.filter(pl.col("series") == "along")["value"].to_numpy()
    assert found["along"]["correlation"] == pytest.approx(np.corrcoef(values, here)[0, 1])
    assert found["short"]["lead"] is None
    with pytest.raises(InvalidInput):
        leads.leads(frame, "nobody")
