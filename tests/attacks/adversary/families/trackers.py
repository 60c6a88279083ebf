"""Trackers (Denning, Denning, Schwartz 1979; Denning 1982, ch. 6.3).

Individual: the target is A and B; q(A and B) = q(A) - q(A and not B). General: with any T of
middling size q(C) = q(C or T) + q(C or not T) - q(T) - q(not T), so that every set asked for is
large, and none of them is the other without somebody.
"""

from __future__ import annotations

from ..attacker import Attacker, conjunction
from ..truth import described
from .family import Family

TRACKER = "size = 'S'"


def _play(attacker: Attacker) -> dict[int, float]:
    individual, general = attacker.units[::2], attacker.units[1::2]
    attacker.total(by=[f"CASE WHEN {TRACKER} THEN 't' ELSE 'f' END"])
    for unit in individual:
        if attacker.left >= 2:
            _individual(attacker, unit)
    for unit in general:
        if attacker.left >= 2:
            here = attacker.narrow(unit)
            attacker.total(f"{here} OR {TRACKER}")
            attacker.total(f"{here} OR NOT ({TRACKER})")
    return attacker.solved()


def _individual(attacker: Attacker, unit: int) -> None:
    """A is the first dimension of the description, B the rest of it."""
    mine = described(attacker.register, attacker.number(unit))
    first, *rest = mine
    a = conjunction({first: mine[first]})
    b = conjunction({name: mine[name] for name in rest}) if rest else "true"
    if attacker.total(f"{a} AND NOT {b}"):
        attacker.total(a)


FAMILY = Family("trackers", "individual and general trackers", _play)
