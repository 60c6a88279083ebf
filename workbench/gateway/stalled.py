"""Ends results whose reader has stopped reading.

gRPC blocks the serving thread in its send, as long as the connection stands: that thread can see
no deadline. What the query holds (its slot, its worker, its open entry in the ledger) is given back
by the thread here; only the blocked call itself stays, until the client reads on or goes.
"""

from __future__ import annotations

import threading
import weakref

from workbench.gateway.stream import Stream

LOOK_SECONDS = 1.0


class Stalled:
    """Looks at the open streams every second, until closed."""

    def __init__(self, seconds: float = LOOK_SECONDS) -> None:
        self._lock = threading.Lock()
        self._streams: weakref.WeakSet[Stream] = weakref.WeakSet()
        self._closing = threading.Event()
        self._seconds = seconds
        threading.Thread(target=self._run, name="stalled", daemon=True).start()

    def add(self, stream: Stream) -> None:
        with self._lock:
            self._streams.add(stream)

    def close(self) -> None:
        self._closing.set()

    def _run(self) -> None:
        while not self._closing.wait(self._seconds):
            self._look()

    def _look(self) -> None:
        # In a call of its own, so that no stream lives on because it was looked at.
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.end_if_stalled()
