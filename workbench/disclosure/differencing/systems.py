"""All that was told of one subject, as systems that have nothing in common.

Tables of another month are of other rows, and nothing follows from both. So what is judged beside a
new cell is the systems that it touches, however long the history is: it is put together from their
parts, and what comes of it is taken apart again where it falls apart.

Near are also the systems of the same entities, other versions of theirs say: as long as all of it
is small enough to be worked out (``EXACT_CELLS``), they are looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from workbench.disclosure.differencing.atoms import Atom, Atoms
from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask, Measured
from workbench.disclosure.differencing.numbered import distinct
from workbench.disclosure.differencing.span import Span
from workbench.disclosure.differencing.system import EXACT_CELLS, System

SPARE = 4
"""How many times as many atoms as are needed may stand together, before those that are needed are
put together anew (ours)."""
_NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Part:
    """A system as it is kept: its atoms with their units, and over them, a column each, the rows
    that follow with their pivots, what is known, and what was told of which versions."""

    atoms: tuple[Atom, ...]
    rows: Floats
    pivots: Ints
    known: Mask
    told: Floats
    versions: tuple[int, ...]
    strict: bool

    @property
    def size(self) -> tuple[int, int]:
        return len(self.told), len(self.atoms)


class Systems:
    """``entities`` and ``amounts`` are by unit, and grow with them."""

    def __init__(self, by: Measured) -> None:
        self.by = by
        self.entities: Ints = np.empty(0, np.int64)
        self.amounts: Floats = np.empty(0, np.float64)
        self._place: Ints = np.empty(0, np.int64)
        self._parts: dict[int, Part] = {}
        self._next = 0
        self._last: list[_Local] = []
        """What was put together last, by whichever copy: most questions touch the same."""

    def __len__(self) -> int:
        return len(self._parts)

    def copy(self) -> Systems:
        other = Systems(self.by)
        other.entities, other.amounts = self.entities, self.amounts  # replaced, not written into
        other._place, other._parts = self._place.copy(), dict(self._parts)
        other._next, other._last = self._next, self._last
        return other

    def grow(self, entities: Ints, amounts: Floats) -> None:
        """More units, told by nobody yet."""
        self.entities = np.concatenate([self.entities, entities])
        self.amounts = np.concatenate([self.amounts, amounts])
        self._place = np.concatenate([self._place, np.full(len(entities), _NOWHERE)])

    def holds(self, candidates: Sequence[Candidate]) -> list[bool]:
        """Of each whether this very cell was told before, of the same version."""
        if not candidates:
            return []
        local = self._beside(candidates)
        return [local.system.holds(each) for each in local.of(candidates)]

    def told(self, candidates: Sequence[Candidate]) -> list[bool]:
        """For each candidate, in this order, whether it is told from now on."""
        local = self._beside(candidates)
        system, shown = local.system.judged(local.of(candidates))
        if system.extent() != local.system.extent():
            self._keep(replace(local, system=system))
        return shown

    def remember(self, releases: Iterable[Sequence[Candidate]]) -> None:
        """What was told already, release after release: it is not judged. Those that have something
        in common are put together once."""
        for some in _connected([each for each in releases if each], self._place):
            candidates = list(chain.from_iterable(some))
            local = self._around(candidates, self._touched(candidates))
            system = local.system.copy()  # others may hold this one
            system.remember(local.of(each) for each in some)
            self._keep(replace(local, system=system))

    def whole(self) -> System:
        """All of it as one system, for who reports on it."""
        return self._put_together(np.arange(len(self.entities)), list(self._parts.values()))

    # Which ----------------------------------------------------------------------------------------

    def _touched(self, candidates: Sequence[Candidate]) -> set[int]:
        units = np.concatenate([each.units for each in candidates])
        return set(np.unique(self._place[units]).tolist()) - {_NOWHERE}

    def _near(self, candidates: Sequence[Candidate], touched: set[int]) -> set[int]:
        """Others of the same entities, if all together are small enough."""
        theirs = np.zeros(int(self.entities.max(initial=0)) + 1, np.bool_)
        theirs[self.entities[np.concatenate([each.units for each in candidates])]] = True
        found = set(np.unique(self._place[theirs[self.entities]]).tolist()) - {_NOWHERE} - touched
        told, atoms = np.sum([self._parts[n].size for n in found | touched] or [(0, 0)], axis=0)
        strict = any(self._parts[number].strict for number in found | touched)
        return found if not strict and told * atoms <= EXACT_CELLS else set()

    # Together, and apart --------------------------------------------------------------------------

    def _beside(self, candidates: Sequence[Candidate]) -> _Local:
        """All that the candidates are judged beside."""
        touched = self._touched(candidates)
        return self._around(candidates, touched | self._near(candidates, touched))

    def _around(self, candidates: Sequence[Candidate], numbers: set[int]) -> _Local:
        fresh = np.concatenate([each.units for each in candidates])
        for last in self._last:
            if self._covers(last, numbers) and np.isin(fresh, last.units).all():
                return last
        parts = tuple(self._parts[number] for number in sorted(numbers))
        told = [atom.units for part in parts for atom in part.atoms]
        units = distinct([fresh, *told])
        local = _Local(units, self._put_together(units, parts), frozenset(numbers), parts)
        self._last[:] = [local]
        return local

    def _covers(self, last: _Local, numbers: set[int]) -> bool:
        """Whether it has these parts, as they are now, and not many others."""
        if not numbers <= last.numbers:
            return False
        now = [self._parts.get(number) for number in sorted(last.numbers)]
        if any(part is not then for part, then in zip(now, last.parts, strict=True)):
            return False
        needed = sum(len(self._parts[number].atoms) for number in numbers)
        return len(last.system.atoms) <= SPARE * needed

    def _put_together(self, units: Ints, parts: Sequence[Part]) -> System:
        own = [
            replace(atom, units=np.searchsorted(units, atom.units))
            for part in parts
            for atom in part.atoms
        ]
        atoms = Atoms.of(self.by, self.entities[units], self.amounts[units], own)
        span = Span.of(
            _beside([part.rows for part in parts]),
            _shifted([part.pivots for part in parts], [len(part.atoms) for part in parts]),
            np.concatenate([np.zeros(1, np.bool_), *(part.known for part in parts)]),
            atoms.facts().weight,
        )
        told: Floats = np.asarray(_beside([part.told for part in parts]), np.float32)
        versions = [version for part in parts for version in part.versions]
        return System.of(atoms, span, told, versions, strict=any(part.strict for part in parts))

    def _keep(self, local: _Local) -> None:
        for number in local.numbers:
            del self._parts[number]
        for part in _apart(local):
            self._parts[self._next] = part
            for atom in part.atoms:
                self._place[atom.units] = self._next
            self._next += 1


@dataclass(frozen=True)
class _Local:
    """A system over some ``units`` (sorted), made of the parts with these ``numbers``."""

    units: Ints
    system: System
    numbers: frozenset[int]
    parts: tuple[Part, ...]

    def of(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        return [replace(c, units=np.searchsorted(self.units, c.units)) for c in candidates]


def _connected(
    releases: Sequence[Sequence[Candidate]], place: Ints
) -> Iterable[list[Sequence[Candidate]]]:
    """Releases in groups that share no unit and touch no part in common; ``place``: of units, the
    part that they are in."""
    owner = place.copy()
    groups: dict[int, list[Sequence[Candidate]]] = {}
    for number, release in enumerate(releases, start=int(place.max(initial=_NOWHERE)) + 1):
        units = np.concatenate([candidate.units for candidate in release])
        joined = sorted(set(owner[units].tolist()) - {_NOWHERE})
        owner[np.isin(owner, joined)] = number
        owner[units] = number
        groups[number] = [*chain.from_iterable(groups.pop(n, []) for n in joined), release]
    return groups.values()


def _beside(blocks: Sequence[Floats]) -> Floats:
    """Blocks along a diagonal, after a column for what was never told."""
    height, width = sum(len(b) for b in blocks), 1 + sum(b.shape[1] for b in blocks)
    found, row, column = np.zeros((height, width)), 0, 1
    for block in blocks:
        found[row : row + len(block), column : column + block.shape[1]] = block
        row, column = row + len(block), column + block.shape[1]
    return found


def _shifted(pivots: Sequence[Ints], widths: Sequence[int]) -> Ints:
    starts = 1 + np.cumsum([0, *widths[:-1]]) if widths else np.zeros(0, np.int64)
    shifted = [each + start for each, start in zip(pivots, starts, strict=True)]
    return np.concatenate([np.zeros(0, np.int64), *shifted])


def _apart(local: _Local) -> Iterator[Part]:
    system, span = local.system, local.system.span
    number = _components(np.vstack([span.rows != 0.0, system.cells != 0.0]))
    order = 1 + np.argsort(number[1:], kind="stable")
    starts = np.flatnonzero(np.diff(number[order])) + 1
    of_row = number[span.pivots]
    of_cell = number[(system.cells != 0.0).argmax(axis=1)] if len(system.cells) else of_row[:0]
    for columns in np.split(order, starts) if len(order) else []:
        mine = number[columns[0]]
        rows, cells = np.flatnonzero(of_row == mine), np.flatnonzero(of_cell == mine)
        yield Part(
            tuple(
                replace(atom, units=local.units[atom.units])
                for atom in (system.atoms.atom(int(column)) for column in columns)
            ),
            span.rows[np.ix_(rows, columns)],
            np.searchsorted(columns, span.pivots[rows]),
            span.known[columns],
            system.cells[np.ix_(cells, columns)],
            tuple(system.versions[int(cell)] for cell in cells),
            system.strict,
        )


def _components(there: Mask) -> Ints:
    """For each column the number of its component, where rows connect columns."""
    number = np.arange(there.shape[1])
    rows = [np.flatnonzero(row) for row in there]
    changed = True
    while changed:
        changed = False
        for columns in rows:
            least = number[columns].min(initial=there.shape[1])
            if (number[columns] != least).any():
                number[columns], changed = least, True
    return number
