"""A month of a library, base by base, where some of it is of too few to be asked. Pure.

In a small city a column may have fewer than k firms to a value, and the gateway then refuses the
whole statement before a figure is looked at. What was not refused is still whole: a total needs no
industry. So a base is asked again without the dimension that is too fine; a base that is refused
even so stands as withheld. Both are told. Refusals of any other kind are the library's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.errors import TOO_FEW, Code, Reason, Refused
from workbench.libraries import statements
from workbench.libraries.definition import Library
from workbench.libraries.rows import SUPPRESSED, WITHHELD, Released

Ask = Callable[[str], Released]
"""Gives what a statement released. Raises as the gateway does."""


@dataclass(frozen=True)
class Left:
    """What was left out of a month: a ``dimension`` of a ``base``, or (None) the base."""

    base: str
    dimension: str | None
    why: Reason

    def __str__(self) -> str:
        return self.base if self.dimension is None else f"{self.base}.{self.dimension}"


@dataclass(frozen=True)
class Answered:
    """``found``: by base; one that was left out is there, with its indicators withheld."""

    found: Mapping[str, Released]
    left: tuple[Left, ...]


def answered(library: Library, month: date, ask: Ask) -> Answered:
    """Raises Refused where each base is of too few, and whatever else ``ask`` raises."""
    found: dict[str, Released] = {}
    left: list[Left] = []
    for name in library.bases:
        try:
            found[name] = _of(library, name, month, ask, left)
        except Refused as error:
            if error.reasons[0].code not in TOO_FEW:
                raise
            left.append(Left(name, None, error.reasons[0]))
            found[name] = _withheld(library, name)
    refused = [each for each in left if each.dimension is None]
    if len(refused) == len(library.bases):
        raise Refused(tuple(each.why for each in refused))
    return Answered(found, tuple(left))


def _of(library: Library, name: str, month: date, ask: Ask, left: list[Left]) -> Released:
    """With all dimensions that may be asked; those that may not are added to ``left``."""
    without: tuple[str, ...] = ()
    while True:
        try:
            return ask(statements.of_base(library, name, month, without))
        except Refused as error:
            why = error.reasons[0]
            by = library.bases[name].by
            fine = [d for d, column in by.items() if column == why.subject and d not in without]
            if why.code is not Code.near_unique or not fine:
                raise
            without = (*without, *fine)
            left += [Left(name, dimension, why) for dimension in fine]


def _withheld(library: Library, name: str) -> Released:
    """A row of the whole city without a figure; no entry released it."""
    columns: dict[str, pl.Series] = {}
    for each in library.of(name):
        columns[each.id] = pl.Series([None], dtype=pl.Float64)
        columns[f"{each.id}{WITHHELD}"] = pl.Series([SUPPRESSED])
    return Released(pl.DataFrame(columns), 0)
