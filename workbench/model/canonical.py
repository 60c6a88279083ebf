"""One text for one value of a type, on both sides of a comparison.

A workspace digests what ``masks.digest_sql`` makes of a column; whoever asks digests what
``canonical`` gives. So that 1000, "1000" and Decimal("1000.00") are one value of a DECIMAL(18,2),
a value is read strictly as the column's type, and written as the engine writes it. Text is brought
to Unicode's NFC and left alone otherwise: no trimming, no folding of case or width.
"""

from __future__ import annotations

import hmac
import math
import re
import struct
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation, localcontext
from functools import partial
from typing import Any

from workbench.errors import Text
from workbench.model.check_digits import well_formed
from workbench.model.contract import Identifier

_BOUNDS: Mapping[str, tuple[int, int]] = {
    "TINYINT": (-(2**7), 2**7 - 1),
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_NUMBER = re.compile(r"[-+]?\d{1,400}(\.\d{1,400})?([eE][-+]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0{1,9})?)?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{32}")


class NotOfType(ValueError):
    """A value is none of its column's type. It says what is ``wanted``, and never the value."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.wanted = Text(zh, en)


def canonical(value: object, type_: str) -> str:
    """The text of ``value`` as a ``type_`` (normal form), as the workspace writes it. Raises
    NotOfType, also for None: nothing equals NULL, so who asks has to leave it out."""
    return _writer(type_)(value)


class NotOfTypeAt(NotOfType):
    """``place`` counts from 1."""

    def __init__(self, place: int, wanted: Text) -> None:
        super().__init__(wanted.zh, wanted.en)
        self.place = place


def texts(
    values: Sequence[Any], type_: str, identifier: Identifier | None = None
) -> tuple[str | None, ...]:
    """Of a column; None for what is missing. With ``identifier`` also for whatever is no such
    identifier, by its check digits; else raises NotOfTypeAt for the first that is none."""
    write = _writer(type_)
    found: list[str | None] = []
    for place, value in enumerate(values, start=1):
        try:
            text = None if value is None else write(value)
        except NotOfType as error:
            if identifier is None:
                raise NotOfTypeAt(place, error.wanted) from None
            text = None
        found.append(text if text is None or well_formed(identifier, text) else None)
    return tuple(found)


def hashed_texts(values: Sequence[Any]) -> tuple[str | None, ...]:
    """Digests that somebody else made. Raises NotOfTypeAt for what is none."""
    for place, value in enumerate(values, start=1):
        if value is not None and not (isinstance(value, str) and DIGEST.fullmatch(value)):
            raise NotOfTypeAt(place, Text("32 位十六进制数字", "32 hex digits"))
    return tuple(values)


def comparable(type_: str) -> bool:
    return type_ in _WRITERS or _DECIMAL.fullmatch(type_) is not None


def digest(key: bytes, text: str) -> str:
    """HMAC-SHA256 (RFC 2104), 32 hex digits: what a workspace keeps in the value's place."""
    return hmac.digest(key, text.encode(), "sha256").hex()[:32]


def _writer(type_: str) -> Callable[[object], str]:
    found = _DECIMAL.fullmatch(type_)
    if found is not None:
        return partial(_decimal, precision=int(found[1]), scale=int(found[2]))
    if type_ not in _WRITERS:
        raise NotOfType(f"类型 {type_} 不能核验", f"the type {type_} is not compared")
    return _WRITERS[type_]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotOfType("带引号的文本", "text in quotes")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotOfType("由完整字符组成的文本", "text of whole characters") from None
    if "\0" in value:
        raise NotOfType("不含 NUL 的文本", "text without NUL")
    return unicodedata.normalize("NFC", value)


def _number(value: object) -> Decimal:
    """Exact; of a float the shortest decimal that gives it back."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise NotOfType("数字", "a number")
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise NotOfType("数字", "a number")
        return Decimal(value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise NotOfType("有限的数字", "a finite number")
    return number


def _integer(value: object, low: int, high: int) -> str:
    number = _number(value)
    if number.adjusted() > 40 or number != number.to_integral_value():
        raise NotOfType(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
    whole = int(number)
    if not low <= whole <= high:
        raise NotOfType(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
    return str(whole)


def _decimal(value: object, precision: int, scale: int) -> str:
    """DuckDB writes no 0 before the point where there is no place for a digit."""
    wanted = NotOfType(
        f"小数点前至多 {precision - scale} 位、后至多 {scale} 位的数字",
        f"at most {precision - scale} digits before the point and {scale} after it",
    )
    number = _number(value)
    with localcontext() as context:
        context.prec = 1000
        try:
            fixed = number.quantize(Decimal(1).scaleb(-scale))
        except InvalidOperation:
            raise wanted from None
        if fixed != number or abs(fixed) >= Decimal(10) ** (precision - scale):
            raise wanted
        written = f"{abs(fixed):f}" if fixed == 0 else f"{fixed:f}"
    return written.replace("0.", ".", 1) if precision == scale else written


def _double(value: object) -> str:
    """17 digits tell any two apart. (The shortest decimals of DuckDB 1.5.5 do not: it writes 2^81
    like 2^82.)"""
    found = float(_number(value))
    if not math.isfinite(found):
        raise NotOfType("DOUBLE 能容纳的数字", "a number that a DOUBLE holds")
    return f"{found + 0.0:.16e}"


def _float(value: object) -> str:
    """As the DOUBLE that it is."""
    try:
        found = _single(float(_number(value)))
    except OverflowError:
        raise NotOfType("FLOAT 能容纳的数字", "a number that a FLOAT holds") from None
    return f"{found + 0.0:.16e}"


def _single(value: float) -> float:
    """Rounded to 32 bits. Raises OverflowError."""
    (found,) = struct.unpack("f", struct.pack("f", value))
    if math.isinf(found):
        raise OverflowError
    return float(found)


def _date(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None and value.time().isoformat() == "00:00:00":
            return value.date().isoformat()
        raise NotOfType("不带时刻的日期", "a date without a time")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and _DATE.fullmatch(value[:10]):
        if value[10:] and not _MIDNIGHT.fullmatch(value[10:]):
            raise NotOfType("不带时刻的日期", "a date without a time")
        return _day(value[:10]).isoformat()
    raise NotOfType("YYYY-MM-DD 形式的日期", "a date as YYYY-MM-DD")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotOfType(
            "日历中的一天，YYYY-MM-DD", "a day of the calendar, as YYYY-MM-DD"
        ) from None


def _timestamp(value: object) -> str:
    wanted = NotOfType(
        "YYYY-MM-DD HH:MM:SS 形式、不带时区的时间",
        "a time as YYYY-MM-DD HH:MM:SS, without a zone",
    )
    found = value
    if isinstance(found, str):
        if _DATE.fullmatch(found):
            found = _day(found)
        elif _MOMENT.fullmatch(found):
            try:
                found = datetime.fromisoformat(found)
            except ValueError:
                raise wanted from None
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    if not isinstance(found, datetime) or found.tzinfo is not None:
        raise wanted
    whole = found.replace(microsecond=0).isoformat(" ")
    return f"{whole}.{found.microsecond:06d}".rstrip("0") if found.microsecond else whole


def _boolean(value: object) -> str:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower()
    if not isinstance(value, bool):
        raise NotOfType("true 或 false", "true or false")
    return "true" if value else "false"


_WRITERS: Mapping[str, Callable[[object], str]] = {
    "VARCHAR": _text,
    **{name: partial(_integer, low=low, high=high) for name, (low, high) in _BOUNDS.items()},
    "DOUBLE": _double,
    "FLOAT": _float,
    "DATE": _date,
    "TIMESTAMP": _timestamp,
    "BOOLEAN": _boolean,
}
