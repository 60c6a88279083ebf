"""A command beside the servers: real processes, one at a time, at their interval."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from workbench.errors import Text
from workbench.up.processes import is_alive
from workbench.up.timer import Job, Timer

COUNTS = "import pathlib; p = pathlib.Path('runs'); p.open('a').write('x')"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def timer(folder: Path, code: str, clock: Clock, said: list[str]) -> Timer:
    job = Job(
        title=Text("月度运行", "The monthly run"),
        command=(sys.executable, "-c", code),
        environment={"PATH": os.environ["PATH"]},
        folder=folder,
        log=folder / "logs" / "monthly.log",
        every=60.0,
    )
    return Timer(job, lambda text: said.append(text.en), clock)


def ended(one: Timer) -> None:
    """Until the process that runs is over, without starting another."""
    limit = time.monotonic() + 10
    while any(is_alive(pid) for pid in one.pids()) and time.monotonic() < limit:
        time.sleep(0.01)


def test_it_runs_at_once_and_then_at_its_interval(tmp_path: Path) -> None:
    clock, said = Clock(), []
    one = timer(tmp_path, COUNTS, clock, said)
    for now in (0.0, 30.0, 59.0, 61.0, 62.0, 122.0):
        clock.now = now
        one.tick()
        ended(one)
    assert (tmp_path / "runs").read_text() == "xxx"  # at 0, 61 and 122
    assert said == []


def test_one_that_takes_longer_is_waited_for_and_can_be_ended(tmp_path: Path) -> None:
    clock = Clock()
    one = timer(tmp_path, "import time; time.sleep(600)", clock, [])
    one.tick()
    (pid,) = one.pids()
    clock.now = 1000.0
    one.tick()
    assert one.pids() == {pid}
    one.stop()
    assert not is_alive(pid)
    assert one.pids() == frozenset()


def test_that_it_begins_to_fail_is_said_once_and_so_is_that_it_no_longer_does(
    tmp_path: Path,
) -> None:
    clock, said = Clock(), []
    code = "import pathlib, sys; sys.exit(0 if pathlib.Path('well').exists() else 5)"
    one = timer(tmp_path, code, clock, said)
    for now in (0.0, 61.0, 122.0, 183.0, 244.0):
        clock.now = now
        if now == 183.0:
            (tmp_path / "well").touch()
        one.tick()
        ended(one)
    one.tick()
    assert len(said) == 2
    assert said[0].startswith("The monthly run was not completed: see ")
    assert said[1] == "The monthly run is completed again."
