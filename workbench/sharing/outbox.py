"""Sends what is in the outbox: each message by every way that the city has, at least once.

A message is claimed first, one at a time, so that no second sender has it meanwhile; what went out
is noted part by part, so that a later try does not repeat it. A sender that dies between a sending
and its note leaves one part that goes out again, under the same key.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workbench.sharing.carriers import Carrier, Undelivered
from workbench.store.messages import Message, Messages

log = logging.getLogger(__name__)

HOLD = timedelta(minutes=10)
"""How long a claimed message is its sender's own, from the claim and from each part that went out:
longer than a carrier's patience with one part (our default)."""
FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
"""Before the second try, then twice as long each time, up to this (our defaults). Nothing is given
up: whoever reads ``failed`` mends the cause."""
MOST = 200
"""Messages of one call (our default)."""

NO_CARRIER = "no_carrier"
"""The trouble of a message that no carrier has anybody for."""


@dataclass(frozen=True)
class Progress:
    """What a message's column ``trouble`` holds between tries: the parts that went out, and what
    happened to the others (classes of errors, by part)."""

    done: tuple[str, ...] = ()
    trouble: str = ""

    @classmethod
    def of(cls, text: str) -> Progress:
        """A text that is not ours is trouble, and nothing was done."""
        try:
            found = json.loads(text)
        except ValueError:
            return cls(trouble=text)
        if not isinstance(found, dict) or not isinstance(found.get("done"), list):
            return cls(trouble=text)
        return cls(tuple(map(str, found["done"])), str(found.get("trouble", "")))

    def text(self) -> str:
        return json.dumps({"done": self.done, "trouble": self.trouble}, ensure_ascii=False)


@dataclass(frozen=True)
class Counts:
    """Of one call. ``waiting``: not sent yet, whenever their time comes. ``unaddressed``: the
    recipients for whom a carrier has no address, though another one has carried it or will."""

    sent: int
    failed: int
    waiting: int
    unaddressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outbox:
    """``elapsed`` counts seconds; with the time of the call it tells the time of each step."""

    messages: Messages
    carriers: Sequence[Carrier]
    elapsed: Callable[[], float] = time.monotonic

    def send(self, now: datetime, most: int = MOST) -> Counts:
        """Those that are due, the oldest first. Raises Unavailable where the store is not there;
        for a message or a carrier, never."""
        begun = self.elapsed()
        run = _Run(self, lambda: now + timedelta(seconds=self.elapsed() - begun))
        tried = 0
        while tried < most and (claimed := self.messages.claim(run.time(), HOLD, 1)):
            run.give(claimed[0])
            tried += 1
        unaddressed = tuple(sorted(run.unaddressed))
        return Counts(run.sent, run.failed, self.messages.waiting(), unaddressed)


@dataclass
class _Run:
    """One call of ``send``. ``down``: carriers that nothing gets through for now, and why; they
    are not tried again in this run, so that the others need not wait for them."""

    box: Outbox
    time: Callable[[], datetime]
    down: dict[str, str] = field(default_factory=dict)
    unaddressed: set[str] = field(default_factory=set)
    sent: int = 0
    failed: int = 0

    def give(self, message: Message) -> None:
        done = list(Progress.of(message.trouble).done)
        wanted = list(self._wanted(message))
        troubles = {} if wanted else {NO_CARRIER: ""}
        left = [(carrier, part) for carrier, part in wanted if part not in done]
        for number, (carrier, part) in enumerate(left, 1):
            trouble = self._carried(carrier, message, part)
            if trouble:
                troubles[part] = trouble
                continue
            done.append(part)
            if number < len(left):  # noted at once, and held on for the next part
                held = self.time() + HOLD
                self.box.messages.failed(message.key, held, Progress(tuple(done)).text())
        self._mark(message, tuple(done), troubles)

    def _wanted(self, message: Message) -> Iterator[tuple[Carrier, str]]:
        for carrier in self.box.carriers:
            parts = carrier.parts(message.recipient)
            if not parts:
                self.unaddressed.add(message.recipient)
                log.warning(
                    "message %s: %s has no address for %s",
                    message.key, carrier.name, message.recipient,
                )  # fmt: skip
            yield from ((carrier, part) for part in parts)

    def _carried(self, carrier: Carrier, message: Message, part: str) -> str:
        """The trouble, "" for none."""
        if carrier.name in self.down:
            return self.down[carrier.name]
        try:
            carrier.carry(message, part)
        except Undelivered as error:
            if error.carrier_down:
                self.down[carrier.name] = error.trouble
            return error.trouble
        except Exception as error:  # noqa: BLE001  one bad message must not stop the others
            return type(error).__name__
        return ""

    def _mark(self, message: Message, done: tuple[str, ...], troubles: dict[str, str]) -> None:
        at = self.time()
        if not troubles:
            self.box.messages.sent(message.key, at)
            self.sent += 1
            return
        trouble = "; ".join(f"{part}: {why}" if why else part for part, why in troubles.items())
        again = at + pause(message.tries)
        self.box.messages.failed(message.key, again, Progress(done, trouble).text())
        self.failed += 1
        log.warning("message %s not sent, next try %s: %s", message.key, again, trouble)


def pause(tries: int) -> timedelta:
    """How long after a failed try the next one follows; ``tries`` are those before it."""
    return min(FIRST * (1 << min(tries, 16)), LONGEST)
