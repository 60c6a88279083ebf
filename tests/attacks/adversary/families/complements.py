"""Complements: a withheld part is the told total minus the told rest.

By ROLLUP and CUBE in one SELECT, by two statements, and by unions of values of which each pair is
told: a = (ab + ac - bc) / 2.
"""

from __future__ import annotations

from collections.abc import Callable

from ..attacker import Attacker
from .family import Family


def _part(attacker: Attacker, unit: int) -> str:
    return f"CASE WHEN {attacker.narrow(unit)} THEN 'one' ELSE 'rest' END"


def _rollup(attacker: Attacker, unit: int) -> None:
    county = attacker.dimensions(unit)["county"]
    attacker.total(f"county = '{county}'", [_part(attacker, unit)], rolled="ROLLUP")


def _cube(attacker: Attacker, unit: int) -> None:
    county = attacker.dimensions(unit)["county"]
    here = f"CASE WHEN county = '{county}' THEN 'here' ELSE 'there' END"
    attacker.total(by=[here, _part(attacker, unit)], rolled="CUBE")


def _two(attacker: Attacker, unit: int) -> None:
    size = attacker.dimensions(unit)["size"]
    attacker.total(f"size = '{size}'")
    attacker.total(f"size = '{size}'", [_part(attacker, unit)])


def _unions(attacker: Attacker, unit: int) -> None:
    """The target alone with each of two industries, and these two together."""
    mine, here = attacker.dimensions(unit)["industry"], attacker.narrow(unit)
    b, c = [i for i in ("I00", "I01", "I02") if i != mine][:2]
    attacker.total(f"{here} OR industry = '{b}'")
    attacker.total(f"{here} OR industry = '{c}'")
    attacker.total(f"industry IN ('{b}', '{c}')")


_FORMS: tuple[tuple[Callable[[Attacker, int], None], int], ...] = (
    (_rollup, 1), (_two, 2), (_cube, 1), (_unions, 3),
)  # fmt: skip


def _play(attacker: Attacker) -> dict[int, float]:
    for number, unit in enumerate(attacker.units):
        form, cost = _FORMS[number % len(_FORMS)]
        if attacker.left >= cost:
            form(attacker, unit)
    return attacker.solved()


FAMILY = Family("complements", "total minus parts, ROLLUP, CUBE, unions of values", _play)
