"""One workspace under construction, in a process of its own, and what is told of it."""

from __future__ import annotations

import errno
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from workbench.engine.duckdb import Resources
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.workspace import consents
from workbench.workspace.build import Manifest
from workbench.workspace.child import Child, ChildDied, ChildFailed
from workbench.workspace.disk import no_room
from workbench.workspace.plan import Plan

MODULE = "workbench.workspace.builder"


@dataclass(frozen=True)
class BuildProgress:
    """What whoever waits may see: a place in the queue (from 1; 0 once it is being built), then
    the ``number`` of the ``table`` in work, of ``tables``, and the rows written before it."""

    position: int = 0
    table: str = ""
    number: int = 0
    tables: int = 0
    rows: int = 0


class Construction:
    """Writes one file below ``folder`` and leaves nothing else. ``kill`` it from any thread."""

    def __init__(self, folder: Path, resources: Resources) -> None:
        self.file = folder / secrets.token_hex(16)
        self.secret = secrets.token_hex(32)
        self.progress = BuildProgress()
        self._scratch = folder / f"{self.file.name}.t"
        self._resources = resources
        self._child: Child | None = None
        self._ended = False

    @property
    def consents(self) -> Path:
        """Where those who consent stand while it is built; gone when it is."""
        return self._scratch / "c"

    @property
    def size(self) -> int:
        """Bytes of the file so far; neither scratch space nor the log of the last row group."""
        return _size(self.file)

    def run(
        self,
        child: Child,
        plan: Plan,
        pseudonyms: bytes,
        watch: Callable[[], None],
        consented: Iterable[list[str]] | None = None,
    ) -> Manifest:
        """``watch`` is called every 50 ms and raises to give up; ``consented`` are the digests of
        those who consent, a page at a time. Raises WorkbenchError."""
        self._child = child
        job = {
            "plan": plan.to_dict(),
            "file": str(self.file),
            "scratch": str(self._scratch),
            "key": self.secret,
            "pseudonyms": pseudonyms.hex(),
            "resources": asdict(self._resources),
        }
        try:
            self._scratch.mkdir(mode=0o700)
            if consented is not None:
                consents.write(self.consents, consented)
            if self._ended:
                child.interrupt()
            manifest = Manifest.from_dict(child.run(job, self._told, watch))
            self.file.chmod(
                0o444
            )  # hard-linked into workers' folders; encrypted, its folder closed
            return manifest
        except (ChildDied, ChildFailed, OSError) as error:
            raise _explained(error) from error
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _told(self, message: Mapping[str, Any]) -> None:
        self.progress = replace(self.progress, **message)

    def discard(self) -> None:
        """Remove what was written."""
        for left in self.file.parent.glob(f"{self.file.name}*"):
            left.unlink()

    def kill(self) -> None:
        self._ended = True
        if self._child is not None:
            self._child.interrupt()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _explained(error: ChildDied | ChildFailed | OSError) -> WorkbenchError:
    if isinstance(error, ChildDied):
        return simple(
            Code.build_interrupted,
            "生成工作区的进程意外结束，未完成的文件已删除。",
            "The process that built the workspace ended; its unfinished file was removed.",
            next=Text(
                "请重试，工作区会重新生成；若重复出现请联系运行人员。",
                "Try again, it is built anew; if it repeats, tell the operator.",
            ),
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return no_room()
    kind = error.kind if isinstance(error, ChildFailed) else type(error).__name__
    if kind == "DiskFull":
        return no_room()
    if kind == "OutOfMemoryException":
        return simple(
            Code.memory_exceeded,
            "生成工作区超出了内存或磁盘上限。",
            "Building the workspace went past the limit of memory or disk.",
            rule=Text(
                "本市设置 settings.memory_mb、settings.temp_mb（city.yaml）。",
                "The city's settings.memory_mb and settings.temp_mb (city.yaml).",
            ),
            next=Text("请联系平台运行人员提高上限。", "Ask the operator to raise the limit."),
        )
    # The engine's text may hold a value of a withheld column; its class may not.
    return simple(
        Code.internal,
        f"工作区未能生成（{kind}）。",
        f"The workspace could not be built ({kind}).",
        next=Text(
            "请联系平台运行人员查看数据版本是否完整。",
            "Ask the operator whether the extract is complete.",
        ),
    )
