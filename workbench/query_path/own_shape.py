"""What a person may bring along as a table of their own: plain values under plain names. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from workbench.catalogue.city_schema import Settings
from workbench.query_path import own_reasons as say

_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,62}")
"""Letters that fold to one of their own, so that the engine and we mean the same name by it."""
LONGEST_COLUMN = 64
"""Characters (our default)."""


@dataclass(frozen=True)
class Shape:
    """A table that may be kept: ``table`` in types that every part here knows, ``stream`` the same
    as Arrow IPC. ``columns`` are names and types."""

    name: str
    table: pa.Table
    stream: bytes

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        return tuple((field.name, str(field.type)) for field in self.table.schema)


def folded(name: str) -> str:
    """The name by which a table is known. Raises InvalidInput for one that cannot be its name."""
    if not _NAME.fullmatch(name):
        raise say.bad_name()
    return name.casefold()


def shaped(name: str, table: pa.Table, limits: Settings) -> Shape:
    """Raises InvalidInput for a name or type that is not taken, LimitReached."""
    known = folded(name)
    _check_columns(table.schema.names, limits)
    if table.num_rows > limits.own_table_rows:
        raise say.too_many_rows(table.num_rows, limits.own_table_rows)
    fields = [_field(field) for field in table.schema]
    columns = [_cast(*each) for each in zip(table.columns, fields, strict=True)]
    plain = pa.table(columns, schema=pa.schema(fields)).combine_chunks()
    stream = _stream(plain)
    if len(stream) > limits.own_table_mb << 20:
        raise say.too_large(len(stream), limits.own_table_mb)
    return Shape(known, plain, stream)


def _check_columns(names: list[str], limits: Settings) -> None:
    if not names:
        raise say.no_columns()
    if len(names) > limits.own_table_columns:
        raise say.too_many_columns(len(names), limits.own_table_columns)
    for name in names:
        if not name.strip() or len(name) > LONGEST_COLUMN or not name.isprintable():
            raise say.bad_column()
    if len({name.casefold() for name in names}) < len(names):
        raise say.same_columns()


def _field(field: pa.Field) -> pa.Field:
    """Without metadata, in which anything might lie."""
    type_ = field.type
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    for is_one, taken in _TAKEN:
        if is_one(type_):
            return pa.field(field.name, type_ if taken is None else taken)
    raise say.bad_type(field.name, str(type_)[:60])


def _cast(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except pa.ArrowException:
        raise say.bad_type(field.name, str(column.type)[:60]) from None


_TAKEN: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType | None], ...] = (
    (pa.types.is_boolean, None),
    (pa.types.is_integer, None),
    (pa.types.is_float16, pa.float32()),
    (pa.types.is_floating, None),
    (lambda type_: pa.types.is_decimal128(type_), None),
    (pa.types.is_string, None),
    (pa.types.is_large_string, pa.string()),
    (lambda type_: type_ == pa.string_view(), pa.string()),
    (pa.types.is_date32, None),
    (pa.types.is_date64, pa.date32()),
    (pa.types.is_timestamp, None),
)
"""Types that are taken, and as what. Lists, structures, bytes and times are not."""


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())
