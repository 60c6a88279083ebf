"""What most families share: everybody, and everybody but one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..attacker import Attacker

Describe = Callable[[Attacker, int], str]
"""A condition that only the firm of this unit meets."""


@dataclass(frozen=True)
class Asking:
    """Where a half of a question is put: table, rows of it, person, scenario."""

    table: str = ""
    where: str = "true"
    person: int = 0
    second: bool = False


def bases(attacker: Attacker, asking: Asking) -> None:
    """Everybody, by county and in all."""
    for by in (("county",), ()):
        attacker.total(asking.where, by, table=asking.table, person=asking.person,
                       second=asking.second)  # fmt: skip


def without(attacker: Attacker, unit: int, asking: Asking, describe: Describe) -> None:
    """The county of a target without it; where nothing is told, everybody without it."""
    county = attacker.dimensions(unit)["county"]
    others = f"{asking.where} AND NOT {describe(attacker, unit)}"
    for where in (f"county = '{county}' AND {others}", others):
        if attacker.left and attacker.total(
            where, table=asking.table, person=asking.person, second=asking.second
        ) and unit in attacker.solved(bounds=False):  # fmt: skip
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
