"""Random sequences of cells, judged, then attacked by linear algebra and programs written here.

A world is a few units, whom each is about and how much it is. The attacker knows the units of every
told cell, and that no amount is negative; what follows is worked out unit by unit, over all told
cells, without atoms.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import highspy
import numpy as np
import pytest

from workbench.disclosure.differencing import system as systems
from workbench.disclosure.differencing.blame import Candidate
from workbench.disclosure.differencing.book import Page
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.differencing.pages import from_bytes, to_bytes
from workbench.disclosure.differencing.reach import _Range
from workbench.disclosure.differencing.system import System
from workbench.disclosure.differencing.systems import Systems
from workbench.disclosure.secondary.levels import Levels
from workbench.disclosure.shapes import Rules

RULES = Rules(3, ((2, 0.85),), 0.1)
NARROWEST = 0.2
"""Share of an entity's amount that an attacker's range has at least: to either side p of it, as the
rule of too few entities asks (``secondary.levels``). With others in its atom it is wider."""
EXPLAINED = 0.85
"""Share of the variance of an unsafe part that told cells may explain, were all units equally
unknown."""
NEAR = 1e-5
"""The tolerance of two solvers."""
TOLD = 1 - 1e-8
"""An eigenvalue of a projection from which on a direction is in the space."""


@dataclass(frozen=True)
class World:
    """``entities`` and ``amounts`` by unit; ``versions`` are the units of each version."""

    entities: np.ndarray
    amounts: np.ndarray
    versions: tuple[np.ndarray, ...]
    keys: np.ndarray

    @property
    def size(self) -> int:
        return len(self.entities)


def one_row_each(rng: np.random.Generator, *, equal: bool = False) -> World:
    size = int(rng.integers(12, 33))
    amounts = np.ones(size) if equal else np.round(rng.lognormal(4.0, 0.8, size), 1)
    return World(np.arange(size), amounts, (np.arange(size),), _keys(rng, size))


def several_rows(rng: np.random.Generator) -> World:
    world = one_row_each(rng)
    people = rng.integers(0, max(world.size * 2 // 3, 6), world.size)
    return World(people, world.amounts, world.versions, world.keys)


def two_versions(rng: np.random.Generator) -> World:
    """In the second version some have another amount, and so another unit, and one is new."""
    size = int(rng.integers(12, 21))
    amounts = np.round(rng.lognormal(4.0, 0.8, size), 1)
    changed = np.flatnonzero(rng.random(size) < rng.choice([0.1, 0.4, 1.0]))
    more = np.round(amounts[changed] * rng.uniform(0.8, 1.3, len(changed)), 1)
    entities = np.concatenate([np.arange(size), changed, [size]])
    kept = np.setdiff1d(np.arange(size), changed)
    later = np.concatenate([kept, np.arange(size, size + len(changed) + 1)])
    keys = _keys(rng, size)
    keys = np.vstack([keys, keys[changed], keys[:1]])
    amounts = np.concatenate([amounts, more, [amounts.mean()]])
    return World(entities, amounts, (np.arange(size), later), keys)


def _keys(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.column_stack([rng.integers(0, n, size) for n in (2, 3, 4)])


# What is asked ------------------------------------------------------------------------------------


def releases(
    world: World, rng: np.random.Generator, by: Measured, count: int = 9, *, weighted: bool = True
) -> Iterator[list[Candidate]]:
    """Random releases; each cell passes the rules by itself, as those that the guard is asked."""
    asked: list[np.ndarray] = []
    for number in range(count):
        version = min(number * len(world.versions) // count, len(world.versions) - 1)
        there = world.versions[version]
        cells = [np.intersect1d(c, there) for c in _sets(world, there, asked, rng)]
        found = []
        for cell in cells:
            often = None
            if weighted and rng.random() < 0.1:
                often = rng.integers(1, 4, len(cell)).astype(np.int64)
            if len(cell) and fine(world, _row(world, cell, often), by):
                asked.append(cell)
                found.append(Candidate(cell, often, version))
        yield found


def _sets(
    world: World, there: np.ndarray, asked: list[np.ndarray], rng: np.random.Generator
) -> list[np.ndarray]:
    way = rng.integers(0, 6) if asked else 0
    one = asked[rng.integers(len(asked))] if asked else there
    if way <= 1:  # a table, of all or of some
        kept = there[rng.random(len(there)) < rng.choice([0.7, 1.0])]
        by = [column for column in range(3) if rng.random() < 0.5]
        groups = np.unique(world.keys[kept][:, by], axis=0, return_inverse=True)[1].ravel()
        return [kept[groups == g] for g in np.unique(groups)] if by else [kept]
    if way == 2:  # the rest of what was asked
        return [np.setdiff1d(there, one)]
    if way == 3:
        return [np.union1d(one, asked[rng.integers(len(asked))])]
    if way == 4:  # one more, or one fewer
        return [np.setxor1d(one, rng.choice(there, 1))]
    inner = one[rng.random(len(one)) < rng.choice([0.5, 0.9])]
    return [inner, np.setdiff1d(one, inner)]


def _row(world: World, units: np.ndarray, often: np.ndarray | None) -> np.ndarray:
    row = np.zeros(world.size)
    row[units] = 1.0 if often is None else often
    return row


# The rules, once more -----------------------------------------------------------------------------


def fine(world: World, row: np.ndarray, by: Measured) -> bool:
    """k entities, dominance, p %, entity by entity, in plain Python."""
    held: dict[int, float] = {}
    sides: dict[int, set[bool]] = {}
    for unit in np.flatnonzero(row):
        who = int(world.entities[unit])
        held[who] = held.get(who, 0.0) + row[unit] * world.amounts[unit]
        sides.setdefault(who, set()).add(bool(row[unit] > 0))
    left = [abs(v) for who, v in held.items() if len(sides[who]) == 1 or abs(v) > 1e-7]
    if not left:
        return True
    if len(left) < by.rules.k:
        return False
    if not by.magnitude:
        return True
    left.sort(reverse=True)
    total = sum(left)
    dominated = any(sum(left[:n]) > share * total + NEAR for n, share in by.rules.dominance)
    others = total - sum(left[:2])
    return not dominated and others >= (by.rules.p or 0.0) * left[0] - NEAR


# The attacker -------------------------------------------------------------------------------------


def space(rows: np.ndarray) -> np.ndarray:
    """The orthogonal projection on what follows from told cells."""
    _, values, directions = np.linalg.svd(rows, full_matrices=False)
    basis = directions[values > 1e-9 * max(values.max(initial=0.0), 1.0)]
    return np.asarray(basis.T @ basis)


def given_away(world: World, rows: np.ndarray) -> list[int]:
    """Entities of whose units, and of nobody else's, some combination follows from told cells."""
    found = []
    projection = space(rows)
    for entity in np.unique(world.entities):
        own = np.flatnonzero(world.entities == entity)
        if np.linalg.eigvalsh(projection[np.ix_(own, own)]).max() > TOLD:
            found.append(int(entity))
    return found


