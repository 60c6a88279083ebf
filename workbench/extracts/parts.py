"""Extracts that grow: a day's or a month's rows join those before, which are not written again.

Each part is ingested first, alone, as any delivery is: read, held against the contract, written as
one Parquet file. Then that file joins the files of the version before in a Delta commit of its own.
A version's ``delivery`` says how far it goes, so that a killed run goes on where it was.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema
from deltalake.transaction import AddAction

from workbench.catalogue.identifiers import CodeLists
from workbench.extracts.commit import commit, workplace
from workbench.extracts.ingest import ingest
from workbench.extracts.log import METADATA
from workbench.extracts.report import IngestReport, Outcome
from workbench.extracts.versions import (
    Extracts,
    ExtractVersion,
    digest_of,
    record_of,
    sha256_of,
)
from workbench.model.contract import Resource
from workbench.store.layout import private_folder, synced

_REACHED = re.compile(r"facts to (\d{4}-\d{2}-\d{2}), entry (\d+)")


@dataclass(frozen=True)
class Reached:
    """How far a table of facts goes: the last day, and the last entry that was looked at (0 where
    it is not made of entries)."""

    day: date
    entry: int = 0

    def __str__(self) -> str:
        return f"facts to {self.day}, entry {self.entry}"


@dataclass(frozen=True)
class Shelf:
    """Where facts go. ``enter`` records a version before it is there, and gives its entry."""

    extracts: Extracts
    codes: CodeLists
    quarantine: Path
    clock: Callable[[], datetime]
    enter: Callable[[Resource, ExtractVersion], int | None]


def reached(version: ExtractVersion | None) -> Reached | None:
    """None where there is no version, or somebody else made it."""
    found = None if version is None else _REACHED.fullmatch(version.delivery)
    return None if found is None else Reached(date.fromisoformat(found[1]), int(found[2]))


def add(
    shelf: Shelf,
    resource: Resource,
    rows: pl.DataFrame,
    to: Reached,
    before: Reached | None,
) -> ExtractVersion | None:
    """The version with these rows beside those that went to ``before``. None where somebody else
    has moved on from there.

    Raises InvalidInput where a row breaks the contract, Unavailable (extract_busy, or where the
    entry cannot be made): then nothing was added.
    """
    with workplace(shelf.extracts, resource.name) as work:
        last = shelf.extracts.latest(resource.name)
        if reached(last) != before:
            return None
        file = work / f"{resource.name}-{to.day}.parquet"
        rows.write_parquet(file)
        return _joined(shelf, resource, [file], to.day, str(to), last, work)


def join(
    shelf: Shelf,
    resource: Resource,
    files: Sequence[Path],
    day: date,
    after: Callable[[ExtractVersion | None], bool],
) -> ExtractVersion | None:
    """The version with these files' rows beside those of the one before, its data as of ``day``.
    None where the version that is there by now is not one to go on from (``after``).

    Keys are compared within ``files`` alone: whoever adds a part vouches that it is another month.
    Raises as ``add``.
    """
    with workplace(shelf.extracts, resource.name) as work:
        last = shelf.extracts.latest(resource.name)
        if not after(last):
            return None
        return _joined(shelf, resource, files, day, "", last, work)


def put(shelf: Shelf, resource: Resource, rows: pl.DataFrame, day: date) -> IngestReport:
    """These rows in the place of all before: an ordinary delivery. Raises as ``ingest``."""
    folder = private_folder(private_folder(shelf.extracts.folder) / ".facts")
    file = folder / f"{resource.name}-{day}.parquet"
    try:
        rows.write_parquet(file)
        return _ingested(shelf, shelf.extracts, resource, [file], day, _entering(shelf, resource))
    finally:
        file.unlink(missing_ok=True)


def _joined(
    shelf: Shelf,
    resource: Resource,
    files: Sequence[Path],
    day: date,
    delivery: str,
    last: ExtractVersion | None,
    work: Path,
) -> ExtractVersion:
    """``delivery``: how far it goes; empty: what ``ingest`` says of the part itself."""
    apart = Extracts(work / "checked")
    report = _ingested(shelf, apart, resource, files, day, lambda _: None)
    if report.outcome is not Outcome.loaded or report.version is None:
        raise AssertionError(report.outcome)  # into an empty folder nothing else can come
    checked = report.version
    draft = replace(checked, delivery=delivery or checked.delivery, sources=report.sources)
    if last is None:
        return commit(shelf.extracts, draft, Path(checked.files[0]), _entering(shelf, resource))
    return _append(shelf, resource, draft, last)


def _ingested(
    shelf: Shelf,
    extracts: Extracts,
    resource: Resource,
    files: Sequence[Path],
    day: date,
    enter: Callable[[ExtractVersion], int | None],
) -> IngestReport:
    return ingest(
        resource,
        files,
        extracts=extracts,
        codes=shelf.codes,
        quarantine_folder=shelf.quarantine,
        clock=shelf.clock,
        data_date=day,
        before_commit=enter,
    )


def _append(
    shelf: Shelf, resource: Resource, draft: ExtractVersion, last: ExtractVersion
) -> ExtractVersion:
    """The order of ``extracts.commit``: the file is finished and hashed before the commit, whose
    creation is atomic; a process that dies earlier leaves a file that no version names."""
    folder = shelf.extracts.table(resource.name)
    data = folder / f"{uuid.uuid4().hex}.parquet"
    part = Path(draft.files[0])
    digest = sha256_of(part)
    synced(part)
    part.rename(data)
    synced(folder)
    newest = shelf.extracts.newest(resource.name)
    digests = (*last.file_digests, digest)
    version = replace(
        draft,
        version=0 if newest is None else newest + 1,
        rows=last.rows + draft.rows,
        rows_read=last.rows_read + draft.rows_read,
        digest=digest_of(digests),
        files=(*last.files, str(data)),
        file_digests=digests,
    )
    try:
        version = replace(version, entry=shelf.enter(resource, version) or 0)
    except BaseException:
        data.unlink()
        raise
    _commit(folder, data, version, draft.rows)
    return shelf.extracts.at(resource.name, version.version)


def _commit(folder: Path, data: Path, version: ExtractVersion, rows: int) -> None:
    added = AddAction(
        path=data.name,
        size=data.stat().st_size,
        partition_values={},
        modification_time=int(version.ingested_at.timestamp() * 1000),
        data_change=True,
        stats=f'{{"numRecords": {rows}}}',
    )
    DeltaTable(str(folder)).create_write_transaction(
        [added],
        "append",
        Schema.from_arrow(pq.read_schema(data)),
        commit_properties=CommitProperties(
            custom_metadata={METADATA: record_of(version)}, max_commit_retries=0
        ),
        post_commithook_properties=PostCommitHookProperties(
            create_checkpoint=True, cleanup_expired_logs=False
        ),
    )
    synced(folder / "_delta_log" / f"{version.version:020}.json")
    synced(folder / "_delta_log")


def _entering(shelf: Shelf, resource: Resource) -> Callable[[ExtractVersion], int | None]:
    return lambda version: shelf.enter(resource, version)
