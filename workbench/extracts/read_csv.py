"""CSV and TSV into the table of text, by the engine's reader in its strict mode.

NULL is the empty field without quotes, and nothing else (our default; ``""`` is an empty text). A
single empty field after the last one is read as a closing delimiter.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

import duckdb

from workbench.extracts import headers, reasons
from workbench.extracts.faults import Unfit, ragged
from workbench.extracts.scan import Scanned
from workbench.extracts.sql import literal, scalar
from workbench.extracts.table import STAGED, Field, Part, Read, skips_of

LONGEST_RECORD = 2_000_000
"""Bytes of one record (our default, which is also the engine's)."""

_ROW_FAULTS = {"MISSING COLUMNS", "TOO MANY COLUMNS"}
_FOUND = re.compile(r"Found: (\d+)")
_LINE = re.compile(r"CSV Error on Line: (\d+)")


def read(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    number: int,
    start: int,
) -> Read:
    """``number`` is the file's in the delivery, ``start`` its first rowid. Raises InvalidInput."""
    delimiter = "\t" if file.delivery.format == "tsv" else file.delivery.delimiter
    header = headers.read(file, tuple(f.column for f in fields), delimiter)
    rows = _insert(con, file, fields, header, number)
    name, above = file.source.name, file.delivery.header_row - 1
    broken = _ragged(con, name, f"rejects_{number}", len(header.names), above)
    if file.blank_lines and len(header.names) > 1:
        blank = _blank_records(file, header)
        broken += [ragged(name, row + above, 0, len(header.names)) for row in blank]
    first = above + 2
    part = Part(name, start, rows, first, skips_of(sorted({u.row for u in broken}), first))
    return Read(part, tuple(broken), header.absent)


def _insert(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    header: headers.Header,
    number: int,
) -> int:
    columns = ", ".join(f"'f{i}': 'VARCHAR'" for i in range(len(header.names)))
    places = (header.positions.get(f.column.name) for f in fields)
    chosen = ", ".join(
        field.stored("NULL" if at is None else f"f{at}")
        for field, at in zip(fields, places, strict=True)
    )
    sql = (
        f"INSERT INTO {STAGED} SELECT {chosen} FROM read_csv({literal(str(file.text))}, "
        f"columns = {{{columns}}}, auto_detect = false, header = true, "
        f"delim = {literal(header.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
        f"allow_quoted_nulls = false, strict_mode = true, null_padding = false, "
        f"max_line_size = {LONGEST_RECORD}, store_rejects = true, "
        f"rejects_table = 'rejects_{number}', rejects_scan = 'scan_{number}')"
    )
    try:
        return scalar(con, sql)
    except duckdb.Error as error:
        found = _LINE.search(str(error))
        line = int(found[1]) + file.delivery.header_row - 1 if found else None
        raise reasons.not_csv(file.source.name, line) from None


def _ragged(
    con: duckdb.DuckDBPyConnection, name: str, rejects: str, expected: int, above: int
) -> list[Unfit]:
    """Records with the wrong number of fields. Any other fault refuses the whole file: after a
    quote that does not close, nobody knows where rows begin."""
    found = con.execute(
        f"SELECT line, max(error_type::VARCHAR), count(DISTINCT error_type), "
        f"max(error_message) FROM {rejects} GROUP BY line ORDER BY line"
    ).fetchall()
    for line, kind, kinds, _ in found:
        if kinds > 1 or kind not in _ROW_FAULTS:
            too_long = kind == "LINE SIZE OVER MAXIMUM"
            raise reasons.broken_record(name, line + above, too_long=too_long)
    return [
        ragged(name, line + above, int(m[1]) if (m := _FOUND.search(message)) else 0, expected)
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
