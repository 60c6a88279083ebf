"""The gateway as a process of its own, over a copy of the sample city."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.errors import Unavailable
from workbench.gateway.locks import LOCK, only_gateway
from workbench.ledger.chain import fields_of
from workbench.model.entry import EntryFilter
from workbench.store.layout import Layout
from workbench.store.session import open_store

REPOSITORY = Path(__file__).parents[3]
LIBC = ctypes.CDLL(None)
RUN = "import sys; from pathlib import Path; from workbench.gateway.serve import serve; "


def started(root: Path, call: str = "serve(Path(sys.argv[1]))") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN + call, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.stderr.read() if process.stderr else "")
    found: dict[str, Any] = json.loads(line)
    return found


def listening(pid: int) -> list[int]:
    """The threads that do not block SIGTERM."""
    masks = {
        int(task.name): re.search(r"SigBlk:\s*(\w+)", (task / "status").read_text())
        for task in Path(f"/proc/{pid}/task").iterdir()
    }
    bit = 1 << (signal.SIGTERM - 1)
    return [tid for tid, mask in masks.items() if mask and not int(mask[1], 16) & bit]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "data_contracts", tmp_path / "data_contracts")
    return tmp_path


@pytest.fixture
def process(root: Path) -> Iterator[subprocess.Popen[str]]:
    found = started(root)
    yield found
    if found.poll() is None:
        found.kill()
    found.communicate()


def events(root: Path) -> list[dict[str, Any]]:
    from datetime import UTC, datetime

    store = open_store(Layout(root).store, lambda: datetime.now(UTC))
    found = store.journal.find(EntryFilter(limit=20))
    store.close()
    return [fields_of(f.entry.body) or {} for f in reversed(found)]


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_from_the_ready_line_to_the_last_entry(
    root: Path, process: subprocess.Popen[str], number: int
) -> None:
    where = ready(process)
    assert where["ready"] is True
    assert where["pid"] == process.pid
    health = httpx.get(f"{where['http']}/health", trust_env=False).json()
    assert (health["status"], health["flight"]) == ("ok", where["flight"])

    second = started(root)
    _, told = second.communicate(timeout=60)
    assert second.returncode != 0
    assert f"process {process.pid}" in told

    process.send_signal(number)
    assert process.wait(30) == 0
    assert [e["event"] for e in events(root)] == ["gateway_started", "gateway_stopped"]
    assert stat.S_IMODE(Layout(root).state.stat().st_mode) == 0o700
    for file in Layout(root).logs.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_killed_gateway_leaves_its_place_to_the_next(
    root: Path, process: subprocess.Popen[str]
) -> None:
    ready(process)
    process.kill()
    process.wait()
    again = started(root)
    try:
        assert ready(again)["pid"] == again.pid
    finally:
        os.kill(again.pid, signal.SIGTERM)
        again.communicate(timeout=30)
    assert again.returncode == 0
    assert [e["event"] for e in events(root)] == [
        "gateway_started",
        "gateway_started",
        "gateway_stopped",
    ]


@pytest.mark.slow
def test_a_taken_port_leaves_no_trace_of_a_start(
    root: Path, process: subprocess.Popen[str]
) -> None:
    port = ready(process)["http"].rpartition(":")[2]
    other = root / "other"
    shutil.copytree(REPOSITORY / "data_contracts", other / "data_contracts")
    second = started(other, f"serve(Path(sys.argv[1]), http_port={port})")
    _, told = second.communicate(timeout=60)
    assert second.returncode != 0
    assert f"Port {port} is not available" in told
    assert events(other) == []


def test_an_open_address_is_refused_before_anything_is_made(root: Path) -> None:
    second = started(root, "serve(Path(sys.argv[1]), host='0.0.0.0')")
    _, told = second.communicate(timeout=60)
    assert second.returncode != 0
    assert "TLS" in told
    assert not Layout(root).state.exists()


def test_a_signal_that_another_thread_received_stops_it_as_well(
    root: Path, process: subprocess.Popen[str]
) -> None:
    """The system may give a process's signal to any thread of it; Python's main one sleeps on."""
    ready(process)
    other = next(thread for thread in listening(process.pid) if thread != process.pid)
    assert LIBC.tgkill(process.pid, other, signal.SIGTERM) == 0
    assert process.wait(30) == 0
    assert [e["event"] for e in events(root)] == ["gateway_started", "gateway_stopped"]


def test_a_stop_that_hangs_is_broken_off_and_tells_where(root: Path) -> None:
    hanging = started(
        root,
        "import threading, workbench.gateway.serve as at; at.STOP_SECONDS = 1.0; "
        "at.Gateway.stop = lambda self: threading.Event().wait(); serve(Path(sys.argv[1]))",
    )
    ready(hanging)
    hanging.send_signal(signal.SIGTERM)
    _, told = hanging.communicate(timeout=30)
    assert hanging.returncode == 1
    assert "in _stopped" in told
    assert [e["event"] for e in events(root)] == ["gateway_started"]


HELD = """
import fcntl, sys, time
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize("lives", [False, True])
def test_the_lock_of_a_killed_gateway_is_waited_for_and_of_a_living_one_not(
    tmp_path: Path, lives: bool
) -> None:
    """Its child, between fork and exec, still has it open."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / LOCK).write_text(f"{os.getpid() if lives else gone.pid}\n")
    with subprocess.Popen(
        [sys.executable, "-c", HELD, str(tmp_path / LOCK), "600" if lives else "0.5"],
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        if lives:
            with pytest.raises(Unavailable), only_gateway(tmp_path):
                pass
            assert child.poll() is None, "it was not waited for"
            child.kill()
        else:
            with only_gateway(tmp_path):
                assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"
