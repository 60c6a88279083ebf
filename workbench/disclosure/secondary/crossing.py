"""The equations of a table from the keys of its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

ALL = None
"""What stands in a key for "all of this dimension", unless said otherwise: ROLLUP's NULL."""

Parents = Mapping[Hashable, Hashable]


def crossed(
    keys: Sequence[Sequence[Hashable]],
    everything: Hashable = ALL,
    parents: Sequence[Parents | None] = (),
) -> list[tuple[int, list[int]]]:
    """(total, parts) along every dimension, in the order of the keys.

    A cell is a part of the nearest total above it that is there: between them lies nothing that
    anybody is shown. ValueError: see ``Table.crossed``.
    """
    cells = [tuple(key) for key in keys]
    if len({len(cell) for cell in cells}) > 1:
        raise ValueError("keys of different lengths")
    there = {cell: index for index, cell in enumerate(cells)}
    if len(there) != len(cells):
        raise ValueError("a key is there twice")
    dimensions = len(cells[0]) if cells else 0
    found: list[tuple[int, list[int]]] = []
    for dimension in range(dimensions):
        tree = parents[dimension] if dimension < len(parents) else None
        found += _along(cells, there, dimension, everything, tree or {})
    return found


def _along(
    cells: Sequence[tuple[Hashable, ...]],
    there: Mapping[tuple[Hashable, ...], int],
    dimension: int,
    everything: Hashable,
    tree: Parents,
) -> list[tuple[int, list[int]]]:
    lines: dict[int, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        for above in _above(cell[dimension], everything, tree):
            total = there.get((*cell[:dimension], above, *cell[dimension + 1 :]))
            if total is not None:
                lines[total].append(index)
                break
    return list(lines.items())


def _above(key: Hashable, everything: Hashable, tree: Parents) -> list[Hashable]:
    """The totals that ``key`` belongs to, nearest first."""
    chain: list[Hashable] = []
    while key != everything:
        key = tree.get(key, everything)
        if key in chain:
            raise ValueError("a hierarchy runs in a circle")
        chain.append(key)
    return chain