def ranges(world: World, rows: np.ndarray, targets: list[np.ndarray]) -> list[float]:
    """How wide the attacker's range for the sum of each of ``targets`` is."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.addVars(world.size, np.zeros(world.size), np.full(world.size, highspy.kHighsInf))
    for row in rows:
        at = np.flatnonzero(row).astype(np.int32)
        figure = float(row @ world.amounts)
        solver.addRow(figure, figure, len(at), at, row[at])
    every = np.arange(world.size, dtype=np.int32)
    found = []
    for target in targets:
        cost = np.zeros(world.size)
        cost[target] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            solver.changeColsCost(world.size, every, sign * cost)
            solver.run()
            optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(sign * solver.getObjectiveValue() if optimal else sign * -np.inf)
        found.append(float(ends[1] - ends[0]))
    return found


def too_narrow(world: World, rows: np.ndarray) -> list[int]:
    """Entities whose amount (in one version) is bounded too closely."""
    pairs = [
        (int(entity), np.intersect1d(np.flatnonzero(world.entities == entity), version))
        for entity in np.unique(world.entities)
        for version in world.versions
    ]
    told = rows.any(axis=0)
    pairs = [(entity, own) for entity, own in pairs if len(own) and told[own].all()]
    width = ranges(world, rows, [own for _, own in pairs])
    return [
        entity
        for (entity, own), wide in zip(pairs, width, strict=True)
        if wide < (NARROWEST - NEAR) * world.amounts[own].sum()
    ]


def explained(world: World, rows: np.ndarray, by: Measured) -> list[int]:
    """Parts that no told cell tells apart, that may not be told, and of which a guess that is drawn
    to the told cells is nearly always close: of their variance a fifth or less is left."""
    projection = space(rows)
    _, part = np.unique(rows.T, axis=0, return_inverse=True)
    found = []
    for number in np.unique(part):
        units = np.flatnonzero(part.ravel() == number)
        share = projection[np.ix_(units, units)].sum() / len(units)
        if share > EXPLAINED + NEAR and not fine(world, _row(world, units, None), by):
            found.append(int(units[0]))
    return found


def told_apart(world: World, rows: np.ndarray, by: Measured) -> list[tuple[int, int]]:
    """Pairs of told cells whose difference breaks a rule, but for a later one that followed from
    all before it, and so told nothing new. Where an entity has several units, none where either
    side of the difference may be told by itself: then so may the difference."""
    found = []
    ranks = [np.linalg.matrix_rank(rows[:n]) for n in range(len(rows) + 1)]
    for i, j in itertools.combinations(range(len(rows)), 2):
        if ranks[j + 1] == ranks[j]:
            continue
        apart = rows[i] - rows[j]
        sides = (np.maximum(apart, 0.0), np.maximum(-apart, 0.0))
        both = apart.min() < 0 < apart.max() and all(fine(world, s, by) for s in sides)
        if not fine(world, apart, by) and not both:
            found.append((i, j))
    return found


def judged(
    world: World, asked: list[list[Candidate]], by: Measured, *, strict: bool = False
) -> tuple[System, list[Candidate]]:
    """What of ``asked`` a system tells."""
    system = System(by)
    system.strict = strict
    system.atoms.grow(world.entities.astype(np.int64), world.amounts)
    told = []
    for release in asked:
        shown = system.told(release)
        told += [c for c, each in zip(release, shown, strict=True) if each]
    return system, told


def matrix(world: World, told: list[Candidate]) -> np.ndarray:
    rows = [_row(world, c.units, c.weights) for c in told]
    return np.array(rows).reshape(len(rows), world.size)


# Tests --------------------------------------------------------------------------------------------

AMOUNTS = Measured(RULES, magnitude=True)
COUNTS = Measured(Rules(3), magnitude=False)
SIGNED = Measured(RULES, magnitude=True, signed=True)


def counted_each(rng: np.random.Generator) -> World:
    return one_row_each(rng, equal=True)


def signed_rows(rng: np.random.Generator) -> World:
    world = one_row_each(rng)
    signs = rng.choice([-1.0, 1.0], world.size)
    return World(world.entities, world.amounts * signs, world.versions, world.keys)


KINDS = {
    "one row each": (one_row_each, AMOUNTS),
    "counts": (counted_each, COUNTS),
    "several rows": (several_rows, AMOUNTS),
    "two versions": (two_versions, AMOUNTS),
}
kinds = pytest.mark.parametrize("kind", list(KINDS))
one_version = pytest.mark.parametrize("kind", [k for k in KINDS if k != "two versions"])
strictly = pytest.mark.parametrize("strict", [False, True], ids=["exact", "strict"])
QUICK, ALL_OF_THEM = range(6), range(6, 300)


def world_of(kind: str, seed: int) -> tuple[World, list[list[Candidate]], Measured]:
    make, by = KINDS[kind]
    rng = np.random.default_rng(seed)
    world = make(rng)
    return world, list(releases(world, rng, by)), by


def attacked(kind: str, seeds: range, *, strict: bool) -> None:
    """In strict mode differences are not compared where people have several units: parts that are
    taken to be known are left out of them, and with them what cancels there."""
    asked = told = 0
    for seed in seeds:
        world, some, by = world_of(kind, seed)
        _, shown = judged(world, some, by, strict=strict)
        asked, told = asked + sum(map(len, some)), told + len(shown)
        rows = matrix(world, shown)
        if len(rows):
            assert given_away(world, rows) == [], seed
            assert too_narrow(world, rows) == [], seed
            assert explained(world, rows, by) == [], seed
            alone = len(np.unique(world.entities)) == world.size
            assert (strict and not alone) or told_apart(world, rows, by) == [], seed
    assert asked / 5 < told < asked  # something is told, something is not


@strictly
@kinds
def test_nobody_is_given_away(kind: str, strict: bool) -> None:
    attacked(kind, QUICK, strict=strict)


@pytest.mark.slow
@strictly
@kinds
def test_nobody_is_given_away_in_many_worlds(kind: str, strict: bool) -> None:
    attacked(kind, ALL_OF_THEM, strict=strict)


def test_without_a_guard_the_attacker_finds_them() -> None:
    found = {"given away": 0, "too narrow": 0, "explained": 0, "apart": 0}
    for seed in QUICK:
        world, some, by = world_of("one row each", seed)
        rows = matrix(world, [c for release in some for c in release])
        found["given away"] += bool(given_away(world, rows))
        found["too narrow"] += bool(too_narrow(world, rows))
        found["explained"] += bool(explained(world, rows, by))
        found["apart"] += bool(told_apart(world, rows, by))
    assert min(found.values()) >= len(QUICK) / 2


def test_where_amounts_may_be_negative_nobody_follows() -> None:
    for seed in QUICK:
        rng = np.random.default_rng(seed)
        world = signed_rows(rng)
        plain = World(world.entities, np.abs(world.amounts), world.versions, world.keys)
        some = list(releases(plain, rng, AMOUNTS))
        _, shown = judged(world, some, SIGNED)
        assert shown
        assert given_away(world, matrix(world, shown)) == [], seed


@strictly
@kinds
def test_a_refused_cell_leaves_no_trace(kind: str, strict: bool) -> None:
    """A second system is asked only for what the first one told, release by release."""
    refused = 0
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        first, _ = judged(world, [], by, strict=strict)
        second, _ = judged(world, [], by, strict=strict)
        for release in some:
            shown = first.told(release)
            kept = [c for c, each in zip(release, shown, strict=True) if each]
            refused += len(release) - len(kept)
            assert all(second.told(kept)), seed
            assert np.array_equal(parts(first), parts(second)), seed
            assert first.span.rank == second.span.rank
            assert sorted(first.atoms.total) == pytest.approx(sorted(second.atoms.total))
    assert refused > 5


def parts(system: System) -> np.ndarray:
    """Which units share an atom, whatever its number."""
    labels = system.atoms.labels
    return np.asarray(labels[:, None] == labels[None, :])


@kinds
def test_one_refused_by_itself_changes_nothing_at_all(kind: str) -> None:
    seen = 0
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        system, _ = judged(world, some, by)
        rng = np.random.default_rng(seed)
        for release in releases(world, rng, by, 6):
            for cell in release:
                before = snapshot(system)
                if system.told([cell]) == [False]:
                    seen += 1
                    assert all(map(np.array_equal, before, snapshot(system)))
    assert seen > 5


def snapshot(system: System) -> tuple[np.ndarray, ...]:
    rows, pivots, known, _ = system.span.state()
    facts = system.atoms.facts()
    told = system._told.copy(), np.array(system._versions)
    found = rows.copy(), pivots.copy(), known.copy(), system.atoms.labels.copy(), *told
    return (*found, facts.people, facts.gross, facts.largest, facts.unsafe)


@strictly
@kinds
def test_what_was_told_is_told_again(
    kind: str, strict: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order, also by one that knows it only from its pages."""
    if strict:
        monkeypatch.setattr(systems, "EXACT_CELLS", 30)
    turned = 0
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        system, shown = judged(world, some, by)
        other, _ = judged(world, [], by)
        nothing = np.empty(0, np.uint64)
        page = Page(nothing, nothing, np.empty(0), tuple(shown))
        other.remember([from_bytes(to_bytes(page)).cells])
        turned += system.strict and other.strict
        rng = np.random.default_rng(seed)
        for each in (system, other):
            order = rng.permutation(len(shown))
            rank = each.span.rank
            assert all(each.told([shown[at] for at in order])), seed
            assert all(each.told([shown[at]]) == [True] for at in order), seed
            assert strict or each.span.rank == rank
    assert turned == 0 if not strict else turned >= len(QUICK) / 2


