"""Exact knowledge of some firms: a cell of the target and firms that are known.

``insiders`` asks for that cell, which has enough firms and none that dominates. ``crowds`` asks for
everybody with and without such a set: the difference is of many firms, all of them known but one.
"""

from __future__ import annotations

from ..attacker import Attacker
from .family import Family

COMPANY = 9
"""Known firms beside the target."""


def _company(attacker: Attacker, unit: int) -> str:
    """The target and known firms, the larger ones, so that it does not dominate them."""
    taken = attacker.units.index(unit)
    ordered = sorted(attacker.known, key=lambda u: -attacker.known[u])
    present = set(attacker.register["unit"])
    chosen = [u for u in ordered if u in present][taken % 3 : taken % 3 + COMPANY]
    return " OR ".join(attacker.narrow(u) for u in (unit, *chosen))


def _insiders(attacker: Attacker) -> dict[int, float]:
    for unit in attacker.units:
        attacker.total(_company(attacker, unit))
    return attacker.solved()


def _crowds(attacker: Attacker) -> dict[int, float]:
    attacker.total()
    for unit in attacker.units:
        attacker.total(f"NOT ({_company(attacker, unit)})")
    return attacker.solved()


INSIDERS = Family("insiders", "a cell of one firm and nine that are known", _insiders)
CROWDS = Family("crowds", "everybody, and everybody but one firm and nine that are known", _crowds)
