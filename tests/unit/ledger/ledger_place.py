"""A real ledger in a temporary folder: store, keys and checkpoints as in a city."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stores import Places

from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.findings import Verification
from workbench.ledger.record import Ledger
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event
from workbench.store.address import parsed
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store

SQLITE = Places("sqlite", None, Path())


class Clock:
    """One second later at each look, unless set."""

    def __init__(self) -> None:
        self.now = datetime(2025, 11, 3, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Place:
    root: Path
    clock: Clock
    store: Store
    keyring: Keyring
    ledger: Ledger
    places: Places = SQLITE

    @property
    def file(self) -> Path:
        return self.root / "store.sqlite"

    @property
    def where(self) -> str:
        return self.places.where(self.root)

    def beside(self, name: str = "") -> Place:
        """The same place opened anew, or another one on the same kind of store."""
        return open_place(self.root.parent / name if name else self.root, places=self.places)

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def record(self, count: int) -> None:
        for number in range(count):
            self.ledger.record(draft(number))

    def verify(self) -> Verification:
        return verify(
            self.store.journal,
            self.checkpoints,
            self.keyring.checkpoint_public,
            self.keyring.audit_key,
        )

    def found(self) -> list[tuple[str, int, int]]:
        return [(f.kind.value, f.seq, f.until) for f in self.verify().findings]

    def tamper(self, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
        """As someone with the file, or the owner's role, in hand does: another connection, no
        triggers, no foreign keys."""
        with closing(self.raw()) as connection:
            for guard in _guards(self.places.kind, connection):
                connection.execute(guard)
            for statement in statements:
                sql, values = (statement, ()) if isinstance(statement, str) else statement
                connection.execute(self.said(sql), values)

    def read(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.raw()) as connection:
            return list(connection.execute(query).fetchall())

    def raw(self) -> Any:
        """A connection of the bare driver; every statement by itself."""
        if self.places.server is None:
            return sqlite3.connect(self.file, isolation_level=None)
        return self.places.admin(parsed(self.where, "test").schema)

    def said(self, sql: str) -> str:
        """In the words of this kind of store."""
        if self.places.server is None:
            return sql
        zeros = "decode(repeat('00', 60), 'hex')"
        return sql.replace("zeroblob(60)", zeros).replace("?", "%s")


def _guards(kind: str, connection: Any) -> list[str]:
    if kind == "sqlite":
        found = connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        return [f"DROP TRIGGER {name}" for (name,) in found]
    return [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in ("entries", "statements")]


def draft(number: int) -> Draft:
    return Draft(
        Event.decision,
        actor=f"analyst{number % 3}",
        department="发展和改革委员会",
        scenario="house_prices",
        purpose="房价走势分析",
        approver="市政务数据局",
        content={"house_price_index": ("city", "month"), "divisions": ("code",)},
        method="sql",
        medium="flight",
        release=f"r{number}",
        detail={"outcome": "permit", "number": number},
        secret=f"SELECT city FROM house_price_index WHERE month = '2025-{number:02d}'",
    )


def open_place(root: Path, clock: Clock | None = None, *, places: Places = SQLITE) -> Place:
    clock = clock or Clock()
    keyring = Keyring.open(root / "keys")
    store = open_store(places.where(root), clock)
    checkpoints = Checkpoints(root / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
    return Place(root, clock, store, keyring, ledger, places)
