"""How a value of a row is printed, in both languages at once, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from workbench.economy.signals import COLOURS, MEANING, Colour
from workbench.reports.outline import Outline, Shown
from workbench.ui.numbers import MISSING, decimal_of, rounded, written
from workbench.ui.page import Form
from workbench.ui.page_filter import Words

UNCHANGED = Words(zh="持平", en="unchanged")
WITHHELD = Words(zh="未放行", en="withheld")
NOTHING = Words(zh=MISSING, en=MISSING)


def number(value: Any, column: Shown, *, signed: bool = False) -> Words:
    """With its unit: 12.3亿元, 1.23 billion yuan."""
    kind, digits = form(column), column.decimals
    zh = written(value, kind, "zh", decimals=digits, signed=signed, unit=_zh(column)).short
    en = written(value, kind, "en", decimals=digits, signed=signed, unit=_en(column)).short
    return Words(zh=_joined(zh, _zh(column), ""), en=_joined(en, _en(column), " "))


def size(value: Any, column: Shown) -> Words:
    """Without its sign, for a sentence that says whether it rose or fell."""
    found = decimal_of(value)
    return number(None if found is None else abs(found), column)


def direction(value: Any, column: Shown) -> Words | None:
    """The word before the size of a change; None where it is printed as nothing changed."""
    found = decimal_of(value)
    digits = 1 if column.decimals is None else column.decimals
    if found is None or not rounded(_percent(found, column), digits):
        return None
    if form(column) is Form.points:
        return Words(zh="提高", en="up") if found > 0 else Words(zh="回落", en="down")
    return Words(zh="增长", en="up") if found > 0 else Words(zh="下降", en="down")


def _percent(value: Decimal, column: Shown) -> Decimal:
    return value * 100 if form(column) is Form.share else value


def form(column: Shown) -> Form:
    return column.format or Form.number


def spec(columns: Mapping[str, Shown], name: str, outline: Outline, subject: Any) -> Shown:
    """How column ``name`` is printed in a row about ``subject``."""
    found = columns.get(name, Shown())
    own = outline.subjects.get(str(subject))
    if not found.follows or own is None:
        return found
    return Shown(label=found.label, unit=own.unit, format=own.format, decimals=own.decimals)


def light(score: Any) -> Colour | None:
    """The colour of 1 to 5 points; None for anything else."""
    found = decimal_of(score)
    if found is None or found != int(found) or not 1 <= found <= len(COLOURS):
        return None
    return COLOURS[int(found) - 1]


def meaning(colour: Colour) -> Words:
    return Words(zh=MEANING[colour].zh, en=MEANING[colour].en)


def named(value: Any, outline: Outline) -> Words:
    """What a row or a word of a row is called: by the outline's subjects and labels, months by
    their names, and what has no name as it is."""
    if isinstance(value, datetime | date):
        return month_words(value)
    own = outline.subjects.get(str(value))
    if own is not None and own.label is not None:
        return own.label
    return outline.labels.get(str(value)) or Words(zh=str(value), en=str(value))


def word(value: Any, outline: Outline, subject: Any) -> Words:
    """A word of a row about ``subject``: as ``named``, and periods of a quarter as such."""
    if isinstance(value, date) and str(subject) in outline.quarters:
        number = (value.month - 1) // 3
        return Words(zh=f"{value.year}年{'一二三四'[number]}季度", en=f"Q{number + 1} {value.year}")
    return named(value, outline)


def month_words(day: date) -> Words:
    return Words(zh=f"{day.year}年{day.month}月", en=format_date(day, "MMMM y", locale="en"))


def month_short(day: date) -> Words:
    """For axes."""
    return Words(zh=f"{day:%Y-%m}", en=f"{day:%Y-%m}")


def day_words(day: date) -> Words:
    zh = f"{day.year}年{day.month}月{day.day}日"
    return Words(zh=zh, en=format_date(day, "d MMMM y", locale="en"))


def _zh(column: Shown) -> str:
    return column.unit.zh if column.unit else ""


def _en(column: Shown) -> str:
    return column.unit.en if column.unit else ""


def _joined(text: str, unit: str, between: str) -> str:
    """Nothing is counted in a unit that is not there."""
    if not unit or text == MISSING or text.endswith(unit):
        return text
    return f"{text}{between}{unit}"
