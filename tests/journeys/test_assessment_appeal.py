"""An assessment from its draft to its publication at the command line, with a gateway of its own:
an appeal that is accepted changes a rank, nobody sees another's draft, and what was published is
worked out again from its file. City, people and scores are made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from assessing_city import (
    LATE,
    actor,
    add_people,
    bureau,
    frozen,
    utc,
    write_city,
)
from attacks.served import PASSWORD, served
from commands import here
from towns import Town

from workbench.assessment.appeals import Event
from workbench.assessment.kept import Runs
from workbench.gateway.assessing_desk import Asked, Doing
from workbench.gateway.state import open_state
from workbench.model.actor import Role
from workbench.model.days import day_of
from workbench.store.layout import Layout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WHY = ("--reason", "为什么")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("assessment")
    city = write_city(folder / "city")
    _shown_weeks_ago(city)
    with served(city) as gateway:
        yield Town(gateway, folder, "aba-2024")


def _shown_weeks_ago(city: Path) -> None:
    """2025 was shown and appealed so long ago that the days of appeal are over; of 2024 there is a
    run that nobody handed in yet."""
    then = day_of(datetime.now(UTC)) - timedelta(days=40)
    with bureau(city, utc(then)) as house:
        add_people(house.state)
        house.keep(frozen(2024, {**LATE, "ana": set()}))
        desk = house.assessing.desk
        one = desk.open(house.keep(frozen()), actor("eva"))
        one = desk.act(one.id, Doing("show", one.procedure.version), actor("eva"))
        for item, who in (("ben-1", "b_off"), ("ana-3", "a_off")):
            event = Event(actor(who).department, "reviewed", item)
            desk.appeal(one.id, Asked(event, "the request never arrived"), actor(who))


def line(town: Town, who: str, year: int = 2025) -> dict[str, Any]:
    rows = town.done(who, "assess", "progress")
    return next(dict(one) for one in rows if one["year"] == year)


def ranks(town: Town, who: str, id: str) -> dict[str, tuple[int, str]]:  # noqa: A002
    found = town.done(who, "assess", "results", id)
    return {one["department"]: (one["rank"], one["score"]) for one in found["places"]}


def refused(town: Town, code: int, who: str, *words: str) -> str:
    said = town.say(who, "assess", *words)
    assert said.returncode == code, said.stderr
    return said.stderr


def test_an_accepted_appeal_changes_a_rank(town: Town) -> None:
    id = line(town, "eva")["id"]  # noqa: A001
    before = ranks(town, "eva", id)
    assert {name: rank for name, (rank, _) in before.items()} == {"ana": 1, "ben": 2, "cai": 3}
    refused(town, 3, "b_off", "results", id)
    decided(town, id)
    settled = town.done("eva", "assess", "do", id, "settle")
    assert settled["run"] != settled["draft"]
    after = ranks(town, "aud", id)
    assert {name: rank for name, (rank, _) in after.items()} == {"ben": 1, "ana": 2, "cai": 3}
    assert {name: after[name] for name in ("ana", "cai")} == {
        "ana": (2, before["ana"][1]),
        "cai": before["cai"],
    }, "nothing but the event that was decided"
    signed(town, id, settled)
    what_all_see(town, id)
    what_the_files_say(town, settled)
    sound = here("audit", "verify", "--city", str(town.gateway.root))
    assert sound.returncode == 0, sound.stderr


def decided(town: Town, id: str) -> None:  # noqa: A002
    appeals = {one["department"]: one["id"] for one in town.done("pan", "assess", "appeals", id)}
    of = ("--assessment", id, *WHY)
    refused(town, 4, "b_off", "decide", appeals["ana"], "accept", *of)
    waiting = refused(town, 6, "eva", "do", id, "settle")
    assert appeals["ben"] in waiting
    refused(town, 3, "eva", "decide", appeals["ben"], "accept", *of)
    refused(town, 3, "a_aut", "decide", appeals["ana"], "accept", *of)
    refused(town, 2, "pan", "decide", appeals["ben"], "accept", "--assessment", id)
    assert (
        town.done("pan", "assess", "decide", appeals["ben"], "accept", *of)["state"] == "accepted"
    )
    assert town.done("pan", "assess", "decide", appeals["ana"], "refuse", *of)["state"] == "refused"
    refused(town, 6, "b_off", "appeal", id, "--indicator", "reviewed", "--item", "ben-2", *WHY)


def signed(town: Town, id: str, settled: dict[str, Any]) -> None:  # noqa: A002
    now, draft = settled["run"][:12], settled["draft"][:12]
    refused(town, 3, "eva", "sign", id, "--run", now)
    refused(town, 6, "sig", "sign", id, "--run", draft)
    town.done("sig", "assess", "sign", id, "--run", now)
    refused(town, 3, "sig", "publish", id, "--run", now)
    done = town.done("pan", "assess", "publish", id, "--run", now)
    assert (done["state"], done["signed_by"], done["run"]) == (
        "published",
        ["sig", "pan"],
        settled["run"],
    )


def what_all_see(town: Town, id: str) -> None:  # noqa: A002
    found = town.done("b_lead", "assess", "results", id)
    assert found["line"]["synthetic"] is True
    was = {one["department"]: one["was_rank"] for one in found["places"]}
    assert was == {"ben": 2, "ana": None, "cai": None}
    assert found["lights"]["green"] == ["ben", "ana"]
    mine = town.done("b_off", "assess", "sheet", id)
    assert (mine["place"]["was_score"], mine["place"]["score"]) == ("88.00", "93.33")
    assert [(one["item"], one["because"]) for one in mine["appeals"]] == [("ben-1", "为什么")]
    assert [one["indicator"] for one in mine["advice"]] == ["reviewed"]
    refused(town, 3, "b_off", "sheet", id, "--department", "ana")
    for words in (("progress",), ("sheet", id), ("results", id), ("appeals", id)):
        shown = town.say("b_off", "assess", *words)
        assert shown.returncode == 0, shown.stderr
        assert "ben" in shown.stdout or "trial" in shown.stdout or id in shown.stdout
    assert "synthetic" in town.say("b_off", "assess", "sheet", id).stdout


def what_the_files_say(town: Town, settled: dict[str, Any]) -> None:
    """The old scores stay, and both are worked out again."""
    kept = {one.digest: one for one in Runs(Layout(town.gateway.root).state).all("trial", 2025)}
    assert set(kept) == {settled["run"], settled["draft"]}
    assert kept[settled["draft"]].run == frozen()
    for one in kept.values():
        again = here("assess", "replay", str(one.path))
        assert again.returncode == 0, again.stderr


def test_a_run_that_was_measured_is_handed_in_and_shown(tmp_path: Path) -> None:
    """Of a new city of which there is little to score; the run is the product's own."""
    city = write_city(tmp_path / "city")
    state = open_state(city)
    add_people(state)
    state.store.users.add("eve", PASSWORD, "data_bureau", {Role.authority, Role.analyst})
    state.store.close()
    assert here("kpi", "deliver", "--city", str(city)).returncode == 0
    today = day_of(datetime.now(UTC))
    with served(city) as gateway:
        town = Town(gateway, tmp_path, "aba-2024")
        words = ("run", "--scheme", "aba", "--year", str(today.year), "--as-of", str(today))
        made = town.say("eve", "assess", *words, "--draws", "100", "--city", str(city))
        assert made.returncode == 0, made.stderr
        (file,) = Runs(Layout(city).state).paths("aba", today.year)
        id = town.done("eve", "assess", "open", str(file))["id"]  # noqa: A001
        town.done("eve", "assess", "do", id, "show")
        mine = town.done("b_off", "assess", "sheet", id)
        assert (mine["department"], mine["place"], mine["draft"]) == ("ben", None, True)
        assert {row["state"] for row in mine["rows"]} == {"not_applicable", "missing"}
        assert "not applicable" in town.say("b_off", "assess", "sheet", id).stdout


