"""What an appeal can be of, and that a decision changes its event and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from assessed import DAY, DECLARED, inputs, small
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_scores_hold import cities, shuffled

from workbench.assessment.appeals import Decision, Event, Verdict, admitted, amended, standing
from workbench.assessment.measured import Inputs, of_items
from workbench.assessment.ranking import ranking
from workbench.assessment.scoring import sheets
from workbench.errors import Code, WorkbenchError

LAST = date(2026, 1, 31)
CITY = inputs(
    {
        "reviewed": {"a": [(1, 1), (1, 1), (0, 1), (1, 1)], "b": [(1, 1)] * 4},
        "repeated": {"a": [(1, 1)]},
        "days": {"a": [(9, 1), (4, 1)]},
    },
    ["a", "b"],
    {"a": 1},
)
LATE = Event("a", "reviewed", "case-2")


def refused(event: Event, asking: str = "a", today: date = LAST, earlier=()) -> WorkbenchError:  # type: ignore[no-untyped-def]
    with pytest.raises(WorkbenchError) as caught:
        admitted(small(), CITY, event, asking, earlier, today, LAST)
    return caught.value


def test_an_event_of_the_own_sheet_is_admitted_until_the_last_day() -> None:
    found = admitted(small(), CITY, LATE, "a", (), LAST, LAST)
    assert found == replace(LATE, day=DAY)
    assert refused(LATE, today=LAST + timedelta(days=1)).code is Code.step_not_possible


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (replace(LATE, item="case-9"), Code.not_found),
        (replace(LATE, indicator="unheard_of"), Code.not_found),
        (replace(LATE, day=DAY + timedelta(days=1)), Code.not_found),
        (Event("a", "leak", "other.pdf"), Code.not_found),
        (Event("b", "reviewed", "case-2"), Code.not_yours),
        (Event("b", "reviewed", "case-9"), Code.not_yours),
        (Event("nobody", "reviewed", "case-2"), Code.not_yours),
    ],
)
def test_what_is_not_in_the_sheet_or_another_s_is_not(event: Event, code: Code) -> None:
    assert refused(event).code is code


def test_what_is_another_s_is_refused_the_same_whether_it_is_there_or_not() -> None:
    there, absent = (refused(Event("b", "reviewed", name)) for name in ("case-2", "case-9"))
    assert there.to_json() == absent.to_json()


def test_an_event_is_appealed_once_however_it_is_named() -> None:
    first = admitted(small(), CITY, LATE, "a", (), LAST, LAST)
    for event in (LATE, first):
        assert refused(event, earlier=[first]).code is Code.step_not_possible
    assert admitted(small(), CITY, replace(LATE, item="case-1"), "a", [first], LAST, LAST)


def test_where_one_id_stands_at_several_days_the_day_is_named() -> None:
    gathered = CITY.measures["reviewed"]
    more = [replace(one, day=DAY + timedelta(days=9)) for one in gathered.by["a"].items[:1]]
    by = {**gathered.by, "a": of_items(gathered.figure, [*gathered.by["a"].items, *more])}
    city = replace(CITY, measures={**CITY.measures, "reviewed": replace(gathered, by=by)})
    name = more[0].item
    with pytest.raises(WorkbenchError) as caught:
        standing(small(), city, replace(LATE, item=name))
    assert caught.value.code is Code.invalid_request
    assert str(DAY) in caught.value.said("en")
    both = [Decision(str(day), Event("a", "reviewed", name, day), Verdict.struck, "why")
            for day in (DAY, more[0].day)]  # fmt: skip
    assert len(amended(small(), city, both).measures["reviewed"].by["a"].items) == 3


def test_an_accepted_appeal_changes_a_rank() -> None:
    decided = [Decision("p1", LATE, Verdict.struck, "the request never arrived")]
    decided.append(Decision("p2", Event("a", "leak", "finding.pdf"), Verdict.corrected, "none",
                            Fraction(0)))  # fmt: skip
    decided.append(Decision("p3", Event("a", "repeated", "case-0"), Verdict.struck, "ordered"))
    decided.append(Decision("p4", Event("a", "days", "case-0"), Verdict.corrected, "counted twice",
                            Fraction(2)))  # fmt: skip
    before, after = (
        ranking(small(), sheets(small(), one)) for one in (CITY, amended(small(), CITY, decided))
    )
    assert [place.department for place in before.places] == ["b", "a"]
    assert [(one.department, one.rank) for one in after.places] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("event", "verdict", "amount", "code"),
    [
        (LATE, Verdict.corrected, None, Code.decision_incomplete),
        (LATE, Verdict.corrected, Fraction(2), Code.decision_beyond),
        (LATE, Verdict.corrected, Fraction(-1), Code.decision_beyond),
        (Event("a", "leak", "finding.pdf"), Verdict.struck, None, Code.decision_incomplete),
        (Event("b", "leak", "finding.pdf"), Verdict.struck, None, Code.not_found),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    event: Event, verdict: Verdict, amount: Fraction | None, code: Code
) -> None:
    with pytest.raises(WorkbenchError) as caught:
        amended(small(), CITY, [Decision("p", event, verdict, "why", amount)])
    assert caught.value.code is code


def test_an_event_that_two_indicators_count_is_struck_in_both() -> None:
    first, second = DECLARED["dimensions"]  # type: ignore[misc]
    reviewed = first["indicators"][0]
    again = {**reviewed, "id": "again", "weight": 10, "score": {"deduct": {"each": 5, "cap": 20}}}
    less = {**reviewed, "weight": 30}
    indicators = [less, again, first["indicators"][1]]
    scheme = small(dimensions=[{**first, "indicators": indicators}, second])
    city = replace(CITY, measures={**CITY.measures, "again": CITY.measures["reviewed"]})
    after = amended(scheme, city, [Decision("p", LATE, Verdict.struck, "why")])
    assert after.measures["again"] == after.measures["reviewed"]
    assert len(after.measures["again"].by["a"].items) == 3
    with pytest.raises(WorkbenchError):
        admitted(scheme, city, replace(LATE, indicator="again"), "a", [LATE], LAST, LAST)


@st.composite
def decided(draw: st.DrawFn) -> tuple[Inputs, list[Decision]]:
    """A city, and decisions of some of its events."""
    city = draw(cities())
    events = sorted(
        Event(who, name, one.item, one.day)
        for name, gathered in city.measures.items()
        for who, measured in gathered.by.items()
        for one in measured.items
    )
    assume(events)
    whom = draw(st.lists(st.sampled_from(events), unique=True, min_size=1, max_size=6))
    verdicts = [draw(st.sampled_from(Verdict)) for _ in whom]
    return city, [
        Decision(f"p{n}", event, verdict, "why", Fraction(draw(st.integers(0, 1))))
        for n, (event, verdict) in enumerate(zip(whom, verdicts, strict=True))
    ]


@settings(max_examples=40, deadline=None)
@given(decided(), st.randoms(use_true_random=False))
def test_nothing_but_the_events_decided_changes_in_any_order(
    case: tuple[Inputs, list[Decision]], chance: random.Random
) -> None:
    city, decisions = case
    after = amended(small(), city, decisions)
    mixed = list(decisions)
    chance.shuffle(mixed)
    assert sheets(small(), amended(small(), shuffled(city, chance), mixed)) == sheets(
        small(), after
    )
    assert (after.groups, after.having) == (city.groups, city.having)
    touched = {(one.event.indicator, one.event.department) for one in decisions}
    for name, gathered in city.measures.items():
        for who, measured in gathered.by.items():
            now = after.measures[name].by[who]
            mine = [one for one in decisions if (one.event.indicator, one.event.department) ==
                    (name, who) and one.verdict is not Verdict.refused]  # fmt: skip
            if (name, who) not in touched or not mine:
                assert now == measured
            gone = {one.event.item for one in mine}
            kept = [one for one in measured.items if one.item not in gone]
            assert [one for one in now.items if one.item not in gone] == kept
            struck = sum(one.verdict is Verdict.struck for one in mine)
            assert len(now.items) == len(measured.items) - struck
