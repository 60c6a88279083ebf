"""The linear programs, solved by HiGHS: which movement of the withheld cells nobody can exclude."""

from __future__ import annotations

import highspy
import numpy as np

from workbench.disclosure.secondary.movement import EXACT, Movement
from workbench.disclosure.secondary.table import Bools, Floats, Ints, Table

DUAL, PRIMAL = 1, 4
"""HiGHS' option simplex_strategy."""
FAR = 1e4
"""No cell moves further than this many levels: keeps the numbers of one program alike. In a table
of two dimensions none needs more than one, for a movement is made of circles."""
BEND = 0.05
"""Movements of less than this many levels count nearly as none in the next try (our default)."""
LITTLE = 1e-3
"""A cell with less room than this many levels is dear, and not dearer the less it has."""


class Program:
    """One model for many questions: bounds and costs change, the equations stay.

    Each of ``cells`` has two columns, up and down; all others stand still. ``solved`` counts.
    """

    def __init__(self, table: Table, cells: Ints) -> None:
        self._table = table
        self._cells = cells
        self._columns = np.arange(2 * cells.size, dtype=np.int32)
        self.solved = 0
        self._solver = quiet_solver(DUAL)
        self._solver.passModel(balance(table, cells, 2))

    def reach(
        self,
        cell: int,
        sign: int,
        open_: Bools,
        cost: Floats,
        seconds: float = np.inf,
        tries: int = 1,
    ) -> Movement | None:
        """A cheap movement within ``open_`` that takes ``cell`` as far as its level asks.

        A cell costs ``cost`` as soon as it moves at all; a linear program counts how far it moves.
        So each further of the ``tries`` makes dear what moved little in the last (reweighting, as
        of Candes, Wakin and Boyd 2008). None where there is none, or none was found in ``seconds``.
        """
        if not open_[cell]:
            return None
        weight = self._bound(cell, sign, open_)
        best: Movement | None = None
        for _ in range(tries):
            moved = self._solve(np.concatenate([cost[self._cells]] * 2) * weight, seconds)
            if moved is None:
                break
            movement = self._proof(moved, cell, sign)
            if movement is None:
                break
            if best is not None and _charge(movement, cost) >= _charge(best, cost):
                break
            best = movement
            weight = np.concatenate([1.0 / (np.abs(moved) + BEND)] * 2)
        return best

    def _bound(self, cell: int, sign: int, open_: Bools) -> Floats:
        """Set how far each column may go; what a unit of it weighs: more, the less it can move."""
        unit = self._table.level(cell, sign)
        up, down = self._room(self._table.rise, unit), self._room(self._table.fall, unit)
        shut = ~open_[self._cells]
        up[shut], down[shut] = 0.0, 0.0
        weight = 1.0 / np.clip(np.concatenate([up, down]), LITTLE, 1.0)
        low = np.zeros(2 * self._cells.size)
        at = int(np.searchsorted(self._cells, cell))
        up[at], down[at] = (1.0, 0.0) if sign > 0 else (0.0, 1.0)
        low[at + (0 if sign > 0 else self._cells.size)] = 1.0
        self._solver.changeColsBounds(
            self._columns.size, self._columns, low, np.concatenate([up, down])
        )
        return np.asarray(weight, dtype=np.float64)

    def _room(self, room: Floats, unit: float) -> Floats:
        scaled = np.minimum(room[self._cells] / unit, FAR)
        scaled[scaled < EXACT] = 0.0
        return np.asarray(scaled, dtype=np.float64)

    def _solve(self, prices: Floats, seconds: float) -> Floats | None:
        """How far each cell moves, in units of its level."""
        self.solved += 1
        # The solver's clock runs on from one program to the next.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + seconds)
        self._solver.changeColsCost(self._columns.size, self._columns, prices)
        if solved(self._solver) != highspy.HighsModelStatus.kOptimal:
            return None
        up, down = np.split(np.array(self._solver.getSolution().col_value), 2)
        return np.asarray(up - down, dtype=np.float64)

    def _proof(self, moved: Floats, cell: int, sign: int) -> Movement | None:
        """Without the noise of the solver, if it proves what it should even so."""
        unit = self._table.level(cell, sign)
        for noise in (10 * EXACT, 0.0):
            moving = np.abs(moved) > noise
            movement = Movement.of(self._table, self._cells[moving], moved[moving] * unit)
            if movement.proves(self._table, cell, sign):
                return movement
        return None


def _charge(movement: Movement, cost: Floats) -> float:
    return float(cost[movement.cells].sum())


def quiet_solver(strategy: int) -> highspy.Highs:
    """One thread, no presolve: the same answers every time, and a basis to go on from.

    The DUAL simplex is quicker where bounds change, the PRIMAL where only the aim does.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("presolve", "off"),
        ("simplex_strategy", strategy),
        ("primal_feasibility_tolerance", EXACT),
    ):
        solver.setOptionValue(option, value)
    return solver


def solved(solver: highspy.Highs) -> highspy.HighsModelStatus:
    """How it ended; begun anew where the solver lost its way from the last program's basis."""
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
        solver.clearSolver()
        solver.run()
    return solver.getModelStatus()


def balance(table: Table, cells: Ints, columns: int) -> highspy.HighsLp:
    """All equations over the movements of ``cells``. ``columns`` 1: of either sign; 2: one column
    up for each of them, then one column down for each."""
    rows, at, signs = _among(table, cells)
    if columns == 2:
        rows = np.concatenate([rows, rows])
        at, signs = np.concatenate([at, at + cells.size]), np.concatenate([signs, -signs])
    order = np.argsort(rows, kind="stable")
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns * cells.size, len(table.equations)
    still = np.zeros(columns * cells.size)
    program.col_cost_ = program.col_lower_ = program.col_upper_ = still
    program.row_lower_ = program.row_upper_ = np.zeros(len(table.equations))
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    lengths = np.bincount(rows, minlength=len(table.equations))
    matrix.start_ = np.cumsum([0, *lengths])
    matrix.index_, matrix.value_ = at[order], signs[order]
    return program


def _among(table: Table, cells: Ints) -> tuple[Ints, Ints, Floats]:
    """The terms of the equations that name ``cells``, and which of them each names."""
    rows, named, signs = table.terms
    place = np.full(table.values.size, -1, dtype=np.int64)
    place[cells] = np.arange(cells.size)
    kept = place[named] >= 0
    return rows[kept], place[named[kept]], signs[kept]