@one_version
def test_remembered_and_told_judge_alike(kind: str) -> None:
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        system, shown = judged(world, some[:6], by)
        other, _ = judged(world, [], by)
        other.remember([shown])
        for release in some[6:]:
            assert system.told(release) == other.told(release), seed


@one_version
def test_what_is_told_strictly_would_be_told_exactly(kind: str) -> None:
    fewer = 0
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        strict, _ = judged(world, [], by, strict=True)
        exact, _ = judged(world, [], by)
        for release in some:
            shown = strict.told(release)
            kept = [c for c, each in zip(release, shown, strict=True) if each]
            fewer += len(release) - len(kept)
            assert all(exact.told(kept)), seed
    assert fewer > 5


def test_the_rows_of_one_person_are_not_told_in_sum() -> None:
    """Two rows of one person, each in a cell with others, and these others in one of their own:
    no two cells are close to each other, and the three together tell of the person alone."""
    people = np.array([0, 0, *range(1, 13)])
    amounts = np.array([100.0] * 2 + [90.0] * 6 + [95.0] * 6)
    world = World(people, amounts, (np.arange(14),), np.zeros((14, 3)))
    some, others = np.arange(2, 8), np.arange(8, 14)
    cells = [np.append(0, some), np.append(1, others), np.concatenate([some, others])]
    for order in itertools.permutations(cells):
        asked = [[Candidate(cell)] for cell in order]
        rows = matrix(world, [c for release in asked for c in release])
        assert given_away(world, rows) == [0]
        assert told_apart(world, rows, AMOUNTS) == []
        _, told = judged(world, asked, AMOUNTS)
        assert [c.units.tolist() for c in told] == [c.tolist() for c in order[:2]]


