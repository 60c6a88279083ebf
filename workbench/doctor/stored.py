"""The store and the end of its ledger, read without writing to either."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from workbench.doctor.facts import StoreSeen, Tail
from workbench.errors import Text, WorkbenchError
from workbench.ledger.chain import GENESIS
from workbench.ledger.checkpoints import Line, genuine, last_line
from workbench.ledger.examine import examined
from workbench.ledger.seal import Sealer
from workbench.model.entry import Entry, EntryFilter, Filed
from workbench.store import schema, tables
from workbench.store.address import PostgresAt, SqliteAt, address_of
from workbench.store.backend import Backend
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout
from workbench.store.owner import fingerprint
from workbench.store.session import Store

LAST = 200
"""Entries that are looked at; ``workbench audit verify`` looks at all (our default)."""
SAMPLE_PEOPLE = "sample-users.txt"


def store_of(layout: Layout, keyring: Keyring | None, environ: Mapping[str, str]) -> StoreSeen:
    sample = (layout.state / SAMPLE_PEOPLE).exists()
    try:
        address = address_of(layout, environ)
    except WorkbenchError as error:
        return _unread("?", "", sample, error.reasons[0].what)
    kind = "sqlite" if isinstance(address, SqliteAt) else "postgresql"
    try:
        if isinstance(address, SqliteAt) and not address.file.exists():
            return _not_yet(address.shown, kind, sample)
        with _reading(address) as store:
            return _seen(store, layout, keyring, sample)
    except WorkbenchError as error:
        return _unread(address.shown, kind, sample, error.reasons[0].what)
    except (SQLAlchemyError, sqlite3.Error) as error:
        problem = Text(
            f"存储库读不出来（{type(error).__name__}）。",
            f"The store cannot be read ({type(error).__name__}).",
        )
        return _unread(address.shown, kind, sample, problem)


def _not_yet(shown: str, kind: str, sample: bool) -> StoreSeen:
    return StoreSeen(shown, False, kind, program=tables.SCHEMA_VERSION, sample_people=sample)


def _unread(shown: str, kind: str, sample: bool, problem: Text) -> StoreSeen:
    program = tables.SCHEMA_VERSION
    return StoreSeen(shown, True, kind, program=program, problem=problem, sample_people=sample)


@contextmanager
def _reading(address: SqliteAt | PostgresAt) -> Iterator[Store]:
    if isinstance(address, PostgresAt):
        from workbench.store import postgres

        postgres.probed(address)  # says why it cannot be reached; a pool would not
        store = Store(postgres.postgres_backend(address), _now)
    else:
        store = Store(_sqlite(address.file), _now)
    try:
        yield store
    finally:
        store.close()


def _sqlite(file: Path) -> Backend:
    """Read only. Without a log beside it the file is at rest: then SQLite is told so, because
    even a reader would make a file of shared memory next to it."""
    at_rest = not file.with_name(file.name + "-wal").exists()
    uri = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if at_rest else ''}"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False)
    )

    def no_writer() -> None:
        raise RuntimeError("a doctor writes nothing")

    return Backend(str(file), "sqlite", engine, engine, engine, no_writer, (sqlite3.Error,))  # type: ignore[arg-type]


def _now() -> datetime:
    return datetime.now(UTC)


def _seen(store: Store, layout: Layout, keyring: Keyring | None, sample: bool) -> StoreSeen:
    with store.reading() as connection:
        version = schema.version(connection, store.shown)
        if version is None:
            return _not_yet(store.shown, store.kind, sample)
        if version != tables.SCHEMA_VERSION:
            ours = tables.SCHEMA_VERSION
            return StoreSeen(store.shown, True, store.kind, version, ours, sample_people=sample)
        active = select(func.count()).where(tables.users.c.disabled.is_(False))
        people = int(connection.execute(active.select_from(tables.users)).scalar_one())
        server = store.kind == "postgresql"
        clock = connection.execute(select(func.clock_timestamp())).scalar() if server else None
    return StoreSeen(
        shown=store.shown,
        exists=True,
        kind=store.kind,
        schema=version,
        program=tables.SCHEMA_VERSION,
        owner_fits=_fits(store, keyring),
        people=people,
        sample_people=sample,
        clock=clock,
        tail=tail_of(store, layout.checkpoints, keyring),
    )


def _fits(store: Store, keyring: Keyring | None) -> bool | None:
    known = store.owner.known()
    if keyring is None or known is None:
        return None
    return known == fingerprint(keyring.checkpoint_public)


def tail_of(store: Store, folder: Path, keyring: Keyring | None) -> Tail:
    """The last entries against one another, their seals, and the last checkpoint."""
    line = last_line(folder)  # first: a gateway that runs writes it after the entry
    filed = store.journal.find(EntryFilter(limit=LAST))
    last = filed[0].entry if filed else None
    faults = () if keyring is None else tuple(_faults(filed, Sealer(keyring.audit_key)))
    return Tail(
        looked_at=len(filed),
        last_seq=0 if last is None else last.seq,
        last_at=None if last is None else last.at,
        faults=faults,
        checkpoint_seq=0 if line is None else line.seq,
        agrees=_agrees(store, line, last, keyring),
        sealed=keyring is not None,
    )


def _agrees(store: Store, line: Line | None, last: Entry | None, keyring: Keyring | None) -> bool:
    if line is None or keyring is None:
        return last is None or keyring is None
    signed = genuine([line], keyring.checkpoint_public)[0]
    return signed and store.journal.hashes([line.seq]).get(line.seq) == line.hash


def _faults(filed: tuple[Filed, ...], sealer: Sealer) -> Iterator[tuple[int, Text]]:
    """``filed``: newest first."""
    for index, one in enumerate(filed):
        row = examined(one, sealer)
        fault = row.fault or row.statement
        if fault is not None:
            yield row.seq, fault
        before = filed[index + 1].entry if index + 1 < len(filed) else None
        expected = before.hash if before else GENESIS if one.entry.seq == 1 else None
        if expected is not None and one.entry.previous != expected:
            yield row.seq, _BROKEN


_BROKEN = Text("与前一条不相连", "it does not follow the entry before it")
