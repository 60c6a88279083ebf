"""The trail, its verification, and who could have seen one firm: over HTTP, for auditors alone."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from overseen_city import EAST, SOUTH, WEST, Town, grant, overseen

from workbench.errors import (
    Code,
    InvalidInput,
    LimitReached,
    Refused,
    Unavailable,
    WorkbenchError,
)
from workbench.gateway import verifying as verifying_module
from workbench.gateway.verifying import Verifying
from workbench.ledger.record import Ledger
from workbench.ledger.usage import UsageRow, usage
from workbench.model.actor import Actor, Role
from workbench.model.entry import Draft, Entry, EntryFilter, Event
from workbench.model.lookup import Grants
from workbench.sharing.entity_trail import Asked, EntityTrail

SECRET_LITERAL = "CANARY-9d1f"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """li read codes, then sums by town a month later; xu read permits; a page read prices."""
    with overseen(tmp_path_factory.mktemp("trail")) as found:
        found.use("li", "select code from firms")
        found.use("xu", f"select holder from permits where holder <> '{SECRET_LITERAL}'")
        found.later(days=40)
        found.use("li", "select town, sum(amount) as amount from firms group by town")
        found.use("li", "select town from prices", page="board")
        yield found


def read(town: Town) -> list[UsageRow]:
    return list(usage(town.bench.store.journal, EntryFilter(event="audit_read", limit=1000)))


ASKS: list[Callable[[Any], object]] = [
    lambda trail: trail.list(),
    lambda trail: trail.verify(),
    lambda trail: trail.verification(),
    lambda trail: trail.enterprise(EAST),
]


@pytest.mark.parametrize("person", ["li", "ma", "wang", "gu", "chen", "eve"])
def test_the_trail_is_for_auditors(town: Town, person: str) -> None:
    before = len(read(town))
    for ask in ASKS:
        with pytest.raises(Refused) as refused:
            ask(town.as_(person).trail)
        reason = refused.value.reasons[0]
        assert (reason.code, reason.rule and reason.rule.en) == (
            Code.not_yours, "Foshan 2019 art. 40",
        )  # fmt: skip
    assert len(read(town)) == before


def test_rows_are_those_of_the_command_and_the_reading_is_recorded_first(town: Town) -> None:
    trail = town.as_("he").trail
    found = trail.list(person="li", event="release_opened", until=date(2026, 4, 1))
    (row,) = found["rows"]
    assert found["before"] is None
    assert (row["event"], row["told"]["en"]) == ("release_opened", "release opened")
    assert (row["actor"], row["content"]) == ("li", {"firms": ["code"]})
    one = EntryFilter(person="li", event="release_opened", limit=1, before=row["seq"] + 1)
    plain = usage(town.bench.store.journal, one)[0].to_dict()
    assert datetime.fromisoformat(row.pop("at")) == datetime.fromisoformat(plain.pop("at"))
    assert row == plain | {"told": row["told"]}
    reading = read(town)[0]
    assert (reading.actor, reading.department, reading.method) == ("he", "bureau", "trail")
    assert reading.detail["filter"] == {
        "person": "li",
        "event": "release_opened",
        "until": "2026-04-02T00:00:00+08:00",
        "limit": 50,
    }


def test_pages_follow_one_another_and_hold_no_statement(town: Town) -> None:
    trail = town.as_("he").trail
    seqs: list[int] = []
    before = read(town)[0].seq
    last = None
    while True:
        found = trail.list(before=last or before, limit=3)
        seqs += [row["seq"] for row in found["rows"]]
        assert SECRET_LITERAL not in json.dumps(found, ensure_ascii=False)
        last = found["before"]
        if last is None:
            break
    assert seqs == list(range(before - 1, 0, -1))
    assert {row["event"] for row in trail.list(resource="permits")["rows"]} >= {"decision"}
    assert trail.list(scenario="none")["rows"] == []


def test_what_cannot_be_recorded_is_not_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the checkpoints is full."""
    he = town.as_("he").trail
    assert he.list(limit=1)["rows"]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(town.bench.ledger._checkpoints, "write", full)
        for ask in (he.list, he.verify, lambda: he.enterprise(EAST)):
            with pytest.raises(Unavailable) as refused:
                ask()
            assert refused.value.code is Code.ledger_unavailable
    assert he.list(limit=1)["rows"]
    assert he.verification()["state"] == "none"


# One firm -----------------------------------------------------------------------------------------


def test_who_could_have_seen_a_firm(town: Town) -> None:
    found = town.as_("he").trail.enterprise(EAST)
    assert [(one["resource"], one["columns"], one["version"]) for one in found["resources"]] == [
        ("firms", ["code"], 0)
    ]
    assert {one["grant"]: (one["scope"], one["used"]) for one in found["grants"]} == {
        grant("finance", "firms"): ("in", True),
        grant("trade", "firms"): ("in", False),
        "trial/page:board/firms": ("in", False),
    }
    (person,) = found["people"]
    assert (person["person"], person["department"], person["scenario"]) == (
        "li", "finance", "trial",
    )  # fmt: skip
    assert person["columns"] == [
        {"name": name, "use": "value"} for name in ("amount", "code", "town")
    ]
    assert (person["releases"], person["first"]) == (2, "2026-03-09")
    assert {one["resource"] for one in found["not_looked_at"]} == {"prices", "registry", "secrets"}
    assert "could have seen" in found["note"]["en"]
    assert found["lost_grants"] == []


