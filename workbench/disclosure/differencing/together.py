"""What follows from many told cells at once, though from no two of them.

A cell is judged by what it tells beside each told one and beside a basis of them. That leaves sums
of several: of the last few people in each of some tables, or of the rows of one person. Whether
any sum of a few follows is a search for the sparsest vector of a space, which is hard (Coleman and
Pothen 1986, "The null space problem I"); here all that is large is eliminated first, so that what
is left over is of the small parts alone, and each person with several rows is looked at exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask
from workbench.disclosure.differencing.reach import linked
from workbench.disclosure.differencing.span import Span

_ZERO = 1e-9
"""As in ``span``."""


def too_much(atoms: Atoms, span: Span, fresh: Mask) -> Mask:
    """Some of the unsafe atoms of which told combinations together tell what may not be told.

    ``fresh``: the atoms of what is told only now, to which those have to be connected."""
    unsafe = atoms.unsafe()
    found = np.zeros(len(atoms), np.bool_)
    some = span.rows[linked(span.rows != 0.0, fresh)]
    if not some.size or not unsafe.any():
        return found
    left = beyond(some, np.flatnonzero(~unsafe), np.argsort(-atoms.facts().people, kind="stable"))
    found |= unsafe & (left[~atoms.judged(left)] != 0.0).any(axis=0)
    near = np.count_nonzero(some, axis=0) > 0
    for own in _of_one(atoms):
        if near[own].any() and span.tells_of(own):
            found[own] = True
    return found


def beyond(rows: Floats, without: Ints, order: Ints) -> Floats:
    """A basis of what independent ``rows`` tell when columns ``without`` are eliminated: reduced,
    by the other columns in this ``order``."""
    rows = rows.copy()
    for column in without:
        holding = np.flatnonzero(rows[:, column])
        if holding.size:
            best = holding[np.argmax(np.abs(rows[holding, column]))]
            _eliminate(rows, best, column, holding)
            rows = np.delete(rows, best, axis=0)
    left = np.ones(len(rows), np.bool_)
    for column in order:
        able = np.flatnonzero(left & (rows[:, column] != 0.0))
        if able.size:
            best = able[np.argmax(np.abs(rows[able, column]))]
            rows[best] /= rows[best, column]
            _eliminate(rows, best, column, np.flatnonzero(rows[:, column]))
            left[best] = False
    return rows


def _eliminate(rows: Floats, by: int, column: int, holding: Ints) -> None:
    """Take the row ``by`` off the others that hold the ``column``, as often as they hold it."""
    others = holding[holding != by]
    changed = rows[others] - np.outer(rows[others, column] / rows[by, column], rows[by])
    changed[np.abs(changed) < _ZERO] = 0.0
    changed[:, column] = 0.0
    rows[others] = changed


def _of_one(atoms: Atoms) -> Iterator[Ints]:
    """The atoms that are of one entity alone, where it has several."""
    alone = np.flatnonzero(atoms.facts().people == 1.0)
    whose = np.array([atoms.entities[atoms.members(int(a))[0]] for a in alone], np.int64)
    order = np.argsort(whose, kind="stable")
    for own in np.split(alone[order], np.flatnonzero(np.diff(whose[order])) + 1):
        if len(own) > 1:
            yield own
