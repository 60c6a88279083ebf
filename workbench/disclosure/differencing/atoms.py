"""The finest parts that told cells tell apart: each unit is in one atom, or was never told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.disclosure.differencing.contributions import (
    CANCELLED,
    Floats,
    Ints,
    Mask,
    Measured,
    passes,
)
from workbench.disclosure.differencing.numbered import numbered

UNTOLD = 0
"""The atom of all units that no told cell has."""
SAFE = 64
"""The weight of an atom that is safe to be told by itself; of others, bits of their entities."""


@dataclass(frozen=True)
class Cut:
    """What one cell did to the atoms. ``inside`` are the atoms that make it up, with how often it
    has each of their units; ``parents`` pairs an atom that was cut with the new one of its part
    inside. ``undo`` puts the units back."""

    inside: Ints
    weights: Floats
    parents: tuple[tuple[int, int], ...]
    undo: tuple[tuple[int, Ints], ...] = field(repr=False)


@dataclass(frozen=True)
class Atom:
    """One with its units (sorted), and the facts of it as in ``Atoms``."""

    units: Ints
    people: int
    total: float
    gross: float
    largest: float
    safe: bool


@dataclass(frozen=True)
class Facts:
    """By atom, as in ``Atoms``."""

    size: Ints
    people: Floats
    total: Floats
    gross: Floats
    largest: Floats
    unsafe: Mask

    @property
    def weight(self) -> Ints:
        """How soon it is eliminated where others are left over: what is safe, then what is large,
        by bits of the number of entities."""
        _, bits = np.frexp(self.people)
        return np.where(self.unsafe, bits, SAFE).astype(np.int64)


class Atoms:
    """A partition of units that is only ever refined (but for what is undone at once).

    ``entities`` and ``amounts`` are by unit and grow with them. Facts by atom: ``size`` units,
    ``people`` entities, ``total`` and ``gross`` (of absolute amounts), ``largest`` entity, and
    whether it is ``safe`` to be told by itself.
    """

    def __init__(self, by: Measured) -> None:
        self.by = by
        self.entities: Ints = np.empty(0, np.int64)
        self.amounts: Floats = np.empty(0, np.float64)
        self._label: Ints = np.empty(0, np.int64)
        self._most = 1
        self._facts: Facts | None = None
        self._members: list[Ints] = [np.empty(0, np.int64)]
        self.people: list[int] = [0]
        self.total: list[float] = [0.0]
        self.gross: list[float] = [0.0]
        self.largest: list[float] = [0.0]
        self.safe: list[bool] = [True]

    @staticmethod
    def of(by: Measured, entities: Ints, amounts: Floats, told: Iterable[Atom]) -> Atoms:
        """All units, and those ``told`` in their atoms, which come in this order after UNTOLD."""
        made = Atoms(by)
        made.grow(entities, amounts)
        for atom in told:
            made._label[atom.units] = len(made)
            values = (atom.units, atom.people, atom.total, atom.gross, atom.largest, atom.safe)
            for facts, value in zip(made._columns(), values, strict=True):
                facts.append(value)
        return made

    def atom(self, number: int) -> Atom:
        return Atom(*(facts[number] for facts in self._columns()))

    def copy(self) -> Atoms:
        """One that is cut apart from this one; arrays are replaced, never written into, but for
        the labels."""
        other = Atoms(self.by)
        other.entities, other.amounts = self.entities, self.amounts
        other._most = self._most
        other._label = self._label.copy()
        other._members, other.people = list(self._members), list(self.people)
        other.total, other.gross = list(self.total), list(self.gross)
        other.largest, other.safe = list(self.largest), list(self.safe)
        return other

    def __len__(self) -> int:
        return len(self._members)

    def grow(self, entities: Ints, amounts: Floats) -> None:
        """More units, told by nobody yet."""
        self.entities = np.concatenate([self.entities, entities])
        self.amounts = np.concatenate([self.amounts, amounts])
        fresh = np.zeros(len(entities), np.int64)
        self._label = np.concatenate([self._label, fresh])
        self._most = int(np.bincount(self.entities).max(initial=1))

    def sizes(self) -> Ints:
        """How many units each atom has."""
        return np.array([len(members) for members in self._members], np.int64)

    def members(self, atom: int) -> Ints:
        return self._members[atom]

    @property
    def labels(self) -> Ints:
        """The atom of each unit."""
        return self._label

    def top(self, atom: int) -> list[float]:
        """The largest amounts of its entities, largest first; as many as the rules look at."""
        members = self._members[atom]
        _, at = numbered(self.entities[members])
        held = np.sort(np.bincount(at, weights=np.abs(self.amounts[members])))[::-1]
        return [float(each) for each in held[: max(self.by.rules.top, 2)]]

    def whole(self, units: Ints, weights: Ints | None = None) -> Floats | None:
        """How often the cell of ``units`` has each atom; None where it would cut one."""
        labels = self._label[units]
        size = self.facts().size
        count = np.bincount(labels, minlength=len(self))
        if count[UNTOLD] or ((count > 0) & (count != size)).any():
            return None
        if weights is None:
            return (count > 0).astype(np.float64)
        row = np.zeros(len(self))
        row[labels] = weights
        return row if (row[labels] == weights).all() else None

    def leaves_too_few(self, units: Ints) -> bool:
        """Whether the cell of ``units`` would cut a told atom into parts of which one has fewer
        units than a figure must have entities: such a part is not safe, whatever else it holds."""
        count = np.bincount(self._label[units], minlength=len(self))
        size = self.facts().size
        cut = (count > 0) & (count < size)
        cut[UNTOLD] = False
        return bool((np.minimum(count, size - count)[cut] < self.by.rules.k).any())

    def cut(self, units: Ints, weights: Ints | None = None) -> Cut:
        """Make the cell of ``units`` a sum of whole atoms. ``weights``: how often each is in it."""
        order = self._label[units] if weights is None else self._label[units] * _WIDE + weights
        ranked = np.argsort(order, kind="stable")
        starts = np.flatnonzero(np.diff(order[ranked], prepend=-1))
        inside, often, parents, undo = [], [], [], []
        for part in np.split(ranked, starts[1:]) if len(ranked) else []:
            some = units[part]
            atom = int(self._label[some[0]])
            often.append(1.0 if weights is None else float(weights[part[0]]))
            if atom != UNTOLD and len(some) == len(self._members[atom]):
                inside.append(atom)
                continue
            undo.append((atom, some))
            inside.append(self._split(atom, np.sort(some)))
            parents.append((atom, inside[-1]))
        return Cut(np.array(inside, np.int64), np.array(often), tuple(parents), tuple(undo))

    def _split(self, atom: int, some: Ints) -> int:
        new = len(self._members)
        self._label[some] = new
        if atom != UNTOLD:
            self._set(atom, np.setdiff1d(self._members[atom], some, assume_unique=True))
        for facts in self._columns():
            facts.append(facts[UNTOLD])
        self._set(new, some)
        return new

    def _set(self, atom: int, members: Ints) -> None:
        self._facts = None
        entities, amounts = self.entities[members], self.amounts[members]
        _, at = numbered(entities)
        held = np.bincount(at, weights=np.abs(amounts))
        self._members[atom] = members
        self.people[atom] = len(held)
        self.total[atom] = float(amounts.sum())
        self.gross[atom] = float(np.abs(amounts).sum())
        self.largest[atom] = float(held.max(initial=0.0))
        self.safe[atom] = passes(entities, np.abs(amounts), self.by)

    def mend(self, cut: Cut) -> None:
        """Undo the last cut."""
        for (atom, units), (_, new) in zip(reversed(cut.undo), reversed(cut.parents), strict=True):
            assert new == len(self) - 1  # cuts are undone in the order of a stack
            self._label[units] = atom
            self._facts = None
            for facts in self._columns():
                facts.pop()
            if atom != UNTOLD:
                self._set(atom, np.union1d(self._members[atom], units))

    def _columns(self) -> tuple[list[Any], ...]:
        return self._members, self.people, self.total, self.gross, self.largest, self.safe

    def unsafe(self) -> Mask:
        """The atoms that may not be told by themselves."""
        found: Mask = ~np.array(self.safe)
        found[UNTOLD] = False
        return found

    def facts(self) -> Facts:
        """The facts of all atoms as arrays."""
        if self._facts is None:
            self._facts = Facts(
                self.sizes(),
                np.array(self.people, np.float64),
                np.array(self.total),
                np.array(self.gross),
                np.array(self.largest),
                self.unsafe(),
            )
        return self._facts

    def judged(self, rows: Floats) -> Mask:
        """For combinations of atoms, coefficients in a row, whether each may be told. A sum of what
        passes passes, whatever the weights; most others are so large that numbers say so; the rest
        is looked at entity by entity."""
        fine: Mask = ~(rows[:, self.facts().unsafe] != 0.0).any(axis=1)
        open_ = np.flatnonzero(~fine)
        fine[open_] = self._clearly(rows[open_])
        for at in np.flatnonzero(~fine):
            fine[at] = self.exactly(rows[at])
        return fine

    def exactly(self, row: Floats) -> bool:
        """Whether a combination may be told, entity by entity."""
        support = np.flatnonzero(row)
        if not support.size:
            return True
        parts = [self._members[a] for a in support]
        units = np.concatenate(parts)
        weights = np.repeat(row[support], [len(p) for p in parts])
        return passes(self.entities[units], self.amounts[units] * weights, self.by)

    def _clearly(self, rows: Floats) -> Mask:
        """Whether many entities are in each, and none of them is large. None is in more atoms than
        it has units, so that none holds more than ``top``.

        Where parts of one entity may cancel, what all hold together is known from below alone, by
        what the parts come to; and as none holds more than ``top``, so many have to be behind it.
        """
        facts, rules, most = self.facts(), self.by.rules, self._most
        size = np.abs(rows)
        alone = np.full(len(rows), most == 1)
        if not self.by.signed:
            alone |= (rows >= 0).all(axis=1) | (rows <= 0).all(axis=1)
        clear: Mask = alone & ((size > 0) @ facts.people >= rules.k * most)
        if not self.by.magnitude:
            return clear
        gross = size @ facts.gross
        top = most * (size * facts.largest).max(axis=1, initial=0.0)
        net = np.abs(rows @ facts.total) - CANCELLED * gross
        held = np.where(alone, gross, net)
        clear |= ~alone & (held >= rules.k * top)
        clear &= top > 0.0  # a sum of nothing but zeros says that each is zero
        for n, share in rules.dominance:
            clear &= n * top <= share * held
        if rules.p is not None:
            clear &= held - 2 * top >= rules.p * top
        return clear


_WIDE = 1 << 31
