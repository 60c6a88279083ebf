"""What a condition compares: axes, the places at which they are cut, and the classes between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from workbench.catalogue.types import Family

Cut = tuple[Any, int]
"""A place on an axis: just before a value (0) or just after it (1)."""
Span = tuple[Cut | None, Cut | None]
"""From one cut to another; None where it has no end."""


@dataclass(frozen=True)
class Axis:
    """``family`` of its values; those of ``whole`` axes are whole numbers (dates by their ordinal,
    booleans as 0 and 1). ``low`` and ``high`` bound its values where its kind does."""

    sql: str
    family: Family
    whole: bool = False
    low: Cut | None = None
    high: Cut | None = None


@dataclass(frozen=True)
class Atom:
    """True on ``spans`` and false beside them; ``at_null`` where the value is NULL (None: not
    known, as SQL has it)."""

    axis: Axis
    spans: tuple[Span, ...]
    at_null: bool | None = None


# Classes ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """Some classes of an axis together: spans that do not touch, and whether NULL is among them."""

    spans: tuple[Span, ...]
    null: bool = False

    def text(self) -> list[Any]:
        return [[_told(low), _told(high)] for low, high in self.spans] + [self.null]

    def values(self, axis: Axis, most: int) -> list[Any] | None:
        """The single values (None for NULL) that these are; None where they are too many, or a
        whole stretch of an axis."""
        out: list[Any] = [None] if self.null else []
        for low, high in self.spans:
            if low is None or high is None:
                return None
            if axis.whole:
                if high[0] - low[0] + len(out) > most:
                    return None
                out += range(low[0], high[0])
            elif low[0] == high[0]:
                out.append(low[0])
            else:
                return None
        return out


def _told(cut: Cut | None) -> Any:
    if cut is None:
        return None
    value, side = cut
    if isinstance(value, Decimal):
        value = format(value.normalize() + 0, "f")
    return [value.isoformat() if isinstance(value, datetime) else value, side]


def merged(labels: Iterable[Label]) -> Label:
    given = tuple(labels)
    spans: list[Span] = []
    for span in sorted((s for each in given for s in each.spans), key=order):
        if spans and spans[-1][1] is not None and spans[-1][1] == span[0]:
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return Label(tuple(spans), any(each.null for each in given))


def order(span: Span) -> tuple[bool, Any]:
    """By where they begin."""
    low = span[0]
    return (False, ()) if low is None else (True, low)


def single(axis: Axis, value: Any) -> Label:
    """Of one value, None for NULL."""
    return Label((), True) if value is None else Label((point(axis, value),))


def point(axis: Axis, value: Any) -> Span:
    return ((value, 0), (value + 1, 0)) if axis.whole else ((value, 0), (value, 1))
