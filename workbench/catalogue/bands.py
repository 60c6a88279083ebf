"""The declared edges of a measure (customProperty ``bands``) and the refusals about them.

An edge is where the statistics grammar may cut a measure: whoever may choose the place freely
finds a single value by halving. Edges are kept exact, so that 1000000 and 1000000.00 are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from workbench.catalogue import types
from workbench.catalogue.types import Family
from workbench.declared.findings import Path
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Band

_BANDED = (Family.integer, Family.number, Family.date, Family.timestamp)


def bands_of(found: Sequence[Any] | None, type_: str, here: Path, notes: Notes) -> tuple[Band, ...]:
    """The edges at ``here`` as exact numbers, dates or timestamps; () where any is wrong."""
    if found is None:
        return ()
    if types.family(type_) not in _BANDED:
        notes.error(here, _not_banded(type_), _REMOVE)
        return ()
    edges = [_band(value, type_, (*here, n), notes) for n, value in enumerate(found)]
    good = [edge for edge in edges if edge is not None]
    if len(good) < len(edges):
        return ()
    if not good or any(_not_below(a, b) for a, b in pairwise(good)):
        notes.error(here, _RISING, _GIVE_RISING)
        return ()
    return tuple(good)


def plain_band(band: Band) -> int | str:
    """The value of which ``bands_of`` makes this edge, exact in every YAML reader."""
    if not isinstance(band, Decimal):
        return band.isoformat()
    return int(band) if band == band.to_integral_value() else format(band, "f")


def _band(value: Any, type_: str, here: Path, notes: Notes) -> Band | None:
    if types.is_number(type_):
        return number_of(value, type_, here, notes)
    fitted = types.fit(value, type_)
    if isinstance(fitted, Text):
        notes.error(here, _TYPE, fitted)
        return None
    assert isinstance(fitted, Band)
    return fitted


def number_of(value: Any, type_: str, here: Path, notes: Notes) -> Decimal | None:
    """A number as it is written; one with more digits than a float holds stands in quotes."""
    if isinstance(value, str) and types.family(type_) is Family.number:
        if types.DECIMAL_TEXT.fullmatch(value):
            return Decimal(value)
        notes.error(here, _TYPE, _GIVE_NUMBER)
        return None
    fitted = types.fit(value, type_)
    if isinstance(fitted, Text):
        notes.error(here, _TYPE, fitted)
        return None
    return Decimal(str(fitted))


def _not_below(low: Band, high: Band) -> bool:
    return low >= high  # type: ignore[operator]  # both of the one column's type


def _not_banded(type_: str) -> Text:
    return Text(
        f"bands 只用于数字和日期列，不用于 {type_}",
        f"bands are for columns of numbers and dates, not for {type_}",
    )


_REMOVE = Text("删除 bands。", "Remove bands.")
_TYPE = Text("分界与该列类型不符", "the edge does not fit the column's type")
_GIVE_NUMBER = Text("写成数，例如 1000000。", "Write a number, e.g. 1000000.")
_RISING = Text("分界应从小到大，且至少一个", "edges rise strictly, and there is at least one")
_GIVE_RISING = Text("例如 [100000, 1000000]。", "For example [100000, 1000000].")
