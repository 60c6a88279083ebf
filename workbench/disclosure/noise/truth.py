"""Which rows a condition chooses, told alike however it is written.

Each condition is a truth function over *axes*: a column, or what a function makes of it. What is
compared with it cuts an axis into a few classes (``year >= 2020`` into two, and NULL); a condition
is then a table that says for which classes of all axes together it holds. From that table goes what
makes no difference, so that equal tables mean equal conditions, and the text that they are written
in does not matter. Nothing of the data takes part: two conditions that happen to choose the same
rows stay two, for that they do is something that the data tell.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from workbench.disclosure.noise.axes import Atom, Axis, Label, merged, order, others, single

MOST_CLASSES = 50_000
"""Combinations of classes that are looked at (ours)."""


@dataclass(frozen=True)
class Both:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Negated:
    part: Formula


Formula = Atom | Both | Either | Negated
ALWAYS = Both(())


class TooMany(Exception):
    """More combinations of classes than are looked at."""


# Classes ------------------------------------------------------------------------------------------


def _classes(axis: Axis, atoms: Collection[Atom]) -> tuple[Label, ...]:
    """The stretches of an axis on which no atom changes, and NULL."""
    cuts = {cut for atom in atoms for span in atom.spans for cut in span if cut is not None}
    inner = sorted(
        cut
        for cut in cuts
        if (axis.low is None or axis.low < cut) and (axis.high is None or cut < axis.high)
    )
    stretches = pairwise([axis.low, *inner, axis.high])
    return (*(Label((stretch,)) for stretch in stretches), Label((), True))


def _said(atom: Atom, labels: Sequence[Label]) -> list[bool | None]:
    """What an atom says on each class, on none of which it changes."""
    spans = merged((Label(atom.spans),)).spans
    starts = [order(span) for span in spans]

    def at(label: Label) -> bool | None:
        if label.null:
            return atom.at_null
        (stretch,) = label.spans
        found = bisect_right(starts, order(stretch)) - 1
        if found < 0:
            return False
        end, high = spans[found][1], stretch[1]
        return end is None or (high is not None and high <= end)

    return [at(label) for label in labels]


# Truth --------------------------------------------------------------------------------------------

Tuples = frozenset[tuple[int, ...]]


@dataclass(frozen=True)
class Shape:
    """A truth function: the parts of each axis that it tells apart, and for which it holds."""

    axes: tuple[tuple[str, tuple[Label, ...]], ...]
    holds: Tuples

    def text(self) -> str:
        """The same for equal functions, and for no others."""
        ranks = sorted(range(len(self.axes)), key=lambda i: self.axes[i][0])
        places = [_places(self.axes[i][1]) for i in ranks]
        named = [
            [self.axes[i][0], sorted((label.text() for label in self.axes[i][1]), key=json.dumps)]
            for i in ranks
        ]
        rows = sorted(
            [place[each[i]] for i, place in zip(ranks, places, strict=True)] for each in self.holds
        )
        return json.dumps([named, rows], ensure_ascii=False)

    def within(self, axis: Axis, value: Any) -> Shape:
        """Where it holds and the axis, which it does not know yet, has this value."""
        labels = (single(axis, value), others(axis, value))
        return Shape((*self.axes, (axis.sql, labels)), frozenset((*each, 0) for each in self.holds))


def _places(labels: Sequence[Label]) -> list[int]:
    """Of each label its number among them in the order of their texts."""
    ranks = sorted(range(len(labels)), key=lambda i: json.dumps(labels[i].text()))
    places = [0] * len(labels)
    for number, i in enumerate(ranks):
        places[i] = number
    return places


def reduced(shape: Shape) -> Shape:
    """Without what makes no difference: classes that are alike are one, and an axis of which all
    are alike is none."""
    for number in reversed(range(len(shape.axes))):
        shape = _without_difference(shape, number)
    return shape


def _without_difference(shape: Shape, number: int) -> Shape:
    name, labels = shape.axes[number]
    slices: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    for each in shape.holds:
        slices[each[number]].add(each[:number] + each[number + 1 :])
    alike: dict[Tuples, list[int]] = defaultdict(list)
    for i in range(len(labels)):
        alike[frozenset(slices.get(i, ()))].append(i)
    before, after = shape.axes[:number], shape.axes[number + 1 :]
    if len(alike) == 1:
        return Shape((*before, *after), next(iter(alike)))
    parts = tuple(merged(labels[i] for i in members) for members in alike.values())
    holds = frozenset(
        (*rest[:number], place, *rest[number:])
        for place, found in enumerate(alike)
        for rest in found
    )
    return Shape((*before, (name, parts), *after), holds)


def atoms_of(formula: Formula) -> Iterator[Atom]:
    if isinstance(formula, Atom):
        yield formula
    elif isinstance(formula, Negated):
        yield from atoms_of(formula.part)
    else:
        for part in formula.parts:
            yield from atoms_of(part)


@dataclass(frozen=True)
class Table:
    """A formula worked out over the classes of ``axes``. Made by ``tabled``."""

    axes: tuple[Axis, ...]
    classes: tuple[tuple[Label, ...], ...]
    holds: Tuples

    def by(self, axes: Sequence[Axis]) -> Iterator[tuple[tuple[Label, ...], Shape]]:
        """For each class of ``axes`` for which it may hold: what is asked of the others there."""
        places = [self.axes.index(axis) for axis in axes]
        others = [i for i in range(len(self.axes)) if i not in places]
        found: dict[tuple[int, ...], set[tuple[int, ...]]] = defaultdict(set)
        for each in self.holds:
            key = tuple(each[i] for i in places)
            found[key].add(tuple(each[i] for i in others))
        named = tuple((self.axes[i].sql, self.classes[i]) for i in others)
        for key, rest in sorted(found.items()):
            labels = tuple(self.classes[i][j] for i, j in zip(places, key, strict=True))
            yield labels, reduced(Shape(named, frozenset(rest)))


def tabled(formula: Formula, more: Sequence[Axis] = ()) -> Table:
    """``formula`` over its axes and ``more``. Raises TooMany."""
    atoms = list(dict.fromkeys(atoms_of(formula)))
    axes = tuple(dict.fromkeys([*more, *(atom.axis for atom in atoms)]))
    classes = tuple(_classes(axis, [a for a in atoms if a.axis == axis]) for axis in axes)
    size = 1
    for each in classes:
        size *= len(each)
    if size * (len(atoms) + 1) > 4 * MOST_CLASSES or size > MOST_CLASSES:
        raise TooMany
    said = {atom: _said(atom, classes[axes.index(atom.axis)]) for atom in atoms}
    place = {atom: axes.index(atom.axis) for atom in atoms}
    holds = frozenset(
        each
        for each in product(*(range(len(labels)) for labels in classes))
        if _true(formula, {atom: said[atom][each[place[atom]]] for atom in atoms})
    )
    return Table(axes, classes, holds)


def _true(formula: Formula, said: Mapping[Atom, bool | None]) -> bool | None:
    """In three values, as SQL has them."""
    if isinstance(formula, Atom):
        return said[formula]
    if isinstance(formula, Negated):
        found = _true(formula.part, said)
        return None if found is None else not found
    decides = isinstance(formula, Either)
    unknown = False
    for part in formula.parts:
        found = _true(part, said)
        if found is decides:
            return decides
        unknown |= found is None
    return None if unknown else not decides
