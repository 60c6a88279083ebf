"""What a database must offer to be a store. ``sqlite`` and ``postgres`` each build one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from workbench.store.glance import Kept

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it is refused (our default)."""

POOL = 8
OVERFLOW = 64
"""Connections kept, and how many more while they are needed (our defaults)."""

Row = tuple[int, datetime, str, str, str, str, str, str, str, str, str]
"""An entry's columns in the order of the table."""

LAST = "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1"


class Writer(Protocol):
    """A connection of its own that appends entries in as few steps as the driver can do.

    After any error it is closed, which undoes what was not committed, and another one is made.
    """

    def begin(self) -> tuple[int, str] | None:
        """Take the write lock; the last entry's seq and hash."""

    def commit(self, rows: Sequence[Row], sealed: Sequence[tuple[int, bytes]]) -> None:
        """Insert and commit, durably."""

    @property
    def lost(self) -> bool:
        """Whether the server closed the connection."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Backend:
    """``reader`` begins a consistent view; ``writer`` begins by taking the write lock;
    ``new_writer`` and ``new_glance`` make connections past SQLAlchemy, for what every query does.
    ``shown`` names the database and holds no password."""

    shown: str
    kind: str
    reader: Engine
    writer: Engine
    new_writer: Callable[[], Writer]
    new_glance: Callable[[], Kept]
    errors: tuple[type[Exception], ...]

    def close(self) -> None:
        self.writer.dispose()
