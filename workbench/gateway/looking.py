"""Reports that take long: worked out beside the requests, one at a time, and kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from workbench.disclosure.telling.books import Enough
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.failures import foreseen

WAIT_SECONDS = 8.0
"""How long a request waits for one that is under way (our default; a client waits for 30)."""
MOST_SECONDS = 120.0
"""After which one comes to an end with what it has (our default)."""
MOST_WAITING = 4
"""That wait for their turn (our default): each may take up to ``MOST_SECONDS``."""
KEPT = 256
T = TypeVar("T")


@dataclass
class _Job(Generic[T]):
    done: threading.Event = field(default_factory=threading.Event)
    result: T | None = None
    trouble: WorkbenchError | None = None


class Looking:
    """Of one gateway. What was worked out is kept under its key, which says what it was made of."""

    def __init__(self) -> None:
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._jobs: dict[Hashable, _Job[object]] = {}
        self._stopping = threading.Event()

    def result(
        self, key: Hashable, work: Callable[[Enough], T], seconds: float = WAIT_SECONDS
    ) -> T | None:
        """What ``work`` gives, or gave under this key; None while it is under way: ask again. It is
        told when it is ``enough``. Raises what it raised, and LimitReached where too many wait."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
            job = self._jobs.get(key) or self._begun(key, work)
        if not job.done.wait(seconds):
            return None
        if job.trouble is not None:
            raise job.trouble
        return job.result  # type: ignore[return-value]

    def stop(self) -> None:
        """What runs ends at its next step."""
        self._stopping.set()

    def _begun(self, key: Hashable, work: Callable[[Enough], object]) -> _Job[object]:
        if len(self._jobs) > MOST_WAITING:
            raise _too_many()
        job: _Job[object] = _Job()
        run = threading.Thread(target=self._run, args=(key, work, job), name="look", daemon=True)
        run.start()
        self._jobs[key] = job
        return job

    def _run(self, key: Hashable, work: Callable[[Enough], object], job: _Job[object]) -> None:
        try:
            with self._turn:
                until = time.monotonic() + MOST_SECONDS
                job.result = work(lambda: self._stopping.is_set() or time.monotonic() > until)
        except Exception as error:  # noqa: BLE001 - told to whoever asks
            job.trouble = foreseen(error)
        with self._lock:
            del self._jobs[key]
            if job.trouble is None:
                self._kept[key] = job.result
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        job.done.set()


def _too_many() -> WorkbenchError:
    return simple(
        Code.too_many_queries,
        f"已有 {MOST_WAITING} 份报告在等待计算，不再接受更多。",
        f"{MOST_WAITING} reports wait to be worked out, and no more are taken.",
        next=Text("请稍后再试。", "Try again in a moment."),
    )
