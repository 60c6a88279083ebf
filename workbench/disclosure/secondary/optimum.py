"""The cheapest pattern of a small table, by mixed-integer programming: a yardstick.

The model of Fischetti and Salazar (Management Science 47(7), 2001, 1008-1027) written out: for
each level that is asked for, a movement of its own; a cell moves in any only if it is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from workbench.disclosure.secondary.proofs import Demand, Proofs
from workbench.disclosure.secondary.table import NOBODY, Bools, Table

WHOLE = 1e-9
"""How far from 0 or 1 a choice may be: it is multiplied by what a cell can move."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """``cost`` of all secondary cells. ``proven``: nothing cheaper protects; else what was found in
    the time."""

    withheld: Bools
    cost: float
    proven: bool


def optimum(table: Table, seconds: float) -> Optimum | None:
    """None where nothing protects all primary cells, or nothing was found in the time.

    For tables of some hundred cells at most. No insiders: ValueError where a cell has a holder.
    """
    if (table.holder != NOBODY).any():
        raise ValueError("the optimum is found without insiders only")
    demands = Proofs(table).open()
    if any(table.fixed[cell] for cell, _ in demands):
        return None
    choice = _Choice(table, demands)
    return choice.solve(seconds)


class _Choice:
    """Columns: one choice (0 or 1) a cell, then the movement of each demand, in units of its level.

    ``wide`` bounds what a cell may move: by as many levels as there are cells. More no vertex of
    such small tables needs.
    """

    def __init__(self, table: Table, demands: list[Demand]) -> None:
        self._table = table
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_feasibility_tolerance", WHOLE),
            ("primal_feasibility_tolerance", WHOLE),
            ("mip_rel_gap", 1e-6),
        ):
            self._solver.setOptionValue(option, value)
        size = table.values.size
        price = np.where(table.primary, 0.0, table.cost)
        for cell in range(size):
            free = not table.fixed[cell] or table.primary[cell]
            self._column(float(price[cell]), float(table.primary[cell]), float(free))
        cells = np.arange(size, dtype=np.int32)
        whole = np.full(size, highspy.HighsVarType.kInteger)
        self._solver.changeColsIntegrality(size, cells, whole)
        for demand in demands:
            self._move(demand)

    def _move(self, demand: Demand) -> None:
        """A movement that meets the demand, of chosen cells only."""
        table, size = self._table, self._table.values.size
        level, wide = table.level(*demand), float(self._table.values.size)
        rise, fall = np.minimum(table.rise / level, wide), np.minimum(table.fall / level, wide)
        first = self._solver.getNumCol()
        for cell in range(size):
            self._column(0.0, -float(fall[cell]), float(rise[cell]))
            self._row(-np.inf, 0.0, [cell, first + cell], [-float(rise[cell]), 1.0])
            self._row(0.0, np.inf, [cell, first + cell], [float(fall[cell]), 1.0])
        target = first + demand[0]
        self._solver.changeColBounds(target, float(demand[1]), float(demand[1]))
        for total, parts in table.equations:
            at = [first + cell for cell in (total, *parts)]
            self._row(0.0, 0.0, at, [-1.0, *[1.0] * len(parts)])

    def _column(self, cost: float, low: float, high: float) -> None:
        self._solver.addCol(cost, low, high, 0, np.empty(0, np.int32), np.empty(0))

    def _row(self, low: float, high: float, at: list[int], values: list[float]) -> None:
        self._solver.addRow(low, high, len(at), np.array(at, np.int32), np.array(values))

    def solve(self, seconds: float) -> Optimum | None:
        self._solver.setOptionValue("time_limit", seconds)
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        chosen = np.array(self._solver.getSolution().col_value)[: self._table.values.size] > 0.5
        proven = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        extra = chosen & ~self._table.primary
        return Optimum(chosen, float(self._table.cost[extra].sum()), proven)
