"""Recording: durable, whole, in order, by many at once, or refused."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledger_place import Place, draft, open_place
from sqlalchemy import event
from stores import Places

from workbench.errors import Code, Unavailable, WorkbenchError, simple
from workbench.ledger.chain import canonical, fields_of, link
from workbench.ledger.seal import Sealer
from workbench.ledger.usage import usage_in_full
from workbench.model.actor import Role
from workbench.model.entry import Draft, EntryFilter, Event

WRITER = Path(__file__).with_name("ledger_writer.py")


def _writer(root: Path, name: str, count: int, where: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, str(WRITER), str(root), name, str(count), where]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_an_entry_is_chained_to_the_one_before(place: Place) -> None:
    first, second = place.ledger.record(draft(1)), place.ledger.record(draft(2))
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous == first.hash
    assert second.hash == link(first.hash, second.body)
    assert place.store.journal.head() == second
    fields = fields_of(second.body)
    assert fields is not None
    assert fields["content"] == {
        "house_price_index": ["city", "month"],
        "divisions": ["code"],
    }
    assert fields["at"] == "2025-11-03T01:00:02.000000Z"


def test_the_statement_stands_nowhere_in_the_clear(place: Place) -> None:
    place.ledger.record(Draft(Event.decision, secret="SELECT 'CANARY-1'"))
    kept = place.read("SELECT * FROM entries") + place.read("SELECT * FROM statements")
    assert "CANARY-1" not in repr(kept)
    place.store.close()
    for path in (p for p in place.root.rglob("*") if p.is_file()):
        assert b"CANARY-1" not in path.read_bytes(), path


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野家 㐀㐁 ﷽ e\u0301 \u202eabc 👨‍👩‍👧",
        "\x00 nul \x1b[31m \r\n\t \x7f \u2028",
        "\ud800 lone \udfff",
        "繁體字 ＧＢ１８０３０ €￥".encode("gb18030").decode("gb18030"),
        "%_\\' \" ; --",
        "",
    ],
)
def test_any_text_is_kept_and_found_again(place: Place, text: str) -> None:
    place.record(1)
    entry = place.ledger.record(
        Draft(
            Event.decision,
            actor=text,
            viewer=text,
            scenario=text,
            purpose=text,
            content={text or "r": (text,)},
            release=text,
            detail={"text": text, text: [text]},
            secret=text,
        )
    )
    fields = fields_of(entry.body)
    assert fields is not None
    assert fields["purpose"] == text
    assert fields["detail"] == {"text": text, text: [text]} if text else True
    assert place.found() == []
    if text:
        wanted = EntryFilter(person=text, scenario=text, resource=text, release=text)
        rows = usage_in_full(place.store.journal, wanted, place.keyring.audit_key)
        assert [(row.seq, row.statement) for row in rows] == [(entry.seq, text)]


@pytest.mark.parametrize(
    "detail",
    [
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": object()},
        {"x": b"bytes"},
        {"x": datetime(2025, 1, 1, tzinfo=UTC)},
        {"x": {1, 2}},
        {1: "a", "b": 2},
    ],
)
def test_what_is_no_json_is_refused_and_leaves_nothing(
    place: Place, detail: dict[str, object]
) -> None:
    place.record(1)
    with pytest.raises(Unavailable) as caught:
        place.ledger.record(Draft(Event.decision, detail=detail, secret="SELECT 1"))
    assert caught.value.code is Code.ledger_unavailable
    place.record(1)
    verification = place.verify()
    assert (verification.entries, verification.findings) == (2, ())


def test_a_clock_without_a_zone_is_refused(place: Place) -> None:
    place.clock.now = datetime(2025, 1, 1)
    with pytest.raises(Unavailable):
        place.record(1)
    assert place.store.journal.head() is None


def test_canonical_json_does_not_depend_on_order() -> None:
    assert canonical({"b": [1, 2.5, None], "a": {"d": True, "c": "市"}}) == (
        '{"a":{"c":"市","d":true},"b":[1,2.5,null]}'
    )


def test_a_change_and_its_entry_happen_together(place: Place) -> None:
    users = place.store.users
    place.ledger.record(
        Draft(Event.user_changed),
        doing=lambda: users.add("zhang", "a long password", "ndrc", {Role.analyst}),
    )
    assert users.get("zhang") is not None
    assert place.verify().entries == 1


def test_a_change_that_is_refused_leaves_no_entry(place: Place) -> None:
    def refuse() -> None:
        place.store.revocations.revoke("g", datetime(2025, 1, 1).date(), "li", "left")
        raise simple(Code.invalid_request, "不行", "no")

    with pytest.raises(WorkbenchError, match="no"):
        place.ledger.record(Draft(Event.grant_revoked), doing=refuse)
    assert place.store.journal.head() is None
    assert place.store.revocations.all() == {}
    place.record(1)
    assert place.found() == []


def test_an_entry_that_cannot_be_kept_leaves_no_change(place: Place) -> None:
    users = place.store.users
    with pytest.raises(Unavailable):
        place.ledger.record(
            Draft(Event.user_changed, detail={"x": object()}),
            doing=lambda: users.add("zhang", "a long password", "ndrc", {Role.analyst}),
        )
    assert users.get("zhang") is None


def test_recording_inside_a_transaction_is_refused(place: Place) -> None:
    """Its checkpoint would vouch for an entry that may yet be rolled back."""
    with place.store.writing(), pytest.raises(Unavailable):
        place.record(1)
    assert place.verify().lines == 0


def test_threads_chain_correctly(place: Place) -> None:
    threads = [threading.Thread(target=place.record, args=(25,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verification = place.verify()
    assert (verification.entries, verification.lines) == (150, 150)
    assert verification.findings == ()


def test_processes_chain_correctly(place: Place) -> None:
    """They also make the store, the keys and the checkpoint file at the same time."""
    root = place.root.parent / "together"
    root.mkdir()
    where = place.places.where(root)
    writers = [_writer(root, f"w{number}", 60, where) for number in range(4)]
    said = [writer.communicate(timeout=120)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    seqs = sorted(int(line) for lines in said for line in lines.split())
    assert seqs == list(range(1, 241))
    together = place.beside("together")
    verification = together.verify()
    assert verification.entries == 240
    assert [f for f in verification.findings if f.kind != "time_backwards"] == []
    for number in range(4):
        wanted = EntryFilter(person=f"w{number}", limit=100)
        found = together.store.journal.find(wanted)
        numbers = [json.loads(filed.entry.body)["detail"]["number"] for filed in found]
        assert numbers == list(range(59, -1, -1))


def test_killed_in_the_middle_of_writing(place: Place) -> None:
    """Nothing that ``record`` returned is lost, and the chain verifies afterwards."""
    promised: list[int] = []
    for round_ in range(2):
        writers = [
            _writer(place.root, f"r{round_}w{number}", 0, place.where) for number in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            promised += [int(writer.stdout.readline()) for _ in range(8 + 5 * round_)]
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
        for writer in writers:
            promised += [int(line) for line in writer.communicate()[0].split()]
    verification = place.verify()
    assert [f.kind for f in verification.findings if not f.warning] == []
    assert verification.head is not None
    kept = {filed.entry.seq for filed in place.store.journal.walk()}
    assert set(promised) <= kept
    assert len(promised) == len(set(promised))
    place.record(3)
    assert place.verify().clean


def test_a_full_disk_refuses_and_keeps_the_chain_whole(tmp_path: Path) -> None:
    place = open_place(tmp_path / "state")
    place.record(3)
    with place.store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def small(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 6}").close()

    place.store.close()
    event.listen(
        place.store._backend.writer, "connect", small
    )  # the pool is empty: for the next one
    with pytest.raises(Unavailable) as caught:
        place.record(500)
    assert caught.value.code is Code.ledger_unavailable
    verification = open_place(tmp_path / "state").verify()
    assert 3 < verification.entries < 500
    assert (verification.lines, verification.findings) == (verification.entries, ())


def test_a_ledger_that_is_locked_too_long_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_places: Places
) -> None:
    monkeypatch.setattr("workbench.store.backend.BUSY_SECONDS", 0.2)
    place = open_place(tmp_path / "state", places=store_places)
    place.record(1)
    monkeypatch.setattr("workbench.store.backend.BUSY_SECONDS", 30.0)
    other = place.beside()
    with other.store.writing(), ThreadPoolExecutor(1) as thread, pytest.raises(Unavailable):
        thread.submit(place.record, 1).result(timeout=20)
    place.record(1)
    assert place.verify().entries == 2
    other.store.close()
    place.store.close()


def test_without_a_place_for_checkpoints_nothing_is_recorded(place: Place) -> None:
    place.record(2)
    saved = place.checkpoints.rename(place.root / "away")
    place.checkpoints.write_text("a file where the folder was")
    with pytest.raises(Unavailable):
        place.record(1)
    place.checkpoints.unlink()
    saved.rename(place.checkpoints)
    place.record(1)
    verification = place.verify()
    assert (verification.entries, verification.lines, verification.findings) == (3, 3, ())


def test_a_checkpoint_that_fails_after_the_commit_is_told_and_made_up_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one moment that no real disk can be made to fail in: between commit and write."""
    place.record(1)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("workbench.ledger.checkpoints.os.write", full)
        for _ in range(3):  # the first makes an entry, the next are refused before they do
            with pytest.raises(Unavailable, match="Entry 2 is in the ledger"):
                place.record(1)
    assert place.verify().ahead == 1
    place.record(1)
    verification = place.verify()
    assert (verification.entries, verification.vouched, verification.findings) == (3, 3, ())
    assert verification.lines == 3


