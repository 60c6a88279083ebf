"""How sure a measure is that is a rate: its interval, and scores of it drawn anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from zlib import crc32

import numpy as np

from workbench.assessment.measured import Gathered, Inputs, Measured
from workbench.assessment.scheme import Indicator, Scheme
from workbench.assessment.scoring import Row, Sheet, State, score
from workbench.assessment.tables import Floats, Table
from workbench.kpi.definition import Figure

_DRAWS = 10_000

Score = Callable[[Fraction, Fraction], Fraction]
"""From what was counted, and over how much, to a score of 0 to 100."""


@dataclass(frozen=True)
class Rate:
    """A ratio of a department by its items: ``kinds`` are (numerator, denominator, how many items
    have them), the denominators above zero."""

    kinds: tuple[tuple[Fraction, Fraction, int], ...]
    score: Score

    def __post_init__(self) -> None:
        if not self.kinds or any(of <= 0 or count < 1 for _, of, count in self.kinds):
            raise ValueError("a rate is over items, each of a denominator above zero")

    @property
    def hits(self) -> tuple[int, int] | None:
        """How many of how many, where each item is a hit or is not; else None."""
        if any(of != 1 or amount not in (0, 1) for amount, of, _ in self.kinds):
            return None
        return (
            sum(count for amount, _, count in self.kinds if amount),
            sum(count for _, _, count in self.kinds),
        )


Rates = Mapping[str, Mapping[str, Rate]]
"""By department and indicator; what is no rate is not there, and does not vary."""


def share(hits: int, of: int, score: Score) -> Rate:
    """``hits`` of ``of`` items. Raises ValueError where that is no share."""
    if not 0 <= hits <= of or not of:
        raise ValueError(f"{hits} of {of} is no rate")
    kinds = ((Fraction(1), Fraction(1), hits), (Fraction(0), Fraction(1), of - hits))
    return Rate(tuple(kind for kind in kinds if kind[2]), score)


def rates_of(scheme: Scheme, inputs: Inputs, found: Iterable[Sheet]) -> dict[str, dict[str, Rate]]:
    """Of the sheets that were made of ``inputs``: each rated ratio with the score that its function
    makes of it. Left out are ranks among others, vetoes, and manual values, which have no items."""
    known = {each.id: each for each in scheme.indicators}
    return {
        sheet.department: {
            row.indicator: rate
            for row in sheet.rows
            if (rate := _rate(known[row.indicator], inputs.measures[row.indicator], row))
        }
        for sheet in found
    }


def _rate(indicator: Indicator, gathered: Gathered, row: Row) -> Rate | None:
    of_others = indicator.score.rank is not None or indicator.score.veto is not None
    if row.state is not State.rated or gathered.figure is not Figure.ratio or of_others:
        return None
    items = row.measured.items if row.measured is not None else ()
    kinds = Counter((item.amount, item.of) for item in items if item.of > 0)
    if not kinds:
        return None

    def scored(counted: Fraction, of: Fraction) -> Fraction:
        return score(indicator, gathered, Measured(counted / of, of, counted), [])

    return Rate(tuple((*kind, count) for kind, count in sorted(kinds.items())), scored)


def wilson(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of a share (Wilson, J. of the American Statistical Association 22 (1927)
    209-212): it has a width also where all or none of a few items are hits, where drawing anew has
    none. Raises ValueError of no items."""
    if not 0 <= hits <= of or not of:
        raise ValueError(f"{hits} of {of} is no rate")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    part, spread = hits / of, z * z / of
    middle = (part + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(part * (1 - part) / of + spread / (4 * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def interval(rate: Rate, seed: int, confidence: float = 0.95) -> tuple[float, float]:
    """Of the ratio itself. Wilson's where each item is a hit or is not; else the middle of 10,000
    ratios of items drawn with replacement (the percentile interval: Efron and Tibshirani, *An
    Introduction to the Bootstrap*, 1993, ch. 13), which has no width where all items are alike."""
    if rate.hits is not None:
        return wilson(*rate.hits, confidence)
    counts = np.array([count for _, _, count in rate.kinds])
    stream = np.random.default_rng([seed, int(counts.sum())])
    drawn = stream.multinomial(counts.sum(), counts / counts.sum(), _DRAWS)
    amounts, ofs = (np.array([float(kind[n]) for kind in rate.kinds]) for n in (0, 1))
    ends = ((1 - confidence) / 2, (1 + confidence) / 2)
    low, high = np.quantile((drawn @ amounts) / (drawn @ ofs), ends, method="inverted_cdf")
    return float(low), float(high)


def redrawn(table: Table, rates: Rates, draws: int, seed: int, block: int) -> Iterator[Floats]:
    """The scores of ``table`` in blocks of ``block`` draws (N x D x K), each rate drawn anew.

    The bootstrap (Efron, Annals of Statistics 7 (1979) 1-26): as many items as there are, drawn
    with replacement. Items of one kind are alike, so how many of each kind come is drawn (it is
    multinomial; of hits and misses, binomial), and no items are. Each department and indicator has
    its own stream, whatever the others are. Ours: indicators are drawn by themselves, though one
    case may count in several.
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
    known: dict[tuple[int, ...], float]

    @classmethod
    def of(cls, table: Table, department: str, name: str, rate: Rate, seed: int) -> _Cell:
        words = [seed, crc32(department.encode()), crc32(name.encode())]
        row, column = table.departments.index(department), table.indicators.index(name)
        return cls(row, column, rate, np.random.default_rng(words), {})

    def draw(self, size: int) -> Floats:
        counts = np.array([count for _, _, count in self.rate.kinds])
        drawn = self.stream.multinomial(counts.sum(), counts / counts.sum(), size)
        by_rows = len(counts) > 2  # of two kinds the first tells all, and is quick to sort
        _, first, where = np.unique(
            drawn if by_rows else drawn[:, 0], axis=0, return_index=True, return_inverse=True
        )
        scores = [self._score(tuple(map(int, each))) for each in drawn[first]]
        return np.array(scores)[where.ravel()]

    def _score(self, times: tuple[int, ...]) -> float:
        if times not in self.known:
            kinds = list(zip(self.rate.kinds, times, strict=True))
            counted = sum((amount * n for (amount, _, _), n in kinds), Fraction())
            of = sum((each * n for (_, each, _), n in kinds), Fraction())
            self.known[times] = float(self.rate.score(counted, of))
        return self.known[times]
