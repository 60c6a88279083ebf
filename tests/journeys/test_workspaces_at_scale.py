"""A real gateway under load: who waits is told, what is large streams, what is killed is built
anew."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from attacks.served import Served, served

from workbench.client.progress import said
from workbench.gateway.state import utc_now
from workbench.store.layout import Layout
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

pytestmark = pytest.mark.slow


MEMORY_MB = 256
COLUMN = {"type": "BIGINT", "class": "general"}
TEST: dict[str, Any] = {
    "resources": {
        name: {"data": f"{name}.csv", "columns": {"a": COLUMN}} for name in ("cars", "people")
    },
    "grants": {
        name: {"mode": "obtain", "columns": {"a": "value"}, "departments": ["tax", "civil"]}
        for name in ("cars", "people")
    },
    "people": {},
    "settings": {
        "memory_mb": MEMORY_MB,
        "threads": 2,
        "result_mb": 100_000,
        "builds_at_once": 1,
        "queries_per_department": 2,
        "warm_workers": 0,
    },
}


PEOPLE = {"zhang": "tax", "wang": "tax", "qian": "tax", "li": "civil"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("scale")
    write_city(PolicyTest.model_validate(TEST), folder / "city")
    deliver(folder / "city", 1)
    with served(folder / "city") as running:
        for person, department in PEOPLE.items():
            running.add(person, department)
            running.connection(person)
        yield running


def deliver(city: Path, rows: int) -> None:
    """A new version of both extracts with ``rows`` rows: every workspace has to be built anew."""
    data = city.parent / "data"
    data.mkdir(exist_ok=True)
    for name in TEST["resources"]:
        lines = "\n".join(str(n) for n in range(rows))
        (data / f"{name}.csv").write_text(f"a\n{lines}\n", encoding="utf-8")
    ingest_all(PolicyTest.model_validate(TEST), data, city, utc_now)


def eventually(what: Callable[[], Any], seconds: float = 30) -> Any:
    limit = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)
    return found


def builder(gateway: Served) -> psutil.Process | None:
    for process in psutil.Process(gateway.process.pid).children():
        if "workbench.workspace.builder" in process.cmdline():
            return process
    return None


def held_up(gateway: Served) -> psutil.Process:
    """The builder that has started, stopped where it is."""
    process: psutil.Process = eventually(lambda: builder(gateway))
    process.suspend()
    return process


def shown(gateway: Served, token: str) -> dict[str, Any] | None:
    header = {"Authorization": f"Bearer {token}"}
    running = httpx.get(f"{gateway.http}/queries", headers=header, timeout=30).json()
    return running[0] if running else None


COUNT = "select count(*) as n from cars"


def test_whoever_waits_for_a_build_is_told_of_it(gateway: Served) -> None:
    """One build at a time: its two askers share it, and the next version's waits in the queue."""
    tokens = {person: gateway.token(person) for person in PEOPLE}

    def told(person: str) -> Any:
        found = eventually(lambda: shown(gateway, tokens[person]))
        return found["build"] and found

    deliver(gateway.root, 2)
    with ThreadPoolExecutor(3) as people:
        sharing = [people.submit(gateway.ask, person, COUNT) for person in ("zhang", "wang")]
        process = held_up(gateway)
        building = [eventually(lambda p=person: told(p)) for person in ("zhang", "wang")]
        deliver(gateway.root, 3)
        later = people.submit(gateway.ask, "li", COUNT)
        waiting = eventually(lambda: told("li"))
        process.resume()
        answers = [future.result(60) for future in (*sharing, later)]
    assert [a.table.to_pylist() for a in answers if a.table] == [[{"n": 2}], [{"n": 2}], [{"n": 3}]]
    assert {b["stage"] for b in building} == {"building"}
    assert "building the workspace" in said(building[0], 1.0, "en")
    assert (waiting["stage"], waiting["build"]["position"]) == ("waiting", 1)
    assert said(waiting, 1.0, "zh") == "排队中 · 第 1 位 · 1 秒"
    assert shown(gateway, tokens["li"]) is None


