"""The same on PostgreSQL; and the server of the store itself goes away under the gateway."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import servers

from faults.loops import gone_through, seed
from faults.processes import wait_for
from faults.suffering import FEW, MORE, suffering
from workbench.errors import Code

pytestmark = pytest.mark.skipif(
    bool(servers.missing_programs()), reason=f"missing: {servers.missing_programs()}"
)


@pytest.fixture
def server() -> Iterator[servers.Server]:
    with servers.postgres() as started:
        yield started


def store(server: servers.Server) -> dict[str, str]:
    url = f"postgresql://{server.user}@{server.host}:{server.port}/postgres"
    return {"WORKBENCH_STORE": url, "PGPASSWORD": server.password}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_deaths_of_each(tmp_path: Path, server: servers.Server) -> None:
    city = gone_through(tmp_path, 2, store(server), FEW)
    assert not city.found, city.found[:20]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_hundred_deaths_of_each(tmp_path: Path, server: servers.Server) -> None:
    city = gone_through(tmp_path, 100, store(server), MORE)
    assert not city.found, city.found[:20]
    for target, least in (("gateway", 4), ("worker", 2), ("builder", 2), ("ingest", 3)):
        phases = {phase for t, phase in city.hits if t == target}
        assert len(phases) >= least, (target, phases)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(3, marks=pytest.mark.slow),
        pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_the_store_goes_away(tmp_path: Path, server: servers.Server, rounds: int) -> None:
    """While it is away nothing is answered; when it is back, the same gateway goes on."""
    choose = random.Random(seed())
    with suffering(tmp_path, 3, MORE, store=store(server)) as city:
        for number in range(rounds):
            time.sleep(choose.uniform(0, 0.5))
            if number % 3 == 2:
                _kill_a_backend(server, choose)
            else:
                server.stop()
                away = time.time()
                city.await_refusals(Code.ledger_unavailable)
                back = time.time()
                server.start()
                through = [a for a in city.logs.read() if a.end == "complete"]
                began = [a for a in through if a.asked_at > away and a.ended_at < back]
                assert not began, f"answered without a ledger: {began}"
            city.await_everybody()
            assert city.gateway.process.lives
            back_again = datetime.now(UTC)
            journal = city.state.store.journal
            assert wait_for(
                lambda: all(f.entry.at > back_again for f in journal.open_releases()),  # noqa: B023
                60,
            ), "what was cut off is not closed by the gateway that opened it"
        city.end()
    print(city.told())
    assert not city.found, city.found[:20]


def _kill_a_backend(server: servers.Server, choose: random.Random) -> None:
    """kill -9 of a process that serves a connection: the server throws out everybody."""
    assert server.process is not None
    serving = [
        child
        for child in psutil.Process(server.process.pid).children()
        if f"{server.host}(" in " ".join(child.cmdline())
    ]
    assert serving
    os.kill(choose.choice(serving).pid, signal.SIGKILL)
