"""SIGTERM while queries run: each is closed in the ledger, its client is told, nothing is left."""

from __future__ import annotations

import time
from pathlib import Path

from faults import findings
from faults.fault_city import RESOURCES
from faults.processes import Gateway, wait_for
from faults.suffering import MORE, suffering
from workbench.model.entry import Event


def test_running_queries_are_closed_in_order(tmp_path: Path) -> None:
    """What was under way is closed by the gateway that opened it, not by the next one."""
    struck = 0
    with suffering(tmp_path, 5, MORE, fresh=False) as city:
        journal = city.state.store.journal
        for _ in range(3):
            assert wait_for(lambda: len(journal.open_releases()) > 1, 30, 0.001)
            open_before = {filed.keys["release"] for filed in journal.open_releases()}
            children = city.gateway.process.children()
            began = time.monotonic()
            city.gateway.process.kill(15)
            assert city.gateway.process.gone(20)
            print(f"stopped in {time.monotonic() - began:.1f} s, {len(open_before)} were open")
            assert journal.open_releases() == ()
            stopped = journal.head()
            assert stopped is not None
            filed = journal.at(stopped.seq)
            assert filed is not None
            assert filed.keys["event"] == Event.gateway_stopped
            assert '"clean":true' in filed.entry.body
            assert '"closed_releases":0' in filed.entry.body
            assert all(child.gone(5) for child in children)
            assert not findings.files_below(city.state.layout.workspaces)
            book = findings.Book(journal)
            ends = [book.releases[r].one(Event.release_closed) for r in open_before]
            struck += sum(1 for e in ends if e and e[1]["detail"]["outcome"] == "interrupted")
            city.gateway = Gateway(city.commands, city.root, city.ports)
            city.gateway.await_ready()
            city.await_everybody()
        city.end()
        book = findings.Book(city.state.store.journal)
        assert findings.in_extracts(city.extracts, RESOURCES, book, set()) == []
    print(city.told())
    assert struck, "no query was under way: the test has shown nothing"
    assert not city.found, city.found[:20]
