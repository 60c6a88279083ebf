"""Entries of threads that record at the same time, and what the short ways must not miss."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from ledger_place import Place, draft

from workbench.errors import Unavailable, WorkbenchError
from workbench.ledger.chain import link, without_seal
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event


def _together(place: Place, drafts: list[Draft]) -> list[Any]:
    """All recorded while another thread holds the pen, so that they wait for the same moment."""
    outcomes: list[Any] = [None] * len(drafts)

    def record(number: int) -> None:
        try:
            outcomes[number] = place.ledger.record(drafts[number]).seq
        except WorkbenchError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=record, args=(n,)) for n in range(len(drafts))]
    with place.ledger._lock:
        for thread in threads:
            thread.start()
        limit = time.monotonic() + 20
        while len(place.ledger._waiting) < len(drafts) and time.monotonic() < limit:
            time.sleep(0.01)
    for thread in threads:
        thread.join(20)
    return outcomes


def test_who_waits_shares_one_commit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.record(1)
    commits: list[int] = []
    append = place.store.appender.append

    def counted(compose: Any) -> Any:
        filed = append(compose)
        commits.append(len(filed))
        return filed

    monkeypatch.setattr(place.store.appender, "append", counted)
    outcomes = _together(place, [draft(n) for n in range(7)])
    assert sorted(outcomes) == list(range(2, 9))
    assert commits == [7]
    verification = place.verify()
    assert (verification.entries, verification.lines, verification.findings) == (8, 8, ())


def test_what_is_no_entry_does_not_take_the_others_with_it(place: Place) -> None:
    wrong = Draft(Event.decision, detail={"x": object()})
    outcomes = _together(place, [draft(1), wrong, draft(2), wrong, draft(3)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert len(refused) == 2
    assert isinstance(outcomes[1], Unavailable)
    assert sorted(outcome for outcome in outcomes if isinstance(outcome, int)) == [1, 2, 3]
    assert place.found() == []


def test_a_commit_that_nobody_heard_of_gets_its_checkpoint(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server committed and the line broke before it could say so."""
    place.record(2)
    append = place.store.appender.append

    def unheard(compose: Any) -> None:
        append(compose)
        raise ConnectionError("the line broke")

    with monkeypatch.context() as broken:
        broken.setattr(place.store.appender, "append", unheard)
        with pytest.raises(Unavailable) as caught:
            place.record(1)
    assert place.verify().ahead == 1
    assert "the entry may stand all the same" in caught.value.said("en")
    assert "该条目可能已经写入" in caught.value.said("zh")
    assert "ConnectionError" in caught.value.said("en")
    assert "the line broke" not in caught.value.said("en")
    for said in (caught.value.said("en"), caught.value.said("zh")):
        assert "nothing was done" not in said
        assert "未执行任何操作" not in said
    place.record(1)
    verification = place.verify()
    assert (verification.entries, verification.lines, verification.findings) == (4, 4, ())


@pytest.mark.parametrize("before", ['"detail":{', '"seq":', '"v":'])
def test_a_seal_in_another_place_of_the_body(place: Place, before: str) -> None:
    """Without it the body reads the same, and the seal fits; the body is not ours all the same."""
    place.record(5)
    ((body, previous),) = place.read("SELECT body, previous FROM entries WHERE seq = 3")
    parts = without_seal(body)
    assert parts is not None
    unsealed, seal = parts
    inside = before.endswith("{")
    piece = f'"seal":"{seal}",'
    old, new = (before, before + piece) if inside else (before, piece + before)
    moved = unsealed.replace(old, new, 1)
    if before == '"seq":':  # its own place
        assert moved == body
        return
    place.tamper(
        ("UPDATE entries SET body = ?, hash = ? WHERE seq = 3", (moved, link(previous, moved)))
    )
    assert place.found() == [("changed", 3, 3)]


def test_both_ways_to_look_at_a_signature_find_the_same(place: Place) -> None:
    place.record(12)
    (file,) = place.checkpoints.glob("*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"hash":"', b'"hash":"0', 1)
    lines[6] = lines[6].replace(b'"at":"2025-11-03', b'"at":"2025-11-04')
    file.write_bytes(b"".join(lines))
    ring, journal = place.keyring, place.store.journal
    given = journal, place.checkpoints, ring.checkpoint_public, ring.audit_key
    slow, quick = verify(*given), verify(*given, signer=ring.checkpoint_key)
    assert slow == quick
    assert [f.where.split(":")[1] for f in slow.findings] == ["5", "7"]
    with pytest.raises(ValueError, match="two keys"):
        verify(*given, signer=place.beside("other").keyring.checkpoint_key)


def test_a_change_whose_commit_nobody_heard_of_may_have_been_made(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an entry and a change in one transaction the line breaks at its end."""
    append = place.store.journal.append

    def unheard(compose: Any, doing: Any = None) -> None:
        append(compose, doing)
        raise ConnectionError("the line broke")

    made: list[int] = []
    with monkeypatch.context() as broken:
        broken.setattr(place.store.journal, "append", unheard)
        with pytest.raises(Unavailable, match="may stand all the same"):
            place.ledger.record(draft(1), doing=lambda: made.append(1))
    assert made == [1]


def test_what_was_never_sent_was_not_done(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is not there from the first moment: no doubt then."""

    def gone(compose: Any, doing: Any = None) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(place.store.journal, "append", gone)
    with pytest.raises(Unavailable, match="so nothing was done"):
        place.ledger.record(draft(1))
