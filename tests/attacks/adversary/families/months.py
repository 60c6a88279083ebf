"""Several rows a firm: June from the year to date, then June without one firm.

No two statements differ by one firm: the year to June minus the year to May is June.
"""

from __future__ import annotations

from ..attacker import Asking, Attacker, Quantity
from ..truth import JUNE
from .family import Family
from .isolating import bases, narrow, without


def _play(attacker: Attacker) -> dict[int, float]:
    for last in (JUNE, JUNE - 1):
        bases(attacker, Asking(where=f"month <= {last}"))
    for unit in attacker.units:
        if attacker.left:
            without(attacker, unit, Asking(where=f"month = {JUNE}"), narrow)
    return attacker.solved()


FAMILY = Family(
    "months", "June from the year to date, and without one firm", _play,
    Quantity("month", "turnover", f"month = {JUNE}"),
)  # fmt: skip
