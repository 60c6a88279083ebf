"""A closing entry is made once, now or as soon as the ledger takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import Code, Unavailable
from workbench.gateway.state import State, open_state
from workbench.ledger.chain import fields_of
from workbench.ledger.checkpoints import Checkpoints
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.query_path.closings import Closings


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state(tmp_path, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    opened.ledger.record(Draft(Event.release_opened, release="r1"))
    yield opened
    opened.store.close()


def closing(outcome: str) -> Draft:
    return Draft(Event.release_closed, release="r1", detail={"outcome": outcome, "rows": 7})


def closed(state: State) -> list[dict[str, Any]]:
    found = state.store.journal.find(EntryFilter(event="release_closed"))
    return [(fields_of(filed.entry.body) or {})["detail"] for filed in found]


def broken(folder: Path) -> None:
    """The checkpoints cannot be written: the ledger takes nothing."""
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")


def mended(folder: Path) -> None:
    folder.unlink()
    folder.with_name("away").rename(folder)


def test_a_closing_is_recorded_at_once(state: State) -> None:
    closings = Closings(state.ledger)
    closings.close(closing("complete"))
    closings.settle()
    assert closed(state) == [{"outcome": "complete", "rows": 7}]


@pytest.mark.parametrize(
    ("outcome", "entered"),
    [
        ("failed", {"outcome": "failed", "rows": 7}),
        ("complete", {"outcome": "interrupted", "rows": 7, "code": "ledger_unavailable"}),
    ],
)
def test_what_the_ledger_could_not_take_is_owed(
    state: State, outcome: str, entered: dict[str, Any]
) -> None:
    closings = Closings(state.ledger)
    broken(state.layout.checkpoints)
    with pytest.raises(Unavailable) as told:
        closings.close(closing(outcome))
    assert told.value.code is Code.ledger_unavailable
    with pytest.raises(Unavailable):
        closings.settle()
    assert closed(state) == []
    mended(state.layout.checkpoints)
    closings.settle()
    closings.settle()
    assert closed(state) == [entered]
    assert state.store.journal.open_releases() == ()


def test_an_entry_that_was_made_all_the_same_is_not_made_twice(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    closings = Closings(state.ledger)
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "write", full)
        with pytest.raises(Unavailable):
            closings.close(closing("complete"))
    assert closed(state) == [{"outcome": "complete", "rows": 7}]
    closings.settle()
    assert len(closed(state)) == 1