def test_open_releases_are_closed_as_interrupted(place: Place) -> None:
    for number in range(3):
        place.ledger.record(
            Draft(
                Event.release_opened,
                actor="zhang",
                viewer="li",
                scenario="s",
                release=f"r{number}",
            )
        )
    place.ledger.record(Draft(Event.release_closed, actor="zhang", release="r1"))
    place.ledger.record(Draft(Event.decision, actor="zhang", release="r9"))
    place.ledger.record(Draft(Event.release_opened, actor="zhang"))
    assert place.ledger.close_open_releases() == 2
    closed = place.store.journal.find(EntryFilter(event="release_closed"))
    fields = [json.loads(filed.entry.body) for filed in closed]
    assert [f["release"] for f in fields] == ["r2", "r0", "r1"]
    assert fields[1]["detail"] == {"outcome": "interrupted", "opened": 1}
    assert (fields[1]["actor"], fields[1]["viewer"], fields[1]["scenario"]) == ("zhang", "li", "s")
    assert place.ledger.close_open_releases() == 0
    assert place.found() == []


def test_the_table_cannot_be_changed_by_mistake(place: Place) -> None:
    place.record(1)
    for statement in ("UPDATE entries SET actor = 'x'", "DELETE FROM statements"):
        with pytest.raises(Unavailable), place.store.writing() as connection:
            connection.exec_driver_sql(statement)
    assert place.found() == []


def test_a_sealed_statement_belongs_to_its_entry() -> None:
    sealer = Sealer(bytes(range(32)))
    sealed = sealer.encrypt(7, "SELECT 1")
    assert sealer.decrypt(7, sealed) == "SELECT 1"
    assert sealer.decrypt(8, sealed) is None
    assert sealer.decrypt(7, sealed[:-1]) is None
    assert sealer.decrypt(7, b"") is None
    assert Sealer(bytes(32)).decrypt(7, sealed) is None
    assert sealer.encrypt(7, "SELECT 1") != sealed
    assert sealer.digest(7, "SELECT 1") != sealer.digest(8, "SELECT 1")
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short")
