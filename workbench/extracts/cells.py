"""Typed cells of a workbook into text, to the digit, or marked as misread."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from workbench.extracts.conversion import plain
from workbench.extracts.misreads import mark
from workbench.extracts.strict import StrictType

Cell = int | float | str | bool | date | datetime | time | timedelta

DIGITS = 15
"""Significant digits that spreadsheets keep of a number (Excel's specification)."""
_TRUSTED_DAY = date(1900, 3, 1)


def text_of(cell: Cell, target: StrictType) -> str | None:
    """``None`` for an empty cell."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return str(cell).lower() if target.name == "BOOLEAN" else mark("cell_kind")
    if isinstance(cell, int | float):
        return _number(cell, target)
    if isinstance(cell, date):
        return _day(cell, target)
    return mark("cell_kind")


def heading_of(cell: Cell) -> str:
    """A heading as people see it: 2024, not 2024.0."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return plain(Decimal(repr(cell)))
    return str(cell)


def _number(cell: int | float, target: StrictType) -> str:
    exact = plain(Decimal(repr(cell)))
    if "." not in exact and len(exact.lstrip("-")) > DIGITS and target.family != "DOUBLE":
        return mark("digits_lost")
    return exact


def _day(cell: date, target: StrictType) -> str:
    moment = cell if isinstance(cell, datetime) else None
    day = cell.date() if isinstance(cell, datetime) else cell
    if target.name not in ("DATE", "TIMESTAMP"):
        return mark("cell_kind")
    if day < _TRUSTED_DAY:
        return mark("date_before_1900_03")
    if target.name == "TIMESTAMP":
        return (moment or datetime.combine(day, time())).isoformat(" ")
    return day.isoformat() if moment is None or moment.time() == time() else moment.isoformat(" ")
