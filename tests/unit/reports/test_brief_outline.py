"""Outlines of briefs: what is wrong with one is told with its line and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_brief import OUTLINE, outline

from workbench.errors import InvalidInput
from workbench.reports.outline_file import load_outline, read_outlines

SHIPPED = Path("workbench/simulation/shipped/city")


def test_the_sample_citys_outline_has_no_mistake() -> None:
    (file,) = read_outlines(SHIPPED)
    assert file.findings == ()
    assert file.outline is not None
    assert {section.id for section in file.outline.sections} >= {"key", "changes", "notes"}


@pytest.mark.parametrize(
    ("before", "after", "problem", "fix"),
    [
        ("kind: cards", "kind: card", "", "cards"),
        ("value: value\n        change", "valeu: value\n        change", "valeu", "value"),
        ("first: {zh: 指标, en: Indicator}\n        ", "", "first", "first"),
        ("of: [all]", "of: [al]", "no section al", "all"),
        ("{value}.\"\n", "{value} {light}.\"\n", "different figures", "light"),
        ("{yoy|change} on", "{yoy|chang} on", "no way chang", "change"),
        ("zh: 没有放行的数字。", 'zh: "没有{value}。"', "different figures", ""),
        ("lead: true\n", "lead: true\n        value: value\n", "no key value", ""),
        ("id: notes", "id: key", "there twice", "another"),
        ("chart: fan", "chart: pie", "", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, problem: str, fix: str
) -> None:
    assert before in OUTLINE
    if "{yoy|change} on" in before:
        text = OUTLINE.replace("{yoy|change}", after.partition(" ")[0])
    else:
        text = OUTLINE.replace(before, after, 1)
    with pytest.raises(InvalidInput) as raised:
        outline(tmp_path, text)
    (file,) = read_outlines(tmp_path)
    assert all(finding.line > 1 for finding in file.findings)
    said = str([finding.problem.en for finding in file.findings])
    assert problem in said
    assert fix in str([finding.fix.en for finding in file.findings])
    assert "monthly.yaml:" in raised.value.said("en")


def test_a_text_says_something_without_figures_too(tmp_path: Path) -> None:
    text = OUTLINE.replace("          - {zh: 没有放行的数字。, en: Nothing was released.}\n", "")
    with pytest.raises(InvalidInput, match="nothing is said when there is no figure"):
        outline(tmp_path, text)


def test_no_such_outline(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no outline"):
        load_outline(tmp_path, "yearly")