def test_nobody_sees_another_s_draft_and_appeals_wait_for_their_days(town: Town) -> None:
    file = Runs(Layout(town.gateway.root).state).paths("trial", 2024)[0]
    refused(town, 3, "a_aut", "open", str(file))
    id = town.done("eva", "assess", "open", str(file))["id"]  # noqa: A001
    never = "p20990101-000000"
    hidden, absent = (refused(town, 4, "b_off", "sheet", one) for one in (id, never))
    assert hidden.replace(id, never) == absent
    other, none = (
        refused(town, 3, "b_off", "sheet", one, "--department", "ana") for one in (id, never)
    )
    assert other == none
    assert all(one["id"] != id for one in town.done("b_off", "assess", "progress"))
    generic = town.say("eva", "procedures", "do", id, "show", "--evidence", "ab" * 32)
    assert generic.returncode == 3, "each step is held against the run"
    town.done("eva", "assess", "do", id, "show")
    mine = town.done("b_off", "assess", "sheet", id)
    assert [one["item"] for one in mine["rows"][0]["items"] if one["against"]] == ["ben-1", "ben-2"]
    assert mine["line"]["until"] > day_of(datetime.now(UTC)).isoformat()
    asked = ("appeal", id, "--indicator", "reviewed", *WHY, "--item")
    refused(town, 4, "b_off", *asked, "ana-3")
    made = town.done("b_off", "assess", *asked, "ben-1")
    refused(town, 3, "b_lead", *asked, "ben-2")
    assert town.done("a_off", "assess", "appeals", id) == []
    town.done("pan", "assess", "decide", made["id"], "accept", "--assessment", id, *WHY)
    refused(town, 6, "eva", "do", id, "settle")
    done = town.done("eva", "assess", "do", id, "withdraw", *WHY)
    assert done["state"] == "withdrawn"
    steps = here("audit", "show", "--json", "--event", "procedure_stepped",
                 "--city", str(town.gateway.root))  # fmt: skip
    assert id in steps.stdout
    assert json.loads(steps.stdout)
