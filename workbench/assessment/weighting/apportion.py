"""Shares as decimals that come to a whole exactly: the largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

DIGITS = 2
"""Decimals of a weight (ours): a hundredth of a point of a hundred."""
_NOISE = 12
"""Decimals that a share is read to: below them stand the last bits of an eigenvector, which are
other ones on another machine."""


def apportioned(
    shares: Sequence[float | Fraction], whole: Fraction, digits: int = DIGITS
) -> tuple[Decimal, ...]:
    """``whole`` in parts of ``digits`` decimals, in proportion to ``shares`` (not negative, of any
    sum above zero), in their order. Each part is its share rounded down, and what is left goes by
    one unit each to the largest remainders; of equal ones to the first (the method of Hamilton and
    Hare-Niemeyer: Balinski and Young, *Fair Representation*, 1982).

    Raises ValueError where a share is negative, all are zero, or ``whole`` has more decimals.
    """
    read = [_read(share) for share in shares]
    units = whole * 10**digits
    if units.denominator != 1:
        raise ValueError(f"{whole} has more than {digits} decimals")
    if any(share < 0 for share in read) or not sum(read):
        raise ValueError("shares are not negative, and not all zero")
    exact = [share * units / sum(read) for share in read]
    parts = [floor(each) for each in exact]
    left = int(units) - sum(parts)
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for number in order[:left]:
        parts[number] += 1
    return tuple(Decimal(part).scaleb(-digits) for part in parts)


def _read(share: float | Fraction) -> Fraction:
    return share if isinstance(share, Fraction) else Fraction(str(round(float(share), _NOISE)))
