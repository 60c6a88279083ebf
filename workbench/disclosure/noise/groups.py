"""Which cells a question has: every group that is named, whether or not anybody is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import product
from typing import Any

from workbench.disclosure.noise import refusals
from workbench.disclosure.noise.axes import Atom, Axis, Label, point, single
from workbench.disclosure.noise.question import Cell
from workbench.disclosure.noise.reading import placed, valued
from workbench.disclosure.noise.truth import Both, Either, Formula, Shape, pinned, tabled

MOST_CELLS = 10_000
"""Cells of one question (ours)."""
Declared = Mapping[str, tuple[tuple[str, ...], bool]]
"""By the SQL of a column the values that its contract lists, and whether it may be NULL besides."""
Parts = Sequence[tuple[tuple[Label, ...], Shape]]
"""Classes of the dimensions, and what is asked of the other axes there."""


def cells_of(
    asked: Formula, axes: Sequence[Axis], named: Sequence[str], declared: Declared
) -> tuple[Cell, ...]:
    """The cells for which ``asked`` can hold, by the values of ``axes`` (shown as ``named``): those
    that the condition names, else those that the contract lists.

    Raises Refusal for a dimension of which neither says what it may be, and TooMany.
    """
    parts = list(tabled(asked, axes).by(axes))
    unnamed = [n for n in range(len(axes)) if not all(_few(each[0][n], axes[n]) for each in parts)]
    if unnamed:
        listed = [_listed(axes[n], named[n], declared) for n in unnamed]
        parts = list(tabled(Both((asked, *listed)), axes).by(axes))
    return tuple(_cells(parts, axes))


def _few(label: Label, axis: Axis) -> bool:
    return label.values(axis, MOST_CELLS) is not None


def _listed(axis: Axis, named: str, declared: Declared) -> Formula:
    if axis.sql not in declared:
        raise refusals.groups_unknown(named)
    values, nullable = declared[axis.sql]
    spans = tuple(point(axis, placed(value, axis.family)) for value in values)
    known = Atom(axis, spans, at_null=False)
    return Either((known, Atom(axis, (), at_null=True))) if nullable else known


def _cells(parts: Parts, axes: Sequence[Axis]) -> Iterator[Cell]:
    many = 0
    for labels, rest in parts:
        pins, core = pinned(rest)
        known = [_pin(axis, label) for axis, label in pins]
        asked = sha256(core.text().encode()).hexdigest()
        pairs = zip(labels, axes, strict=True)
        for places in product(*(label.values(axis, MOST_CELLS) or () for label, axis in pairs)):
            many += 1
            if many > MOST_CELLS:
                raise refusals.too_many_cells(MOST_CELLS)
            yield _cell(places, axes, known, asked)


def _pin(axis: Axis, label: Label) -> list[Any]:
    return [axis.sql, label.text()]


def _cell(places: Sequence[Any], axes: Sequence[Axis], known: list[list[Any]], asked: str) -> Cell:
    """``known``: what else has to have one single value. A cell of a group is what it is alone."""
    pairs = list(zip(places, axes, strict=True))
    pins = [*known, *(_pin(axis, single(axis, place)) for place, axis in pairs)]
    rows = json.dumps([sorted(pins, key=json.dumps), asked], ensure_ascii=False)
    return Cell(tuple(valued(place, axis.family) for place, axis in pairs), rows)
