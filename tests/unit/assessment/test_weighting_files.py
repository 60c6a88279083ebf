"""Files of judgements: what is wrong is said at its line, and what they come to is exact."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from workbench.assessment.scheme import Scheme
from workbench.assessment.weighting import reading
from workbench.assessment.weighting.definition import FOLDER, Weighing
from workbench.assessment.weighting.proposal import as_yaml, propose
from workbench.declared.file import Declared
from workbench.declared.findings import Severity

HEAD = """\
id: it
title: {zh: 维度权重, en: Weights of the dimensions}
scheme: some
whole: 100
on: 2026-03-01
reading: {zh: 合成的判断, en: Synthetic judgements}
items:
  - {id: a, title: {zh: 归集, en: Collection}}
  - {id: b, title: {zh: 共享, en: Sharing}}
  - {id: c, title: {zh: 开放, en: Opening}}
experts:
  - {id: e1, office: {zh: 数据局, en: Data office}}
  - {id: e2, office: {zh: 财政局, en: Finance}}
  - {id: e3, office: {zh: 审计局, en: Audit}}
"""
AHP = (
    HEAD
    + """\
method: ahp
judgements:
  - by: e1
    pairs:
      - {more: b, than: a, times: 2}
      - {more: a, than: c, times: 2}
      - {more: b, than: c, times: 4}
  - by: e2
    pairs:
      - {more: a, than: b, times: 3}
      - {more: b, than: c, times: 3}
      - {more: c, than: a, times: 3}
"""
)
DELPHI = (
    HEAD
    + """\
method: delphi
rounds:
  - on: 2026-03-01
    answers:
      - {by: e1, weights: {a: 30, b: 50, c: 20}}
      - {by: e2, weights: {a: 35, b: 45, c: 20}}
      - {by: e3, weights: {a: 10, b: 60, c: 30}, says: {zh: 开放最难, en: Opening is hardest}}
"""
)
ENTROPY = (
    HEAD
    + """\
method: entropy
scores:
  tax: {a: 90, b: 20, c: 50}
  health: {a: 90, b: 80, c: 60}
  transport: {a: 90, b: 50, c: 70}
  culture: {a: 90, b: 50}
