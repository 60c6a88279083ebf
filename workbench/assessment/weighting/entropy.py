"""Weights from the data: the more an indicator tells departments apart, the more it weighs.

Shannon's entropy as a weight: Zeleny, *Multiple Criteria Decision Making*, McGraw-Hill 1982;
Hwang and Yoon, *Multiple Attribute Decision Making*, Springer 1981. In Chinese work it is 熵权法.

It follows the spread and not the importance, and it depends on where scores begin: adding ten to
all scores of an indicator lowers its weight. A scheme that takes it says so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Alike(ValueError):
    """No indicator tells two departments apart: the data give no weights."""


def entropies(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each column of ``scores`` (departments x indicators, not negative):
    ``-sum(p * ln p) / ln m`` with ``p`` the share of a department in its column's sum, and
    0 * ln 0 = 0. From 0 (one department has everything) to 1 (all alike; also a column of zeros).

    Raises ValueError of fewer than two departments, or of a negative score.
    """
    if len(scores) < 2:
        raise ValueError("entropy needs two departments at least")
    if (scores < 0).any():
        raise ValueError("entropy is of scores that are not negative")
    sums = scores.sum(axis=0)
    shares = np.divide(scores, sums, out=np.full(scores.shape, 1 / len(scores)), where=sums > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=0) / np.log(len(scores)))


def weights_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1: ``(1 - e) / sum(1 - e)`` of the entropies.

    Raises Alike where every column is the same all the way down.
    """
    differing = 1 - entropies(scores)
    constant = scores.max(axis=0) == scores.min(axis=0)
    differing[constant] = 0
    if not differing.sum() > 0:
        raise Alike("all departments are alike in every indicator")
    return np.asarray(differing / differing.sum())
