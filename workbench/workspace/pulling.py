"""One pull: what is asked of a source for a grant, and the process that asks."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from workbench.catalogue.city_schema import Settings
from workbench.catalogue.sources import inside
from workbench.errors import WorkbenchError
from workbench.model.contract import Column, Resource
from workbench.model.grant import Grant
from workbench.model.source import AttachedSource, SourceKind
from workbench.store.secrets import Account
from workbench.workspace.child import Child, ChildDied, ChildFailed
from workbench.workspace.needed import by_name, needed
from workbench.workspace.source_failures import CAUSES, Failure
from workbench.workspace.spec import read_columns

MODULE = "workbench.workspace.puller"
CONNECT_SECONDS = 10
"""For a source to accept a connection (our default)."""
_SPARE_CONNECT_SECONDS = 5
"""For a driver to give up by itself, and to load."""
_SPARE_SECONDS = 60
"""What a pull may take beside the source's own deadline, for checking and writing."""


@dataclass(frozen=True)
class Shape:
    """Columns and rows of a resource, whoever's grant gives them. Equal shapes share a pull.

    ``items`` are (name, name at the source, type); ``conditions`` (item, operator, values).
    """

    resource: str
    contract: str
    source: AttachedSource
    items: tuple[tuple[str, str, str], ...]
    conditions: tuple[tuple[tuple[str, str, str], str, tuple[str, ...]], ...]

    @property
    def ttl(self) -> timedelta:
        return timedelta(seconds=self.source.ttl_seconds)

    @property
    def key(self) -> str:
        whole = [self.resource, self.contract, repr(self.source), self.items, self.conditions]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def shape_of(grant: Grant, resource: Resource) -> Shape | None:
    """None where the resource is not attached, or no column of the grant goes into a workspace.
    Raises InvalidInput where the contract lacks a column that the grant's rows are chosen by."""
    columns = read_columns(grant, resource)
    if resource.attached is None or not columns:
        return None
    known = by_name(resource)
    conditions = tuple(
        (_item(needed(c.column, known)), c.op.value, tuple(_text(v) for v in c.values))
        for c in grant.rows
    )
    items = tuple(_item(column) for column in columns)
    return Shape(resource.name, resource.version, resource.attached, items, conditions)


def whole(resource: Resource) -> tuple[tuple[str, str, str], ...]:
    """Every column of the contract, to look at a source."""
    return tuple(_item(column) for column in resource.columns)


