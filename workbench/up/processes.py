"""Ending processes with everything they started, also what has moved to a group of its own.

Jupyter's servers start each kernel in its own session, and workers may outlive a gateway that was
killed. On Linux the caller becomes the reaper of such orphans, so that none gets away.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_GONE = (psutil.NoSuchProcess, ProcessLookupError, PermissionError)


def become_reaper() -> bool:
    """Orphaned descendants become our own children (prctl(2)); False where it is not to be had."""
    if sys.platform != "linux":
        return False
    answer: int = ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return answer == 0


def die_with_parent() -> Callable[[], None] | None:
    """What a child runs before exec, so that a killed supervisor leaves no server behind."""
    if sys.platform != "linux":
        return None
    # Loaded here: between fork and exec nothing may be imported or allocated at leisure.
    prctl = ctypes.CDLL(None).prctl

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)

    return before_exec


def family(pid: int) -> list[psutil.Process]:
    """The process and all its descendants, as far as they still run."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def children() -> frozenset[int]:
    """What this process has started so far, whoever in it did."""
    return frozenset(p.pid for p in psutil.Process().children())


def orphans(known: Collection[int]) -> list[psutil.Process]:
    """Children of this process that it did not start itself, with their descendants."""
    strays = (p for p in psutil.Process().children() if p.pid not in known)
    return [member for stray in strays for member in family(stray.pid)]


def end(processes: Sequence[psutil.Process], grace: float) -> None:
    """Ask, wait ``grace`` seconds, then kill. Returns when all are gone and reaped."""
    _signal(processes, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=grace)
    _signal(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=10)


def kill(processes: Iterable[psutil.Process]) -> None:
    """Kill at once, and wait until they are reaped."""
    found = list(processes)
    _signal(found, signal.SIGKILL)
    psutil.wait_procs(found, timeout=10)


def _signal(processes: Iterable[psutil.Process], number: int) -> None:
    for process in processes:
        with suppress(*_GONE):
            process.send_signal(number)


@contextmanager
def stop_signals() -> Iterator[StopFlag]:
    """SIGINT, SIGTERM and SIGHUP raise a flag instead of an exception, and count themselves."""
    flag = StopFlag()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(n, signal.signal(n, flag.raise_it)) for n in numbers]
    try:
        yield flag
    finally:
        for number, handler in before:
            signal.signal(number, handler)


class StopFlag:
    """How often somebody has asked to stop; the second time means at once."""

    def __init__(self) -> None:
        self.count = 0

    def raise_it(self, *_: object) -> None:
        self.count += 1

    @property
    def asked(self) -> bool:
        return self.count > 0

    @property
    def impatient(self) -> bool:
        return self.count > 1


def is_alive(pid: int) -> bool:
    """Running, and not merely waiting to be reaped."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def exit_text(code: int) -> str:
    """``signal SIGKILL`` or ``exit code 3``."""
    if code < 0:
        with suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
