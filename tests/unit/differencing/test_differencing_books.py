"""Books in both kinds of store, and guards that share them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import Barrier

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from sqlalchemy import update
from stat_tables import Lab
from stores import Places

from workbench.disclosure.shapes import Rules, StatTable
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Unavailable
from workbench.query_path.bound import Guarded, Prepared
from workbench.query_path.guarding import Asking, Guard
from workbench.store import tables
from workbench.store.session import Store, open_store
from workbench.store.told import BookName, Overtaken, ToldBooks, ToldPage

BOOK = BookName("health", "people", "")
KEY = b"k" * 32
ALL_OF_THEM = "SELECT count(*) AS n FROM people"
NEARLY_ALL = "SELECT count(*) AS n FROM people WHERE town <> 'c'"
"""Two people fewer."""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_places.where(tmp_path), now)
    yield opened
    opened.close()


@pytest.fixture
def books(store: Store) -> ToldBooks:
    return store.told


def page(number: int, book: BookName = BOOK, body: bytes = b"sealed") -> ToldPage:
    return ToldPage(book, number, "r", "s", now(), units=3, cells=1, withheld=0, body=body)


def numbers(books: ToldBooks, book: BookName = BOOK, after: int = 0) -> list[int]:
    return [each.number for each in books.pages(book, after)]


# Books --------------------------------------------------------------------------------------------


def test_pages_come_back_in_order_and_whole(books: ToldBooks) -> None:
    wanted = [page(1, body=b"\x00one"), page(2), page(3)]
    for each in wanted:
        books.add([each])
    assert list(books.pages(BOOK, 0)) == wanted
    assert numbers(books, after=1) == [2, 3]
    assert (books.last(BOOK), books.last(replace(BOOK, subject="income"))) == (3, 0)


def test_more_pages_than_are_read_at_once(
    books: ToldBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.store.told._AT_ONCE", 2)
    for number in range(1, 6):
        books.add([page(number)])
    assert numbers(books) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_number_that_is_taken_or_leaves_a_gap_is_refused(books: ToldBooks, number: int) -> None:
    books.add([page(1)])
    books.add([page(2)])
    with pytest.raises(Overtaken):
        books.add([page(number)])
    assert numbers(books) == [1, 2]


def test_all_pages_are_added_or_none(books: ToldBooks) -> None:
    other = replace(BOOK, subject="income")
    books.add([page(1)])
    with pytest.raises(Overtaken):
        books.add([page(1, other), page(1)])
    assert numbers(books, other) == []
    books.add([page(1, other), page(2)])
    assert (numbers(books, other), numbers(books)) == ([1], [1, 2])


def test_of_two_at_once_one_is_overtaken(books: ToldBooks) -> None:
    barrier = Barrier(2)

    def add(body: bytes) -> bool:
        barrier.wait()
        try:
            books.add([page(1, body=body)])
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        added = list(pool.map(add, [b"a", b"b"]))
    assert sorted(added) == [False, True]
    (kept,) = books.pages(BOOK, 0)
    assert kept.body == (b"a" if added[0] else b"b")


def test_what_is_forgotten_begins_anew(books: ToldBooks) -> None:
    others = [replace(BOOK, resource="firms"), replace(BOOK, department="tax")]
    books.add([page(1), *(page(1, each) for each in others)])
    assert books.books() == sorted([BOOK, *others])
    assert books.forget("health", "people") == 1
    assert books.books() == sorted(others)
    books.add([page(1)])
    assert books.forget(resource="people") == 2
    assert books.forget() == 1
    assert books.books() == []


# Guards -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab(duckdb.connect())
    towns = ["a"] * 9 + ["b"] * 8 + ["c"] * 2
    frame = pl.DataFrame({"id": range(19), "town": towns})
    made.put("people", frame, rules=Rules(3), entity="id")
    return made


def asking(lab: Lab, department: str = "health") -> Asking:
    return Asking(department, "s", token_hex(8), {"people": "digest"})


def prepared(lab: Lab, text: str, *, told: bool = True) -> Prepared:
    known: list[StatTable] = list(lab.tables.values())

    def written(barred: object) -> Prepared:
        found = compiled(text, known, None, barred)  # type: ignore[arg-type]
        assert isinstance(found, Compiled), found
        return Prepared(found.sql, guarded=Guarded(found.studies, tuple(known), written, told))

    return written({})


def answer(guard: Guard, lab: Lab, text: str, *, told: bool = True, of: str = "health") -> object:
    """What a count shows; None where it is withheld."""

    def run(sql: str) -> pa.Table:
        return lab.con.execute(sql).to_arrow_table()

    found, _ = guard.guarded(prepared(lab, text, told=told), asking(lab, of), run)
    row = lab.con.execute(found.sql).fetchone()
    assert row is not None
    return row[0]


def test_a_difference_of_two_people_is_withheld(books: ToldBooks, lab: Lab) -> None:
    guard = Guard(books, KEY, now)
    assert answer(guard, lab, ALL_OF_THEM) == 19
    assert answer(guard, lab, NEARLY_ALL) is None
    assert answer(guard, lab, ALL_OF_THEM) == 19
    assert answer(guard, lab, NEARLY_ALL, of="tax") == 17


def test_two_gateways_see_each_others_pages(books: ToldBooks, lab: Lab) -> None:
    one, other = Guard(books, KEY, now), Guard(books, KEY, now)
    assert answer(other, lab, NEARLY_ALL, of="tax") == 17
    assert answer(one, lab, ALL_OF_THEM) == 19
    assert answer(other, lab, NEARLY_ALL) is None
    assert answer(one, lab, ALL_OF_THEM, of="tax") is None
    assert answer(Guard(books, KEY, now), lab, NEARLY_ALL) is None


def test_two_gateways_at_once_do_not_tell_both(books: ToldBooks, lab: Lab) -> None:
    """Each has read its cells before either judges."""
    barrier = Barrier(2)

    def ask(text: str) -> bool:
        con = lab.con.cursor()
        asked = prepared(lab, text)

        def run(sql: str) -> pa.Table:
            found = con.execute(sql).to_arrow_table()
            if sql == asked.guarded.studies[-1].cells:  # type: ignore[union-attr]
                barrier.wait(timeout=30)
            return found

        kept, _ = Guard(books, KEY, now).guarded(asked, asking(lab), run)
        return con.execute(kept.sql).fetchall()[0][0] is not None

    with ThreadPoolExecutor(2) as pool:
        shown = list(pool.map(ask, [ALL_OF_THEM, NEARLY_ALL]))
    assert sorted(shown) == [False, True]
    assert numbers(books) == list(range(1, books.last(BOOK) + 1))


def test_what_is_only_looked_at_leaves_no_page(books: ToldBooks, lab: Lab) -> None:
    guard = Guard(books, KEY, now)
    assert answer(guard, lab, ALL_OF_THEM, told=False) == 19
    assert books.books() == []
    assert answer(guard, lab, NEARLY_ALL) == 17
    assert answer(guard, lab, ALL_OF_THEM, told=False) is None
    assert books.last(BOOK) == 1


def test_what_is_told_again_leaves_no_page(books: ToldBooks, lab: Lab) -> None:
    one, other = Guard(books, KEY, now), Guard(books, KEY, now)
    for _ in range(2):
        assert [answer(each, lab, ALL_OF_THEM) for each in (one, other)] == [19, 19]
        assert answer(one, lab, NEARLY_ALL) is None
    assert numbers(books) == [1]


def test_what_was_destroyed_is_told_anew(books: ToldBooks, lab: Lab) -> None:
    guard = Guard(books, KEY, now)
    assert answer(guard, lab, ALL_OF_THEM) == 19
    books.forget("health")
    assert answer(guard, lab, NEARLY_ALL) == 17
    assert answer(guard, lab, ALL_OF_THEM) is None


def test_a_book_destroyed_and_begun_anew_is_seen_by_every_gateway(
    books: ToldBooks, lab: Lab
) -> None:
    """Also where the new one has as many pages as the old one had."""
    one, other = Guard(books, KEY, now), Guard(books, KEY, now)
    assert answer(other, lab, ALL_OF_THEM) == 19
    books.forget("health")
    assert answer(one, lab, NEARLY_ALL) == 17
    assert books.last(BOOK) == 1
    assert answer(other, lab, ALL_OF_THEM) is None


@pytest.mark.parametrize("way", ["bytes", "department", "key"])
def test_a_page_that_was_tampered_with_is_refused(store: Store, lab: Lab, way: str) -> None:
    assert answer(Guard(store.told, KEY, now), lab, ALL_OF_THEM) == 19
    (kept,) = store.told.pages(BOOK, 0)
    key, of = KEY, "health"
    pages = tables.told_pages
    with store.writing() as connection:
        if way == "bytes":
            body = kept.body[:-1] + bytes([kept.body[-1] ^ 1])
            connection.execute(update(pages).values(body=body))
        if way == "department":
            connection.execute(update(pages).values(department="tax"))
            of = "tax"
    if way == "key":
        key = b"x" * 32
    with pytest.raises(Unavailable):
        answer(Guard(store.told, key, now), lab, NEARLY_ALL, of=of)
    assert [each.number for each in store.told.pages(replace(BOOK, department=of), 0)] == [1]
