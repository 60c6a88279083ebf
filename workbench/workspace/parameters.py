"""Bound parameters, read alike wherever a statement runs."""

from __future__ import annotations

from typing import Any

import pyarrow as pa


class Unbindable(ValueError):
    """A parameter that cannot be bound; its text says which type."""


def bound(table: pa.Table | pa.RecordBatch) -> list[Any] | dict[str, Any]:
    """One row of parameters: positional where their names are numbers, named otherwise.

    Raises Unbindable.
    """
    if table.num_rows != 1:
        raise Unbindable("exactly one row of parameters is needed")
    values = [_value(column) for column in table.columns]
    names = [name.lstrip("$") for name in table.schema.names]
    if all(name == "" or name.isdigit() or name == "?" for name in names):
        return values
    return dict(zip(names, values, strict=True))


def _value(column: Any) -> Any:
    """The one value of a parameter. A moment is read in UTC, whatever zone it was written in."""
    type_ = column.type
    try:
        if pa.types.is_timestamp(type_):
            column = column.cast(pa.timestamp("us", "UTC" if type_.tz else None))
        return column[0].as_py()
    except (ValueError, OverflowError):
        text = f"a parameter of type {type_} cannot be bound without losing digits"
        raise Unbindable(text) from None
