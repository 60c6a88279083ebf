"""Rankings under drawn weights: the arrays hold the exact rule, ranks behave, seeds reproduce."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assessed import inputs, small
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.assessment.ranking import ranking, ranks
from workbench.assessment.rates import Rate, interval, rates_of, redrawn, share, wilson
from workbench.assessment.scoring import published, sheets
from workbench.assessment.sensitivity import moves, side_of
from workbench.assessment.stability import (
    Anywhere,
    Around,
    drawn,
    leave_one_out,
    stability,
)
from workbench.assessment.tables import caps_of, ranks_of, scores_of, table_of, totals_of
from workbench.assessment.ties import groups, superiority
from workbench.assessment.totals import total

WEIGHTS = {
    "sharing": {"review": Fraction(30), "supply": Fraction(10)},
    "opening": {"open": Fraction(20)},
    "quality": {"updates": Fraction(25), "catalogue": Fraction(15), "veto": Fraction(0)},
}
NAMES = ("review", "supply", "open", "updates", "catalogue")


def scored(*rows: tuple[int | None, ...]) -> dict[str, dict[str, Fraction]]:
    return {
        f"d{n}": {k: Fraction(v) for k, v in zip(NAMES, row, strict=True) if v is not None}
        for n, row in enumerate(rows)
    }


SCORES = scored(
    (90, 80, 70, 60, 50),
    (50, 60, 70, 80, 90),
    (70, None, 70, 70, None),
    (None, None, 95, None, None),
    (90, 80, 70, 60, 50),
)


def percent(counted: Fraction, of: Fraction) -> Fraction:
    return 100 * counted / of


cells = st.one_of(st.none(), st.integers(0, 100))
tables = st.lists(st.tuples(*[cells] * len(NAMES)), min_size=1, max_size=6).filter(
    lambda rows: any(cell is not None for row in rows for cell in row)
)


@st.composite
def weightings(draw: st.DrawFn) -> dict[str, dict[str, Fraction]]:
    """Of the shape of WEIGHTS, some of them zero."""
    parts = draw(
        st.lists(st.integers(0, 20), min_size=6, max_size=6).filter(lambda p: sum(p[:5]) > 0)
    )
    each = iter(parts)
    return {
        dimension: {name: Fraction(100 * next(each), sum(parts)) for name in within}
        for dimension, within in WEIGHTS.items()
    }


@settings(max_examples=30, deadline=None)
@given(tables, weightings())
def test_arrays_give_what_the_exact_rule_gives(
    rows: list[tuple[int | None, ...]], weights: dict[str, dict[str, Fraction]]
) -> None:
    scores = scored(*rows)
    exact = {name: total(each, weights) for name, each in scores.items()}
    if all(each is None for each in exact.values()):
        with pytest.raises(ValueError, match="no department"):
            table_of(weights, scores)
        return
    table = table_of(weights, scores)
    found = totals_of(table, table.weights[np.newaxis])[0]
    assert set(table.unrated) == {name for name, each in exact.items() if each is None}
    for name, value in zip(table.departments, found, strict=True):
        assert value == pytest.approx(float(exact[name] or 0), abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(tables, st.integers(0, 99), st.data())
def test_drawn_weights_are_held_by_the_exact_rule_too(
    rows: list[tuple[int | None, ...]], seed: int, data: st.DataObject
) -> None:
    """Weights that were drawn, put back as fractions into the exact rule."""
    table = table_of(WEIGHTS, scored(*rows))
    weights = drawn(table, data.draw(st.sampled_from([Around(), Anywhere()])), 2, seed)
    assert weights.sum(axis=1) == pytest.approx(100)
    found = totals_of(table, weights)
    for row, some in zip(weights, found, strict=True):
        value = dict(zip(table.indicators, map(Fraction, row), strict=True))
        back = {
            dimension: {name: value.get(name, Fraction()) for name in within}
            for dimension, within in WEIGHTS.items()
        }
        for name, each in zip(table.departments, some, strict=True):
            exact = total(scored(*rows)[name], back)
            assert each == pytest.approx(float(exact if exact is not None else "nan"), nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(tables, st.data())
def test_more_of_a_good_thing_lowers_no_rank_under_any_draw(
    rows: list[tuple[int | None, ...]], data: st.DataObject
) -> None:
    """A higher score in what is rated, all else the same."""
    row, column = data.draw(
        st.sampled_from(
            [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None]
        )
    )
    better = [list(each) for each in rows]
    better[row][column] = data.draw(st.integers(rows[row][column] or 0, 100))
    tables_ = [table_of(WEIGHTS, scored(*map(tuple, each))) for each in (rows, better)]
    weights = drawn(tables_[0], Around(), 100, 7)
    before, after = (ranks_of(totals_of(table, weights)) for table in tables_)
    at = tables_[0].departments.index(f"d{row}")
    assert (after[:, at] <= before[:, at]).all()


def test_ranks_are_shared_and_leave_a_gap() -> None:
    totals = np.array([[70.0, 90, 70, 50, np.nan], [1, 1, 1, 1, 1]])
    assert ranks_of(totals).tolist() == [[2, 1, 2, 4, 5], [1, 1, 1, 1, 1]]


def test_departments_with_the_same_scores_are_tied_in_every_draw() -> None:
    found = stability(WEIGHTS, SCORES, Around(), seed=1, draws=500)
    one, other = (s for s in found.standings if s.department in ("d0", "d4"))
    assert (one.rank, one.times) == (other.rank, other.times)
    assert found.superior["d0", "d4"] == 0.5


def test_the_same_seed_in_any_order_gives_the_same_figures() -> None:
    backwards = {d: dict(reversed(SCORES[d].items())) for d in reversed(SCORES)}
    turned = {g: dict(reversed(WEIGHTS[g].items())) for g in reversed(WEIGHTS)}
    one = stability(WEIGHTS, SCORES, Anywhere(), seed=3, draws=200)
    other = stability(turned, backwards, Anywhere(), seed=3, draws=200)
    assert one == other
    assert one != stability(WEIGHTS, SCORES, Anywhere(), seed=4, draws=200)


def test_a_rank_that_no_weights_can_change() -> None:
    scores = scored((90, 90, 90, 90, 90), (50, 80, 60, 10, 80), (80, 50, 60, 80, 10))
    found = stability(WEIGHTS, scores, Anywhere(), seed=1, draws=2_000)
    first, *rest = found.standings
    assert (first.department, first.best, first.worst, first.times) == ("d0", 1, 1, (2_000,))
    assert [each.low for each in rest] == [2, 2]
    assert [each.departments for each in found.groups] == [("d0",), ("d2", "d1")]
    assert found.groups[1].rank == 2


def test_uniform_weights_against_a_case_worked_by_hand() -> None:
    """Two indicators: the first comes before where w * 100 > (1 - w) * 50, that is w > 1/3."""
    weights = {"g": {"a": Fraction(50), "b": Fraction(50)}}
    scores = {
        "x": {"a": Fraction(100), "b": Fraction(0)},
        "y": {"a": Fraction(0), "b": Fraction(50)},
    }
    found = stability(weights, scores, Anywhere(), seed=11, draws=20_000)
    assert found.superior["x", "y"] == pytest.approx(2 / 3, abs=0.01)
    assert found.standings[0].times[0] / 20_000 == pytest.approx(2 / 3, abs=0.01)
    near = stability(weights, scores, Around(1_000), seed=11, draws=20_000)
    assert near.superior["x", "y"] > 0.999


def test_weights_near_the_scheme_have_the_spread_that_is_told() -> None:
    table = table_of(WEIGHTS, SCORES)
    weights = drawn(table, Around(50), 20_000, 1)
    assert weights.mean(axis=0) == pytest.approx(table.weights, rel=0.02)
    told = np.sqrt(table.weights * (100 - table.weights) / 51)
    assert weights.std(axis=0) == pytest.approx(told, rel=0.03)


def test_a_veto_caps_the_total_under_every_draw() -> None:
    caps = {"d0": Fraction(40)}
    found = stability(WEIGHTS, SCORES, Around(), seed=1, draws=200, caps=caps)
    capped = next(s for s in found.standings if s.department == "d0")
    assert (capped.points, capped.points_high, capped.rank) == (40, 40, 5)


def test_superiority_counts_equal_ranks_half_and_pairs_come_to_one() -> None:
    ranks = np.array([[1, 2, 3], [1, 1, 3], [3, 1, 1]], dtype=np.int32)
    share = superiority(ranks)
    assert share[0, 1] == pytest.approx((1 + 0.5 + 0) / 3)
    assert share + share.T == pytest.approx(np.ones((3, 3)))


def test_ties_that_do_not_carry_over_are_parted_by_the_rule() -> None:
    """a and b are not apart, b and c are not apart, a and c are: a and b are shown as tied, c not
    with them, and of b it is said that it is not apart from c either."""
    order, ranks = ["a", "b", "c"], {"a": 1, "b": 2, "c": 3}
    share = {("a", "b"): 0.8, ("b", "c"): 0.8, ("a", "c"): 0.99}
    superior = share | {(y, x): 1 - value for (x, y), value in share.items()}
    first, second = groups(order, ranks, superior)
    assert (first.departments, second.departments) == (("a", "b"), ("c",))
    assert (first.rank, second.rank) == (1, 3)
    assert first.not_apart == {"a": (), "b": ("c",)}
    assert second.not_apart == {"c": ("b",)}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_000), st.integers(2, 8))
def test_groups_part_the_ranking_and_hold_none_that_are_apart(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"d{n}" for n in range(size)]
    superior = {}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            superior[one, other] = float(rng.choice([0.6, 0.94, 0.95, 1.0]))
            superior[other, one] = 1 - superior[one, other]
    made = groups(names, {name: n + 1 for n, name in enumerate(names)}, superior)
    assert [name for group in made for name in group.departments] == names
    for group in made:
        for one in group.departments:
            assert all(superior[one, other] < 0.95 for other in group.departments if other != one)


def placed(scores: dict[str, dict[str, Fraction]]) -> dict[str, int]:
    """By the exact rule, of what would be published."""
    exact = {d: total(given, WEIGHTS) for d, given in scores.items()}
    return ranks({d: published(points) for d, points in exact.items() if points is not None})


def test_leaving_an_indicator_out_is_the_rule_for_what_is_not_rated() -> None:
    before = placed(SCORES)
    for each in leave_one_out(WEIGHTS, SCORES):
        after = placed(
            {d: {k: v for k, v in given.items() if k != each.indicator}
             for d, given in SCORES.items()}
        )  # fmt: skip
        changed = {d: (before[d], after.get(d)) for d in before if before[d] != after.get(d)}
        assert each.moved == changed
    without = {each.indicator: each for each in leave_one_out(WEIGHTS, SCORES)}
    assert without["open"].moved["d3"] == (1, None)
    assert set(without) == set(NAMES)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10_000_000), min_size=2, max_size=6))
def test_halves_are_rounded_as_they_are_published(thousandths: list[int]) -> None:
    """Totals that end in 5 thousandths are the ones that floats get wrong."""
    exact = [Fraction(each * 10 + 5, 1_000_000) for each in thousandths]
    found = ranks_of(np.array([[float(each) for each in exact]]))[0]
    told = ranks({f"d{n}": published(each) for n, each in enumerate(exact)})
    assert found.tolist() == [told[f"d{n}"] for n in range(len(exact))]


def test_sheets_are_ranked_here_as_they_are_ranked_there() -> None:
    scheme = small()
    amounts = {
        "reviewed": {"a": [(1, 1)] * 3 + [(0, 1)], "b": [(1, 1)] * 4, "c": [(1, 1)] * 5},
        "repeated": {"a": [(1, 1)], "c": []},
        "asked": {"a": [(5, 1)], "b": [(2, 1)], "c": [(9, 1)]},
        "days": {"b": [(4, 1)], "c": [(2, 1)]},
    }
    found = sheets(scheme, inputs(amounts, "abcd", leaks={"c": 1}))
    scores, caps = scores_of(found), caps_of(scheme, found)
    there = ranking(scheme, found)
    here = stability(scheme.weights, scores, Around(), seed=1, draws=10, caps=caps)
    assert {each.department: (each.points, each.rank) for each in here.standings} == {
        each.department: (each.score, each.rank) for each in there.places
    }
    assert here.unrated == there.unrated
    assert caps == {"c": 59}
    (same, *_) = moves(side_of(scheme, found), side_of(scheme, found))
    assert (same.points_after, same.changes) == (there.places[0].score, ())
    rates = rates_of(scheme, inputs(amounts, "abcd", leaks={"c": 1}), found)
    assert {d: list(given) for d, given in rates.items()} == {
        "a": ["reviewed"], "b": ["reviewed"], "c": ["reviewed"], "d": [],
    }  # fmt: skip
    assert rates["a"]["reviewed"].hits == (3, 4)
    assert rates["a"]["reviewed"].score(Fraction(3), Fraction(4)) == scores["a"]["reviewed"] == 50


def test_an_interval_of_a_share_as_it_is_tabulated() -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: 81/263, 15/148, 0/20
    and 1/29."""
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0000, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, of), ends in printed.items():
        assert tuple(round(end, 4) for end in wilson(hits, of)) == ends


