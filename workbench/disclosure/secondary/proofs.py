"""What is proven so far: which movements protect which cell, and against whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.secondary.movement import Movement
from workbench.disclosure.secondary.table import NOBODY, Bools, Floats, Table

SPENT = 1e-3
"""The cost of a cell that is withheld already, beside its own: movements stay short (ours)."""
Demand = tuple[int, int]
"""A primary cell, and 1 for its upper or -1 for its lower level."""


class Proofs:
    """Movements for each demand. A demand is met when there is one, and none of the insiders can
    rule all of them out: a holder knows that cells of their own do not move.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: dict[Demand, list[Movement]] = defaultdict(list)
        self._users: dict[int, set[Demand]] = defaultdict(set)
        self._open = {
            (cell, sign)
            for cell in map(int, np.flatnonzero(table.primary))
            for sign in (1, -1)
            if table.level(cell, sign) > 0
        }

    def open(self) -> list[Demand]:
        """Those not met yet, hardest first: what asks for most brings the movements that serve the
        others as well."""
        return sorted(self._open, key=lambda d: (-self._table.level(*d), d))

    def is_open(self, demand: Demand) -> bool:
        return demand in self._open

    def kept(self, demand: Demand) -> list[Movement]:
        return list(self._kept[demand])

    def users(self, cell: int) -> list[Demand]:
        """The demands that are proven by a movement of ``cell``, which is not primary."""
        return sorted(self._users[cell])

    def found(self, movement: Movement) -> None:
        """Keep it for whatever it proves that was not proven yet."""
        for cell in map(int, movement.cells):
            for sign in (1, -1):
                if (cell, sign) in self._open and movement.proves(self._table, cell, sign):
                    self._serve((cell, sign), movement)

    def replace(self, demand: Demand, movements: list[Movement]) -> None:
        for movement in self._kept.pop(demand, []):
            for cell in self._secondary(movement):
                self._users[cell].discard(demand)
        for movement in movements:
            self._add(demand, movement)

    def _serve(self, demand: Demand, movement: Movement) -> None:
        kept = self._kept[demand]
        before = suspects(self._table, demand[0], kept)
        if not kept or before - movement.holders:
            self._add(demand, movement)
            if met(self._table, demand, self._kept[demand]):
                self._open.discard(demand)

    def _add(self, demand: Demand, movement: Movement) -> None:
        self._kept[demand].append(movement)
        for cell in self._secondary(movement):
            self._users[cell].add(demand)

    def _secondary(self, movement: Movement) -> list[int]:
        return [int(cell) for cell in movement.cells[~self._table.primary[movement.cells]]]


def suspects(table: Table, cell: int, movements: Sequence[Movement]) -> frozenset[int]:
    """The holders who rule out every one of the movements, as each moves a cell they know.

    Who holds ``cell`` itself is none of them.
    """
    if not movements:
        return frozenset()
    common = frozenset.intersection(*(movement.holders for movement in movements))
    return common - {int(table.holder[cell])}


def met(table: Table, demand: Demand, movements: list[Movement]) -> bool:
    return bool(movements) and not suspects(table, demand[0], movements)


@dataclass(frozen=True)
class Settled:
    """Movements beside those that were there. ``met``: with them the demand is met; if not, they
    are what there is: it may be met for outsiders, and not for some insider."""

    added: tuple[Movement, ...]
    met: bool


def settle(
    table: Table,
    demand: Demand,
    kept: list[Movement],
    reach: Callable[[Bools, Floats], Movement | None],
    open_: Bools,
    cost: Floats,
) -> Settled:
    """Have ``reach`` find movements, among the cells it is given at their cost, until the demand is
    met or there is none for somebody."""
    added: list[Movement] = []
    while not met(table, demand, kept + added):
        who = min(suspects(table, demand[0], kept + added), default=NOBODY)
        unknown = open_ if who == NOBODY else open_ & (table.holder != who)
        movement = reach(unknown, cost)
        if movement is None:
            return Settled(tuple(added), False)
        added.append(movement)
        cost = cost.copy()
        cost[movement.cells] = np.minimum(cost[movement.cells], SPENT * table.cost[movement.cells])
    return Settled(tuple(added), True)
