"""A definition that does not fit together is told with its file, its line and what to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from procedure_house import FIVE, KINDS, ROOT, definition, rules

from workbench.catalogue.procedure_document import document
from workbench.catalogue.procedures import (
    FOLDER,
    check_procedures,
    definition_in,
    load_procedure,
    version_of,
)
from workbench.errors import InvalidInput
from workbench.model.procedure import DONE_HERE, Effect
from workbench.regulations.profile import Decider

GOOD = """\
id: trial
title: {zh: 试, en: trial}
about: {zh: 试, en: trial}
ordered_by: {aba-2024: "20"}
fields:
  resource: {kind: resource, names: provider, title: {zh: 资源, en: resource}}
  since: {kind: date, title: {zh: 日, en: day}}
states:
  begun: {zh: 开始, en: begun}
  done: {zh: 完成, en: done, over: true}
steps:
  - {event: begin, title: {zh: 开始, en: begin}, to: begun, by: [applicant], starts: {deadline: demand.review, for: provider}}
  - {event: end, title: {zh: 完成, en: end}, from: [begun], to: done, by: [provider]}
"""  # noqa: E501


def told(text: str, root: Path) -> list[tuple[int, str]]:
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trial.yaml").write_text(text, encoding="utf-8")
    found = check_procedures(root)
    assert all(one.file == "data_contracts/procedures/trial.yaml" for one in found)
    assert all(one.fix.zh and one.fix.en for one in found)
    return [(one.line, one.problem.en) for one in found]


def test_a_good_one_is_read(tmp_path: Path) -> None:
    assert told(GOOD, tmp_path) == []
    assert load_procedure("trial", tmp_path).definition.steps[0].starts is not None


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("id: trial", "id: other", 1, "the id is not the file's name"),
        ("over: true", "over: false", 8, "no state is over"),
        ("to: begun,", "to: began,", 12, "there is no state began"),
        ("from: [begun]", "from: [done]", 13, "done is over"),
        ("by: [provider]}", "by: [other_provider]}", 13, "no field names the other_provider"),
        ("by: [provider]}", "by: [decider]}", 13, "no ladder is named"),
        ("by: [provider]}", "by: [provider], climbs: true}", 13, "no ladder is named"),
        ("by: [applicant],", "by: [court],", 12, "this party cannot open it"),
        ("demand.review", "demand.reviews", 12, "'demand.reviews' is not a known value"),
        ("deadline: demand.review, ", "", 12, "the deadline is neither the regulation's nor named"),
        ("for: provider}", "for: provider, since: then}", 12, "the day it counts from is no date"),
        ("by: [provider]}", "by: [provider], effects: [explode]}", 13, "'explode' is not a known"),
        (
            "by: [provider]}",
            "by: [provider], effects: [reclassify], other_than: [begin]}",
            13,
            "the workbench does not do reclassify itself",
        ),
        (
            "by: [provider]}",
            "by: [provider], effects: [reclassify], by_hand: true}",
            13,
            "this step takes another person",
        ),
        ("by: [provider]}", "by: [provider], by_hand: true}", 13, "nothing here is done by hand"),
        ("by: [provider]}", "by: [provider], other_than: [started]}", 13, "there is no step"),
        ("by: [provider]}", "by: [provider], needs: [days]}", 13, "there is no deadline to give"),
        (
            "by: [provider]}",
            "by: [provider], other_side: true}",
            13,
            "it does not say of which step",
        ),
        ("by: [provider]}", "by: [provider], waits: true}", 13, "there is no deadline to wait for"),
        ("by: [provider]}", "by: [provider], needs: [money]}", 13, "'money' is not a known value"),
        (
            "by: [applicant],",
            "by: [applicant], effects: [mark_disputed],",
            13,
            "it ends, and what was disputed stays marked",
        ),
        ("kind: date", "kind: day", 7, "'day' is not a known value"),
        ("kind: date", "kind: date, names: provider", 7, "no department stands behind"),
        ("kind: date", "kind: column, of: it", 7, "it does not say of which resource"),
        ('{aba-2024: "20"}', '{aba-2024: "art. 20"}', 4, "this is no article"),
    ],
)
def test_a_mistake_is_told_at_its_line(
    old: str, new: str, line: int, problem: str, tmp_path: Path
) -> None:
    found = told(GOOD.replace(old, new, 1), tmp_path)
    assert any(at == line and problem in what for at, what in found), found


def test_one_event_twice_for_one_party_is_told(tmp_path: Path) -> None:
    twice = GOOD + "  - {event: end, title: {zh: 完成, en: end}, from: [begun], by: [provider]}\n"
    assert told(twice, tmp_path) == [(14, "end stands twice for one state and party")]
    apart = twice.replace("[begun], by: [provider]", "[begun], by: [authority]")
    assert told(apart, tmp_path) == []


def test_a_state_without_an_end_and_one_without_a_way_are_told(tmp_path: Path) -> None:
    lost = GOOD.replace("  done:", "  lost: {zh: 失, en: lost}\n  done:")
    assert told(lost, tmp_path) == [(10, "this state cannot be reached")]
    stuck = (
        lost
        + "  - {event: lose, title: {zh: 失, en: lose}, from: [begun], to: lost, by: [provider]}\n"
    )
    assert told(stuck, tmp_path) == [(10, "from here it cannot end (aba-2024)")]


def test_under_each_regulation_it_can_end(tmp_path: Path) -> None:
    """A step that only one regulation has is no way out under another."""
    text = GOOD.replace('{aba-2024: "20"}', '{aba-2024: "20", foshan-2019: "30"}')
    text = text.replace(
        "by: [provider]}", 'by: [provider], orders: {aba-2024: "20"}, elsewhere: not_offered}'
    )
    assert told(text, tmp_path) == [(9, "from here it cannot end (foshan-2019)")]


def test_a_broken_file_is_one_finding_and_a_missing_one_names_those_there_are(
    tmp_path: Path,
) -> None:
    assert len(told("steps: [", tmp_path)) == 1
    with pytest.raises(InvalidInput):
        load_procedure("trial", tmp_path)
    with pytest.raises(InvalidInput) as raised:
        load_procedure("trail", tmp_path)
    assert "trial" in raised.value.said("en")


def test_what_was_read_once_is_read_again_from_its_text(tmp_path: Path) -> None:
    for kind in KINDS:
        written = load_procedure(kind, ROOT)
        raw = written.text.encode()
        assert version_of(raw) == written.definition.version
        assert definition_in(raw, kind).definition == written.definition


# Those that ship ----------------------------------------------------------------------------------


def test_those_that_ship_are_sound() -> None:
    assert check_procedures(ROOT) == ()
    assert len(KINDS) == 27


@pytest.mark.parametrize("kind", KINDS)
def test_no_article_is_cited_that_is_missing_or_of_no_regulation(kind: str) -> None:
    of = definition(kind)
    for orders in (of.orders, *(step.orders for step in of.steps)):
        for regulation, articles in orders.items():
            assert regulation in FIVE
            missing = rules(regulation).profile.missing_articles
            numbers = {int(n) for n in re.findall(r"(?:^|, )(\d+)", articles)}
            assert not numbers & set(missing)
    for step in of.steps:
        assert step.not_under <= set(FIVE)
        assert step.orders.keys() <= set(of.orders) | {"foshan-2019", "heilongjiang-2025"}


def test_a_day_in_their_files_is_nowhere_a_number() -> None:
    """Days are the regulation's, or named by who acts: no definition has one of its own."""
    for kind in KINDS:
        text = (ROOT / FOLDER / f"{kind}.yaml").read_text(encoding="utf-8")
        assert not re.search(r"\b(count|days|months):\s*\d", text)


def test_what_the_workbench_cannot_do_is_said_to_be_done_by_hand() -> None:
    done_by_hand = {
        effect
        for kind in KINDS
        for step in definition(kind).steps
        if step.by_hand
        for effect in step.effects
    }
    assert done_by_hand >= set(Effect) - DONE_HERE


def test_own_ladders_name_only_who_is_there_everywhere() -> None:
    everywhere = {Decider.parties, Decider.authority}
    for kind in KINDS:
        assert {Decider(one) for one in definition(kind).own_ladder} <= everywhere


def test_the_page_of_documentation_says_what_the_files_say() -> None:
    page = (ROOT / "docs" / "procedures.md").read_text(encoding="utf-8")
    said = document(definition(kind) for kind in KINDS)
    assert said.strip() in page, "workbench procedures document --city . prints its tables anew"


def test_the_file_that_the_page_shows_is_sound(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "procedures.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.S)
    assert found is not None
    assert told(found[1], tmp_path) == []
