"""What a worker gives up before it opens anything.

Every step that the account allows is taken, and the names of those taken are returned, so that
the gateway can say how a worker stands. Resource limits and ``no_new_privs`` are always there;
an account of its own needs a gateway started as root; a root of its own and no network need that
or a kernel that lets every account have user namespaces.
"""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Sequence
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CAPABILITY_VERSION = 0x20080522
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_BASE_MB = 3072
"""Address space that the interpreter, the engine's code and its threads take before any data:
2.3 GB measured. After statements that filled the engine's memory and were stopped, the allocator
keeps about twice the memory limit as addresses; with less room every later statement fails."""


def leave_network() -> list[str]:
    """Give up the network, first thing in a process of one thread. Returns the steps taken.

    Root just leaves it. Another account does so in a user namespace of its own, where the kernel
    allows one; there it is also allowed a root of its own (see ``confine``).
    """
    if os.geteuid() == 0:
        return ["no_network"] if _unshare(_CLONE_NEWNET | _CLONE_NEWIPC) else []
    if not _tried():
        return []
    _enter_own_users()
    return ["own_users", "no_network"]


def confine(
    root: Path, memory_mb: int, scratch_mb: int, account: int | None, taken: Sequence[str]
) -> list[str]:
    """Confine this process to ``root`` (absolute). Returns the names of the steps taken.

    ``account`` is a user and group number to become, or None to stay; ``taken`` is what
    ``leave_network`` gave.
    """
    steps = ["limits", "no_core", *taken]
    os.umask(0o077)
    os.chdir(root)
    libc = ctypes.CDLL(None, use_errno=True)
    if account is not None or "own_users" in taken:
        os.chroot(root)
        os.chdir("/")
        steps.append("own_root")
    if account is not None:
        os.setgroups([])
        os.setgid(account)
        os.setuid(account)
        steps.append("own_account")
    _limit(memory_mb, scratch_mb)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        steps.append("not_dumpable")
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        steps.append("no_new_privileges")
    if "own_users" in taken:
        _drop_capabilities()  # with those of its namespace it could leave its root again
    return steps


def _unshare(flags: int) -> bool:
    return bool(ctypes.CDLL(None, use_errno=True).unshare(flags) == 0)


def _tried() -> bool:
    """Whether all of it works here, tried in a child: half of it would leave no way back."""
    child = os.fork()
    if child == 0:
        try:
            _enter_own_users()
            os.chroot("/")
            _drop_capabilities()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _enter_own_users() -> None:
    """Raises OSError."""
    user, group = os.geteuid(), os.getegid()
    if not _unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC):
        raise OSError("no user namespace")
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")


def _drop_capabilities() -> None:
    """Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none) != 0:
        raise OSError("capabilities could not be dropped")


def _limit(memory_mb: int, scratch_mb: int) -> None:
    mb = 1 << 20
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, (2 * memory_mb + _BASE_MB) * mb),
        (resource.RLIMIT_FSIZE, max(scratch_mb, 1) * mb),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(kind, (value, value))
