"""All that one department was told of one measure, and what may be told beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from workbench.disclosure.differencing.atoms import UNTOLD, Atoms, Cut
from workbench.disclosure.differencing.blame import Candidate, Seen, blamed
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask, Measured
from workbench.disclosure.differencing.reach import deadline, linked, within_reach
from workbench.disclosure.differencing.span import Span
from workbench.disclosure.differencing.together import too_much

EXACT_CELLS = 200_000
"""Told cells times atoms up to which everything that follows is worked out (ours: some seconds).
Beyond, whoever asks is taken to know the atoms that are safe to be told, but for those from which
something would follow that is not."""
FULL_CELLS = 1_000_000
"""What follows, times atoms, from which on nothing new is told of rows that it is about, but what
follows already: working it out would take longer than people wait (ours: a second or so before)."""
ROOM = 2
"""How many times what is held may grow while it is remembered, before it is narrowed (ours)."""
_ASSUMED = -1
"""The version of what is only taken to be told."""
SAME_PEOPLE = 0.5
"""The share of entities that two cells of different versions have in common from which on the
second is looked at as the first one's next figure (ours)."""


class System:
    """Told cells as sums over atoms: ``span`` what follows from them, ``told`` each as it was."""

    def __init__(self, by: Measured) -> None:
        self.atoms, self.span = Atoms(by), Span()
        self._told: Floats = np.zeros((0, 1), np.float32)
        self._versions: list[int] = []
        self._looked_up: tuple[Floats, frozenset[bytes]] = self._told, frozenset()
        self.strict = False

    @staticmethod
    def of(
        atoms: Atoms, span: Span, cells: Floats, versions: Sequence[int], *, strict: bool
    ) -> System:
        made = System(atoms.by)
        made.atoms, made.span, made.strict = atoms, span, strict
        made._told, made._versions = cells, list(versions)
        return made

    @property
    def cells(self) -> Floats:
        """The told cells, a row each."""
        return self._told

    @property
    def versions(self) -> Sequence[int]:
        """Of what each told cell was read."""
        return self._versions

    def copy(self) -> System:
        other = System(self.atoms.by)
        other.atoms, other.span = self.atoms.copy(), self.span.copy()
        other._told, other._versions = self._told.copy(), list(self._versions)
        other.strict = self.strict
        return other

    def told(self, candidates: Sequence[Candidate]) -> list[bool]:
        """For each candidate, in this order, whether it is told from now on."""
        after, shown = self.judged(candidates)
        self.__dict__.update(after.__dict__)
        return shown

    def judged(self, candidates: Sequence[Candidate]) -> tuple[System, list[bool]]:
        """What it would be, and for each candidate, in this order, whether it is told. Those that
        are not are as if they had not been asked for."""
        if self.is_full:
            return self, [self._follows(candidate) for candidate in candidates]
        trial, seen = self.copy(), Seen(deadline())
        shown = [trial._allows(candidate) for candidate in candidates]
        while trial.span.rank > self.span.rank:
            going = blamed(
                trial.atoms, trial.span, trial._told, candidates, shown, seen, strict=trial.strict
            )
            if not going:
                break
            shown = [told and number not in going for number, told in enumerate(shown)]
            trial = self.copy()  # what is left was judged beside more
            trial._hold_all([c for c, told in zip(candidates, shown, strict=True) if told])
        if trial.extent() != self.extent():
            trial._narrow()
        return trial, shown

    def remember(self, releases: Iterable[Sequence[Candidate]]) -> None:
        """What was told already, release after release: it is not judged."""
        limit = EXACT_CELLS
        for candidates in releases:
            for candidate in candidates:
                cut = self.atoms.cut(candidate.units, candidate.weights)
                self._hold(self._row_of(cut), candidate.version)
            if self._told.size > ROOM * limit:
                self._work_out()
                limit = max(limit, self._told.size)
        self._work_out()

    def extent(self) -> tuple[int, int]:
        """How much follows, and how much is held."""
        return self.span.rank, len(self._told)

    def _work_out(self) -> None:
        """What follows from all told cells, at once."""
        self.span.rebuild(self._told)
        self._narrow()

    def _row_of(self, cut: Cut) -> Floats:
        """A candidate over the atoms that were cut for it."""
        self._split(cut)
        row = np.zeros(len(self.atoms))
        row[cut.inside] = cut.weights
        return row

    @property
    def is_full(self) -> bool:
        """Whether nothing new is told of it any more."""
        return self.strict and self.span.rows.size > FULL_CELLS

    def _hold_all(self, candidates: Sequence[Candidate]) -> None:
        for candidate in candidates:
            row = self._row_of(self.atoms.cut(candidate.units, candidate.weights))
            if self.span.reduced(row).any():
                self.span.allows(row, lambda rows: np.ones(len(rows), np.bool_))
            self._hold(row, candidate.version)

    def holds(self, candidate: Candidate) -> bool:
        """Whether this very cell was told before, of the same version; of what is full whether it
        follows from what was, which adds nothing to it."""
        if self.is_full:
            return self._follows(candidate)
        row = self.atoms.whole(candidate.units, candidate.weights)
        if row is None:
            return False
        if self.strict:
            row[self.span.known] = 0.0
            return not row.any() or row.astype(np.float32).tobytes() in self._rows_told()
        return self._holds(row, candidate.version)

    def _rows_told(self) -> frozenset[bytes]:
        """The told cells as they can be looked up, as long as they stay the same array."""
        if self._looked_up[0] is not self._told:
            self._looked_up = self._told, frozenset(row.tobytes() for row in self._told)
        return self._looked_up[1]

    def _follows(self, candidate: Candidate) -> bool:
        row = self.atoms.whole(candidate.units, candidate.weights)
        return row is not None and not self.span.reduced(row).any()

    def _hold(self, row: Floats, version: int) -> None:
        """What followed from others is held as well: the next may be close to it."""
        if self.strict:
            row = np.where(self.span.known, 0.0, row)
        if not row.any() or self._holds(row, version):
            return
        self._told = np.vstack([self._told, row[None, :].astype(np.float32)])
        self._versions.append(version)

    def _holds(self, row: Floats, version: int) -> bool:
        inside = np.flatnonzero(row)
        some = inside[[0, len(inside) // 2, -1]]
        near = np.flatnonzero((self._told[:, some] == row[some]).all(axis=1))  # the few to compare
        same = (self._told[near] == row).all(axis=1) & (np.array(self._versions)[near] == version)
        return bool(same.any())

    # One cell -------------------------------------------------------------------------------------

    def _allows(self, candidate: Candidate) -> bool:
        if self.strict and self.atoms.leaves_too_few(candidate.units):
            return False  # as _keeps_parts_safe would say, without the cut
        cut = self.atoms.cut(candidate.units, candidate.weights)
        before = self.span.state(), self._told, len(self._versions)
        row = self._row_of(cut)
        if not self.span.reduced(row).any():
            self._hold(row, candidate.version)
            return True  # it follows from what was told
        if self._may(row, cut, candidate) and self.span.allows(row, self.atoms.judged):
            self._hold(row, candidate.version)
            return True
        state, self._told, count = before
        del self._versions[count:]
        self.span.restore(state)
        self.atoms.mend(cut)
        return False

    def _split(self, cut: Cut) -> None:
        """Where a part of what is known is told of, the sum of its parts is a told cell from now
        on: so all that follows follows from the cells."""
        known = self.span.known
        self.span.split(cut.parents, self.atoms.facts().weight)
        if cut.parents:
            origin = [parent for parent, _ in cut.parents]
            self._told = np.hstack([self._told, self._told[:, origin]])
            for parent in {parent for parent, _ in cut.parents if known[parent]}:
                row = np.zeros(self._told.shape[1])
                row[[parent, *(new for old, new in cut.parents if old == parent)]] = 1.0
                self._told = np.vstack([self._told, row[None, :].astype(np.float32)])
                self._versions.append(_ASSUMED)

    def _may(self, row: Floats, cut: Cut, candidate: Candidate) -> bool:
        if self.strict and not self._keeps_parts_safe(cut):
            return False
        return self._apart(row) and self._next_may(row, candidate)

    def _keeps_parts_safe(self, cut: Cut) -> bool:
        """Where safe atoms are taken to be known, both parts of one have to be safe."""
        safe = self.atoms.safe
        return all(parent == UNTOLD or (safe[parent] and safe[new]) for parent, new in cut.parents)

    def _apart(self, row: Floats) -> bool:
        """Whether the difference from each told cell may be told. Most are so large that their
        numbers say so; the others are looked at one by one."""
        unsafe = self.atoms.facts().unsafe
        if self.strict:
            row = np.where(self.span.known, 0.0, row)
        apart = row - self._told
        near = (apart[:, unsafe] != 0).any(axis=1)
        return bool(self.atoms.judged(apart[near].astype(np.float64)).all())

    def _next_may(self, row: Floats, candidate: Candidate) -> bool:
        """Whether what changed since a told cell of another version may be told, where it is about
        the same entities by and large."""
        versions = np.array(self._versions)
        if self.strict or not (versions != candidate.version).any():
            return True
        atoms = self.atoms
        mine = atoms.entities[candidate.units]
        inside = np.zeros(int(atoms.entities.max(initial=0)) + 1, np.bool_)
        inside[mine] = True
        shared = np.bincount(atoms.labels, inside[atoms.entities], minlength=len(atoms))
        sizes = np.bincount(atoms.labels, minlength=len(atoms)).astype(float)
        shared[UNTOLD] = sizes[UNTOLD] = 0.0
        common, of = self._told @ shared, np.maximum(self._told @ sizes, len(mine))
        for i in np.flatnonzero((versions != candidate.version) & (common > SAME_PEOPLE * of)):
            if not self.atoms.exactly(row - self._told[i]):
                return False
        return True

    # Past the limit -------------------------------------------------------------------------------

    def _narrow(self) -> None:
        """Past the limit hold only what is not taken to be known."""
        self.strict |= self._told.size > EXACT_CELLS
        if not self.strict:
            return
        self.span.assume(self._harmless())
        self._told[:, self.span.known] = 0.0
        some = self._told.any(axis=1)
        self._told = np.unique(self._told[some], axis=0)
        self._versions = [0] * len(self._told)

    def _harmless(self) -> Ints:
        """The safe atoms that may be taken to be known. Where something follows with them that may
        not be told, none of those that stand beside it: what is taken to be known would be told."""
        safe, until = ~self.atoms.unsafe() & ~self.span.known, deadline()
        safe[UNTOLD] = False
        there = self.span.rows != 0.0
        while safe.any():
            exposed = self._exposed(np.flatnonzero(safe), until)
            beside = safe & there[linked(there & ~safe, exposed)].any(axis=0)
            if not beside.any():
                break
            safe &= ~beside
        return np.flatnonzero(safe)

    def _exposed(self, assumed: Ints, until: float) -> Mask:
        """Some of the unsafe atoms of which too much would follow, were ``assumed`` known."""
        trial, unsafe = self.span.copy(), self.atoms.unsafe()
        trial.assume(assumed)
        found: Mask = unsafe & trial.known & ~self.span.known
        found |= unsafe & (trial.rows[~self.atoms.judged(trial.rows)] != 0.0).any(axis=0)
        found |= too_much(self.atoms, trial, unsafe)
        if found.any():
            return found
        return within_reach(self.atoms, trial, self._told, unsafe, unsafe, until)[0]
