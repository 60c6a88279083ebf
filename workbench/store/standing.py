"""What a store is like, found out without making or changing anything."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import func, select

from workbench.errors import Text, WorkbenchError
from workbench.store import schema, tables
from workbench.store.address import Address, PostgresAt
from workbench.store.backend import Backend
from workbench.store.faults import told
from workbench.store.sqlite import sqlite_backend

_TOLD = {
    "current": Text("可用。", "Ready."),
    "empty": Text("尚未建立；首次使用时建立。", "Not made yet; its first use makes it."),
    "older": Text("需要升级：workbench store upgrade", "To be upgraded: workbench store upgrade"),
    "newer": Text("由更新版本的程序建立。", "Made by a newer version of the program."),
    "moved": Text("已搬往别处，已停用。", "Moved to another store, and closed."),
}


@dataclass(frozen=True)
class Standing:
    """``state``: current, empty, older, newer, moved, unknown (not a store), unreachable."""

    store: str
    state: str
    version: int | None
    program: int
    entries: int | None
    told: Text


def standing(address: Address) -> Standing:
    try:
        return _looked_at(address)
    except WorkbenchError as error:
        what = error.reasons[0].what
        state = "unreachable" if error.__cause__ is not None else "unknown"
        return Standing(address.shown, state, None, tables.SCHEMA_VERSION, None, what)


def _looked_at(address: Address) -> Standing:
    backend = _backend(address)
    if backend is None:
        return _standing(address, "empty", None, None)
    with closing(backend), told(), backend.reader.connect() as connection:
        version = schema.version(connection, address.shown)
        if version is None:
            return _standing(address, "empty", None, None)
        entries = connection.execute(select(func.count()).select_from(tables.entries)).scalar()
        moved = schema.is_moved(connection)
    ours = tables.SCHEMA_VERSION
    state = "older" if version < ours else "newer" if version > ours else "current"
    return _standing(address, "moved" if moved else state, version, entries)


def _backend(address: Address) -> Backend | None:
    """None where there is nothing yet."""
    if isinstance(address, PostgresAt):
        from workbench.store import postgres

        return postgres.postgres_backend(address) if postgres.probed(address) else None
    return sqlite_backend(address.file) if address.file.is_file() else None


def _standing(address: Address, state: str, version: int | None, entries: int | None) -> Standing:
    return Standing(address.shown, state, version, tables.SCHEMA_VERSION, entries, _TOLD[state])
