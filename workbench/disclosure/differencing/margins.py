"""What has to go beside a withheld cell of one table with margins, before anything is told.

The guard would find out cell by cell, and let the last one go that closes an equation. Here all
equations of a ROLLUP or CUBE are looked at together, so that few and cheap cells go
(``disclosure.secondary``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.differencing.cells import (
    Answers,
    Place,
    Subject,
    contributions,
    numbers_of,
    rows_of_guard,
    shown_cells,
    told_together,
)
from workbench.disclosure.differencing.contributions import Floats, Ints, Mask, Measured
from workbench.disclosure.differencing.numbered import distinct, numbered
from workbench.disclosure.secondary import Table, count_protection, protection, suppress
from workbench.disclosure.studies import Told

SECONDS = 6.0
"""For the pattern of one table; past it totals are withheld rather than searched (ours)."""


@dataclass(frozen=True)
class Margin:
    """Cells of one table: their numbers, whether any figure shows them, value, entities, and the
    largest amounts of entities; ``equations`` pairs a total with its parts."""

    numbers: tuple[int, ...]
    shown: Mask
    values: Floats
    gross: Floats
    people: Ints
    top: tuple[tuple[float, ...], ...]
    equations: tuple[tuple[int, tuple[int, ...]], ...]


def beside_withheld(
    all_: Sequence[Answers], by: Callable[[Subject], Measured], clock: Callable[[], float]
) -> set[Place]:
    """The figures that have to go because others of their table are withheld."""
    gone: set[Place] = set()
    for answers in all_:
        if len(answers.study.groupings) == 1:
            continue
        for subject, figures in told_together(answers.study):
            margin = _margin(answers, figures, by(subject))
            for number in _secondary(margin, by(subject), clock):
                gone |= {(answers.study.name, told.figure, number) for told in figures}
    return gone


def _secondary(margin: Margin, by: Measured, clock: Callable[[], float]) -> Iterator[int]:
    if margin.shown.all() or not margin.shown.any():
        return
    levels = [_levels(margin, at, by) for at in range(len(margin.numbers))]
    table = Table.of(
        margin.values,
        margin.equations,
        ~margin.shown,
        [lower for lower, _ in levels],
        [upper for _, upper in levels],
        least=-np.inf if by.signed else 0.0,
    )
    pattern = suppress(table, seconds=SECONDS, progress=None, clock=clock)
    yield from (margin.numbers[at] for at in np.flatnonzero(pattern.secondary))


def _levels(margin: Margin, at: int, by: Measured) -> tuple[float, float]:
    """How far off an attacker must stay; of cells that are shown it is not asked."""
    if margin.shown[at]:
        return 0.0, 0.0
    people = int(margin.people[at])
    if not by.magnitude:
        found = count_protection(people, by.rules)
    else:
        found = protection(float(margin.gross[at]), margin.top[at], people, by.rules)
    return found.lower, found.upper


# Reading it from the answers ----------------------------------------------------------------------


def _margin(answers: Answers, figures: Sequence[Told], by: Measured) -> Margin:
    one = figures[0]
    members = answers.members[one.entity]
    some = rows_of_guard(members, one.guard)
    _, entities, amounts, often = contributions(members, some, one.measure)
    _, people = numbered(entities)
    kept = answers.study.groupings
    every = [numbers_of(members, f"c{grouping}")[some] for grouping in range(len(kept))]
    numbers, places = numbered(np.concatenate(every))
    of = np.split(places, len(kept))
    held = amounts * often
    size = len(numbers)
    shown = frozenset[int]().union(*(shown_cells(answers.cells, t.figure) for t in figures))
    values, gross = np.zeros(size), np.zeros(size)
    counted: Ints = np.zeros(size, np.int64)
    top: list[tuple[float, ...]] = [()] * size
    for cells in of:
        values += np.bincount(cells, held, minlength=size)
        gross += np.bincount(cells, np.abs(held), minlength=size)
        _by_entity(cells, people, np.abs(held), counted, top, max(by.rules.top, 2))
    return Margin(
        tuple(int(n) for n in numbers),
        np.array([int(n) in shown for n in numbers]),
        values,
        gross,
        counted,
        tuple(top),
        tuple(_equations(of, kept, size)),
    )


def _by_entity(
    cells: Ints, people: Ints, held: Floats, counted: Ints, top: list[tuple[float, ...]], most: int
) -> None:
    """How many entities each cell has, and the largest amounts of them."""
    pair = cells * (int(people.max(initial=0)) + 1) + people
    pairs, at = numbered(pair)
    amounts = np.bincount(at, held)
    owner = pairs // (int(people.max(initial=0)) + 1)
    order = np.lexsort((-amounts, owner))
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    for part in np.split(order, starts[1:]) if len(order) else []:
        cell = int(owner[part[0]])
        counted[cell] = len(part)
        top[cell] = tuple(float(a) for a in amounts[part[:most]])


def _equations(
    of: Sequence[Ints], kept: Sequence[tuple[int, ...]], size: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each cell of a coarser grouping as the sum of those of a finer one with one key more; there
    are ``size`` cells in all."""
    for coarse, fewer in enumerate(kept):
        for fine, more in enumerate(kept):
            if len(more) == len(fewer) + 1 and set(fewer) < set(more):
                # As one number: to sort a million pairs as rows takes ten times as long.
                pairs = distinct([of[coarse] * size + of[fine]])
                sums, parts = np.divmod(pairs, size)
                starts = np.flatnonzero(np.diff(sums, prepend=-1))
                for part in np.split(np.arange(len(pairs)), starts[1:]):
                    if len(part):
                        yield int(sums[part[0]]), tuple(int(p) for p in parts[part])
