"""What released sums say together: a linear system over the values of single units.

A unit whose unit vector lies in the row space of the equations is told exactly; any other is
bounded by two linear programs, values being 0 or more; and a prior is drawn to what was released
by weighted least squares with nonnegativity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import highspy
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
EXACT = 1e-7
NARROW = 1.3
"""Bounds of which the upper is at most this many times the lower say more than any prior here:
their geometric mean is at most 14 % from the truth."""
EXPLAINED = 0.8
"""Share of the prior's variance that goes; below it a drawn prior is no better than the prior."""
RANK = 1e-10
"""An eigenvalue of the Gram matrix below this share of the largest is 0."""
SLACK = 1e-9
SECONDS = 2.0
"""For one linear program."""
UNIT = 1e6
"""The programs are in millions: their tolerances are absolute."""


@dataclass
class Equations:
    """``known`` are values that need not be asked for."""

    known: Mapping[int, float]
    rows: list[tuple[frozenset[int], float]] = field(default_factory=list)
    _made: tuple[int, System | None] = (0, None)

    def add(self, units: Iterable[int], total: float) -> None:
        """That ``units`` together have ``total``."""
        all_ = frozenset(units)
        held = sum(self.known[u] for u in all_ if u in self.known)
        rest = frozenset(u for u in all_ if u not in self.known)
        if rest:
            self.rows.append((rest, total - held))

    def told(self, targets: Iterable[int], bounds: bool = True) -> dict[int, float]:
        """Targets that follow exactly, or (with ``bounds``) within narrow bounds."""
        system = self._system()
        if system is None:
            return {}
        found = system.exact()
        out = {t: found[t] for t in targets if t in found}
        rest = [t for t in targets if t not in out] if bounds else []
        for target, (low, high) in system.bounds(rest).items():
            if low > 0 and high <= NARROW * low:
                out[target] = float(np.sqrt(low * high))
        return out

    def drawn(self, prior: Mapping[int, float]) -> dict[int, float]:
        """``prior`` of units, moved as little as the equations ask for, in relative terms; of
        those of which the equations leave little open."""
        system = self._system()
        return {} if system is None else system.projected(prior)

    def _system(self) -> System | None:
        """Made once for the same equations."""
        if self._made[0] != len(self.rows):
            self._made = len(self.rows), System.of(self.rows)
        return self._made[1]


@dataclass(frozen=True)
class System:
    """``atoms``: units that no equation tells apart are one unknown. ``matrix`` (equations x
    atoms) of 0 and 1; ``totals`` one for each equation."""

    atoms: tuple[frozenset[int], ...]
    matrix: Floats
    totals: Floats

    @classmethod
    def of(cls, rows: list[tuple[frozenset[int], float]]) -> System | None:
        unique = dict(rows)
        if not unique:
            return None
        places: dict[int, list[int]] = {}
        for number, units in enumerate(unique):
            for unit in units:
                places.setdefault(unit, []).append(number)
        columns: dict[tuple[int, ...], set[int]] = {}
        for unit, at in places.items():
            columns.setdefault(tuple(at), set()).add(unit)
        matrix = np.zeros((len(unique), len(columns)))
        for column, at_rows in enumerate(columns):
            matrix[list(at_rows), column] = 1.0
        atoms = tuple(frozenset(units) for units in columns.values())
        return cls(atoms, matrix, np.array(list(unique.values()), dtype=np.float64))

    @cached_property
    def basis(self) -> tuple[Floats, Floats]:
        """Orthonormal rows (rank x atoms) that span the equations, and one solution of them.

        By the eigenvectors of the Gram matrix, which is small where there are many equations.
        """
        values, vectors = np.linalg.eigh(self.matrix.T @ self.matrix)
        kept = values > RANK * values[-1]
        rows, scale = vectors[:, kept].T, values[kept, None]
        solution = np.zeros(len(self.atoms))
        for _ in range(3):  # the first is refined twice
            rest = self.totals - self.matrix @ solution
            solution += rows.T @ ((rows @ (self.matrix.T @ rest)[:, None]) / scale)[:, 0]
        return rows, solution

    def exact(self) -> dict[int, float]:
        """Single units that the equations determine."""
        rows, solution = self.basis
        sure = np.square(rows).sum(axis=0)
        return {
            next(iter(atom)): max(float(solution[i]), 0.0)
            for i, atom in enumerate(self.atoms)
            if len(atom) == 1 and sure[i] > 1 - EXACT
        }

    def bounds(self, targets: Iterable[int]) -> dict[int, tuple[float, float]]:
        """The least and the most that a single unit can have."""
        place = {next(iter(a)): i for i, a in enumerate(self.atoms) if len(a) == 1}
        asked = [t for t in targets if t in place]
        if not asked:
            return {}
        program = _program(self)
        found = {}
        for target in asked:
            low, high = (_optimum(program, place[target], sense) for sense in _SENSES)
            if low is not None and high is not None:
                found[target] = (low, high)
        return found

    def projected(self, prior: Mapping[int, float]) -> dict[int, float]:
        """Least squares in relative terms, of the single units of which the equations explain
        enough. What would be negative is 0, and the rest is solved again, until nothing is."""
        expected = np.array([sum(prior[u] for u in atom) for atom in self.atoms])
        scale = np.array([np.sqrt(sum(prior[u] ** 2 for u in atom)) for atom in self.atoms])
        rows, solution = self.basis
        free = np.ones(len(self.atoms), dtype=bool)
        while True:
            part = rows[:, free] * scale[free]
            rest = rows @ solution - rows[:, free] @ expected[free]
            values = np.zeros(len(self.atoms))
            moved = part.T @ np.linalg.lstsq(part @ part.T, rest, rcond=RANK)[0]
            values[free] = expected[free] + scale[free] * moved
            if (values >= 0).all():
                break
            free &= values >= 0
        explained = np.square(np.linalg.qr((rows * scale).T)[0]).sum(axis=1)
        return {
            next(iter(atom)): float(values[i])
            for i, atom in enumerate(self.atoms)
            if len(atom) == 1 and explained[i] >= EXPLAINED
        }


_SENSES = (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize)


def _program(system: System) -> highspy.Highs:
    equations, unknowns = system.matrix.shape
    program = highspy.Highs()
    program.setOptionValue("output_flag", False)
    program.setOptionValue("time_limit", SECONDS)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = unknowns, equations
    model.col_cost_ = np.zeros(unknowns)
    model.col_lower_ = np.zeros(unknowns)
    model.col_upper_ = np.full(unknowns, highspy.kHighsInf)
    totals = system.totals / UNIT
    model.row_lower_ = totals - SLACK * (1 + np.abs(totals))
    model.row_upper_ = totals + SLACK * (1 + np.abs(totals))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    filled = [np.flatnonzero(row) for row in system.matrix]
    model.a_matrix_.start_ = np.cumsum([0, *map(len, filled)])
    model.a_matrix_.index_ = np.concatenate(filled)
    model.a_matrix_.value_ = np.ones(sum(map(len, filled)))
    program.passModel(model)
    return program


def _optimum(program: highspy.Highs, column: int, sense: highspy.ObjSense) -> float | None:
    """None where there is no bound, or no solution in time."""
    program.changeColCost(column, 1.0)
    program.changeObjectiveSense(sense)
    program.setOptionValue("time_limit", program.getRunTime() + SECONDS)
    program.run()
    solved = program.getModelStatus() == highspy.HighsModelStatus.kOptimal
    value = program.getInfo().objective_function_value if solved else None
    program.changeColCost(column, 0.0)
    return None if value is None else value * UNIT
