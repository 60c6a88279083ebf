"""Releases of statistics, counted from a real ledger, and which of its entries are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.gateway.state import State, open_state
from workbench.model.entry import Draft, Event
from workbench.sharing.told_releases import ReleaseFilter, releases
from workbench.sharing.told_tally import ToldTally, protected_in

STATISTICS = ["g", "statistics", "", "", ""]
OBTAIN = ["g", "obtain", "", "", ""]
RULES = {"k": 5}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    found = open_state(tmp_path, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    yield found
    found.store.close()


def release(state: State, number: int, detail: Mapping[str, Any], department: str = "user") -> None:
    grants = detail["grants"]
    state.ledger.record(
        Draft(
            Event.release_opened,
            actor="li",
            department=department,
            content=dict.fromkeys(grants, ("a",)),
            release=f"r{number}",
            detail=detail,
        )
    )


@pytest.mark.parametrize(
    ("detail", "named"),
    [
        ({"tier": "statistics", "grants": {"firm": STATISTICS, "towns": OBTAIN}}, ["firm"]),
        ({"tier": "statistics", "grants": {"firm": OBTAIN}, "rules": RULES}, ["firm"]),
        ({"tier": "statistics", "grants": {"towns": OBTAIN}}, []),
        ({"tier": "rows", "grants": {"firm": OBTAIN}}, []),
        ({"tier": "statistics"}, []),
        ({}, []),
    ],
)
def test_what_a_release_tells_of(detail: dict[str, Any], named: list[str]) -> None:
    assert protected_in({"detail": detail}) == named


def told(**more: Any) -> dict[str, Any]:
    return {"tier": "statistics", "grants": {"firm": STATISTICS}, **more}


def test_figures_are_counted_by_rule_and_each_release_once(state: State) -> None:
    tally = ToldTally(state.ledger.journal)
    release(state, 1, told(withheld={"dominance": 2, "differencing": 1}))
    release(state, 2, {"tier": "rows", "grants": {"firm": OBTAIN}})
    for _ in range(2):
        found, behind = tally.bring_up()
        assert not behind
        assert {of: (r.number, dict(r.withheld)) for of, r in found.items()} == {
            ("user", "firm"): (1, {"dominance": 2, "differencing": 1})
        }
    release(state, 3, told(withheld={"dominance": 3}, noise={"charged": 1.0}))
    release(state, 4, told(), department="other")
    found, _ = tally.bring_up()
    mine = found["user", "firm"]
    assert (mine.number, mine.noisy, mine.withheld["dominance"]) == (2, 1, 5)
    assert found["other", "firm"].number == 1


def test_what_is_not_counted_yet_is_said(state: State) -> None:
    for number in range(3):
        release(state, number, told())
    tally = ToldTally(state.ledger.journal)
    found, behind = tally.bring_up(seconds=-1)
    assert (found["user", "firm"].number, behind) == (1, True)
    found, behind = tally.bring_up()
    assert (found["user", "firm"].number, behind) == (3, False)


def test_a_book_that_was_destroyed_is_remembered(state: State) -> None:
    detail = {"resource": "firm", "department": "user", "why": "retention"}
    state.ledger.record(Draft(Event.told_forgotten, department="user", detail=detail))
    found, _ = ToldTally(state.ledger.journal).bring_up()
    assert found["user", "firm"].destroyed == (datetime(2026, 3, 2, tzinfo=UTC), "retention")


def test_a_page_of_releases_ends_with_its_time(state: State) -> None:
    """And the next one goes on where it ended."""
    for number in range(4):
        release(state, number, told())
    ticks = iter([0.0, 0.0, 9.0])
    journal = state.ledger.journal
    page = releases(journal, lambda _: {"r3": 7}, ReleaseFilter(), lambda: next(ticks))
    assert ([line.release for line in page.lines], page.whole) == (["r3", "r2"], False)
    assert [line.cells for line in page.lines] == [7, None]
    assert [line.outcome for line in page.lines] == ["open", "open"]
    rest = releases(journal, lambda _: {}, ReleaseFilter(before=page.before))
    assert [line.release for line in rest.lines] == ["r1", "r0"]
    assert (rest.before, rest.whole) == (None, True)
