"""Which pull runs when: a few at once, departments in turn, one of each shape."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count

from workbench.extracts.sources import Pulled
from workbench.workspace.turns import Ticket, Turns


@dataclass
class _Job:
    work: Callable[[], Pulled]
    future: Future[Pulled] = field(default_factory=Future)
    begun: bool = False


class PullQueue:
    """Work by key, each in a thread of its own, ``at_once()`` of them. Used by several threads."""

    def __init__(self, at_once: Callable[[], int]) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._turns, self._numbers = Turns(), count()
        self._running: set[threading.Thread] = set()

    def ask(self, key: str, department: str, work: Callable[[], Pulled]) -> Future[Pulled]:
        """The answer of the work for this key that waits or runs, or else of ``work``. It comes
        whether or not anybody waits for it."""
        with self._lock:
            job = self._jobs.setdefault(key, _Job(work))
            if not job.begun:
                self._turns.join(Ticket(department, "", key, next(self._numbers)))
                self._begin()
            return job.future

    def forget(self, key: str, error: Exception) -> None:
        """Whoever asks from now on gets other work. What has not begun ends with ``error``."""
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is not None and not job.begun:
            job.future.set_exception(error)

    def join(self, seconds: float) -> None:
        """Wait for what runs, so long at most."""
        with self._lock:
            running = list(self._running)
        until = time.monotonic() + seconds
        for thread in running:
            thread.join(max(0.0, until - time.monotonic()))

    def _begin(self) -> None:
        """Start what has its turn. Under the lock. Tickets of what was forgotten lead to nothing,
        or to the work that came after it."""
        while len(self._running) < self._at_once():
            key = self._turns.next()
            if key is None:
                return
            job = self._jobs.get(key)
            if job is not None and not job.begun:
                job.begun = True
                work = threading.Thread(target=self._run, args=(key, job), daemon=True)
                self._running.add(work)
                work.start()

    def _run(self, key: str, job: _Job) -> None:
        try:
            found = job.work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            self._ended(key, job)
            job.future.set_exception(error)
        else:
            self._ended(key, job)
            job.future.set_result(found)

    def _ended(self, key: str, job: _Job) -> None:
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]
            self._running.discard(threading.current_thread())
            self._begin()
