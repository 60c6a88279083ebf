"""Entries of the table of deliveries into files, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from ruamel.yaml import YAML

HERE = Path(__file__).parent
EMPTY = "∅"


def cases() -> list[dict[str, Any]]:
    reader = YAML(typ="safe", pure=True)
    tables = (HERE / "text_files.yaml", HERE / "binary_files.yaml")
    return [case for table in tables for case in reader.load(table.read_text("utf-8"))]


def table(text: str) -> list[list[str | None]]:
    """Rows of ``a | b`` with ``∅`` for nothing."""
    lines = [line.split(" | ") for line in text.splitlines() if line.strip()]
    return [[None if cell.strip() == EMPTY else cell.strip() for cell in line] for line in lines]


def content(case: Mapping[str, Any]) -> bytes:
    """The bytes of the file that an entry (or a member of an archive) describes."""
    made = [make(case) for key, make in _MAKERS.items() if key in case]
    assert len(made) == 1, f"one of {', '.join(_MAKERS)}: {case}"
    return made[0][: case.get("cut")]


def _text(case: Mapping[str, Any]) -> bytes:
    return str(case["text"]).encode(case.get("encoding", "utf-8"))


def _parts(case: Mapping[str, Any]) -> bytes:
    return b"".join(text.encode(encoding) for encoding, text in case["parts"])


def _parquet(case: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({k: pa.array(v, pa.string()) for k, v in case["parquet"].items()}), out)
    return out.getvalue()


def _ole(case: Mapping[str, Any]) -> bytes:
    """The signature of the container and the name of one stream, which is all that is looked at."""
    head = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
    return head + str(case["ole"]).encode("utf-16-le").ljust(512, b"\0")


# archives


def _zip(case: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in case["zip"]:
            data = bytes(member["zeros"]) if "zeros" in member else content(member)
            archive.writestr(_info(member), data)
    made = out.getvalue()
    for member in case["zip"]:
        made = _renamed(made, member)
        if member.get("encrypted"):
            made = _marked(made)
    return made


def _info(member: Mapping[str, Any]) -> zipfile.ZipInfo:
    name = member["name"]
    if "name_encoding" in member:  # a name of the same bytes, in letters that need no mark
        name = "x" * len(name.encode(member["name_encoding"]))
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _renamed(made: bytes, member: Mapping[str, Any]) -> bytes:
    if "name_encoding" not in member:
        return made
    name = member["name"].encode(member["name_encoding"])
    return re.sub(rb"(?<!x)x{%d}(?!x)" % len(name), lambda _: name, made)


def _marked(made: bytes) -> bytes:
    """Set the bit of encryption in both headers."""
    local, central = made.find(b"PK\x03\x04") + 6, made.find(b"PK\x01\x02") + 8
    out = bytearray(made)
    out[local] |= 1
    out[central] |= 1
    return bytes(out)


# workbooks


def _workbook(case: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as book:
        for number, (name, text) in enumerate(case["sheets"].items()):
            sheet = book.add_worksheet(name)
            if name in case.get("hidden", ()):
                sheet.hide()
            for row, line in enumerate(table(text)):
                for column, cell in enumerate(line):
                    _write(book, sheet, row, column, cell)
            if number == 0:
                _finish(case, sheet, table(text))
    return _uncalculated(out.getvalue())


def _finish(case: Mapping[str, Any], sheet: Any, rows: list[list[str | None]]) -> None:
    for area in case.get("merged", ()):
        first = area.split(":")[0]
        column, row = ord(first[0]) - 65, int(first[1:]) - 1
        sheet.merge_range(area, rows[row][column])
    if "stray" in case:
        sheet.write(case["stray"], "x")


def _write(book: Any, sheet: Any, row: int, column: int, cell: str | None) -> None:
    if cell is None:
        return
    kind, _, value = cell.partition(":")
    write: Mapping[str, Callable[[], Any]] = {
        "n": lambda: sheet.write_number(row, column, float(value)),
        "b": lambda: sheet.write_boolean(row, column, value == "true"),
        "e": lambda: sheet.write_formula(row, column, "=0/0", None, value),
        "f": lambda: sheet.write_formula(row, column, f"={value}", None, _NO_RESULT),
        "d": lambda: _moment(book, sheet, row, column, value, "yyyy-mm-dd"),
        "t": lambda: _moment(book, sheet, row, column, value, "yyyy-mm-dd hh:mm:ss"),
    }
    write.get(kind, lambda: sheet.write_string(row, column, cell))()


_NO_RESULT = 987654321


def _moment(book: Any, sheet: Any, row: int, column: int, value: str, form: str) -> None:
    style = book.add_format({"num_format": form})
    sheet.write_datetime(row, column, datetime.fromisoformat(value), style)


def _uncalculated(made: bytes) -> bytes:
    """Formulas as programs write them: without a stored result."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            data = source.read(info).replace(b"<v>%d</v>" % _NO_RESULT, b"<v></v>")
            target.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "text": _text,
    "parts": _parts,
    "parquet": _parquet,
    "ole": _ole,
    "hex": lambda case: bytes.fromhex(case["hex"]),
    "zip": _zip,
    "sheets": _workbook,
}