@pytest.mark.parametrize("by", [AMOUNTS, COUNTS], ids=["amounts", "counts"])
def test_two_people_are_not_told_in_sum(by: Measured) -> None:
    """As before, with two people under a threshold of three."""
    amounts = np.array([1.0] * 2 + [0.9] * 6 + [0.95] * 6) if by is AMOUNTS else np.ones(14)
    world = World(np.arange(14), amounts, (np.arange(14),), np.zeros((14, 3)))
    some, others = np.arange(2, 8), np.arange(8, 14)
    cells = [np.append(0, some), np.append(1, others), np.concatenate([some, others])]
    for order in itertools.permutations(cells):
        assert len(judged(world, [[Candidate(cell)] for cell in order], by)[1]) == 2


def test_nobody_is_bounded_closely_where_nothing_follows() -> None:
    """One large person beside pairs of tiny ones: no sum of cells is of fewer than three, but no
    amount is negative, and so all but the tiny ones' are the large one's."""
    by = Measured(Rules(3), magnitude=True)
    world = World(np.arange(7), np.array([100.0] + [0.5] * 6), (np.arange(7),), np.zeros((7, 3)))
    asked = [[Candidate(np.array(c))] for c in ([0, 1, 2], [0, 3, 4], list(range(7)))]
    rows = matrix(world, [c for release in asked for c in release])
    assert (given_away(world, rows), told_apart(world, rows, by)) == ([], [])
    assert too_narrow(world, rows) == [0]
    assert len(judged(world, asked, by)[1]) == 2


