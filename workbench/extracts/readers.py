"""Delivered files into one table of text, with every row findable in its file."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from workbench.errors import Text, WorkbenchError
from workbench.extracts import (
    misreads,
    read_csv,
    read_json_lines,
    read_parquet,
    read_workbook,
    reasons,
)
from workbench.extracts.faults import Unfit
from workbench.extracts.kinds import Kind
from workbench.extracts.scan import Scanned, require_unchanged
from workbench.extracts.table import STAGED, Field, Part, Read, Staged, create, fields_of

__all__ = ["STAGED", "Field", "Part", "Staged", "fields_of", "stage"]


def stage(
    con: duckdb.DuckDBPyConnection, files: Sequence[Scanned], fields: Sequence[Field]
) -> Staged:
    """Read all files into ``STAGED``. Raises InvalidInput for one that cannot be read."""
    create(con, fields)
    parts: list[Part] = []
    unfit: list[Unfit] = []
    warnings: list[Text] = []
    for number, file in enumerate(files):
        for read in _unchanged(con, file, fields, number, sum(p.rows for p in parts)):
            parts.append(read.part)
            unfit += read.unfit
            name = read.part.file
            warnings += [reasons.column_absent(name, column) for column in read.absent]
            if read.part.rows == 0:
                warnings.append(reasons.no_rows(name))
    marking = any(file.kind in (Kind.xlsx, Kind.jsonl) for file in files)
    marked = [f.text for f in fields if marking or f.column.reading is not None]
    misreads.settle(con, STAGED, marked)
    return Staged(tuple(parts), tuple(fields), tuple(unfit), tuple(warnings))


def _unchanged(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    number: int,
    start: int,
) -> Sequence[Read]:
    """One file. Where it is gone or changed since it was hashed, that is what is said."""
    try:
        found = _read(con, file, fields, number, start)
    except (WorkbenchError, OSError):
        require_unchanged(file)
        raise
    require_unchanged(file)
    return found


def _read(
    con: duckdb.DuckDBPyConnection,
    file: Scanned,
    fields: Sequence[Field],
    number: int,
    start: int,
) -> Sequence[Read]:
    match file.kind:
        case Kind.parquet:
            return [read_parquet.read(con, file, fields, start)]
        case Kind.xlsx:
            return read_workbook.read(con, file, fields, start)
        case Kind.jsonl:
            return [read_json_lines.read(con, file, fields, start)]
        case Kind.csv:
            return [read_csv.read(con, file, fields, number, start)]
        case Kind.zip:
            raise AssertionError("an archive is unpacked before it is read")
