"""What follows from many told cells at once, though from no two of them.

A cell is judged by what it tells beside each told one and beside a basis of them. That leaves sums
of several: of the last few people in each of some tables, or of the rows of one person. Whether
any sum of a few follows is a search for the sparsest vector of a space, which is hard (Coleman and
Pothen 1986, "The null space problem I"); the basis is one in which all that is large is eliminated
first (``span``), so that what is left over is of the small parts alone, and each person with
several rows is looked at exactly, here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Ints, Mask
from workbench.disclosure.differencing.reach import linked
from workbench.disclosure.differencing.span import Span


def too_much(atoms: Atoms, span: Span, fresh: Mask) -> Mask:
    """The unsafe atoms of one entity each that told combinations together tell of.

    ``fresh``: the atoms of what is told only now, to which those have to be connected."""
    found = np.zeros(len(atoms), np.bool_)
    if not len(span.rows):
        return found
    some = span.rows[linked(span.rows != 0.0, fresh)]
    near = np.count_nonzero(some, axis=0) > 0
    for own in _of_one(atoms):
        if near[own].any() and span.tells_of(own):
            found[own] = True
    return found


def _of_one(atoms: Atoms) -> Iterator[Ints]:
    """The atoms that are of one entity alone, where it has several."""
    alone = np.flatnonzero(atoms.facts().people == 1.0)
    whose = np.array([atoms.entities[atoms.members(int(a))[0]] for a in alone], np.int64)
    order = np.argsort(whose, kind="stable")
    for own in np.split(alone[order], np.flatnonzero(np.diff(whose[order])) + 1):
        if len(own) > 1:
            yield own
