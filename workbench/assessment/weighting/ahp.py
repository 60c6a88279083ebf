"""Weights from pairwise judgements: the analytic hierarchy process of T. L. Saaty.

Source of the method: Saaty, "A scaling method for priorities in hierarchical structures", Journal
of Mathematical Psychology 15 (1977) 234-281, and *The Analytic Hierarchy Process*, McGraw-Hill
1980. A matrix here is square, positive and reciprocal: ``a[i, j]`` says how many times as much
``i`` weighs as ``j``, and ``a[j, i]`` is one over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

LEAST, MOST = 1, 9
"""The ends of Saaty's scale: alike, and absolutely more."""
ACCEPTED = 0.10
"""The consistency ratio up to which judgements are taken as they are (Saaty 1980)."""
LARGEST = 15
"""Items that the random indices are there for."""


class RandomIndex(StrEnum):
    """Whose mean consistency index of random judgements a ratio is over: ``saaty_1980`` is the
    table of the book, p. 21, which most worked examples use; ``saaty_2005`` that of *Theory and
    Applications of the Analytic Network Process*, p. 31, from more random matrices."""

    saaty_1980 = "saaty_1980"
    saaty_2005 = "saaty_2005"


RANDOM: Mapping[RandomIndex, tuple[float, ...]] = {
    RandomIndex.saaty_1980: (
        0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
    ),
    RandomIndex.saaty_2005: (
        0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59,
    ),
}  # fmt: skip
"""By number of items, from one on."""

SCALE = tuple(Fraction(1, n) for n in range(MOST, 1, -1)) + tuple(
    Fraction(n) for n in range(LEAST, MOST + 1)
)


class Incomplete(ValueError):
    """``missing``: the pairs of items that nobody compared."""

    def __init__(self, missing: Sequence[tuple[str, str]]) -> None:
        super().__init__("not compared: " + ", ".join(f"{a} and {b}" for a, b in missing))
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Consistency:
    """``largest``: the principal eigenvalue, which is the number of items where judgements agree
    entirely. ``index``: (largest - n) / (n - 1). ``ratio``: that over the random index; 0 of one
    or two items, which cannot disagree."""

    largest: float
    index: float
    ratio: float

    @property
    def accepted(self) -> bool:
        return self.ratio <= ACCEPTED


@dataclass(frozen=True)
class Doubt:
    """The judgement that fits the others worst. ``row`` was said to weigh ``said`` times
    ``column``; the others together say ``fits``, of which ``scale`` is the nearest value that can
    be said; with it the ratio were ``ratio``. ``share``: its part of all that does not fit."""

    row: int
    column: int
    said: float
    fits: float
    scale: Fraction
    ratio: float
    share: float


def matrix_of(items: Sequence[str], times: Mapping[tuple[str, str], float]) -> Matrix:
    """``times``: for each pair in one direction, how many times the first weighs the second.

    Raises Incomplete, with the pairs that lack. A matrix is not completed by guessing: a weight
    is then no longer what somebody judged.
    """
    made = np.ones((len(items), len(items)))
    lacking = []
    for (i, first), (j, second) in combinations(enumerate(items), 2):
        if (first, second) in times:
            made[i, j] = times[first, second]
        elif (second, first) in times:
            made[i, j] = 1 / times[second, first]
        else:
            lacking.append((first, second))
        made[j, i] = 1 / made[i, j]
    if lacking:
        raise Incomplete(lacking)
    return made


def principal(matrix: Matrix) -> tuple[float, NDArray[np.float64]]:
    """The largest eigenvalue, and its eigenvector scaled to a sum of 1 (Saaty 1977)."""
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    vector = np.abs(vectors[:, at].real)
    return float(values[at].real), vector / vector.sum()


def weights_of(matrix: Matrix) -> NDArray[np.float64]:
    """Shares that sum to 1."""
    return principal(matrix)[1]


def consistency_of(matrix: Matrix, random: RandomIndex = RandomIndex.saaty_1980) -> Consistency:
    """Raises ValueError of more than 15 items: there is no random index for them."""
    size = len(matrix)
    if size > LARGEST:
        raise ValueError(f"{size} items; the random index is known up to {LARGEST}")
    if size < 3:
        return Consistency(float(size), 0.0, 0.0)
    largest, _ = principal(matrix)
    index = max(largest - size, 0.0) / (size - 1)
    return Consistency(largest, index, index / RANDOM[random][size - 1])


def together(matrices: Iterable[Matrix]) -> Matrix:
    """One matrix of several judges: the geometric mean of each judgement, the only mean that keeps
    reciprocals (Aczél and Saaty, Journal of Mathematical Psychology 27 (1983) 93-102)."""
    return np.asarray(np.exp(np.mean([np.log(each) for each in matrices], axis=0)))


def doubt_of(matrix: Matrix, random: RandomIndex = RandomIndex.saaty_1980) -> Doubt | None:
    """The pair with the largest ``a[i, j] * w[j] / w[i]`` (Saaty, European Journal of Operational
    Research 145 (2003) 85-91), and what the other judgements give for it: that pair taken out by
    Harker's completion (Mathematical Modelling 9 (1987) 353-360: 0 in its place, 1 more on the
    diagonal of both). None where all fit."""
    weights = weights_of(matrix)
    misfit = np.triu(np.log(matrix) - np.log(np.divide.outer(weights, weights)))
    total = float((misfit**2).sum())
    if len(matrix) < 3 or total < 1e-18:
        return None
    row, column = map(int, np.unravel_index(np.argmax(np.abs(misfit)), misfit.shape))
    share = float(misfit[row, column] ** 2) / total
    if matrix[row, column] < 1:
        row, column = column, row
    fits = _fitting(matrix, row, column)
    scale = nearest(fits)
    changed = _with(matrix, row, column, float(scale))
    ratio = consistency_of(changed, random).ratio
    return Doubt(row, column, float(matrix[row, column]), fits, scale, ratio, share)


def nearest(value: float) -> Fraction:
    """The value of Saaty's scale that is nearest as a ratio."""
    return min(SCALE, key=lambda each: abs(np.log(float(each)) - np.log(value)))


def _fitting(matrix: Matrix, row: int, column: int) -> float:
    without = matrix.copy()
    without[row, column] = without[column, row] = 0
    without[row, row] += 1
    without[column, column] += 1
    weights = weights_of(without)
    return float(weights[row] / weights[column])


def _with(matrix: Matrix, row: int, column: int, value: float) -> Matrix:
    changed = matrix.copy()
    changed[row, column], changed[column, row] = value, 1 / value
    return changed