def test_a_firm_beyond_the_scope_of_every_grant_was_seen_by_nobody(town: Town) -> None:
    found = town.as_("he").trail.enterprise(SOUTH)
    assert [one["resource"] for one in found["resources"]] == ["firms"]
    assert (found["grants"], found["people"]) == ([], [])


def test_use_counts_from_a_day_on_and_within_a_scenario(town: Town) -> None:
    trail = town.as_("he").trail
    (person,) = trail.enterprise(WEST, since=date(2026, 4, 1))["people"]
    assert [one["name"] for one in person["columns"]] == ["amount", "town"]
    assert trail.enterprise(WEST, since=date(2026, 5, 1))["people"] == []
    within = trail.enterprise(WEST, scenario="trial")
    assert [one["resource"] for one in within["resources"]] == ["firms"]


@pytest.mark.parametrize("scenario", ["nope", "Trial", " trial"])
def test_a_scenario_that_nobody_knows_is_no_wrong_answer(town: Town, scenario: str) -> None:
    with pytest.raises(Refused, match="no scenario") as refused:
        town.as_("he").trail.enterprise(WEST, scenario=scenario)
    reason = refused.value.reasons[0]
    assert (reason.code, reason.subject) == (Code.scenario_unknown, scenario)
    assert "trial" in (reason.next.en if reason.next else "")


def test_a_scenario_that_only_the_ledger_knows_is_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file has gone: its grants stand nowhere, and nobody is not the answer."""
    entities, now = town.bench.trail.entities, town.bench.city()
    monkeypatch.setattr(entities, "_city", lambda: replace(now, scenarios={}))
    monkeypatch.setattr(entities, "_grants", lambda: Grants(()))
    found = town.as_("he").trail.enterprise(EAST, scenario="trial")
    assert found["scenario_gone"] == found["note"]
    assert found["note"]["en"].startswith("Scenario trial is in no file any more")
    assert (found["looked_at"], found["people"]) == ([], [])
    assert grant("finance", "firms") in found["lost_grants"]


def test_it_is_said_by_which_columns_each_resource_was_looked_into(town: Town) -> None:
    found = town.as_("he").trail.enterprise(EAST)
    assert found["scenario_gone"] is None
    looked = {one["resource"]: (one["columns"], one["held"]) for one in found["looked_at"]}
    assert looked == {"firms": (["code"], True), "permits": (["holder"], False)}


def test_one_look_at_a_time_and_the_next_is_told_at_once(town: Town) -> None:
    """Each takes memory and a thread of the gateway."""
    bench, gate = town.bench, threading.Event()
    parts = (bench.store, Slow(bench.ledger, gate), bench.extracts, bench.city, bench.cases._grants)
    entities = EntityTrail(*parts, b"k" * 32, bench.layout.workspaces, bench.clock)
    done: list[Any] = []

    def ask() -> None:
        try:
            done.append(entities.trace(Asked(EAST), HE))
        except WorkbenchError as error:
            done.append(error)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + 30
    while len(done) < 4 and time.monotonic() < limit:
        time.sleep(0.01)
    refused = list(done)
    gate.set()
    for thread in threads:
        thread.join()
    assert [type(one) for one in refused] == [LimitReached] * 4
    reason = refused[0].reasons[0]
    assert (reason.code, reason.why is not None) == (Code.too_many_queries, True)
    assert "Try again in a moment" in (reason.next.en if reason.next else "")
    assert [one.resource.name for one in done[-1].held] == ["firms"]
    assert entities.trace(Asked(EAST), HE).held


def test_events_are_named_to_who_asks_for_another_one(town: Town) -> None:
    with pytest.raises(InvalidInput, match="no event x") as told:
        town.as_("he").trail.list(event="x")
    reason = told.value.reasons[0]
    assert (reason.code, reason.subject) == (Code.invalid_request, "event")
    assert all(event in (reason.next.en if reason.next else "") for event in Event)
    with pytest.raises(Refused):
        town.as_("wang").trail.list(event="x")


def test_a_verification_that_cannot_start_is_not_running(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    bench = town.bench
    verifying = Verifying(
        bench.store, bench.ledger, bench.layout.checkpoints, bench.keyring, bench.clock
    )
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none_left)
        with pytest.raises(Unavailable, match="could not start"):
            verifying.start(HE)
    assert verifying.progress(HE).state == "none"
    assert verifying.start(HE).state == "running"
    verifying.stop()


@pytest.mark.parametrize("key", ["ab-1", "AB - 1", "ａｂ-１"])
def test_a_key_is_found_however_it_is_written(town: Town, key: str) -> None:
    found = town.as_("he").trail.enterprise(key)
    assert [(one["resource"], one["columns"]) for one in found["resources"]] == [
        ("permits", ["holder"])
    ]
    assert [(p["person"], p["grant"]) for p in found["people"]] == [
        ("xu", grant("trade", "permits"))
    ]


def test_the_key_stands_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the answer nor the ledger nor the log; nor do values of its row."""
    caplog.set_level(logging.DEBUG)
    trail = town.as_("he").trail
    found = trail.enterprise(EAST)
    again = trail.enterprise(EAST.lower(), since=date(2026, 1, 1))
    assert found["digest"] == again["digest"] != trail.enterprise(WEST)["digest"]
    rows = read(town)[:3]
    assert [row.detail["entity"] for row in rows[1:]] == [found["digest"]] * 2
    assert {row.method for row in rows} == {"trail enterprise"}
    for hides in (
        json.dumps([found, again], ensure_ascii=False),
        caplog.text,
        *(entry.entry.body for entry in town.bench.store.journal.walk()),
    ):
        assert EAST not in hides
        assert EAST.lower() not in hides


