"""Numbers of entities as a report may say them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Size:
    """So many entities, or fewer than so many: exactly one of the two is there."""

    number: int | None = None
    fewer_than: int | None = None

    @staticmethod
    def of(number: int, k: int) -> Size:
        """None at all is told; from one up to the threshold ``k`` it is not told how many."""
        return Size(fewer_than=k) if 0 < number < k else Size(number)


def percent(part: int, whole: int, k: int) -> int | None:
    """A share of entities in percent. None for some that are fewer than ``k``, and where there is
    no whole; all but fewer than ``k`` are all.

    Rounded by steps of at least ``k`` entities, so that what several shares leave to 100 tells of
    no fewer.
    """
    if whole <= 0 or 0 < part < k:
        return None
    if not part or whole - part < k:
        return 100 if part else 0
    step = max(1, ceil(100 * k / whole))
    return min(max(round(100 * part / whole / step) * step, 1), 99)
