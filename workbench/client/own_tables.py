"""What a person brings along, as Arrow: frames, tables and files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from workbench.errors import Code, Text, WorkbenchError, simple

_LEADING_ZERO = r"^[+-]?0[0-9]"
_EXACT_DIGITS = 15
"""What a floating-point number surely holds (IEEE 754)."""


def as_table(data: Any) -> pa.Table:
    """``data``: a Polars or pandas frame, an Arrow table, whatever else has an Arrow stream, or the
    path of a .csv (UTF-8) or .parquet file. Raises InvalidInput."""
    if isinstance(data, (str, Path)):
        return _file(Path(data))
    try:
        if isinstance(data, pa.Table):
            return data
        if isinstance(data, pa.RecordBatch):
            return pa.Table.from_batches([data])
        if hasattr(data, "to_arrow"):  # Polars: its stream has types that not all read
            return data.to_arrow()
        if hasattr(data, "__arrow_c_stream__"):
            return _without_index(pa.table(data))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise _not_a_table(type(data).__name__) from error
    raise _not_a_table(type(data).__name__)


def _without_index(table: pa.Table) -> pa.Table:
    """A pandas frame may bring its index along as a column of this name."""
    return table.select([name for name in table.column_names if name != "__index_level_0__"])


def _file(path: Path) -> pa.Table:
    readers = {".csv": _csv, ".parquet": pq.read_table}
    reader = readers.get(path.suffix.casefold())
    if reader is None:
        raise _not_a_table(path.suffix or path.name)
    try:
        return reader(path)
    except (OSError, pa.ArrowException) as error:
        raise simple(
            Code.invalid_request,
            f"读不了文件 {path.name}（{type(error).__name__}）。",
            f"The file {path.name} cannot be read ({type(error).__name__}).",
            next=Text("CSV 应为 UTF-8，第一行是列名。", "CSV is UTF-8, with names in line one."),
        ) from None


def _csv(path: Path) -> pa.Table:
    """Numbers where that loses nothing: a code with a zero in front, or with more digits than a
    number holds, stays text."""
    guessed = arrow_csv.read_csv(path)
    as_text = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(guessed.column_names, pa.string()), strings_can_be_null=True
    )
    written = arrow_csv.read_csv(path, convert_options=as_text)
    columns = [
        text if _loses(text, column.type) else column
        for text, column in zip(written.columns, guessed.columns, strict=True)
    ]
    return pa.table(columns, names=guessed.column_names)


def _loses(text: pa.ChunkedArray, type_: pa.DataType) -> bool:
    if not (pa.types.is_integer(type_) or pa.types.is_floating(type_)):
        return False
    values = (value for value in text.to_pylist() if value)
    return any(
        re.match(_LEADING_ZERO, value.strip())
        or (pa.types.is_floating(type_) and sum(c.isdigit() for c in value) > _EXACT_DIGITS)
        for value in values
    )


def _not_a_table(what: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{what} 不是可带入的表。",
        f"{what} is no table that can be brought.",
        next=Text(
            "请给 Polars 或 pandas 的表、Arrow 表，或 .csv、.parquet 文件。",
            "Give a Polars or pandas frame, an Arrow table, or a .csv or .parquet file.",
        ),
        subject=what[:64],
    )
