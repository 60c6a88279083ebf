"""Books made of pages, for reports: of one department, and of two that put theirs together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.book import Book, Page
from workbench.disclosure.differencing.contributions import Ints, Measured
from workbench.disclosure.differencing.known import Hashes
from workbench.disclosure.shapes import Rules

Enough = Callable[[], bool]
"""Whether to end here; asked before each ``AT_ONCE`` pages."""
AT_ONCE = 16
"""Pages that are remembered together (ours: a second or so of the largest books)."""


def never() -> bool:
    return False


def measured(rules: Rules, pages: Sequence[Page], *, counts: bool) -> Measured:
    """By what the cells of ``pages`` are judged. Read from them alone, without the build that
    measured the table: ``counts`` says that they count rows, where an entity is a magnitude if it
    has several; of amounts it is seen whether some is negative."""
    if counts:
        _, often = np.unique(_joined([page.entities for page in pages]), return_counts=True)
        return Measured(rules, magnitude=bool(often.max(initial=1) > 1))
    least = min((float(page.amounts.min(initial=0.0)) for page in pages), default=0.0)
    return Measured(rules, magnitude=True, signed=least < 0.0)


def remembered(book: Book, pages: Sequence[Page], enough: Enough = never) -> int:
    """Remember ``pages`` in their order; how many of them were, before it was ``enough``."""
    for done in range(0, len(pages), AT_ONCE):
        if enough():
            return done
        book.remember(pages[done : done + AT_ONCE])
    return len(pages)


def together(
    one: Sequence[Page], other: Sequence[Page], by: Measured, enough: Enough = never
) -> Book | None:
    """One book of all that two departments were told, each in its order; None where it was
    ``enough`` before its end. A row is the same row in both."""
    book = Book(by)
    pages = [*one, *_moved(other, _joined([page.units for page in one]))]
    return book if remembered(book, pages, enough) == len(pages) else None


def _moved(pages: Sequence[Page], known: Hashes) -> Iterator[Page]:
    """``pages`` as they follow on ``known`` units: with those that are new, and cells at the places
    that units have there."""
    keys = _joined([page.units for page in pages])
    places, new = _places(keys, known)
    none: Hashes = np.empty(0, np.uint64)
    entities = _joined([page.entities for page in pages])
    amounts = np.concatenate([page.amounts for page in pages]) if pages else np.empty(0)
    yield Page(keys[new], entities[new], amounts[new], ())
    for page in pages:
        cells = tuple(_at(cell, places) for cell in page.cells)
        yield Page(none, none, np.empty(0), cells)


def _places(keys: Hashes, known: Hashes) -> tuple[Ints, Ints]:
    """The place of each of ``keys`` where those that are not ``known`` follow on them, and which
    those are."""
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known, keys, sorter=order)
    there = np.zeros(len(keys), np.bool_)
    inside = at < len(known)
    there[inside] = known[order[at[inside]]] == keys[inside]
    places: Ints = np.empty(len(keys), np.int64)
    places[there] = order[at[there]]
    new: Ints = np.flatnonzero(~there)
    places[new] = len(known) + np.arange(len(new))
    return places, new


def _at(cell: Candidate, places: Ints) -> Candidate:
    units = places[cell.units]
    order = np.argsort(units, kind="stable")
    weights = None if cell.weights is None else cell.weights[order]
    return Candidate(units[order], weights, cell.version)


def _joined(parts: Sequence[Hashes]) -> Hashes:
    return np.concatenate(parts) if parts else np.empty(0, np.uint64)
