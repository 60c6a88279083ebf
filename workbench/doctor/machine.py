"""The machine: accounts, permissions, dumps, swap, clock, disk and memory."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
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
    above = (layout.root, *layout.root.parents)
    return Readers(
        euid=euid,
        account=_name(euid),
        private=tuple(s for p in _private(layout) if (s := seen(p)) is not None),
        above=tuple(s for p in above if (s := seen(p)) is not None),
        temp=seen(Path(tempfile.gettempdir())) or Seen(Path(tempfile.gettempdir()), 0, euid, True),
        umask=umask,
        core_dumps=limit != 0,
        plain_swap=tuple(_plain_swap(Path("/proc/swaps"))),
        kernels=kernels,
    )


def _private(layout: Layout) -> Iterator[Path]:
    """The state, the folders and files in it, and what is in those that hold keys."""
    yield layout.state
    if layout.state.is_dir():
        yield from sorted(p for p in layout.state.iterdir() if p.name != "jupyter")
    for folder in (layout.keys, layout.secrets, layout.state / "tls", layout.logs):
        if folder.is_dir():
            yield from sorted(p for p in folder.iterdir() if p.name not in _PUBLIC)
    if layout.checkpoints.is_dir():
        if layout.checkpoints.parent != layout.state:
            yield layout.checkpoints
        yield from sorted(layout.checkpoints.glob("*.jsonl"))


_PUBLIC = ("ca.pem", "checkpoint.pub")


def seen(path: Path) -> Seen | None:
    """None where there is no such path any more."""
    try:
        stat = path.stat()
        lists = os.listxattr(path)
    except OSError:
        return None
    return Seen(path, stat.st_mode & 0o7777, stat.st_uid, path.is_dir(), ACCESS_LIST in lists)


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


def _plain_swap(table: Path) -> Iterator[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        device = line.split()[0]
        if not device.startswith(_ENCRYPTED):
            yield device


def clock_of(now: datetime) -> Clock:
    try:
        ZoneInfo("Asia/Shanghai")
        zones = True
    except ZoneInfoNotFoundError:
        zones = False
    with tempfile.NamedTemporaryFile(prefix="workbench-doctor-") as probe:
        ahead = Path(probe.name).stat().st_mtime - time.time()
    return Clock(now, zones, ahead)


def space_of(layout: Layout) -> Space:
    state = _nearest(layout.state)
    disk = shutil.disk_usage(state)
    memory = psutil.virtual_memory()
    return Space(
        state_free=disk.free,
        state_total=disk.total,
        temp_free=shutil.disk_usage(tempfile.gettempdir()).free,
        memory_total=memory.total,
        memory_free=memory.available,
        store_device=_device(layout.store),
        checkpoint_device=_device(layout.checkpoints),
    )


def _nearest(path: Path) -> Path:
    return path if path.exists() else _nearest(path.parent)


def _device(path: Path) -> int | None:
    try:
        return path.stat().st_dev
    except OSError:
        return None
