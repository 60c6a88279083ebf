"""Parquet into the table of text: typed columns that hold no more than the contract's type holds,
and text where the contract has a mapping for it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.extracts import headers, reasons
from workbench.extracts.scan import Scanned
from workbench.extracts.sql import identifier, literal, scalar
from workbench.extracts.strict import lossless
from workbench.extracts.table import STAGED, Field, Part, Read


def read(
    con: duckdb.DuckDBPyConnection, file: Scanned, fields: Sequence[Field], start: int
) -> Read:
    """``start`` is the file's first rowid. Raises InvalidInput."""
    name = file.source.name
    source = f"read_parquet({literal(str(file.text))})"
    try:
        columns = tuple(f.column for f in fields)
        matched = headers.match(name, pq.read_schema(file.text).names, columns)
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        chosen = []
        for field in fields:
            at = matched.positions.get(field.column.name)
            if at is not None and not _may_be_read(described[at][1], field):
                raise reasons.parquet_type(name, field.column, described[at][1])
            column = "NULL" if at is None else f"{identifier(described[at][0])}::VARCHAR"
            chosen.append(field.stored(column))
        listed = ", ".join(chosen)
        rows = scalar(con, f"INSERT INTO {STAGED} SELECT {listed} FROM {source}")
    except (duckdb.Error, pa.ArrowException):
        raise reasons.not_parquet(name) from None
    return Read(Part(name, start, rows, 1), (), matched.absent)


def _may_be_read(source: str, field: Field) -> bool:
    return lossless(source, field.type) or (
        source == "VARCHAR" and field.column.reading is not None
    )
