"""Update cycles as catalogues write them, and since when data are late."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.model.cycles import cycle_days, cycle_said, late_since


@pytest.mark.parametrize(
    ("word", "days"),
    [
        ("每日", 1), ("每周", 7), ("每月", 31), ("每季度", 92), ("每半年", 184), ("每年", 366),
        (" Monthly ", 31), ("实时", None), ("不定期", None), ("静态", None), ("", None),
        ("适时更新", None), ("每月一次左右", None),
    ],
)  # fmt: skip
def test_only_what_is_understood_has_an_end(word: str, days: int | None) -> None:
    assert cycle_days(word) == days


def test_one_cycle_to_pass_and_one_to_deliver() -> None:
    data = date(2025, 12, 31)
    assert late_since("每月", data, date(2026, 3, 3)) is None
    assert late_since("每月", data, date(2026, 3, 4)) == date(2026, 3, 4)
    assert late_since("每月", data, date(2026, 11, 22)) == date(2026, 3, 4)


def test_an_unknown_date_or_cycle_is_never_late() -> None:
    assert late_since("每月", None, date(2030, 1, 1)) is None
    assert late_since("不定期", date(2000, 1, 1), date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    ("word", "zh", "en"),
    [
        ("每月", "每月", "monthly"),
        ("按月", "每月", "monthly"),
        ("Quarterly", "每季度", "quarterly"),
        ("不定期", "不定期", "irregular"),
        ("static", "不更新", "not updated"),
        ("每两年", "每两年", "每两年"),
    ],
)
def test_a_cycle_is_said_in_both_languages(word: str, zh: str, en: str) -> None:
    assert (cycle_said(word).zh, cycle_said(word).en) == (zh, en)
