"""What departments were told of protected resources, in pages that are only ever added to.

Two questions at once: each page has the next number of its book, so the second finds its number
taken, reads the first one's page, and judges again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from workbench.store.tables import told_pages

if TYPE_CHECKING:
    from workbench.store.session import Store

_AT_ONCE = 20
"""Pages in memory at a time while a book is read."""


class Overtaken(Exception):
    """Somebody else added a page first; nothing was added."""


@dataclass(frozen=True, order=True)
class BookName:
    """Whose book, of which resource, and of which of its columns (empty: of its rows)."""

    department: str
    resource: str
    subject: str


@dataclass(frozen=True)
class ToldPage:
    """``number`` counts from 1; ``units`` that were new, ``cells`` told and ``withheld`` by the
    guard; ``body`` is what was told, sealed."""

    book: BookName
    number: int
    release: str
    scenario: str
    at: datetime
    units: int
    cells: int
    withheld: int
    body: bytes


@dataclass(frozen=True)
class Shelf:
    """All books of a department of one resource: how many pages, when the last was written."""

    department: str
    resource: str
    pages: int
    last: datetime


class ToldBooks:
    """The books of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pages(self, book: BookName, after: int) -> Iterator[ToldPage]:
        """The pages of a book past number ``after``, in their order."""
        while True:
            with self._store.reading() as connection:
                found = _pages(connection, book, after)
            yield from found
            if len(found) < _AT_ONCE:
                return
            after = found[-1].number

    def add(self, pages: Sequence[ToldPage]) -> None:
        """All or none. Raises ``Overtaken`` where a number is taken, or one before is missing."""
        with self._store.writing() as connection:
            for page in pages:
                if _last(connection, page.book) != page.number - 1:
                    raise Overtaken
            rows = [{**page.book.__dict__, **_row(page)} for page in pages]
            if rows:
                connection.execute(insert(told_pages), rows)

    def books(self) -> list[BookName]:
        """Every book that has a page, in order."""
        c = told_pages.c
        with self._store.reading() as connection:
            found = connection.execute(select(c.department, c.resource, c.subject).distinct())
            return sorted(BookName(*row) for row in found)

    def shelves(self) -> list[Shelf]:
        """By department and resource, in order."""
        c = told_pages.c
        number, last = func.count(), func.max(c.at)
        wanted = select(c.department, c.resource, number, last).group_by(c.department, c.resource)
        with self._store.reading() as connection:
            return sorted((Shelf(*row) for row in connection.execute(wanted)), key=_by_name)

    def last(self, book: BookName) -> int:
        """The number of its last page; 0 where there is none."""
        with self._store.reading() as connection:
            return _last(connection, book)

    def begun(self, book: BookName) -> str:
        """The release that began it: another one where the book was destroyed and begun anew.
        Empty where there is none."""
        c = told_pages.c
        with self._store.reading() as connection:
            found = connection.execute(select(c.release).where(*_of(book), c.number == 1))
            return str(found.scalar_one_or_none() or "")

    def forget(self, department: str = "", resource: str = "") -> int:
        """Destroy what a department was told of a resource, or of any, or anybody of any; the
        number of pages."""
        c = told_pages.c
        chosen = delete(told_pages)
        if department:
            chosen = chosen.where(c.department == department)
        if resource:
            chosen = chosen.where(c.resource == resource)
        with self._store.writing() as connection:
            return int(connection.execute(chosen).rowcount)


def _by_name(shelf: Shelf) -> tuple[str, str]:
    return shelf.department, shelf.resource


def _row(page: ToldPage) -> dict[str, object]:
    return {name: value for name, value in page.__dict__.items() if name != "book"}


def _last(connection: Connection, book: BookName) -> int:
    wanted = select(func.coalesce(func.max(told_pages.c.number), 0)).where(*_of(book))
    return int(connection.execute(wanted).scalar_one())


def _pages(connection: Connection, book: BookName, after: int) -> list[ToldPage]:
    c = told_pages.c
    columns = (c.number, c.release, c.scenario, c.at, c.units, c.cells, c.withheld, c.body)
    wanted = select(*columns).where(*_of(book), c.number > after).order_by(c.number)
    return [ToldPage(book, *row) for row in connection.execute(wanted.limit(_AT_ONCE))]


def _of(book: BookName) -> tuple[ColumnElement[bool], ...]:
    c = told_pages.c
    return c.department == book.department, c.resource == book.resource, c.subject == book.subject
