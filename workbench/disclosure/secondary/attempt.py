"""One way through all demands: withhold what protects, then give back what is not needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from workbench.disclosure.secondary.bulk import settle_many
from workbench.disclosure.secondary.cone import Cones
from workbench.disclosure.secondary.movement import Movement
from workbench.disclosure.secondary.program import Program
from workbench.disclosure.secondary.proofs import SPENT, Demand, Proofs, Settled, settle
from workbench.disclosure.secondary.table import Bools, Floats, Table

Progress = Callable[[int, int], None]
Order = Callable[[list[Demand]], list[Demand]]
FOR_ADDING = 0.75
"""Share of the time for finding cells; the rest is for giving back those not needed (ours)."""
TRIES = 2
"""Linear programs for one movement (ours: more brought nothing on small tables)."""
OVERTIME = 5.0
"""Seconds for a cell for which time ran out and which withholding totals does not protect."""


@dataclass(eq=False)
class Attempt:
    """``start`` and ``seconds`` by ``clock``; see ``suppress``. ``order``: which demand when."""

    table: Table
    clock: Callable[[], float]
    start: float
    seconds: float
    progress: Progress
    order: Order
    withheld: Bools = field(init=False)
    failed: Bools = field(init=False)
    hurried: Bools = field(init=False)
    cleaned: bool = field(init=False, default=False)
    programs: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        size = self.table.values.size
        self.withheld = self.table.primary.copy()
        self.failed, self.hurried = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        self._proofs = Proofs(self.table)
        self._program = Program(self.table, np.flatnonzero(~self.table.fixed))
        self._cones = Cones(self.table)

    def run(self) -> None:
        ready = self.withheld & ~self.table.fixed
        self.programs = settle_many(self.table, self._proofs, ready, self._left(FOR_ADDING))
        demands = self.order(self._proofs.open())
        for number, demand in enumerate(demands, 1):
            self._protect(demand)
            self.progress(number, len(demands) + int(self.secondary.sum()))
        self.programs += self._program.solved
        self._clean(len(demands))

    @property
    def secondary(self) -> Bools:
        return self.withheld & ~self.table.primary

    def _protect(self, demand: Demand) -> None:
        """Withhold what it takes; the movements that prove it are kept."""
        if not self._proofs.is_open(demand):
            return
        settled = self._in_time(demand, self._proofs.kept(demand))
        self.failed[demand[0]] |= not settled.met
        for movement in settled.added:
            self.withheld[movement.cells] = True
            self._proofs.found(movement)

    def _in_time(self, demand: Demand, kept: list[Movement]) -> Settled:
        left = self._left(FOR_ADDING)
        if left > 0:
            settled = self._searched(demand, kept, left)
            if settled.met or self._left(FOR_ADDING) > 0:
                return settled
        self.hurried[demand[0]] = True
        reach = partial(self._cones.reach, *demand)
        settled = settle(self.table, demand, kept, reach, ~self.table.fixed, self.table.cost)
        return settled if settled.met else self._searched(demand, kept, OVERTIME)

    def _searched(self, demand: Demand, kept: list[Movement], seconds: float) -> Settled:
        reach = partial(self._program.reach, *demand, seconds=seconds, tries=TRIES)
        cost = self._cost(self.withheld)
        return settle(self.table, demand, kept, reach, ~self.table.fixed, cost)

    def _cost(self, spent: Bools) -> Floats:
        return np.where(spent, SPENT * self.table.cost, self.table.cost)

    def _left(self, share: float) -> float:
        return self.start + share * self.seconds - self.clock()

    def _clean(self, done: int) -> None:
        """Give back every secondary cell that is not needed, dearest first."""
        secondary = np.flatnonzero(self.secondary)
        order = secondary[np.lexsort((secondary, -self.table.cost[secondary]))]
        program = Program(self.table, np.flatnonzero(self.withheld & ~self.table.fixed))
        for number, cell in enumerate(map(int, order), 1):
            if self._left(1.0) <= 0:
                break
            self._give_back(cell, program)
            self.progress(done + number, done + order.size)
        else:
            self.cleaned = True
        self.programs += program.solved

    def _give_back(self, cell: int, program: Program) -> None:
        open_ = self.withheld & ~self.table.fixed
        open_[cell] = False
        changed: list[tuple[Demand, list[Movement]]] = []
        for demand in self._proofs.users(cell):
            kept = [m for m in self._proofs.kept(demand) if cell not in m.cells]
            reach = partial(program.reach, *demand, seconds=OVERTIME)
            cost = self._cost(self.table.primary)
            settled = settle(self.table, demand, kept, reach, open_, cost)
            if not settled.met:
                return
            changed.append((demand, [*kept, *settled.added]))
        self.withheld[cell] = False
        for demand, movements in changed:
            self._proofs.replace(demand, movements)
