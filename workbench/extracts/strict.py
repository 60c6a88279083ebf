"""Text into typed values, strictly: what would change when written back is not taken.

Our defaults, all of them: an INTEGER is its canonical text (``7``; not ``7.0``, ``007``, ``+7``
or `` 7``: leading zeros mean a code, which is a VARCHAR); a DECIMAL has no exponent and no digit
beyond its scale; a DOUBLE is finite; a DATE is ``2024-02-29``; a TIMESTAMP has its time of day
and no offset; a BOOLEAN is ``true`` or ``false`` in any case. Digits are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.catalogue.types import STORE_INSTEAD, normal, storable
from workbench.errors import Text
from workbench.extracts import reasons
from workbench.extracts.sql import literal

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_PATTERNS = {
    "FLOAT": "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?",
    "TIMESTAMP": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{_CLOCK}",
    "BOOLEAN": "(?i)true|false",
}
_PATTERNS["DOUBLE"] = _PATTERNS["FLOAT"]

_WANTED: Mapping[str, Text] = {
    "INTEGER": Text(
        "整数只写数字，不带小数点、前导零、正号和空格；有前导零的是代码，合同里应写 VARCHAR",
        "a whole number is digits only: no decimal point, leading zero, plus sign or space; "
        "with leading zeros it is a code, which the contract should call VARCHAR",
    ),
    "DECIMAL": Text(
        "不用指数，小数位不超过类型所定", "no exponent, and no more decimals than the type has"
    ),
    "DOUBLE": Text("有限的数，如 12.5 或 1e-3", "a finite number, like 12.5 or 1e-3"),
    "DATE": Text("写成 2024-02-29，且确有其日", "written like 2024-02-29, and a day that exists"),
    "TIMESTAMP": Text(
        "写成 2024-02-29 08:00:00，不带时区", "written like 2024-02-29 08:00:00, without an offset"
    ),
    "BOOLEAN": Text("写 true 或 false", "true or false"),
    "VARCHAR": Text("文字，不含 NUL", "text without NUL"),
}


@dataclass(frozen=True)
class StrictType:
    """A type that an extract can hold; both methods take SQL of a text and give SQL."""

    name: str

    @property
    def family(self) -> str:
        """The name under which ``wanted`` explains it."""
        if self.name in _INTEGERS:
            return "INTEGER"
        if self.name == "FLOAT":
            return "DOUBLE"
        return self.name.split("(")[0]

    @property
    def is_number(self) -> bool:
        return self.family in ("INTEGER", "DECIMAL", "DOUBLE")

    @property
    def wanted(self) -> Text:
        return _WANTED[self.family]

    def value(self, text: str) -> str:
        """The typed value; NULL where the text is NULL or does not fit the type at all."""
        return text if self.name == "VARCHAR" else f"TRY_CAST({text} AS {self.name})"

    def fits(self, text: str) -> str:
        """TRUE or FALSE where the text is not NULL."""
        value = self.value(text)
        if self.name == "VARCHAR":
            return f"NOT contains({text}, chr(0))"
        if self.family == "INTEGER":
            return f"coalesce(CAST({value} AS VARCHAR) = {text}, false)"
        if self.name == "DATE":
            return f"coalesce(length({text}) = 10 AND CAST({value} AS VARCHAR) = {text}, false)"
        matches = f"regexp_full_match({text}, {literal(self.pattern)})"
        if self.family == "DOUBLE":
            return f"coalesce({matches} AND isfinite({value}), false)"
        return f"({matches} AND {value} IS NOT NULL)"

    @property
    def pattern(self) -> str:
        """The form of a number, a moment or a truth value, as a regular expression."""
        found = _DECIMAL.fullmatch(self.name)
        if found is None:
            return _PATTERNS[self.name]
        scale = int(found[2])
        if scale == 0:
            return "[+-]?[0-9]+([.]0*)?"
        return f"[+-]?([0-9]+([.][0-9]{{0,{scale}}}0*)?|[.][0-9]{{1,{scale}}}0*)"


def strict_type(resource: str, column: str, type_: str) -> StrictType:
    """Raises InvalidInput (invalid_contract) for a type that an extract cannot hold."""
    name = normal(type_)
    if name is None or not storable(name):
        raise reasons.contract(
            f"{resource}.{column}：数据版本存不了类型 {type_}。",
            f"{resource}.{column}: an extract cannot hold the type {type_}.",
            subject=f"{resource}.{column}",
            fix=STORE_INSTEAD,
        )
    return StrictType(name)


_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
_EXACT: Mapping[str, tuple[str, ...]] = {
    "FLOAT": ("TINYINT", "SMALLINT"),
    "DOUBLE": ("TINYINT", "SMALLINT", "INTEGER", "FLOAT"),
}
_SOURCE_INTEGERS = (*_INTEGERS, "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def lossless(source: str, target: StrictType) -> bool:
    """May a Parquet column of DuckDB type ``source`` be read as ``target``?

    Integers may have any width (each value is checked against the target's range); else the
    target must hold every value of the source. Text is not read as anything but text.
    """
    if source == target.name:
        return True
    if target.name == "VARCHAR":
        return source.startswith("ENUM(")
    if target.family == "INTEGER":
        return source in _SOURCE_INTEGERS
    if target.name == "TIMESTAMP":
        return source in ("TIMESTAMP_S", "TIMESTAMP_MS")
    if target.family == "DECIMAL":
        return _decimal_holds(source, target.name)
    return source in _EXACT.get(target.name, ())


def _decimal_holds(source: str, target: str) -> bool:
    """``source`` integer or decimal: enough digits before and after the point."""
    wide = _DECIMAL.fullmatch(target)
    if wide is None:
        return False
    whole, scale = int(wide[1]) - int(wide[2]), int(wide[2])
    narrow = _DECIMAL.fullmatch(source)
    if narrow is None:
        return _DIGITS.get(source, 99) <= whole
    return int(narrow[2]) <= scale and int(narrow[1]) - int(narrow[2]) <= whole
