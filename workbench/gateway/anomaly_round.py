"""The anomaly watch of a city, for the gateway's clockwork and for commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import State, open_state, utc_now
from workbench.sharing.anomalies.closing import Closing
from workbench.sharing.anomalies.rules import Rule, rules_of
from workbench.sharing.anomalies.watch import AnomalyWatch
from workbench.sharing.opening import open_desk


@dataclass(frozen=True)
class AnomalyDesk:
    """``watch`` looks, ``closing`` is for officers of the authority; ``rules`` by their ids."""

    state: State
    watch: AnomalyWatch
    closing: Closing
    rules: Callable[[], dict[str, Rule]]


@contextmanager
def open_anomalies(root: Path, clock: Callable[[], datetime] = utc_now) -> Iterator[AnomalyDesk]:
    """For the city at ``root``, beside a gateway that may run. Raises as ``open_workbench``."""
    state = open_state(root, clock)
    store, ledger = state.store, state.ledger
    try:
        city = RuledCity(root, store, clock)
        grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
        desk = open_desk(store, ledger, city, grants, clock)
        watch = AnomalyWatch(store, ledger, desk, city, grants, clock)

        def rules() -> dict[str, Rule]:
            return {rule.id: rule for rule in rules_of(root)}

        closing = Closing(store, ledger, desk, lambda name: rules().get(name), clock)
        yield AnomalyDesk(state, watch, closing, rules)
    finally:
        store.close()
