"""Delivered files into one table of text, with every row findable in its file.

Everything is read as text first, so that a bad value can be located and judged by our rules and
not by an engine's guess. NULL is the empty field without quotes, and nothing else (our default;
``""`` is an empty text). A single empty field after the last one is read as a closing delimiter.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import Text, WorkbenchError
from workbench.extracts import headers, reasons
from workbench.extracts.faults import Ragged
from workbench.extracts.scan import Scanned, require_unchanged
from workbench.extracts.sql import identifier, literal, scalar
from workbench.extracts.strict import StrictType, lossless
from workbench.model.contract import Column

STAGED = "staged"
"""The table of text; its ``rowid`` numbers the rows of the whole delivery from 0."""
LONGEST_RECORD = 2_000_000
"""Bytes of one record of a CSV file (our default, which is also the engine's)."""

_ROW_FAULTS = {"MISSING COLUMNS", "TOO MANY COLUMNS"}
_FOUND = re.compile(r"Found: (\d+)")
_LINE = re.compile(r"CSV Error on Line: (\d+)")


@dataclass(frozen=True)
class Field:
    """A column of the contract with its type; ``text`` is its SQL in the table of text."""

    column: Column
    type: StrictType
    text: str

    @property
    def value(self) -> str:
        return self.type.value(self.text)


@dataclass(frozen=True)
class Part:
    """The rows of one file in the table: ``start`` is the first rowid, ``rows`` their number.

    ``first`` is the number of the file's first data record (2 after a header, else 1);
    ``skips`` says, for each record that is not in the table, how many before it are.
    """

    file: str
    start: int
    rows: int
    first: int
    skips: tuple[int, ...] = ()

    def row(self, rowid: int) -> int:
        """The record's number in its file, as a spreadsheet shows it (the header is 1)."""
        order = rowid - self.start
        return self.first + order + bisect_right(self.skips, order)


@dataclass(frozen=True)
class Staged:
    parts: tuple[Part, ...]
    fields: tuple[Field, ...]
    ragged: tuple[Ragged, ...]
    warnings: tuple[Text, ...] = ()

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def locate(self, rowid: int) -> tuple[str, int]:
        """``(file, row)`` of a row of the table."""
        part = next(p for p in self.parts if p.start <= rowid < p.start + p.rows)
        return part.file, part.row(rowid)


def fields_of(types: Sequence[tuple[Column, StrictType]]) -> tuple[Field, ...]:
    return tuple(Field(c, t, f"c{i}") for i, (c, t) in enumerate(types))


def stage(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Scanned],
    fields: Sequence[Field],
    delimiters: Sequence[str],
) -> Staged:
    """Read all files into ``STAGED``. ``delimiters``: the contract's for each file, or "".

    Raises InvalidInput for a file that cannot be read as a whole.
    """
    columns = ", ".join(f"{f.text} VARCHAR" for f in fields)
    con.execute(f"CREATE TABLE {STAGED} ({columns})")
    parts: list[Part] = []
    ragged: list[Ragged] = []
    warnings: list[Text] = []
    for number, (file, delimiter) in enumerate(zip(files, delimiters, strict=True)):
        place = (number, sum(p.rows for p in parts))
        part, broken, absent = _stage_unchanged(con, file, fields, delimiter, place)
        parts.append(part)
        ragged += broken
        warnings += [reasons.column_absent(file.source.name, name) for name in absent]
        if part.rows == 0:
            warnings.append(reasons.no_rows(file.source.name))
    return Staged(tuple(parts), tuple(fields), tuple(ragged), tuple(warnings))


def _stage_unchanged(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    delimiter: str,
    place: tuple[int, int],
) -> tuple[Part, list[Ragged], tuple[str, ...]]:
    """One file. Where it is gone or changed since it was hashed, that is what is said."""
    try:
        if file.is_parquet:
            part, absent = _stage_parquet(con, file, fields, place[1])
            broken: list[Ragged] = []
        else:
            header = headers.read(file, fields_columns(fields), delimiter)
            part, broken = _stage_csv(con, file, fields, header, place)
            absent = header.absent
    except (WorkbenchError, OSError):
        require_unchanged(file)
        raise
    require_unchanged(file)
    return part, broken, absent


