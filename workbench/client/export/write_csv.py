"""A release as CSV (RFC 4180): UTF-8 with a byte order mark, by which Excel knows the encoding.

NULL is an empty field, empty text is ``""`` (of a single column both are ``""``: readers pass over
an empty line). Numbers are exact; text is unchanged, also where a
spreadsheet would take it for a formula: what is changed in a CSV is wrong for every other reader.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.types as kinds

from workbench.client.export.forms import Form, Noted, refuse_nested
from workbench.client.values import texts
from workbench.model.receipt import Change

_FORMULA = r"^[=+\-@\t\r]"
"""How text begins that a spreadsheet evaluates (OWASP, CSV injection)."""
_AS_THEY_ARE = (kinds.is_integer, kinds.is_decimal, kinds.is_boolean, kinds.is_floating)
"""Types that Arrow writes exactly, and without quotation marks."""
BATCH_ROWS = 65_536
"""Rows turned to text at a time (our default)."""


def write(table: pa.Table, out: BinaryIO, noted: Noted) -> None:
    refuse_nested(table.schema, Form.csv)
    out.write(codecs.BOM_UTF8)
    header = ",".join(f'"{_doubled(name)}"' for name in table.column_names)
    out.write(f"{header}\r\n".encode())
    options = pa.csv.WriteOptions(include_header=False, eol="\r\n")
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        columns = [
            _column(field, column, noted)
            for field, column in zip(table.schema, batch.columns, strict=True)
        ]
        if len(columns) == 1:
            columns = [pa.array([text or "" for text in texts(columns[0])], pa.string())]
        if columns:
            part = pa.RecordBatch.from_arrays(columns, names=table.column_names)
            pa.csv.write_csv(part, out, options)


def add_line(text: str, out: BinaryIO) -> None:
    """An empty line, and ``text`` as one field: below the table, where it is no header."""
    out.write(f'\r\n"{_doubled(text)}"\r\n'.encode())


def _column(field: pa.Field, column: pa.Array, noted: Noted) -> pa.Array:
    kind = field.type
    if any(holds(kind) for holds in _AS_THEY_ARE):
        return column
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        text = column.cast(pa.string())
        if pc.any(pc.match_substring_regex(text, _FORMULA)).as_py():
            noted.add(Change.formula_like, field.name)
        return text
    return pa.array(texts(column), pa.string())


def _doubled(name: str) -> str:
    return name.replace('"', '""')
