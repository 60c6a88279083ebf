"""The traps of a Flight server, each as a loop: short in the test run, long with ``slow``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as adbc
import pandas as pd
import polars as pl
import psutil
import pyarrow as pa
import pytest
from clients import trap_clients
from clients.served_city import (
    HEADER,
    LI,
    PASSWORD,
    SCENARIO,
    WANG,
    Running,
    copied,
    eventually,
    sample_city,
    serving,
)

from workbench.client.connection import connect
from workbench.errors import WorkbenchError

pytestmark = pytest.mark.slow

BIG = "SELECT range AS n, repeat('x', 1000) AS t FROM range(3000000)"
"""3 GB: nobody reads it to its end here."""
MEMORY_MB = 400
"""What a gateway may grow by in a loop; a result that were held would take gigabytes."""
FEW, MANY = 3, 150
DEADLINE = 8


def rounds(few: int, many: int) -> Any:
    """The same loop, short in the test run and long with ``make test-slow``."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_city(
        tmp_path_factory.mktemp("sample"),
        queries_per_person=1,
        query_seconds=DEADLINE,
        result_mb=4096,
    )


@pytest.fixture(scope="module")
def gateway(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for the loops that it has to survive; each counts from where the one before left it."""
    with serving(copied(city, tmp_path_factory.mktemp("served"))) as running:
        yield running


def one(connection: Any, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def client(gateway: Running, kind: str, then: str, sql: str = BIG) -> subprocess.Popen[str]:
    if kind == "ours":
        address = gateway.http
        options = {"user": LI, "password": PASSWORD, "scenario": SCENARIO}
    else:
        address = gateway.flight
        options = {"username": LI, "password": PASSWORD, HEADER: SCENARIO}
    words = [kind, address, json.dumps(options), sql, then]
    return subprocess.Popen(
        [sys.executable, trap_clients.__file__, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def reading(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "reading\n", line
    return process


def drained(gateway: Running, seconds: float = 20) -> None:
    """Wait until no release is open; the slot comes back a moment after the closing entry."""
    eventually(lambda: gateway.open_releases() == 0, seconds)
    time.sleep(0.3)


def ended(gateway: Running, how: str = "interrupted", key: str = "outcome") -> int:
    """Releases that ended so, as far as their closing entries say."""
    found = [e["detail"].get(key) for e in gateway.events("release_closed", limit=5000)]
    return found.count(how)


class Footprint:
    """What a gateway that has served a query holds: threads, descriptors, memory (MB)."""

    def __init__(self, gateway: Running) -> None:
        self._process = psutil.Process(gateway.process.pid)
        with gateway.adbc() as connection:
            with connection.cursor() as cursor:
                cursor.execute(BIG)
            drained(gateway)
            assert one(connection, "SELECT 1") == (1,)
        drained(gateway)
        self.before = self.now()

    def now(self) -> tuple[int, int, int]:
        p = self._process
        return p.num_threads(), p.num_fds(), p.memory_info().rss >> 20

    def settles(self, seconds: float = 30) -> None:
        """Fails, with the figures, where more stays than a server keeps for its next calls."""
        until = time.monotonic() + seconds
        while True:
            grown = tuple(b - a for a, b in zip(self.before, self.now(), strict=True))
            if grown[0] <= 12 and grown[1] <= 12 and grown[2] <= MEMORY_MB:
                return
            assert time.monotonic() < until, f"threads, descriptors, MB grown by {grown}"
            time.sleep(0.2)


@rounds(FEW, MANY)
def test_execute_and_drop(gateway: Running, count: int) -> None:
    held = Footprint(gateway)
    before = ended(gateway)
    with gateway.adbc() as connection:
        for _ in range(count):
            with connection.cursor() as cursor:
                cursor.execute(BIG)
            drained(gateway)
        assert one(connection, "SELECT 1") == (1,)
    assert gateway.process.poll() is None
    held.settles()
    assert ended(gateway) == before + count


@rounds(3, 40)
@pytest.mark.parametrize("kind", [pytest.param("adbc", marks=pytest.mark.slow), "ours"])
def test_a_client_killed_midway(gateway: Running, kind: str, count: int) -> None:
    held = Footprint(gateway)
    before = ended(gateway)
    for _ in range(count):
        process = reading(client(gateway, kind, "stall"))
        process.kill()
        process.communicate()
        drained(gateway)
    with gateway.adbc() as connection:
        assert one(connection, "SELECT 1") == (1,)
    held.settles()
    assert ended(gateway) == before + count


@rounds(1, 10)
def test_a_reader_that_stalls_is_ended_and_blocks_nobody(gateway: Running, count: int) -> None:
    """One query a person is allowed here: the next one runs only if the slot of the stalled one
    came back, though its client still holds the connection and reads nothing."""
    held = Footprint(gateway)
    before = ended(gateway, "deadline_exceeded", "code")
    stalled = []
    try:
        for _ in range(count):
            stalled.append(reading(client(gateway, "adbc", "stall")))
            with gateway.adbc(WANG, "catalogue_overview") as connection:
                assert one(connection, "SELECT 1") == (1,)
            # The other's entry may still be on its way when its client has all.
            eventually(lambda: gateway.open_releases() == 1)
            drained(gateway, DEADLINE + 30)
        assert held.now()[2] - held.before[2] <= MEMORY_MB
        assert all(process.poll() is None for process in stalled)
        with gateway.adbc() as connection:
            assert one(connection, "SELECT 1") == (1,)
    finally:
        for process in stalled:
            process.kill()
            process.communicate()
    assert ended(gateway, "deadline_exceeded", "code") == before + count
    held.settles()


@rounds(1, 10)
@pytest.mark.parametrize(
    "kind",
    [
        "ours",
        pytest.param("adbc", marks=pytest.mark.slow),
        pytest.param("polars", marks=pytest.mark.slow),
    ],
)
def test_a_server_killed_midway_gives_an_error_and_no_short_table(
    city: Path, tmp_path: Path, kind: str, count: int
) -> None:
    root = copied(city, tmp_path)
    for _ in range(count):
        with serving(root) as gateway:
            process = reading(client(gateway, kind, "slow"))
            eventually(lambda gateway=gateway: gateway.open_releases() == 1)
            time.sleep(0.3)
            gateway.kill()
            said, _ = process.communicate(timeout=60)
            assert said.startswith("error "), said
            assert "Traceback" not in said
            if kind == "ours":
                assert "[gateway_unavailable]" in said
    with serving(root) as gateway:
        assert gateway.open_releases() == 0
        assert ended(gateway) >= count


WRONG = "SELECT 没有的列 FROM house_prices"


@rounds(5, 100)
def test_chinese_text_of_an_error_arrives_whole(gateway: Running, count: int) -> None:
    import sqlalchemy as sa

    host, _, port = gateway.flight.partition("://")[2].partition(":")
    options = {"username": LI, "password": PASSWORD, HEADER: SCENARIO}
    engine = sa.create_engine(
        sa.URL.create("adbc+flightsql", host=host, port=int(port), query={"tls": "false"}),
        connect_args={"autocommit": True, "db_kwargs": options},
    )
    ours = connect(gateway.http, LI, PASSWORD, language="zh", scenario=SCENARIO, progress=False)
    with gateway.adbc() as connection:
        for _ in range(count):
            for ask in (
                lambda: one(connection, WRONG),
                lambda: pl.read_database(WRONG, connection),
                lambda: pd.read_sql(WRONG, connection),
                lambda: pd.read_sql(sa.text(WRONG), engine),
                lambda: ours.sql(WRONG),
            ):
                with pytest.raises(Exception, match="没有的列") as raised:
                    ask()
                assert "�" not in str(raised.value)
    engine.dispose()


@rounds(1, 10)
def test_rows_of_twenty_megabytes(gateway: Running, count: int) -> None:
    """Many rows of 1 MB arrive whole, cut into messages; one value of 20 MB is refused in words."""
    many = "SELECT range AS n, repeat('城', 350000) AS t FROM range(40)"
    single = "SELECT 1 AS n, repeat('x', 20 * 1024 * 1024) AS t"
    ours = connect(gateway.http, LI, PASSWORD, language="zh", scenario=SCENARIO, progress=False)
    with gateway.adbc() as connection:
        for _ in range(count):
            with connection.cursor() as cursor:
                cursor.execute(many)
                table = cursor.fetch_arrow_table()
            assert sorted(table["n"].to_pylist()) == list(range(40))
            assert set(pa.compute.utf8_length(table["t"]).to_pylist()) == {350000}
            drained(gateway)
            with pytest.raises(
                (adbc.Error, pa.ArrowException, OSError), match=r"\[result_too_large\]"
            ):
                one(connection, single)
            drained(gateway)
            with pytest.raises(WorkbenchError, match=r"\[result_too_large\]"):
                ours.sql(single)
            drained(gateway)
    assert gateway.open_releases() == 0
