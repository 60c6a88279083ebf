"""Column types: the DuckDB types that a contract may name, and the values that fit them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from workbench.errors import Text
from workbench.model.grant import Scalar


class Family(StrEnum):
    text = "text"
    integer = "integer"
    number = "number"
    date = "date"
    timestamp = "timestamp"
    time = "time"
    boolean = "boolean"


_INTEGERS = {
    "TINYINT": (-(2**7), 2**7 - 1),
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
    "HUGEINT": (-(2**127), 2**127 - 1),
    "UTINYINT": (0, 2**8 - 1),
    "USMALLINT": (0, 2**16 - 1),
    "UINTEGER": (0, 2**32 - 1),
    "UBIGINT": (0, 2**64 - 1),
}
_FAMILIES: Mapping[str, Family] = {
    "VARCHAR": Family.text,
    **dict.fromkeys(_INTEGERS, Family.integer),
    "FLOAT": Family.number,
    "DOUBLE": Family.number,
    "DATE": Family.date,
    "TIMESTAMP": Family.timestamp,
    "TIME": Family.time,
    "BOOLEAN": Family.boolean,
}
_MOST_BITS = 128
"""Of the largest integer type of the engine."""
_ALIASES: Mapping[str, str] = {
    "TEXT": "VARCHAR",
    "STRING": "VARCHAR",
    "INT": "INTEGER",
    "LONG": "BIGINT",
    "BOOL": "BOOLEAN",
    "REAL": "FLOAT",
    "DATETIME": "TIMESTAMP",
}
_SIZED_TEXT = re.compile(r"(?:VARCHAR|CHAR)\s*\(\s*[1-9]\d*\s*\)")
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
DECIMAL_TEXT = re.compile(r"[-+]?\d{1,38}(\.\d{1,38})?", re.ASCII)
"""A number in quotes, for whoever needs more digits than a float has."""
_LOGICAL: Mapping[str, frozenset[Family]] = {
    "string": frozenset({Family.text}),
    "integer": frozenset({Family.integer}),
    "number": frozenset({Family.integer, Family.number}),
    "date": frozenset({Family.date}),
    "timestamp": frozenset({Family.timestamp}),
    "time": frozenset({Family.time}),
    "boolean": frozenset({Family.boolean}),
}

_MOST = {"FLOAT": Decimal("3.4028234663852886e38"), "DOUBLE": Decimal("1.7976931348623157e308")}
"""The largest finite number of each (IEEE 754)."""

NOT_STORED = frozenset({"HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "TIME"})
"""Types of the engine that an extract cannot hold: Delta has no unsigned or 128-bit integers and
no time of day."""
STORE_INSTEAD = Text(
    "无符号整数改用 BIGINT 或 DECIMAL(20,0)，HUGEINT 改用 DECIMAL(38,0)，TIME 改用 VARCHAR。",
    "For unsigned integers write BIGINT or DECIMAL(20,0), for HUGEINT DECIMAL(38,0), for TIME "
    "VARCHAR.",
)
KNOWN = (frozenset(_FAMILIES) - NOT_STORED) | {"DECIMAL(18,2)"}
"""Names offered to whoever wrote an unknown type."""


def normal(type_: str) -> str | None:
    """The type as DuckDB spells it, or None where it is not one that a contract may name."""
    upper = " ".join(type_.upper().split())
    upper = _ALIASES.get(upper, upper)
    if upper in _FAMILIES:
        return upper
    if _SIZED_TEXT.fullmatch(upper):
        return "VARCHAR"  # the engine does not keep lengths; say them in maxLength
    found = _DECIMAL.fullmatch(upper)
    if found is None:
        return None
    precision, scale = int(found[1] or 18), int(found[2] or (0 if found[1] else 3))
    if not (1 <= precision <= 38 and scale <= precision):
        return None
    return f"DECIMAL({precision},{scale})"


def storable(type_: str) -> bool:
    """Whether an extract can hold a normal type."""
    return type_ not in NOT_STORED


def family(type_: str) -> Family:
    """The family of a normal type."""
    return _FAMILIES.get(type_, Family.number)


def is_number(type_: str) -> bool:
    return family(type_) in (Family.integer, Family.number)


def holds(number: Decimal, type_: str) -> bool:
    """Whether a normal type of numbers holds this one exactly; a float holds it nearly."""
    if family(type_) is Family.integer:
        low, high = _INTEGERS[type_]
        return number == number.to_integral_value() and low <= number <= high
    found = _DECIMAL.fullmatch(type_)
    if found is None:
        return abs(number) <= _MOST[type_]
    with localcontext(prec=100):  # the usual 28 digits would round
        scaled = number.scaleb(decimal_scale(type_))
    return scaled == scaled.to_integral_value() and abs(scaled) < 10 ** int(found[1])


def is_wide(type_: str) -> bool:
    """Whether a normal type of numbers has so many digits that a sum of them may overflow."""
    found = _DECIMAL.fullmatch(type_)
    return type_ == "HUGEINT" or (found is not None and int(found[1] or 18) > 18)


def decimal_scale(type_: str) -> int:
    """Places after the point of a normal type: those of a DECIMAL, else none."""
    found = _DECIMAL.fullmatch(type_)
    return int(found[2] or 0) if found is not None else 0


def logical_of(type_: str) -> str:
    """The ODCS logicalType of a type, however it is spelt."""
    found = family(normal(type_) or type_)
    return "string" if found is Family.text else str(found)


def consistent(logical: str, type_: str) -> bool:
    return family(type_) in _LOGICAL.get(logical, frozenset())


def fit(value: object, type_: str) -> Scalar | Text:
    """The value as the column's type has it, or the text of what to write instead.

    JSON values in; dates and timestamps are ISO text.
    """
    found = family(type_)
    if isinstance(value, bool) or found is Family.boolean:
        fits = isinstance(value, bool) and found is Family.boolean
        return value if fits and isinstance(value, bool) else _WANTED[found]
    if found is Family.integer:
        low, high = _INTEGERS[type_]
        return value if isinstance(value, int) and low <= value <= high else _WANTED[found]
    if found is Family.number:
        if isinstance(value, int):  # a float cannot hold every integer that JSON can write
            return value if value.bit_length() <= _MOST_BITS else _WANTED[found]
        finite = isinstance(value, float) and math.isfinite(value)
        return value if finite and isinstance(value, float) else _WANTED[found]
    if not isinstance(value, str):
        return Text(f'加引号："{value}"', f'Quote it: "{value}"') if found is Family.text else (
            _WANTED[found]
        )  # fmt: skip
    return _from_text(value, found)


def _from_text(value: str, found: Family) -> Scalar | Text:
    form = _FORMS.get(found)
    if form is not None and not form.fullmatch(value):
        return _WANTED[found]
    try:
        if found is Family.date:
            return date.fromisoformat(value)
        if found is Family.timestamp:
            return datetime.fromisoformat(value)
    except ValueError:
        return _WANTED[found]
    return value


_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_FORMS: Mapping[Family, re.Pattern[str]] = {
    Family.date: re.compile(_DAY),
    Family.timestamp: re.compile(f"{_DAY}([T ]{_CLOCK})?"),
    Family.time: re.compile(_CLOCK),
}
_WANTED: Mapping[Family, Text] = {
    Family.text: Text("写成带引号的文字。", "Write text in quotes."),
    Family.integer: Text("写成该类型范围内的整数。", "Write a whole number that the type holds."),
    Family.number: Text("写成不带引号的数。", "Write a number without quotes."),
    Family.date: Text("写成 2026-11-30 的形式。", "Write it like 2026-11-30."),
    Family.timestamp: Text(
        "写成 2026-11-30T08:00:00 的形式。", "Write it like 2026-11-30T08:00:00."
    ),
    Family.time: Text("写成 08:00:00 的形式。", "Write it like 08:00:00."),
    Family.boolean: Text("写 true 或 false。", "Write true or false."),
}
