"""Linear systems: many honest-looking tables, solved together (Dinur, Nissim 2003).

``margins``: tables by one, two and three dimensions as anybody would ask for them. ``unions``: each
table groups the firms by unions of values, drawn anew, so that every cell is large and the tables
overlap. ``designs``: everybody but nine of ten firms, ten times; where one set holds another they
differ by nine firms, and still the ten follow from the ten sums and the total.

Solved exactly where the row space tells, else by the bounds of linear programs, else by least
squares that draw the prior to what was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ..attacker import Attacker, literal
from ..truth import DIMENSIONS
from .family import Family

PARTS = {"town": 4, "opened": 4, "industry": 3}
"""Unions of values of each in one table: about ten firms in a cell."""

BLOCK = 10
"""Firms of which all but one are left out at a time."""


def _margins(attacker: Attacker) -> dict[int, float]:
    names = [n for n in DIMENSIONS if n != "opened"] + ["year(opened)", "quarter(opened)"]
    tables = [c for size in (3, 2, 1) for c in combinations(names, size)]
    nested = [c for c in tables if not {"county", "town"} <= set(c)]
    for by in nested[: attacker.left]:
        attacker.total(by=by)
        if _done(attacker):
            break
    return _drawn(attacker)


def _unions(attacker: Attacker) -> dict[int, float]:
    made = np.random.default_rng(attacker.truth.seed)
    while attacker.left:
        by = [_parted(attacker, made, n, p) for n, p in PARTS.items()]
        attacker.total(by=by)
        if _done(attacker):
            break
    return _drawn(attacker)


def _designs(attacker: Attacker) -> dict[int, float]:
    attacker.total()
    for start in range(0, len(attacker.units), BLOCK):
        block = attacker.units[start : start + BLOCK]
        for unit in block:
            others = " OR ".join(attacker.narrow(u) for u in block if u != unit)
            attacker.total(f"NOT ({others})")
    return attacker.solved()


def _done(attacker: Attacker) -> bool:
    """Whether every target is told; looked at now and then."""
    return attacker.asked % 5 == 0 and len(attacker.solved(bounds=False)) == len(attacker.units)


def _parted(attacker: Attacker, made: np.random.Generator, name: str, parts: int) -> str:
    """CASE that puts each value of a dimension into one of a few unions."""
    values = attacker.register[name].unique().sort().to_list()
    drawn = made.integers(parts, size=len(values))
    branches = [
        f"WHEN {name} IN ({_list(chosen)}) THEN {part}"
        for part in range(parts)
        if (chosen := [v for v, at in zip(values, drawn, strict=True) if at == part])
    ]
    return f"CASE {' '.join(branches)} END"


def _list(values: Sequence[object]) -> str:
    return ", ".join(literal(v) for v in values)


def _drawn(attacker: Attacker) -> dict[int, float]:
    found = attacker.solved()
    if len(found) == len(attacker.units):
        return found
    drawn = attacker.equations.drawn(attacker.guesses)
    return {u: drawn[u] for u in attacker.units if u in drawn} | found


MARGINS = Family("margins", "tables by one, two and three dimensions, solved together", _margins)
UNIONS = Family("unions", "overlapping tables of unions of values, solved together", _unions)
DESIGNS = Family("designs", "everybody but nine of ten firms, ten times", _designs)
