"""Two ingests of one resource at once: one makes the next version, the other says who is busy."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults import fault_city, findings
from faults.fault_city import RESOURCES, delivered
from faults.processes import Commands
from workbench.errors import Code
from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state
from workbench.model.entry import Event


@pytest.mark.parametrize("at_once", [pytest.param(2, marks=pytest.mark.slow), 4])
def test_one_at_a_time(tmp_path: Path, at_once: int) -> None:
    root = fault_city.make(tmp_path)
    state = open_state(root)
    extracts = Extracts(state.layout.extracts)
    commands = Commands(tmp_path, {})
    loaded, told = 0, ""
    try:
        for number in range(4):
            started = [
                commands.start(
                    "ingest", "reading", str(delivered(tmp_path / "data", "reading", edition)),
                    "--force", "--json", "--city", str(root),
                )
                for edition in range(number % 2, number % 2 + at_once)
            ]  # fmt: skip
            assert all(process.gone(90) for process, _ in started)
            said = [out.read_text() for _, out in started]
            done = [text for text in said if '"outcome": "loaded"' in text]
            busy = [text for text in said if f"[{Code.extract_busy}]" in text]
            assert len(done) + len(busy) == at_once, said
            assert done, said
            loaded += len(done)
            told += "".join(busy)
    finally:
        commands.close()
    book = findings.Book(state.store.journal)
    assert findings.in_extracts(extracts, RESOURCES, book, set()) == []
    assert extracts.newest("reading") == loaded
    entered = [f for f in state.store.journal.walk() if f.keys["event"] == Event.extract_ingested]
    assert len(entered) == loaded
    state.store.close()
    assert told, "they never met: the test has shown nothing"
    assert "is being ingested" in told
