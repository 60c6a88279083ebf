"""Weights from the data: an indicator weighs by its spread, and by how little others repeat it.

CRITIC (criteria importance through intercriteria correlation): Diakoulaki, Mavrotas and
Papayannakis, Computers & Operations Research 22 (1995) 763-770.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.assessment.weighting.entropy import Alike


def weights_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1, of ``scores`` (departments x indicators, more is better): each column
    is brought to 0..1 by its least and greatest value, and weighs ``s * sum(1 - r)`` with its
    standard deviation ``s`` and its correlations ``r`` with the other columns. A column that is the
    same all the way down has no correlation and weighs nothing.

    Raises ValueError of fewer than two departments; Alike where nothing differs, or where the
    columns that do repeat one another entirely.
    """
    if len(scores) < 2:
        raise ValueError("CRITIC needs two departments at least")
    least, span = scores.min(axis=0), np.ptp(scores, axis=0)
    differing = np.flatnonzero(span > 0)
    if not differing.size:
        raise Alike("all departments are alike in every indicator")
    brought = (scores[:, differing] - least[differing]) / span[differing]
    found = np.zeros(scores.shape[1])
    if differing.size == 1:
        found[differing] = 1
        return found
    apart = 1 - np.corrcoef(brought, rowvar=False)
    information = brought.std(axis=0, ddof=1) * np.where(apart < _SAME, 0, apart).sum(axis=0)
    if not information.sum() > 0:
        raise Alike("the indicators that differ repeat one another")
    found[differing] = information / information.sum()
    return found


_SAME = 1e-12
"""Below this 1 - r is the rounding of a correlation of 1."""
