"""What if: each change is parted exactly, and the smallest swap is the smallest."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.assessment.sensitivity import Side, moves, reweighed, smallest_swap

NAMES = ("review", "supply", "open", "updates")
WEIGHTS = {
    "sharing": {"review": Fraction(40), "supply": Fraction(10)},
    "opening": {"open": Fraction(20)},
    "quality": {"updates": Fraction(30)},
}


def scored(*rows: tuple[int | None, ...]) -> dict[str, dict[str, Fraction]]:
    return {
        f"d{n}": {k: Fraction(v) for k, v in zip(NAMES, row, strict=True) if v is not None}
        for n, row in enumerate(rows)
    }


def test_a_weight_that_is_moved_by_hand() -> None:
    """Ten points from review to open: d0 falls from 74 to 72, d1 rises from 70 to 75."""
    scores = scored((90, 80, 70, 60), (50, 60, 100, 80))
    after = {
        **WEIGHTS,
        "sharing": {"review": Fraction(30), "supply": Fraction(10)},
        "opening": {"open": Fraction(30)},
    }
    one, two = moves(Side(WEIGHTS, scores), Side(after, scores))
    assert (one.department, one.rank_before, one.rank_after) == ("d1", 2, 1)
    assert (two.points_before, two.points_after) == (76, 74)
    assert (one.points_before, one.points_after) == (70, 75)
    assert {each.indicator: each.weight for each in one.changes} == {"review": -5, "open": 10}
    assert {each.indicator: each.points for each in two.changes} == {"review": -9, "open": 7}
    assert one.moved
    assert two.moved


def test_a_bound_that_is_changed_is_a_change_of_scores_alone() -> None:
    before, after = scored((90, 80, 70, 60)), scored((90, 80, 70, 100))
    (move,) = moves(Side(WEIGHTS, before), Side(WEIGHTS, after))
    (change,) = move.changes
    assert (change.indicator, change.weight, change.score, change.rating) == ("updates", 0, 12, 0)


def test_what_is_no_longer_rated_gives_its_weight_away() -> None:
    """supply goes, its 10 go to review: 8 points are lost, and 9 won."""
    before, after = scored((90, 80, 70, 60)), scored((90, None, 70, 60))
    (move,) = moves(Side(WEIGHTS, before), Side(WEIGHTS, after))
    told = {each.indicator: (each.weight, each.rating) for each in move.changes}
    assert told == {"supply": (0, -8), "review": (9, 0)}
    assert (move.points_before, move.points_after) == (76, 77)


def test_a_veto_is_told_by_itself() -> None:
    scores = scored((90, 80, 70, 60))
    (move,) = moves(Side(WEIGHTS, scores), Side(WEIGHTS, scores, {"d0": Fraction(59)}))
    assert (move.changes, move.cap, move.points_after) == ((), -17, 59)


def test_who_has_no_rated_indicator_has_no_points_and_comes_last() -> None:
    before = scored((None,) * 4, (50, 50, 50, 50))
    after = scored((90, None, None, None), (None,) * 4)
    one, two = moves(Side(WEIGHTS, before), Side(WEIGHTS, after))
    assert (one.department, one.rank_before, one.rank_after, one.changes) == ("d0", None, 1, ())
    assert (two.department, two.points_after, two.rank_after) == ("d1", None, None)


cells = st.one_of(st.none(), st.integers(0, 100))
rows = st.lists(st.tuples(*[cells] * 4), min_size=1, max_size=4)
parts = st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any)


def weighted(given_: list[int]) -> dict[str, dict[str, Fraction]]:
    each = iter(Fraction(100 * part, sum(given_)) for part in given_)
    return {g: {name: next(each) for name in within} for g, within in WEIGHTS.items()}


@settings(max_examples=30, deadline=None)
@given(rows, rows, parts, parts)
def test_what_indicators_add_is_the_whole_change(
    before: list[tuple[int | None, ...]],
    after: list[tuple[int | None, ...]],
    one: list[int],
    other: list[int],
) -> None:
    caps = {"d0": Fraction(45)}
    found = moves(Side(weighted(one), scored(*before)), Side(weighted(other), scored(*after), caps))
    for move in found:
        if move.points_before is None or move.points_after is None:
            assert move.changes == ()
            continue
        whole = sum((each.points for each in move.changes), Fraction()) + move.cap
        assert whole == move.points_after - move.points_before


def test_the_smallest_swap_worked_by_hand() -> None:
    """d0 76, d1 70. open from 20 to x, the others 80 in proportion: d0 has 0.7 x and 77.5 of the
    rest, d1 x and 62.5: 0.3 x = 0.15 (100 - x) at
    x = 33.33; a hundredth apart, as published, at 33.35. No other one needs less."""
    scores = scored((90, 80, 70, 60), (50, 60, 100, 80))
    swap = smallest_swap(WEIGHTS, scores, "d0", "d1")
    assert swap is not None
    weights = dict(zip(NAMES, (40, 10, 20, 30), strict=True))
    nearest = min(
        (n, name) for name in NAMES if (n := _hundredths(name, weights, scores)) is not None
    )
    assert _hundredths("open", weights, scores) == 1335
    assert (abs(swap.by) * 100, swap.indicator) == nearest


def _hundredths(
    name: str, weights: dict[str, int], scores: dict[str, dict[str, Fraction]]
) -> int | None:
    """Everything is rated, so totals are weighted sums: all are tried, nearest first."""
    now = weights[name]
    rest = {
        d: sum(weights[each] * given[each] for each in weights if each != name)
        for d, given in scores.items()
    }
    for n in range(1, 10_000):
        for to in (Fraction(100 * now - n, 100), Fraction(100 * now + n, 100)):
            above, below = (
                (to * scores[d][name] + (100 - to) / (100 - now) * rest[d]) / 100
                for d in ("d0", "d1")
            )
            if 0 <= to <= 100 and round(below * 100) > round(above * 100):
                return n
    return None


def test_one_that_is_better_in_everything_is_never_swapped() -> None:
    scores = scored((90, 90, 90, 90), (80, 80, 80, 80), (90, 90, 90, 90))
    assert smallest_swap(WEIGHTS, scores, "d0", "d1") is None
    assert smallest_swap(WEIGHTS, scores, "d0", "d2") is None
    assert smallest_swap(WEIGHTS, scores, "d1", "d0") is not None


def test_weights_that_are_set_anew_keep_the_whole_and_the_proportions() -> None:
    changed = reweighed(WEIGHTS, "open", Fraction(60))
    assert changed["opening"] == {"open": 60}
    assert changed["sharing"] == {"review": 20, "supply": 5}
    assert sum(sum(within.values()) for within in changed.values()) == 100
    with pytest.raises(ValueError, match="cannot weigh"):
        reweighed(WEIGHTS, "open", Fraction(101))
    with pytest.raises(ValueError, match="cannot weigh"):
        reweighed({"g": {"a": Fraction(100)}}, "a", Fraction(50))
