"""Opening the store. The only module that knows which database it is."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store import tables
from workbench.store.entries import Entries
from workbench.store.layout import alone, private_folder
from workbench.store.revocations import Revocations
from workbench.store.users import Users

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it is refused (our default)."""

_APPEND_ONLY = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
    for table in ("entries", "statements")
    for verb in ("update", "delete")
)
"""Against mistakes of ours, not against someone with the file in hand: the chain is for that."""


class Store:
    """One city's store. Safe for threads, and for many processes on one file."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._writer = engine.execution_options(immediate=True)
        self._local = threading.local()
        self.users = Users(self, clock)
        self.revocations = Revocations(self, clock)
        self.journal = Entries(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view; inside ``writing`` of the same thread, the transaction itself."""
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with _told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment; nested ones join it."""
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with _told(), self._writer.begin() as connection:
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    @property
    def is_writing(self) -> bool:
        """Whether this thread is inside ``writing``."""
        return getattr(self._local, "connection", None) is not None

    def version(self) -> int:
        """Higher after every change of users or revocations by any process. One small read."""
        with self.reading() as connection:
            return int(connection.execute(_VERSION).scalar_one())

    @staticmethod
    def changed(connection: Connection) -> None:
        """Tell every process of a change; called in its transaction."""
        connection.execute(_CHANGED)

    def close(self) -> None:
        self._engine.dispose()


_VERSION = select(tables.meta.c.value).where(tables.meta.c.key == "version")
_CHANGED = (
    update(tables.meta).where(tables.meta.c.key == "version").values(value=tables.meta.c.value + 1)
)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> WorkbenchError:
    """The class of the cause only: the driver's text repeats the values of the statement."""
    cause = type(getattr(error, "orig", None) or error).__name__
    return simple(
        Code.ledger_unavailable,
        f"存储库（用户、撤销、账本）不可用（{cause}）。",
        f"The store (users, revocations, ledger) is not available ({cause}).",
        next=Text(
            "请运维检查磁盘空间、权限以及是否有其他进程长时间占用。",
            "Operators: check disk space, permissions and whether another process holds it.",
        ),
    )


def open_store(path: Path | str, clock: Callable[[], datetime]) -> Store:
    """Open the SQLite store at ``path``; at the first time make it (0600, its folder 0700).

    Raises ``Unavailable`` where it cannot be opened or was made by a later version.
    """
    file = Path(path).absolute()
    try:
        private_folder(file.parent)
        with alone(file.parent):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            file.chmod(0o600)
            store = Store(_engine(file), clock)
            _prepare(store)
    except OSError as error:
        raise _unavailable(error) from error
    return store


def _engine(file: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=64,
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own transactions cannot be IMMEDIATE
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begun(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _prepare(store: Store) -> None:
    with store.writing() as connection:
        tables.metadata.create_all(connection)
        for trigger in _APPEND_ONLY:
            connection.exec_driver_sql(trigger)
        rows = connection.execute(select(tables.meta))
        known: dict[str, int] = {row.key: row.value for row in rows}
        if not known:
            first = {"schema_version": tables.SCHEMA_VERSION, "version": 0}
            values = [{"key": key, "value": value} for key, value in first.items()]
            connection.execute(insert(tables.meta), values)
    found = known.get("schema_version", tables.SCHEMA_VERSION)
    if found != tables.SCHEMA_VERSION:
        raise _other_schema(found)


def _other_schema(found: int) -> WorkbenchError:
    ours = tables.SCHEMA_VERSION
    return simple(
        Code.ledger_unavailable,
        f"存储库的结构版本为 {found}，本程序只支持 {ours}。",
        f"The store has schema version {found}; this program reads {ours} only.",
        next=Text("请使用相应版本的程序。", "Use the version of the program that made it."),
    )
