"""Appending entries on a kept connection, past the ORM's machinery: the hot path of the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from workbench.model.entry import Filed
from workbench.store.backend import Backend, Row, Writer
from workbench.store.faults import told

Compose = Callable[[tuple[int, str] | None], Sequence[Filed]]


class Appender:
    """One writer connection, made when first needed and anew after any error."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._writer: Writer | None = None

    def append(self, compose: Compose) -> tuple[Filed, ...]:
        with told(*self._backend.errors), self._lock:
            writer, last = self._begun()
            try:
                filed = tuple(compose(last))
                sealed = [(f.entry.seq, f.sealed) for f in filed if f.sealed is not None]
                writer.commit([row_of(f) for f in filed], sealed)
            except BaseException:
                self._drop()
                raise
        return filed

    def _begun(self) -> tuple[Writer, tuple[int, str] | None]:
        """A kept connection may have died with its server. Nothing was done yet: try a new one."""
        if self._writer is not None:
            try:
                return self._writer, self._writer.begin()
            except BaseException:
                lost = self._writer.lost
                self._drop()
                if not lost:
                    raise
        self._writer = self._backend.new_writer()
        try:
            return self._writer, self._writer.begin()
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        """Closing undoes what is not committed."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def close(self) -> None:
        with self._lock:
            self._drop()


def row_of(filed: Filed) -> Row:
    entry, keys = filed.entry, filed.keys
    return (
        entry.seq,
        entry.at,
        entry.body,
        entry.previous,
        entry.hash,
        keys["event"],
        keys["actor"],
        keys["viewer"],
        keys["scenario"],
        keys["release"],
        keys["resources"],
    )
