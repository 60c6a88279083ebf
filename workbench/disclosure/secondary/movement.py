"""A table that nobody can tell from the true one, as the proof that a cell is protected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.disclosure.secondary.table import NOBODY, Floats, Ints, Table

EXACT = 1e-9
"""Tolerance of the solver, in units of the level that is asked for."""
PROOF = 1e-6
"""What a movement may be off, in units of the level, and still count as proof (our default)."""


@dataclass(frozen=True, eq=False)
class Movement:
    """How far off each cell lies in a table that the attacker cannot exclude.

    ``cells``: the withheld cells that move; ``moves`` in units of the values. So far up
    (``rising`` times) and down (``falling`` times, reversed) it can be made before some cell meets
    a bound; ``unbalanced``: the most that an equation is off; ``holders`` know one of the cells,
    and so that nothing moves in this way.
    """

    cells: Ints
    moves: Floats
    rising: float
    falling: float
    unbalanced: float
    holders: frozenset[int]

    @classmethod
    def of(cls, table: Table, cells: Ints, moves: Floats) -> Movement:
        off = np.zeros(table.values.size)
        off[cells] = moves
        rows, named, signs = table.terms
        return cls(
            cells,
            moves,
            _farthest(table, cells, moves),
            _farthest(table, cells, -moves),
            float(np.abs(table.sums(rows, signs * off[named])).max(initial=0.0)),
            frozenset(map(int, table.holder[cells])) - {NOBODY},
        )

    def proves(self, table: Table, cell: int, sign: int) -> bool:
        """Whether it, larger or smaller, satisfies all equations and bounds, and moves ``cell`` as
        far as its level asks."""
        at = np.searchsorted(self.cells, cell)
        if at == self.cells.size or self.cells[at] != cell or not self.moves[at]:
            return False
        level = table.level(cell, sign)
        times = sign * level / float(self.moves[at])
        fits = -self.falling * (1 + PROOF) <= times <= self.rising * (1 + PROOF)
        return fits and abs(times) * self.unbalanced <= PROOF * level


def _farthest(table: Table, cells: Ints, moves: Floats) -> float:
    room = np.where(moves > 0, table.rise[cells], table.fall[cells])
    return float((room / np.abs(moves)).min(initial=np.inf))
