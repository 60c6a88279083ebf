"""What a worker gives up before it opens anything.

Every step that the account allows is taken, and the names of those taken are returned, so that
the gateway can say how a worker stands. Resource limits and ``no_new_privs`` are always there;
a root of its own, an account of its own and no network need a gateway started as root.
"""

from __future__ import annotations

import ctypes
import os
import resource
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_CLONE_NEWIPC = 0x08000000
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_BASE_MB = 3072
"""Address space that the interpreter, the engine's code and its threads take before any data:
2.3 GB measured. After statements that filled the engine's memory and were stopped, the allocator
keeps about twice the memory limit as addresses; with less room every later statement fails."""


def confine(root: Path, memory_mb: int, scratch_mb: int, account: int | None) -> list[str]:
    """Confine this process to ``root`` (absolute). Returns the names of the steps taken.

    ``account`` is a user and group number to become, or None to stay.
    """
    steps = ["limits", "no_core"]
    os.umask(0o077)
    os.chdir(root)
    libc = ctypes.CDLL(None, use_errno=True)
    if account is not None:
        if leave_network():
            steps.append("no_network")
        os.chroot(root)
        os.chdir("/")
        os.setgroups([])
        os.setgid(account)
        os.setuid(account)
        steps += ["own_root", "own_account"]
    _limit(memory_mb, scratch_mb)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        steps.append("not_dumpable")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        steps.append("no_new_privileges")
    return steps


def leave_network() -> bool:
    """Give up the network, as far as the account allows (root). True where it is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0)


def _limit(memory_mb: int, scratch_mb: int) -> None:
    mb = 1 << 20
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, (2 * memory_mb + _BASE_MB) * mb),
        (resource.RLIMIT_FSIZE, max(scratch_mb, 1) * mb),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(kind, (value, value))
