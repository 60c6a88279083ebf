"""A table with its margins: cells, and the equations that tie them together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.disclosure.secondary.crossing import ALL, crossed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

ADDS_UP = 1e-6
"""Relative error up to which parts add up to their total: sums of doubles differ in the last
digits, wrong equations by more (our default)."""
NOBODY = -1
"""In ``Table.holder``: not one entity alone."""


class Equation(NamedTuple):
    """The cell ``total`` is the sum of the cells ``parts``."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """n cells and what ties them together; arrays have n entries. Make it by ``of`` or ``crossed``.

    ``primary``: withheld by a rule of its own; an attacker must not be able to exclude any value
    from ``values - lower`` to ``values + upper`` (the protection levels, in units of the values).
    ``least``, ``most``: what everybody knows of a cell beforehand.
    ``cost``: what the reader loses with a cell. ``fixed``: cannot be withheld: told before, or a
    zero that is told. ``holder``: the number of the one entity that alone makes up the cell and so
    knows it, or NOBODY.
    """

    values: Floats
    equations: tuple[Equation, ...]
    primary: Bools
    lower: Floats
    upper: Floats
    least: Floats
    most: Floats
    cost: Floats
    fixed: Bools
    holder: Ints

    def __post_init__(self) -> None:
        for field in fields(self):
            array = getattr(self, field.name)
            if isinstance(array, np.ndarray) and array.shape != self.values.shape:
                raise ValueError(f"{field.name} has shape {array.shape}, not {self.values.shape}")
        if not np.isfinite(self.values).all():
            raise ValueError("a value is not finite")
        if (self.least > self.values).any() or (self.values > self.most).any():
            raise ValueError("a value lies outside what is known of it beforehand")
        if not ((self.lower >= 0) & (self.upper >= 0) & (self.cost > 0)).all():
            raise ValueError("levels must not be negative, costs must be positive")
        self._check_equations()

    def _check_equations(self) -> None:
        for equation in self.equations:
            if not equation.parts:
                raise ValueError("an equation without parts")
            if len({equation.total, *equation.parts}) != len(equation.parts) + 1:
                raise ValueError("a cell stands twice in one equation")
        rows, cells, signs = self.terms
        if cells.size and not (cells.min() >= 0 and cells.max() < self.values.size):
            raise ValueError("an equation names a cell that is not there")
        size = self.sums(rows, np.abs(self.values[cells]))
        off = np.abs(self.sums(rows, signs * self.values[cells])) > ADDS_UP * size
        if off.any():
            wrong = int(np.flatnonzero(off)[0])
            raise ValueError(f"the parts of equation {wrong} do not add up to its total")

    @cached_property
    def terms(self) -> tuple[Ints, Ints, Floats]:
        """The equations as a sparse matrix: row, cell, and -1 for the total, 1 for a part."""
        cells = [cell for e in self.equations for cell in (e.total, *e.parts)]
        lengths = [1 + len(e.parts) for e in self.equations]
        rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        signs = np.ones(len(cells))
        signs[np.cumsum([0, *lengths], dtype=np.int64)[:-1]] = -1.0
        return rows, np.array(cells, dtype=np.int64), signs

    def sums(self, rows: Ints, of: Floats) -> Floats:
        """``of`` added up by equation."""
        return np.bincount(rows, of, minlength=len(self.equations)).astype(np.float64)

    @cached_property
    def totals(self) -> Bools:
        """Which cells are the total of some others: the margins."""
        mask = np.zeros(self.values.size, dtype=np.bool_)
        mask[[equation.total for equation in self.equations]] = True
        return mask

    @cached_property
    def rise(self) -> Floats:
        """How far above its value a cell may lie for all that is known beforehand."""
        return self.most - self.values

    @cached_property
    def fall(self) -> Floats:
        return self.values - self.least

    def level(self, cell: int, sign: int) -> float:
        """What an attacker must not be able to exclude of a primary cell, above (``sign`` 1) or
        below (-1): no more than what is open beforehand."""
        if sign > 0:
            return float(min(self.upper[cell], self.rise[cell]))
        return float(min(self.lower[cell], self.fall[cell]))

    @classmethod
    def of(
        cls,
        values: ArrayLike,
        equations: Sequence[tuple[int, Sequence[int]]],
        primary: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        least: ArrayLike = 0.0,
        most: ArrayLike = np.inf,
        cost: ArrayLike | None = None,
        fixed: ArrayLike = False,
        holder: ArrayLike = NOBODY,
    ) -> Table:
        """Numbers stand for arrays of them; ``cost`` None: see ``costs``.

        ValueError where shapes differ, a value lies outside its bounds, or an equation does not
        hold.
        """
        given = np.asarray(values, dtype=np.float64)
        return cls(
            given,
            tuple(Equation(int(t), tuple(int(p) for p in parts)) for t, parts in equations),
            _full(primary, given, np.bool_),
            _full(lower, given, np.float64),
            _full(upper, given, np.float64),
            _full(least, given, np.float64),
            _full(most, given, np.float64),
            costs(given) if cost is None else _full(cost, given, np.float64),
            _full(fixed, given, np.bool_),
            _full(holder, given, np.int64),
        )

    @classmethod
    def crossed(
        cls,
        keys: Sequence[Sequence[Hashable]],
        values: ArrayLike,
        primary: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        everything: Hashable = ALL,
        parents: Sequence[Mapping[Hashable, Hashable] | None] = (),
        **others: Any,
    ) -> Table:
        """The table of a CUBE, a ROLLUP or grouping sets in long form; the equations follow.

        ``keys``: of each cell one key a dimension, ``everything`` where the cell sums over it.
        ``parents``: a dimension's hierarchy as child -> parent; what has no parent is a part of
        ``everything``. Cells that are absent are true zeros, or totals nobody is shown.
        ``others``: as in ``of``. ValueError where a key is twice there, a hierarchy runs in a
        circle, or the parts that are there do not add up to their total.
        """
        equations = crossed(keys, everything, parents)
        return cls.of(values, equations, primary, lower, upper, **others)


def costs(values: Floats) -> Floats:
    """What a cell is worth to its reader, where nobody says: 1 + log(1 + |value| / median).

    Ours. Cost 1 for each would give up grand totals as readily as single cells; the value itself
    would give up dozens of small cells to keep a large one. Between the two: small cells count
    alike, and one e times as large counts one more, whatever the unit.
    """
    size = np.abs(values)
    typical = float(np.median(size[size > 0])) if (size > 0).any() else 1.0
    return np.asarray(1.0 + np.log1p(size / typical), dtype=np.float64)


def _full(given: ArrayLike, like: Floats, kind: type[np.generic]) -> NDArray[Any]:
    array = np.asarray(given, dtype=kind)
    return np.full(like.shape, array, dtype=kind) if array.ndim == 0 else array