@kinds
def test_who_turns_strict_on_the_way_gives_nobody_away(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems, "EXACT_CELLS", 40)
    attacked(kind, QUICK, strict=False)


# Systems that have nothing in common --------------------------------------------------------------


def beside(kind: str, seed: int, *, shared: bool) -> tuple[World, list[list[Candidate]], Measured]:
    """Three worlds of units of their own, asked in turns; where ``shared``, of the same entities,
    as months are."""
    some = [world_of(kind, 3 * seed + n) for n in range(3)]
    starts = np.cumsum([0, *(world.size for world, _, _ in some)])
    apart = [0 if shared else 1_000 * n for n in range(3)]
    entities = [w.entities + a for (w, _, _), a in zip(some, apart, strict=True)]
    whole = World(
        np.concatenate(entities),
        np.concatenate([world.amounts for world, _, _ in some]),
        (np.arange(starts[-1]),),
        np.vstack([world.keys for world, _, _ in some]),
    )
    turns = itertools.zip_longest(*(asked for _, asked, _ in some), fillvalue=[])
    asked = [
        [replace(c, units=c.units + start) for c in release]
        for turn in turns
        for start, release in zip(starts, turn, strict=False)
    ]
    return whole, asked, some[0][2]


def judged_apart(
    world: World, asked: list[list[Candidate]], by: Measured
) -> tuple[Systems, list[Candidate]]:
    systems, told = Systems(by), []
    systems.grow(world.entities.astype(np.int64), world.amounts)
    for release in asked:
        if release:
            shown = systems.told(release)
            told += [c for c, each in zip(release, shown, strict=True) if each]
    return systems, told