def fields_columns(fields: Sequence[Field]) -> tuple[Column, ...]:
    return tuple(f.column for f in fields)


def _stage_csv(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    header: headers.Header,
    place: tuple[int, int],
) -> tuple[Part, list[Ragged]]:
    number, start = place
    rejects = f"rejects_{number}"
    columns = ", ".join(f"'f{i}': 'VARCHAR'" for i in range(len(header.names)))
    chosen = ", ".join(
        "NULL" if at is None else f"f{at}"
        for at in (header.positions.get(f.column.name) for f in fields)
    )
    sql = (
        f"INSERT INTO {STAGED} SELECT {chosen} FROM read_csv({literal(str(file.text))}, "
        f"columns = {{{columns}}}, auto_detect = false, header = true, "
        f"delim = {literal(header.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
        f"allow_quoted_nulls = false, strict_mode = true, null_padding = false, "
        f"max_line_size = {LONGEST_RECORD}, store_rejects = true, "
        f"rejects_table = '{rejects}', rejects_scan = 'scan_{number}')"
    )
    try:
        rows = scalar(con, sql)
    except duckdb.Error as error:
        line = _LINE.search(str(error))
        raise reasons.not_csv(file.source.name, int(line[1]) if line else None) from None
    broken = _ragged(con, file.source.name, rejects, len(header.names))
    blank = _blank_records(file, header) if file.blank_lines else []
    if len(header.names) > 1:
        broken += [Ragged(file.source.name, row, 0, len(header.names)) for row in blank]
    gaps = sorted({r.row for r in broken})
    skips = tuple(gap - 2 - i for i, gap in enumerate(gaps))
    return Part(file.source.name, start, rows, 2, skips), broken


def _ragged(con: duckdb.DuckDBPyConnection, name: str, rejects: str, expected: int) -> list[Ragged]:
    """Records with the wrong number of fields. Any other fault refuses the whole file: after a
    quote that does not close, nobody knows where rows begin."""
    found = con.execute(
        f"SELECT line, max(error_type::VARCHAR), count(DISTINCT error_type), "
        f"max(error_message) FROM {rejects} GROUP BY line ORDER BY line"
    ).fetchall()
    for line, kind, kinds, _ in found:
        if kinds > 1 or kind not in _ROW_FAULTS:
            raise reasons.broken_record(name, line, too_long=kind == "LINE SIZE OVER MAXIMUM")
    return [
        Ragged(name, line, int(m[1]) if (m := _FOUND.search(message)) else 0, expected)
        for line, _, _, message in found
    ]


def _blank_records(file: Scanned, header: headers.Header) -> list[int]:
    """Numbers of the empty lines between records, which the engine skips without a word."""
    blank: list[int] = []
    pending: list[int] = []
    with file.text.open(encoding="utf-8-sig", newline="") as stream:
        try:
            for number, row in enumerate(csv.reader(stream, delimiter=header.delimiter), 1):
                if row:
                    blank += pending
                    pending = []
                else:
                    pending.append(number)
        except csv.Error:
            raise reasons.blank_lines(file.source.name) from None
    return blank


def _stage_parquet(
    con: duckdb.DuckDBPyConnection, file: Scanned, fields: Sequence[Field], start: int
) -> tuple[Part, tuple[str, ...]]:
    name = file.source.name
    source = f"read_parquet({literal(str(file.text))})"
    try:
        matched = headers.match(name, pq.read_schema(file.text).names, fields_columns(fields))
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        chosen = []
        for field in fields:
            at = matched.positions.get(field.column.name)
            if at is not None and not lossless(described[at][1], field.type):
                raise reasons.parquet_type(name, field.column, described[at][1])
            chosen.append("NULL" if at is None else f"{identifier(described[at][0])}::VARCHAR")
        listed = ", ".join(chosen)
        rows = scalar(con, f"INSERT INTO {STAGED} SELECT {listed} FROM {source}")
    except (duckdb.Error, pa.ArrowException):
        raise reasons.not_parquet(name) from None
    return Part(name, start, rows, 1), matched.absent
