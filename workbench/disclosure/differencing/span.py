"""What follows from told cells by adding and subtracting: a basis of their combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from workbench.disclosure.differencing.contributions import Floats, Ints, Mask

_ZERO = 1e-9
"""Coefficients are quotients of small whole numbers; what is smaller is an error of rounding."""

Judge = Callable[[Floats], Mask]
"""Whether combinations, coefficients by atom in a row, may be told."""
State = tuple[Floats, Ints, Mask]


class Span:
    """The told combinations of atoms in reduced row echelon form; a column is an atom.

    An atom that follows from them is ``known`` and is taken out of the rows: what follows from it
    and the rest is told by the rest.
    """

    def __init__(self) -> None:
        self.rows: Floats = np.zeros((0, 1))
        self._pivots: Ints = np.zeros(0, np.int64)
        self.known: Mask = np.zeros(1, np.bool_)

    def copy(self) -> Span:
        other = Span()
        other.restore((self.rows.copy(), self._pivots.copy(), self.known.copy()))
        return other

    @property
    def rank(self) -> int:
        """How many told combinations do not follow from the others."""
        return len(self.rows) + int(self.known.sum())

    def state(self) -> State:
        """What ``restore`` takes, as long as nothing was allowed in between."""
        return self.rows, self._pivots, self.known

    def restore(self, state: State) -> None:
        self.rows, self._pivots, self.known = state

    def split(self, parents: tuple[tuple[int, int], ...]) -> None:
        """Atoms were cut: each new one, a next column, has the coefficients of its parent. Where
        the parent was known, the sum of its parts is."""
        if not parents:
            return
        self.rows = np.hstack([self.rows, self.rows[:, [parent for parent, _ in parents]]])
        self.known = np.concatenate([self.known, np.zeros(len(parents), np.bool_)])
        parts: dict[int, list[int]] = defaultdict(list)
        for parent, new in parents:
            parts[parent].append(new)
        for parent, new_ones in parts.items():
            if self.known[parent]:
                self.known[parent] = False
                row = np.zeros(len(self.known))
                row[[parent, *new_ones]] = 1.0
                self._append(row, parent)

    def allows(self, row: Floats, judge: Judge) -> bool:
        """Whether nothing that follows from ``row`` and the told ones is forbidden. If so it is
        told from now on; else nothing changes."""
        new = self.reduced(row)
        if not new.any():
            return True
        pivot = int(np.argmax(np.abs(new)))
        new = new / new[pivot]
        touched = np.flatnonzero(self.rows[:, pivot])
        changed = _clean(self.rows[touched] - np.outer(self.rows[touched, pivot], new))
        if not judge(np.vstack([new[None, :], changed])).all():
            return False
        self.rows[touched] = changed
        self._append(new, pivot)
        self._settle()
        return True

    def reduced(self, row: Floats) -> Floats:
        """What ``row`` tells beyond the told ones; nothing where it follows from them."""
        found = np.where(self.known, 0.0, row)
        if len(self.rows):
            found = _clean(found - found[self._pivots] @ self.rows)
        return found

    def tells_of(self, atoms: Ints) -> bool:
        """Whether some combination of these ``atoms`` alone follows. Only rows whose pivots are
        among them can add up to one."""
        mine = self.rows[np.isin(self._pivots, atoms)]
        others = np.delete(mine, atoms, axis=1)
        return len(mine) > 0 and int(np.linalg.matrix_rank(others)) < len(mine)

    def assume(self, atoms: Ints) -> None:
        """Take ``atoms`` as known, whatever follows from that."""
        self.known[atoms] = True
        rows, pivots = self.rows, self._pivots
        rows[:, atoms] = 0.0
        whole = rows[np.arange(len(rows)), pivots] != 0.0
        self.rows, self._pivots = rows[whole], pivots[whole]
        for loose in rows[~whole]:
            self.allows(loose, lambda rows: np.ones(len(rows), np.bool_))

    def _append(self, row: Floats, pivot: int) -> None:
        self.rows = np.vstack([self.rows, row[None, :]])
        self._pivots = np.append(self._pivots, pivot)

    def _settle(self) -> None:
        """Rows of a single atom make it known."""
        alone = np.count_nonzero(self.rows, axis=1) == 1
        if alone.any():
            self.assume(self._pivots[alone])


def _clean(rows: Floats) -> Floats:
    rows[np.abs(rows) < _ZERO] = 0.0
    return rows
