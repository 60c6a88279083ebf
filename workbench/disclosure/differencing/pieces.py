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
    shown_cells,
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
    """The figures that may not be told because of that, among those that no rule of theirs
    withholds."""
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
                small = set(_small(rows, k, least, pieced.keys))
                for told in figures:
                    cells = small & shown_cells(answers.cells, told.figure)
                    gone |= {(answers.study.name, told.figure, cell) for cell in cells}
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
    if not len(rows.homes):
        return
    named = np.stack([rows.homes, rows.inside.astype(np.uint64), rows.cells * rows.inside])
    parts, part = np.unique(named, axis=1, return_inverse=True)
    inside = parts[1] != 0
    held, small = _counted(part, rows.pieces, rows.entities, least)
    _, home = np.unique(parts[0], return_inverse=True)
    others = np.ones(len(inside)) if by_keys else ~inside
    left, left_small = (np.bincount(home, of * others)[home] for of in (held, small))
    if by_keys:
        left, left_small = left - held, left_small - small
    gone = (small >= k) | ((left_small >= k) & (left <= held))
    yield from (int(number) for number in parts[2][gone & inside])


def _counted(part: Ints, pieces: Hashes, entities: Hashes, least: int) -> tuple[Ints, Ints]:
    """Of each part, how many entities it has, and how many stand in pieces of fewer than
    ``least``."""
    _, piece = np.unique(pieces, return_inverse=True)
    _, entity = np.unique(entities, return_inverse=True)
    of_piece, in_piece = _pairs(part * (piece.max(initial=0) + 1) + piece, entity)
    _, at, count = np.unique(of_piece, return_inverse=True, return_counts=True)
    few = count[at] < least
    of_part = of_piece // (piece.max(initial=0) + 1)
    size = int(part.max(initial=0)) + 1
    every, _ = _pairs(of_part, in_piece)
    small, _ = _pairs(of_part[few], in_piece[few])
    return np.bincount(every, minlength=size), np.bincount(small, minlength=size)


def _pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Each pair of numbers once."""
    width = int(other.max(initial=0)) + 1
    found = np.unique(one * width + other)
    return found // width, found % width
