"""What a round of the clocks needs, and nothing of what answers queries: beside a running gateway
it must touch no workspace of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.extracts.versions import Extracts
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import open_state, utc_now
from workbench.sharing.opening import open_desk, open_keeping, open_outbox
from workbench.sharing.outbox import Counts
from workbench.sharing.procedures.destroying import Destroying
from workbench.sharing.procedures.opening import open_procedures
from workbench.sharing.procedures.watch import ProcedureWatch
from workbench.sharing.told_keeping import ToldKeeping
from workbench.sharing.watch import Watch
from workbench.store.secrets import Secrets


@dataclass(frozen=True)
class Round:
    """``watch`` looks at every deadline, ``keeping`` at what was told, ``send`` sends what is to be
    said."""

    watch: Watch
    send: Callable[[datetime], Counts]
    keeping: ToldKeeping
    clock: Callable[[], datetime]


@contextmanager
def open_round(root: Path, clock: Callable[[], datetime] = utc_now) -> Iterator[Round]:
    """For the city at ``root``. Raises as ``open_workbench``."""
    state = open_state(root, clock)
    store, ledger, layout = state.store, state.ledger, state.layout
    try:
        city = RuledCity(root, store, clock)
        grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
        desk = open_desk(store, ledger, city, grants, clock)
        procedures = open_procedures(
            store, ledger, city, grants, desk, state.keyring.audit_key, clock, city.tried,
            Destroying(store.rulings.all, ledger, Extracts(layout.extracts), layout.state).look,
        )  # fmt: skip
        beside = ProcedureWatch(store, ledger, procedures, clock)
        secrets = Secrets(state.layout.secrets, state.keyring.audit_key)
        send = open_outbox(store, city, state.layout.state, secrets)
        keeping = open_keeping(store, ledger, city, grants, lambda: city.problem is None, clock)
        yield Round(Watch(store, ledger, desk, clock, beside), send, keeping, clock)
    finally:
        store.close()
