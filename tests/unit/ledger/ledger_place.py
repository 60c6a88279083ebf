"""A real ledger in a temporary folder: store, keys and checkpoints as in a city."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.findings import Verification
from workbench.ledger.record import Ledger
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, Event
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store


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

    @property
    def file(self) -> Path:
        return self.root / "store.sqlite"

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
        """As someone with the file in hand does: another driver, no triggers, no foreign keys."""
        connection = sqlite3.connect(self.file, isolation_level=None)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            sql, values = (statement, ()) if isinstance(statement, str) else statement
            connection.execute(sql, values)
        connection.close()


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


def open_place(root: Path, clock: Clock | None = None) -> Place:
    clock = clock or Clock()
    keyring = Keyring.open(root / "keys")
    store = open_store(root / "store.sqlite", clock)
    checkpoints = Checkpoints(root / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
    return Place(root, clock, store, keyring, ledger)
