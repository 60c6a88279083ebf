"""Values written in a statement, read into typed ones and written anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from workbench.catalogue.types import Family
from workbench.disclosure import refusals
from workbench.disclosure.scope import Col, only

NUMBERS = frozenset({Family.integer, Family.number})
DATES = frozenset({Family.date, Family.timestamp})
MAX_TEXT = 1_000


@dataclass(frozen=True)
class Dim:
    """A value to group or filter by. ``distinct`` bounds how many it has (None: not known);
    ``raw`` are the columns whose single values it still shows; ``literal`` its value, if any."""

    sql: str
    family: Family | None
    distinct: int | None = None
    raw: tuple[Col, ...] = ()
    literal: Any = None
    is_literal: bool = False


def text_literal(text: str) -> str:
    if len(text) > MAX_TEXT or "\0" in text:
        raise refusals.wrong_type("文本过长。", "The text is too long.")
    return "'" + text.replace("'", "''") + "'"


def literal(node: exp.Expr) -> Dim | None:
    """``node`` as a literal, negative numbers and DATE '...' included; None for anything else."""
    if isinstance(node, exp.Paren):
        return literal(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and node.this.is_number:
        return _number("-" + node.this.name)
    if isinstance(node, exp.Literal):
        only(node, "this", "is_string")
        if not node.is_string:
            return _number(node.name)
        return Dim(text_literal(node.name), Family.text, 1, (), node.name, True)
    if isinstance(node, exp.Boolean):
        return Dim("true" if node.this else "false", Family.boolean, 1, (), node.this, True)
    if isinstance(node, exp.Null):
        return Dim("NULL", None, 1, (), None, True)
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.this.is_string:
        only(node, "this", "to")
        kind = node.to.sql("duckdb").upper()
        if kind in ("DATE", "TIMESTAMP"):
            return moment(node.this.name, Family(kind.lower()))
    return None


def _number(text: str) -> Dim:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise refusals.wrong_type("数字无法读取。", "The number cannot be read.") from None
    if not value.is_finite() or len(value.as_tuple().digits) > 38 or abs(value.adjusted()) > 38:
        raise refusals.wrong_type("数字过大。", "The number is too large.")
    whole = value == value.to_integral_value()
    return Dim(f"{value:f}", Family.integer if whole else Family.number, 1, (), value, True)


def moment(text: str, family: Family) -> Dim:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refusals.wrong_type(
            "日期应写作 YYYY-MM-DD。", "A date is written as YYYY-MM-DD."
        ) from None
    if value.tzinfo is not None:
        raise refusals.wrong_type("时间不带时区。", "A time is written without a zone.")
    if family is Family.date:
        return Dim(f"DATE '{value.date()}'", family, 1, (), value.date(), True)
    return Dim(f"TIMESTAMP '{value.isoformat(sep=' ')}'", family, 1, (), value, True)


_TYPES = {
    "DOUBLE": "DOUBLE", "FLOAT": "DOUBLE", "BIGINT": "BIGINT", "INT": "INTEGER",
    "TEXT": "VARCHAR", "VARCHAR": "VARCHAR", "DATE": "DATE",
}  # fmt: skip


def type_name(to: exp.DataType) -> str:
    """The type, written anew: its name from the list, its digits from numbers."""
    name = str(getattr(to.this, "name", to.this)).upper()
    sizes = [literal(each.this) for each in to.expressions]
    if name == "DECIMAL" and len(sizes) in (0, 2):
        only(to, "this", "expressions", "nested")
        digits = [int(s.literal) for s in sizes if s is not None and s.family is Family.integer]
        if len(digits) == len(sizes) and all(0 <= d <= 38 for d in digits):
            return f"DECIMAL({digits[0]}, {digits[1]})" if digits else "DECIMAL(18, 3)"
    only(to, "this", "nested")
    if name not in _TYPES:
        raise refusals.unknown_function(f"CAST AS {name}", (*dict.fromkeys(_TYPES), "DECIMAL"))
    return _TYPES[name]
