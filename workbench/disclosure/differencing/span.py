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
State = tuple[Floats, Ints, Mask, Ints]


class Span:
    """The told combinations of atoms in reduced row echelon form; a column is an atom.

    Pivots are the atoms with the most ``weight``: what is harmless is eliminated first, then what
    is large, so that rows are combinations of what is left, the small. No row holds an atom that
    weighs more than its pivot: so the rows whose pivots weigh less than some bound span all
    combinations of the atoms below it (the greedy basis of a matroid; Edmonds 1971).

    An atom that follows from them is ``known`` and is taken out of the rows: what follows from it
    and the rest is told by the rest.
    """

    def __init__(self) -> None:
        self.rows: Floats = np.zeros((0, 1))
        self.pivots: Ints = np.zeros(0, np.int64)
        self.known: Mask = np.zeros(1, np.bool_)
        self.weight: Ints = np.zeros(1, np.int64)
        self._ranked = self.weight  # by which the pivots were chosen

    @staticmethod
    def of(rows: Floats, pivots: Ints, known: Mask, weight: Ints) -> Span:
        """One whose pivots were chosen by these weights."""
        made = Span()
        made.restore((rows, pivots, known, weight))
        made._ranked = weight
        return made

    def copy(self) -> Span:
        other = Span()
        other.restore((self.rows.copy(), self.pivots.copy(), self.known.copy(), self.weight))
        other._ranked = self._ranked
        return other

    @property
    def rank(self) -> int:
        """How many told combinations do not follow from the others."""
        return len(self.rows) + int(self.known.sum())

    def state(self) -> State:
        """What ``restore`` takes, as long as nothing was allowed in between."""
        return self.rows, self.pivots, self.known, self.weight

    def restore(self, state: State) -> None:
        self.rows, self.pivots, self.known, self.weight = state

    def split(self, parents: tuple[tuple[int, int], ...], weight: Ints) -> None:
        """Atoms were cut: each new one, a next column, has the coefficients of its parent. Where
        the parent was known, the sum of its parts is. ``weight``: of each atom from now on."""
        self.weight = weight
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
                self.rows = np.vstack([self.rows, row[None, :]])
                self.pivots = np.append(self.pivots, parent)

    def allows(self, row: Floats, judge: Judge) -> bool:
        """Whether nothing that follows from ``row`` and the told ones is forbidden. If so it is
        told from now on; else nothing changes."""
        new = self.reduced(row)
        if not new.any():
            return True
        rows, pivots, changed = self._with(new)
        if not judge(rows[changed]).all():
            return False
        self.rows, self.pivots, self._ranked = rows, pivots, self.weight
        self._settle()
        return True

    def _with(self, new: Floats) -> tuple[Floats, Ints, Mask]:
        """The rows beside a ``new`` one, their pivots, and which of them changed by that."""
        rows = np.vstack([self.rows, new[None, :]])
        pivots = np.append(self.pivots, -1)
        changed = np.zeros(len(rows), np.bool_)
        least = np.append(self.weight[self.pivots], -1)  # a pivot weighs as much as anything
        heaviest = self._heaviest_beside(new)
        while (at := int(np.argmax(heaviest - least))) >= 0 and heaviest[at] > least[at]:
            pivot = _pivot(rows[at], self.weight)
            touched = _exchange(rows, at, pivot)
            pivots[at], least[at] = pivot, self.weight[pivot]
            changed[touched] = True
            heaviest[touched] = _heaviest(rows[touched], self.weight)
        return rows, pivots, changed

    def _heaviest_beside(self, new: Floats) -> Ints:
        """The most weight in each row and in the ``new`` one: the pivot's, unless weights have
        changed."""
        if np.array_equal(self._ranked, self.weight):
            return np.append(self.weight[self.pivots], _heaviest(new[None, :], self.weight))
        return _heaviest(np.vstack([self.rows, new[None, :]]), self.weight)

    def reduced(self, row: Floats) -> Floats:
        """What ``row`` tells beyond the told ones; nothing where it follows from them."""
        found = np.where(self.known, 0.0, row)
        if len(self.rows):
            found = _clean(found - found[self.pivots] @ self.rows)
        return found

    def tells_of(self, atoms: Ints) -> bool:
        """Whether some combination of these ``atoms`` alone follows. Only rows whose pivots are
        among them can add up to one."""
        mine = self.rows[np.isin(self.pivots, atoms)]
        others = np.delete(mine, atoms, axis=1)
        return len(mine) > 0 and int(np.linalg.matrix_rank(others)) < len(mine)

    def rebuild(self, rows: Floats) -> None:
        """All that follows from ``rows``, what is known taken out of them."""
        found = np.where(self.known, 0.0, rows.astype(np.float64))
        found = found[found.any(axis=1)]
        if not len(found):
            self.rows, self.pivots = found, np.zeros(0, np.int64)
            return
        self.rows, self.pivots = self._echelon(found)
        self._ranked = self.weight
        self._settle()

    def assume(self, atoms: Ints) -> None:
        """Take ``atoms`` as known, whatever follows from that."""
        self.known[atoms] = True
        rows, pivots = self.rows, self.pivots
        rows[:, atoms] = 0.0
        whole = rows[np.arange(len(rows)), pivots] != 0.0
        if whole.all():
            return
        kept, held = rows[whole], pivots[whole]
        loose, new = self._echelon(_clean(rows[~whole] - rows[~whole][:, held] @ kept))
        kept = _clean(kept - kept[:, new] @ loose)
        kept[:, new] = 0.0
        self.rows, self.pivots = np.vstack([kept, loose]), np.concatenate([held, new])
        self._settle()

    def _echelon(self, rows: Floats) -> tuple[Floats, Ints]:
        """``rows`` by pivots that are the heaviest of theirs, in place; and these pivots."""
        columns = np.flatnonzero(rows.any(axis=0))
        some, weight = rows[:, columns], self.weight[columns]
        open_, pivots = np.ones(len(some), np.bool_), np.full(len(some), -1)
        heaviest = _heaviest(some, weight)
        while heaviest[at := int(np.argmax(np.where(open_, heaviest, -1)))] >= 0 and open_[at]:
            pivots[at] = _pivot(some[at], weight)
            touched = _exchange(some, at, int(pivots[at]))
            heaviest[touched] = _heaviest(some[touched], weight)
            open_[at] = False
        done = np.flatnonzero(~open_)
        found = np.zeros((len(done), rows.shape[1]))
        found[:, columns] = some[done]
        return found, columns[pivots[done]]

    def _settle(self) -> None:
        """Rows of a single atom make it known."""
        alone = np.count_nonzero(self.rows, axis=1) == 1
        if alone.any():
            self.assume(self.pivots[alone])


def _heaviest(rows: Floats, weight: Ints) -> Ints:
    """The most weight in each row."""
    found: Ints = np.where(rows != 0.0, weight, -1).max(axis=1, initial=-1)
    return found


def _pivot(row: Floats, weight: Ints) -> int:
    """The heaviest of a row; of several, the one with the largest coefficient."""
    held = np.where(row != 0.0, weight, -1)
    return int(np.argmax(np.where(held == held.max(), np.abs(row), 0.0)))


def _exchange(rows: Floats, at: int, pivot: int) -> Ints:
    """Make the column ``pivot`` that of the row ``at``; which rows changed by it."""
    rows[at] /= rows[at, pivot]
    touched = np.flatnonzero(rows[:, pivot])
    others = touched[touched != at]
    rows[others] = _clean(rows[others] - np.outer(rows[others, pivot], rows[at]))
    rows[others, pivot] = 0.0
    return touched


def _clean(rows: Floats) -> Floats:
    rows[np.abs(rows) < _ZERO] = 0.0
    return rows
