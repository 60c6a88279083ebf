"""How fine the parts are that told cells tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.differencing.atoms import UNTOLD
from workbench.disclosure.differencing.contributions import Ints
from workbench.disclosure.differencing.system import System
from workbench.disclosure.telling.sizes import Size, percent

STEPS = (2, 4, 20, 100)
"""Multiples of the threshold at which the classes of parts begin, beside those below it and from it
on (ours: with k = 5 they begin at 5, 10, 20, 100 and 500 entities)."""


@dataclass(frozen=True)
class Class:
    """Of the entities that stand in a told cell, how many percent are in a part of ``least`` to
    ``most`` entities (None: without an upper end) at the finest; None for some, but fewer than the
    threshold. An entity that has rows in several parts counts in its smallest."""

    least: int
    most: int | None
    percent: int | None


@dataclass(frozen=True)
class Fineness:
    """Parts that told cells tell apart. That a part can be told apart does not mean that its figure
    is known: ``determined`` are those of which it follows.

    ``told`` is how many entities stand in a told cell, for whoever makes a share of it; a report
    says ``entities``; ``smallest`` and ``median`` are of parts; ``strict``: the
    book is past the limit up to which all that follows is worked out."""

    parts: int
    determined: int
    told: int
    entities: Size
    smallest: Size
    median: Size
    classes: tuple[Class, ...]
    strict: bool


def fineness(system: System, k: int) -> Fineness:
    """Of a book's ``system``, under the threshold ``k``."""
    labels, entities = system.atoms.labels, system.atoms.entities
    told = labels != UNTOLD
    part, people = _pairs(labels[told], entities[told])
    atoms, at, sizes = np.unique(part, return_inverse=True, return_counts=True)
    finest = _finest(people, sizes[at])
    known = system.span.known
    return Fineness(
        parts=len(atoms),
        determined=int(known[atoms].sum()),
        told=len(finest),
        entities=Size.of(len(finest), k),
        smallest=Size.of(int(sizes.min()) if len(sizes) else 0, k),
        median=Size.of(int(np.median(sizes)) if len(sizes) else 0, k),
        classes=tuple(_classes(finest, k)),
        strict=system.strict,
    )


def _pairs(labels: Ints, entities: Ints) -> tuple[Ints, Ints]:
    """Each entity of each part, once."""
    width = int(entities.max(initial=0)) + 1
    pairs = np.unique(labels * width + entities)
    return pairs // width, pairs % width


def _finest(people: Ints, sizes: Ints) -> Ints:
    """For each entity the size of its smallest part."""
    _, at = np.unique(people, return_inverse=True)
    found: Ints = np.full(int(at.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, at, sizes)
    return found


def _classes(finest: Ints, k: int) -> Iterator[Class]:
    starts = [1, k, *(k * step for step in STEPS)] if k > 1 else [k * s for s in (1, *STEPS)]
    ends: list[int | None] = [*(start - 1 for start in starts[1:]), None]
    for least, most in zip(starts, ends, strict=True):
        inside = finest >= least
        if most is not None:
            inside &= finest <= most
        yield Class(least, most, percent(int(inside.sum()), len(finest), k))
