"""The processes of a city that is made to suffer: gateway, its children, ingests, clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 90.0
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Process:
    """One process for good: a number alone is given again. ``role`` is the module it runs."""

    pid: int
    since: int
    role: str = ""

    @property
    def lives(self) -> bool:
        found = _stat(self.pid)
        return found is not None and found[0] == self.since and found[2] != "Z"

    def kill(self, number: int = signal.SIGKILL) -> bool:
        """Whether it was there to be killed."""
        if not self.lives:
            return False
        os.kill(self.pid, number)
        return True

    def gone(self, seconds: float) -> bool:
        return wait_for(lambda: not self.lives, seconds)

    def children(self) -> list[Process]:
        """Those that live, with the module of the workbench that each runs."""
        found = []
        for pid in [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]:
            stat = _stat(pid)
            if stat is not None and stat[1] == self.pid and stat[2] != "Z":
                found.append(Process(pid, stat[0], _role(pid)))
        return found


def process(pid: int) -> Process:
    found = _stat(pid)
    assert found is not None, f"process {pid} is gone"
    return Process(pid, found[0])


def _stat(pid: int) -> tuple[int, int, str] | None:
    """Start time, parent, state."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[19]), int(fields[1]), fields[0]


def _role(pid: int) -> str:
    """``worker`` for ``python -I -m workbench.workspace.worker``; empty before the exec."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    modules = [word for word in words if word.startswith("workbench.workspace.")]
    return modules[0].rsplit(".", 1)[1] if modules else ""


def wait_for(what: Callable[[], object], seconds: float, every: float = 0.01) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if what():
            return True
        time.sleep(every)
    return bool(what())


class Commands:
    """Starts ``workbench`` commands: forked from one process."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._folder = folder
        path = os.pathsep.join([str(TESTS), str(TESTS / "support")])
        self._environment = {
            **os.environ,
            **environment,
            "TMPDIR": str(self.temporary),
            "WORKBENCH_LANG": "en",
            "PYTHONPATH": path,
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._forked: list[Process] = []
        self._asking: list[Asking] = []
        self._count = 0
        self._forking = subprocess.Popen(
            [sys.executable, "-m", "faults.forking"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    def start(self, *args: str) -> tuple[Process, Path]:
        """The process, and the file that gets all it says."""
        self._count += 1
        out = self._folder / f"{args[0]}-{self._count}.out"
        out.touch()
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        self._forking.stdin.write(json.dumps({"args": args, "out": str(out)}) + "\n")
        self._forking.stdin.flush()
        forked = process(int(self._forking.stdout.readline()))
        self._forked = [p for p in self._forked if p.lives] + [forked]
        return forked, out

    def asking(self, kind: str, log: Path, http: str, flight: str, seed: str, *who: str) -> Asking:
        started = subprocess.Popen(
            [sys.executable, "-m", "faults.asking", kind, str(log), http, flight, seed, *who],
            env=self._environment,
            stdin=subprocess.PIPE,
            cwd=self._folder,
        )
        self._asking.append(Asking(started))
        return self._asking[-1]

    def close(self) -> None:
        """End all that still runs, as after a failure."""
        for asking in self._asking:
            asking.process.kill()
            asking.process.wait(30)
        for forked in self._forked:
            forked.kill()
        assert self._forking.stdin is not None
        self._forking.stdin.close()
        self._forking.wait(30)


@dataclass(frozen=True)
class Asking:
    """A client process, see ``faults.asking``."""

    process: subprocess.Popen[bytes]

    def stop(self) -> int:
        """Let it finish what it asks; its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            return self.process.wait(90)
        finally:
            if self.process.poll() is None:
                self.process.kill()


class Gateway:
    """One life of ``workbench serve`` on ports that stay the same from life to life."""

    def __init__(self, commands: Commands, root: Path, ports: tuple[int, int]) -> None:
        http, flight = map(str, ports)
        self.process, self.out = commands.start(
            "serve", "--city", str(root), "--http-port", http, "--flight-port", flight
        )

    @property
    def ready(self) -> bool:
        return '"ready": true' in self.out.read_text()

    def await_ready(self) -> None:
        over = wait_for(lambda: self.ready or not self.process.lives, START_SECONDS, 0.02)
        assert over, f"the gateway did not start: {self.out.read_text()}"
        assert self.ready, f"the gateway did not start: {self.out.read_text()}"

    def kill(self) -> list[Process]:
        """kill -9; its children at that moment."""
        self.process.kill(signal.SIGSTOP)  # nothing moves while we look at it
        children = self.process.children()
        self.process.kill()
        assert self.process.gone(10)
        return children
