"""A release as Parquet: every type as it is, and the release's description in the metadata."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from workbench.client.export.forms import Noted
from workbench.client.values import texts
from workbench.errors import Code, Text, simple
from workbench.model.receipt import Change


def write(table: pa.Table, out: BinaryIO, noted: Noted) -> None:
    """Raises InvalidInput for a type that Parquet lacks inside a nested one (a union)."""
    plain = table
    for index, field in enumerate(table.schema):
        if _is_ours_alone(field.type):
            noted.add(Change.other_types_as_text, field.name)
            column = pa.array(texts(table.column(index)), pa.string())
            plain = plain.set_column(index, field.name, column)
    try:
        pq.write_table(plain, out, compression="zstd")
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        types = ", ".join(f"{field.name} {field.type}" for field in table.schema)
        raise simple(
            Code.invalid_request,
            "结果中有 Parquet 存不了的列类型。",
            "The result has a column of a type that Parquet does not have.",
            next=Text(
                f"请在 SQL 中转换（CAST）该列。列类型：{types}",
                f"CAST the column in SQL. Types: {types}",
            ),
        ) from error


def _is_ours_alone(kind: pa.DataType) -> bool:
    """Types whose bytes in a Parquet file would mean nothing to another reader."""
    return bool(isinstance(kind, pa.OpaqueType) or kinds.is_interval(kind) or kinds.is_union(kind))
