"""A trusted child: one job, one answer, and no life of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbench.workspace import child
from workbench.workspace.child import Child, ChildDied, ChildFailed

SUPPORT = Path(__file__).parents[2] / "support"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Child:
    """A child that runs ``child_job``, which the isolated interpreter cannot find by itself."""
    run = tmp_path / "python"
    script = SUPPORT / "child_job.py"
    run.write_text(f'#!/bin/sh\nexec {sys.executable} -I {script} "$4"\n')
    run.chmod(0o755)
    monkeypatch.setattr(child.sys, "executable", str(run))
    return Child("child_job")


def test_a_job_reports_answers_and_ends(started: Child) -> None:
    seen: list[object] = []
    answer = started.run({"do": "echo", "text": "七库"}, seen.append)
    assert answer["said"] == "七库"
    assert seen == [{"at": 1}, {"at": 2}]
    assert set(answer["environment"]) <= {"PYTHONDONTWRITEBYTECODE", "LC_CTYPE", "PWD", "_"}
    assert not psutil.pid_exists(started.pid)


def test_an_exception_tells_its_class_and_not_its_text(started: Child) -> None:
    with pytest.raises(ChildFailed) as caught:
        started.run({"do": "raise"})
    assert caught.value.kind == "LookupError"
    assert "value" not in repr((caught.value.args, caught.value.detail))


def test_a_killed_child_is_said_to_have_died(started: Child) -> None:
    def kill(_: object) -> None:
        os.kill(started.pid, signal.SIGKILL)

    with pytest.raises(ChildDied):
        started.run({"do": "sleep"}, kill)


def test_giving_up_ends_the_child(started: Child) -> None:
    def give_up() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        started.run({"do": "sleep"}, waiting=give_up)
    assert not psutil.pid_exists(started.pid)


def test_a_child_does_not_outlive_a_killed_parent() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\n"
            "from workbench.workspace.child import Child\n"
            "c = Child('workbench.workspace.worker')\n"
            "print(c.pid, flush=True); time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < limit, "the child lives on"
        time.sleep(0.05)
