"""Cells that are put together of small pieces, or that leave out such.

Ten firms that are named one by one pass every rule, and who knows nine of them is told the tenth.
No rule sees what somebody knows from elsewhere. It can be seen, though, that a set was put together
of pieces none of which could be told. So where the pieces that are too small to be told alone have,
together, enough entities to be told, the cell is withheld. Where they have not, its difference to
the cell without them is too small, and the guard judges that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.cells import ALL
from workbench.disclosure.differencing.cells import (
    Answers,
    Place,
    Subject,
    numbers_of,
    rows_of_guard,
    told_together,
)
from workbench.disclosure.differencing.contributions import Ints, Mask, Measured
from workbench.disclosure.differencing.known import Hashes
from workbench.disclosure.studies import Pieced, Told

CLASS_LEAST = 3
"""Entities from which on a piece of a class in GROUP BY is no small one (ours: with k, sectors made
of industries lost two cells of three, with 3 one in twenty; docs/statistics-questions.md). A class
is one of a few into which all rows are put; of a single set, chosen as one likes, it is k."""


@dataclass(frozen=True)
class _Rows:
    """Rows by the cell that they are in (``inside``), or that leaves them out: both have one
    ``home``, the cell as it would be were nothing put together."""

    homes: Hashes
    cells: Hashes
    entities: Hashes
    pieces: Hashes
    inside: Mask


def put_together(all_: Sequence[Answers], by: Callable[[Subject], Measured]) -> set[Place]:
    """The figures that may not be told because of that."""
    gone: set[Place] = set()
    for answers in all_:
        pieced = answers.study.pieced
        if pieced is None:
            continue
        for subject, figures in told_together(answers.study):
            for grouping in range(len(answers.study.groupings)):
                rows = _rows(answers, pieced, figures[0], grouping)
                k = by(subject).rules.k
                least = k if pieced.chosen(figures[0].guard) else min(CLASS_LEAST, k)
                for cell in _small(rows, k, least, pieced.keys):
                    gone |= {(answers.study.name, told.figure, cell) for told in figures}
    return gone


def _rows(answers: Answers, pieced: Pieced, told: Told, grouping: int) -> _Rows:
    members = answers.members[told.entity]
    own = told.guard if told.guard in pieced.guards else ALL
    inside = rows_of_guard(members, told.guard)
    looked_at = inside if own == ALL and told.guard != ALL else np.ones(len(inside), np.bool_)
    parts = [[numbers_of(members, name)[looked_at] for name in _names(grouping, own)]]
    outside = answers.left_out.get(told.entity)
    if outside is not None:
        some = rows_of_guard(outside, ALL if own else told.guard)
        names = f"h{grouping}", "entity", "p0"
        homes, entities, pieces = (numbers_of(outside, name)[some] for name in names)
        parts.append([homes, np.zeros(len(homes), np.uint64), entities, pieces])
    found = [np.concatenate(each) for each in zip(*parts, strict=True)]
    there = np.zeros(len(found[0]), np.bool_)
    there[: int(looked_at.sum())] = inside[looked_at]
    return _Rows(found[0], found[1], found[2], found[3], there)


def _names(grouping: int, guard: int) -> tuple[str, ...]:
    return f"h{grouping}", f"c{grouping}", "entity", f"p{guard}"


def _small(rows: _Rows, k: int, least: int, by_keys: bool) -> Iterator[int]:
    """The cells that hold small pieces that are together enough, or are all but such; what leaves
    out more than it holds is itself the part."""
    for home in _groups(rows.homes):
        cells, inside = rows.cells[home], rows.inside[home]
        for number in np.unique(cells[inside]):
            mine = inside & (cells == number)
            other = ~mine if by_keys else ~inside
            entities, pieces = rows.entities[home], rows.pieces[home]
            small = _too_small(entities[mine], pieces[mine], k, least)
            few = len(np.unique(entities[other])) <= len(np.unique(entities[mine]))
            if small or (few and _too_small(entities[other], pieces[other], k, least)):
                yield int(number)


def _too_small(entities: Hashes, pieces: Hashes, k: int, least: int) -> bool:
    """Whether pieces of fewer than ``least`` entities each have ``k`` of them together."""
    pairs = np.unique(np.stack([pieces, entities]), axis=1)
    _, at, count = np.unique(pairs[0], return_inverse=True, return_counts=True)
    return len(np.unique(pairs[1][count[at] < least])) >= k


def _groups(numbers: Hashes) -> Iterator[Ints]:
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order])) + 1
    yield from (part for part in np.split(order, starts) if len(part))
