"""Which suggestion is the best, and what is said where some were not asked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from workbench.client.suggestions import Suggestion, asked_in_turn, ranked
from workbench.errors import Code, Reason, Text, WorkbenchError, simple


def suggestion(
    name: str, released: int, withheld: int, change: str = "level", steps: int = 1
) -> Suggestion:
    return Suggestion(name, Text(name, name), change, steps, released, withheld)


def test_the_most_detailed_of_those_that_show_nearly_all_is_the_best() -> None:
    found = [
        suggestion("total", 1, 0, "left_out", 3),
        suggestion("counts", 153, 0, "counts"),
        suggestion("section", 30, 0, steps=2),
        suggestion("division", 61, 2),
        suggestion("group", 120, 20),
        suggestion("city", 90, 60),
        suggestion("period", 153, 153, "period"),
        suggestion("worse", 10, 30),
    ]
    order = [each.sql for each in ranked(found, (50, 50))]
    assert order == ["division", "section", "total", "group", "city", "counts"]


def test_of_two_that_show_as_much_the_nearer_one() -> None:
    found = [suggestion("far", 9, 0, steps=2), suggestion("near", 9, 0)]
    assert [each.sql for each in ranked(found, (1, 1))] == ["near", "far"]


def test_a_level_that_shows_the_same_as_the_one_before_it_is_left_out() -> None:
    found = [
        Suggestion(name, Text(name, name), "level", steps, 12, 0, key)
        for name, steps, key in (
            ("left out", 3, "0"), ("province", 2, "0"), ("city", 1, "0"), ("another key", 2, "1"),
        )
    ]  # fmt: skip
    assert [each.sql for each in ranked(found, (1, 1))] == ["city", "another key"]


def test_a_statement_without_a_cell_is_helped_by_any() -> None:
    assert [
        s.sql for s in ranked([suggestion("year", 3, 1), suggestion("none", 0, 0)], (0, 0))
    ] == ["year"]


@dataclass(frozen=True)
class Told:
    released: int = 0
    withheld: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons


def offered(*names: str) -> list[dict[str, object]]:
    return [{"sql": n, "zh": n, "en": n, "change": "level", "steps": 1, "key": ""} for n in names]


def refused(code: Code) -> Told:
    return Told(reasons=simple(code, "x", "x").reasons)


@pytest.mark.parametrize("code", [Code.near_unique, Code.deadline_exceeded])
def test_one_that_cannot_be_answered_is_passed_over(code: Code) -> None:
    answers = {"a": refused(code), "b": Told(4)}
    found = asked_in_turn(offered("a", "b"), Told(1, 1), answers.__getitem__, "en")
    assert [each.sql for each in found.found] == ["b"]
    assert (found.asked, found.left) == (2, 0)


@pytest.mark.parametrize("code", [Code.grant_revoked, Code.too_many_queries, Code.not_granted])
def test_what_refuses_all_is_raised(code: Code) -> None:
    with pytest.raises(WorkbenchError) as caught:
        asked_in_turn(offered("a", "b"), Told(1, 1), lambda _: refused(code), "en")
    assert caught.value.code is code


class Shown:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def show(self, text: str) -> None:
        self.lines.append(text)

    def clear(self) -> None:
        self.lines.append("")


def test_progress_is_shown_and_goes_and_time_ends_it() -> None:
    line, times = Shown(), iter([0.0, 1.0, 59.0, 61.0])
    found = asked_in_turn(
        offered("a", "b", "c", "d"),
        Told(1, 1),
        lambda _: Told(2, 1),
        "en",
        line,
        60.0,
        times.__next__,
    )
    assert line.lines == [
        "asking coarser statement 1 of 4", "asking coarser statement 2 of 4", ""
    ]  # fmt: skip
    assert (found.asked, found.left) == (2, 2)
    assert "2 more were not asked" in found.text("en")
    assert "还有 2 种没有试" in found.html("zh")


def test_the_line_goes_where_it_fails() -> None:
    line = Shown()

    def broken(_: str) -> Told:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked_in_turn(offered("a"), Told(1, 1), broken, "zh", line)
    assert line.lines == ["正在试第 1/1 种写法", ""]


def test_what_a_statement_holds_is_escaped() -> None:
    def told(_: str) -> Told:
        return Told(2)

    found = asked_in_turn(offered("select '<b>\x1b[2J'"), Told(1, 1), told, "en")
    assert "<b>" not in found.html("en")
    assert "\x1b" not in found.html("en") + found.text("en")


def test_a_statement_stands_on_lines_of_its_own() -> None:
    found = asked_in_turn(offered("SELECT\n  1"), Told(1, 1), lambda _: Told(2), "en")
    assert found.text("en").split("\n")[-2:] == ["SELECT", "  1"]
