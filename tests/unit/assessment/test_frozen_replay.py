"""A score worked out again from its file: equal, or where it differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from frozen_small import AMOUNTS, NAMES, measured, small_run
from shipped import ROOT

from workbench.assessment.frozen import Frozen, as_bytes, read
from workbench.assessment.gathering import of_kpi, stands, window
from workbench.assessment.measured import Gathered, Inputs, Source
from workbench.assessment.replay import Difference, replayed, stated
from workbench.assessment.standing import standing
from workbench.catalogue.regulations import known_regulations
from workbench.errors import InvalidInput
from workbench.kpi.definition import load_kpis

RUN = small_run()


def test_what_was_frozen_is_equal() -> None:
    assert replayed(read(as_bytes(RUN))) == ()
    assert replayed(RUN, published=stated(RUN)) == ()


def changed(run: Frozen, change: Callable[[Any], None]) -> Frozen:
    told = json.loads(run.scores)
    change(told)
    return replace(run, scores=json.dumps(told))


def test_a_score_that_was_written_into_the_file_is_named_with_both() -> None:
    def raised(told: Any) -> None:
        told["sheets"][0]["rows"][0]["score"] = "99"

    (found,) = replayed(changed(RUN, raised))
    assert found == Difference("a", "reviewed", "score", "99", "50")


def test_a_published_rank_that_differs_is_named() -> None:
    def first(told: Any) -> None:
        told["ranking"][2]["rank"] = 1

    published = stated(changed(RUN, first))
    assert replayed(RUN, published) == (Difference("c", "", "rank", "1", "3"),)


def test_a_department_that_was_left_out_is_named() -> None:
    def gone(told: Any) -> None:
        del told["sheets"][1], told["ranking"][0]

    found = replayed(changed(RUN, gone))
    of_b = [one for one in found if one.department == "b"]
    assert Difference("b", "", "published", None, "85.00") in of_b
    assert {one.frozen for one in of_b} == {None}
    assert found == tuple(of_b)


def with_by(run: Frozen, name: str, change: Callable[[Any], Any]) -> Frozen:
    gathered: Gathered = run.inputs.measures[name]
    by = {who: change(one) if who == "a" else one for who, one in gathered.by.items()}
    measures = {**run.inputs.measures, name: replace(gathered, by=by)}
    return replace(run, inputs=replace(run.inputs, measures=measures))


def test_an_item_that_was_taken_out_by_hand_shows_in_value_and_score() -> None:
    """The figure is made again of the items: it cannot stand beside other ones."""
    found = replayed(with_by(RUN, "reviewed", lambda one: replace(one, items=one.items[:-1])))
    assert Difference("a", "reviewed", "value", "3/4", "1") in found
    assert {one.indicator for one in found if one.what == "score"} == {"reviewed", ""}
    assert ("a", "", "published") in {(one.department, one.indicator, one.what) for one in found}


def test_a_figure_that_was_raised_by_hand_raises_no_score_and_is_named() -> None:
    raised = with_by(RUN, "reviewed", lambda one: replace(one, value=Fraction(1)))
    assert replayed(raised) == (Difference("a", "reviewed", "measure.value", "1", "3/4"),)


def test_measures_that_are_not_there_are_refused() -> None:
    measures = {name: one for name, one in RUN.inputs.measures.items() if name != "days"}
    with pytest.raises(InvalidInput) as refused:
        replayed(replace(RUN, inputs=Inputs(RUN.inputs.groups, measures)))
    assert refused.value.reasons[0].subject == "measures/days.json"


@pytest.mark.parametrize("scores", ["no json", "[]", '{"scheme":"small"}', '{"scheme":1}'])
def test_scores_that_are_none_are_refused(scores: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replayed(replace(RUN, scores=scores))
    assert refused.value.reasons[0].subject == "scores.json"


# How firm it is ------------------------------------------------------------------------


def test_how_firm_it_is_stands_in_the_file_and_is_the_same_each_time() -> None:
    text = standing(RUN, draws=300)
    assert text == standing(small_run(departments=dict(reversed(NAMES.items()))), draws=300)
    kept = replace(RUN, standing=text)
    assert read(as_bytes(kept)) == kept
    assert kept.scores == RUN.scores
    told = json.loads(text)
    assert told["standings"]["b"]["rank"] == 1
    assert [name for group in told["groups"] for name in group["departments"]] == ["b", "a", "c"]
    low, high = told["intervals"]["a"]["reviewed"]
    assert low < 0.75 < high
    assert {one["indicator"] for one in told["without"]} == set(AMOUNTS)


def test_nobody_has_a_score_then_nothing_is_firm() -> None:
    none = small_run(inputs=replace(measured(), groups={}))
    assert standing(none) == ""


# Which items count for a year ------------------------------------------------------------


def test_what_stands_at_a_day_is_taken_as_it_stands_and_events_by_the_year() -> None:
    kpis = load_kpis(ROOT, known_regulations(ROOT))
    assert stands(kpis["mounted_rate"])
    assert stands(kpis["catalogued_rate"])
    assert not stands(kpis["review_on_time"])
    later = date(2026, 1, 20)
    assert window(kpis["mounted_rate"], 2025, later) == (date(2025, 1, 1), later)
    assert window(kpis["review_on_time"], 2025, later) == (date(2025, 1, 1), date(2025, 12, 31))
    early = date(2025, 6, 30)
    assert window(kpis["review_on_time"], 2025, early) == (date(2025, 1, 1), early)


def test_items_of_the_next_year_are_of_the_next_year() -> None:
    kpi = load_kpis(ROOT, known_regulations(ROOT))["review_on_time"]
    days = [date(2025, 12, 31) + timedelta(days=n) for n in range(3)]
    rows = [
        {"department": "a", "day": day, "item": f"c{day}", "numerator": 1, "denominator": 1}
        for day in days
    ]
    found = of_kpi(kpi, rows, *window(kpi, 2025, date(2026, 2, 1)))
    assert found.source is Source.kpi
    assert found.by["a"].sample == 1
