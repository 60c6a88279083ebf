"""Many demands at once: one program moves as many withheld cells as it can, each its way."""

from __future__ import annotations

import highspy
import numpy as np

from workbench.disclosure.secondary.movement import EXACT, Movement
from workbench.disclosure.secondary.program import PRIMAL, balance, quiet_solver, solved
from workbench.disclosure.secondary.proofs import Proofs
from workbench.disclosure.secondary.table import NOBODY, Bools, Floats, Table

ROUNDS, PATIENCE = 200, 15
"""So many programs at most; so many in a row that meet nothing new are the last (ours)."""
FEW = 0.02
"""A round without holders that meets less than this share of what is open is the last (ours)."""
FREE = 0.4
"""The share of holders whose cells may move together, where nothing moves without (ours)."""
SEED = 2000
"""Which cells go up and which down, and whose may move, is drawn: always the same."""


def settle_many(table: Table, proofs: Proofs, open_: Bools, seconds: float) -> int:
    """Find movements within ``open_`` for what is open in ``proofs``; how many programs it took.

    What this leaves open may be met all the same. At first no cell moves that a holder knows, so
    that no insider rules a movement out; for the holders' own cells a few of them move together,
    others each time.
    """
    if not proofs.open():
        return 0
    mover = _Mover(table, open_, seconds)
    draw = np.random.default_rng(SEED)
    insiders = bool((table.holder != NOBODY).any())
    free, idle = 0.0, 0
    for _ in range(ROUNDS):
        before = len(proofs.open())
        movement = mover.moved(_aims(table, proofs, draw), _still(table, draw, free))
        if movement is not None:
            proofs.found(movement)
        left = len(proofs.open())
        idle = 0 if left < before else idle + 1
        if not left or idle > PATIENCE or mover.late:
            break
        if not free and before - left <= FEW * before:
            if not insiders:
                break
            free = FREE
    return mover.solved


def _aims(table: Table, proofs: Proofs, draw: np.random.Generator) -> Floats:
    """Up (1) or down (-1) for each cell of which something is open."""
    aims = np.zeros(table.values.size)
    for cell, sign in proofs.open():
        if not aims[cell] or draw.random() < 0.5:
            aims[cell] = sign
    return aims


def _still(table: Table, draw: np.random.Generator, free: float) -> Bools:
    """The cells of holders, but for the share ``free`` of these."""
    holders, number = np.unique(table.holder, return_inverse=True)
    chosen = (draw.random(holders.size) >= free) & (holders != NOBODY)
    return np.asarray(chosen[number], dtype=np.bool_)


class _Mover:
    def __init__(self, table: Table, open_: Bools, seconds: float) -> None:
        self._table = table
        self._cells = np.flatnonzero(open_)
        self.solved = 0
        self.late = False
        self._columns = np.arange(self._cells.size, dtype=np.int32)
        self._solver = quiet_solver(PRIMAL)
        self._solver.setOptionValue("time_limit", seconds)
        self._solver.passModel(balance(table, self._cells, 1))

    def moved(self, aims: Floats, still: Bools) -> Movement | None:
        """As many cells as possible as far as their levels ask, up where ``aims`` is 1 and down
        where it is -1, while the cells ``still`` stand still."""
        aims = np.where(still, 0.0, aims)[self._cells]
        level = np.array(
            [
                self._table.level(int(cell), int(aim)) if aim else 1.0
                for cell, aim in zip(self._cells, aims, strict=True)
            ]
        )
        aimed = level[aims != 0]
        if not aimed.size:
            return None
        unit = float(np.median(aimed))
        low, high = self._bounds(aims, level, still)
        self._solver.changeColsCost(aims.size, self._columns, -aims * unit / level)
        self._solver.changeColsBounds(aims.size, self._columns, low / unit, high / unit)
        self.solved += 1
        status = solved(self._solver)
        self.late = status == highspy.HighsModelStatus.kTimeLimit
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        off = np.array(self._solver.getSolution().col_value)
        moving = np.abs(off) > EXACT
        return Movement.of(self._table, self._cells[moving], off[moving] * unit)

    def _bounds(self, aims: Floats, level: Floats, still: Bools) -> tuple[Floats, Floats]:
        """What is aimed at goes no further than its level, so that something is left for others."""
        low, high = -self._table.fall[self._cells], self._table.rise[self._cells]
        high = np.where(aims > 0, level, high)
        low = np.where(aims < 0, -level, low)
        low[still[self._cells]], high[still[self._cells]] = 0.0, 0.0
        return low, high
