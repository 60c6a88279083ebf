"""The state of one city, opened: store, keys and ledger. The gateway and every command use this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
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

    A store whose keys are gone is refused: new keys would make every old entry look forged.
    """
    layout = Layout(root)
    private_folder(layout.state)
    keyring = Keyring.open(layout.keys, create=not layout.store.exists())
    store = open_store(layout.store, clock)
    try:
        checkpoints = Checkpoints(layout.checkpoints, keyring.checkpoint_key)
        ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
    except BaseException:
        store.close()
        raise
    return State(layout, store, keyring, ledger)
