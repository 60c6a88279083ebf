"""Each way to falsify a ledger, done with the file in hand, and what the verifier says of it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from ledger_place import Place, draft

from workbench.ledger import verify as verifying
from workbench.ledger.chain import GENESIS, compose, link
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.seal import Sealer
from workbench.model.entry import Draft, Event
from workbench.store import entries as stored_entries
from workbench.store.address import parsed


def test_an_honest_ledger_is_clean(place: Place) -> None:
    place.record(25)
    verification = place.verify()
    assert verification.clean
    assert verification.findings == ()
    assert (verification.entries, verification.lines, verification.vouched) == (25, 25, 25)
    assert verification.ahead == 0
    assert verification.head == place.store.journal.head()


def test_an_empty_ledger_is_clean(place: Place) -> None:
    assert place.verify().clean


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2025-01-01 00:00:00.000000"),
        ("at", "not a time"),
        ("at", 7),
        ("body", "{}"),
        ("body", "no JSON"),
        ("body", b"\xff\xfe"),
        ("previous", GENESIS),
        ("hash", GENESIS),
        ("event", "audit_read"),
        ("actor", "nobody"),
        ("viewer", "somebody"),
        ("scenario", "other"),
        ("release", "r99"),
        ("resources", ""),
    ],
)
@pytest.mark.parametrize(
    "seq", [pytest.param(1, marks=pytest.mark.slow), 6, pytest.param(9, marks=pytest.mark.slow)]
)
def test_any_column_of_any_row(place: Place, column: str, value: object, seq: int) -> None:
    place.record(9)
    if place.places.kind == "postgresql" and not _fits(column, value):
        with pytest.raises(psycopg.Error):  # a column holds its own type only
            place.tamper((f"UPDATE entries SET {column} = ? WHERE seq = ?", (value, seq)))
        return
    place.tamper((f"UPDATE entries SET {column} = ? WHERE seq = ?", (value, seq)))
    if column == "previous" and seq == 1:
        assert place.found() == []  # that is what stood there
    else:
        assert place.found() == [("changed", seq, seq)]


def _fits(column: str, value: object) -> bool:
    return column != "at" or (isinstance(value, str) and value[0].isdigit())


def test_text_that_is_no_utf8_is_found_and_does_not_stop_the_reading(file_place: Place) -> None:
    place = file_place
    place.record(12)
    place.tamper("UPDATE entries SET body = CAST(x'ff41' AS TEXT) WHERE seq = 4")
    place.tamper("UPDATE entries SET hash = CAST(x'ff41' AS TEXT) WHERE seq = 9")
    assert place.found() == [("changed", 4, 4), ("changed", 9, 9)]


def test_a_field_inside_the_body(place: Place) -> None:
    place.record(9)
    place.tamper(
        "UPDATE entries SET body = replace(body, '发展和改革委员会', '统计局') WHERE seq = 5"
    )
    assert place.found() == [("changed", 5, 5)]


def test_a_body_with_its_hash_computed_anew(place: Place) -> None:
    place.record(9)
    body, previous = _one(place, "SELECT body, previous FROM entries WHERE seq = 5")
    body = body.replace('"number":4', '"number":5')
    place.tamper(
        ("UPDATE entries SET body = ?, hash = ? WHERE seq = 5", (body, link(previous, body)))
    )
    assert place.found() == [("changed", 5, 5)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 4), (6, 6), (6, 9)])
def test_rows_deleted_before_the_end(place: Place, first: int, last: int) -> None:
    place.record(15)
    place.tamper(
        f"DELETE FROM entries WHERE seq BETWEEN {first} AND {last}",
        f"DELETE FROM statements WHERE seq BETWEEN {first} AND {last}",
    )
    assert place.found() == [("removed", first, last)]


def test_statements_left_behind_by_a_deleted_row_are_part_of_it(place: Place) -> None:
    place.record(5)
    place.tamper("DELETE FROM entries WHERE seq = 3")
    assert place.found() == [("removed", 3, 3)]


@pytest.mark.parametrize("cut", [1, 5])
def test_a_cut_tail(place: Place, cut: int) -> None:
    place.record(12)
    place.tamper(
        f"DELETE FROM entries WHERE seq > {12 - cut}",
        f"DELETE FROM statements WHERE seq > {12 - cut}",
    )
    assert place.found() == [("cut_off", 13 - cut, 12)]


def test_a_tail_cut_in_store_and_checkpoints_shows_by_its_statements(place: Place) -> None:
    place.record(12)
    place.tamper("DELETE FROM entries WHERE seq > 10")
    _keep_lines(place, 10)
    assert place.found() == [("cut_off", 11, 12)]


def test_a_cut_tail_that_was_written_over(place: Place) -> None:
    place.record(12)
    place.tamper("DELETE FROM entries WHERE seq > 9", "DELETE FROM statements WHERE seq > 9")
    place.record(6)
    assert place.found() == [("changed", 10, 12)]


def test_two_rows_exchanged(place: Place) -> None:
    place.record(12)
    place.tamper(
        "UPDATE entries SET seq = -1 WHERE seq = 4",
        "UPDATE entries SET seq = 4 WHERE seq = 9",
        "UPDATE entries SET seq = 9 WHERE seq = -1",
    )
    assert place.found() == [("reordered", 4, 4), ("reordered", 9, 9)]


def test_a_row_put_between_two_others(place: Place) -> None:
    place.record(10)
    forged = _forged(place, 6)
    place.tamper(
        "UPDATE entries SET seq = -seq WHERE seq > 5",
        "UPDATE entries SET seq = 1 - seq WHERE seq < 0",
        forged,
    )
    found = place.found()
    assert found[0] == ("inserted", 6, 6)
    assert ("reordered", 7, 11) in found


def test_a_row_put_after_the_last(place: Place) -> None:
    place.record(10)
    place.tamper(_forged(place, 11))
    assert place.found() == [("inserted", 11, 11)]


def test_a_row_far_after_the_last_and_one_before_the_first(place: Place) -> None:
    place.record(5)
    place.tamper(_forged(place, 10**15), _forged(place, -4))
    assert place.found() == [("inserted", -4, -4), ("inserted", 10**15, 10**15)]


def test_a_copy_of_a_true_row_at_the_end(place: Place) -> None:
    place.record(10)
    columns = "at, body, previous, hash, event, actor, viewer, scenario, release, resources"
    place.tamper(
        f"INSERT INTO entries (seq, {columns}) SELECT 11, {columns} FROM entries WHERE seq = 3"
    )
    assert place.found() == [("inserted", 11, 11)]


def test_the_whole_chain_computed_anew_by_someone_without_keys(place: Place) -> None:
    place.record(10)
    _recompute(place, Sealer(bytes(32)), first=4)
    found = place.found()
    assert found[0] == ("changed", 4, 10)


def test_the_whole_chain_computed_anew_with_the_audit_key(place: Place) -> None:
    place.record(10)
    _recompute(place, Sealer(place.keyring.audit_key), first=4)
    assert place.found() == [("changed", 4, 10)]


def test_the_store_exchanged_for_an_empty_one(place: Place) -> None:
    place.record(10)
    place.store.close()
    for left in place.root.glob("store.sqlite*"):
        left.unlink()
    if place.places.kind == "postgresql":
        schema = parsed(place.where, "test").schema
        with closing(place.raw()) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
    exchanged = place.beside()
    assert exchanged.found() == [("cut_off", 1, 10)]
    exchanged.store.close()


def test_checkpoint_lines_of_another_key(place: Place) -> None:
    place.record(6)
    other = place.beside("other")
    entry = place.store.journal.head()
    assert entry is not None
    _keep_lines(place, 5)
    Checkpoints(place.checkpoints, other.keyring.checkpoint_key).write(entry)
    assert place.found() == [("forged_checkpoint", 6, 6)]


def test_a_changed_checkpoint_line(place: Place) -> None:
    place.record(6)
    file = _month(place)
    lines = file.read_text().splitlines()
    changed = {**json.loads(lines[2]), "hash": GENESIS}
    lines[2] = json.dumps(changed, separators=(",", ":"))
    file.write_text("\n".join(lines) + "\n")
    assert place.found() == [("forged_checkpoint", 3, 3)]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"seq":"1","hash":"","at":"","signature":""}',
        '{"seq":true,"hash":"","at":"","signature":""}',
        '{"seq":-1,"hash":"","at":"","signature":""}',
        '{"seq":1,"hash":"","at":"","signature":"?"}',
        '{"seq":1,"hash":"","at":"","signature":"AAAB=="}',
        '{"seq": 1, "hash": "", "at": "", "signature": ""}',
    ],
)
def test_a_line_that_is_no_checkpoint_is_a_warning(place: Place, line: str) -> None:
    place.record(3)
    with _month(place).open("a") as file:
        file.write(line + "\n")
    verification = place.verify()
    assert [(f.kind, f.where) for f in verification.findings] == [
        ("checkpoint_unreadable", "2025-11.jsonl:4")
    ]
    assert verification.clean


def test_a_forged_line_with_a_huge_seq_costs_no_memory(place: Place) -> None:
    place.record(3)
    line = {"seq": 10**18, "hash": GENESIS, "at": "", "signature": "AAAA"}
    with _month(place).open("a") as file:
        file.write(json.dumps(line, separators=(",", ":")) + "\n")
    assert place.found() == [("forged_checkpoint", 10**18, 10**18)]


def test_checkpoints_removed_altogether(place: Place) -> None:
    place.record(20)
    shutil.rmtree(place.checkpoints)
    verification = place.verify()
    assert place.found() == [("checkpoint_missing", 1, 20)]
    assert "Not known" in verification.findings[0].how.en
    assert not verification.clean


def test_more_checkpoints_removed_than_crashes_leave(place: Place) -> None:
    place.record(40)
    file = _month(place)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:10] + lines[10 + verifying.LEEWAY + 1 :]) + "\n")
    assert place.found() == [("checkpoint_missing", 11, 11 + verifying.LEEWAY)]


def test_a_crash_between_commit_and_checkpoint_is_clean_and_told(place: Place) -> None:
    place.record(20)
    _keep_lines(place, 19)
    verification = place.verify()
    assert verification.findings == ()
    assert verification.ahead == 1


def test_a_line_cut_by_a_crash_does_not_spoil_the_next(place: Place) -> None:
    place.record(3)
    file = _month(place)
    file.write_bytes(file.read_bytes()[:-40])
    place.record(2)
    verification = place.verify()
    assert [f.kind for f in verification.findings] == ["checkpoint_unreadable"]
    assert verification.clean
    assert verification.vouched == 5


def test_lines_out_of_order_are_no_finding(place: Place) -> None:
    place.record(30)
    file = _month(place)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(reversed(lines)) + "\n")
    assert place.found() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE statements SET sealed = zeroblob(60) WHERE seq = 4",
        "UPDATE statements SET sealed = 'text' WHERE seq = 4",
        "UPDATE statements SET sealed = (SELECT sealed FROM statements WHERE seq = 5) "
        "WHERE seq = 4",
        "DELETE FROM statements WHERE seq = 4",
    ],
)
def test_a_statement_changed(place: Place, tampering: str) -> None:
    place.record(8)
    place.tamper(tampering)
    assert place.found() == [("statement_changed", 4, 4)]


def test_a_statement_added_where_there_was_none(place: Place) -> None:
    place.ledger.record(Draft(Event.gateway_started))
    place.record(2)
    place.tamper(
        "INSERT INTO statements (seq, sealed) SELECT 1, sealed FROM statements WHERE seq = 2"
    )
    assert place.found() == [("statement_changed", 1, 1)]


def test_a_clock_set_back_is_a_warning(place: Place) -> None:
    place.record(3)
    place.clock.now -= timedelta(days=1)
    place.record(3)
    verification = place.verify()
    assert [(f.kind, f.seq) for f in verification.findings] == [("time_backwards", 4)]
    assert verification.clean


def test_another_audit_key_finds_every_entry_foreign(place: Place) -> None:
    place.record(4)
    verification = verifying.verify(
        place.store.journal, place.checkpoints, place.keyring.checkpoint_public, bytes(32)
    )
    assert [(f.kind, f.seq, f.until) for f in verification.findings] == [("changed", 1, 4)]


def test_several_falsifications_are_each_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_entries, "PAGE", 7)
    place.record(30)
    place.tamper(
        "UPDATE entries SET actor = 'x' WHERE seq = 3",
        "DELETE FROM entries WHERE seq IN (8, 9)",
        "UPDATE entries SET body = body || ' ' WHERE seq = 14",
        "UPDATE statements SET sealed = zeroblob(60) WHERE seq = 21",
        "DELETE FROM entries WHERE seq > 28",
    )
    assert place.found() == [
        ("changed", 3, 3),
        ("removed", 8, 9),
        ("changed", 14, 14),
        ("statement_changed", 21, 21),
        ("cut_off", 29, 30),
    ]


def _one(place: Place, query: str) -> tuple[str, ...]:
    (row,) = place.read(query)
    return row


def _month(place: Place) -> Path:
    (file,) = place.checkpoints.glob("*.jsonl")
    return file


def _keep_lines(place: Place, count: int) -> None:
    file = _month(place)
    file.write_text("".join(line + "\n" for line in file.read_text().splitlines()[:count]))


def _forged(place: Place, seq: int) -> tuple[str, tuple[object, ...]]:
    """An entry that fits the chain at ``seq``, by someone who knows everything but the keys."""
    hashes = _hashes(place)
    last = (seq - 1, hashes.get(seq - 1, GENESIS))
    filed = compose(Draft(Event.decision), last, place.clock(), Sealer(bytes(32)))
    entry = filed.entry
    at = entry.at.strftime("%Y-%m-%d %H:%M:%S.%f")
    return (
        "INSERT INTO entries (seq, at, body, previous, hash, event, actor, viewer, scenario, "
        "release, resources) VALUES (?, ?, ?, ?, ?, 'decision', '', '', '', '', '')",
        (seq, at, entry.body, entry.previous, entry.hash),
    )


def _hashes(place: Place) -> dict[int, str]:
    return dict(place.read("SELECT seq, hash FROM entries"))


def _recompute(place: Place, sealer: Sealer, *, first: int) -> None:
    """The chain from ``first`` on, with another purpose, hashes and statements to match."""
    count = len(_hashes(place))
    last = _hashes(place)[first - 1]
    for seq in range(first, count + 1):
        filed = compose(draft(100 + seq), (seq - 1, last), place.clock(), sealer)
        entry, keys = filed.entry, filed.keys
        last = entry.hash
        at = entry.at.strftime("%Y-%m-%d %H:%M:%S.%f")
        place.tamper(
            (
                "UPDATE entries SET at=?, body=?, previous=?, hash=?, actor=?, release=? "
                "WHERE seq=?",
                (
                    at,
                    entry.body,
                    entry.previous,
                    last,
                    keys["actor"],
                    keys["release"],
                    seq,
                ),
            ),
            ("UPDATE statements SET sealed=? WHERE seq=?", (filed.sealed, seq)),
        )
