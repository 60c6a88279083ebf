"""Built workspaces on disk: one file a key, made once, whoever asks, and removed when unused.

File names are random, the folder is neutral, and a file's key lives in this process only: after
a restart nothing that was left behind can be read, and it is wiped.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.engine.duckdb import Resources
from workbench.errors import Code, Text, simple
from workbench.workspace.build import Manifest, build
from workbench.workspace.masks import scenario_key
from workbench.workspace.spec import WorkspaceSpec


@dataclass(frozen=True)
class Build:
    """A finished workspace file. ``secret`` opens it."""

    key: str
    scenario: str
    file: Path
    secret: str
    manifest: Manifest


Waiting = Callable[[], None]
"""Called while waiting for a build; raises to give up waiting (the build goes on)."""


class Builds:
    """All builds of one gateway, under ``folder`` (wiped when opened)."""

    def __init__(
        self,
        folder: Path,
        mask_key: bytes,
        resources: Resources,
        on_built: Callable[[Build], None],
        on_destroyed: Callable[[Build], None],
    ) -> None:
        self._folder = folder
        self._mask_key = mask_key
        self._resources = resources
        self._on_built = on_built
        self._on_destroyed = on_destroyed
        self._lock = threading.Lock()
        self._builds: dict[str, Future[Build]] = {}
        self._owed: list[Build] = []
        self.wiped = len([f for f in folder.glob("*") if f.is_file()])
        """Files of a run that did not end in order; nobody has their keys any more."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def get(self, spec: WorkspaceSpec, waiting: Waiting) -> Build:
        """The build of ``spec``, made now if nobody has made it. Equal keys share one build.

        Raises Unavailable (extract_missing, internal) or what ``waiting`` raises.
        """
        key = spec.key()
        with self._lock:
            future = self._builds.get(key)
            if future is None:
                future = self._builds[key] = Future()
                threading.Thread(target=self._make, args=(spec, key, future), daemon=True).start()
        while True:
            try:
                return future.result(timeout=0.05)
            except TimeoutError:
                if future.done():
                    raise
                waiting()

    def _make(self, spec: WorkspaceSpec, key: str, future: Future[Build]) -> None:
        name = secrets.token_hex(16)
        scratch = self._folder / f"{name}.t"
        file = self._folder / name
        try:
            scratch.mkdir(mode=0o700)
            secret = secrets.token_hex(32)
            pseudonyms = scenario_key(self._mask_key, spec.scenario)
            manifest = build(spec, file, secret, pseudonyms, self._resources, scratch)
            file.chmod(0o444)  # hard-linked into workers' folders; encrypted, and its folder closed
            made = Build(key, spec.scenario, file, secret, manifest)
            self._on_built(made)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            file.unlink(missing_ok=True)
            with self._lock:
                self._builds.pop(key, None)
            future.set_exception(_failed(error))
        else:
            future.set_result(made)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def keep_only(self, wanted: Callable[[], frozenset[str]]) -> None:
        """Destroy every finished build whose key is not ``wanted`` (asked under the lock).

        The files go first. A destruction that could not be recorded is owed until it is.
        """
        with self._lock:
            keys = wanted()
            gone = [k for k, f in self._builds.items() if f.done() and k not in keys]
            for key in gone:
                built = self._builds.pop(key).result()
                built.file.unlink(missing_ok=True)
                self._owed.append(built)
            owed, self._owed = self._owed, []
        while owed:
            try:
                self._on_destroyed(owed[0])
            except BaseException:
                with self._lock:
                    self._owed += owed
                raise
            del owed[0]

    def close(self) -> None:
        self.keep_only(frozenset)
        shutil.rmtree(self._folder, ignore_errors=True)


def link_into(build_: Build, folder: Path, account: int | None) -> None:
    """A worker's own folder: the workspace as ``w``, an empty scratch folder ``t``."""
    folder.mkdir(mode=0o700)
    scratch = folder / "t"
    scratch.mkdir(mode=0o700)
    os.link(build_.file, folder / "w")
    if account is not None:
        os.chown(folder, account, account)
        os.chown(scratch, account, account)


def _failed(error: Exception) -> Exception:
    if isinstance(error, duckdb.OutOfMemoryException):
        return simple(
            Code.memory_exceeded,
            "生成工作区超出了内存或磁盘上限。",
            "Building the workspace went past the limit of memory or disk.",
            next=Text("请联系平台运行人员提高上限。", "Ask the operator to raise the limit."),
        )
    if isinstance(error, duckdb.Error | OSError):
        # The engine's text may hold a value of a withheld column; its class may not.
        return simple(
            Code.internal,
            f"工作区未能生成（{type(error).__name__}）。",
            f"The workspace could not be built ({type(error).__name__}).",
            next=Text(
                "请联系平台运行人员查看数据版本是否完整。",
                "Ask the operator whether the extract is complete.",
            ),
        )
    return error
