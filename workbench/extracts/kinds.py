"""What a delivered file is: by its first bytes, against its name and the contract."""

from __future__ import annotations

import codecs
import zipfile
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from workbench.extracts import archive_reasons, reasons, workbook_reasons


class Kind(StrEnum):
    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    xlsx = "xlsx"
    zip = "zip"


_BY_SUFFIX = {
    ".jsonl": Kind.jsonl,
    ".ndjson": Kind.jsonl,
    ".json": Kind.jsonl,
}
_BY_FORMAT = {"csv": Kind.csv, "tsv": Kind.csv, **{kind.value: kind for kind in Kind}}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")
_OTHER = ((b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "RAR"), (b"%PDF", "PDF"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(path: Path, declared: str, name: str) -> Kind:
    """``declared`` is the contract's format or "", ``name`` what the file is called in reports.

    Raises InvalidInput; OSError passes.
    """
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        raise reasons.empty_file(name)
    found = _of_bytes(path, head, name)
    if not declared:
        return found
    wanted = _BY_FORMAT[declared]
    if found is wanted or {found, wanted} == {Kind.csv, Kind.jsonl}:
        return wanted
    raise reasons.not_the_format(name, declared, found.value)


def fits(name: str, pattern: str) -> bool:
    """Whether a file's name fits a pattern of the contract; ``*`` and ``?`` are its only signs."""
    return fnmatchcase(normalize("NFC", name), normalize("NFC", pattern).replace("[", "[[]"))


def _of_bytes(path: Path, head: bytes, name: str) -> Kind:
    if head.startswith(b"PAR1"):
        return Kind.parquet
    if head.startswith(_ZIP):
        return Kind.xlsx if _is_workbook(path, name) else Kind.zip
    if head.startswith(_OLE):
        raise _ole(path, name)
    for signature, kind in _OTHER:
        if head.startswith(signature):
            raise reasons.other_kind(name, kind)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(_PAGE):
        raise reasons.other_kind(name, "HTML / XML")
    return _BY_SUFFIX.get(path.suffix.lower(), Kind.csv)


def _is_workbook(path: Path, name: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise archive_reasons.broken_archive(name) from None
    if "xl/workbook.bin" in names:
        raise reasons.other_kind(name, "Excel (xlsb)")
    return "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names)


def _ole(path: Path, name: str) -> Exception:
    """An old workbook, or a new one with a password: both lie in the same container."""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if _ENCRYPTED in block:
                return archive_reasons.encrypted(name)
    return workbook_reasons.old_workbook(name)
