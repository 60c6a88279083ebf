"""How sure a measure is that is a rate: its interval, and scores of it drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from zlib import crc32

import numpy as np

from workbench.assessment.tables import Floats, Table


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``of`` items, and what score a share of one becomes (0 to 100)."""

    hits: int
    of: int
    score: Callable[[Fraction], Fraction]

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of or not self.of:
            raise ValueError(f"{self.hits} of {self.of} is no rate")


Rates = Mapping[str, Mapping[str, Rate]]
"""By department and indicator; what is no rate is not there, and does not vary."""


def wilson(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of a share (Wilson, J. of the American Statistical Association 22 (1927)
    209-212): it has a width also where all or none of a few items are hits, where drawing anew has
    none. Raises ValueError of no items."""
    if not 0 <= hits <= of or not of:
        raise ValueError(f"{hits} of {of} is no rate")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def redrawn(table: Table, rates: Rates, draws: int, seed: int, block: int) -> Iterator[Floats]:
    """The scores of ``table`` in blocks of ``block`` draws (N x D x K), each rate drawn anew.

    The bootstrap (Efron, Annals of Statistics 7 (1979) 1-26) of items that are hits or not: n of
    them drawn with replacement have a number of hits that is binomial with the share at hand, so
    that is drawn, and no items are. Each department and indicator has its own stream, whatever the
    others are. Ours: indicators are drawn by themselves, though one case may count in several.
    """
    cells = [_Cell.of(table, department, name, rate, seed)
             for department, given in sorted(rates.items())
             for name, rate in sorted(given.items())
             if department in table.departments and name in table.indicators]  # fmt: skip
    for at in range(0, draws, block):
        size = min(block, draws - at)
        scores = np.repeat(table.scores[np.newaxis], size, axis=0)
        for cell in cells:
            scores[:, cell.row, cell.column] = cell.draw(size)
        yield scores


@dataclass(frozen=True)
class _Cell:
    row: int
    column: int
    rate: Rate
    stream: np.random.Generator
    known: dict[int, float]

    @classmethod
    def of(cls, table: Table, department: str, name: str, rate: Rate, seed: int) -> _Cell:
        words = [seed, crc32(department.encode()), crc32(name.encode())]
        row, column = table.departments.index(department), table.indicators.index(name)
        return cls(row, column, rate, np.random.default_rng(words), {})

    def draw(self, size: int) -> Floats:
        rate = self.rate
        hits = self.stream.binomial(rate.of, rate.hits / rate.of, size)
        values, where = np.unique(hits, return_inverse=True)
        return np.array([self._score(int(each)) for each in values])[where]

    def _score(self, hits: int) -> float:
        if hits not in self.known:
            self.known[hits] = float(self.rate.score(Fraction(hits, self.rate.of)))
        return self.known[hits]
