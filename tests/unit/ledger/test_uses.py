"""Which releases were made from a version: found in a real ledger, as the gateway enters them."""

from __future__ import annotations

from typing import Any

import pytest
from ledger_place import Place

from workbench.ledger import usage as usage_module
from workbench.ledger.usage import Use, uses_of
from workbench.model.entry import Draft, Event

D = "d" * 64


def release(place: Place, name: str, read: dict[str, list[Any]], close: dict[str, Any]) -> None:
    content = dict.fromkeys(read, ("a", "b"))
    shared: dict[str, Any] = {
        "actor": f"user-{name}",
        "department": "bureau",
        "scenario": "s",
        "purpose": "p",
        "content": content,
        "method": "sql",
        "medium": "flight",
        "release": name,
    }
    place.ledger.record(Draft(Event.decision, **shared, detail={"extracts": read}))
    place.ledger.record(Draft(Event.release_opened, **shared, detail={"extracts": read}))
    if close:
        detail = {**close, "extracts": read}
        place.ledger.record(Draft(Event.release_closed, **shared, detail=detail))


def found(place: Place, version: int = 1, digest: str = D, after: int = 0) -> tuple[Use, ...]:
    return uses_of(place.store.journal, "t", version, digest, after)


def test_only_releases_of_that_version_of_that_resource(place: Place) -> None:
    done = {"outcome": "complete", "rows": 3}
    release(place, "r1", {"t": [1, D]}, done)
    release(place, "other version", {"t": [0, "e" * 64]}, done)
    release(place, "same number, made anew", {"t": [1, "e" * 64]}, done)
    release(place, "other resource", {"tt": [1, D]}, done)
    release(place, "r2", {"u": [1, D], "t": [1, D]}, {"outcome": "interrupted", "rows": 2})
    first, second = found(place)
    assert (first.release, first.outcome, first.rows) == ("r1", "complete", 3)
    assert (first.actor, first.department, first.scenario) == ("user-r1", "bureau", "s")
    assert first.columns == ("a", "b")
    assert (second.release, second.outcome, second.rows) == ("r2", "interrupted", 2)
    assert first.at < second.at
    assert first.to_dict()["at"].endswith("+08:00")


def test_one_that_still_runs_and_one_that_a_restart_closed(place: Place) -> None:
    release(place, "crashed", {"t": [1, D]}, {})
    place.ledger.close_open_releases()
    release(place, "running", {"t": [1, D]}, {})
    assert [(u.release, u.outcome, u.rows) for u in found(place)] == [
        ("crashed", "interrupted", None),
        ("running", "open", None),
    ]


def test_pages_are_put_together_and_what_is_older_is_not_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_module, "PAGE", 3)
    for number in range(8):
        release(place, f"r{number}", {"t": [1, D]}, {"outcome": "complete", "rows": number})
    assert [u.rows for u in found(place)] == list(range(8))
    head = place.store.journal.head()
    assert head is not None
    assert [u.rows for u in found(place, after=head.seq - 6)] == [6, 7]
    assert found(place, after=head.seq) == ()
