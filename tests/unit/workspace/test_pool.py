"""Seats, the processes behind them, and the spares that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from workbench.engine.duckdb import Resources
from workbench.errors import Code, WorkbenchError
from workbench.workspace.builds import BuildLimits, Builds, Holder
from workbench.workspace.disk import Budget
from workbench.workspace.pool import Pool, PoolLimits
from workbench.workspace.process import Limits, start
from workbench.workspace.spares import Spares

RESOURCES = Resources(512, 512, 2)


class House:
    """A pool over real builds; ``sit`` runs one statement and tells the worker's process id."""

    def __init__(self, folder: Path, workers: int = 9, per_department: int = 9, warm: int = 0):
        limits = BuildLimits(RESOURCES, 2, Budget(1000, 1000))
        quiet = lambda *_: None  # noqa: E731
        self.builds = Builds(folder / "b", b"m" * 32, limits, quiet, quiet)
        sizes = PoolLimits(600, workers, per_department, warm)
        self.pool = Pool(self.builds, folder / "w", Limits(60, 512, 512, 2), sizes)

    def take(self, held: ExitStack, spec, person: str, department: str = "tax"):
        _, worker, _ = held.enter_context(
            self.pool.seat(Holder(person, department), spec, lambda _: None)
        )
        return worker

    def sit(self, spec, person: str, department: str = "tax") -> int:
        with ExitStack() as held:
            worker = self.take(held, spec, person, department)
            assert sum(b.num_rows for b in worker.run("FROM person", None, lambda: None)) == 900
            return worker.pid


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Callable[..., House]]:
    opened: list[House] = []

    def make(**more: int) -> House:
        opened.append(House(tmp_path, **more))
        return opened[-1]

    yield make
    for house in opened:
        house.pool.close()
    assert [
        c for c in psutil.Process().children() if "workbench.workspace" in str(c.cmdline())
    ] == []


def eventually(what: Callable[[], object], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.01)


def test_a_spare_becomes_the_worker_and_another_takes_its_place(houses, spec_of):
    house = houses(warm=1)
    eventually(lambda: house.pool._spares.ready == 1)
    (spare,) = house.pool._spares._ready
    assert house.sit(spec_of(), "zhang") == spare.pid
    eventually(lambda: house.pool._spares.ready == 1)
    (second,) = house.pool._spares._ready
    assert house.sit(spec_of(), "zhang") == spare.pid, "a worker keeps its person"
    assert house.sit(spec_of(), "li") == second.pid, "people never share one"


@pytest.mark.slow  # of two times measured: not beside other tests
def test_opening_with_a_spare_is_quicker_than_without(houses, spec_of):
    house = houses(warm=2)
    spec, seconds = spec_of(), {}
    house.sit(spec, "first")  # builds it
    for name, ready in (("warm", 2), ("cold", 0)):
        eventually(lambda: house.pool._spares.ready == 2)
        with ExitStack() as held:
            if not ready:
                taken = [house.pool._spares.take() for _ in range(2)]
                held.callback(lambda taken=taken: [process.kill() for process in taken])
            began = time.monotonic()
            house.sit(spec, name)
            seconds[name] = time.monotonic() - began
    assert seconds["warm"] < seconds["cold"] * 0.7, seconds


def test_a_spare_that_died_is_not_handed_out():
    spares = Spares(start, 1)
    eventually(lambda: spares.ready == 1)
    (dead,) = spares._ready
    psutil.Process(dead.pid).kill()
    eventually(lambda: not dead.alive)
    taken = spares.take()
    assert taken.pid != dead.pid
    assert taken.alive
    taken.kill()
    spares.close()


def test_the_seat_idle_the_longest_goes_for_a_new_one(houses, spec_of):
    house, spec = houses(workers=2), spec_of()
    zhang, li = house.sit(spec, "zhang"), house.sit(spec, "li")
    assert house.sit(spec, "zhang") == zhang
    wang = house.sit(spec, "wang")
    assert psutil.pid_exists(zhang)
    assert not psutil.pid_exists(li)
    assert house.sit(spec, "wang") == wang


@pytest.mark.parametrize(
    ("sizes", "setting"),
    [({"workers": 1}, "workers"), ({"per_department": 1}, "workers_per_department")],
)
def test_where_all_are_busy_it_is_said_and_busy_ones_stay(houses, spec_of, sizes, setting):
    house, spec = houses(**sizes), spec_of()
    with ExitStack() as held:
        busy = house.take(held, spec, "zhang")
        with pytest.raises(WorkbenchError) as refused:
            house.sit(spec, "li")
        assert busy.alive
        (reason,) = refused.value.reasons
        assert (reason.code, reason.subject) == (Code.too_many_queries, setting)
        for language in ("zh", "en"):
            assert f"settings.{setting}" in reason.said(language)
        if setting == "workers_per_department":
            house.sit(spec, "qian", "civil")
    house.sit(spec, "li")
    assert not busy.alive


def test_an_idle_persons_build_may_be_evicted_and_an_open_one_not(houses, spec_of):
    house, spec = houses(), spec_of()
    house.sit(spec, "zhang")
    assert house.builds.in_use() == {spec.key()}
    for _, seat in house.pool._all_seats():
        house.pool._end(seat)
    assert house.builds.in_use() == frozenset()
    assert house.pool._in_use() == {spec.key()}, "a sweep keeps what somebody may ask again"
