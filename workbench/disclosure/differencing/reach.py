"""How well the rest can be guessed: what explains it, and the attacker's linear programs.

No unsafe atom may be explained too well by what is told (``MOST``). And no amount is negative, so
that each told combination bounds what is in it: the range that is left for an unsafe atom must be
as wide as its rule asks, the sum of both of its protection levels (``secondary.levels``; a sliding
protection level, Fischetti and Salazar 2003). That the true total lies near one end of a wide range
tells nothing: each part of a told cell is under its total.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import highspy
import numpy as np

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask
from workbench.disclosure.differencing.span import Span
from workbench.disclosure.secondary.levels import Levels, count_protection, protection

SECONDS = 10.0
"""For all the programs of one release (ours). What is not shown to be far enough by then counts as
too close."""
MOST = 0.85
"""How much of an unsafe atom may be explained by what is told, were all units equally unknown: its
leverage (Hoaglin and Welsch 1978). A range may be wide, and a guess that is drawn to all that was
told still be close: too many answers give everything away (Dinur and Nissim 2003). Ours: up to it
the adversary's ``margins`` and ``unions`` gain nothing (docs/adversary.md)."""
_SLACK = 1e-7
"""Relative tolerance of the solver."""
_IDLE = 3
"""Programs for many at once in a row that bring nobody farther, after which they are given up."""
_MANY = 4
"""Atoms from which on one program for all of them is worth trying."""
_ENOUGH = 8
"""Atoms found too close after which no more are looked for."""
_HALF = 0.5
_LEAST = 1e-9
"""Of a direction; what is smaller is an error of rounding."""


def deadline() -> float:
    """Until when programs may run that begin now."""
    return time.monotonic() + SECONDS


def within_reach(
    atoms: Atoms, span: Span, told: Floats, looked_at: Mask, fresh: Mask, until: float
) -> tuple[Mask, Mask]:
    """Of the unsafe atoms among those ``looked_at``, some that what is told explains or bounds more
    closely than their rules allow, none where there are none; and those that are shown to be far
    enough.

    ``told``: cells, a row each, from which all of ``span`` follows but for what is known.
    ``fresh``: the atoms of what is told only now, to which those that are looked at have to be
    connected. Where amounts may be negative totals bound nothing, and nothing is shown to be far.
    """
    close, far = np.zeros(len(atoms), np.bool_), np.zeros(len(atoms), np.bool_)
    totals, sizes = np.array(atoms.total), atoms.sizes()
    for some, columns in _components(span.rows, fresh):
        unsafe = np.flatnonzero((atoms.unsafe() & looked_at)[columns])
        if unsafe.size:
            rows = span.rows[np.ix_(some, columns)]
            close[columns[_explained(rows, sizes[columns], unsafe)]] = True
            if atoms.by.signed or close.any():
                continue
            range_ = _Range(rows, told[:, columns], totals[columns])
            range_.move_alone(np.searchsorted(columns, span.pivots[some]))
            wanted = [levels(atoms, int(columns[at])) for at in unsafe]
            close[columns[range_.too_close(unsafe, wanted, until)]] = True
            far[columns[range_.far(unsafe)]] = True
    return close, far


def _explained(rows: Floats, sizes: Ints, targets: Ints) -> Ints:
    """Those of ``targets`` that are explained best, where any is explained too well; ``sizes`` are
    units of each atom."""
    basis, _ = np.linalg.qr((rows * np.sqrt(sizes)).T)
    share = (basis[targets] ** 2).sum(axis=1)
    best: Ints = np.argsort(-share, kind="stable")[:_ENOUGH]
    found: Ints = targets[best[share[best] > MOST]]
    return found


def levels(atoms: Atoms, atom: int) -> Levels:
    """How far off an attacker must stay from an unsafe atom."""
    rules, people = atoms.by.rules, atoms.people[atom]
    if not atoms.by.magnitude:
        return count_protection(people, rules)
    return protection(atoms.gross[atom], atoms.top(atom), people, rules)


def _components(rows: Floats, fresh: Mask) -> Iterator[tuple[Ints, Ints]]:
    """Rows that are connected by atoms, and these atoms, of each component with a fresh one."""
    there = rows != 0
    left = there.any(axis=1)
    while left.any():
        some = linked(there, there[np.argmax(left)])
        columns = there[some].any(axis=0)
        left &= ~some
        if (columns & fresh).any():
            yield np.flatnonzero(some), np.flatnonzero(columns)


def linked(there: Mask, columns: Mask) -> Mask:
    """The rows that are connected with ``columns``, by what of them is ``there``."""
    some: Mask = np.count_nonzero(there[:, columns], axis=1) > 0
    while True:
        columns = np.count_nonzero(there[some], axis=0) > 0
        more: Mask = np.count_nonzero(there[:, columns], axis=1) > 0
        if (more == some).all():
            return some
        some = more


