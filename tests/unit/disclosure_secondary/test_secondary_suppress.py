"""What is withheld beside withheld cells: tables that a reader can follow by hand."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import numpy as np
import pytest

from workbench.disclosure.secondary import (
    NOBODY,
    Pattern,
    Table,
    audit,
    optimum,
    suppress,
    unprotected,
)


def square(
    side: int, primary: set[tuple[int, int]], value: float = 10.0, **others: object
) -> Table:
    """side x side cells of one value, with margins; a tenth of it is the level."""
    ways = (*range(side), None)
    keys = list(itertools.product(ways, ways))
    values = np.array([value * side ** key.count(None) for key in keys])
    named = [key in primary for key in keys]
    return Table.crossed(keys, values, named, values / 10, values / 10, **others)  # type: ignore[arg-type]


def line(values: list[float], primary: list[bool], level: float = 1.0, **others: object) -> Table:
    """Parts, and their total as the last cell."""
    total = len(values)
    equations = [(total, list(range(total)))]
    return Table.of([*values, sum(values)], equations, primary, level, level, **others)  # type: ignore[arg-type]


def protect(
    table: Table, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
) -> Pattern:
    return suppress(table, seconds=seconds, progress=None, clock=clock)


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by ``step`` seconds whenever somebody looks."""
    return itertools.count(0.0, step).__next__


def test_one_cell_takes_three_others_and_no_margin() -> None:
    table = square(4, {(1, 1)})
    pattern = protect(table)
    assert pattern.secondary.sum() == 3
    assert not pattern.margins_withheld.any()
    assert pattern.cleaned
    assert not pattern.failed.any()
    assert not unprotected(table, pattern.withheld).any()


def test_primary_cells_that_protect_each_other_take_nothing() -> None:
    table = square(4, {(0, 0), (0, 3), (2, 0), (2, 3)})
    assert not protect(table).secondary.any()


def test_nothing_primary_nothing_withheld() -> None:
    pattern = protect(square(3, set()))
    assert not pattern.withheld.any()
    assert (pattern.programs, pattern.cleaned) == (0, True)


def test_all_primary() -> None:
    ways = (0, 1, 2, None)
    table = square(3, set(itertools.product(ways, ways)))  # type: ignore[arg-type]
    pattern = protect(table)
    assert pattern.withheld.all()
    assert not pattern.failed.any()


def test_no_cells_at_all() -> None:
    table = Table.crossed([], [], False, 0.0, 0.0)
    assert protect(table).withheld.shape == (0,)
    assert audit(table, np.zeros(0, np.bool_)).lower.shape == (0,)


def test_cells_that_nothing_ties_together() -> None:
    table = Table.of([5.0, 7.0], [], [True, False], 1.0, 1.0)
    assert protect(table).withheld.tolist() == [True, False]


def test_a_total_of_one_part_goes_with_it() -> None:
    assert protect(line([5.0], [True, False])).withheld.tolist() == [True, True]


def test_a_primary_total_takes_one_of_its_parts() -> None:
    pattern = protect(line([5.0, 6.0], [False, False, True]))
    assert pattern.secondary.tolist() == [True, False, False]


def test_the_cheaper_cell_goes() -> None:
    table = line([5.0, 6.0, 7.0], [True, False, False, False], cost=[1, 9, 2, 9])
    assert protect(table).secondary.tolist() == [False, False, True, False]


def test_a_zero_that_is_told_cannot_stand_in() -> None:
    fixed = [False, True, False, False]
    table = line([5.0, 0.0, 7.0], [True, False, False, False], cost=[1, 1, 9, 50], fixed=fixed)
    assert protect(table).secondary.tolist() == [False, False, True, False]


def test_a_cell_too_small_to_hide_in_takes_another() -> None:
    """5 +- 4 does not hide behind a 1: the total or the 8 has to go as well."""
    pattern = protect(line([5.0, 1.0, 8.0], [True] + [False] * 3, level=4.0))
    assert pattern.withheld[[0, 2]].all()


def test_nothing_to_withhold_is_told_as_failed() -> None:
    table = line([5.0, 6.0], [True, False, False], fixed=[False, True, True])
    pattern = protect(table)
    assert pattern.failed.tolist() == [True, False, False]
    assert unprotected(table, pattern.withheld).tolist() == [True, False, False]


