"""A command that is sent again under its key is answered with what came of it, whatever has become
of its case and of the catalogue since: over HTTP, as clients send it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from case_door import APPLICATION, Door
from desk_house import House
from matters import CHEN, LI, SUN, WANG


def applied(door: Door) -> str:
    answer = door(LI, "/applications", APPLICATION, "apply")
    assert answer["status"] == 201, answer
    return str(answer["id"])


def command(event: str, seen: int, **more: Any) -> dict[str, Any]:
    return {"event": event, "seen": seen, "reason": "why", "basis": "art. 1", **more}


def test_after_the_case_has_changed(door: Door) -> None:
    """What a command leaves out is taken from the case: from what it was, not from what it is."""
    path = f"/cases/{applied(door)}"
    approve = command("approve", 1)
    assert door(WANG, path, approve, "a")["version"] == 2
    narrow = command("narrow", 2, terms={"columns": {"county": {"use": "value"}}})
    assert door(LI, path, narrow, "n")["version"] == 3
    sooner = command("narrow", 3, terms={"until": "2026-06-30"})
    assert door(WANG, path, sooner, "s")["version"] == 4
    for who, body, key in ((WANG, approve, "a"), (LI, narrow, "n"), (WANG, sooner, "s")):
        again = door(who, path, body, key)
        assert (again["status"], again.get("repeated")) == (200, True), again
        assert again["version"] == 4
    told = door(WANG, path, command("narrow", 3, terms={"until": "2026-07-01"}), "s")
    assert told["reasons"][0]["code"] == "invalid_request"
    assert "another command" in told["reasons"][0]["what"]["en"]


def test_after_the_catalogue_has_changed(door: Door, house: House) -> None:
    case = applied(door)
    approve = command("approve", 1, terms={"columns": {"county": {"use": "value"}}})
    assert door(WANG, f"/cases/{case}", approve, "a")["version"] == 2
    house.gone = True
    for who, path, body, key in (
        (LI, "/applications", APPLICATION, "apply"),
        (WANG, f"/cases/{case}", approve, "a"),
    ):
        again = door(who, path, body, key)
        assert again.get("repeated") is True, again
        assert (again["id"], again["version"]) == (case, 2)


def test_the_same_meant_is_the_same_sent(door: Door) -> None:
    """Whether a default is written out does not matter; anything that was said does."""
    case = applied(door)
    body = {"event": "approve", "seen": 1, "reason": "", "terms": None}
    assert door(WANG, f"/cases/{case}", body, "a")["version"] == 2
    short = {"event": "approve", "seen": 1}
    assert door(WANG, f"/cases/{case}", short, "a")["repeated"] is True
    told = door(WANG, f"/cases/{case}", {**short, "seen": 9}, "a")["reasons"][0]
    assert "another command" in told["what"]["en"]
    for other in (
        {**short, "seen": 2},
        {**short, "reason": "because"},
        {**short, "terms": {"until": "2026-12-31"}},
        {"event": "refuse", "seen": 1},
    ):
        assert door(WANG, f"/cases/{case}", other, "a")["reasons"][0] == told, other
    another = door(LI, "/applications", {**APPLICATION, "users": ["xu"]}, "apply")
    assert "another command" in another["reasons"][0]["what"]["en"]


def test_a_key_says_nothing_to_others(door: Door, house: House) -> None:
    case = applied(door)
    approve = command("approve", 1)
    assert door(WANG, f"/cases/{case}", approve, "a")["version"] == 2
    house.now += timedelta(hours=1)
    assert door(CHEN, f"/cases/{case}", approve, "a")["status"] != 200
    stranger = door(SUN, "/applications", APPLICATION, "apply")
    assert stranger["id"] != case
