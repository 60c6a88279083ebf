"""Exact knowledge of some firms: a cell of the target and firms that are known.

``insiders`` asks for that cell, which has enough firms and none that dominates. ``crowds`` asks for
everybody with and without such a set: the difference is of many firms, all of them known but one.
``lists`` and ``classes`` find their set in the register: a context and values of one dimension that
in it belong to nobody but the target and known firms. They know by which rule the guard looks at
such lists, and prefer the values of several firms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from ..attacker import Attacker, conjunction, literal
from ..truth import DIMENSIONS
from .family import Family

COMPANY = 9
"""Known firms beside the target."""


def _company(attacker: Attacker, unit: int) -> str:
    """The target and known firms, the larger ones, so that it does not dominate them."""
    taken = attacker.units.index(unit)
    ordered = sorted(attacker.known, key=lambda u: -attacker.known[u])
    present = set(attacker.register["unit"])
    chosen = [u for u in ordered if u in present][taken % 3 : taken % 3 + COMPANY]
    return " OR ".join(attacker.narrow(u) for u in (unit, *chosen))


def _insiders(attacker: Attacker) -> dict[int, float]:
    for unit in attacker.units:
        attacker.total(_company(attacker, unit))
    return attacker.solved()


def _crowds(attacker: Attacker) -> dict[int, float]:
    attacker.total()
    for unit in attacker.units:
        attacker.total(f"NOT ({_company(attacker, unit)})")
    return attacker.solved()


@dataclass(frozen=True)
class _Listed:
    """Values of a dimension within a context, how many firms they are, and how many of these are
    in pieces of one or two."""

    context: str
    dimension: str
    values: tuple[Any, ...]
    firms: int
    single: int

    @property
    def chosen(self) -> str:
        return f"{self.dimension} IN ({', '.join(literal(v) for v in self.values)})"


TEXTS = ("county", "town", "industry", "size", "status")
FIRMS = 6
"""With fewer a cell has too few firms, or the target too large a share."""


def _listed(attacker: Attacker, unit: int) -> Iterator[_Listed]:
    mine = attacker.dimensions(unit)
    for width in range(len(DIMENSIONS)):
        for names in combinations(DIMENSIONS, width):
            same = pl.all_horizontal(pl.lit(value=True), *(pl.col(n) == mine[n] for n in names))
            there = attacker.register.filter(same)
            for dimension in (d for d in DIMENSIONS if d not in names):
                found = _values(attacker, there, dimension, unit)
                if mine[dimension] in found and sum(found.values()) >= FIRMS:
                    yield _Listed(
                        conjunction({n: mine[n] for n in names}) if names else "true",
                        dimension,
                        tuple(found),
                        sum(found.values()),
                        sum(n for n in found.values() if n <= 2),
                    )


def _values(attacker: Attacker, there: pl.DataFrame, dimension: str, unit: int) -> dict[Any, int]:
    """The values whose firms are all known, but for the target."""
    familiar = pl.col("unit").is_in([*attacker.known, unit])
    pieces = there.group_by(dimension).agg(familiar.all().alias("all"), pl.len().alias("firms"))
    return {value: firms for value, all_, firms in sorted(pieces.rows()) if all_}


def _best(attacker: Attacker, unit: int) -> _Listed | None:
    found = min(_listed(attacker, unit), key=lambda each: (each.single, -each.firms), default=None)
    return found or _written_together(attacker, unit)


def _written_together(attacker: Attacker, unit: int) -> _Listed | None:
    """Values of several dimensions in one text, of the target and larger firms that are known."""
    text = pl.concat_str([pl.col(name) for name in TEXTS], separator="/").alias("text")
    there = attacker.register.with_columns(text)
    found = _values(attacker, there, "text", unit)
    mine = there.filter(pl.col("unit") == unit)["text"][0]
    large = sorted(attacker.known, key=lambda u: -attacker.known[u])
    theirs = dict(there.select("unit", "text").rows())
    values = [theirs[u] for u in large if theirs.get(u) in found and theirs[u] != mine]
    if mine not in found or len(values) < FIRMS:
        return None
    chosen = tuple(dict.fromkeys([mine, *values[:COMPANY]]))
    return _Listed("true", " || '/' || ".join(TEXTS), chosen, len(chosen), len(chosen))


def _lists(attacker: Attacker) -> dict[int, float]:
    for unit in attacker.units:
        best = _best(attacker, unit)
        if best is not None:
            attacker.total(f"{best.context} AND {best.chosen}")
    return attacker.solved()


def _classes(attacker: Attacker) -> dict[int, float]:
    for unit in attacker.units:
        best = _best(attacker, unit)
        if best is not None:
            attacker.total(best.context, [f"CASE WHEN {best.chosen} THEN 'a' ELSE 'b' END"])
    return attacker.solved()


INSIDERS = Family("insiders", "a cell of one firm and nine that are known", _insiders)
CROWDS = Family("crowds", "everybody, and everybody but one firm and nine that are known", _crowds)
LISTS = Family("lists", "a list that in its context is of one firm and known ones", _lists)
CLASSES = Family("classes", "such a list as a class of GROUP BY", _classes)
