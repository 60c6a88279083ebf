"""Looking for marks in results, errors, logs and ledger entries, in many disguises."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from attacks.canary_city import (
    AMOUNT,
    BORN,
    ENVIRONMENT,
    INCOME,
    PAYROLL,
    RESIDENTS,
    SCORE,
    SECRET_DAY,
    WAGE,
    frames,
)

STEMS = ("COL", "TAB", "ROW", "MASK", "ENV", "FILE", "STATE", "SCN", "PATH")
NUMBERS = {"COL": INCOME, "TAB": AMOUNT, "MASK": int(WAGE), "ROW": SCORE}
DAYS = {"COL": SECRET_DAY, "MASK": BORN}
SCANNED_BYTES = 8 << 20


@dataclass(frozen=True)
class Find:
    """``mark`` is the kind of what leaked, ``form`` how it was disguised, ``where`` it stood."""

    mark: str
    form: str
    where: str


class Detector:
    """Needles are lower-case bytes; haystacks are lowered before they are searched."""

    def __init__(self) -> None:
        self._needles = {needle: (mark, form) for mark, form, needle in _needles()}
        self._binary = {needle: (mark, form) for mark, form, needle in _binary()}

    def in_text(self, text: str, where: str, spelt: str = "") -> list[Find]:
        """Marks in ``text`` that the statement ``spelt`` does not itself contain."""
        hay = text.encode("utf-8", "replace").lower()
        said = spelt.encode("utf-8", "replace").lower()
        return [
            Find(mark, form, where)
            for needle, (mark, form) in self._needles.items()
            if needle in hay and needle not in said
        ]

    def in_bytes(self, data: bytes, where: str, spelt: str = "") -> list[Find]:
        data = data[:SCANNED_BYTES]
        hay, said = data.lower(), spelt.encode("utf-8", "replace").lower()
        found = [
            Find(mark, form, where)
            for needle, (mark, form) in self._needles.items()
            if needle in hay and needle not in said
        ]
        return found + [
            Find(mark, form, where)
            for needle, (mark, form) in self._binary.items()
            if needle in data
        ]

    def in_table(self, table: pa.Table, spelt: str = "") -> list[Find]:
        """A result, as the bytes that crossed the wire and as text."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        found = self.in_bytes(sink.getvalue().to_pybytes(), "result bytes", spelt)
        found += self.in_text(as_text(table), "result text", spelt)
        return found + list(_counts(table, spelt))


def as_text(table: pa.Table, cells: int = 100_000) -> str:
    """The values as JSON where Python can hold them, else as Arrow prints them. The first rows,
    about ``cells`` values: the bytes are searched further."""
    head = table.slice(0, max(1, cells // max(1, table.num_columns)))
    try:
        return json.dumps(head.to_pydict(), default=_plain, ensure_ascii=False)
    except Exception:
        return "\n".join(str(column) for column in head.columns)


def _plain(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _counts(table: pa.Table, spelt: str) -> Iterator[Find]:
    """A single row that tells how many rows there are outside the scope or the grant."""
    if table.num_rows != 1:
        return
    cells = {str(column[0]) for column in table.columns if _is_number(column.type)}
    for mark, number in (("ROW", RESIDENTS), ("TAB", PAYROLL)):
        if str(number) in cells and str(number) not in spelt:
            yield Find(mark, "number of rows", "result text")


def _is_number(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_)
    )


def _needles() -> Iterator[tuple[str, str, bytes]]:
    for stem in STEMS:
        yield from _disguises(stem, f"CANARY-{stem}")
    for mark, number in NUMBERS.items():
        yield mark, "digits", str(number)[:10].encode()
        yield mark, "digits reversed", str(number)[:10][::-1].encode()
        yield mark, "digits apart", f"{number:,}"[:9].encode()
        # Only where a text begins with it: pseudonyms are full of hexadecimal digits.
        yield mark, "hexadecimal", f'"{number:x}'[:9].encode()
    for mark, day in DAYS.items():
        yield mark, "date", day.isoformat().encode()
        yield mark, "date", day.strftime("%Y%m%d").encode()
        yield mark, "seconds", str(int((day - day.replace(1970, 1, 1)).total_seconds())).encode()
    yield from _digests()


def _disguises(mark: str, text: str) -> Iterator[tuple[str, str, bytes]]:
    low = text.lower().encode()
    yield mark, "plain", low
    yield mark, "reversed", low[::-1]
    for cased in (text, text.lower()):
        raw = cased.encode()
        yield mark, "hex", raw.hex().encode()
        yield mark, "escaped", "".join(f"\\x{b:02x}" for b in raw).encode()
        yield mark, "utf-16", cased.encode("utf-16-le").lower()
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw)
            whole = slice(-(-8 * shift // 6), 8 * (shift + len(raw)) // 6)
            yield mark, "base64", coded[whole].lower()
    yield mark, "spaced", " ".join(text.lower()).encode()
    yield mark, "listed", ", ".join(f'"{c}"' for c in text.lower()).encode()


def _digests() -> Iterator[tuple[str, str, bytes]]:
    """One-way forms of some whole values: a digest of a known value is the value."""
    hashes = duckdb.connect(":memory:")
    for mark, value in _samples():
        raw = value.encode()
        yield mark, "md5", hashlib.md5(raw).hexdigest().encode()
        yield mark, "sha1", hashlib.sha1(raw).hexdigest().encode()
        yield mark, "sha256", hashlib.sha256(raw).hexdigest().encode()
        (number,) = hashes.execute("SELECT hash(?)", [value]).fetchone() or (0,)
        yield mark, "engine's hash", str(number).encode()


def _samples() -> Iterator[tuple[str, str]]:
    made = frames()
    listed: Iterable[tuple[str, str, str]] = (
        ("COL", "resident", "bsn"), ("COL", "resident", "diagnosis"), ("MASK", "resident", "phone"),
        ("MASK", "resident", "org"), ("MASK", "resident", "grade"), ("COL", "visit", "doctor"),
        ("TAB", "payroll", "person"), ("SCN", "harbour", "berth"),
    )  # fmt: skip
    for mark, table, column in listed:
        yield from ((mark, v) for v in made[table][column].unique().sort().head(8).to_list())
    yield "ENV", next(iter(ENVIRONMENT.values()))


def _binary() -> Iterator[tuple[str, str, bytes]]:
    """The values of one column differ in their low bytes only, which are left out."""
    for mark, number in NUMBERS.items():
        if mark == "MASK":
            continue  # its values spread too far for a rare pattern; the text shows them
        for each in (number, number + 99):
            yield mark, "int64", struct.pack("<q", each)[1:]
            yield mark, "float64", struct.pack("<d", float(each))[3:]
