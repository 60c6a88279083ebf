"""A drop folder: where providers put deliveries, and what of it is complete.

::

    DIR/<resource>/<NAME>             a file, or a folder of files: one delivery
    DIR/<resource>/<NAME>.control.*   the provider's control file, where there is one (``control``)
    DIR/<resource>/<NAME>.done        an empty file, written last: the delivery is complete

The strict rule: nothing is taken before its ``.done`` is there. Whoever cannot write one may be
given ``settle``: then a delivery is taken whose files have not changed for that many seconds. Names
that begin with a dot, or end as unfinished uploads do, are never deliveries. Symbolic links are
never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.declared.findings import suggest
from workbench.errors import Text
from workbench.extracts.control import SUFFIXES

MARKER = ".done"
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".swp", "~")

Signature = tuple[tuple[str, int, int, int], ...]
"""Name, inode, bytes and time of writing (ns) of each file of a delivery."""


@dataclass(frozen=True)
class Waiting:
    """A complete delivery. ``members`` are the names in the resource's folder that belong to it:
    the data first, then its control files and its marker."""

    resource: str
    name: str
    members: tuple[str, ...]
    since: int


@dataclass(frozen=True)
class Notice:
    """Something in the folder that is not taken, and why. Told once."""

    path: str
    text: Text


@dataclass(frozen=True)
class Look:
    """Deliveries in the order in which they were completed."""

    ready: tuple[Waiting, ...]
    notices: tuple[Notice, ...]


class DropFolder:
    """Looks at ``root``; with ``settle`` (seconds) it remembers since when things lie still."""

    def __init__(self, root: Path, settle: float | None = None) -> None:
        self.root, self.settle = root, settle
        self._still: dict[tuple[str, str], tuple[Signature, float]] = {}

    def look(self, resources: Collection[str], now: float) -> Look:
        """What is complete at ``now`` (seconds of a clock that does not go back).

        Raises OSError where the folder cannot be read.
        """
        ready: list[Waiting] = []
        notices: list[Notice] = []
        seen: set[tuple[str, str]] = set()
        for entry in _entries(self.root):
            problem = _no_folder_of(entry, resources)
            if problem is not None:
                notices.append(Notice(entry.name, problem))
                continue
            for found in self._deliveries(Path(entry.path), entry.name, now, seen):
                if isinstance(found, Notice):
                    notices.append(found)
                else:
                    ready.append(found)
        self._still = {key: kept for key, kept in self._still.items() if key in seen}
        ready.sort(key=lambda w: (w.since, w.resource, w.name))
        return Look(tuple(ready), tuple(notices))

    def _deliveries(
        self, folder: Path, resource: str, now: float, seen: set[tuple[str, str]]
    ) -> Iterator[Waiting | Notice]:
        entries = {entry.name: entry for entry in _entries(folder)}
        for name in entries:
            owner = _owner(name)
            if owner is not None:
                if owner not in entries:
                    yield Notice(f"{resource}/{name}", _alone(owner))
                continue
            if name.endswith(UNFINISHED):
                continue
            seen.add((resource, name))
            waiting = self._waiting(resource, name, entries, now)
            if waiting is not None:
                yield waiting
            elif self.settle is None:
                yield Notice(f"{resource}/{name}", _no_marker(name))

    def _waiting(
        self, resource: str, name: str, entries: Mapping[str, os.DirEntry[str]], now: float
    ) -> Waiting | None:
        controls = [name + s for s in SUFFIXES if name + s in entries]
        marker = name + MARKER
        if marker in entries:
            since = entries[marker].stat(follow_symlinks=False).st_mtime_ns
            return Waiting(resource, name, (name, *controls, marker), since)
        if self.settle is None:
            return None
        signature = tuple(line for n in (name, *controls) for line in _signature(entries[n]))
        kept, since_when = self._still.get((resource, name), (None, now))
        if kept != signature:
            self._still[resource, name] = (signature, now)
            return None
        if now - since_when < self.settle:
            return None
        return Waiting(resource, name, (name, *controls), max(line[3] for line in signature))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """By name, without what begins with a dot."""
    with os.scandir(folder) as found:
        return sorted((e for e in found if not e.name.startswith(".")), key=lambda e: e.name)


def _owner(name: str) -> str | None:
    """The delivery that a marker or a control file belongs to; None for a delivery itself."""
    for suffix in (MARKER, *SUFFIXES):
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix)
    return None


def _signature(entry: os.DirEntry[str]) -> Signature:
    if not entry.is_dir(follow_symlinks=False):
        return (_line(entry.path),)
    inside = [
        _line(f"{folder}/{name}")
        for folder, folders, files in os.walk(entry.path)
        for name in (*folders, *files)
    ]
    return (_line(entry.path), *sorted(inside))


def _line(path: str) -> tuple[str, int, int, int]:
    found = os.lstat(path)
    return path, found.st_ino, found.st_size, found.st_mtime_ns


def _no_folder_of(entry: os.DirEntry[str], resources: Collection[str]) -> Text | None:
    """Why deliveries are not looked for there; None where they are."""
    if entry.is_symlink():
        return _LINK
    if not stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
        return _LOOSE
    if entry.name not in resources:
        near = suggest(entry.name, resources)
        return Text(
            f"没有叫 {entry.name} 的资源，其中的文件不接收。{near.zh}",
            f"there is no resource called {entry.name}; what is in it is not taken. {near.en}",
        )
    return None


def _no_marker(name: str) -> Text:
    return Text(
        f"等待完成标记 {name}{MARKER}（空文件，最后写入）。",
        f"waits for its marker {name}{MARKER} (an empty file, written last).",
    )


def _alone(owner: str) -> Text:
    return Text(f"没有对应的交付 {owner}。", f"there is no delivery {owner} to it.")


_LINK = Text("是符号链接，不跟随。", "is a symbolic link, which is not followed.")
_LOOSE = Text(
    "文件须放在以资源表名命名的子文件夹里。",
    "a file belongs into a folder that is named as its resource.",
)
