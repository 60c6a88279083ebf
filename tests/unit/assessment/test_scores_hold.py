"""What holds of every scheme and every measure (Hypothesis)."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assessed import NATURE, inputs, small
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.assessment import functions
from workbench.assessment.measured import Inputs, of_items
from workbench.assessment.plain import as_bytes
from workbench.assessment.ranking import ranking
from workbench.assessment.scheme import Deduct, Linear, Step
from workbench.assessment.scoring import published, sheets
from workbench.kpi.definition import Direction

NAMES = "abcdef"
numbers = st.fractions(-50, 150, max_denominator=40)
bounds = st.decimals(-50, 150, places=2)
few = settings(max_examples=20, deadline=None)
some = settings(max_examples=40, deadline=None)


@some
@given(bounds, bounds, numbers, numbers)
def test_linear_rises_the_way_its_bounds_do(
    zero: Decimal, full: Decimal, one: Fraction, other: Fraction
) -> None:
    assume(zero != full)
    low, high = sorted((one, other))
    scores = [functions.linear(Linear(zero=zero, full=full), value) for value in (low, high)]
    assert all(0 <= score <= 100 for score in scores)
    assert scores == sorted(scores, reverse=full < zero)


@some
@given(
    st.lists(bounds, min_size=1, max_size=4, unique=True),
    st.lists(st.decimals(0, 100, places=1), min_size=4, max_size=4, unique=True),
    st.booleans(),
    numbers,
    numbers,
)
def test_steps_rise_the_way_their_bounds_do(
    at: list[Decimal], worth: list[Decimal], more: bool, one: Fraction, other: Fraction
) -> None:
    kind = "at_least" if more else "at_most"
    rule = [
        Step(**{kind: bound, "score": score})
        for bound, score in zip(sorted(at, reverse=more), sorted(worth, reverse=True), strict=False)
    ]
    low, high = sorted((one, other))
    scores = [functions.steps(rule, value) for value in (low, high)]
    assert all(0 <= score <= 100 for score in scores)
    assert scores == sorted(scores, reverse=not more)


@some
@given(st.integers(1, 100), st.integers(1, 100), st.integers(0, 300), st.integers(0, 300))
def test_more_events_never_raise_a_score_and_no_more_than_the_cap_is_taken(
    each: int, cap: int, one: int, other: int
) -> None:
    rule = Deduct(each=Decimal(each), cap=Decimal(cap))
    low, high = sorted((one, other))
    scores = [functions.deduct(rule, Fraction(count)) for count in (low, high)]
    assert scores[0] >= scores[1] >= 100 - cap
    assert functions.deduct(rule, Fraction(0)) == 100


@some
@given(st.lists(numbers, min_size=2, max_size=8), st.sampled_from(["higher", "lower"]))
def test_ranks_are_in_range_share_ties_and_average_to_fifty(
    values: list[Fraction], better: str
) -> None:
    way, among = Direction(better), sorted(values)
    scores = [functions.rank(value, among, way) for value in values]
    assert all(0 <= score <= 100 for score in scores)
    assert sum(scores) / len(scores) == 50
    for value, score in zip(values, scores, strict=True):
        for other, its in zip(values, scores, strict=True):
            assert (score == its) is (value == other)
            assert (score > its) is ((value > other) if way is Direction.higher else value < other)


@some
@given(st.lists(numbers, min_size=2, max_size=8), st.fractions(0, 20, max_denominator=9))
def test_whoever_rises_does_not_fall_in_rank(values: list[Fraction], more: Fraction) -> None:
    first, *others = values
    before = functions.rank(first, sorted(values), Direction.higher)
    assert functions.rank(first + more, sorted([first + more, *others]), Direction.higher) >= before


@st.composite
def cities(draw: st.DrawFn) -> Inputs:
    """Some departments have some measures."""
    whom = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    pairs = {
        "reviewed": st.tuples(st.integers(0, 1), st.just(1)),
        "repeated": st.tuples(st.integers(0, 2), st.just(1)),
        "asked": st.tuples(st.integers(0, 40), st.just(1)),
        "days": st.tuples(st.integers(0, 30), st.just(1)),
    }
    amounts = {
        name: draw(st.dictionaries(st.sampled_from(whom), st.lists(of, max_size=5)))
        for name, of in pairs.items()
    }
    leaks = draw(st.dictionaries(st.sampled_from(whom), st.integers(0, 2)))
    groups = {name: draw(st.sampled_from(["", "x"])) for name in whom}
    return inputs(amounts, whom, leaks, groups)


@few
@given(cities())
def test_weights_come_to_a_hundred_and_points_to_the_total(city: Inputs) -> None:
    for sheet in sheets(small(), city):
        points = [row.points for row in sheet.rows if row.points is not None]
        if not points:
            assert sheet.total is None
            continue
        assert sum(row.weight for row in sheet.rows) == 100
        assert sum(points) == sheet.before_veto
        assert sum(points) + sum(row.lost for row in sheet.rows) == 100
        assert sheet.total is not None
        assert 0 <= sheet.total <= 100
        assert sheet.total <= 59 or not sheet.vetoes


@few
@given(cities(), st.randoms(use_true_random=False))
def test_neither_order_of_departments_nor_of_items_changes_a_byte(
    city: Inputs, chance: random.Random
) -> None:
    scheme = small()
    found = sheets(scheme, city)
    other = sheets(scheme, shuffled(city, chance))
    mixed = list(other)
    chance.shuffle(mixed)
    assert as_bytes(scheme, found, ranking(scheme, found)) == as_bytes(
        scheme, mixed, ranking(scheme, mixed)
    )


def shuffled(city: Inputs, chance: random.Random) -> Inputs:
    def mixed(mapping):  # type: ignore[no-untyped-def]
        pairs = list(mapping.items())
        chance.shuffle(pairs)
        return dict(pairs)

    measures = {}
    for name, gathered in city.measures.items():
        by = dict(gathered.by)
        if name in NATURE:
            for who, one in by.items():
                items = list(one.items)
                chance.shuffle(items)
                by[who] = of_items(gathered.figure, items)
        measures[name] = replace(gathered, by=mixed(by))
    return replace(city, groups=mixed(city.groups), measures=mixed(measures))


GOOD = {"reviewed": 1, "repeated": -1, "asked": 1, "days": -1}
"""Which way an amount goes to be better."""


@few
@given(cities(), st.sampled_from(sorted(GOOD)), st.data())
def test_what_gets_better_never_lowers_a_total(
    city: Inputs, name: str, data: st.DataObject
) -> None:
    """With as many items as before: one more can make a rate that had too few to be rated."""
    gathered = city.measures[name]
    having = sorted(who for who, one in gathered.by.items() if one.items)
    assume(having)
    who = data.draw(st.sampled_from(having))
    items = list(gathered.by[who].items)
    at = data.draw(st.integers(0, len(items) - 1))
    better = max(items[at].amount + GOOD[name], Fraction(0))
    items[at] = replace(
        items[at], amount=min(better, Fraction(1)) if name == "reviewed" else better
    )
    by = {**gathered.by, who: of_items(gathered.figure, items)}
    after = replace(city, measures={**city.measures, name: replace(gathered, by=by)})
    before, now = (
        {one.department: one.total for one in sheets(small(), each)} for each in (city, after)
    )
    if before[who] is None:
        assert now[who] is None
    else:
        assert now[who] is not None
        assert now[who] >= before[who]  # type: ignore[operator]


@few
@given(cities())
def test_places_agree_with_what_is_published(city: Inputs) -> None:
    scheme = small()
    found = sheets(scheme, city)
    ranked = ranking(scheme, found)
    totals = {one.department: published(one.total) for one in found if one.total is not None}
    assert {place.department for place in ranked.places} == totals.keys()
    assert len(ranked.places) + len(ranked.unrated) == len(city.groups)
    for place in ranked.places:
        ahead = sum(other > place.score for other in totals.values())
        assert (place.rank, place.among) == (ahead + 1, len(totals))
        assert place.score == totals[place.department]
        assert place.group_rank <= place.rank
