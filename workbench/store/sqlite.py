"""SQLite as a store: one file, WAL, every commit synchronised. The default."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine

from workbench.store import backend
from workbench.store.backend import LAST, Backend, Row
from workbench.store.layout import synced
from workbench.store.tables import entries, statements

_MARKS = ", ".join("?" * len(entries.c))
_INSERT = f"INSERT INTO {entries.name} VALUES ({_MARKS})"  # noqa: S608 - names of ours
_INSERT_SEALED = f"INSERT INTO {statements.name} VALUES (?, ?)"  # noqa: S608


def sqlite_backend(file: Path) -> Backend:
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": backend.BUSY_SECONDS, "check_same_thread": False},
        pool_size=backend.POOL,
        max_overflow=backend.OVERFLOW,
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return Backend(
        shown=str(file),
        kind="sqlite",
        reader=engine,
        writer=engine.execution_options(immediate=True),
        new_writer=lambda: SqliteWriter(_own(engine)),
        new_glance=lambda: _own(engine),
        errors=(sqlite3.Error,),
    )


def _connected(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own transactions cannot be IMMEDIATE
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begun(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class SqliteWriter:
    """See ``Writer``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self) -> tuple[int, str] | None:
        self._connection.execute("BEGIN IMMEDIATE")
        last: tuple[int, str] | None = self._connection.execute(LAST).fetchone()
        return last

    def commit(self, rows: Sequence[Row], sealed: Sequence[tuple[int, bytes]]) -> None:
        kept = [(row[0], _time(row), *row[2:]) for row in rows]
        self._connection.executemany(_INSERT, kept)
        self._connection.executemany(_INSERT_SEALED, sealed)
        self._connection.execute("COMMIT")

    @property
    def lost(self) -> bool:
        return False

    def close(self) -> None:
        self._connection.close()


def _time(row: Row) -> str:
    """As ``tables.UtcTime`` keeps it: UTC, no zone, six digits."""
    return row[1].replace(tzinfo=None).isoformat(" ", "microseconds")


def _own(engine: Engine) -> sqlite3.Connection:
    """A connection with our settings that the pool does not know any more."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    assert isinstance(connection, sqlite3.Connection)
    return connection


def kept_copy(file: Path, version: int) -> Path:
    """A copy of the store beside it, as of its last commit, whole or not there at all (0600)."""
    copy = file.with_name(f"{file.stem}.version-{version}{file.suffix}")
    beside = copy.with_name(copy.name + ".new")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    source, target = sqlite3.connect(file), sqlite3.connect(beside)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    synced(beside)
    beside.rename(copy)
    synced(copy.parent)
    return copy
