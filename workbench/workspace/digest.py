"""SHA-256 of a result while it is sent."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

LARGE = 256 << 10
"""Smaller pieces are hashed before a thread would have woken up (our default)."""
_threads = ThreadPoolExecutor(4, "digest")


class Digest:
    """Pieces in their order, one at most behind: large ones are hashed beside the sending."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._under_way: Future[None] | None = None

    def add(self, piece: memoryview) -> None:
        self._wait()
        if len(piece) < LARGE:
            self._hash.update(piece)
        else:
            self._under_way = _threads.submit(self._hash.update, piece)

    def hexdigest(self) -> str:
        """Over all that was added so far."""
        self._wait()
        return self._hash.hexdigest()

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None
