"""A profile's file is read strictly; whether a regulation is in force is told by the day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from workbench.catalogue.regulations import FOLDER, load_profile, read_file
from workbench.errors import InvalidInput
from workbench.regulations.profile import InForce
from workbench.regulations.saying import validity_text
from workbench.regulations.validity import Validity, span_of, validity

ROOT = Path(__file__).parents[3]


def changed(tmp_path: Path, name: str, change: tuple[str, str]) -> Path:
    text = (ROOT / FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / FOLDER).mkdir(parents=True)
    path = tmp_path / FOLDER / f"{name}.yaml"
    path.write_text(text.replace(change[0], change[1], 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "change", "key", "said"),
    [
        ("aba-2024", ("count: 7", "count: seven"), "count", "整数"),
        ("aba-2024", ("count: 7", "count: 0"), "count", "大于零"),
        ("aba-2024", ("count: 7\n", "\n"), "application.review", "缺少期限"),
        ("aba-2024", ("unit: working_days", "unit: days"), "unit", "working_days"),
        ("aba-2024", ("demand.review: {state: none}\n", "\n"), "deadlines", "demand.review"),
        ("aba-2024", ("demand.review:", "demand.revue:"), "demand.revue", "demand.review"),
        ("aba-2024", ("ply: {state: none", "ply: {state: none, count: 3"), "supply", "没有数字"),
        ("aba-2024", ("conditional: {by: provider", "conditional: {by: providr"), "by", "provider"),
        ("aba-2024", ('since: "2024-12"', 'since: "Dec 2024"'), "since", "不是日期"),
        ("aba-2024", ('article: "4"', 'article: "four"'), "article", "不是条款的编号"),
        ("binzhou-2023", ('article: "32"', 'article: "24"'), "article", "第24条的文本缺失"),
        ("foshan-2019", ("status: draft", "status: issued"), "in_force", "施行日期"),
        ("heilongjiang-2025", ("[beyond_scope", "[beyond_scop"), "triggers", "beyond_scope"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, name: str, change: tuple[str, str], key: str, said: str
) -> None:
    path = changed(tmp_path, name, change)
    found = read_file(path, tmp_path).findings
    assert found, "no finding"
    assert any(key in f.key and said in f.problem.zh + f.fix.zh for f in found), found
    assert all(f.line > 1 and f.fix.zh and f.fix.en for f in found)


def test_there_is_no_such_regulation() -> None:
    with pytest.raises(InvalidInput) as raised:
        load_profile("moon-2040", ROOT)
    assert "aba-2024" in raised.value.said("en")


def test_the_version_is_that_of_the_file(tmp_path: Path) -> None:
    path = changed(tmp_path, "aba-2024", ("count: 7", "count: 8"))
    assert read_file(path, tmp_path).version != load_profile("aba-2024", ROOT).version


# In force -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("foshan-2019", date(2026, 1, 1), Validity.draft),
        ("changde-2016", date(2016, 6, 25), Validity.not_yet),
        ("changde-2016", date(2016, 6, 26), Validity.in_force),
        ("changde-2016", date(2046, 6, 26), Validity.in_force),
        ("heilongjiang-2025", date(2026, 10, 7), Validity.in_force),
        ("heilongjiang-2025", date(2026, 11, 22), Validity.ends_soon),
        ("heilongjiang-2025", date(2027, 1, 5), Validity.ends_soon),
        ("heilongjiang-2025", date(2027, 1, 6), Validity.lapsed),
        ("aba-2024", date(2024, 12, 30), Validity.not_yet),
        ("aba-2024", date(2026, 11, 30), Validity.ends_soon),
        ("aba-2024", date(2026, 12, 1), Validity.perhaps_lapsed),
        ("aba-2024", date(2026, 12, 30), Validity.perhaps_lapsed),
        ("aba-2024", date(2026, 12, 31), Validity.lapsed),
    ],
)
def test_it_is_in_force_or_not(name: str, day: date, found: Validity) -> None:
    profile = load_profile(name, ROOT).profile
    assert validity(profile, day) is found


def test_the_day_that_a_text_leaves_open_is_said() -> None:
    profile = load_profile("aba-2024", ROOT).profile
    said = validity_text(profile, date(2026, 11, 22))
    assert "2026-11-30～2026-12-30" in said.zh
    assert "日未填" in said.zh


def test_a_leap_day_and_two_years() -> None:
    span = span_of(InForce(since="2024-02-29", years=2, article="1"))
    assert span is not None
    assert span.until_latest == date(2026, 2, 27)


def test_the_five_files_are_plain_yaml() -> None:
    for path in sorted((ROOT / FOLDER).glob("*.yaml")):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"] == path.stem
