"""The parameters of a prepared statement, as a client sends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.limits import too_large
from workbench.sql.parser import parameter_names
from workbench.sql.screen import screen


def expected(sql: str) -> pa.Schema | None:
    """What a prepared statement asks for: a field for each parameter, of the type null, since
    what fits is known only when it runs. None where the statement does not get that far."""
    if screen(sql):
        return None
    try:
        names = parameter_names(sql)
    except duckdb.Error:
        return None
    return pa.schema([pa.field(name, pa.null()) for name in names])


def one_row(reader: Any, size: int, limit: int) -> pa.RecordBatch | None:
    """The one row in a Flight reader; None where there are no columns.

    ``size`` (bytes) is what the statement takes of ``limit`` already. Reading stops as soon as
    the limit is passed. Raises LimitReached, or InvalidInput for anything but one row.
    """
    filled: list[pa.RecordBatch] = []
    try:
        for batch in _batches(reader):
            size += batch.nbytes
            if size > limit:
                raise too_large(size, limit)
            if batch.num_rows > 0:
                batch.validate(full=True)
                filled.append(batch)
    except (pa.ArrowException, OSError):
        raise _bad_parameters() from None
    if not filled or filled[0].num_columns == 0:
        return None
    if len(filled) > 1 or filled[0].num_rows != 1:
        raise _several_rows()
    return filled[0]


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    for chunk in reader:
        if chunk.data is not None:
            yield chunk.data


def _several_rows() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "一次查询只接受一组参数。",
        "A query takes one set of parameters.",
        next=Text(
            "请逐次执行，或把取值放进列表参数（= ANY(?)）。",
            "Execute it once for each, or pass the values as one list (= ANY(?)).",
        ),
    )


def _bad_parameters() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "参数不是有效的 Arrow 数据。",
        "The parameters are not valid Arrow data.",
    )
