"""What most families share: everybody, and everybody but one."""

from __future__ import annotations

from collections.abc import Callable

from ..attacker import Asking, Attacker

Describe = Callable[[Attacker, int], str]
"""A condition that only the firm of this unit meets."""


def bases(attacker: Attacker, asking: Asking) -> None:
    """Everybody, by county and in all."""
    attacker.total(by=["county"], asking=asking)
    attacker.total(asking=asking)


def without(attacker: Attacker, unit: int, asking: Asking, describe: Describe) -> None:
    """The county of a target without it; where nothing is told, everybody without it."""
    county, others = attacker.dimensions(unit)["county"], f"NOT {describe(attacker, unit)}"
    for where in (f"county = '{county}' AND {others}", others):
        if not attacker.left:
            return
        if attacker.total(where, asking=asking) and unit in attacker.solved(bounds=False):
            return


def narrow(attacker: Attacker, unit: int) -> str:
    return attacker.narrow(unit)


def isolated(
    attacker: Attacker, first: Asking, second: Asking, describe: Describe = narrow
) -> dict[int, float]:
    """The bases from one side, the bases without each target from the other."""
    bases(attacker, first)
    for unit in attacker.units:
        if attacker.left:
            without(attacker, unit, second, describe)
    return attacker.solved()
