"""The store's version, on a kept connection: every query asks for it, several times."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from workbench.store.faults import told

VERSION = "SELECT value FROM meta WHERE key = 'version'"


class Kept(Protocol):
    """A connection of a driver, each statement a transaction of its own."""

    def execute(self, statement: Any, /) -> Any: ...
    def close(self) -> None: ...


class Glance:
    """``version()`` for all threads. A connection that fails is made anew, once a question."""

    def __init__(self, connect: Callable[[], Kept], errors: tuple[type[Exception], ...]) -> None:
        self._connect = connect
        self._errors = errors
        self._lock = threading.Lock()
        self._kept: Kept | None = None

    def version(self) -> int:
        """Raises Unavailable (ledger_unavailable)."""
        with told(*self._errors), self._lock:
            if self._kept is not None:
                try:
                    return self._ask(self._kept)
                except self._errors:
                    self._drop()  # its server may have been started again since
            self._kept = self._connect()
            try:
                return self._ask(self._kept)
            except BaseException:
                self._drop()
                raise

    @staticmethod
    def _ask(kept: Kept) -> int:
        return int(kept.execute(VERSION).fetchone()[0])

    def _drop(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def close(self) -> None:
        with self._lock:
            self._drop()
