"""Periods: read as cities write them, named by CLDR, laid out with their gaps."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.panels.periods import (
    Grain,
    Period,
    axis_texts,
    grid,
    period,
    periods,
    tick_periods,
)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2025", "2025年", "2025"),
        ("2025年", "2025年", "2025"),
        ("2025Q3", "2025年第3季度", "Q3 2025"),
        ("2025-Q3", "2025年第3季度", "Q3 2025"),
        ("2025年三季度", "2025年第3季度", "Q3 2025"),
        ("2025年第3季度", "2025年第3季度", "Q3 2025"),
        ("2025-12", "2025年12月", "Dec 2025"),
        ("202512", "2025年12月", "Dec 2025"),
        ("2025/3", "2025年3月", "Mar 2025"),
        ("2025年3月", "2025年3月", "Mar 2025"),
        ("2025-12-31", "2025年12月31日", "Dec 31, 2025"),
        ("2025年12月1日", "2025年12月1日", "Dec 1, 2025"),
        ("2025-12-31 00:00:00", "2025年12月31日", "Dec 31, 2025"),
        ("2025-12-31 08:05:00", "2025年12月31日 08:05", "Dec 31, 2025 08:05"),
    ],
)
def test_read_and_said(text: str, zh: str, en: str) -> None:
    found = period(text)
    assert found is not None
    assert (found.said("zh"), found.said("en")) == (zh, en)


@pytest.mark.parametrize(
    "text",
    ["", "2025-13", "2025-02-30", "1825", "20251", "2025Q5", "成都", "2025-12-31 25:00", "12"],
)
def test_what_is_no_period(text: str) -> None:
    assert period(text) is None


def test_a_column_is_of_one_grain() -> None:
    assert periods(["2025-01", "2025"]) is None
    assert periods(["2025-01", "甲"]) is None
    assert periods([None, None]) is None
    found = periods(["2025-01", None])
    assert found is not None
    assert found[1] is None


def test_days_that_are_all_firsts_are_months() -> None:
    def grain(*texts: str) -> Grain:
        found = periods(texts)
        assert found is not None
        assert found[0] is not None
        return found[0].grain

    assert grain("2025-01-01", "2025-02-01") is Grain.month
    assert grain("2025-01-31", "2025-02-28") is Grain.month
    assert grain("2024-01-01", "2025-01-01") is Grain.year
    assert grain("2025-01-01", "2025-01-02") is Grain.day
    assert grain("2025-01-01") is Grain.day


def test_year_before() -> None:
    def before(text: str) -> str | None:
        found = period(text)
        assert found is not None
        then = found.year_before()
        return None if then is None else then.iso

    assert before("2025-12") == "2024-12-01"
    assert before("2025Q1") == "2024-01-01"
    assert before("2025") == "2024-01-01"
    assert before("2025-03-01") == "2024-03-01"
    assert before("2024-02-29") is None
    assert before("2025-12-31 08:05") is None


def test_the_grid_has_what_is_missing() -> None:
    def isos(*texts: str) -> list[str]:
        found = periods(texts)
        assert found is not None
        return [each.iso for each in grid([p for p in found if p])]

    assert isos("2025-01", "2025-03") == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert isos("2024-12", "2025-06", "2025-12") == ["2024-12-01", "2025-06-01", "2025-12-01"]
    assert len(isos("2025-03-03", "2025-03-04", "2025-03-10")) == 6  # weekdays alone
    assert len(isos("2025-03-01", "2025-03-03", "2025-03-04")) == 4  # a Saturday is there
    assert isos("2025-03-03", "2025-03-17", "2025-03-24")[1] == "2025-03-10"  # weekly


months = st.integers(1950 * 12, 2090 * 12).map(lambda i: Period(Grain.month, i))


@given(months, st.integers(0, 1200))
def test_few_ticks_at_round_places(first: Period, length: int) -> None:
    last = Period(Grain.month, first.index + length)
    found = tick_periods(first, last)
    assert 1 <= len(found) <= 7
    assert all(first <= each <= last for each in found)
    said = axis_texts(found, "zh", "\n")
    assert len(set(said)) == len(said) or length > 12


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 4000))
def test_days_have_few_ticks_too(day: date, length: int) -> None:
    first = Period(Grain.day, day.toordinal())
    found = tick_periods(first, Period(Grain.day, first.index + length))
    assert 1 <= len(found) <= 7


def test_the_year_stands_once_below() -> None:
    first, last = Period(Grain.month, 2024 * 12 + 9), Period(Grain.month, 2025 * 12 + 3)
    found = tick_periods(first, last)
    assert axis_texts(found, "en", "\n") == ["Nov\n2024", "Jan\n2025", "Mar"]
    years = tick_periods(Period(Grain.month, 2018 * 12 + 2), Period(Grain.month, 2025 * 12))
    assert axis_texts(years, "zh", "\n") == ["2020年", "2022年", "2024年"]
    quarters = [Period(Grain.quarter, 2025 * 4 + q) for q in range(4)]
    assert axis_texts(quarters, "zh", "\n") == ["1季度\n2025年", "2季度", "3季度", "4季度"]


def test_moments_with_a_zone_are_those_of_the_clock_in_china() -> None:
    for text in ("2025-01-01 00:30:00+00:00", "2025-01-01 08:30:00+08:00", "2025-01-01T00:30:00Z"):
        assert period(text).said("zh") == "2025年1月1日 08:30"  # type: ignore[union-attr]
    midnight = period("2024-12-31 16:00:00+00:00")
    assert midnight is not None
    assert midnight.iso == "2025-01-01"
    found = periods(["2024-12-31 16:00:00+00:00", "2025-01-01 01:00:00+00:00"])
    assert found is not None
    assert [each.iso for each in found if each] == ["2025-01-01T00:00:00", "2025-01-01T09:00:00"]


def test_ticks_of_moments_name_their_days() -> None:
    two = [period("2025-01-01 08:00:00"), period("2025-01-03 23:59:59")]
    assert axis_texts([each for each in two if each], "zh", "\n") == [
        "08:00\n2025年1月1日",
        "23:59\n2025年1月3日",
    ]
    same = [period("2025-01-01 08:00:00"), period("2025-01-01 09:00:00")]
    assert axis_texts([each for each in same if each], "en", "\n") == [
        "08:00\nJan 1, 2025",
        "09:00",
    ]


def test_moments_within_a_second_are_two() -> None:
    first, second = period("2025-01-01 08:00:00.000001"), period("2025-01-01 08:00:00.000002")
    assert first is not None
    assert first != second
    assert first.iso == "2025-01-01T08:00:00.000001"