class _Range:
    """How far atoms can be from their true totals, by other totals that would have given the same
    told figures. ``seen``: how far off each was brought, upwards and downwards; ``width``: how far
    it has to be brought, both ways together."""

    def __init__(self, rows: Floats, told: Floats, totals: Floats) -> None:
        self._rows, self._totals = rows, totals
        self._told = told[(told != 0.0).any(axis=1)].astype(np.float64)
        self._unit = 1.0
        """In which programs count: near the widths that matter, for the solver's tolerances."""
        self._width = np.zeros(len(totals))
        self._seen = np.zeros((2, len(totals)))
        self._highs: highspy.Highs | None = None

    def move_alone(self, pivots: Ints) -> None:
        """Other totals of one atom that is no pivot, and the pivots as they have to follow, as far
        as nothing is below zero. Where little was told it brings most of them far enough."""
        free = np.setdiff1d(np.arange(len(self._totals)), pivots)
        follow = self._rows[:, free]
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = self._totals[pivots][:, None] / np.abs(follow)
        up = np.where(follow > 0, limit, np.inf).min(axis=0, initial=np.inf)
        down = np.where(follow < 0, limit, np.inf).min(axis=0, initial=np.inf)
        self._seen[:, free] = up, np.minimum(down, self._totals[free])

    def _move_around(self) -> None:
        """Other totals in the directions in which each atom has the most room beside the others:
        those of the ellipsoid of Dikin (1967) around the true totals, as far as nothing is below
        zero. It needs no program, and brings most of them far enough."""
        basis, _ = np.linalg.qr((self._rows * self._totals).T)
        narrow = np.flatnonzero(self._narrow())
        free = -basis @ basis[narrow].T  # relative to the total; a direction a column
        free[narrow, np.arange(len(narrow))] += 1.0
        up = 1.0 / np.maximum((-free).max(axis=0), _LEAST)
        down = 1.0 / np.maximum(free.max(axis=0), _LEAST)
        ways = free * self._totals[:, None]
        seen = np.maximum(ways * up, -ways * down), np.maximum(-ways * up, ways * down)
        np.maximum(self._seen, [each.max(axis=1) for each in seen], out=self._seen)

    def far(self, targets: Ints) -> Ints:
        """Those of ``targets`` that were brought far enough."""
        return targets[~self._narrow()[targets]]

    def too_close(self, targets: Ints, far: Sequence[Levels], until: float) -> Ints:
        """Those of ``targets`` whose range is narrower than it should be.

        Programs for many at once show most of them to be wide enough; each of the rest gets two of
        its own. Ends with the first few that are too close: one of the cells that tell of them
        goes, and all is looked at anew.
        """
        self._width[targets] = [each.lower + each.upper for each in far]
        self._unit = max(float(np.median(self._width[targets])), _LEAST)
        if self._narrow().any():
            self._move_around()
        self._together(until)
        found: list[int] = []
        for at in np.flatnonzero(self._narrow()):
            for way in (1.0, -1.0):
                if self._narrow()[at] and time.monotonic() < until:
                    alone = np.zeros(len(self._width))
                    alone[at] = way
                    self._bring(alone, until)
            if self._narrow()[at]:
                found.append(int(at))
            if len(found) >= _ENOUGH:
                break
        return np.array(found, np.int64)

    def _narrow(self) -> Mask:
        found: Mask = self._seen.sum(axis=0) < self._width * (1 - _SLACK)
        return found

    def _together(self, until: float) -> None:
        """Programs that aim at many at once, as long as they show any to be wide enough."""
        idle, turn = 0, 0
        while idle < _IDLE and time.monotonic() < until:
            open_ = self._narrow()
            if open_.sum() < _MANY:
                return
            up = np.random.default_rng(turn).random(len(open_)) < _HALF
            self._bring(np.where(open_, np.where(up, 1.0, -1.0), 0.0), until)
            turn += 1
            idle = idle + 1 if (self._narrow() == open_).all() else 0

    def _bring(self, ways: Floats, until: float) -> None:
        """Aim at other totals, higher where ``ways`` is positive and lower where it is negative, by
        ``width`` at most; ``seen`` keeps how far each was brought."""
        width, least = self._width / self._unit, -self._totals / self._unit
        low = np.where(ways < 0, np.maximum(-width, least), least)  # nothing is below zero
        high = np.where(ways > 0, width, highspy.kHighsInf)
        cost = -ways / np.where(width > 0, width, 1.0)
        every = np.arange(len(cost), dtype=np.int32)
        highs = self._program()
        highs.clearSolver()  # from the solution of another aim it may end at a wrong one
        highs.setOptionValue("time_limit", highs.getRunTime() + max(until - time.monotonic(), 0.0))
        highs.changeColsBounds(len(cost), every, low, high)
        highs.changeColsCost(len(cost), every, cost)
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            self._see(np.array(highs.getSolution().col_value), least)

    def _see(self, off: Floats, least: Floats) -> None:
        """Other totals that a program found: they count if they would have given the same told
        figures, whatever the solver says of them."""
        size = np.abs(self._told) @ np.abs(off)
        same = np.abs(self._told @ off) <= _SLACK * np.maximum(size, 1.0)
        if same.all() and (off >= least - _SLACK).all():
            np.maximum(self._seen, np.stack([off, -off]) * self._unit, out=self._seen)

    def _program(self) -> highspy.Highs:
        """What was told is sparse, and what follows from it is not: the cells are what the solver
        gets."""
        if self._highs is None:
            self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
            self._highs.setOptionValue("output_flag", False)
            self._highs.setOptionValue("threads", 1)
            self._highs.passModel(_model(self._told, self._totals / self._unit))
        return self._highs


def _model(rows: Floats, totals: Floats) -> highspy.HighsLp:
    model = highspy.HighsLp()
    count, width = rows.shape
    model.num_col_, model.num_row_ = width, count
    model.col_cost_ = np.zeros(width)
    model.col_lower_, model.col_upper_ = -totals, np.full(width, highspy.kHighsInf)
    model.row_lower_ = model.row_upper_ = np.zeros(count)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    at, columns = np.nonzero(rows)
    model.a_matrix_.start_ = np.searchsorted(at, np.arange(count + 1)).astype(np.int32)
    model.a_matrix_.index_ = columns.astype(np.int32)
    model.a_matrix_.value_ = rows[at, columns]
    return model