"""
)


def read(tmp_path: Path, text: str) -> Declared[Weighing]:
    path = tmp_path / FOLDER / "it.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return reading.read_weighing(path, tmp_path)


def test_judgements_of_two_experts_become_weights_that_sum(tmp_path: Path) -> None:
    """By hand: geometric means a/b = sqrt(3/2), b/c = sqrt(12), a/c = sqrt(2/3)."""
    file = read(tmp_path, AHP)
    assert file.findings == ()
    assert file.value is not None
    found = propose(file.value)
    assert sum(found.weights.values()) == 100
    assert found.judges is not None
    assert found.judges.by["e1"].ratio == pytest.approx(0, abs=1e-9)
    assert found.judges.by["e2"].ratio > 1
    assert set(found.judges.doubts) == {"e2"}
    assert not found.settled
    # of three items the eigenvector is the geometric mean of the rows
    rows = [(1.5**0.5 * (2 / 3) ** 0.5), ((2 / 3) ** 0.5 * 12**0.5), (1.5**0.5 / 12**0.5)]
    shares = [row ** (1 / 3) for row in rows]
    assert [found.shares[name] for name in "abc"] == pytest.approx(
        [s / sum(shares) for s in shares]
    )


def test_judgements_that_do_not_fit_are_a_warning_at_the_worst_one(tmp_path: Path) -> None:
    file = read(tmp_path, AHP)
    (finding,) = reading.doubts(file)
    assert finding.severity is Severity.warning
    assert "e2" in finding.problem.en
    line = AHP.splitlines()[finding.line - 1]
    assert line.strip().startswith("- {more:")
    assert finding.line > AHP[: AHP.index("by: e2")].count("\n")


def test_medians_of_a_round_and_who_is_asked_why(tmp_path: Path) -> None:
    file = read(tmp_path, DELPHI)
    assert file.value is not None
    found = propose(file.value)
    # medians 30, 50, 20 come to 100
    assert found.weights == {"a": Decimal("30.00"), "b": Decimal("50.00"), "c": Decimal("20.00")}
    assert found.rounds is not None
    assert ("e3", "c") in {(each.expert, each.item) for each in found.rounds.outside}
    assert not found.settled


def test_a_department_without_a_score_is_left_out_and_named(tmp_path: Path) -> None:
    file = read(tmp_path, ENTROPY)
    assert file.value is not None
    found = propose(file.value)
    assert found.left_out == ("culture",)
    assert found.weights["a"] == 0
    assert found.weights["b"] > found.weights["c"]
    assert sum(found.weights.values()) == 100


@pytest.mark.parametrize(
    ("text", "change", "line", "said"),
    [
        (AHP, ("{more: b, than: c, times: 4}", "{more: b, than: a, times: 4}"), "than: a, times: 4",
         "this pair stands there already"),
        (AHP, ("      - {more: b, than: c, times: 4}\n", ""), "pairs:", "b and c"),
        (AHP, ("times: 4", "times: 12"), "times: 12", "range"),
        (AHP, ("than: c, times: 4", "than: cc, times: 4"), "than: cc", "no cc"),
        (AHP, ("by: e2", "by: e9"), "by: e9", "no expert e9"),
        (AHP, ("by: e2", "by: e1"), "by: e1", "twice"),
        (AHP, ("method: ahp", "method: critic"), "method: critic", "needs scores"),
        (DELPHI, ("c: 30}", "c: 40}"), "c: 40}", "comes to 110"),
        (DELPHI, ("b: 60, ", ""), "c: 30}", "b lacks"),
        (ENTROPY, ("health: {a: 90, b: 80, c: 60}", "health: {a: 90}"), "health: {a: 90}", None),
        (ENTROPY, ("id: it", "id: other"), "id: other", "not the file's name"),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_line(
    tmp_path: Path, text: str, change: tuple[str, str], line: str, said: str | None
) -> None:
    changed = text.replace(*change, 1)
    file = read(tmp_path, changed)
    if said is None:  # it is left out, like any that lacks a score
        assert file.findings == ()
        return
    assert file.value is None
    told = [(each.line, each.problem.en) for each in file.findings if said in each.problem.en]
    assert told, file.findings
    lines = {number for number, one in enumerate(changed.splitlines(), start=1) if line in one}
    assert {number for number, _ in told} & lines


def test_data_that_tell_nobody_apart_are_refused(tmp_path: Path) -> None:
    same = ENTROPY.replace("b: 80, c: 60", "b: 20, c: 50").replace("b: 50, c: 70", "b: 20, c: 50")
    file = read(tmp_path, same)
    assert ["the data give no weights" in each.problem.en for each in file.findings] == [True]


def test_the_text_to_paste_is_yaml_with_the_reason(tmp_path: Path) -> None:
    file = read(tmp_path, DELPHI)
    assert file.value is not None
    pasted = YAML(typ="safe").load(as_yaml(propose(file.value)))
    assert [(each["id"], each["weight"]) for each in pasted] == [("a", 30), ("b", 50), ("c", 20)]
    assert "Delphi (it, 2026-03-01): 3 experts, 1 rounds, not ended" in pasted[0]["ours"]["en"]


def scheme(**dimensions: int) -> Scheme:
    said = {"zh": "合成", "en": "Synthetic"}
    common = {"title": said, "ours": said}
    made = [
        {"id": name, "weight": weight, **common, "indicators": [
            {"id": f"{name}_1", "weight": weight, **common,
             "measure": {"kpi": "k"}, "score": {"deduct": {"each": 1, "cap": 10}}}
        ]}
        for name, weight in dimensions.items()
    ]  # fmt: skip
    return Scheme.model_validate(
        {
            "id": "some", "regulation": "r", "articles": "1", "reading": said, "evaluator": "drc",
            "missing": {"as": "redistribute", "ours": said},
            "grades": [{"from": 0, "title": said, "light": "red"}], "dimensions": made, **common,
        }
    )  # fmt: skip


def test_it_is_held_against_the_scheme(tmp_path: Path) -> None:
    file = read(tmp_path, DELPHI)
    assert list(reading.against(file, scheme(a=50, b=30, c=20))) == []
    (lacks,) = reading.against(file, None)
    assert "no scheme some" in lacks.problem.en
    other, more = reading.against(file, scheme(a=50, b=30, d=20))
    assert ("has no c" in other.problem.en, "d of the scheme" in more.problem.en) == (True, True)
    part = read(tmp_path, DELPHI.replace("whole: 100", "whole: 100\ndimension: a"))
    told = " ".join(each.problem.en for each in reading.against(part, scheme(a=60, b=40)))
    assert "a_1 of the scheme" in told
    assert "it comes to 60" in told
