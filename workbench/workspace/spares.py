"""Processes started ahead of their work, so that nobody waits for an interpreter to start.

A spare has seen no person and no workspace; what it is given later confines it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

REFILL_SECONDS = 0.3
"""A new spare is started this long after one was taken: the processor is the taker's first."""


class Process(Protocol):
    @property
    def alive(self) -> bool: ...
    def kill(self) -> None: ...


P = TypeVar("P", bound=Process)


class Spares(Generic[P]):
    """Keeps ``count`` started processes ready; with 0 each is started when it is taken."""

    def __init__(self, start: Callable[[], P], count: int) -> None:
        self._start = start
        self._count = count
        self._lock = threading.Lock()
        self._ready: deque[P] = deque()
        self._wanted = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._refill, name="spares", daemon=True)
        if count:
            self._wanted.set()
            self._thread.start()

    def take(self) -> P:
        """A process that nobody has used, started now if none is ready."""
        while True:
            with self._lock:
                spare = self._ready.popleft() if self._ready else None
            self._wanted.set()
            if spare is None:
                return self._start()
            if spare.alive:
                return spare
            spare.kill()

    @property
    def ready(self) -> int:
        with self._lock:
            return len(self._ready)

    def close(self) -> None:
        """End the spares. What was taken belongs to its taker."""
        self._closed.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()
        while self._ready:
            self._ready.popleft().kill()

    def _refill(self) -> None:
        pause = 0.0
        while not self._closed.is_set():
            self._wanted.wait()
            self._wanted.clear()
            if self._closed.wait(pause):
                return
            pause = REFILL_SECONDS
            while self.ready < self._count and not self._closed.is_set():
                spare = self._start()
                with self._lock:
                    self._ready.append(spare)
