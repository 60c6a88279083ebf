"""Values for the parameters of a statement, as one Arrow row; never as text in the statement."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from workbench.errors import Code, Text, simple

Parameters = Mapping[str, Any] | Sequence[Any]
_SCALARS = (bool, int, float, str, bytes, Decimal, datetime.date, datetime.time, datetime.timedelta)


def as_batch(parameters: Parameters) -> pa.RecordBatch:
    """One row with a column a parameter: named ``name`` for ``$name``, ``1`` for ``$1`` or ``?``.

    Raises InvalidInput(invalid_request) for a value that is not a scalar or a list of scalars.
    """
    if isinstance(parameters, Mapping):
        named = {str(name).removeprefix("$"): value for name, value in parameters.items()}
    else:
        named = {str(i): value for i, value in enumerate(parameters, start=1)}
    arrays = [_array(name, value) for name, value in named.items()]
    return pa.RecordBatch.from_arrays(arrays, names=list(named))


def _array(name: str, value: Any) -> pa.Array:
    if not _acceptable(value):
        raise _unfit(name, value)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
        value = Decimal(value)
    try:
        return pa.array([value])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        raise _unfit(name, value) from None


def _acceptable(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(item is None or isinstance(item, _SCALARS) for item in value)
    return value is None or isinstance(value, _SCALARS)


def _unfit(name: str, value: Any) -> Exception:
    kind = type(value).__name__
    return simple(
        Code.invalid_request,
        f"参数 {name} 的类型 {kind} 不能作为 SQL 参数。",
        f"Parameter {name} is a {kind}, which cannot be a parameter of a statement.",
        next=Text(
            "请使用文本、数值、日期、布尔值、空值，或由同一类型的值组成的列表。",
            "Use text, a number, a date, a boolean, None, or a list of values of one type.",
        ),
        subject=name,
    )
