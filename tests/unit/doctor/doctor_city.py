"""A city with people and entries, and how the doctor is asked about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from workbench.doctor.collect import Asked
from workbench.gateway.state import open_state
from workbench.model.actor import Role
from workbench.model.entry import Draft, Event
from workbench.store.layout import Layout


def asked(root: Path) -> Asked:
    return Asked(root, {}, None, {}, datetime.now(UTC))


def filled(root: Path) -> Path:
    """People and entries, as a gateway leaves them."""
    state = open_state(root)
    try:
        state.store.users.add("li", "a long enough password", "drc", {Role.analyst})
        for number in range(5):
            detail = {"number": number}
            state.ledger.record(Draft(Event.gateway_started, detail=detail, secret="select 1"))
    finally:
        state.store.close()
    for folder in ("extracts", "workspaces", "logs"):
        (Layout(root).state / folder).mkdir(mode=0o700)
    return root
