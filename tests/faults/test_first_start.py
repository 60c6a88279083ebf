"""A gateway or a command killed while it makes the state of a city: the next one just goes on."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from ports import free_ports

from faults import fault_city
from faults.loops import seed
from faults.processes import Commands, Gateway
from workbench.gateway.state import open_state
from workbench.ledger.verify import verify
from workbench.model.entry import Event
from workbench.store.layout import Layout


def deaths(tmp_path: Path, rounds: int) -> None:
    choose = random.Random(seed())
    root = fault_city.make(tmp_path)
    extracts = Layout(root).extracts
    commands = Commands(tmp_path, {})
    http, flight = free_ports(2)
    made = 0
    try:
        for number in range(rounds):
            gateway = Gateway(commands, root, (http, flight))
            time.sleep(choose.uniform(0, 0.4))
            gateway.kill()
            made += Layout(root).store.exists()
            again = Gateway(commands, root, (http, flight))
            again.await_ready()
            again.kill()
            if number < rounds - 1:  # nothing but what was delivered is left
                extracts.rename(tmp_path / "extracts")
                Layout(root).state.rename(tmp_path / f"state-{number}")
                Layout(root).state.mkdir()
                (tmp_path / "extracts").rename(extracts)
    finally:
        commands.close()
    assert made, "every one of them was killed too early to have made anything"
    state = open_state(root)
    keys, journal = state.keyring, state.store.journal
    found = verify(journal, state.layout.checkpoints, keys.checkpoint_public, keys.audit_key)
    state.store.close()
    assert found.findings == ()
    events = [filed.keys["event"] for filed in journal.walk()]
    assert Event.gateway_started in events


def test_three_first_starts(tmp_path: Path) -> None:
    deaths(tmp_path, 3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_first_starts(tmp_path: Path) -> None:
    deaths(tmp_path, 100)
