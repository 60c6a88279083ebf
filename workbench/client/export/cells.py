"""Arrow columns as cells of a workbook: numbers, day numbers, text; what does not fit is text.

A workbook has one type of number, a double that Excel shows with 15 digits, and counts days from
1900 with a 29 February 1900 that never was: readers differ on the days before 1900-03-01.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds

from workbench.client.export.forms import Noted
from workbench.client.values import texts
from workbench.model.receipt import Change

DIGITS = 15
"""Significant digits of a number in Excel (Microsoft, "Excel specifications and limits")."""
EPOCH = 25_569
"""The day number of 1970-01-01."""
FIRST_DAY = (date(1900, 3, 1) - date(1970, 1, 1)).days
LAST_DAY = (date(9999, 12, 31) - date(1970, 1, 1)).days
DAY_MS = 86_400_000
_PER_MS = {"s": 1000, "ms": 1, "us": 1000, "ns": 1_000_000}
_FLOAT_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


@dataclass(frozen=True)
class Cells:
    """``values`` gives one of None, bool, int, float or str for each row of a chunk; ``shown`` is
    the number format of those that are numbers."""

    values: Callable[[pa.Array], list[Any]]
    shown: str = ""


def cells_of(name: str, column: pa.ChunkedArray, noted: Noted) -> Cells:
    """How to write this column. Whether numbers fit is judged for the whole of it, so that no
    column is half text."""
    kind = column.type
    if kinds.is_dictionary(kind):
        inner = cells_of(name, column.cast(kind.value_type), noted)
        return Cells(lambda chunk: inner.values(chunk.dictionary_decode()), inner.shown)
    if kinds.is_boolean(kind):
        return Cells(lambda chunk: list(chunk.to_pylist()))
    if kinds.is_integer(kind) or kinds.is_decimal(kind):
        return _exact(name, column, noted)
    if kinds.is_floating(kind):
        return Cells(lambda chunk: _floats(name, chunk, noted))
    if kinds.is_date(kind):
        return Cells(lambda chunk: _days(name, chunk, noted), "yyyy-mm-dd")
    if kinds.is_timestamp(kind) and kind.tz is None:
        return Cells(lambda chunk: _moments(name, chunk, noted), "yyyy-mm-dd hh:mm:ss")
    if kinds.is_time(kind):
        return Cells(lambda chunk: _clocks(name, chunk, noted), "hh:mm:ss")
    if not (kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)):
        zoned = kinds.is_timestamp(kind)
        noted.add(Change.times_as_text if zoned else Change.other_types_as_text, name)
    return Cells(lambda chunk: list(texts(chunk)))


def _exact(name: str, column: pa.ChunkedArray, noted: Noted) -> Cells:
    if any(_digits(value) > DIGITS for chunk in column.chunks for value in _present(chunk)):
        noted.add(Change.exact_numbers_as_text, name)
        return Cells(lambda chunk: list(texts(chunk)))
    scale = column.type.scale if kinds.is_decimal(column.type) else 0
    shown = f"0.{'0' * scale}" if scale > 0 else "0"
    return Cells(lambda chunk: [None if v is None else float(v) for v in chunk.to_pylist()], shown)


def _present(chunk: pa.Array) -> Iterator[Any]:
    return (value for value in chunk.to_pylist() if value is not None)


def _digits(value: int | Decimal) -> int:
    """Significant digits, without the zeros at either end."""
    digits = value.as_tuple().digits if isinstance(value, Decimal) else str(abs(value))
    return len("".join(map(str, digits)).strip("0"))


def _floats(name: str, chunk: pa.Array, noted: Noted) -> list[Any]:
    narrow = not kinds.is_float64(chunk.type)
    # 0.1 as FLOAT is 0.1, and not 0.10000000149: by its own shortest text.
    found = [None if t is None else float(t) for t in texts(chunk)] if narrow else chunk.to_pylist()
    out: list[Any] = []
    for value in found:
        if value is None or math.isfinite(value):
            if value is not None and float(f"{value:.16G}") != value:
                noted.add(Change.rounded, name)
            out.append(value)
        else:
            noted.add(Change.not_finite_as_text, name)
            out.append(_FLOAT_WORDS[str(value)])
    return out


def _days(name: str, chunk: pa.Array, noted: Noted) -> list[Any]:
    if kinds.is_date64(chunk.type):
        chunk = chunk.cast(pa.date32())
    out: list[Any] = [
        None if day is None else day + EPOCH if FIRST_DAY <= day <= LAST_DAY else ""
        for day in chunk.cast(pa.int32()).to_pylist()
    ]
    return _with_text(out, chunk, lambda: noted.add(Change.old_dates_as_text, name))


def _moments(name: str, chunk: pa.Array, noted: Noted) -> list[Any]:
    unit = chunk.type.unit
    out: list[Any] = []
    odd: set[Change] = set()
    for count in chunk.cast(pa.int64()).to_pylist():
        if count is None:
            out.append(None)
            continue
        ms, finer = _milliseconds(count, unit)
        if not FIRST_DAY <= ms // DAY_MS <= LAST_DAY:
            odd.add(Change.old_dates_as_text)
            out.append("")
        elif finer:
            odd.add(Change.times_as_text)
            out.append("")
        else:
            out.append(EPOCH + ms / DAY_MS)
    for change in odd:
        noted.add(change, name)
    return _with_text(out, chunk, lambda: None)


def _clocks(name: str, chunk: pa.Array, noted: Noted) -> list[Any]:
    counts = chunk.cast(pa.int32() if kinds.is_time32(chunk.type) else pa.int64()).to_pylist()
    out: list[Any] = []
    for count in counts:
        ms, finer = (0, False) if count is None else _milliseconds(count, chunk.type.unit)
        fits = not finer and ms < DAY_MS
        out.append(None if count is None else ms / DAY_MS if fits else "")
    return _with_text(out, chunk, lambda: noted.add(Change.times_as_text, name))


def _milliseconds(count: int, unit: str) -> tuple[int, bool]:
    """Whole milliseconds, and whether something finer is left over."""
    if unit in ("s", "ms"):
        return count * _PER_MS[unit], False
    ms, finer = divmod(count, _PER_MS[unit])
    return ms, bool(finer)


def _with_text(out: list[Any], chunk: pa.Array, told: Callable[[], None]) -> list[Any]:
    """``out`` with the exact text of each value that has "" there."""
    if "" in out:
        told()
        exact = texts(chunk)
        return [exact[n] if value == "" else value for n, value in enumerate(out)]
    return out