def test_rates_drawn_anew_have_the_spread_of_their_items() -> None:
    table = table_of(WEIGHTS, SCORES)
    rates = {"d0": {"review": share(90, 100, percent)}}
    blocks = list(redrawn(table, rates, 4_000, 5, 500))
    assert [len(each) for each in blocks] == [500] * 8
    drawn_ = np.concatenate(blocks)[:, 0, table.indicators.index("review")]
    assert drawn_.mean() == pytest.approx(90, abs=0.3)
    assert drawn_.std() == pytest.approx(100 * np.sqrt(0.9 * 0.1 / 100), rel=0.05)
    again = np.concatenate(list(redrawn(table, rates, 4_000, 5, 500)))
    assert (again[:, 0, table.indicators.index("review")] == drawn_).all()
    others = np.delete(again, 0, axis=1)
    assert (others == np.delete(table.scores, 0, axis=0)).all()


def test_few_items_make_a_rank_less_sure_than_many() -> None:
    weights = {"g": {"a": Fraction(100)}}
    scores = {"x": {"a": Fraction(80)}, "y": {"a": Fraction(60)}}

    def rates(of: int) -> dict[str, dict[str, Rate]]:
        return {
            d: {"a": share(int(given["a"] * of / 100), of, percent)} for d, given in scores.items()
        }

    few, many = (
        stability(weights, scores, Around(), seed=2, draws=2_000, rates=rates(of))
        for of in (5, 500)
    )
    assert few.superior["x", "y"] < 0.9
    assert many.superior["x", "y"] > 0.99
    assert (len(few.groups), len(many.groups)) == (1, 2)
    with pytest.raises(ValueError, match="no rate"):
        share(3, 0, percent)


