"""The guard of differences: what a statistic may tell beside all that its department was told.

A statement is run twice. First the guard asks its worker of whom each cell would tell, judges the
cells against the department's books, and writes down what will be told; then the statement is
written anew without the cells that may not be told, and answered. What was written down counts as
told, whatever becomes of the answer.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa

from workbench.disclosure.differencing.book import Book, Page
from workbench.disclosure.differencing.cells import (
    Answers,
    Cell,
    Place,
    Subject,
    barred,
    cells_of,
    fired,
)
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.differencing.margins import beside_withheld
from workbench.disclosure.differencing.pages import from_bytes, to_bytes
from workbench.disclosure.differencing.pieces import put_together
from workbench.disclosure.rules import Barred
from workbench.disclosure.shapes import StatTable, strictest
from workbench.disclosure.studies import ROWS, Study
from workbench.query_path.bound import Guarded, Prepared
from workbench.query_path.sealing import Sealing
from workbench.store.told import BookName, Overtaken, ToldBooks, ToldPage

BOOKS = 64
"""Books that stay open (ours); the others are read again from the store."""

Run = Callable[[str], pa.Table]
"""Asks the person's worker, and gives its whole answer."""


@dataclass(frozen=True)
class Asking:
    """Whose statement it is, and from which extracts it is read (their digests)."""

    department: str
    scenario: str
    release: str
    digests: Mapping[str, str]


@dataclass(frozen=True)
class _Open:
    """A book up to its ``last`` page; ``begun`` by which release."""

    book: Book
    last: int
    begun: str


class Guard:
    """The guard of one gateway. ``key`` seals the books in the store."""

    def __init__(self, books: ToldBooks, key: bytes, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = books, clock
        self._sealing = Sealing(key, b"workbench told books")
        self._open: OrderedDict[BookName, _Open] = OrderedDict()
        self._keeping = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def guarded(
        self, prepared: Prepared, asking: Asking, run: Run
    ) -> tuple[Prepared, Mapping[str, int]]:
        """``prepared`` without the cells that may not be told beside what was told before, and how
        many figures each rule withholds (for whoever checks output: it would tell an analyst more).
        What is left is told from now on, unless it is only looked at."""
        if prepared.guarded is None:
            return prepared, {}
        guarded = prepared.guarded
        answers = [_answered(study, run) for study in guarded.studies]
        by = partial(_measured, guarded.tables)
        pieced = put_together(answers, by)
        found = self._judged(guarded, answers, asking, by, pieced)
        return guarded.without(found) if found else prepared, fired(answers, found, pieced)

    def _judged(
        self,
        guarded: Guarded,
        answers: list[Answers],
        asking: Asking,
        by: Callable[[Subject], Measured],
        pieced: set[Place],
    ) -> dict[str, Barred]:
        gone = beside_withheld(answers, by, time.monotonic) | pieced
        cells = cells_of(answers, gone, _elements(guarded.tables))
        with self._locks[asking.department]:
            while True:
                judged = [self._told(s, by(s), asking, some) for s, some in cells.items()]
                if not guarded.told or self._written(judged, asking):
                    verdicts = [pair for each in judged for pair in each.verdicts]
                    return {**barred(verdicts, gone)}

    def _told(self, subject: Subject, by: Measured, asking: Asking, cells: list[Cell]) -> _Judged:
        name = BookName(asking.department, subject.resource, subject.column)
        known = self._caught_up(name, by)
        book = known.book.copy()
        version = zlib.crc32(asking.digests.get(subject.resource, "").encode())
        shown, page = book.told(cells, version)
        verdicts = tuple(zip(cells, shown, strict=True))
        return _Judged(name, book, known.last + 1, known.begun or asking.release, page, verdicts)

    def _written(self, judged: list[_Judged], asking: Asking) -> bool:
        """Whether all of it is written down now; not where another gateway was faster."""
        new = [each for each in judged if each.page.cells]
        try:
            self._store.add([self._page(each, asking) for each in new])
        except Overtaken:
            return False
        for each in new:
            self._keep(each.name, _Open(each.book, each.number, each.begun))
        return True

    def _keep(self, name: BookName, known: _Open) -> _Open:
        """Hold it open as the one that was used last. Of other departments threads do the same."""
        with self._keeping:
            self._open.pop(name, None)
            self._open[name] = known
            while len(self._open) > BOOKS:
                self._open.popitem(last=False)
        return known

    def _page(self, each: _Judged, asking: Asking) -> ToldPage:
        shown = sum(told for _, told in each.verdicts)
        return ToldPage(
            each.name,
            each.number,
            asking.release,
            asking.scenario,
            self._clock(),
            units=len(each.page.units),
            cells=shown,
            withheld=len(each.verdicts) - shown,
            body=self._sealing.sealed(to_bytes(each.page), _place(each.name, each.number)),
        )

    def pages(self, name: BookName, after: int = 0) -> Iterator[tuple[int, Page]]:
        """What was told by the pages past ``after``, with their numbers. Raises Unavailable for one
        that cannot be decrypted."""
        for page in self._store.pages(name, after):
            body = self._sealing.opened(page.body, _place(name, page.number))
            yield page.number, from_bytes(body)

    # Books ----------------------------------------------------------------------------------------

    def _caught_up(self, name: BookName, by: Measured) -> _Open:
        """The book as the store has it, under the present rules."""
        known, begun = self._open.get(name), self._store.begun(name)
        if known is None or known.book.by != by or known.begun != begun:
            known = _Open(Book(by), 0, begun)  # other rules, or the book was destroyed
        found = list(self.pages(name, known.last))
        known.book.remember([page for _, page in found])
        last = found[-1][0] if found else known.last
        return self._keep(name, _Open(known.book, last, begun))


@dataclass(frozen=True)
class _Judged:
    name: BookName
    book: Book
    number: int
    begun: str
    page: Page
    verdicts: tuple[tuple[Cell, bool], ...]


def _answered(study: Study, run: Run) -> Answers:
    members = {entity: run(sql) for entity, sql in study.members.items()}
    asked = study.pieced.left_out if study.pieced is not None else {}
    left_out = {entity: run(sql) for entity, sql in asked.items()}
    return Answers(study, run(study.cells), members, left_out)


def _place(name: BookName, number: int) -> str:
    return f"{name.department}/{name.resource}/{name.subject}/{number}"


def _measured(tables: Sequence[StatTable], subject: Subject) -> Measured:
    """By what a subject is judged, as its contract, its scenario and its build say."""
    if subject.is_element:
        return _measured_element(tables, subject.column)
    table = next(t for t in tables if t.name == subject.resource)
    assert table.rules is not None  # only what is protected is studied
    if subject.column == ROWS:
        return Measured(table.rules, magnitude=table.most_rows != 1)
    facts = next(c.facts for c in table.columns if c.name == subject.column)
    return Measured(table.rules, magnitude=True, signed=facts.largest is None)


def _elements(tables: Sequence[StatTable]) -> dict[Subject, str]:
    """The data elements of protected columns."""
    return {
        Subject(table.name, column.name): column.element
        for table in tables
        for column in table.columns
        if column.element and table.rules is not None
    }


def _measured_element(tables: Sequence[StatTable], name: str) -> Measured:
    """As each of the tables that hold it asks."""
    held = [(t.rules, c.facts) for t in tables for c in t.columns if c.element == name]
    rules = strictest(rules for rules, _ in held if rules is not None)
    return Measured(rules, magnitude=True, signed=any(f.largest is None for _, f in held))
