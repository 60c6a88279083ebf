"""The state of one city, opened: store, keys and ledger. The gateway and every command use this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.store.address import PostgresAt, SqliteAt, address_of, remember
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout, private_folder
from workbench.store.session import Store, open_store


@dataclass(frozen=True)
class State:
    """The opened state of one city."""

    layout: Layout
    store: Store
    keyring: Keyring
    ledger: Ledger


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_state(root: Path, clock: Callable[[], datetime] = utc_now) -> State:
    """Open (at the first time: make) store, keys and ledger of the city at ``root``.

    Where the store is says ``store.address``: ``WORKBENCH_STORE``, ``.workbench/store.url``, or
    the city's own SQLite file. A store whose keys are gone is refused, as new keys would make
    every old entry look forged; so is one that other keys write to, and an empty PostgreSQL in
    the place of a ledger that is already there.
    """
    layout = Layout(root)
    private_folder(layout.state)
    address = address_of(layout)
    if isinstance(address, SqliteAt):
        keyring = Keyring.open(layout.keys, create=not address.file.exists())
        store = open_store(address, clock)
    else:
        store = open_store(address, clock)
        try:
            keyring = _keys_for(layout, store, address)
        except BaseException:
            store.close()
            raise
    try:
        store.owner.claim(keyring.checkpoint_public)
        checkpoints = Checkpoints(layout.checkpoints, keyring.checkpoint_key)
        ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
    except BaseException:
        store.close()
        raise
    return State(layout, store, keyring, ledger)


def _keys_for(layout: Layout, store: Store, address: PostgresAt) -> Keyring:
    """The city's keys, made where neither it nor the database has a ledger yet."""
    unclaimed = store.owner.known() is None and store.journal.head() is None
    if unclaimed and _has_ledger(layout):
        raise _empty_beside_a_ledger(address)
    keyring = Keyring.open(layout.keys, create=unclaimed)
    store.owner.claim(keyring.checkpoint_public)
    if not layout.store_url.exists():
        remember(layout, address)
    return keyring


def _has_ledger(layout: Layout) -> bool:
    lines = layout.checkpoints.is_dir() and any(layout.checkpoints.glob("*.jsonl"))
    return lines or layout.store.exists()


def _empty_beside_a_ledger(address: PostgresAt) -> WorkbenchError:
    return simple(
        Code.ledger_unavailable,
        f"存储库 {address.shown} 是空的，而本城市已有账本。",
        f"The store {address.shown} is empty, and this city has a ledger already.",
        why=Text(
            "另起一条链，就等于截断了原有的账本。",
            "A second chain would be the first one cut off.",
        ),
        next=Text(
            "从 SQLite 搬迁：workbench store copy --to URL；若数据库曾丢失，请从备份恢复。",
            "To move from SQLite: workbench store copy --to URL. Where the database was lost, "
            "restore it from the backup.",
        ),
        subject=address.shown,
    )
