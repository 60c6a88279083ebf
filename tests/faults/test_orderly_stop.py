"""SIGTERM while queries run: each is closed in the ledger, its client is told, nothing is left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from faults import fault_city, findings
from faults.fault_city import PASSWORD, SCENARIO
from faults.processes import Gateway, wait_for
from faults.suffering import FEW, Suffering, suffering
from workbench.client import connect
from workbench.errors import Code, Unavailable
from workbench.model.entry import Event

ROUNDS = 2
LONG = "SELECT id, edition, note FROM reading, range(3000)"


@pytest.mark.slow
def test_running_queries_are_closed_in_order(tmp_path: Path) -> None:
    """What was under way is closed by the gateway that opened it, not by the next one."""
    with suffering(tmp_path, 5, FEW) as city:
        fault_city.seat(city.state.store, ["duoduo"])
        http = f"http://127.0.0.1:{city.ports[0]}"
        for _ in range(ROUNDS):
            person = connect(http, "duoduo", PASSWORD, scenario=SCENARIO, progress=False)
            with person.stream(LONG) as stream:
                batches = iter(stream)
                next(batches)
                _stop(city)
                with pytest.raises(Unavailable) as told:
                    list(batches)
            assert told.value.code is Code.gateway_unavailable
            person.close()
            city.gateway = Gateway(city.commands, city.root, city.ports)
            city.gateway.await_ready()
            city.await_everybody()
        city.end()
    print(city.told())
    assert not city.found, city.found[:20]


def _stop(city: Suffering) -> None:
    journal = city.state.store.journal
    children = city.gateway.process.children()
    theirs = {f.keys["release"] for f in journal.open_releases() if f.keys["actor"] == "duoduo"}
    assert len(theirs) == 1
    began = time.monotonic()
    city.gateway.process.kill(15)
    assert city.gateway.process.gone(30)
    print(f"stopped in {time.monotonic() - began:.1f} s")
    assert journal.open_releases() == ()
    assert not findings.in_closings(theirs, findings.Book(journal))
    head = journal.head()
    assert head is not None
    last = journal.at(head.seq)
    assert last is not None
    assert last.keys["event"] == Event.gateway_stopped
    assert '"closed_releases":0' in last.entry.body
    assert all(child.gone(5) for child in children)
    assert wait_for(lambda: not findings.files_below(city.state.layout.workspaces), 5)
