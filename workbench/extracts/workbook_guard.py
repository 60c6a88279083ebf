"""A look at the XML of a workbook before its cells are read.

The reader of workbooks gives an error cell and a formula without a result as empty, and lays a
sheet out as one rectangle in memory, however few of its cells are filled. Both are found here, in
blocks, so that neither a value is lost nor the memory.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from workbench.extracts import archive_reasons, workbook_reasons
from workbench.extracts.encodings import CHUNK
from workbench.extracts.scan import Scanned

UNPACKED = 2 << 30
"""Bytes of all parts of a workbook together (our default)."""
CELLS = 40_000_000
"""Cells of the rectangle that holds all filled cells of one sheet (our default)."""
_SMALL_PART = 4 << 20
_LONGEST_CELL = 4 << 20

_PREFIX = rb"(?:[A-Za-z]\w*:)?"
_FILLED = re.compile(
    rb"<" + _PREFIX + rb"c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*[^/]>"
)
_NAMELESS = re.compile(rb"<" + _PREFIX + rb"c(?:\s+(?!r=)[a-z]+=[\"'][^\"']*[\"'])*\s*/?>")
_ERROR = re.compile(rb"<" + _PREFIX + rb"c\b([^>]*\bt=[\"']e[\"'][^>]*)>")
_UNCALCULATED = re.compile(
    rb"<"
    + _PREFIX
    + rb"c\b([^>]*)>\s*<"
    + _PREFIX
    + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</"
    + _PREFIX
    + rb"f>)\s*(?:<"
    + _PREFIX
    + rb"v\s*/>|<"
    + _PREFIX
    + rb"v[^>]*></"
    + _PREFIX
    + rb"v>)?\s*</"
    + _PREFIX
    + rb"c>"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_END = re.compile(rb"</" + _PREFIX + rb"c>|<" + _PREFIX + rb"row\b")


@dataclass(frozen=True)
class Sheet:
    """``faults``: (row, column), each from 0 -> rule of ``misreads``."""

    name: str
    part: str
    faults: Mapping[tuple[int, int], str]
    rows: int
    columns: int


def sheets(file: Scanned) -> dict[str, str]:
    """Name of each sheet -> its part in the archive. Raises InvalidInput."""
    name = file.source.name
    try:
        with zipfile.ZipFile(file.path) as archive:
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise archive_reasons.encrypted(name)
            if sum(info.file_size for info in archive.infolist()) > UNPACKED:
                raise workbook_reasons.workbook_too_large(name, UNPACKED)
            book = _xml(archive, "xl/workbook.xml", name)
            targets = _targets(archive, name)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ElementTree.ParseError):
        raise workbook_reasons.broken_workbook(name) from None
    found = {}
    for item in book.iter():
        if _local(item.tag) == "sheet":
            link = next((v for k, v in item.attrib.items() if _local(k) == "id"), "")
            if link in targets:
                found[item.attrib.get("name", "")] = targets[link]
    return found


def look(file: Scanned, name: str, part: str) -> Sheet:
    """What one sheet holds that the reader would lose. Raises InvalidInput."""
    faults: dict[tuple[int, int], str] = {}
    rows = columns = 0
    known: dict[bytes, int] = {}
    try:
        with zipfile.ZipFile(file.path) as archive:
            for text in _blocks(archive, part, file.source.name):
                if _NAMELESS.search(text):
                    raise workbook_reasons.cells_without_place(file.source.name, name)
                _note_faults(text, faults)
                for letters, digits in _FILLED.findall(text):
                    if letters not in known:
                        known[letters] = _column(letters)
                    rows = max(rows, int(digits))
                    columns = max(columns, known[letters] + 1)
    except (zipfile.BadZipFile, KeyError, EOFError):
        raise workbook_reasons.broken_workbook(file.source.name) from None
    if rows * columns > CELLS:
        raise workbook_reasons.sheet_too_wide(file.source.name, name, rows, columns, CELLS)
    return Sheet(name, part, faults, rows, columns)


def _note_faults(text: bytes, faults: dict[tuple[int, int], str]) -> None:
    for found in _ERROR.finditer(text):
        faults[_place(found[1])] = "error_cell"
    if b"<f" not in text and b":f" not in text:
        return
    for found in _UNCALCULATED.finditer(text):
        if not _TEXT_RESULT.search(found[1]):
            faults[_place(found[1])] = "formula_without_value"


def _place(attributes: bytes) -> tuple[int, int]:
    found = _REFERENCE.search(attributes)
    if found is None:
        raise KeyError("a cell without a reference")
    return int(found[2]) - 1, _column(found[1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _blocks(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[bytes]:
    """The part's text in pieces that end where a cell ends."""
    held = b""
    first = True
    with archive.open(part) as stream:
        while block := stream.read(CHUNK):
            if first and (block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in block[:200]):
                raise workbook_reasons.broken_workbook(name)
            first = False
            held += block
            ends = [m.end() if m[0][1:2] == b"/" else m.start() for m in _END.finditer(held)]
            if ends:
                yield held[: ends[-1]]
                held = held[ends[-1] :]
            if len(held) > _LONGEST_CELL:
                raise workbook_reasons.broken_workbook(name)
    yield held


def _targets(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    found = _xml(archive, "xl/_rels/workbook.xml.rels", name)
    return {
        item.attrib.get("Id", ""): _resolved(item.attrib.get("Target", ""))
        for item in found.iter()
        if _local(item.tag) == "Relationship"
    }


def _resolved(target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _xml(archive: zipfile.ZipFile, part: str, name: str) -> ElementTree.Element:
    with archive.open(part) as stream:
        text = stream.read(_SMALL_PART + 1)
    if len(text) > _SMALL_PART or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise workbook_reasons.broken_workbook(name)
    return ElementTree.fromstring(text)  # noqa: S314 - no document type, and bounded


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
