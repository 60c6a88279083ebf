"""One column of a release, ready to be drawn and written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from workbench.client.values import is_number
from workbench.model.days import CHINA
from workbench.ui.numbers import MISSING, decimal_of, full, tiny, written
from workbench.ui.page import Form
from workbench.ui.words import Speech

_FLOAT_DIGITS = 6
"""Digits behind the point of a binary fraction in tables and labels (our default): those of a sum
beyond them are an artefact. Decimals and whole numbers are written as they are."""


@dataclass(frozen=True)
class Field:
    """``exact`` are the texts of its cells, ``why`` the kind of why a cell is withheld, ``labels``
    what people read for a text."""

    name: str
    label: str
    unit: str
    form: Form
    decimals: int | None
    number: bool
    type: str
    exact: Sequence[str | None]
    why: Sequence[str | None]
    speech: Speech
    labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def decimal(self) -> list[Decimal | None]:
        """Exact values; None where missing, withheld, NaN or infinite."""
        found = [decimal_of(text) for text in self.exact]
        return [value if value is not None and value.is_finite() else None for value in found]

    @cached_property
    def floats(self) -> list[float | None]:
        """Where to draw; gaps as in ``decimal``."""
        found = [None if text is None else float(text) for text in self.exact]
        return [value if value is not None and math.isfinite(value) else None for value in found]

    @property
    def present(self) -> list[float]:
        return [value for value in self.floats if value is not None]

    @property
    def withheld(self) -> list[int]:
        """The rows whose cell is withheld."""
        return [row for row, kind in enumerate(self.why) if kind is not None]

    @property
    def titled(self) -> str:
        """The label with its unit."""
        if not self.unit:
            return self.label
        return self.speech._("{label} ({unit})", label=self.label, unit=self.unit)

    def text(self, row: int) -> str:
        """The short text of a cell, without unit."""
        if self.why[row] is not None:
            return self.speech._("withheld")
        if not self.number:
            return self.read(self.exact[row]) or MISSING
        return self.short(self.exact[row])

    def read(self, text: str | None) -> str:
        """What people read for a cell that is no number; "" for one that is missing."""
        return self.labels.get(text, text) if text is not None else ""

    def short(self, value: object, *, signed: bool = False) -> str:
        """Any number in this column's form."""
        return written(
            value,
            self.form,
            self.speech.language,
            decimals=self.decimals,
            signed=signed,
            unit=self.unit,
        ).short

    def whole(self, row: int) -> str:
        """A cell for tables: never shortened, without unit."""
        if self.why[row] is not None:
            return self.speech._("withheld")
        text = self.exact[row]
        if not self.number:
            return self.read(text) or MISSING
        return whole(text, self)

    def said(self, row: int) -> str:
        """A cell for hover texts: in full, with its unit, or why it is not there."""
        kind = self.why[row]
        if kind is not None:
            return self.speech._("withheld: {why}", why=why_said(kind, self.speech))
        return with_unit(self.whole(row), self.unit, self.speech)


def whole(text: str | None, field: Field) -> str:
    decimals = field.decimals
    if decimals is None and text is not None and field.type in _FLOATS:
        value = decimal_of(text)
        if value is None or not value.is_finite() or tiny(value):
            return full(text, field.form, field.speech.language)
        digits = -int(value.as_tuple().exponent)
        decimals = _FLOAT_DIGITS if digits > _FLOAT_DIGITS else None
    return full(text, field.form, field.speech.language, decimals)


def with_unit(text: str, unit: str, speech: Speech) -> str:
    """A number and its unit; nothing is counted in a unit that is not there."""
    if not unit or text == MISSING or text.endswith(unit):
        return text
    return f"{text}{unit}" if speech.language == "zh" else f"{text} {unit}"


def why_said(kind: str, speech: Speech) -> str:
    """The rule that withheld a cell, in a few words."""
    _ = speech._
    said = {
        "suppressed": _("so that no single entity shows"),
        "incomplete": _("made of figures of which some are withheld"),
    }
    return said.get(kind, kind)


def form_of(column: pa.ChunkedArray, *names: str) -> Form:
    """How a column is written where the page does not say. Whole numbers are counts, but years and
    months (of a column that is called so) are not: no one writes 2,018年."""
    kind = column.type
    if kinds.is_integer(kind):
        return Form.plain if _dated(column, names) else Form.count
    return Form.number if is_numeric(kind) else Form.plain


def _dated(column: pa.ChunkedArray, names: Sequence[str]) -> bool:
    if not any(_DATED.search(name) for name in names):
        return False
    bounds = pc.min_max(column).as_py()
    low, high = bounds["min"], bounds["max"]
    return low is not None and any(a <= low and high <= b for a, b in _YEARS_MONTHS)


def in_china(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same moments by the clock of China; what knows no zone is left as it is."""
    kind = column.type
    if kinds.is_timestamp(kind) and kind.tz is not None:
        return column.cast(pa.timestamp(kind.unit, CHINA.key))
    return column


def is_numeric(kind: pa.DataType) -> bool:
    """A column that is NULL throughout may stand for numbers."""
    return is_number(kind) or bool(kinds.is_null(kind))


_DATED = re.compile(r"(?:^|[^a-z])(?:year|month)s?(?:$|[^a-z])|年|月", re.IGNORECASE)
_YEARS_MONTHS = ((1900, 2099), (190001, 209912))
_FLOATS = frozenset({"halffloat", "float", "double"})
