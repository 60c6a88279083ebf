"""The outbox over a real store, SQLite and PostgreSQL: sent once, by every way, whatever fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from matters import NOON
from stores import Places

from workbench.sharing.carriers import FileCarrier, Undelivered
from workbench.sharing.outbox import FIRST, HOLD, LONGEST, Counts, Outbox, Progress, pause
from workbench.store.messages import Message
from workbench.store.session import Store, open_store

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    found = open_store(store_places.where(tmp_path), lambda: NOON)
    yield found
    found.close()


def made(store: Store, count: int = 1, recipient: str = "department:drc") -> list[str]:
    keys = [f"{n:064x}" for n in range(count)]
    body = json.dumps({"case": "1", "zh": "已批准", "en": "approved"}, ensure_ascii=False)
    for key in keys:
        assert store.messages.make(Message(key, "1", "approve", recipient, body, NOON))
    return keys


def kept(store: Store, key: str) -> Message:
    return next(m for m in store.messages.of_case("1") if m.key == key)


@dataclass
class Courier:
    """A carrier that notes what it carried; ``troubles`` are those of its next calls."""

    name: str = "courier"
    to: tuple[str, ...] = ("courier",)
    troubles: dict[str, list[Exception | None]] = field(default_factory=dict)
    carried: list[tuple[str, str]] = field(default_factory=list)
    tried: int = 0
    during: Callable[[], object] = lambda: None

    def parts(self, recipient: str) -> tuple[str, ...]:
        return self.to if recipient != "role:nobody" else ()

    def carry(self, message: Message, part: str) -> None:
        self.tried += 1
        self.during()
        waiting = self.troubles.get(part, [])
        trouble = waiting.pop(0) if waiting else None
        if trouble is not None:
            raise trouble
        self.carried.append((message.key, part))


def outbox(store: Store, *carriers: object, elapsed: Callable[[], float] = lambda: 0.0) -> Outbox:
    return Outbox(store.messages, carriers, elapsed)  # type: ignore[arg-type]


def test_a_message_is_sent_once_by_every_carrier(store: Store, tmp_path: Path) -> None:
    (key,) = made(store)
    courier = Courier()
    box = outbox(store, FileCarrier(tmp_path / "outbox"), courier)
    assert box.send(NOON - SECOND) == Counts(0, 0, 1)
    assert box.send(NOON) == Counts(1, 0, 0)
    assert box.send(NOON + timedelta(days=9)) == Counts(0, 0, 0)
    assert courier.carried == [(key, "courier")]
    content = json.loads((tmp_path / "outbox" / f"{key}.json").read_bytes())
    assert content["text"]["zh"] == "已批准"
    message = kept(store, key)
    assert (message.sent, message.next, message.trouble) == (NOON, None, "")


def test_what_went_out_is_not_repeated_when_the_rest_is_tried_again(store: Store) -> None:
    (key,) = made(store)
    first = Courier("first", ("first",))
    refused = Undelivered("SMTPRecipientsRefused 550")
    mail = Courier("smtp", ("smtp:a@b", "smtp:c@d"), {"smtp:a@b": [refused, refused]})
    last = Courier("last", ("last",))
    box = outbox(store, first, mail, last)
    assert box.send(NOON) == Counts(0, 1, 1)
    message = kept(store, key)
    assert json.loads(message.trouble) == {
        "done": ["first", "smtp:c@d", "last"],
        "trouble": "smtp:a@b: SMTPRecipientsRefused 550",
    }
    assert message.next == NOON + FIRST
    assert box.send(NOON + FIRST - SECOND) == Counts(0, 0, 1)
    assert box.send(NOON + FIRST) == Counts(0, 1, 1)
    assert kept(store, key).next == NOON + FIRST + 2 * FIRST
    assert box.send(NOON + 3 * FIRST) == Counts(1, 0, 0)
    assert first.carried == [(key, "first")]
    assert mail.carried == [(key, "smtp:c@d"), (key, "smtp:a@b")]
    assert last.carried == [(key, "last")]


def test_two_senders_at_once_send_each_message_once(store: Store) -> None:
    keys = made(store, 12)
    start = threading.Barrier(2)
    couriers = [Courier(), Courier()]
    counts: list[Counts] = []

    def send(courier: Courier) -> None:
        start.wait()
        counts.append(outbox(store, courier).send(NOON))

    senders = [threading.Thread(target=send, args=(courier,)) for courier in couriers]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    carried = [key for courier in couriers for key, _ in courier.carried]
    assert sorted(carried) == keys
    assert sum(one.sent for one in counts) == len(keys)
    assert store.messages.waiting() == 0


def test_while_one_sends_another_has_nothing_to_do(store: Store) -> None:
    made(store)
    meanwhile: list[Counts] = []
    other = outbox(store, Courier())
    slow = Courier(during=lambda: meanwhile.append(other.send(NOON + HOLD - SECOND)))
    assert outbox(store, slow).send(NOON) == Counts(1, 0, 0)
    assert meanwhile == [Counts(0, 0, 1)]


def test_after_the_death_of_a_sender_another_goes_on(store: Store) -> None:
    (key,) = made(store)
    assert len(store.messages.claim(NOON, HOLD)) == 1  # and died
    courier = Courier()
    box = outbox(store, courier)
    assert box.send(NOON + HOLD - SECOND) == Counts(0, 0, 1)
    assert box.send(NOON + HOLD) == Counts(1, 0, 0)
    assert courier.carried == [(key, "courier")]


class Killed(BaseException):
    """The process ends here: nothing of ours catches it."""


def test_a_sender_killed_between_two_carriers_leaves_what_it_did(store: Store) -> None:
    (key,) = made(store)
    first, last = Courier("first", ("first",)), Courier("last", ("last",))

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        outbox(store, first, Courier("last", ("last",), during=kill)).send(NOON)
    assert Progress.of(kept(store, key).trouble) == Progress(("first",))
    assert outbox(store, first, last).send(NOON + HOLD - SECOND) == Counts(0, 0, 1)
    assert outbox(store, first, last).send(NOON + HOLD) == Counts(1, 0, 0)
    assert (len(first.carried), len(last.carried)) == (1, 1)


def test_a_file_written_before_the_kill_is_not_written_again(store: Store, tmp_path: Path) -> None:
    (key,) = made(store)
    carrier = FileCarrier(tmp_path / "outbox")
    (message,) = store.messages.claim(NOON, HOLD)
    carrier.carry(message, "file")  # and died before it could say so
    before = (tmp_path / "outbox" / f"{key}.json").stat()
    assert outbox(store, carrier).send(NOON + HOLD) == Counts(1, 0, 0)
    (file,) = (tmp_path / "outbox").iterdir()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_one_bad_message_stops_no_other(store: Store, tmp_path: Path) -> None:
    store.messages.make(Message("bad", "1", "approve", "department:drc", "no json", NOON - SECOND))
    keys = made(store, 2)
    broken = Courier(troubles={"courier": [RuntimeError("pa55-word"), None, None]})
    counts = outbox(store, FileCarrier(tmp_path / "outbox"), broken).send(NOON)
    assert counts == Counts(2, 1, 1)
    assert Progress.of(kept(store, "bad").trouble) == Progress(
        (), "file: unreadable_body; courier: RuntimeError"
    )
    assert [key for key, _ in broken.carried] == keys


def test_a_carrier_that_is_down_is_tried_once_a_run(store: Store) -> None:
    keys = made(store, 3)
    down = Undelivered("ConnectionRefusedError", carrier_down=True)
    mail = Courier("smtp", ("smtp:a@b", "smtp:c@d"), {"smtp:a@b": [down]})
    other = Courier("other", ("other",))
    box = outbox(store, mail, other)
    assert box.send(NOON) == Counts(0, 3, 3)
    assert mail.tried == 1
    assert [key for key, _ in other.carried] == keys
    for key in keys:
        said = Progress.of(kept(store, key).trouble).trouble
        assert said == "smtp:a@b: ConnectionRefusedError; smtp:c@d: ConnectionRefusedError"
    assert box.send(NOON + FIRST) == Counts(3, 0, 0)
    assert len(mail.carried) == 6
    assert len(other.carried) == 3


def test_whom_a_carrier_does_not_know_is_said(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (key,) = made(store, recipient="role:nobody")
    mail = Courier("smtp")
    files = FileCarrier(tmp_path / "outbox")
    assert outbox(store, files, mail).send(NOON) == Counts(1, 0, 0, ("role:nobody",))
    assert (tmp_path / "outbox" / f"{key}.json").exists()
    assert mail.tried == 0
    assert "smtp has no address for role:nobody" in caplog.text


def test_what_nobody_carries_waits_until_somebody_does(store: Store) -> None:
    (key,) = made(store, recipient="role:nobody")
    box = outbox(store, Courier("smtp"))
    assert box.send(NOON) == Counts(0, 1, 1, ("role:nobody",))
    assert Progress.of(kept(store, key).trouble).trouble == "no_carrier"
    assert outbox(store).send(NOON + FIRST) == Counts(0, 1, 1)


def test_a_long_run_claims_by_the_time_that_it_is(store: Store) -> None:
    """Else the last message of a long run would be claimed with a hold that is over already."""
    first, second = made(store, 2)
    passed, meanwhile = [0.0], []
    other = outbox(store, Courier())

    def slow() -> None:
        passed[0] += HOLD.total_seconds() - 60
        if passed[0] > HOLD.total_seconds():  # the second one is under way
            meanwhile.append(other.send(NOON + timedelta(seconds=passed[0])).sent)

    box = outbox(store, Courier(during=slow), elapsed=lambda: passed[0])
    assert box.send(NOON) == Counts(2, 0, 0)
    assert meanwhile == [0]
    times = [kept(store, key).sent for key in (first, second)]
    assert times == [NOON + HOLD - 60 * SECOND, NOON + 2 * (HOLD - 60 * SECOND)]


def test_no_more_than_asked_and_the_oldest_first(store: Store) -> None:
    keys = made(store, 3)
    store.messages.make(Message("old", "1", "approve", "department:drc", "{}", NOON - SECOND))
    courier = Courier()
    box = outbox(store, courier)
    assert box.send(NOON, most=2) == Counts(2, 0, 2)
    assert [key for key, _ in courier.carried] == ["old", keys[0]]


def test_tries_come_further_and_further_apart_and_never_end() -> None:
    assert [pause(n) for n in range(3)] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert pause(9) == pause(10_000) == LONGEST


@pytest.mark.parametrize("text", ["", "old words", "[1]", '{"done": 1}', "null"])
def test_a_trouble_that_is_not_ours_means_that_nothing_was_done(text: str) -> None:
    assert Progress.of(text) == Progress((), text)


def test_progress_is_read_as_it_was_written() -> None:
    progress = Progress(("file", "smtp:a@b"), "webhook: status 503")
    assert Progress.of(progress.text()) == progress
