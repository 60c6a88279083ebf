"""What a grant says of noise: its privacy budget, and how much one entity may weigh.

Epsilon is kept in whole millionths, so that what was spent adds up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MILLION = 1_000_000
"""Millionths of epsilon in one."""
PLACES = 6
"""Places behind the point that an epsilon may have."""


@dataclass(frozen=True)
class NoiseBound:
    """What one entity may contribute to a sum of ``column`` in one cell: at most ``most`` times
    ``unit`` in absolute terms, in whole units of the column (yuan and fen, say)."""

    column: str
    most: int
    unit: Decimal


@dataclass(frozen=True)
class NoiseRules:
    """``epsilon``: the budget of the grant for its whole life; ``each``: the most that one question
    spends; both in millionths. ``rows``: how many rows of one entity are looked at, whatever is
    asked. ``bounds``: of the measures that may be summed."""

    epsilon: int
    each: int
    rows: int = 1
    bounds: tuple[NoiseBound, ...] = ()

    def bound(self, column: str) -> NoiseBound | None:
        """By name, as SQL compares names."""
        name = column.casefold()
        return next((b for b in self.bounds if b.column.casefold() == name), None)


def millionths(epsilon: Decimal) -> int | None:
    """Exact; None where it is none, not above zero, or has more than PLACES places."""
    if not epsilon.is_finite() or epsilon <= 0 or epsilon.adjusted() > PLACES:
        return None
    scaled = epsilon.scaleb(PLACES)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def epsilon_of(parts: int) -> float:
    """The number to show and to record; exact arithmetic stays in millionths."""
    return parts / MILLION