@pytest.mark.parametrize("shared", [False, True], ids=["of others", "of the same"])
@kinds
def test_systems_apart_give_nobody_away_and_tell_as_much(kind: str, shared: bool) -> None:
    apart = together = 0
    for seed in range(3):
        world, asked, by = beside(kind, seed, shared=shared)
        systems, shown = judged_apart(world, asked, by)
        rows = matrix(world, shown)
        assert given_away(world, rows) == [], seed
        assert too_narrow(world, rows) == [], seed
        assert explained(world, rows, by) == [], seed
        assert told_apart(world, rows, by) == [], seed
        assert len(systems) >= 3
        apart += len(shown)
        together += len(judged(world, [each for each in asked if each], by)[1])
    assert abs(apart - together) <= 0.05 * together


@kinds
def test_systems_hold_what_they_told_however_they_came_by_it(kind: str) -> None:
    for seed in range(3):
        world, asked, by = beside(kind, seed, shared=False)
        told, shown = judged_apart(world, asked[:18], by)
        of_each = [[c for c in release if any(c is s for s in shown)] for release in asked[:18]]
        remembered, read = (judged_apart(world, [], by)[0] for _ in range(2))
        for release in of_each:
            remembered.remember([release])
        read.remember(of_each)
        other = told.copy()
        for release in asked[18:]:
            if release:
                assert other.told(release) == remembered.told(release) == read.told(release), seed
        for each in (told, other, remembered, read):
            assert each.holds(shown) == [True] * len(shown)
        assert told.whole().span.rank == int(np.linalg.matrix_rank(matrix(world, shown)))


def test_a_long_history_of_other_rows_is_not_looked_at() -> None:
    """A table of each of 100 months: a question to one of them touches that one alone."""
    months, firms = 100, 40
    systems = Systems(COUNTS)
    systems.grow(np.tile(np.arange(firms), months), np.ones(months * firms))
    for month in range(months):
        units = month * firms + np.arange(firms)
        cells = [Candidate(units[units % 4 == n], None, month) for n in range(4)]
        assert systems.told(cells) == [True] * 4
    assert len(systems) == 4 * months
    last = np.arange(firms) + (months - 1) * firms
    assert systems.told([Candidate(last[1:], None, months)]) == [False]
    assert systems.told([Candidate(last[:-8], None, months)]) == [True]
    assert len(systems) == 4 * months - 3  # the last month's are one now


@strictly
@kinds
def test_all_that_follows_follows_from_the_told_cells(kind: str, strict: bool) -> None:
    """Programs get the cells in the place of what follows: with what is known out of both, they
    span the same space."""
    seen = 0
    for seed in QUICK:
        world, some, by = world_of(kind, seed)
        system, _ = judged(world, [], by, strict=strict)
        for release in some:
            system.told(release)
            told = np.where(system.span.known, 0.0, system.cells.astype(float))
            rank = int(np.linalg.matrix_rank(told)) if told.any() else 0
            both = np.vstack([told, system.span.rows])
            assert rank == len(system.span.rows), seed
            assert rank == (int(np.linalg.matrix_rank(both)) if both.any() else 0), seed
            seen += rank
    assert seen > (10 if strict else 50)


def test_a_full_system_tells_what_follows_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = told = 0
    for seed in QUICK:
        world, some, by = world_of("one row each", seed)
        system, shown = judged(world, some[:6], by, strict=True)
        with monkeypatch.context() as patched:
            patched.setattr(systems, "FULL_CELLS", -1)
            assert all(system.told(shown))
            before = snapshot(system)
            for release in some[6:]:
                for each in system.told(release):
                    refused, told = refused + (not each), told + each
            assert all(map(np.array_equal, before, snapshot(system)))
    assert refused > 20


def test_an_answer_of_the_solver_counts_only_if_it_holds() -> None:
    told = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    for off, counts in (
        ([2.0, -2.0, 2.0], True),
        ([2.0, -2.0, 1.0], False),  # the second cell would have been another
        ([12.0, -12.0, 12.0], False),  # below zero
    ):
        range_ = _Range(told, told.astype(np.float32), np.array([10.0, 10.0, 10.0]))
        range_._see(np.array(off), np.full(3, -10.0))
        assert (range_._seen.max() > 0.0) == counts, off


def test_programs_end_when_their_time_is_over() -> None:
    """Nothing is shown by then, so that all that is looked at counts as too close."""
    rng = np.random.default_rng(3)
    told = (rng.random((40, 60)) < 0.2).astype(np.float32)
    range_ = _Range(np.asarray(told, float), told, rng.uniform(1.0, 9.0, 60))
    targets = np.arange(60)
    wanted = [Levels(1e9, 1e9)] * 60
    assert len(range_.too_close(targets, wanted, time.monotonic() - 1.0)) > 0
