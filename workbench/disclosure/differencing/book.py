"""What one department was told of one subject: units by their hashes, and the system of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.cells import Cell
from workbench.disclosure.differencing.contributions import Floats, Ints, Measured
from workbench.disclosure.differencing.known import Hashes, Known
from workbench.disclosure.differencing.numbered import numbered
from workbench.disclosure.differencing.system import System
from workbench.disclosure.differencing.systems import Systems


@dataclass(frozen=True)
class Page:
    """What one release added to a book: the units that were new, with whom they are about and their
    amounts, and the cells that were told, as places of units with how often, and their version."""

    units: Hashes
    entities: Hashes
    amounts: Floats
    cells: tuple[Candidate, ...]


class Book:
    """Pages in the order in which they were told."""

    def __init__(self, by: Measured) -> None:
        self.by = by
        self._units, self._entities = Known(), Known()
        self._keys: Hashes = np.empty(0, np.uint64)
        self._people: Hashes = np.empty(0, np.uint64)
        self._systems = Systems(by)

    def told(self, cells: Sequence[Cell], version: int) -> tuple[list[bool], Page]:
        """Which of ``cells`` are told from now on, and the page that says what of it is new."""
        start = len(self._units)
        places = self._meet(cells)
        candidates = [
            _candidate(cell, here, version) for cell, here in zip(cells, places, strict=True)
        ]
        held = self._systems.holds(candidates)
        if all(held):
            return held, self._page(start, ())
        shown = self._systems.told(candidates)
        new = tuple(
            candidate
            for candidate, told, before in zip(candidates, shown, held, strict=True)
            if told and not before
        )
        return shown, self._page(start, new)

    def remember(self, pages: Sequence[Page]) -> None:
        """What was told before, in its order: nothing of it is judged again."""
        if not pages:
            return
        units = np.concatenate([page.units for page in pages])
        entities = np.concatenate([page.entities for page in pages])
        amounts = np.concatenate([page.amounts for page in pages])
        _, fresh = self._units.places(units)
        self._grow(units[fresh], entities[fresh], amounts[fresh])
        self._systems.remember(page.cells for page in pages)

    @property
    def system(self) -> System:
        """All that was told, put together for who reports on it."""
        return self._systems.whole()

    def copy(self) -> Book:
        other = Book(self.by)
        other._units, other._entities = self._units.copy(), self._entities.copy()
        other._keys, other._people = self._keys, self._people
        other._systems = self._systems.copy()
        return other

    def _meet(self, cells: Sequence[Cell]) -> list[Ints]:
        """The places of each cell's units. All at once: each time that some are new, all units
        are sorted anew."""
        if not cells:
            return []
        units = np.concatenate([cell.units for cell in cells])
        places, fresh = self._units.places(units)
        entities = np.concatenate([cell.entities for cell in cells])[fresh]
        self._grow(units[fresh], entities, np.concatenate([c.amounts for c in cells])[fresh])
        return np.split(places, np.cumsum([len(cell.units) for cell in cells])[:-1])

    def _grow(self, units: Hashes, entities: Hashes, amounts: Floats) -> None:
        if len(units):
            people, _ = self._entities.places(entities)
            self._people = np.concatenate([self._people, entities])
            self._keys = np.concatenate([self._keys, units])
            self._systems.grow(people, amounts)

    def _page(self, start: int, cells: tuple[Candidate, ...]) -> Page:
        amounts = self._systems.amounts[start:]
        return Page(self._keys[start:], self._people[start:], amounts, cells)


def _candidate(cell: Cell, places: Ints, version: int) -> Candidate:
    units, at = numbered(places)
    often = np.bincount(at, weights=cell.often).astype(np.int64)
    return Candidate(units, often if (often > 1).any() else None, version)
