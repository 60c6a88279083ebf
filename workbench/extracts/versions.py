"""Versions of extracts: one Delta table a resource, one Delta version a delivery.

A version is the whole delivery; a new one replaces the contents and leaves the old readable.
What the workbench knows of it (digest, dates, sources, counts) stands in the custom metadata
of the Delta commit itself, so that version and record cannot come apart. Readers take
``ExtractVersion.files`` and read Parquet.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable

from workbench.errors import Code, Text, simple

METADATA = "workbench"
"""The key of the record in a commit's custom metadata."""

_LOG_FILE = re.compile(r"(\d{20})\.json")


@dataclass(frozen=True)
class SourceFile:
    """A delivered file: its name without folders, sha256 (hex), bytes, and encoding
    (``UTF-8``, ``UTF-8-BOM``, ``GB18030``; ``Parquet`` for such files)."""

    name: str
    sha256: str
    size: int
    encoding: str = ""


@dataclass(frozen=True)
class ExtractVersion:
    """One version. ``digest`` is sha256 over the sorted sha256 of its data files.

    ``files`` are absolute paths of Parquet files. ``rows`` are the rows it holds, of
    ``rows_read`` delivered; ``rejected`` were left out. ``delivery`` identifies what went in
    (see ``ingest``): an equal one makes no new version.
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
        """The current version, or None where nothing was ingested yet."""
        newest = self.newest(resource)
        return None if newest is None else self.at(resource, newest)

    def at(self, resource: str, version: int) -> ExtractVersion:
        """That version. Raises Unavailable (extract_missing) where there is none."""
        commit = self.table(resource) / "_delta_log" / f"{version:020}.json"
        try:
            stat = commit.stat()
        except FileNotFoundError as error:
            raise _missing(resource, version) from error
        key = (resource, version, stat.st_ino, stat.st_mtime_ns)
        if key not in self._known:
            record = self._records(resource).get(version)
            if record is None:
                raise _foreign(resource, version)
            self._known[key] = _version(resource, version, record, self._files(resource, version))
        return self._known[key]

    def history(self, resource: str) -> tuple[ExtractVersion, ...]:
        """All versions, newest first."""
        newest = self.newest(resource)
        if newest is None:
            return ()
        return tuple(self.at(resource, v) for v in range(newest, -1, -1))

    def verify(self, resource: str, version: int) -> tuple[Damage, ...]:
        """Hash the files of a version again; empty where all are as they were ingested."""
        wanted = self.at(resource, version)
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
        log = self.table(resource) / "_delta_log"
        try:
            names = [entry.name for entry in log.iterdir()]
        except FileNotFoundError:
            return None
        return max((int(m[1]) for n in names if (m := _LOG_FILE.fullmatch(n))), default=None)

    def _records(self, resource: str) -> Mapping[int, dict[str, Any]]:
        """Version -> our record. From the newest table: the history of an older one is
        numbered wrongly by deltalake 1.6.6."""
        found: dict[int, dict[str, Any]] = {}
        for commit in DeltaTable(str(self.table(resource))).history():
            text = commit.get(METADATA)
            if isinstance(text, str):
                record = json.loads(text)
                if record.get("version") == commit["version"]:
                    found[commit["version"]] = record
        return found

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
        },
        ensure_ascii=False,
    )


def _version(
    resource: str, version: int, record: Mapping[str, Any], files: tuple[str, ...]
) -> ExtractVersion:
    digests = tuple(record["files"].get(Path(f).name, "") for f in files)
    if "" in digests or digest_of(digests) != record["digest"]:
        raise _foreign(resource, version)
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
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _missing(resource: str, version: int) -> Exception:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 没有第 {version} 版数据。",
        f"Resource {resource} has no version {version}.",
        subject=resource,
    )


def _foreign(resource: str, version: int) -> Exception:
    return simple(
        Code.extract_missing,
        f"资源 {resource} 第 {version} 版不是由 workbench ingest 写入的，或其记录已损坏。",
        f"Version {version} of resource {resource} was not written by workbench ingest, "
        "or its record is damaged.",
        next=Text(
            f"请用 workbench ingest {resource} --force 重新接入。",
            f"Ingest it again: workbench ingest {resource} --force.",
        ),
        subject=resource,
    )
