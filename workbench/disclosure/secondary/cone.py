"""What always protects and needs no search: some inner cells, and all totals above them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from functools import cached_property

import numpy as np

from workbench.disclosure.secondary.movement import Movement
from workbench.disclosure.secondary.table import Bools, Floats, Table

WIDEST = 1000
"""So many inner cells of one total are tried (ours)."""


class Cones:
    """Movements in which only inner cells choose; each total follows from what is below it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def reach(self, cell: int, sign: int, open_: Bools, _cost: Floats) -> Movement | None:
        """A movement within ``open_`` that takes ``cell`` as far as its level asks, or None."""
        left = self._table.level(cell, sign)
        room = self._table.rise if sign > 0 else self._table.fall
        off: dict[int, float] = defaultdict(float)
        for inner in self._inner(cell)[:WIDEST]:
            step = min(float(room[inner]), left)
            cone = self._cone(inner) if step > 0 else {}
            if not cone or not open_[list(cone)].all():
                continue
            for above, share in cone.items():
                off[above] += sign * step * share
            left -= step
            if left <= 0:
                break
        moving = np.array(sorted(off), dtype=np.int64)
        movement = Movement.of(self._table, moving, np.array([off[c] for c in sorted(off)]))
        return movement if movement.proves(self._table, cell, sign) else None

    def _inner(self, cell: int) -> list[int]:
        """The cells without parts that ``cell`` is made of, largest first."""
        inner: set[int] = set()
        stack, seen = [cell], {cell}
        while stack:
            at = stack.pop()
            if at not in self._below:
                inner.add(at)
            parts = [part for part in self._below.get(at, ()) if part not in seen]
            seen.update(parts)
            stack += parts
        return sorted(inner, key=lambda i: (-abs(self._table.values[i]), i))

    def _cone(self, inner: int) -> dict[int, float]:
        """How far each total moves when ``inner`` moves by one."""
        off: dict[int, float] = defaultdict(float, {inner: 1.0})
        heap, pushed = [(-1, inner)], {inner}
        while heap:
            _, at = heapq.heappop(heap)
            for total in self._above.get(at, ()):
                off[total] += off[at]
                if total not in pushed:
                    pushed.add(total)
                    heapq.heappush(heap, (self._rank.get(total, 0), total))
        return off

    @cached_property
    def _below(self) -> dict[int, tuple[int, ...]]:
        """The parts of each total, by the first of its equations."""
        found: dict[int, tuple[int, ...]] = {}
        for equation in self._table.equations:
            found.setdefault(equation.total, equation.parts)
        return found

    @cached_property
    def _above(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for total, parts in self._below.items():
            for part in parts:
                found[part].append(total)
        return found

    @cached_property
    def _rank(self) -> dict[int, int]:
        """The totals numbered so that what is below comes before what is above."""
        order: list[int] = []
        seen: set[int] = set()
        stack = [(total, False) for total in reversed(self._below)]
        while stack:
            total, ready = stack.pop()
            if ready:
                order.append(total)
            elif total not in seen:
                seen.add(total)
                stack.append((total, True))
                stack += [(part, False) for part in self._below[total] if part in self._below]
        return {total: rank for rank, total in enumerate(order)}
