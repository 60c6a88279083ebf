"""Contributions sum to growth; progress is measured against the right schedule."""

from __future__ import annotations

import polars as pl
import pytest
from economy_frames import at, month, series
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.economy import contribution, progress
from workbench.errors import InvalidInput

PARTS = st.lists(st.tuples(st.floats(1, 1e5), st.floats(1, 1e5)), min_size=1, max_size=8)


def two_years(parts: list[tuple[float, float]]) -> pl.DataFrame:
    return pl.concat(
        [series("2023-12", list(both), f"p{i}", step=12) for i, both in enumerate(parts)]
    )


@settings(deadline=None, max_examples=examples(15))
@given(PARTS)
def test_points_sum_to_growth_and_shares_to_a_hundred(parts: list[tuple[float, float]]) -> None:
    out = contribution.contributions(two_years(parts)).filter(pl.col("month") == month("2024-12"))
    before, after = sum(a for a, _ in parts), sum(b for _, b in parts)
    assert out["points"].sum() == pytest.approx((after / before - 1) * 100, abs=1e-6)
    if abs(after - before) > 1:
        assert out["share"].sum() == pytest.approx(100, rel=1e-6)


@settings(deadline=None, max_examples=examples(15))
@given(PARTS, st.floats(1, 1e5))
def test_the_rest_of_a_given_total_is_a_part(parts: list[tuple[float, float]], rest: float) -> None:
    before, after = sum(a for a, _ in parts) + rest, sum(b for _, b in parts) + 2 * rest
    total = series("2023-12", [before, after], "gdp", step=12)
    out = contribution.contributions(two_years(parts), total)
    now = out.filter(pl.col("month") == month("2024-12"))
    assert now["points"].sum() == pytest.approx((after / before - 1) * 100, abs=1e-6)
    assert at(out, "2024-12", "value", "residual") == pytest.approx(2 * rest, rel=1e-6, abs=1e-4)


def test_a_missing_part_leaves_no_total_unless_one_is_given() -> None:
    frame = pl.concat(
        [series("2023-12", [1.0, 2.0], "a", 12), series("2023-12", [3.0, None], "b", 12)]
    )
    out = contribution.contributions(frame)
    assert out["points"].drop_nulls().is_empty()
    given_total = contribution.contributions(frame, series("2023-12", [4.0, 6.0], "t", 12))
    assert at(given_total, "2024-12", "points", "a") == pytest.approx(25)
    assert at(given_total, "2024-12", "points", "residual") == pytest.approx(25)


def test_contributions_by_weight() -> None:
    """NBS, product of 2023: final consumption 82.5 % of the growth of 5.2, that is 4.3 points;
    here the other way: weight and rate give the points."""
    frame = pl.DataFrame(
        {
            "series": ["a", "b"],
            "month": [month("2023-12")] * 2,
            "rate": [4.1, 5.8],
            "weight": [40.0, 60.0],
        }
    )
    out = contribution.by_weight(frame)
    assert out["points"].sum() == pytest.approx(0.4 * 4.1 + 0.6 * 5.8)


def test_no_part_is_called_the_residual() -> None:
    with pytest.raises(InvalidInput):
        contribution.contributions(series("2020-01", [1.0], "residual"))


HISTORY = pl.concat(
    [
        series(f"{year}-01", [10.0 * m if m < 12 else 160.0 for m in range(1, 13)])
        for year in (2021, 2022, 2023)
    ]
    + [series("2024-01", [11.0, 22.0, 33.0, 44.0, 55.0, 66.0])]
)
TARGET = pl.DataFrame({"series": ["s"], "year": [2024], "target": [176.0]})


def test_progress_by_time_and_by_history() -> None:
    """A year whose December is heavy is behind by the calendar and exactly on its own schedule."""
    by_time = progress.progress(HISTORY, TARGET, progress.Schedule("time"))
    assert at(by_time, "2024-06", "done") == pytest.approx(37.5)
    assert at(by_time, "2024-06", "ahead") == pytest.approx(-12.5)
    own = progress.progress(HISTORY, TARGET, progress.Schedule("history", 3))
    assert at(own, "2024-06", "due") == pytest.approx(60 / 160 * 100)
    assert at(own, "2024-06", "ahead") == pytest.approx(0)


def test_history_is_not_stretched() -> None:
    out = progress.progress(HISTORY, TARGET, progress.Schedule("history", 4))
    assert at(out, "2024-06", "due") is None
    assert at(out, "2023-06", "target") is None


def test_schedules_and_targets_that_are_refused() -> None:
    with pytest.raises(InvalidInput):
        progress.Schedule("history", 0)
    with pytest.raises(InvalidInput):
        progress.Schedule("guess")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        progress.progress(HISTORY, TARGET.with_columns(target=0.0), progress.Schedule())
