"""Taking a delivery out of a drop folder, so that a process that dies loses none and loads none
twice.

1. ``DIR/.taking/<id>/claim.json`` names the delivery and its files; durable before any is moved.
2. The files are moved to ``.taking/<id>/delivery/``, each by one rename.
3. The delivery is ingested; its version keeps the claim's id, in the commit itself.
4. The report is written, and the folder moved whole, by one rename, to
   ``DIR/.done/<resource>/<version>_<id>/`` or ``DIR/.refused/<resource>/<id>/``.

Whoever starts next goes on with each claim that is left, from whichever step it reached: a claim
whose id stands in a version was loaded.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts import reasons
from workbench.extracts.control import SUFFIXES
from workbench.extracts.dropfolder import Waiting
from workbench.store.layout import synced

TAKING, DONE, REFUSED = ".taking", ".done", ".refused"
_CLAIM, _INSIDE, _LOCK = "claim.json", "delivery", ".watch.lock"


@dataclass(frozen=True)
class Claim:
    """A delivery on its way. ``members``: name -> inode, bytes and time of writing when claimed;
    the first is the data."""

    folder: Path
    id: str
    resource: str
    name: str
    members: Mapping[str, tuple[int, int, int]]

    @property
    def drop(self) -> str:
        """What names it in the version and in the ledger."""
        return f"{self.resource}/{self.name}#{self.id}"

    @property
    def inside(self) -> Path:
        return self.folder / _INSIDE


@contextmanager
def watching(root: Path) -> Iterator[None]:
    """One process at a time for one drop folder. Raises Unavailable (extract_busy), OSError."""
    with (root / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _watched(root) from error
        yield


def claim(root: Path, waiting: Waiting, now: datetime) -> Claim:
    """Say that the delivery is being taken; nothing is moved yet. Raises OSError."""
    origin = root / waiting.resource
    number = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder = _private(_private(root / TAKING) / number)
    _private(folder / _INSIDE)
    members = {name: _known(origin / name) for name in waiting.members}
    made = Claim(folder, number, waiting.resource, waiting.name, members)
    value = {"resource": made.resource, "name": made.name, "members": members}
    write_durably(folder / _CLAIM, json.dumps(value, ensure_ascii=False))
    synced(folder.parent)
    return made


def claims(root: Path) -> list[Claim]:
    """What was begun and not finished, the oldest first. Raises OSError."""
    found = []
    folders = sorted((root / TAKING).iterdir()) if (root / TAKING).is_dir() else []
    for folder in folders:
        if not (folder / _CLAIM).exists():
            shutil.rmtree(folder)  # nothing is moved before the claim is written
            continue
        value = json.loads((folder / _CLAIM).read_text(encoding="utf-8"))
        members = {name: (int(a), int(b), int(c)) for name, (a, b, c) in value["members"].items()}
        found.append(Claim(folder, folder.name, value["resource"], value["name"], members))
    return found


def gather(root: Path, claimed: Claim) -> bool:
    """Move what is not moved yet. False where the provider had taken it back: then there is no
    claim any more.

    Raises InvalidInput where a file was changed after it was claimed, OSError.
    """
    origin = root / claimed.resource
    changed = []
    for name, known in claimed.members.items():
        if os.path.lexists(claimed.inside / name):
            continue
        if os.path.lexists(origin / name) and _known(origin / name) == known:
            (origin / name).rename(claimed.inside / name)
        elif not name.endswith(".done"):
            changed.append(name)
    synced(claimed.inside)
    if changed and not any(claimed.inside.iterdir()):
        shutil.rmtree(claimed.folder)
        return False
    if changed:
        raise reasons.changed_meanwhile(changed[0])
    return True


def contents(claimed: Claim) -> tuple[list[Path], Path | None]:
    """The files of the delivery, and its control file. Raises InvalidInput for what is no plain
    file, for an empty folder and for two control files."""
    data = claimed.inside / claimed.name
    controls = [p for s in SUFFIXES if (p := data.with_name(data.name + s)).exists()]
    if len(controls) > 1:
        raise reasons.delivery(
            f"同一次交付有两个对账文件：{', '.join(p.name for p in controls)}",
            f"One delivery has two control files: {', '.join(p.name for p in controls)}",
        )
    if data.is_symlink():
        raise reasons.symbolic_link(data.name)
    files = sorted(data.iterdir()) if data.is_dir() else [data]
    files = [f for f in files if not f.name.startswith(".")]
    for file in files:
        if file.is_symlink():
            raise reasons.symbolic_link(file.name)
        if not file.is_file():
            raise reasons.not_a_file(file.name)
    if not files:
        raise reasons.no_files(claimed.resource)
    return files, controls[0] if controls else None


def finish(root: Path, claimed: Claim, version: int | None, report: Mapping[str, Any]) -> Path:
    """Put the reports beside the delivery and the whole where it belongs; ``version`` None: it
    was refused. Raises OSError."""
    text = json.dumps(report, ensure_ascii=False, indent=2)
    write_durably(claimed.folder / "report.json", text + "\n")
    write_durably(claimed.folder / "report.txt", _readable(report))
    place = root / (REFUSED if version is None else DONE)
    name = claimed.id if version is None else f"{version}_{claimed.id}"
    target = _private(_private(place) / claimed.resource) / name
    claimed.folder.rename(target)
    synced(target.parent)
    synced(root / TAKING)
    return target


def _readable(report: Mapping[str, Any]) -> str:
    """The same in words, first Chinese, then English."""
    reasons_ = [WorkbenchError.from_json(json.dumps([r])) for r in report["reasons"]]
    counts = report["report"]
    zh = [
        f"交付：{report['drop']}",
        f"结果：{_OUTCOMES[report['outcome']].zh}",
        f"读入 {counts['rows_read']} 行，接收 {counts['accepted']} 行，未接收 "
        f"{counts['rejected']} 行",
        *(error.said("zh") for error in reasons_),
    ]
    en = [
        f"Delivery: {report['drop']}",
        f"Outcome: {_OUTCOMES[report['outcome']].en}",
        f"{counts['rows_read']} rows read, {counts['accepted']} accepted, "
        f"{counts['rejected']} rejected",
        *(error.said("en") for error in reasons_),
    ]
    return "\n".join([*zh, "", *en]) + "\n"


_OUTCOMES = {
    "loaded": Text("已接入", "loaded"),
    "unchanged": Text("与现行版本相同，未生成新版本", "the same as the current version"),
    "refused": Text("已拒绝", "refused"),
}


def write_durably(file: Path, text: str) -> None:
    """The whole file or none of it, on disk when this returns; its owner's alone."""
    part = file.with_name(f".{file.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.rename(file)
    synced(file.parent)


def _known(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _watched(root: Path) -> WorkbenchError:
    return simple(
        Code.extract_busy,
        f"交付文件夹 {root} 已有另一个进程在看守。",
        f"Another process watches the drop folder {root}.",
        next=Text("请先停止那个进程。", "Stop that one first."),
        subject=str(root),
    )
