"""What could be won back is what scoring itself says, the largest first; and what came of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assessed import inputs, small
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scores_hold import cities

from workbench.assessment.advice import (
    Advice,
    Done,
    Kind,
    advice,
    followed,
    lights,
    wanted,
)
from workbench.assessment.measured import Inputs
from workbench.assessment.ranking import ranking
from workbench.assessment.scheme import Light
from workbench.assessment.scoring import Sheet, State, rescored, sheets

NAMES = ("a", "b")
CITY = inputs(
    {
        "reviewed": {"a": [(1, 1), (1, 1), (0, 1), (1, 1)], "b": [(1, 1)] * 4},
        "repeated": {"a": [(1, 1)]},
        "asked": {"a": [(5, 1)], "b": [(9, 1)]},
        "days": {"a": [(9, 1), (2, 1), (8, 1)]},
    },
    NAMES,
)


def sheet_of(city: Inputs, name: str) -> Sheet:
    return next(one for one in sheets(small(), city) if one.department == name)


def advised(city: Inputs, name: str) -> tuple[Advice, ...]:
    return advice(small(), city, sheet_of(city, name))


def test_the_largest_gain_stands_first_with_its_cases() -> None:
    found = advised(CITY, "a")
    told = [(one.indicator, one.gain, [item.item for item in one.items]) for one in found]
    assert told == [
        ("reviewed", Fraction(20), ["case-2"]),
        ("days", Fraction(8), ["case-0", "case-2"]),
        ("repeated", Fraction(5), ["case-0"]),
    ]
    assert advised(CITY, "b") == ()


def test_a_veto_comes_before_all_with_what_it_took() -> None:
    city = inputs({"reviewed": {"a": [(1, 1)] * 3 + [(0, 1)]}}, ["a"], {"a": 2})
    first, *others = advised(city, "a")
    sheet = sheet_of(city, "a")
    assert sheet.before_veto is not None
    assert (first.indicator, first.kind) == ("leak", Kind.veto)
    assert first.gain == sheet.before_veto - 59
    assert [one.indicator for one in others] == ["reviewed"]


def test_what_nobody_stated_is_said_where_it_counts_as_nothing() -> None:
    scheme = small(missing={"as": "zero", "ours": {"zh": "默认", "en": "a default"}})
    city = inputs({"reviewed": {"a": [(1, 1)], "b": [(1, 1)]}}, NAMES)
    sheet = next(one for one in sheets(scheme, city) if one.department == "a")
    found = {one.indicator: one for one in advice(scheme, city, sheet)}
    assert found["reviewed"].kind is Kind.unknown
    assert found["reviewed"].gain == sheet.rows[0].lost


@settings(max_examples=40, deadline=None)
@given(cities())
def test_gains_are_those_of_scoring_anew_and_never_more_than_what_is_lost(city: Inputs) -> None:
    scheme = small()
    for sheet in sheets(scheme, city):
        lost = {row.indicator: row for row in sheet.rows}
        for one in advice(scheme, city, sheet):
            row = lost[one.indicator]
            assert one.gain > 0
            assert row.measured is not None or one.kind is Kind.unknown
            if one.kind is Kind.items:
                assert one.gain <= row.lost
                assert one.items
                assert set(one.items) <= set(row.measured.items)  # type: ignore[union-attr]
                assert one.gain == anew(city, sheet, one)


def anew(city: Inputs, sheet: Sheet, one: Advice) -> Fraction:
    """By scoring everything, as ``rescored`` does not."""
    scheme, gathered = small(), city.measures[one.indicator]
    indicator = next(each for each in scheme.indicators if each.id == one.indicator)
    found = wanted(indicator, gathered, gathered.by[one.department])
    assert found is not None
    by = {**gathered.by, one.department: found}
    after = replace(city, measures={**city.measures, one.indicator: replace(gathered, by=by)})
    now = sheet_of(after, one.department)
    assert rescored(scheme, after, sheet, one.indicator) == now
    return (now.before_veto or Fraction(0)) - (sheet.before_veto or Fraction(0))


@settings(max_examples=30, deadline=None)
@given(cities())
def test_gains_come_in_order_and_whoever_is_scored_has_one_light(city: Inputs) -> None:
    scheme = small()
    found = sheets(scheme, city)
    for sheet in found:
        gains = [one.gain for one in advice(scheme, city, sheet) if one.kind is not Kind.veto]
        assert gains == sorted(gains, reverse=True)
    ranked = ranking(scheme, found)
    told = [name for names in lights(ranked).values() for name in names]
    assert sorted([*told, *ranked.unrated]) == sorted(city.groups)


def test_lights_are_those_of_the_grades() -> None:
    found = lights(ranking(small(), sheets(small(), CITY)))
    assert found == {Light.green: ("b",), Light.yellow: (), Light.red: ("a",)}


LATER = [
    ([(1, 1)] * 4, Done.done),
    ([(1, 1)] * 9 + [(0, 1)], Done.partly),
    ([(1, 1)] * 2 + [(0, 1)] * 2, Done.not_done),
    ([(1, 1)], Done.unknown),
]


@pytest.mark.parametrize(("reviews", "outcome"), LATER)
def test_what_came_of_an_advice_a_year_later(reviews: list[tuple[int, int]], outcome: Done) -> None:
    given = [one for one in advised(CITY, "a") if one.indicator == "reviewed"]
    now = inputs({"reviewed": {"a": reviews}}, NAMES)
    (found,) = followed(given, CITY, small(), now, sheet_of(now, "a"))
    assert (found.advice, found.outcome, found.was) == (given[0], outcome, Fraction(3, 4))
    assert (found.now is None) is (outcome is Done.unknown)
    assert len(found.failing) == (0 if outcome is Done.unknown else reviews.count((0, 1)))


def test_what_fails_again_is_named() -> None:
    given = advised(CITY, "a")
    found = {
        one.advice.indicator: one
        for one in followed(given, CITY, small(), CITY, sheet_of(CITY, "a"))
    }
    assert {one.outcome for one in found.values()} == {Done.not_done}
    assert found["reviewed"].still == ("case-2",)
    assert followed(given, CITY, small(), CITY, sheet_of(CITY, "b")) == ()


@settings(max_examples=30, deadline=None)
@given(cities(), st.sampled_from("abcdef"))
def test_what_is_as_wanted_is_done(city: Inputs, name: str) -> None:
    scheme = small()
    sheet = next((one for one in sheets(scheme, city) if one.department == name), None)
    if sheet is None:
        return
    for one in advice(scheme, city, sheet):
        if one.kind is not Kind.items:
            continue
        gathered = city.measures[one.indicator]
        indicator = next(each for each in scheme.indicators if each.id == one.indicator)
        better = wanted(indicator, gathered, gathered.by[name])
        assert better is not None
        by = {**gathered.by, name: better}
        after = replace(city, measures={**city.measures, one.indicator: replace(gathered, by=by)})
        now = sheet_of(after, name)
        assert next(r for r in now.rows if r.indicator == one.indicator).state is State.rated
        (found,) = followed([one], city, scheme, after, now)
        assert (found.outcome, found.failing) == (Done.done, ())