def test_a_primary_cell_that_was_told_before_has_failed() -> None:
    table = line([5.0, 6.0], [True, False, False], fixed=[True, False, False])
    assert protect(table).failed.tolist() == [True, False, False]


def test_one_that_fails_leaves_the_others_protected() -> None:
    keys = list(itertools.product((0, 1, None), (0, 1, 2, None)))
    values = np.array([3.0 * (1, 2)[k[0] is None] * (1, 3)[k[1] is None] for k in keys])
    primary = [k in {(0, 0), (1, 2)} for k in keys]
    fixed = [k == (0, 1) or (k != (0, 0) and k[1] == 0) for k in keys]
    table = Table.crossed(keys, values, primary, 1.0, 1.0, fixed=fixed)
    pattern = protect(table)
    assert np.flatnonzero(pattern.failed).tolist() == [keys.index((0, 0))]
    assert np.flatnonzero(unprotected(table, pattern.withheld)).tolist() == [keys.index((0, 0))]


def test_values_below_zero() -> None:
    table = line([5.0, -6.0, 1.0], [True] + [False] * 3, level=9.0, least=-np.inf)
    pattern = protect(table)
    assert pattern.secondary.sum() == 1
    bounds = audit(table, pattern.withheld)
    assert (bounds.lower[0], bounds.upper[0]) == (-np.inf, np.inf)


def test_known_bounds_are_taken_into_account() -> None:
    """The others are known to lie within 1 of what they are: together they hide 5 +- 3, no more."""
    values = np.array([5.0, 6.0, 7.0, 18.0])
    room = np.array([9.0, 1.0, 1.0, 1.0])
    known = {"least": values - room, "most": values + room}
    table = line([5.0, 6.0, 7.0], [True] + [False] * 3, level=3.0, **known)
    assert protect(table).withheld.all()
    assert protect(line([5.0, 6.0, 7.0], [True] + [False] * 3, level=4.0, **known)).failed[0]


def test_a_hierarchy_does_not_give_a_town_away_through_its_county() -> None:
    towns = {"a": "A", "b": "A", "c": "B", "d": "B"}
    keys = [("a",), ("b",), ("c",), ("d",), ("A",), ("B",), (None,)]
    values = [10.0, 20.0, 30.0, 40.0, 30.0, 70.0, 100.0]
    primary = [key == ("A",) for key in keys]
    table = Table.crossed(keys, values, primary, 5.0, 5.0, parents=[towns])
    pattern = protect(table)
    assert pattern.withheld[[0, 1]].any()  # A would be the sum of its towns
    assert pattern.withheld[5] or pattern.withheld[6]  # and the rest of all
    assert not unprotected(table, pattern.withheld).any()


def test_firms_that_know_their_own_cell_do_not_learn_the_other() -> None:
    """Two firms alone in their cells of one line: with the total each finds the other's value."""
    values, primary = [10.0, 20.0, 30.0], [True, True, False, False]
    outsiders = protect(line(values, primary))
    assert not outsiders.secondary.any()
    insiders = line(values, primary, holder=[7, 8, NOBODY, NOBODY])
    assert unprotected(insiders, outsiders.withheld).tolist() == primary
    pattern = protect(insiders)
    assert pattern.secondary.sum() == 1
    assert not unprotected(insiders, pattern.withheld).any()
    one_firm = line(values, primary, holder=[7, 7, NOBODY, NOBODY])
    assert not unprotected(one_firm, outsiders.withheld).any()


def test_an_insider_who_cannot_be_kept_out_does_not_let_outsiders_in() -> None:
    told = [False, False, False, True]
    table = line([10.0, 20.0, 5.0], [True] + [False] * 3, holder=[7, 8, 8, -1], fixed=told)
    pattern = protect(table)
    assert pattern.failed[0]
    assert not unprotected(line([10.0, 20.0, 5.0], [True] + [False] * 3), pattern.withheld).any()


def test_each_secondary_cell_is_needed() -> None:
    table = square(7, {(0, 1), (2, 5), (3, 3), (6, 6)})
    pattern = protect(table)
    for cell in np.flatnonzero(pattern.secondary):
        less = pattern.withheld.copy()
        less[cell] = False
        assert unprotected(table, less).any()


