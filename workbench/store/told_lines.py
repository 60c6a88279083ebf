"""What stands beside the sealed pages of books: how much was told, of what and when; no page is
opened for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workbench.model.days import day_of
from workbench.store.tables import told_pages
from workbench.store.told import BookName

if TYPE_CHECKING:
    from workbench.store.session import Store

_AT_ONCE = 500
"""Releases in one statement: a database limits its parameters."""


@dataclass(frozen=True)
class BookLine:
    """One book: the number of its ``last`` page, the ``cells`` that were told, and those
    ``withheld`` by the guard when its pages were written."""

    book: BookName
    last: int
    cells: int
    withheld: int
    first_at: datetime
    last_at: datetime


class ToldLines:
    """The books of one store, from outside. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def books(self, department: str = "", resource: str = "") -> list[BookLine]:
        """In order; of one department or resource where it is named."""
        c = told_pages.c
        wanted = select(
            c.department,
            c.resource,
            c.subject,
            func.max(c.number),
            func.sum(c.cells),
            func.sum(c.withheld),
            func.min(c.at),
            func.max(c.at),
        ).group_by(c.department, c.resource, c.subject)
        if department:
            wanted = wanted.where(c.department == department)
        if resource:
            wanted = wanted.where(c.resource == resource)
        with self._store.reading() as connection:
            rows = connection.execute(wanted).all()
        lines = [
            BookLine(BookName(*row[:3]), int(row[3]), int(row[4]), int(row[5]), row[6], row[7])
            for row in rows
        ]
        return sorted(lines, key=lambda line: line.book)

    def days(self, department: str, resource: str) -> Mapping[date, int]:
        """Cells that were told, by the day in China on which they were."""
        c = told_pages.c
        mine = c.department == department, c.resource == resource
        found: Counter[date] = Counter()
        with self._store.reading() as connection:
            for at, cells in connection.execute(select(c.at, c.cells).where(*mine)):
                found[day_of(at)] += int(cells)
        return dict(sorted(found.items()))

    def cells(self, releases: Sequence[str]) -> Mapping[str, int]:
        """Of each release that added to a book, how many cells it told."""
        c = told_pages.c
        found: dict[str, int] = {}
        with self._store.reading() as connection:
            for start in range(0, len(releases), _AT_ONCE):
                some = releases[start : start + _AT_ONCE]
                wanted = select(c.release, func.sum(c.cells)).where(c.release.in_(some))
                rows = connection.execute(wanted.group_by(c.release))
                found.update((release, int(cells)) for release, cells in rows)
        return found
