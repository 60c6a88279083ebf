"""Versions of extracts: one Delta table a resource, one Delta version a delivery.

A version is the whole delivery; a new one replaces the contents and leaves the old readable.
What the workbench knows of it (digest, dates, sources, counts) stands in the custom metadata
of the Delta commit itself, so that version and record cannot come apart. Readers take
``ExtractVersion.files`` and read Parquet.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable

from workbench.errors import Code, Text, simple
from workbench.extracts import recalls
from workbench.extracts.log import Log, read_log
from workbench.extracts.recalls import Recall

_LOG_FILE = re.compile(r"(\d{20})\.json")


@dataclass(frozen=True)
class SourceFile:
    """A delivered file: its name without folders, sha256 (hex), bytes, and encoding
    (``UTF-8``, ``UTF-8-BOM``, ``GB18030``, ``UTF-16``; ``Parquet`` and ``XLSX`` for such files).

    ``archive``: sha256 of the archive that it came in; ``name`` is then ``a.zip/b.csv``."""

    name: str
    sha256: str
    size: int
    encoding: str = ""
    archive: str = ""


@dataclass(frozen=True)
class ExtractVersion:
    """One version. ``digest`` is sha256 over the sorted sha256 of its data files.

    ``files`` are absolute paths of Parquet files. ``rows`` are the rows it holds, of
    ``rows_read`` delivered; ``rejected`` were left out. ``delivery`` identifies what went in
    (see ``ingest``): an equal one makes no new version. ``drop`` names the delivery of a drop
    folder that it came by; ``entry`` is the ledger's entry that was made before it (0: not known).
    ``recalled`` is set where it was taken back: no reader gets such a one.
    """

    resource: str
    version: int
    digest: str
    rows: int
    ingested_at: datetime
    data_date: date | None
    obtained_on: date | None
    contract_version: str
    files: tuple[str, ...]
    file_digests: tuple[str, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    rows_read: int = 0
    rejected: int = 0
    delivery: str = ""
    drop: str = ""
    entry: int = 0
    recalled: Recall | None = None
    parquet_key: str = field(default="", repr=False)
    """Opens ``files`` where they are encrypted (what was pulled from an attached source)."""


@dataclass(frozen=True)
class Damage:
    """A data file that is missing or is not what was ingested."""

    file: str
    problem: Text


class Extracts:
    """Reads the versions under ``folder``. Safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        if "%" in str(self.folder):  # deltalake 1.6.6 decodes it and writes somewhere else
            raise simple(
                Code.invalid_request,
                f"数据版本目录的路径不能含有“%”：{self.folder}",
                f"The path of the extracts may not contain “%”: {self.folder}",
            )
        self._known: dict[tuple[str, int, int, int], ExtractVersion] = {}
        self._logs: dict[str, Log] = {}
        self._log_folders: dict[str, str] = {}

    def table(self, resource: str) -> Path:
        """The folder of the resource's Delta table. Raises InvalidInput for an unusable name."""
        if not resource or resource[0] == "." or {"/", "\\", "\0", "%"} & set(resource):
            raise simple(
                Code.invalid_request,
                f"资源名“{resource}”不能用作文件夹名。",
                f"The resource name “{resource}” cannot name a folder.",
            )
        return self.folder / resource

    def latest(self, resource: str) -> ExtractVersion | None:
        """The current version: the newest that was not recalled. None where nothing was ingested
        yet, or all of it was recalled (then ``last_recall`` says how)."""
        log = self._log(resource)
        if log is None:
            return None
        if log.newest not in log.records:
            raise recalls.foreign(resource, log.newest)
        current = log.standing.current
        return None if current is None else self._version(resource, current, log)

    def at(self, resource: str, version: int) -> ExtractVersion:
        """That version, to be read. Raises Unavailable: extract_missing where there is none,
        extract_recalled where it was taken back."""
        found = self.known(resource, version)
        if found.recalled is not None:
            raise recalls.recalled(resource, found.recalled)
        return found

    def known(self, resource: str, version: int) -> ExtractVersion:
        """What is known of that version, recalled or not: for records, never for readers.

        Raises Unavailable (extract_missing) where there is none.
        """
        log = self._log(resource)
        if log is None or not self._commit(resource, version).exists():
            raise recalls.missing(resource, version)
        record = log.records.get(version)
        if record is None:
            raise recalls.foreign(resource, version)
        if not recalls.is_delivery(record):
            raise recalls.no_delivery(resource, version)
        return self._version(resource, version, log)

    def history(self, resource: str) -> tuple[ExtractVersion, ...]:
        """All versions, newest first; those that were recalled say so. What somebody else wrote
        is none."""
        log = self._log(resource)
        if log is None:
            return ()
        return tuple(self._version(resource, number, log) for number in log.deliveries())

    def made_of(self, resource: str, *, delivery: str) -> tuple[ExtractVersion, ...]:
        """The versions that this delivery (see ``ingest``) was made into, newest first."""
        return tuple(v for v in self.history(resource) if v.delivery == delivery)

    def dropped(self, resource: str, drop: str) -> ExtractVersion | None:
        """The version that came by this delivery of a drop folder, recalled or not."""
        return next((v for v in self.history(resource) if v.drop == drop), None)

    def recall_of(self, resource: str, version: int) -> Recall | None:
        """The recall that stands against the version, None where none does."""
        log = self._log(resource)
        return None if log is None else log.standing.recalled.get(version)

    def last_recall(self, resource: str) -> Recall | None:
        """The recall of the newest version, where that leaves no current one; else None."""
        log = self._log(resource)
        if log is None or log.standing.current is not None or not log.standing.recalled:
            return None
        return log.standing.recalled[max(log.standing.recalled)]

    def verify(self, resource: str, version: int) -> tuple[Damage, ...]:
        """Hash the files of a version again; empty where all are as they were ingested."""
        wanted = self.known(resource, version)
        damage = []
        for file, digest in zip(wanted.files, wanted.file_digests, strict=True):
            try:
                found = sha256_of(Path(file))
            except OSError:
                damage.append(
                    Damage(file, Text("文件缺失或不可读。", "The file is missing or unreadable."))
                )
                continue
            if found != digest:
                damage.append(
                    Damage(file, Text("内容已被改动。", "Its contents have been changed."))
                )
        return tuple(damage)

    def newest(self, resource: str) -> int | None:
        """The highest commit of the log. A commit appears whole or not (Delta protocol)."""
        try:
            names = os.listdir(self._log_folder(resource))  # noqa: PTH208 - each query, each table
        except FileNotFoundError:
            return None
        return max((int(m[1]) for n in names if (m := _LOG_FILE.fullmatch(n))), default=None)

    def _log_folder(self, resource: str) -> str:
        folder = self._log_folders.get(resource)
        if folder is None:
            folder = self._log_folders[resource] = str(self.table(resource) / "_delta_log")
        return folder

    def _commit(self, resource: str, number: int) -> Path:
        return Path(f"{self._log_folder(resource)}/{number:020}.json")

    def _log(self, resource: str) -> Log | None:
        """The records as they are now; read again only where a commit was added."""
        newest = self.newest(resource)
        if newest is None:
            return None
        stat = self._commit(resource, newest).stat()
        key = (newest, stat.st_ino, stat.st_mtime_ns)
        log = self._logs.get(resource)
        if log is None or log.key != key:
            log = self._logs[resource] = read_log(self.table(resource), key)
        return log

    def _version(self, resource: str, version: int, log: Log) -> ExtractVersion:
        stat = self._commit(resource, version).stat()
        key = (resource, version, stat.st_ino, stat.st_mtime_ns)
        if key not in self._known:
            files = self._files(resource, version)
            self._known[key] = _version(resource, version, log.records[version], files)
        recall = log.standing.recalled.get(version)
        found = self._known[key]
        return found if recall is None else replace(found, recalled=recall)

    def _files(self, resource: str, version: int) -> tuple[str, ...]:
        """Absolute paths; ``file_uris`` quotes what is not ASCII, so its folder is not used."""
        folder = self.table(resource)
        uris = DeltaTable(str(folder), version=version).file_uris()
        return tuple(sorted(str(folder / unquote(uri.rsplit("/", 1)[-1])) for uri in uris))


