"""Exact text and JSON of Arrow values: no float in between, no silent rounding.

Two forms of one column: ``texts`` for tables and CSV, ``json_values`` for JSON. Integers of up to
64 bits are JSON numbers; decimals and 128-bit integers (which the engine sends as decimals without
a fraction) are JSON strings, because most JSON readers would make a double of them. NaN and the
infinities, which JSON lacks, are the strings ``NaN``, ``Infinity`` and ``-Infinity``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

_ZERO_FRACTION = re.compile(r"\.0+(?=$|[+-])")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_OUT_OF_RANGE = re.compile(r"<value out of range: (-?)\d+>")
_Holds = Callable[[pa.DataType], bool]
_FLOAT_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def texts(column: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """The values of ``column`` as exact text; NULL is None. Nested values are JSON text."""
    if isinstance(column, pa.ChunkedArray):
        return [text for chunk in column.chunks for text in texts(chunk)]
    if _is_nested(column.type):
        return [None if v is None else _dumps(v) for v in json_values(column)]
    return _leaf_texts(column)


def json_values(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """The values of ``column`` as what ``json.dumps`` can write without loss."""
    if isinstance(column, pa.ChunkedArray):
        return [value for chunk in column.chunks for value in json_values(chunk)]
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType) and not _is_leaf_extension(kind):
        return json_values(column.storage)
    if kinds.is_dictionary(kind):
        return json_values(column.dictionary_decode())
    for holds, convert in _NESTED:
        if holds(kind):
            return convert(column)
    if kinds.is_boolean(kind) or kinds.is_integer(kind):
        return list(column.to_pylist())
    if kinds.is_floating(kind):
        return [_json_float(text) for text in _leaf_texts(column)]
    if kinds.is_timestamp(kind):
        return [None if t is None else t.replace(" ", "T", 1) for t in _leaf_texts(column)]
    return list(_leaf_texts(column))


def is_number(kind: pa.DataType) -> bool:
    """Whether a table sets values of this type to the right."""
    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind))


def unique_names(names: Iterable[str]) -> list[str]:
    """Column names told apart for forms that need it: the second ``a`` becomes ``a_1``."""
    given = list(names)
    taken, out = set(given), list[str]()
    for position, name in enumerate(given):
        candidate, number = name, 0
        if name in given[:position]:
            while candidate in taken:
                number += 1
                candidate = f"{name}_{number}"
        taken.add(candidate)
        out.append(candidate)
    return out


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_float(text: str | None) -> float | str | None:
    if text is None:
        return None
    return _FLOAT_WORDS[text] if text in _FLOAT_WORDS else float(text)


def _is_leaf_extension(kind: pa.DataType) -> bool:
    return isinstance(kind, (pa.OpaqueType, pa.UuidType))


def _is_nested(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return _is_nested(kind.value_type)
    return bool(kinds.is_nested(kind))


# ---- leaves


def _leaf_texts(array: pa.Array) -> list[str | None]:
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _extension_texts(array)
    if kinds.is_dictionary(kind):
        return _leaf_texts(array.dictionary_decode())
    for holds, convert in _LEAVES:
        if holds(kind):
            return convert(array)
    return list(array.cast(pa.string()).to_pylist())


def _extension_texts(array: pa.Array) -> list[str | None]:
    kind = array.type
    if isinstance(kind, pa.UuidType):
        return [None if v is None else str(v) for v in array.to_pylist()]
    if isinstance(kind, pa.OpaqueType) and kind.type_name in ("hugeint", "uhugeint"):
        signed = kind.type_name == "hugeint"
        return [
            None if v is None else str(int.from_bytes(v, "little", signed=signed))
            for v in array.storage.to_pylist()
        ]
    return _leaf_texts(array.storage)


def _decimal_texts(array: pa.Array) -> list[str | None]:
    return [None if v is None else format(v, "f") for v in array.to_pylist()]


def _float_texts(array: pa.Array) -> list[str | None]:
    wide = array.cast(pa.float32()) if kinds.is_float16(array.type) else array
    return list(wide.cast(pa.string()).to_pylist())


def _temporal_texts(array: pa.Array) -> list[str | None]:
    return [
        None if text is None else _tidy_time(text) for text in array.cast(pa.string()).to_pylist()
    ]


def _tidy_time(text: str) -> str:
    """Without a fraction of zeros; the engine's own infinities instead of an overflow."""
    outside = _OUT_OF_RANGE.fullmatch(text)
    if outside is not None:
        return f"{outside.group(1)}infinity"
    return _OFFSET.sub(r"\1:\2", _ZERO_FRACTION.sub("", text))


def _binary_texts(array: pa.Array) -> list[str | None]:
    """The engine's notation of a blob: ``\\xAA\\x00``."""
    return [
        None if v is None else "".join(f"\\x{byte:02X}" for byte in v) for v in array.to_pylist()
    ]


def _interval_texts(array: pa.Array) -> list[str | None]:
    return [None if v is None else _duration(*v) for v in array.to_pylist()]


def _duration(months: int, days: int, nanoseconds: int) -> str:
    """ISO 8601 duration, e.g. ``P1M2DT3.5S``; the parts keep their own signs."""
    date = (f"{months}M" if months else "") + (f"{days}D" if days else "")
    if not nanoseconds:
        return f"P{date}" if date else "PT0S"
    whole, rest = divmod(abs(nanoseconds), 1_000_000_000)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"P{date}T{'-' if nanoseconds < 0 else ''}{whole}{fraction}S"


_LEAVES: tuple[tuple[_Holds, Callable[[pa.Array], list[str | None]]], ...] = (
    (kinds.is_decimal, _decimal_texts),
    (kinds.is_floating, _float_texts),
    (lambda kind: kinds.is_temporal(kind) and not kinds.is_interval(kind), _temporal_texts),
    (kinds.is_interval, _interval_texts),
    (lambda k: kinds.is_binary(k) or kinds.is_large_binary(k), _binary_texts),
    (lambda k: kinds.is_fixed_size_binary(k) or kinds.is_binary_view(k), _binary_texts),
)


# ---- nested


def _list_values(array: pa.Array) -> list[Any]:
    return [json_values(row.values) if row.is_valid else None for row in array]


def _struct_values(array: pa.Array) -> list[Any]:
    names = [array.type.field(i).name for i in range(array.type.num_fields)]
    fields = [json_values(field) for field in array.flatten()]
    return [
        {name: field[row] for name, field in zip(names, fields, strict=True)} if valid else None
        for row, valid in enumerate(array.is_valid().to_pylist())
    ]


def _map_values(array: pa.Array) -> list[Any]:
    """An object where the keys are text, else a list of pairs."""
    keyed_by_text = kinds.is_string(array.type.key_type)
    out: list[Any] = []
    for row in array:
        if not row.is_valid:
            out.append(None)
            continue
        keys, values = (json_values(part) for part in row.values.flatten())
        pairs = list(zip(keys, values, strict=True))
        out.append(dict(pairs) if keyed_by_text else [list(pair) for pair in pairs])
    return out


def _union_values(array: pa.Array) -> list[Any]:
    return [json_values(pa.repeat(row.value, 1))[0] if row.is_valid else None for row in array]


_NESTED: tuple[tuple[_Holds, Callable[[pa.Array], list[Any]]], ...] = (
    (kinds.is_map, _map_values),
    (lambda k: kinds.is_list(k) or kinds.is_large_list(k), _list_values),
    (lambda k: kinds.is_fixed_size_list(k) or kinds.is_list_view(k), _list_values),
    (kinds.is_struct, _struct_values),
    (kinds.is_union, _union_values),
)