def test_the_same_table_gives_the_same_pattern() -> None:
    table = square(8, {(0, 1), (2, 5), (3, 3), (6, 6), (7, 0)})
    assert (protect(table).withheld == protect(table).withheld).all()


def test_whenever_time_runs_out_the_pattern_is_valid() -> None:
    primary = {(0, 1), (2, 5), (3, 3), (6, 6), (7, 0), (None, 2)}
    table = square(8, primary)  # type: ignore[arg-type]
    hurried = set()
    for step in (1e9, 2.0, 1.5, 1.2, 0.9, 0.7, 0.4, 0.1):
        pattern = protect(table, 5.0, ticking(step))
        assert not unprotected(table, pattern.withheld).any()
        assert not pattern.failed.any()
        hurried.add(int(pattern.hurried.sum()))
    assert {0, len(primary)} < hurried


def test_without_time_totals_go_and_the_pattern_says_so() -> None:
    table = square(8, {(2, 5)})
    pattern = protect(table, 0.0)
    assert np.flatnonzero(pattern.hurried).tolist() == np.flatnonzero(table.primary).tolist()
    assert (pattern.margins_withheld == pattern.secondary).all()
    assert pattern.secondary.sum() == 3
    assert not pattern.cleaned


def test_without_time_and_with_totals_told_before_it_searches_all_the_same() -> None:
    keys = list(itertools.product((*range(5), None), (*range(5), None)))
    table = square(5, {(2, 3)}, fixed=[None in key for key in keys])
    pattern = protect(table, 0.0)
    assert not pattern.failed.any()
    assert not unprotected(table, pattern.withheld).any()


def test_progress_is_told_and_may_end_it() -> None:
    heard: list[tuple[int, int]] = []
    table = square(12, {(i, i) for i in range(0, 12, 3)})
    suppress(table, seconds=60, progress=lambda *d: heard.append(d), clock=time.monotonic)
    assert heard
    assert all(0 < done <= of for done, of in heard)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == heard[-1][1]

    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suppress(table, seconds=60, progress=stop, clock=time.monotonic)


def test_values_of_very_different_size() -> None:
    table = line([1e12, 3.0, 4.0, 2e9], [False, True, False, False, False])
    pattern = protect(table)
    assert pattern.secondary.tolist() == [False, False, True, False, False]
    assert not unprotected(table, pattern.withheld).any()


def test_the_bounds_of_an_attacker_as_in_the_handbook() -> None:
    """Example 3 (Geurts 1992) of the Handbook on Statistical Disclosure Control, 4.2."""
    keys = list(itertools.product((1, 2, 3, None), (1, 2, None)))
    # The handbook gives the margins; 4 and 3 is one of the tables that fit them.
    values = [4.0, 3.0, 7.0, 2.0, 1.0, 3.0, 3.0, 3.0, 6.0, 9.0, 7.0, 16.0]
    withheld = np.array([row in (1, 2) and column is not None for row, column in keys])
    table = Table.crossed(keys, values, False, 0.0, 0.0)
    bounds = audit(table, withheld)
    assert (bounds.lower[0], bounds.upper[0]) == pytest.approx((3.0, 6.0))
    shown = ~withheld
    assert (bounds.lower[shown] == table.values[shown]).all()
    assert (bounds.upper[shown] == table.values[shown]).all()


def test_a_primary_cell_that_is_shown_is_unprotected() -> None:
    table = square(4, {(1, 1)})
    assert unprotected(table, np.zeros(25, np.bool_)).sum() == 1
    assert unprotected(table, np.ones(25, np.bool_)).sum() == 0


def test_the_optimum_of_a_square() -> None:
    found = optimum(square(4, {(1, 1)}), 20)
    assert found is not None
    assert found.proven
    assert found.withheld.sum() == 4


def test_no_optimum() -> None:
    table = line([5.0, 6.0], [True, False, False], fixed=[False, True, True])
    assert optimum(table, 20) is None
    with pytest.raises(ValueError, match="insiders"):
        optimum(line([5.0, 6.0], [True, False, False], holder=[1, -1, -1]), 20)
