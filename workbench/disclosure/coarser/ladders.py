"""Levels of codes and dates, and how a key of a coarser level is written.

Division codes are cut by GB/T 2260 and GB/T 10114, industry codes by GB/T 4754: each level of them
is a prefix of the next but for an industry's section, which only the city's list of codes knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import sqlglot
from sqlglot import exp

from workbench.errors import Text


@dataclass(frozen=True)
class Step:
    """One level, ``named`` for people. ``rank`` falls from level to level: digits of a code, or 3
    to 1 for month to year. ``write`` gives the key of this level for a column."""

    named: Text
    rank: int
    write: Callable[[exp.Expr], exp.Expr]


@dataclass(frozen=True)
class Ladder:
    """The levels that are coarser than the one in which a column arrives, the finest first.
    ``dates``: of a date. ``cut``: ``left(column, rank)`` is such a level."""

    steps: tuple[Step, ...]
    dates: bool = False
    cut: bool = False

    def below(self, rank: int) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.rank < rank)

    def arriving(self, rank: int) -> Ladder:
        """The ladder of a column that has no more than ``rank`` already."""
        return replace(self, steps=self.below(rank))


Ladders = Mapping[tuple[str, str], Ladder]
"""By (resource, column), both as the contract spells them."""

_DIVISION = {
    "county": (6, Text("县级", "county")),
    "city": (4, Text("地级", "city")),
    "province": (2, Text("省级", "province")),
}
_INDUSTRY = {
    "class": (4, Text("小类", "class")),
    "group": (3, Text("中类", "group")),
    "division": (2, Text("大类", "division")),
}
_SECTION = Text("门类", "section")
UNITS = {
    "month": (3, Text("月", "month")),
    "quarter": (2, Text("季度", "quarter")),
    "year": (1, Text("年", "year")),
}
"""The parts of a date that the grammar knows, with their ranks."""
FINEST = 99
"""The rank of a column that arrives as it is."""


def divisions(level: str = "", longest: int | None = None) -> Ladder:
    """Of a division code that arrives at ``level`` (province, city, county, town; "": as it is),
    or in so many characters at most."""
    arrives = _DIVISION[level][0] if level in _DIVISION else FINEST
    steps = tuple(Step(named, rank, _prefix(rank)) for rank, named in _DIVISION.values())
    return Ladder(steps, cut=True).arriving(min(arrives, longest or FINEST))


def industries(level: str | None, sections: Iterable[tuple[str, str]]) -> Ladder:
    """Of an industry code. With a ``level`` (group, class ...) it arrives without the letter of its
    section; None: as it is, with the letter or without. ``sections`` are (division, letter) of the
    city's list; without them no section is named."""
    runs = _runs(sections)
    write = _prefix if level is not None else _behind_a_letter
    steps = [Step(named, rank, write(rank)) for rank, named in _INDUSTRY.values()]
    steps += [Step(_SECTION, 1, _section(runs))] if runs else []
    arrives = 1 if level == "section" else _INDUSTRY[level or "class"][0]
    return Ladder(tuple(steps), cut=level is not None).arriving(arrives)


def dates(level: str = "day") -> Ladder:
    """Of a date that arrives at ``level``. Of a week there is none: months cut weeks."""
    if level == "week":
        return Ladder((), dates=True)
    arrives = UNITS[level][0] if level in UNITS else FINEST
    steps = tuple(Step(named, rank, _truncated(unit)) for unit, (rank, named) in UNITS.items())
    return Ladder(steps, dates=True).arriving(arrives)


def quarter_of(column: exp.Expr) -> exp.Expr:
    return exp.Quarter(this=column.copy())


QUARTER_OF_YEAR = Step(Text("季度", "quarter"), 2, quarter_of)
"""What ``month(date)`` can be made, which repeats each year."""


def _prefix(digits: int) -> Callable[[exp.Expr], exp.Expr]:
    return lambda column: exp.Left(this=column.copy(), expression=exp.Literal.number(digits))


def _behind_a_letter(digits: int) -> Callable[[exp.Expr], exp.Expr]:
    """Digits come before letters in the engine's order of text."""

    def write(column: exp.Expr) -> exp.Expr:
        name = column.sql("duckdb")
        return _read(
            f"CASE WHEN {name} >= 'A' THEN left({name}, {digits + 1}) "
            f"ELSE left({name}, {digits}) END"
        )

    return write


def _section(runs: tuple[tuple[str, str, str], ...]) -> Callable[[exp.Expr], exp.Expr]:
    def write(column: exp.Expr) -> exp.Expr:
        name = column.sql("duckdb")
        cases = " ".join(
            f"WHEN left({name}, 2) BETWEEN '{low}' AND '{high}' THEN '{letter}'"
            for low, high, letter in runs
        )
        return _read(f"CASE WHEN {name} >= 'A' THEN left({name}, 1) {cases} END")

    return write


def _runs(sections: Iterable[tuple[str, str]]) -> tuple[tuple[str, str, str], ...]:
    """(first division, last one, letter) of each section."""
    found = [
        (letter, [division for division, _ in some])
        for letter, some in groupby(sorted(sections), key=lambda pair: pair[1])
    ]
    return tuple((some[0], some[-1], letter) for letter, some in found)


def _truncated(unit: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda column: _read(f"date_trunc('{unit}', {column.sql('duckdb')})")


def _read(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read="duckdb")
