"""What is asked for with noise: cells, the figures of each, and how much one entity changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.catalogue.types import Family
from workbench.disclosure.shapes import StatTable
from workbench.model.noise import NoiseBound, NoiseRules

ROWS = "t"
"""The alias under which the worker's statement reads the table."""


class Kind(StrEnum):
    rows = "rows"
    entities = "entities"
    sum = "sum"


@dataclass(frozen=True)
class Figure:
    """What is counted or summed; ``bound`` and ``sql`` are of the column that is summed."""

    kind: Kind
    bound: NoiseBound | None = None
    sql: str = ""

    def key(self) -> list[Any]:
        """What tells it from other figures, clamp included."""
        if self.bound is None:
            return [self.kind.value]
        return [self.kind.value, self.sql, self.bound.most, str(self.bound.unit)]


@dataclass(frozen=True)
class Cell:
    """``values`` of the dimensions; ``rows`` tells which rows it chooses, the same for the same
    however they are asked for."""

    values: tuple[Any, ...]
    rows: str


@dataclass(frozen=True)
class Dimension:
    sql: str
    family: Family


@dataclass(frozen=True)
class Question:
    """``shown`` are the columns in their order: a name with a Dimension or a Figure. ``limit``:
    rows of one entity that are looked at."""

    table: StatTable
    where: str
    dimensions: tuple[Dimension, ...]
    figures: tuple[Figure, ...]
    shown: tuple[tuple[str, Dimension | Figure], ...]
    cells: tuple[Cell, ...]
    limit: int

    def sensitivity(self, figure: Figure) -> int:
        """How much all cells of a figure change together, at most, where one entity with all its
        rows comes or goes: it is in as many cells as it has rows, and clamped in each (L1)."""
        if figure.kind is Kind.rows:
            return self.limit
        most = 1 if figure.bound is None else figure.bound.most
        return most * min(self.limit, len(self.cells))


@dataclass(frozen=True)
class Offer:
    """What a grant offers of a table. ``entity``: the column that alone identifies an entity,
    empty where there is none; ``declared``: by column the values that its contract lists, and
    whether it may be NULL besides."""

    table: StatTable
    rules: NoiseRules
    entity: str = ""
    declared: Mapping[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
