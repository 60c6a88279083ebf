"""What reports say of books: how fine their parts are, and what two of them determine together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np
import pytest

from workbench.disclosure.differencing import reach
from workbench.disclosure.differencing.book import Book, Page
from workbench.disclosure.differencing.cells import Cell
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.shapes import Rules
from workbench.disclosure.telling.books import AT_ONCE, measured, remembered, together
from workbench.disclosure.telling.collusion import follows
from workbench.disclosure.telling.fineness import Class, fineness
from workbench.disclosure.telling.sizes import Size, percent

RULES = Rules(5)
COUNTS = Measured(RULES, magnitude=False)
Rows = Sequence[int]


def cell(rows: Rows, per_person: int = 1) -> Cell:
    """Rows by number, each with its hash; so many rows are of one person."""
    units = np.array([(7919 * r + 13) % 104_729 for r in rows], np.uint64)
    people = np.array([r // per_person for r in rows], np.uint64)
    return Cell(units, people, np.ones(len(units)), np.ones(len(units), np.int64), (("", 0, 0),))


def told(*releases: Sequence[Rows], by: Measured = COUNTS, per_person: int = 1) -> list[Page]:
    """The pages of a department that was told these cells, each of which the guard allowed."""
    book, pages = Book(by), []
    for release in releases:
        shown, page = book.told([cell(rows, per_person) for rows in release], 1)
        assert all(shown)
        pages.append(page)
    return pages


def book_of(pages: Sequence[Page], by: Measured = COUNTS) -> Book:
    book = Book(by)
    assert remembered(book, pages) == len(pages)
    return book


# Two departments ----------------------------------------------------------------------------------


def parts(one: Sequence[Page], other: Sequence[Page]) -> tuple[int, int, int | None]:
    found = []
    for first, second in ((one, other), (other, one)):
        book = together(first, second, COUNTS)
        assert book is not None
        said = follows(book.system)
        found.append((said.determined, said.combined, said.bounded))
    assert found[0] == found[1]
    return found[0]


def test_all_by_one_and_all_but_two_by_the_other_determine_the_two() -> None:
    one, other = told([range(19)]), told([range(16, -1, -1)])
    assert [follows(book_of(pages).system).parts for pages in (one, other)] == [0, 0]
    assert parts(one, other) == (1, 0, 0)


def test_parts_that_add_up_determine_nobody() -> None:
    assert parts(told([range(19)]), told([range(9)], [range(9, 19)])) == (0, 0, 0)
    assert parts(told([range(9)]), told([range(30, 39)])) == (0, 0, 0)
    assert parts(told([range(9)]), []) == (0, 0, 0)


def test_of_three_overlaps_all_three_parts_follow() -> None:
    """(ab + ac - bc) / 2 is a."""
    a, b, c = range(4), range(4, 8), range(8, 12)
    assert parts(told([[*a, *b], [*a, *c]]), told([[*b, *c]])) == (3, 0, 0)


def test_a_sum_of_two_that_follows_counts_both() -> None:
    """x + a, y + b by one and x + y by the other: a + b."""
    x, a, y, b = range(10), [10], range(11, 21), [21]
    found = parts(told([[*x, *a], [*y, *b]]), told([[*y, *x]]))
    assert found == (0, 2, 0)


def test_rows_of_one_person_are_one_person() -> None:
    pages = told([range(40)], per_person=4), told([range(20)], per_person=4)
    book = together(*pages, measured(RULES, pages[0], counts=True))
    assert book is not None
    assert follows(book.system).parts == 0
    fewer = told([range(24)], per_person=4)
    book = together(pages[0], fewer, measured(RULES, pages[0], counts=True))
    assert book is not None
    assert follows(book.system).determined == 1  # sixteen rows of four people


@pytest.mark.parametrize("seed", range(12))
def test_what_one_guard_would_have_told_in_order_determines_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    cells = [np.flatnonzero(chance.random(60) < chance.uniform(0.2, 0.9)) for _ in range(12)]
    alone, pages = Book(COUNTS), [[], []]  # type: ignore[var-annotated]
    ones = [Book(COUNTS), Book(COUNTS)]
    allowed = True
    for number, rows in enumerate(cells):
        shown, page = ones[number % 2].told([cell(rows.tolist())], 1)
        if shown == [True] and page.cells:
            pages[number % 2].append(page)
            allowed &= alone.told([cell(rows.tolist())], 1)[0] == [True]
    book = together(pages[0], pages[1], COUNTS)
    assert book is not None
    assert len(book.system.atoms) == len(alone.system.atoms) or not allowed
    assert (follows(book.system).parts == 0) == allowed


def test_who_runs_out_of_time_says_so() -> None:
    one, other = told([range(19)]), told([range(9)])
    ticks = chain([0.0], repeat(reach.SECONDS))
    book = together(one, other, COUNTS)
    assert book is not None
    assert follows(book.system, lambda: next(ticks)).bounded is None
    answers = iter([False, True])
    many = told(*([range(10 * n, 10 * n + 10)] for n in range(AT_ONCE)))
    assert together(many, other, COUNTS, lambda: next(answers)) is None


# Parts --------------------------------------------------------------------------------------------


def test_the_finest_parts_of_a_book() -> None:
    pages = told([range(200)], [range(60), range(60, 200)], [range(30)])
    found = fineness(book_of(pages).system, 5)
    assert (found.parts, found.determined, found.strict) == (3, 3, False)
    assert (found.entities, found.smallest, found.median) == (Size(200), Size(30), Size(30))
    assert found.classes == (
        Class(1, 4, 0), Class(5, 9, 0), Class(10, 19, 0), Class(20, 99, 30), Class(100, 499, 69),
        Class(500, None, 0),
    )  # fmt: skip


def test_few_are_said_as_fewer_than_the_threshold() -> None:
    """A cross of two tables tells three people apart, and not who they are."""
    pages = told([range(23), range(23, 50)], [[*range(20), *range(30, 50)], range(20, 30)])
    found = fineness(book_of(pages).system, 5)
    assert found.smallest == Size(fewer_than=5)
    assert found.classes[0] == Class(1, 4, None)
    assert [each.percent for each in found.classes] == [None, 10, 0, 80, 0, 0]


def test_an_empty_book() -> None:
    found = fineness(Book(COUNTS).system, 5)
    assert (found.parts, found.entities, found.smallest) == (0, Size(0), Size(0))
    assert {each.percent for each in found.classes} == {None}


def test_an_entity_counts_in_its_smallest_part() -> None:
    pages = told([range(40)], [range(20)], per_person=4)
    by = measured(RULES, pages, counts=True)
    assert by.magnitude
    found = fineness(book_of(pages, by).system, 5)
    assert (found.entities, found.smallest) == (Size(10), Size(5))


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, None), (0, 100, 0), (4, 100, None), (5, 100, 5), (100, 100, 100), (150, 100, 100),
        (96, 100, 100), (95, 100, 95), (19, 20, 100), (10, 20, 50), (5, 10**6, 1),
        (10**6 - 5, 10**6, 99), (10**6 - 4, 10**6, 100),
    ],
)  # fmt: skip
def test_a_share_of_entities(part: int, whole: int, told: int | None) -> None:
    assert percent(part, whole, 5) == told


@pytest.mark.parametrize("whole", [6, 11, 23, 57, 100, 640, 1001])
def test_from_a_share_no_number_below_the_threshold_follows(whole: int) -> None:
    """Those that are not in it are few, or none, only where it says all."""
    by_share: dict[int | None, set[int]] = {}
    for part in range(5, whole + 1):
        by_share.setdefault(percent(part, whole, 5), set()).add(whole - part)
    few = {share: rest for share, rest in by_share.items() if min(rest) < 5}
    assert few.keys() == {100}
    assert few[100] >= set(range(5 if whole > 9 else whole - 4))


@pytest.mark.parametrize(("number", "said"), [(0, Size(0)), (1, Size(None, 5)), (5, Size(5))])
def test_a_size(number: int, said: Size) -> None:
    assert Size.of(number, 5) == said
