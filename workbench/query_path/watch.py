"""The thread that ends what may no longer run: a grant that ended, a user who was disabled."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workbench.query_path.active import ActiveQueries

log = logging.getLogger(__name__)
WATCH_SECONDS = 0.3
"""A revocation is seen this soon; with the worker's grace of 1 s a query stops within 2 s."""
SWEEP_SECONDS = 15.0
"""A sweep comes this often at least: a new extract makes old workspaces useless."""
DEAF_SECONDS = 1.2
"""A stopped query whose thread sits in a slow client's send loses its worker after this."""


class Watch:
    """Calls ``sweep`` whenever ``changed()`` gives another value, until closed.

    A sweep that returns False has something left to end, and comes again at the next look.
    ``settle`` is called at every look: it makes up for what the ledger could not take.
    """

    def __init__(
        self,
        active: ActiveQueries,
        changed: Callable[[], object],
        sweep: Callable[[], bool],
        settle: Callable[[], None],
    ) -> None:
        self._active = active
        self._changed = changed
        self._sweep = sweep
        self._settle = settle
        self._seen: object = None
        self._swept = 0.0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            for step in (self._look, self._settle):
                try:
                    step()
                except Exception:
                    # It must outlive a locked store; every query re-authorises when it starts.
                    log.exception("the watch over running queries failed once and goes on")
            self._end_the_deaf()

    def _look(self) -> None:
        now = self._changed()
        if now != self._seen or time.monotonic() - self._swept > SWEEP_SECONDS:
            self._seen = now if self._sweep() else None
            self._swept = time.monotonic()

    def _end_the_deaf(self) -> None:
        for query in self._active.all():
            query.expire()
            late = query.cause is not None and time.monotonic() - query.cause_since > DEAF_SECONDS
            if late and query.worker is not None:
                query.worker.interrupt_now()
