"""Cells, equations and what is refused of them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.disclosure.secondary import Equation, Table
from workbench.disclosure.secondary.crossing import crossed
from workbench.disclosure.secondary.table import costs

TOWNS = {"Luqiao": "Taizhou", "Jiaojiang": "Taizhou", "Yuyao": "Ningbo"}


def table(values: list[float], equations: list[tuple[int, list[int]]], **others: object) -> Table:
    return Table.of(values, equations, False, 0.0, 0.0, **others)  # type: ignore[arg-type]


def test_a_cube_has_an_equation_for_each_line() -> None:
    keys = [
        ("a", 1),
        ("a", 2),
        ("b", 1),
        ("a", None),
        ("b", None),
        (None, 1),
        (None, 2),
        (None,) * 2,
    ]
    assert sorted(crossed(keys)) == [
        (3, [0, 1]),
        (4, [2]),
        (5, [0, 2]),
        (6, [1]),
        (7, [3, 4]),
        (7, [5, 6]),
    ]


def test_a_rollup_has_no_equation_for_totals_that_are_not_shown() -> None:
    keys = [("a", 1), ("a", 2), ("b", 1), ("a", None), ("b", None), (None, None)]
    assert sorted(crossed(keys)) == [(3, [0, 1]), (4, [2]), (5, [3, 4])]


def test_a_hierarchy_adds_up_level_by_level() -> None:
    keys = [(town,) for town in TOWNS] + [("Taizhou",), ("Ningbo",), (None,)]
    assert sorted(crossed(keys, None, [TOWNS])) == [(3, [0, 1]), (4, [2]), (5, [3, 4])]


def test_a_level_that_is_not_shown_is_passed_over() -> None:
    keys = [(town,) for town in TOWNS] + [("Taizhou",), (None,)]
    assert sorted(crossed(keys, None, [TOWNS])) == [(3, [0, 1]), (4, [2, 3])]


def test_the_marker_of_all_may_be_any_value() -> None:
    assert crossed([("x",), ("y",), ("all",)], "all") == [(2, [0, 1])]


@pytest.mark.parametrize(
    ("keys", "parents", "why"),
    [
        ([("a",), ("a",)], [], "twice"),
        ([("a",), ("a", "b")], [], "lengths"),
        ([("a",), (None,)], [{"a": "b", "b": "a"}], "circle"),
    ],
)
def test_keys_that_make_no_table(keys: list[tuple[str]], parents: list[object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        crossed(keys, None, parents)  # type: ignore[arg-type]


def test_parts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        Table.crossed([("a",), ("b",), (None,)], [1.0, 2.0, 4.0], False, 0.0, 0.0)


def test_sums_of_doubles_may_differ_in_the_last_digits() -> None:
    made = table([0.1, 0.2, 0.3], [(2, [0, 1])])
    assert made.equations == (Equation(2, (0, 1)),)
    assert made.totals.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("values", "equations", "others", "why"),
    [
        ([1.0, np.nan], [], {}, "finite"),
        ([-1.0], [], {}, "outside"),
        ([9.0], [], {"most": 8.0}, "outside"),
        ([1.0], [], {"cost": 0.0}, "positive"),
        ([1.0, 2.0], [], {"fixed": [True]}, "shape"),
        ([1.0], [(0, [])], {}, "without parts"),
        ([1.0, 2.0], [(1, [0, 0])], {}, "twice"),
        ([1.0], [(0, [7])], {}, "not there"),
    ],
)
def test_what_is_no_table(
    values: list[float], equations: list[tuple[int, list[int]]], others: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        table(values, equations, **others)


def test_the_cost_does_not_depend_on_the_unit() -> None:
    values = np.array([0.0, 1.0, 10.0, 1000.0])
    assert costs(values) == pytest.approx(costs(values * 10_000))
    assert (costs(values) >= 1).all()
    assert (np.diff(costs(values)) > 0).all()


def test_no_level_asks_for_more_than_is_open_beforehand() -> None:
    made = Table.of([3.0], [], True, 5.0, 5.0, most=4.0)
    assert (made.level(0, 1), made.level(0, -1)) == (1.0, 3.0)
