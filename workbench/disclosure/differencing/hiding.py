"""Which cell to withhold so that an atom that is explained too well is explained less.

The cells that have the atom in them are often the totals: it is what is left of them after all
others. Withholding one of those others hides it as well, and costs its reader less. A cell that
follows from the others hides nothing; one that does not takes a direction of its own out of what
is told, and the atom's leverage falls by the square of its part of that direction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workbench.disclosure.differencing.contributions import Floats, Ints
from workbench.disclosure.differencing.reach import MOST, linked

ALONE = 1.0 - 1e-6
"""The part of a cell that does not follow from others, from which on none of it does (rounding)."""
LITTLE = 0.02
"""Of a leverage; cells that take less from it are not worth withholding for it (ours)."""


class Hiding:
    """Over the ``told`` cells that are connected with ``atom``, a row each; ``sizes``: units of
    each atom. ``leverage``: as in ``reach.MOST``."""

    def __init__(self, told: Floats, sizes: Ints, atom: int) -> None:
        itself = np.zeros(told.shape[1], np.bool_)
        itself[atom] = True
        cells = np.flatnonzero(linked(told != 0.0, itself))
        rows = told[cells].astype(np.float64) * np.sqrt(sizes)
        inverse = np.linalg.pinv(rows)
        self.leverage = float(inverse[atom] @ rows[:, atom])
        apart = (rows * inverse.T).sum(axis=1) > ALONE
        ways = inverse[:, apart]
        taken = ways[atom] ** 2 / (ways**2).sum(axis=0)
        self._taken = dict(zip(cells[apart].tolist(), taken.tolist(), strict=True))

    def best(self, rows: Mapping[int, int], losses: Mapping[int, float]) -> int | None:
        """Of candidates, each with its row of ``told``, the one to withhold: that of the least loss
        among those that take enough, else the one that takes most; None where none takes anything
        worth it."""
        taken = {n: self._taken.get(row, 0.0) for n, row in rows.items()}
        most = max(taken.values(), default=0.0)
        if most < LITTLE:
            return None
        wanted = min(max(self.leverage - MOST, LITTLE), most)
        enough = [n for n, part in taken.items() if part >= wanted]
        return min(enough, key=lambda n: (losses[n], n))
