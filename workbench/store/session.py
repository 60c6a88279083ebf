"""Opening the store, and its transactions."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from workbench.store import schema, tables
from workbench.store.address import Address, PostgresAt, SqliteAt, parsed
from workbench.store.allowances import Allowances
from workbench.store.anomalies import Anomalies
from workbench.store.appending import Appender
from workbench.store.backend import Backend
from workbench.store.cases import Cases
from workbench.store.consents import Consents
from workbench.store.entries import Entries
from workbench.store.faults import told, unavailable
from workbench.store.glance import Glance
from workbench.store.layout import alone, private_folder
from workbench.store.messages import Messages
from workbench.store.owner import Owner
from workbench.store.procedure_effects import ProcedureEffects
from workbench.store.procedures import Procedures
from workbench.store.revocations import Revocations
from workbench.store.rulings import Rulings
from workbench.store.sqlite import kept_copy, sqlite_backend
from workbench.store.told import ToldBooks
from workbench.store.users import Users
from workbench.store.uses import Uses
from workbench.store.what_ifs import WhatIfs


class Store:
    """One city's store. Safe for threads, and for many processes on one database."""

    def __init__(self, backend: Backend, clock: Callable[[], datetime]) -> None:
        self._backend = backend
        self._local = threading.local()
        self.appender = Appender(backend)
        self._glance = Glance(backend.new_glance, backend.errors)
        self.users = Users(self, clock)
        self.revocations = Revocations(self, clock)
        self.owner = Owner(self)
        self.allowances = Allowances(self)
        self.anomalies = Anomalies(self)
        self.cases = Cases(self)
        self.procedures = Procedures(self)
        self.effects = ProcedureEffects(self)
        self.rulings = Rulings(self)
        self.consents = Consents(self)
        self.told = ToldBooks(self)
        self.messages = Messages(self)
        self.uses = Uses(self)
        self.what_ifs = WhatIfs(self)
        self.journal = Entries(self)

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._backend.kind

    @property
    def shown(self) -> str:
        """Which database it is, without a password."""
        return self._backend.shown

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view; inside ``writing`` of the same thread, the transaction itself."""
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with told(), self._backend.reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment; nested ones join it."""
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with told(), self._backend.writer.begin() as connection:
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
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            return int(current.execute(_VERSION).scalar_one())
        return self._glance.version()

    @staticmethod
    def changed(connection: Connection) -> None:
        """Tell every process of a change; called in its transaction."""
        connection.execute(_CHANGED)

    def close(self) -> None:
        self.appender.close()
        self._glance.close()
        self._backend.close()


_VERSION = select(tables.meta.c.value).where(tables.meta.c.key == "version")
_CHANGED = (
    update(tables.meta).where(tables.meta.c.key == "version").values(value=tables.meta.c.value + 1)
)


def address(where: Address | Path | str) -> Address:
    """A path is a SQLite file, ``postgresql://…`` a schema of a PostgreSQL."""
    if isinstance(where, SqliteAt | PostgresAt):
        return where
    if isinstance(where, str) and "://" in where:
        return parsed(where, "URL")
    return SqliteAt(Path(where).absolute())


def open_store(where: Address | Path | str, clock: Callable[[], datetime]) -> Store:
    """Open the store; at the first time make it.

    An older SQLite store is upgraded, after a copy of it was kept beside it; an older one on
    PostgreSQL is refused with the command that upgrades it. Raises ``Unavailable`` where it cannot
    be opened, is older, newer, moved away, or no store.
    """
    found = address(where)
    if isinstance(found, PostgresAt):
        return _open_postgres(found, clock)
    return _open_sqlite(found.file, clock)


def _open_sqlite(file: Path, clock: Callable[[], datetime]) -> Store:
    """The file is 0600, its folder 0700."""
    try:
        private_folder(file.parent)
        with alone(file.parent):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            file.chmod(0o600)
            store = Store(sqlite_backend(file), clock)
            with _closed_on_error(store), store.writing() as connection:
                version = schema.version(connection, store.shown)
                if version is not None and version < tables.SCHEMA_VERSION:
                    kept_copy(file, version)
                schema.bring_up(connection, version, store.shown)
                schema.refuse_moved(connection, store.shown)
    except OSError as error:
        raise unavailable(error) from error
    return store


def _open_postgres(at: PostgresAt, clock: Callable[[], datetime]) -> Store:
    from workbench.store import postgres

    there = postgres.probed(at)
    if not there:
        postgres.make_schema(at)
    store = Store(postgres.postgres_backend(at), clock)
    with _closed_on_error(store):
        with store.reading() as connection:
            version = schema.version(connection, store.shown)
            if version is not None:
                schema.refuse_other(version, store.shown)
                schema.refuse_moved(connection, store.shown)
        if version is None:
            upgraded(store, at)
    return store


def upgrade_store(
    where: Address | Path | str, clock: Callable[[], datetime]
) -> tuple[int | None, int]:
    """Bring the store to this program's version; several at once do it once. Returns the version
    that was found (None: there was nothing) and the one that is there now."""
    found = address(where)
    if isinstance(found, SqliteAt):
        before = schema.version_of_file(found.file)
        _open_sqlite(found.file, clock).close()
        return before, tables.SCHEMA_VERSION
    from workbench.store import postgres

    if not postgres.probed(found):
        postgres.make_schema(found)
    store = Store(postgres.postgres_backend(found), clock)
    with _closed_on_error(store):
        before = upgraded(store, found)
    store.close()
    return before, tables.SCHEMA_VERSION


def upgraded(store: Store, at: PostgresAt) -> int | None:
    """Under the write lock: who comes second finds it done. The version that was found."""
    from workbench.store import postgres

    with postgres.told_rights(at), store.writing() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        version = schema.version(connection, store.shown)
        schema.bring_up(connection, version, store.shown)
    return version


@contextmanager
def _closed_on_error(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise
