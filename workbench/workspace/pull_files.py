"""The files of pulls: wiped where a crash left them, entered in the ledger when they go, and within
a limit in all.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.sources import Pulled
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.model.source import NO_VERSION
from workbench.workspace.disk import MB, longest_unused
from workbench.workspace.pulling import Shape


class PullFiles:
    """The folder of one gateway's pulls, wiped when opened.

    A file goes first; its entry is owed until the ledger has taken it. Used by several threads.
    """

    def __init__(self, folder: Path, record: Callable[[Draft], object]) -> None:
        self.folder, self._record = folder, record
        self._lock = threading.Lock()
        self._owed: list[Draft] = []
        self.wiped = len([f for f in folder.glob("*") if f.is_file()])
        """Files of a run that did not end in order; nobody has their keys any more."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def remove(self, files: Collection[str], entry: Draft) -> None:
        for name in files:
            Path(name).unlink(missing_ok=True)
        with self._lock:
            self._owed.append(entry)

    def settle(self) -> None:
        """Enter what is owed. Raises what the ledger raises; the rest is owed still."""
        while True:
            with self._lock:
                if not self._owed:
                    return
                draft = self._owed.pop(0)
            try:
                self._record(draft)
            except BaseException:
                with self._lock:
                    self._owed.insert(0, draft)
                raise

    def close(self) -> None:
        try:
            self.settle()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def pulled_of(
    shape: Shape, found: Mapping[str, Any], started: datetime, file: Path, key: str
) -> Pulled:
    """``found`` is what ``Puller.pull`` gave."""
    return Pulled(
        resource=shape.resource,
        version=NO_VERSION,
        digest=found["digest"],
        rows=found["rows"],
        ingested_at=started,
        data_date=None,
        obtained_on=day_of(started),
        contract_version=shape.contract,
        files=(str(file),),
        parquet_key=key,
    )


def entry(event: Event, shape: Shape, **detail: Any) -> Draft:
    """Columns are named; hosts, accounts and values are not."""
    names = tuple(name for name, _, _ in shape.items)
    kind = shape.source.kind.value
    return Draft(event, content={shape.resource: names}, detail={"kind": kind, **detail})


def size_of(file: str) -> int:
    """In bytes; 0 where it has gone."""
    try:
        return Path(file).stat().st_size
    except FileNotFoundError:
        return 0


@dataclass(frozen=True)
class Stored:
    """The pull of a shape on disk: ``size`` in bytes; ``used`` orders those that may go; ``held``
    ones stay."""

    key: str
    size: int
    used: float
    held: bool


def let_go(stored: Collection[Stored], grown: int, limit_mb: int) -> list[str]:
    """The keys that have to go so that ``grown`` bytes more fit, the longest unused first.

    Raises LimitReached (disk_exceeded) where they do not fit alone, or beside those that stay.
    """
    over = sum(s.size for s in stored) + grown - limit_mb * MB
    gone, over = longest_unused(stored, over)
    if over > 0:
        raise _no_room(limit_mb, sum(s.size for s in stored if s.held) // MB)
    return gone


def _no_room(limit_mb: int, used_mb: int) -> WorkbenchError:
    return simple(
        Code.disk_exceeded,
        f"从来源取得的数据合计以 {limit_mb} MB 为限：正在使用的占 {used_mb} MB，放不下新取的数据。",
        f"What is pulled from sources may take {limit_mb} MB in all: {used_mb} MB are in use, and "
        "the new pull does not fit beside them.",
        rule=Text(
            "本市设置 settings.pulls_mb（city.yaml）。",
            "The city's settings.pulls_mb (city.yaml).",
        ),
        next=Text(
            "请稍后再试（空闲的工作区会被释放），或请运行人员提高该设置。",
            "Try again later (idle workspaces are let go), or ask the operator to raise that "
            "setting.",
        ),
        subject="pulls_mb",
    )