def sha256_of(file: Path) -> str:
    """Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of(file_digests: Iterable[str]) -> str:
    """sha256 over the sorted sha256 (hex, one a line) of the data files."""
    return hashlib.sha256("\n".join(sorted(file_digests)).encode()).hexdigest()


def record_of(version: ExtractVersion) -> str:
    """The JSON that stands in the commit."""
    return json.dumps(
        {
            "version": version.version,
            "digest": version.digest,
            "rows": version.rows,
            "ingested_at": version.ingested_at.isoformat(),
            "data_date": version.data_date and version.data_date.isoformat(),
            "obtained_on": version.obtained_on and version.obtained_on.isoformat(),
            "contract_version": version.contract_version,
            "files": dict(
                zip((Path(f).name for f in version.files), version.file_digests, strict=True)
            ),
            "sources": [s.__dict__ for s in version.sources],
            "rows_read": version.rows_read,
            "rejected": version.rejected,
            "delivery": version.delivery,
            "drop": version.drop,
            "entry": version.entry,
        },
        ensure_ascii=False,
    )


def _version(
    resource: str, version: int, record: Mapping[str, Any], files: tuple[str, ...]
) -> ExtractVersion:
    digests = tuple(record["files"].get(Path(f).name, "") for f in files)
    if "" in digests or digest_of(digests) != record["digest"]:
        raise recalls.foreign(resource, version)
    return ExtractVersion(
        resource=resource,
        version=version,
        digest=record["digest"],
        rows=record["rows"],
        ingested_at=datetime.fromisoformat(record["ingested_at"]),
        data_date=_day(record["data_date"]),
        obtained_on=_day(record["obtained_on"]),
        contract_version=record["contract_version"],
        files=files,
        file_digests=digests,
        sources=tuple(SourceFile(**s) for s in record["sources"]),
        rows_read=record["rows_read"],
        rejected=record["rejected"],
        delivery=record["delivery"],
        drop=record.get("drop", ""),  # neither stands in records of the first release
        entry=record.get("entry", 0),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
