"""Two briefs side by side: what changed, and which earlier figures were revised.

A figure that both briefs have under one key is set beside that of the month before. A point of a
course that both have for one period should be equal; where it is not, it was revised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.reports.model import Document, Figure
from workbench.ui.numbers import decimal_of

EQUAL = 1e-9
"""Relative difference below which two figures are one (sums of doubles differ in the last
digits)."""


@dataclass(frozen=True)
class Moved:
    """``change`` is the plain difference of the values."""

    key: str
    period: date | None
    before: Figure
    now: Figure

    @property
    def change(self) -> Decimal:
        now, before = decimal_of(self.now.value), decimal_of(self.before.value)
        assert now is not None
        assert before is not None
        return now - before


@dataclass(frozen=True)
class Difference:
    """``moved``: figures side by side. ``revised``: figures of earlier periods. ``came`` and
    ``went``: keys that only one of them has."""

    moved: tuple[Moved, ...]
    revised: tuple[Moved, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]


def compare(before: Sequence[Figure], now: Sequence[Figure]) -> Difference:
    """In the order of the later brief."""
    then, today = _printed(before), _printed(now)
    moved = [Moved(key, None, then[key], figure) for key, figure in today.items() if key in then]
    old, new = _points(before), _points(now)
    both = [Moved(key[0], key[1], old[key], new[key]) for key in new if key in old]
    return Difference(
        moved=tuple(moved),
        revised=tuple(each for each in both if not _equal(each)),
        came=tuple(key for key in today if key not in then),
        went=tuple(key for key in then if key not in today),
    )


def differing(before: Document, now: Document) -> Difference:
    return compare(before.figures, now.figures)


def _printed(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {each.key: each for each in figures if each.period is None and not _own(each)}


def _points(figures: Sequence[Figure]) -> dict[tuple[str, date], Figure]:
    """Of a course the points up to the month; a forecast that is made anew is no revision."""
    return {
        (each.key, each.period): each
        for each in figures
        if each.period is not None and not each.expected
    }


def _own(figure: Figure) -> bool:
    """Of the section of changes itself, which compares nothing with itself."""
    return figure.asked is None


def _equal(each: Moved) -> bool:
    before, now = each.before.value, each.now.value
    return abs(now - before) <= EQUAL * max(abs(now), abs(before), 1e-12)
