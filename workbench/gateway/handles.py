"""Handles: random names for statements that wait to be fetched, each bound to one person; and the
names under which fetches can be cancelled, which a client may choose itself.

A handle is no permission: ``do_get`` re-authorises, and another person's handle is answered like
one that never was.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyarrow as pa

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Actor
from workbench.model.period import Period
from workbench.model.tier import Tier

STATEMENT_LIFE = timedelta(minutes=5)
PREPARED_LIFE = timedelta(minutes=30)
"""Since the last use. Both are our defaults."""
PER_PERSON = 64
"""Handles of one kind that one person may hold; a further one pushes out the oldest."""
HANDLE_BYTES = 24


@dataclass(frozen=True)
class Statement:
    """What a handle stands for. ``person`` is the actor's id with the viewer behind a page."""

    person: tuple[str, str]
    scenario: str
    sql: str
    parameters: pa.RecordBatch | None = None
    tier: Tier | None = None
    within: Period | None = None


@dataclass
class _Held:
    statement: Statement
    expires: datetime


def person_of(actor: Actor) -> tuple[str, str]:
    return actor.id, actor.viewer


class Book:
    """Statements by handle, each for ``life`` after it was written or last looked up."""

    def __init__(
        self, life: timedelta, clock: Callable[[], datetime], per_person: int = PER_PERSON
    ) -> None:
        self._life, self._clock, self._per_person = life, clock, per_person
        self._lock = threading.Lock()
        self._held: OrderedDict[bytes, _Held] = OrderedDict()

    def write(self, statement: Statement) -> bytes:
        """A new handle. The person's oldest goes when there are too many: a client that never
        closes its statements hurts nobody else, and not itself either."""
        handle = secrets.token_bytes(HANDLE_BYTES)
        with self._lock:
            self._drop_expired()
            mine = [h for h, v in self._held.items() if v.statement.person == statement.person]
            for old in mine[: max(0, len(mine) - self._per_person + 1)]:
                del self._held[old]
            self._held[handle] = _Held(statement, self._clock() + self._life)
        return handle

    def look_up(self, handle: bytes, actor: Actor) -> Statement:
        """Raises InvalidInput when it is unknown, expired or another person's."""
        with self._lock:
            held = self._mine(handle, actor)
            held.expires = self._clock() + self._life
            self._held.move_to_end(handle)
            return held.statement

    def take(self, handle: bytes, actor: Actor) -> Statement:
        """``look_up``, and the handle is used up."""
        with self._lock:
            held = self._mine(handle, actor)
            del self._held[handle]
            return held.statement

    def bind(self, handle: bytes, actor: Actor, parameters: pa.RecordBatch | None) -> None:
        """Parameters for the next execution."""
        with self._lock:
            held = self._mine(handle, actor)
            held.statement = replace(held.statement, parameters=parameters)
            held.expires = self._clock() + self._life

    def forget(self, handle: bytes, actor: Actor) -> None:
        """Close; an unknown handle is closed already."""
        with self._lock:
            held = self._held.get(handle)
            if held is not None and held.statement.person == person_of(actor):
                del self._held[handle]

    def __len__(self) -> int:
        with self._lock:
            self._drop_expired()
            return len(self._held)

    def _mine(self, handle: bytes, actor: Actor) -> _Held:
        self._drop_expired()
        held = self._held.get(handle)
        if held is None or held.statement.person != person_of(actor):
            raise unknown_handle()
        return held

    def _drop_expired(self) -> None:
        now = self._clock()
        for handle in [h for h, v in self._held.items() if v.expires <= now]:
            del self._held[handle]


class Fetches:
    """What is being fetched now, by person and handle, so that its owner can cancel it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[tuple[tuple[str, str], bytes], threading.Event] = {}

    @contextmanager
    def fetching(self, handle: bytes, actor: Actor) -> Iterator[Callable[[], bool]]:
        """While it is fetched. What is given says whether the owner has asked to stop."""
        key, cancelled = (person_of(actor), handle), threading.Event()
        with self._lock:
            self._running[key] = cancelled
        try:
            yield cancelled.is_set
        finally:
            with self._lock:
                if self._running.get(key) is cancelled:
                    del self._running[key]

    def cancel(self, handle: bytes, actor: Actor) -> bool:
        """False where nothing of this person's is being fetched under the handle."""
        with self._lock:
            cancelled = self._running.get((person_of(actor), handle))
        if cancelled is None:
            return False
        cancelled.set()
        return True

    def __len__(self) -> int:
        with self._lock:
            return len(self._running)


def unknown_handle() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "语句句柄不存在、已使用或已过期。",
        "This statement handle is unknown, used up or expired.",
        rule=Text(
            "语句句柄 5 分钟有效，预备语句闲置 30 分钟失效（本产品默认）。",
            "Statement handles live 5 minutes; prepared statements 30 minutes without use "
            "(our default).",
        ),
        next=Text("请重新执行该语句。", "Run the statement again."),
    )
