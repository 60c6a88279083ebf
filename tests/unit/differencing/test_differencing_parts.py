"""The small parts: hashes with places, pages as bytes, and the rules over contributions."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from workbench.disclosure.differencing.atoms import Atoms
from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.book import Page
from workbench.disclosure.differencing.contributions import Measured, passes
from workbench.disclosure.differencing.known import Known
from workbench.disclosure.differencing.pages import from_bytes, to_bytes
from workbench.disclosure.shapes import Rules

RULES = Rules(3, ((2, 0.85),), 0.1)
AMOUNTS = Measured(RULES, magnitude=True)
COUNTS = Measured(Rules(3), magnitude=False)


def hashes(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint64)


def test_a_hash_keeps_its_place() -> None:
    known = Known()
    places, fresh = known.places(hashes(9, 4, 9, 2**63 + 5))
    assert (places.tolist(), fresh.tolist()) == ([0, 1, 0, 2], [0, 1, 3])
    places, fresh = known.places(hashes(2**63 + 5, 1, 4))
    assert (places.tolist(), fresh.tolist()) == ([2, 3, 1], [1])
    assert known.places(hashes())[0].tolist() == []
    assert len(known) == 4


def test_a_copy_learns_by_itself() -> None:
    known = Known()
    known.places(hashes(7))
    other = known.copy()
    other.places(hashes(8))
    assert (len(known), len(other)) == (1, 2)
    assert known.places(hashes(6, 7))[0].tolist() == [1, 0]
    assert other.places(hashes(6, 8))[0].tolist() == [2, 1]


def test_random_hashes_are_known_again() -> None:
    rng = np.random.default_rng(0)
    known, order = Known(), list[int]()
    for _ in range(40):
        some = rng.integers(0, 90, 12).astype(np.uint64)
        order += [int(h) for h in dict.fromkeys(some.tolist()) if h not in order]
        assert known.places(some)[0].tolist() == [order.index(int(h)) for h in some]


def test_a_page_comes_back_from_its_bytes() -> None:
    cells = (
        Candidate(np.array([0, 2]), None, 2**32 - 1),
        Candidate(np.array([1]), np.array([3])),
        Candidate(np.array([0, 1, 2]), np.array([1, 2, 1]), 7),
    )
    page = Page(hashes(5, 6, 2**64 - 1), hashes(1, 1, 2), np.array([0.5, -2.0, 1e300]), cells)
    again = from_bytes(to_bytes(page))
    assert (again.units == page.units).all()
    assert (again.entities == page.entities).all()
    assert (again.amounts == page.amounts).all()
    for one, other in zip(again.cells, cells, strict=True):
        assert one.units.tolist() == other.units.tolist()
        assert (one.weights is None) == (other.weights is None)
        if one.weights is not None and other.weights is not None:
            assert one.weights.tolist() == other.weights.tolist()
        assert one.version == other.version


def test_a_page_without_cells_comes_back() -> None:
    again = from_bytes(to_bytes(Page(hashes(5), hashes(1), np.ones(1), ())))
    assert (again.units.tolist(), again.cells) == ([5], ())


@pytest.mark.parametrize("body", [b"", b"page", zlib.compress(b"page"), zlib.compress(b"")])
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises((ValueError, zlib.error, EOFError)):
        from_bytes(body)


# The rules ----------------------------------------------------------------------------------------


def may(amounts: list[float], by: Measured, people: list[int] | None = None) -> bool:
    who = np.arange(len(amounts)) if people is None else np.array(people)
    return bool(passes(who, np.array(amounts, np.float64), by))


@pytest.mark.parametrize(
    ("amounts", "by", "told"),
    [
        ([], AMOUNTS, True),  # nobody: nothing is told
        ([1, 1], COUNTS, False),
        ([1, 1, 1], COUNTS, True),
        ([1, 1], AMOUNTS, False),
        ([1, 1, 1], AMOUNTS, True),
        ([42.5, 42.5, 15], AMOUNTS, True),  # two hold 85 % of it: not more
        ([42.6, 42.5, 15], AMOUNTS, False),
        ([100, 1, 9.9], Measured(Rules(3, (), 0.1), True), False),  # 1 left over: under 10 of 100
        ([100, 50, 10], Measured(Rules(3, (), 0.1), True), True),
        ([100, 50, 9.9], Measured(Rules(3, (), 0.1), True), False),
        ([60, 20, 20], Measured(Rules(3, ((1, 0.6),)), True), True),
        ([61, 20, 19], Measured(Rules(3, ((1, 0.6),)), True), False),
        ([0, 0, 0, 0], AMOUNTS, False),  # zero of each would be told
        ([0, 0, 0, 0], Measured(Rules(3), True), True),
        ([-40, 40, -40], AMOUNTS, True),  # a difference between other people
    ],
)
def test_the_rules_by_their_formulas(amounts: list[float], by: Measured, told: bool) -> None:
    assert may(amounts, by) is told


def test_rows_of_one_entity_count_once_and_together() -> None:
    assert not may([1, 1, 1], COUNTS, [0, 0, 1])
    assert not may([30, 30, 20, 20], AMOUNTS, [0, 0, 1, 1])
    assert may([10, 10, 20, 20], AMOUNTS, [0, 0, 1, 2])
    assert not may([35, 60, 20, 15], AMOUNTS, [0, 0, 1, 2])  # two hold 115 of 130


def test_an_entity_on_both_sides_is_gone_where_it_cancels() -> None:
    people = [0, 0, 1, 2, 3]
    assert may([50, -50, 10, 10, 10], AMOUNTS, people)
    assert not may([50, -50, 10, 10, 10], Measured(Rules(4), True), people)
    assert not may([50, -20, 1, 1, 1], AMOUNTS, people)  # 30 of 33 are left of it
    assert may([0.1 + 0.2, -0.3, 10, 10, 10], AMOUNTS, people)  # the order of sums is no amount
    assert not may([50, -50, 10, -10], COUNTS, [0, 0, 1, 2])


def test_all_who_cancel_tell_nothing() -> None:
    assert may([5, -5, 7, -7], AMOUNTS, [0, 0, 1, 1])


def test_random_contributions_are_judged_as_by_hand() -> None:
    rng = np.random.default_rng(1)
    verdicts = set()
    for _ in range(600):
        held = rng.lognormal(3, 1.2, int(rng.integers(1, 9)))
        top = sorted(held.tolist(), reverse=True)
        rest = sum(top[2:])
        wanted = len(top) >= 3 and top[0] + top[1] <= 0.85 * sum(top) and rest >= 0.1 * top[0]
        assert may(held.tolist(), AMOUNTS) == wanted
        verdicts.add(wanted)
    assert verdicts == {True, False}


def test_people_on_both_sides_of_a_difference_are_looked_at_one_by_one() -> None:
    """Three people in either part, the same three: of one of them alone the difference tells."""
    atoms = Atoms(COUNTS)
    atoms.grow(np.array([0, 1, 2, 0, 1, 2, 2]), np.ones(7))
    atoms.cut(np.array([0, 1, 2]))
    atoms.cut(np.array([3, 4, 5, 6]))
    atoms.safe[1] = False  # a sum of what is safe would not be looked at
    assert atoms.judged(np.array([[0.0, 1.0, -1.0]])).tolist() == [False]
    assert atoms.judged(np.array([[0.0, 1.0, 1.0]])).tolist() == [True]


def test_a_cut_that_is_mended_leaves_no_trace() -> None:
    rng = np.random.default_rng(2)
    atoms = Atoms(AMOUNTS)
    atoms.grow(rng.integers(0, 15, 30), rng.lognormal(3, 1, 30))
    atoms.cut(np.arange(0, 20))
    before = facts(atoms)
    weights = rng.integers(1, 4, 18)
    cut = atoms.cut(np.arange(10, 28), weights)
    assert facts(atoms) != before
    assert [sum(len(atoms.members(a)) for a in cut.inside.tolist())] == [18]
    atoms.mend(cut)
    assert facts(atoms) == before


def facts(atoms: Atoms) -> tuple[list[object], ...]:
    members = [atoms.members(a).tolist() for a in range(1, len(atoms))]
    return atoms.labels.tolist(), members, list(atoms.total), list(atoms.people), list(atoms.safe)