def _item(column: Column) -> tuple[str, str, str]:
    at_source = column.source_names[0] if column.source_names else column.name
    return column.name, at_source, column.type


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class PullFailed(Exception):
    """With the cause, and nothing else of what the source said."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.cause)
        self.failure = failure


class Asks(Protocol):
    """``Puller``, or what a test has in its place."""

    def pull(
        self, shape: Shape, file: Path, key: str, started: Callable[[Child], None]
    ) -> dict[str, Any]: ...


class Puller:
    """Runs the child process for a city at ``root``. Used by several threads."""

    def __init__(
        self,
        root: Path,
        account: Callable[[str], Account | None],
        settings: Callable[[], Settings],
    ) -> None:
        self._root, self._account, self._settings = root, account, settings

    def pull(
        self, shape: Shape, file: Path, key: str, started: Callable[[Child], None] = lambda _: None
    ) -> dict[str, Any]:
        """Write ``file``, encrypted with ``key``; rows, digest and bytes of it.

        Raises PullFailed; no file is left then.
        """
        job = {"task": "pull", "items": shape.items, "conditions": shape.conditions, "key": key}
        try:
            return self._run(shape.source, {**job, "file": str(file)}, file.parent, started)
        except BaseException:
            file.unlink(missing_ok=True)
            raise

    def look(self, resource: Resource, folder: Path) -> dict[str, Any]:
        """The contract's columns beside the source's. Raises PullFailed."""
        assert resource.attached is not None  # the caller names an attached resource
        job = {"task": "look", "items": whole(resource), "conditions": ()}
        return self._run(resource.attached, job, folder, lambda _: None)

    def answers(self, source: AttachedSource, seconds: int, folder: Path) -> Failure | None:
        """None where the source lets the account in; else why not."""
        job = {"task": "connect", "items": (), "conditions": ()}
        try:
            self._run(source, job, folder, lambda _: None, seconds)
        except PullFailed as error:
            return error.failure
        return None

    def _run(
        self,
        source: AttachedSource,
        job: Mapping[str, Any],
        folder: Path,
        started: Callable[[Child], None],
        connect_seconds: int = CONNECT_SECONDS,
    ) -> dict[str, Any]:
        settings = self._settings()
        told = self._told(source)
        scratch = folder / f"{secrets.token_hex(16)}.t"
        scratch.mkdir(mode=0o700)
        limits = {
            "connect_seconds": connect_seconds,
            "seconds": settings.pull_seconds,
            "rows": settings.pull_rows,
            "mb": settings.pull_mb,
        }
        resources = {
            "memory_mb": settings.memory_mb,
            "scratch_mb": settings.temp_mb,
            "threads": settings.threads,
        }
        more = {"source": told, "limits": limits, "resources": resources, "scratch": str(scratch)}
        child = Child(MODULE)
        try:
            started(child)
            deadline = _Deadline(connect_seconds, settings.pull_seconds)
            return child.run({**job, **more}, deadline.told, deadline.check)
        except ChildDied as error:
            raise PullFailed(Failure("interrupted")) from error
        except ChildFailed as error:
            raise PullFailed(_failure(error)) from None
        finally:
            child.kill()
            shutil.rmtree(scratch, ignore_errors=True)

    def _told(self, source: AttachedSource) -> dict[str, Any]:
        """What the child has to know, with the account and absolute paths."""
        for path in (source.path, source.tls_ca):
            if path and not inside(path, self._root):  # a link may have moved since it was read
                raise PullFailed(Failure("file_missing"))
        account = self._of(source)
        return {
            "kind": source.kind.value,
            "table": source.table,
            "schema": source.schema,
            "host": source.host,
            "port": source.port,
            "database": source.database,
            "tls": source.tls.value,
            "path": str(self._root / source.path) if source.path else "",
            "tls_ca": str(self._root / source.tls_ca) if source.tls_ca else "",
            "user": account.user,
            "password": account.password,
        }

    def _of(self, source: AttachedSource) -> Account:
        if source.kind is SourceKind.sqlite:
            return Account("", "")
        try:
            account = self._account(source.secret)
        except WorkbenchError as error:
            raise PullFailed(Failure("secret_missing", error=error)) from error
        if account is None:
            raise PullFailed(Failure("secret_missing"))
        return account


class _Deadline:
    """Of a child as a whole, and of its connecting: MySQL's driver waits for a silent server
    for ever."""

    def __init__(self, connect_seconds: int, pull_seconds: int) -> None:
        self._connect = connect_seconds + _SPARE_CONNECT_SECONDS
        self._whole = time.monotonic() + connect_seconds + pull_seconds + _SPARE_SECONDS
        self._until, self._cause = self._whole, "timed_out"

    def told(self, message: Mapping[str, Any]) -> None:
        if message["stage"] == "connecting":
            self._until, self._cause = time.monotonic() + self._connect, "no_answer"
        else:
            self._until, self._cause = self._whole, "timed_out"

    def check(self) -> None:
        if time.monotonic() > self._until:
            raise PullFailed(Failure(self._cause))


def _failure(error: ChildFailed) -> Failure:
    if error.kind == "OutOfMemoryException":
        return Failure("too_big")
    cause = str(error.detail.get("cause", "internal"))
    return Failure(cause if cause in CAUSES else "internal", error.detail.get("columns", {}))