def test_a_builder_killed_for_all_who_wait_is_tried_again(gateway: Served) -> None:
    deliver(gateway.root, 7)
    with ThreadPoolExecutor(2) as people:
        asked = [people.submit(gateway.ask, person, COUNT) for person in ("zhang", "li")]
        process = held_up(gateway)
        for person in ("zhang", "li"):
            token = gateway.token(person)
            eventually(lambda t=token: (shown(gateway, t) or {}).get("build"))
        os.kill(process.pid, signal.SIGKILL)
        answers = [future.result(60) for future in asked]
    assert [a.code for a in answers] == ["build_interrupted"] * 2
    scratch = [f for f in Layout(gateway.root).workspaces.glob("b/*") if f.is_dir()]
    assert scratch == []
    again = gateway.ask("zhang", COUNT)
    assert again.table is not None, again.error
    assert again.table.to_pylist() == [{"n": 7}]


def test_a_departments_quota_leaves_the_others_alone(gateway: Served) -> None:
    endless = "select i from range(100000000000) r(i)"
    readers = []
    for person in ("zhang", "wang"):
        cursor = gateway.connection(person).cursor()
        cursor.execute(endless)
        readers.append((cursor, cursor.fetch_record_batch()))
    refused = gateway.ask("qian", "select 1 as n")
    assert refused.code == "too_many_queries"
    assert "settings.queries_per_department" in refused.error
    assert gateway.ask("li", "select 1 as n").code == "ok"
    for cursor, reader in readers:
        reader.close()
        cursor.close()
    eventually(lambda: gateway.ask("qian", "select 1 as n").code == "ok")


class Peaks:
    """The largest resident size (MB) of the gateway and of any process below it."""

    def __init__(self, gateway: Served) -> None:
        self.gateway, self.below = 0.0, 0.0
        self._process = psutil.Process(gateway.process.pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.gateway = max(self.gateway, self._process.memory_info().rss / 1e6)
            for child in self._process.children():
                try:
                    self.below = max(self.below, child.memory_info().rss / 1e6)
                except psutil.NoSuchProcess:
                    continue

    def __enter__(self) -> Peaks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


WIDE = "select i as a, i * 2 as b, i * 3 as c, i * 5 as d from range({rows}) r(i)"
MB_ROWS = 1_000_000 // 32


def streamed(gateway: Served, sql: str) -> int:
    """The result's bytes, none of them kept."""
    with gateway.connection("li").cursor() as cursor:
        cursor.execute(sql)
        return sum(batch.nbytes for batch in cursor.fetch_record_batch())


def flat(gateway: Served, megabytes: int) -> None:
    streamed(gateway, WIDE.format(rows=100 * MB_ROWS))  # what a first result leaves behind
    before = psutil.Process(gateway.process.pid).memory_info().rss / 1e6
    with Peaks(gateway) as peaks:
        assert streamed(gateway, WIDE.format(rows=megabytes * MB_ROWS)) >= megabytes * 0.99e6
    assert peaks.gateway < before + 80, (before, peaks.gateway)
    assert peaks.below < MEMORY_MB + 150, peaks.below


def test_a_result_larger_than_all_memory_streams(gateway: Served) -> None:
    """Four times what the worker may take; gateway and worker stay flat."""
    flat(gateway, 4 * MEMORY_MB)


@pytest.mark.slow
def test_ten_gigabytes_stream(gateway: Served) -> None:
    flat(gateway, 10_000)


def test_a_sort_larger_than_memory_spills_and_streams(gateway: Served) -> None:
    sql = WIDE.format(rows=(MEMORY_MB + 50) * MB_ROWS) + " order by hash(i)"
    with Peaks(gateway) as peaks:
        assert streamed(gateway, sql) >= MEMORY_MB * 1e6
    assert peaks.below < MEMORY_MB + 250, peaks.below
