"""A real pair of doors for the client's tests, and an environment of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from client_wire import COLUMNS, NUMBERS, PASSWORD, Answer, Wire, serving

from workbench.client.connection import Connection, connect


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No session, address or language of the person who runs the tests."""
    for name in ("URL", "TOKEN", "LANG", "SCENARIO"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def served() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


@pytest.fixture
def wire(served: Wire) -> Wire:
    queries = served.queries
    queries.answers = {"select n": lambda call: Answer(NUMBERS, cancelled=call.cancelled)}
    queries.scenarios = {"prices": list(COLUMNS)}
    queries.under_way = []
    queries.calls.clear()
    queries.notes.clear()
    return served


@pytest.fixture
def connection(wire: Wire) -> Connection:
    return connect(wire.url, "zhang", PASSWORD, language="zh")
