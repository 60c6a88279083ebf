"""What was measured, frozen: figures of departments with the items behind them, in exact fractions.

The figure of a department is that of the KPI (``kpi.statements``): of a ratio the numerators
together over the denominators together, of a median that of the amounts, of a total the amounts
together. It is made here of the items, so that a figure and what is behind it cannot come apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from workbench.assessment.scheme import Measure
from workbench.errors import Text
from workbench.kpi.definition import Direction, Figure, Kpi

NOTHING = Fraction(0)


def exact(value: int | float | Decimal | Fraction) -> Fraction:
    """The number as it is written: 0.1 is a tenth. Raises ValueError for NaN and infinity."""
    if isinstance(value, bool):
        raise TypeError("a truth is no number")
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is no number")
    return Fraction(value)


@dataclass(frozen=True, order=True)
class Item:
    """One thing that was counted: a case, a grant, a resource. ``amount`` is the numerator of a
    ratio; ``of`` its denominator, and 1 of other figures."""

    day: date
    item: str
    amount: Fraction
    of: Fraction = Fraction(1)


@dataclass(frozen=True, order=True)
class Evidence:
    """A file that shows a manual value, by its name and its SHA-256 in hex."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Measured:
    """Of one department and indicator. ``value`` None: over nothing. ``sample``: the denominators
    together, or the number of items. ``counted``: the numerators, or the amounts, together."""

    value: Fraction | None
    sample: Fraction
    counted: Fraction
    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def of_items(figure: Figure, items: Iterable[Item]) -> Measured:
    """The figure of these items, in any order."""
    found = tuple(sorted(items))
    amounts = sorted(item.amount for item in found)
    counted = sum(amounts, NOTHING)
    count = Fraction(len(found))
    match figure:
        case Figure.ratio:
            whole = sum((item.of for item in found), NOTHING)
            return Measured(counted / whole if whole else None, whole, counted, found)
        case Figure.median:
            return Measured(_median(amounts), count, counted, found)
        case Figure.total:
            return Measured(counted, count, counted, found)


def stated(value: Fraction, evidence: Collection[Evidence]) -> Measured:
    """What somebody has looked at. Raises ValueError without evidence."""
    if not evidence:
        raise ValueError("a value without evidence")
    return Measured(value, Fraction(1), value, (), tuple(sorted(evidence)))


def nature(measure: Measure, kpis: Mapping[str, Kpi]) -> tuple[Figure, Direction]:
    """How it is counted, and which way is better; a manual value is a total. Raises KeyError where
    ``kpis`` lack the one that it names."""
    if measure.manual is not None:
        return Figure.total, Direction(measure.manual.direction)
    kpi = kpis[measure.kpi or ""]
    return kpi.figure, kpi.direction


def _median(amounts: list[Fraction]) -> Fraction | None:
    if not amounts:
        return None
    half = len(amounts) // 2
    if len(amounts) % 2:
        return amounts[half]
    return (amounts[half - 1] + amounts[half]) / 2


class Source(StrEnum):
    """Where the values of an indicator are from. ``left_out``: the regulation gives no number for
    what it is about, so it applies to nobody. ``no_data``: its data never came."""

    kpi = "kpi"
    manual = "manual"
    left_out = "left_out"
    no_data = "no_data"


@dataclass(frozen=True)
class Gathered:
    """An indicator's figures of all departments that have any. ``why``: of ``left_out`` and
    ``no_data``."""

    source: Source
    figure: Figure
    direction: Direction
    by: Mapping[str, Measured] = field(default_factory=dict)
    why: Text | None = None

    def of(self, department: str) -> Measured | None:
        """None where it is over nothing there, or nobody gave a value. No event is a figure too:
        a total over no items is 0."""
        found = self.by.get(department)
        if found is None and self.source is Source.kpi and self.figure is Figure.total:
            return of_items(Figure.total, ())
        return found


def events(gathered: Gathered, measured: Measured) -> Fraction:
    """How often what should not be was: of a ratio of which more is better what it falls short by,
    of one of which less is better its numerators; of a total the amounts.

    Raises ValueError of a median, and of a ratio that has no better way: they have no such events.
    """
    if gathered.figure is Figure.total:
        return measured.counted
    if gathered.figure is Figure.ratio and gathered.direction is Direction.higher:
        return measured.sample - measured.counted
    if gathered.figure is Figure.ratio and gathered.direction is Direction.lower:
        return measured.counted
    raise ValueError(f"no events in a {gathered.figure.value}, {gathered.direction.value}")


def against(gathered: Gathered, measured: Measured) -> tuple[Item, ...]:
    """The items that lower the figure, by day: those that fall short where more is better, those
    that count for anything where less is. None where neither is."""
    match gathered.direction:
        case Direction.higher:
            short = gathered.figure is Figure.ratio
            return tuple(item for item in measured.items if short and item.amount < item.of)
        case Direction.lower:
            return tuple(item for item in measured.items if item.amount > 0)
        case Direction.none:
            return ()


@dataclass(frozen=True)
class Inputs:
    """All that scores rest on. ``groups``: the departments that are scored, with their peer group
    (``peers.groups``). ``measures`` by indicator; ``having``: by KPI that makes an
    indicator apply, the departments with an item in it."""

    groups: Mapping[str, str]
    measures: Mapping[str, Gathered]
    having: Mapping[str, Collection[str]] = field(default_factory=dict)
