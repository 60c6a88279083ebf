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
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product

from workbench.disclosure.noise.axes import Atom, Axis, Label, merged, order

MOST_CLASSES = 25_000
"""Combinations of classes that are looked at (ours)."""
MOST_STEPS = 1_000_000
"""Combinations times the comparisons of a condition (ours)."""


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

    axes: tuple[tuple[Axis, tuple[Label, ...]], ...]
    holds: Tuples

    def text(self) -> str:
        """The same for equal functions that are reduced, and for no others."""
        ranks = sorted(range(len(self.axes)), key=lambda i: self.axes[i][0].sql)
        places = [_places(self.axes[i][1]) for i in ranks]
        named = [
            [self.axes[i][0].sql, sorted((x.text() for x in self.axes[i][1]), key=json.dumps)]
            for i in ranks
        ]
        rows = sorted(
            [place[each[i]] for i, place in zip(ranks, places, strict=True)] for each in self.holds
        )
        return json.dumps([named, rows], ensure_ascii=False)


Pins = tuple[tuple[Axis, Label], ...]


def pinned(shape: Shape) -> tuple[Pins, Shape]:
    """A reduced function as axes that have to have one single value, and the rest without them."""
    pins: Pins = ()
    for number in reversed(range(len(shape.axes))):
        axis, labels = shape.axes[number]
        places = {each[number] for each in shape.holds}
        label = labels[places.pop()] if len(places) == 1 else None
        if label is not None and len(label.values(axis, 1) or ()) == 1:
            pins = (*pins, (axis, label))
            holds = frozenset(each[:number] + each[number + 1 :] for each in shape.holds)
            shape = Shape(shape.axes[:number] + shape.axes[number + 1 :], holds)
    return pins, shape


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
    axis, labels = shape.axes[number]
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
    return Shape((*before, (axis, parts), *after), holds)


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
        named = tuple((self.axes[i], self.classes[i]) for i in others)
        for key, rest in sorted(found.items()):
            labels = tuple(self.classes[i][j] for i, j in zip(places, key, strict=True))
            yield labels, reduced(Shape(named, frozenset(rest)))


def tabled(formula: Formula, more: Sequence[Axis] = ()) -> Table:
    """``formula`` over its axes and ``more``. Raises TooMany."""
    by_axis: dict[Axis, list[Atom]] = {axis: [] for axis in more}
    many = 0
    for atom in atoms_of(formula):
        by_axis.setdefault(atom.axis, []).append(atom)
        many += 1
    classes = {axis: _classes(axis, atoms) for axis, atoms in by_axis.items()}
    size = math.prod(len(labels) for labels in classes.values())
    if size > MOST_CLASSES or size * many > MOST_STEPS:
        raise TooMany
    says = _working(formula, classes)
    every = product(*(range(len(labels)) for labels in classes.values()))
    holds = frozenset(each for each in every if says(each))
    return Table(tuple(classes), tuple(classes.values()), holds)


Says = Callable[[tuple[int, ...]], bool | None]


def _working(formula: Formula, classes: Mapping[Axis, tuple[Label, ...]]) -> Says:
    """What a formula says of the classes of all axes, in three values as SQL has them."""
    if isinstance(formula, Atom):
        said = _said(formula, classes[formula.axis])
        place = list(classes).index(formula.axis)
        return lambda each: said[each[place]]
    if isinstance(formula, Negated):
        part = _working(formula.part, classes)
        return lambda each: _NOT[part(each)]
    parts = [_working(part, classes) for part in formula.parts]
    return partial(_joined, parts, isinstance(formula, Either))


_NOT: Mapping[bool | None, bool | None] = {True: False, False: True, None: None}


def _joined(parts: Sequence[Says], decides: bool, each: tuple[int, ...]) -> bool | None:
    unknown = False
    for part in parts:
        found = part(each)
        if found is decides:
            return decides
        unknown |= found is None
    return None if unknown else not decides
