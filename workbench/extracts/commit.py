"""Adding a version: one ingest of a resource at a time, the whole version or none of it.

The Parquet file is finished, hashed and on disk before the Delta commit, whose creation is
atomic. A process that dies earlier leaves a file that no version names, and the version before
stays current.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema
from deltalake.transaction import AddAction, create_table_with_add_actions

from workbench.errors import Code, Text, simple
from workbench.extracts.log import METADATA
from workbench.extracts.strays import remove_strays
from workbench.extracts.versions import (
    Extracts,
    ExtractVersion,
    digest_of,
    record_of,
    sha256_of,
)
from workbench.store.layout import private_folder, synced

_KEEP_ALL = {
    # Old versions stay readable: what was released must be traceable to its rows.
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}


@contextmanager
def workplace(extracts: Extracts, resource: str) -> Iterator[Path]:
    """An empty folder (0700) for one ingest or recall of ``resource``; no other can run meanwhile.

    Raises Unavailable (extract_busy) where one does. What a killed ingest left is removed.
    """
    extracts.table(resource)  # refuses a name that is no folder's
    private_folder(extracts.folder)
    locks = private_folder(extracts.folder / ".locks")
    with (locks / f"{resource}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(resource) from error
        staging = extracts.folder / ".staging" / resource
        shutil.rmtree(staging, ignore_errors=True)
        private_folder(staging.parent)
        private_folder(staging)
        remove_strays(extracts.table(resource))
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def commit(
    extracts: Extracts,
    draft: ExtractVersion,
    parquet: Path,
    before: Callable[[ExtractVersion], int | None] = lambda _: None,
) -> ExtractVersion:
    """Make ``parquet`` (in the workplace, whose lock is held) the next version.

    ``draft`` holds all that is known; version, digest, files are set here. ``before`` sees the
    version that is about to be and gives the seq of its entry: where it raises, there is none.
    Raises OSError, DeltaError.
    """
    folder = private_folder(extracts.table(draft.resource))
    data = folder / f"{uuid.uuid4().hex}.parquet"
    digest = sha256_of(parquet)
    synced(parquet)
    parquet.rename(data)
    synced(folder)
    newest = extracts.newest(draft.resource)
    version = replace(
        draft,
        version=0 if newest is None else newest + 1,
        digest=digest_of([digest]),
        files=(str(data),),
        file_digests=(digest,),
    )
    try:
        version = replace(version, entry=before(version) or 0)
    except BaseException:
        data.unlink()
        raise
    _write(folder, data, version)
    return extracts.at(draft.resource, version.version)


def commit_record(
    extracts: Extracts,
    resource: str,
    number: int,
    record: Mapping[str, Any],
    contents: ExtractVersion | None,
    at: datetime,
    *,
    moves: bool,
) -> None:
    """Add a commit that is no delivery, as the next one; the resource's lock is held.

    Where it ``moves``, the table then holds ``contents`` (None: nothing), for whoever reads it
    without asking us; else it stays as it is. Raises OSError, DeltaError.
    """
    table = extracts.table(resource)
    files = [] if contents is None or not moves else [Path(f) for f in contents.files]
    schema = _schema_of(files[0]) if files else DeltaTable(str(table)).schema()
    DeltaTable(str(table)).create_write_transaction(
        [_added(file, at, {}) for file in files],
        "overwrite" if moves else "append",
        schema,
        commit_properties=_properties(json.dumps(record, ensure_ascii=False)),
        post_commithook_properties=_HOOKS,
    )
    _sync_commit(table, number)


def _write(folder: Path, data: Path, version: ExtractVersion) -> None:
    action = _added(data, version.ingested_at, {"numRecords": version.rows})
    properties = _properties(record_of(version))
    if version.version == 0:
        create_table_with_add_actions(
            str(folder),
            _schema_of(data),
            [action],
            configuration=_KEEP_ALL,
            commit_properties=properties,
            post_commithook_properties=_HOOKS,
        )
    else:
        DeltaTable(str(folder)).create_write_transaction(
            [action],
            "overwrite",
            _schema_of(data),
            commit_properties=properties,
            post_commithook_properties=_HOOKS,
        )
    _sync_commit(folder, version.version)


def _added(data: Path, at: datetime, stats: Mapping[str, int]) -> AddAction:
    return AddAction(
        path=data.name,
        size=data.stat().st_size,
        partition_values={},
        modification_time=int(at.timestamp() * 1000),
        data_change=True,
        stats=json.dumps(stats),
    )


def _schema_of(data: Path) -> Schema:
    return Schema.from_arrow(pq.read_schema(data))


def _properties(record: str) -> CommitProperties:
    return CommitProperties(custom_metadata={METADATA: record}, max_commit_retries=0)


_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def _sync_commit(folder: Path, number: int) -> None:
    synced(folder / "_delta_log" / f"{number:020}.json")
    synced(folder / "_delta_log")


def _busy(resource: str) -> Exception:
    return simple(
        Code.extract_busy,
        f"资源 {resource} 正在由另一个进程接入或召回。",
        f"Resource {resource} is being ingested or recalled by another process.",
        next=Text("请等它结束后重试。", "Wait for it to end, then try again."),
        subject=resource,
    )
