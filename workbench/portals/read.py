"""A portal's file into lines: CSV, TSV, XLSX or JSON, each plain or as .gz; nothing is guessed.

Encodings, kinds and workbooks are told apart as for any delivery (``workbench.extracts``).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from workbench.errors import InvalidInput
from workbench.extracts.encodings import CHUNK
from workbench.extracts.headers import DELIMITERS
from workbench.extracts.kinds import Kind
from workbench.extracts.scan import Scanned, require_unchanged, scan, stamp_of
from workbench.model.contract import Delivery
from workbench.portals import read_json, read_sheet, reasons
from workbench.portals.delivered import ENTRIES, Collector, Delivered
from workbench.portals.fold import fold
from workbench.portals.headings import check_headings
from workbench.portals.mapping import PortalMapping

UNPACKED = 1 << 30
"""Bytes of a file once unpacked (our default)."""
LONGEST_FIELD = 1 << 20
"""Characters of one field (our default)."""
_GZIP = b"\x1f\x8b"


def read_portal(
    path: Path,
    mapping: PortalMapping,
    work: Path,
    on_bytes: Callable[[int], None] = lambda _: None,
    unpacked: int = UNPACKED,
) -> Delivered:
    """All lines of the file. ``work`` is an empty folder for what has to be written again.

    Raises InvalidInput: no such file, empty, broken, of another kind, with a NUL byte, in no
    encoding or in two, without a heading for the title, or beyond the limits.
    """
    plain, digest = _plain(path, work, unpacked)
    spec = mapping.file
    delivery = Delivery(str(plain), encoding=spec.encoding or "", delimiter=spec.delimiter or "")
    found = scan(delivery, work / "utf8", on_bytes, path.name)
    if found.stamp[1] > unpacked:
        raise reasons.too_large(path.name, unpacked)
    got = _lines(found, mapping)
    require_unchanged(found)
    return replace(got, sha256=digest or found.source.sha256)


def _plain(path: Path, work: Path, limit: int) -> tuple[Path, str]:
    """The file itself, or what a .gz holds with the digest of the .gz."""
    stamp_of(path)  # refuses what is no regular file
    with path.open("rb") as stream:
        if stream.read(2) != _GZIP:
            return path, ""
    target = work / (path.stem or "plain")
    written = 0
    try:
        with gzip.open(path) as source, target.open("xb") as out:
            while block := source.read(CHUNK):
                written += len(block)
                if written > limit:
                    raise reasons.too_large(path.name, limit)
                out.write(block)
    except (OSError, EOFError, zlib.error):
        raise reasons.broken_gzip(path.name) from None
    return target, hashlib.sha256(path.read_bytes()).hexdigest()


def _lines(found: Scanned, mapping: PortalMapping) -> Delivered:
    name = found.source.name
    match found.kind:
        case Kind.csv:
            records, headings = _csv(found, mapping)
        case Kind.jsonl:
            return read_json.read(found, mapping)
        case Kind.xlsx:
            records, headings = read_sheet.read(found, mapping)
        case Kind.parquet | Kind.zip:
            raise reasons.other_kind(name, found.source.encoding)
    check_headings(name, headings, mapping)
    collected = Collector(len(headings))
    collected.take_all(records)
    return Delivered(
        name,
        "",
        found.source.encoding,
        tuple(headings),
        tuple(collected.numbers),
        tuple(collected.rows),
        tuple(collected.aside),
    )


def _csv(
    found: Scanned, mapping: PortalMapping
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    records = _records(found, _delimiter(found, mapping))
    row = mapping.file.heading_row
    heading: list[str] = []
    for place, (_, record) in enumerate(records, 1):
        if place == row:
            heading = record
            break
    while heading and not heading[-1].strip():
        heading.pop()
    return records, heading


def _delimiter(found: Scanned, mapping: PortalMapping) -> str:
    """The declared one, or the one that finds most headings of the mapping."""
    if mapping.file.delimiter:
        return mapping.file.delimiter
    wanted = {heading for names in mapping.columns.values() for heading in names}

    def known(delimiter: str) -> int:
        """None are found by a delimiter that the file cannot be read with."""
        try:
            for place, (_, record) in enumerate(_records(found, delimiter), 1):
                if place == mapping.file.heading_row:
                    return len(wanted & {fold(h) for h in record})
        except InvalidInput:
            return -1
        return 0

    return max(DELIMITERS, key=known)


def _records(found: Scanned, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """``(line on which it begins, fields)``. Raises InvalidInput."""
    csv.field_size_limit(LONGEST_FIELD)
    with found.text.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        begins = 1
        try:
            for record in reader:
                if begins > ENTRIES + 1:
                    raise reasons.too_many(found.source.name, ENTRIES)
                yield begins, record
                begins = reader.line_num + 1
        except csv.Error:
            raise reasons.broken_line(found.source.name, begins) from None