@pytest.mark.parametrize("key", ["", " \u200b\u3000"])
def test_no_key_is_no_question(town: Town, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        town.as_("he").trail.enterprise(key)
    assert refused.value.code is Code.invalid_request


def test_nobody_is_anybody(town: Town) -> None:
    """What is no code, also where SQL would end, is simply not found."""
    for key in ("' OR 1=1 --", "%", '";', "x" * 128):
        found = town.as_("he").trail.enterprise(key)
        assert (found["resources"], found["people"]) == ([], [])


# Verifying ----------------------------------------------------------------------------------------

HE = Actor("he", "bureau", frozenset({Role.auditor}))


def ended(ask: Callable[[], Any]) -> Any:
    limit = time.monotonic() + 20
    while (found := ask())["state"] == "running" and time.monotonic() < limit:
        assert 0 <= found["done"] <= found["total"]
        time.sleep(0.02)
    return found


def test_the_verification_runs_beside_and_tells_how_far_it_is(town: Town) -> None:
    trail = town.as_("he").trail
    started = trail.verify()
    assert (started["state"], started["by"]) == ("running", "he")
    done = ended(trail.verification)
    assert (done["state"], done["sound"], done["trouble"]) == ("done", True, None)
    assert done["done"] == done["total"] > 0
    report = done["report"]
    assert (report["clean"], report["findings"], report["case_findings"]) == (True, [], [])
    assert report["entries"] <= town.bench.store.journal.head().seq  # type: ignore[union-attr]
    assert read(town)[0].method == "trail verify"


def behind_the_back(town: Town, actor: str) -> None:
    with closing(sqlite3.connect(town.bench.layout.store)) as store, store:
        store.execute("DROP TRIGGER IF EXISTS entries_no_update")
        store.execute("UPDATE entries SET actor = ? WHERE seq = 2", [actor])


def test_what_was_changed_is_told_with_its_name(town: Town) -> None:
    trail = town.as_("he").trail
    with closing(sqlite3.connect(town.bench.layout.store)) as store:
        (was,) = store.execute("SELECT actor FROM entries WHERE seq = 2").fetchone()
    behind_the_back(town, "somebody")
    try:
        trail.verify()
        found = ended(trail.verification)
    finally:
        behind_the_back(town, was)
    assert (found["state"], found["sound"], found["report"]["clean"]) == ("done", False, False)
    (finding,) = found["report"]["findings"]
    assert (finding["kind"], finding["told"]["en"], finding["seq"]) == ("changed", "changed", 2)


class Slow(Ledger):
    """Writes of the ledger wait at a gate, so that several are on their way at once."""

    def __init__(self, ledger: Ledger, gate: threading.Event) -> None:
        self.__dict__.update(ledger.__dict__)
        self._gate = gate

    def record(self, draft: Draft, **more: Any) -> Entry:
        self._gate.wait(10)
        return super().record(draft, **more)


def test_one_at_a_time_and_broken_off_at_the_end(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying_module, "BREATH_STEPS", 1)
    monkeypatch.setattr(verifying_module, "BREATH_SECONDS", 0.05)
    bench, gate = town.bench, threading.Event()
    verifying = Verifying(
        bench.store, Slow(bench.ledger, gate), bench.layout.checkpoints, bench.keyring, bench.clock
    )
    told: list[Any] = []
    threads = [threading.Thread(target=lambda: told.append(verifying.start(HE))) for _ in range(4)]
    before = len(read(town))
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(read(town)) == before + 1
    assert len({one.started for one in told}) == 1
    verifying.stop()
    last = verifying.progress(HE)
    assert (last.state, last.trouble and last.trouble.code) == (
        "failed", Code.gateway_unavailable,
    )  # fmt: skip
