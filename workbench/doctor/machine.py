"""The machine: accounts, permissions, dumps, swap, clock, disk and memory."""

from __future__ import annotations

import errno
import os
import pwd
import resource
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psutil

from workbench.doctor.facts import Clock, Readers, Seen, Space
from workbench.errors import Text
from workbench.store.layout import Layout

ACCESS_LIST = "system.posix_acl_access"
_ENCRYPTED = ("/dev/zram", "/dev/dm-", "/dev/mapper/")


def readers_of(layout: Layout, kernels: Text | None) -> Readers:
    euid = os.geteuid()
    umask = _umask()
    limit, _ = resource.getrlimit(resource.RLIMIT_CORE)
    closed: list[Path] = []
    private = _looked_at(_private(layout, closed), closed)
    above = _looked_at((layout.root, *layout.root.parents), closed)
    temp = Path(tempfile.gettempdir())
    return Readers(
        euid=euid,
        account=_name(euid),
        private=private,
        closed=tuple(closed),
        above=above,
        temp=seen(temp) or Seen(temp, 0, euid, True),
        umask=umask,
        core_dumps=limit != 0,
        plain_swap=_plain_swap(Path("/proc/swaps")),
        kernels=kernels,
    )


def _looked_at(paths: Iterable[Path], closed: list[Path]) -> tuple[Seen, ...]:
    """Those that are there; what could not be looked at is added to ``closed``."""
    found: list[Seen] = []
    for path in paths:
        try:
            one = seen(path)
        except OSError:
            closed.append(path)
            continue
        if one is not None:
            found.append(one)
    return tuple(found)


def _private(layout: Layout, closed: list[Path]) -> Iterator[Path]:
    """The state, the folders and files in it, and what is in those that hold keys. Folders that
    cannot be listed are added to ``closed``."""
    yield layout.state
    yield from (p for p in _in(layout.state, closed) if p.name != "jupyter")
    for folder in (layout.keys, layout.secrets, layout.state / "tls", layout.logs):
        yield from (p for p in _in(folder, closed) if p.name not in _PUBLIC)
    if layout.checkpoints.parent != layout.state:
        yield layout.checkpoints
    yield from (p for p in _in(layout.checkpoints, closed) if p.suffix == ".jsonl")


def _in(folder: Path, closed: list[Path]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        closed.append(folder)
        return []


_PUBLIC = ("ca.pem", "checkpoint.pub")


def seen(path: Path) -> Seen | None:
    """None where there is no such path any more. Raises OSError for one that cannot be looked
    at."""
    try:
        stat = path.stat()
        return Seen(path, stat.st_mode & 0o7777, stat.st_uid, path.is_dir(), _has_list(path))
    except FileNotFoundError:
        return None


def _has_list(path: Path) -> bool:
    try:
        return ACCESS_LIST in os.listxattr(path)
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # a file system without them
            return False
        raise


def _umask() -> int:
    """From the kernel: asking with ``os.umask`` would change it for a moment."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _plain_swap(table: Path) -> tuple[str, ...] | None:
    """None where the table cannot be read."""
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return None
    devices = (line.split()[0] for line in lines)
    return tuple(device for device in devices if not device.startswith(_ENCRYPTED))


def clock_of(now: datetime) -> Clock:
    try:
        ZoneInfo("Asia/Shanghai")
        zones = True
    except ZoneInfoNotFoundError:
        zones = False
    with tempfile.NamedTemporaryFile(prefix="workbench-doctor-") as probe:
        ahead = Path(probe.name).stat().st_mtime - time.time()
    return Clock(now, zones, ahead)


def space_of(layout: Layout, kind: str) -> Space:
    """``kind`` is the store's: where a server's disk is cannot be seen from here."""
    state = _nearest(layout.state)
    disk = shutil.disk_usage(state)
    memory = psutil.virtual_memory()
    return Space(
        state_free=disk.free,
        state_total=disk.total,
        temp_free=shutil.disk_usage(tempfile.gettempdir()).free,
        memory_total=memory.total,
        memory_free=memory.available,
        store_device=_device(layout.store) if kind == "sqlite" else None,
        checkpoint_device=_device(layout.checkpoints),
    )


def _nearest(path: Path) -> Path:
    return path if path.exists() else _nearest(path.parent)


def _device(path: Path) -> int | None:
    try:
        return path.stat().st_dev
    except OSError:
        return None
