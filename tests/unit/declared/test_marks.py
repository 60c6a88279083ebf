"""Chinese punctuation in files of data: which mark, in which line, and what to type instead."""

from __future__ import annotations

import pytest

from workbench.declared import marks
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse


@pytest.mark.parametrize(
    ("text", "line", "mark"),
    [
        ("a: 1\nchart： bar\nb: 2", 2, "："),
        ("title：{zh: 页, en: P}\na: 1", 1, "："),
        ("a: 1\nb：\n  - x: 1\n  - y: 2\n", 2, "："),
        ("f:\n  - id： city\n    label: x\n", 2, "："),
        ("title: {zh： 页, en: P}", 1, "："),
        ("title: {zh: 图，en: P}", 1, "，"),
        ('o: ["a"，"b"]', 1, "，"),
        ("title: {zh: 图, en: P｝\nb: 1", 1, "｝"),
        ('a: "x”\nb: 1\n', 1, "”"),
        ("t: “x: y”", 1, "“"),
    ],
)
def test_a_mark_that_is_not_yaml_is_named_with_what_to_type(
    text: str, line: int, mark: str
) -> None:
    (found,) = parse(text.encode(), "f").findings
    assert (found.line, found.severity) == (line, Severity.error)
    for problem, fix in ((found.problem.zh, found.fix.zh), (found.problem.en, found.fix.en)):
        assert mark in problem
        assert f"U+{ord(mark):04X}" in problem
        assert marks.NARROW[mark] in fix.split()


@pytest.mark.parametrize(
    ("text", "told", "fix"),
    [
        ("options: [“a”, b]", "a part of the text", '"a"'),
        ("value: [a，b]", "one item of the list", "with , or"),
    ],
)
def test_a_mark_that_is_read_as_text_is_a_warning(text: str, told: str, fix: str) -> None:
    (found,) = parse(text.encode(), "f").findings
    assert found.severity is Severity.warning
    assert told in found.problem.en
    assert fix in found.fix.en


@pytest.mark.parametrize("text", ["a: {b:1}", "a:1\nb: 2"])
def test_a_colon_without_a_space(text: str) -> None:
    (found,) = parse(text.encode(), "f").findings
    assert found.problem.en == "no space stands after the colon"


def test_a_key_that_was_meant_is_read_all_the_same() -> None:
    assert parse("title: {zh： 页, en: P}".encode(), "f").value == {
        "title": {"zh": "页", "en": "P"}
    }


@pytest.mark.parametrize(
    "text",
    [
        "note: 甲：乙，丙；“丁”（戊）",
        'options: ["甲，乙", "“丙”"]',
        "a: {zh: 甲，乙, en: b}",
        "a:\n  - 甲，乙\n",
        "q: >\n  select '，' from t\n",
    ],
)
def test_chinese_text_is_left_alone(text: str) -> None:
    assert parse(text.encode(), "f").findings == ()


def test_the_mistake_of_another_line_is_not_blamed_on_a_mark() -> None:
    (found,) = parse("note: 甲：乙，丙\nb: [1".encode(), "f").findings
    assert "U+" not in found.problem.en
    assert "解析器的原话" in found.problem.zh


def test_what_stands_around_a_mark_is_shown() -> None:
    text = "select city\n  , avg（x）from t"
    at = marks.find(text)
    assert at is not None
    assert marks.problem(text, at).en == "a full-width （ (U+FF08) stands in: , avg（x）from t"
    assert marks.narrowed(text) == "select city\n  , avg(x)from t"
