"""The attacker's view: how closely each withheld cell can be bounded from what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import highspy
import numpy as np

from workbench.disclosure.secondary.bulk import settle_many
from workbench.disclosure.secondary.program import PRIMAL, Program, balance, quiet_solver, solved
from workbench.disclosure.secondary.proofs import SPENT, Proofs, settle
from workbench.disclosure.secondary.table import Bools, Floats, Ints, Table


@dataclass(frozen=True, eq=False)
class Bounds:
    """The feasibility interval of each cell, in units of the values; of a cell that is shown, its
    value twice."""

    lower: Floats
    upper: Floats


def audit(table: Table, withheld: Bools) -> Bounds:
    """By two linear programs for each withheld cell. For whoever holds no cell; what insiders
    conclude besides, ``unprotected`` looks at. ArithmeticError where the solver has no answer."""
    cells = np.flatnonzero(withheld & ~table.fixed)
    lower, upper = table.values.copy(), table.values.copy()
    attacker = _Attacker(table, cells)
    for cell in map(int, cells):
        lower[cell] -= attacker.farthest(cell, -1)
        upper[cell] += attacker.farthest(cell, 1)
    return Bounds(lower, upper)


def unprotected(table: Table, withheld: Bools) -> Bools:
    """The primary cells that are shown, or that somebody can bound closer than their levels:
    anybody, or the holder of other cells."""
    open_ = withheld & ~table.fixed
    program = Program(table, np.flatnonzero(open_))
    cost = np.where(table.primary, SPENT * table.cost, table.cost)
    mask = table.primary & ~open_
    proofs = Proofs(table)
    settle_many(table, proofs, open_, np.inf)
    for demand in proofs.open():
        if mask[demand[0]] or not proofs.is_open(demand):
            continue
        reach = partial(program.reach, *demand)
        settled = settle(table, demand, proofs.kept(demand), reach, open_, cost)
        mask[demand[0]] |= not settled.met
        for movement in settled.added:
            proofs.found(movement)
    return mask


class _Attacker:
    """How far one cell can be from its value, given all that is shown."""

    def __init__(self, table: Table, cells: Ints) -> None:
        self._table = table
        self._cells = cells
        self._columns = np.arange(cells.size, dtype=np.int32)
        self._solver = quiet_solver(PRIMAL)
        self._solver.passModel(balance(table, cells, 1))

    def farthest(self, cell: int, sign: int) -> float:
        """In units of the values; inf where nothing bounds it. ArithmeticError: no answer."""
        unit = self._unit(cell)
        aim = np.where(self._cells == cell, -float(sign), 0.0)
        fall, rise = (room[self._cells] / unit for room in (self._table.fall, self._table.rise))
        self._solver.changeColsCost(aim.size, self._columns, aim)
        self._solver.changeColsBounds(aim.size, self._columns, -fall, rise)
        status = solved(self._solver)
        if status == highspy.HighsModelStatus.kOptimal:
            return -self._solver.getObjectiveValue() * unit
        if status in _NO_BOUND:
            return float("inf")
        raise ArithmeticError(f"the solver ends with {status.name}")

    def _unit(self, cell: int) -> float:
        table = self._table
        size = max(abs(float(table.values[cell])), *(table.level(cell, sign) for sign in (1, -1)))
        return size or 1.0


_NO_BOUND = (
    highspy.HighsModelStatus.kUnbounded,
    # Standing still satisfies every program, so that none is infeasible.
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
