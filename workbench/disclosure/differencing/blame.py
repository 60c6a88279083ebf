"""Which cells of a release have to go, because of what all of them tell together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask
from workbench.disclosure.differencing.hiding import Hiding
from workbench.disclosure.differencing.reach import linked, within_reach
from workbench.disclosure.differencing.span import Span
from workbench.disclosure.differencing.together import too_much

SOME_ROUNDS = 8
"""Rounds of a release in which cells are looked for that hide an atom for the least; then the
smallest that have it go, each time twice as many, so that it ends (ours)."""


@dataclass(frozen=True)
class Candidate:
    """A cell that is to be told: its ``units`` (sorted, each once), ``weights`` where it has some
    of them more than once, and the ``version`` of what it was read from."""

    units: Ints
    weights: Ints | None = None
    version: int = 0


class Seen:
    """The atoms that were shown to be far enough, from one round of a release to the next: with
    fewer cells told, what can be elsewhere still can."""

    def __init__(self, until: float) -> None:
        self.rounds, self._until = 0, until
        self._far: set[bytes] = set()

    def within_reach(self, atoms: Atoms, span: Span, told: Floats, fresh: Mask) -> Mask:
        """As ``reach.within_reach``, of those that were not seen to be far enough."""
        keys = {int(a): atoms.members(int(a)).tobytes() for a in np.flatnonzero(atoms.unsafe())}
        open_ = np.zeros(len(atoms), np.bool_)
        open_[[atom for atom, key in keys.items() if key not in self._far]] = True
        close, far = within_reach(atoms, span, told, open_, fresh, self._until)
        self._far |= {keys[int(atom)] for atom in np.flatnonzero(far)}
        return close


def blamed(
    atoms: Atoms,
    span: Span,
    told: Floats,
    candidates: Sequence[Candidate],
    shown: Sequence[bool],
    seen: Seen,
    *,
    strict: bool,
) -> set[int]:
    """Of each atom of which too much follows now, or that can be bounded too closely, the
    candidate that hides it for the least, else the smallest that tell of it; nothing where there
    is no such atom. Where it is ``strict`` the former would take long to find."""
    inside = {
        number: np.unique(atoms.labels[candidate.units])
        for number, candidate in enumerate(candidates)
        if shown[number]
    }
    fresh = np.zeros(len(atoms), np.bool_)
    for some in inside.values():
        fresh[some] = True
    beside = linked(told != 0.0, fresh)  # what a new cell leaves over of told ones, too
    fresh |= (told[beside] != 0.0).any(axis=0)
    close = too_much(atoms, span, fresh)
    if not close.any():
        close = seen.within_reach(atoms, span, told, fresh)
    gross = atoms.facts().gross
    size = {number: float(gross[some].sum()) for number, some in inside.items()}
    many = 2**seen.rounds
    seen.rounds += 1
    going: set[int] = set()
    for atom in np.flatnonzero(close):
        if not strict and seen.rounds <= SOME_ROUNDS:
            rows = _rows(atoms, told, candidates, size)
            hides = Hiding(told, atoms.sizes(), int(atom)).best(rows, size)
            if hides is not None:
                going.add(hides)
                continue
        near = [n for n, some in inside.items() if atom in some] or list(inside)
        going |= set(sorted(near, key=lambda n: (size[n], n))[:many])
    return going


def _rows(
    atoms: Atoms, told: Floats, candidates: Sequence[Candidate], some: Mapping[int, float]
) -> dict[int, int]:
    """The told row of each candidate that is one."""
    at = {row.tobytes(): number for number, row in enumerate(told)}
    found: dict[int, int] = {}
    for number in some:
        row = atoms.whole(candidates[number].units, candidates[number].weights)
        if row is not None and (place := at.get(row.astype(told.dtype).tobytes())) is not None:
            found[number] = place
    return found
