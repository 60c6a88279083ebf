"""The checks of the fault loops find what they are there to find: each is shown a thing undone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from faults import fault_city, findings
from faults.asked import Ask
from faults.fault_city import FACTS, GRANTED, RESOURCES
from faults.processes import process
from workbench.engine.duckdb import Resources, attach_encrypted, open_builder
from workbench.extracts.versions import Extracts
from workbench.gateway.state import State, open_state
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event

pytestmark = pytest.mark.slow  # as the fault loops that they are the checks of

EDITIONS = {("reading", 0): 0, ("reading", 1): 3}
ROWS = FACTS.count("reading", 0)
SOURCE = {"resource": "reading", "extract_version": 0}


def whole(**more: Any) -> Ask:
    """An answer of all rows, twice each, as release ``r1``, which entry 2 opened."""
    got = {"rows": 2 * ROWS, "ids": 2 * FACTS.id_sum("reading", 0), "editions": [0]}
    release = {"id": "r1", "ledger_seq": 2, "sources": [SOURCE]}
    ask = Ask("anlan", 0, "stream", "reading", 2, 0.0, release, "complete", 1.0, got)
    return replace(ask, **more)


def failed(**got: Any) -> Ask:
    return whole(end="failed", got={"rows": 0, **got})


GOOD_ERROR = {"error": "ours", "code": "worker_died", "texts": [["结束", "ended"]]}
DRIVER_ERROR = {"error": "OperationalError", "status": "IO", "text": "connection refused"}
COUNTED = {"rows": 1, "ids": ROWS, "editions": [0]}


@pytest.mark.parametrize(
    "ask",
    [
        whole(),
        whole(kind="tiny", times=0, got=COUNTED),
        failed(**GOOD_ERROR),
        failed(**DRIVER_ERROR),
        failed(**DRIVER_ERROR | {"text": "[worker_died] 结束 / ended", "status": "UNKNOWN"}),
    ],
)
def test_good_answers_pass(ask: Ask) -> None:
    assert findings.in_results([ask], EDITIONS) == []


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (whole(got={**whole().got, "rows": 2 * ROWS - 1}), "looks whole"),
        (whole(got={**whole().got, "ids": 5}), "looks whole"),
        (whole(got={**whole().got, "editions": [0, 1]}), "mixes"),
        (whole(got={**whole().got, "rows": 0, "editions": []}), "mixes"),
        (whole(kind="tiny", times=0, got={**COUNTED, "ids": ROWS - 1}), "looks whole"),
        (whole(release={"sources": [{**SOURCE, "extract_version": 1}]}), "of edition 0"),
        (whole(release=None), "where it comes from"),
        (whole(kind="refused"), "not granted"),
        (whole(end=""), "never answered"),
        (failed(**GOOD_ERROR | {"code": "internal"}), "internal"),
        (failed(**GOOD_ERROR | {"texts": [["", "ended"]]}), "worker_died"),
        (failed(**DRIVER_ERROR | {"text": ""}), "failed with"),
        (failed(**DRIVER_ERROR | {"status": "INTERNAL"}), "failed with"),
        (failed(error="KeyError", status="", text="'x'"), "failed with"),
    ],
)
def test_a_bad_answer_is_found(ask: Ask, says: str) -> None:
    (found,) = findings.in_results([ask], EDITIONS)
    assert says in found


@dataclass
class City:
    root: Path
    data: Path
    state: State

    @property
    def book(self) -> findings.Book:
        return findings.Book(self.state.store.journal)

    def enter(self, event: Event, **detail: Any) -> None:
        self.state.ledger.record(Draft(event, actor="anlan", release="r1", detail=detail))

    def tampered(self, statement: str) -> None:
        with sqlite3.connect(self.state.layout.store) as con:
            for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                con.execute(f"DROP TRIGGER {name}")
            con.execute(statement)
        con.close()

    def verified(self) -> list[str]:
        keys, layout = self.state.keyring, self.state.layout
        journal = self.state.store.journal
        found = verify(journal, layout.checkpoints, keys.checkpoint_public, keys.audit_key)
        return [finding.kind.value for finding in found.findings]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    root = fault_city.make(tmp_path)
    state = open_state(root)
    yield City(root, tmp_path / "data", state)
    state.store.close()


@pytest.fixture
def released(city: City) -> City:
    city.enter(Event.decision, outcome="permit")
    city.enter(Event.release_opened)
    city.enter(Event.release_closed, outcome="complete", rows=2 * ROWS)
    return city


def test_an_answer_with_its_entries_passes(released: City) -> None:
    assert findings.in_entries([whole(), failed(**GOOD_ERROR)], released.book) == []
    assert findings.in_closings([], released.book) == []
    assert released.verified() == []


def test_an_answer_without_entries_is_found(city: City) -> None:
    assert len(findings.in_entries([whole()], city.book)) == 3
    assert len(findings.in_entries([whole(end="", got={})], city.book)) == 2


def test_another_entry_than_was_told_is_found(released: City) -> None:
    told = whole(release={**(whole().release or {}), "ledger_seq": 3})
    assert len(findings.in_entries([told], released.book)) == 1


def test_a_count_that_differs_is_found(released: City) -> None:
    fewer = whole(got={**whole().got, "rows": 7})
    assert len(findings.in_entries([fewer], released.book)) == 1


def test_a_second_closing_is_found(released: City) -> None:
    released.enter(Event.release_closed, outcome="interrupted")
    assert len(findings.in_entries([whole()], released.book)) == 1


def test_a_closing_entry_that_was_removed_is_found(released: City) -> None:
    released.tampered("DELETE FROM entries WHERE seq = 3")
    assert len(findings.in_entries([whole()], released.book)) == 1
    assert released.verified() == ["cut_off"]


def test_what_was_left_open_must_be_closed_as_interrupted(city: City) -> None:
    city.enter(Event.decision, outcome="permit")
    city.enter(Event.release_opened)
    assert len(findings.in_closings(["r1"], city.book)) == 1
    city.state.ledger.close_open_releases()
    assert findings.in_closings(["r1"], city.book) == []


def test_closed_as_complete_is_not_interrupted(released: City) -> None:
    assert len(findings.in_closings(["r1"], released.book)) == 1


# Extracts ----------------------------------------------------------------------------------------


def in_extracts(city: City) -> list[str]:
    extracts = Extracts(city.state.layout.extracts)
    return findings.in_extracts(extracts, RESOURCES, city.book, set())


def ingested(city: City) -> Path:
    """A second version by the command; the file that it wrote."""
    before = set(city.root.rglob("*.parquet"))
    subprocess.run(
        [sys.executable, "-m", "workbench", "ingest", "reading",
         str(fault_city.delivered(city.data, "reading", 1)), "--city", str(city.root)],
        check=True, capture_output=True,
    )  # fmt: skip
    (written,) = set(city.root.rglob("*.parquet")) - before
    return written


def test_versions_pass_and_damage_is_found(city: City) -> None:
    written = ingested(city)
    assert in_extracts(city) == []
    with written.open("r+b") as file:
        file.seek(100)
        file.write(b"?")
    assert len(in_extracts(city)) == 1


def test_a_gap_between_versions_is_found(city: City) -> None:
    log = ingested(city).parent / "_delta_log"
    (log / f"{1:020}.json").rename(log / f"{2:020}.json")
    (found,) = in_extracts(city)
    assert "[0, 2]" in found


def test_a_version_without_its_entry_is_found(city: City) -> None:
    ingested(city)
    entries = "DELETE FROM entries WHERE event = 'extract_ingested'"
    city.tampered(entries)
    (found,) = in_extracts(city)
    assert "not in the ledger" in found


def test_a_file_of_no_version_is_found(city: City) -> None:
    written = ingested(city)
    extracts = Extracts(city.state.layout.extracts)
    assert findings.in_strays(extracts, "reading") == []
    written.with_name("stray.parquet").write_bytes(b"rows")
    assert len(findings.in_strays(extracts, "reading")) == 1


# Files -------------------------------------------------------------------------------------------


def written(file: Path, key: str = "") -> None:
    """A database with rows of the city, encrypted where there is a key."""
    statement = f"SELECT '{GRANTED}-' || range AS note FROM range(5000)"
    if not key:
        with duckdb.connect(str(file)) as con:
            con.execute(f"CREATE TABLE reading AS {statement}")
        return
    scratch = file.with_suffix(".t")
    scratch.mkdir()
    con = open_builder(Resources(256, 64, 1), scratch)
    attach_encrypted(con, file, key, write=True)
    con.execute(f"CREATE TABLE workspace.reading AS {statement}")
    con.close()


def test_an_encrypted_workspace_passes(tmp_path: Path) -> None:
    written(tmp_path / "w", "0123456789abcdef0123456789abcdef")
    assert (tmp_path / "w").stat().st_size > 10_000
    assert findings.in_files(tmp_path) == []


def test_a_plain_workspace_is_found(tmp_path: Path) -> None:
    written(tmp_path / "w")
    assert len(findings.in_files(tmp_path)) == 1


@pytest.mark.parametrize("offset", [0, findings._CHUNK - 5, 3 * findings._CHUNK])
def test_a_mark_anywhere_is_found(tmp_path: Path, offset: int) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "spilt").write_bytes(b"\0" * offset + GRANTED.encode() + b"\0" * 50)
    assert len(findings.in_files(tmp_path)) == 1


def test_a_parquet_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"PAR1" + b"\0" * 50)
    assert len(findings.in_files(tmp_path)) == 1


def test_an_open_folder_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert findings.in_modes(tmp_path) == []
    tmp_path.chmod(0o750)
    assert len(findings.in_modes(tmp_path)) == 1


def test_a_process_that_lives_on_is_seen() -> None:
    child = subprocess.Popen(["sleep", "60"])
    known = process(child.pid)
    try:
        assert known.lives
        assert not known.gone(0.05)
    finally:
        child.kill()
    assert known.gone(5)  # a zombie does nothing any more
    child.wait()
    assert not known.lives