def test_items_of_several_are_drawn_as_wholes() -> None:
    """Two items, 0 of 1 and 30 of 30: a quarter of the draws have the first alone, a quarter the
    second alone, half both."""
    one, other = (Fraction(0), Fraction(1), 1), (Fraction(30), Fraction(30), 1)
    table = table_of(WEIGHTS, SCORES)
    rate = Rate((one, other), percent)
    assert rate.hits is None
    blocks = list(redrawn(table, {"d0": {"open": rate}}, 8_000, 5, 1_000))
    found = np.concatenate(blocks)[:, 0, table.indicators.index("open")]
    values, counts = np.unique(found, return_counts=True)
    assert values == pytest.approx([0, 3000 / 31, 100])
    assert counts / 8_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.02)
    with pytest.raises(ValueError, match="above zero"):
        Rate((), percent)


def test_the_interval_of_a_ratio_is_wilsons_or_that_of_its_items() -> None:
    assert interval(share(81, 263, percent), 1) == wilson(81, 263)
    half, whole = (Fraction(1), Fraction(2), 200), (Fraction(2), Fraction(2), 200)
    low, high = interval(Rate((half, whole), percent), 1)
    # the mean of 400 items of 1/2 and 1: 3/4, and its error 1/4 / 20
    assert (low, high) == pytest.approx((0.75 - 1.96 / 80, 0.75 + 1.96 / 80), abs=0.002)
    assert interval(Rate((half,), percent), 1) == (0.5, 0.5)
