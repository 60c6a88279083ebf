"""How closely the rest can be bounded: the attacker's linear programs over told combinations.

No amount is negative, so that each told combination bounds what is in it. The range that is left
for an unsafe atom must be as wide as its rule asks: the sum of both of its protection levels
(``secondary.levels``; a sliding protection level, Fischetti and Salazar 2003). That the true total
lies near one end of a wide range tells nothing: each part of a told cell is under its total.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import highspy
import numpy as np

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask
from workbench.disclosure.secondary.levels import Levels, count_protection, protection

SECONDS = 20.0
"""For all the programs of one release (ours). What is not shown to be far enough by then counts as
too close."""
_SLACK = 1e-7
"""Relative tolerance of the solver."""
_IDLE = 3
"""Programs for many at once in a row that bring nobody farther, after which they are given up."""
_ENOUGH = 8
"""Atoms found too close after which no more are looked for."""
_HALF = 0.5


def within_reach(atoms: Atoms, rows: Floats, fresh: Mask) -> Mask:
    """Some of the unsafe atoms that what is told bounds more closely than their rules allow; none
    where there are none.

    ``rows``: told combinations, coefficients by atom; ``fresh``: the atoms of what is told only
    now, to which those that are looked at have to be connected. Nothing where amounts may be
    negative: then totals bound nothing.
    """
    found = np.zeros(len(atoms), np.bool_)
    if atoms.by.signed or not len(rows):
        return found
    until = time.monotonic() + SECONDS
    for some, columns in _components(rows, fresh):
        unsafe = np.flatnonzero(atoms.unsafe()[columns])
        if unsafe.size:
            far = [levels(atoms, int(columns[at])) for at in unsafe]
            program = _Program(rows[np.ix_(some, columns)], np.array(atoms.total)[columns])
            found[columns[program.too_close(unsafe, far, until)]] = True
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


class _Program:
    """Other totals that would have given the same told figures, as differences from the true."""

    def __init__(self, rows: Floats, totals: Floats) -> None:
        self._least = -totals  # nothing is below zero, as everybody knows
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(_model(rows, totals))

    def too_close(self, targets: Ints, far: Sequence[Levels], until: float) -> Ints:
        """Those of ``targets`` whose range is narrower than it should be.

        Programs for many at once show most of them to be wide enough; each of the rest gets two of
        its own. Ends with the first few that are too close: one of the cells that tell of them
        goes, and all is looked at anew.
        """
        width = np.zeros(len(self._least))
        width[targets] = [each.lower + each.upper for each in far]
        seen = np.zeros((2, len(width)))  # how far off it was brought: upwards, downwards
        self._together(width, seen, until)
        found: list[int] = []
        for at in np.flatnonzero(_narrow(width, seen)):
            if not _narrow(width, seen)[at]:
                continue  # meanwhile one for another brought it far enough
            for way in (1.0, -1.0):
                if time.monotonic() < until:
                    alone = np.zeros(len(width))
                    alone[at] = way
                    self._bring(alone, width, seen)
            if _narrow(width, seen)[at]:
                found.append(int(at))
            if len(found) >= _ENOUGH:
                break
        return np.array(found, np.int64)

    def _together(self, width: Floats, seen: Floats, until: float) -> None:
        """Programs that aim at many at once, as long as they show any to be wide enough."""
        idle, turn = 0, 0
        while idle < _IDLE and time.monotonic() < until:
            open_ = _narrow(width, seen)
            if not open_.any():
                return
            up = np.random.default_rng(turn).random(len(width)) < _HALF
            self._bring(np.where(open_, np.where(up, 1.0, -1.0), 0.0), width, seen)
            turn += 1
            idle = idle + 1 if (_narrow(width, seen) == open_).all() else 0

    def _bring(self, ways: Floats, width: Floats, seen: Floats) -> None:
        """Aim at other totals, higher where ``ways`` is positive and lower where it is negative, by
        ``width`` at most; ``seen`` keeps how far each was brought."""
        low = np.where(ways < 0, np.maximum(-width, self._least), self._least)
        high = np.where(ways > 0, width, highspy.kHighsInf)
        cost = -ways / np.where(width > 0, width, 1.0)
        every = np.arange(len(cost), dtype=np.int32)
        self._highs.changeColsBounds(len(cost), every, low, high)
        self._highs.changeColsCost(len(cost), every, cost)
        self._highs.run()
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            off = np.array(self._highs.getSolution().col_value)
            np.maximum(seen, np.stack([off, -off]), out=seen)


def _narrow(width: Floats, seen: Floats) -> Mask:
    found: Mask = seen.sum(axis=0) < width * (1 - _SLACK)
    return found


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
