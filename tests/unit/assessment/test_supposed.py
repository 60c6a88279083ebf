"""Another weight, bound or rule: who moves is what a scheme written so would give."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from assessed import DECLARED, inputs, small
from hypothesis import given
from hypothesis import strategies as st

from workbench.assessment.measured import Inputs
from workbench.assessment.ranking import ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import published, sheets
from workbench.assessment.sensitivity import Move
from workbench.assessment.supposed import supposed, weights_under
from workbench.assessment.supposed_rules import settings
from workbench.errors import WorkbenchError

FIVE = [(1, 1)] * 4 + [(0, 1)]
MEASURES = {
    "reviewed": {"a": FIVE, "b": [(1, 1)] * 9 + [(0, 1)], "c": [(1, 1), (0, 1)]},
    "repeated": {"a": [(1, 1)] * 3, "b": [(1, 1)], "c": []},
    "asked": {"a": [(7, 1)], "b": [(3, 1)], "c": [(5, 1)]},
    "days": {"a": [(5, 1)], "b": [(2, 1)], "c": [(9, 1)]},
}
INPUTS: Inputs = inputs(MEASURES, "abc", {"a": 0, "b": 1, "c": 0})
WEIGHTED = ["reviewed", "repeated", "asked", "days"]


def moved(changes: dict[str, str], scheme: Scheme | None = None) -> dict[str, Move]:
    scheme = scheme or small()
    found = supposed(scheme, INPUTS, sheets(scheme, INPUTS), changes)
    return {one.department: one for one in found.moves}


def written(place: tuple[int, int], key: str, value: Any) -> Scheme:
    """The scheme as its file would say it."""
    declared: Any = copy.deepcopy(DECLARED)
    declared["dimensions"][place[0]]["indicators"][place[1]][key] = value
    return Scheme.model_validate(declared)


def held(found: dict[str, Move], scheme: Scheme) -> None:
    places = {one.department: one for one in ranking(scheme, sheets(scheme, INPUTS)).places}
    now = {name: one for name, one in found.items() if one.points_after is not None}
    assert {n: (m.rank_after, published(m.points_after or Fraction())) for n, m in now.items()} == {
        n: (p.rank, p.score) for n, p in places.items()
    }


def test_nothing_supposed_moves_nobody() -> None:
    found = moved({})
    held(found, small())
    assert not any(one.moved or one.changes for one in found.values())


@pytest.mark.parametrize(
    ("changes", "place", "key", "value"),
    [
        ({"indicator.reviewed.zero": "0.7"}, (0, 0), "score", {"linear": {"zero": 0.7, "full": 1}}),
        ({"indicator.repeated.cap": "30"}, (0, 1), "score", {"deduct": {"each": 25, "cap": 30}}),
        (
            {"indicator.asked.within": "peers"},
            (1, 0), "score", {"rank": {"within": "peers", "better": "higher"}},
        ),
        (
            {"indicator.days.step.0": "6", "indicator.days.step.1.score": "50"},
            (1, 1), "score", {"steps": [{"at_most": 6, "score": 100}, {"at_most": 7, "score": 50},
                                        {"at_most": 12, "score": 20}]},
        ),
        ({"indicator.reviewed.least": "1"}, (0, 0), "least", 1),
        (
            {"indicator.reviewed.missing": "zero"},
            (0, 0), "missing", {"as": "zero", "ours": {"zh": "默认", "en": "a default"}},
        ),
    ],
)  # fmt: skip
def test_it_is_what_a_scheme_written_so_gives(
    changes: dict[str, str], place: tuple[int, int], key: str, value: Any
) -> None:
    held(moved(changes), written(place, key, value))


def test_what_a_veto_takes_is_told_apart_from_the_rest() -> None:
    """b has 57 points and a leak; the cap of 59 takes nothing, one of 40 takes 17."""
    found = moved({"indicator.leak.cap": "40"})
    assert {name: one.cap for name, one in found.items() if one.cap} == {"b": -17}
    assert found["b"].points_after == 40
    assert not found["b"].changes


def test_with_more_of_the_hundred_to_be_there_some_have_no_score() -> None:
    enough = {"points": 10, "ours": {"zh": "默认", "en": "a default"}}
    scheme = small(enough=enough)
    assert moved({}, scheme)["c"].rank_before is not None
    assert moved({"enough": "70"}, scheme)["c"].rank_after is None  # reviewed: too few


@given(st.dictionaries(st.sampled_from(WEIGHTED), st.decimals(0, 24, places=2), max_size=3))
def test_what_is_stated_stands_and_the_whole_is_a_hundred(given_: dict[str, Any]) -> None:
    changes = {f"indicator.{name}.weight": f"{to:f}" for name, to in given_.items()}
    found = {k: v for within in weights_under(small(), changes).values() for k, v in within.items()}
    assert sum(found.values()) == 100
    assert {name: found[name] for name in given_} == {n: Fraction(v) for n, v in given_.items()}
    others = [name for name in WEIGHTED if name not in given_]
    before = {k: v for within in small().weights.values() for k, v in within.items()}
    assert len({found[name] / before[name] for name in others}) == 1


def test_a_dimension_takes_its_indicators_along() -> None:
    found = weights_under(small(), {"dimension.sharing": "30"})
    assert found["sharing"] == {"reviewed": 20, "repeated": 10}
    assert found["use"] == {"asked": Fraction(105, 2), "days": Fraction(35, 2), "leak": 0}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("indicator.reviewed.zero", "1"),  # no way any more
        ("indicator.reviewed.zero", "1.5"),  # less would be better
        ("indicator.days.step.0", "7"),  # twice the same bound
        ("indicator.days.step.2.score", "70"),  # worse is better
        ("indicator.repeated.each", "0"),
        ("indicator.repeated.each", "101"),
        ("indicator.reviewed.least", "1.5"),
        ("indicator.asked.within", "friends"),
        ("indicator.reviewed.missing", "half"),
        ("indicator.leak.weight", "10"),  # a veto weighs nothing
        ("indicator.none.weight", "10"),
        ("dimension.use", "101"),
        ("dimension.use", "-1"),
        ("dimension.use", "1e2"),
        ("dimension.use", "٣"),
        ("dimension.use", ""),
        ("enough", "5"),  # this scheme has no such rule
    ],
)
def test_what_no_scheme_could_say_is_refused(path: str, to: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        moved({path: to})
    assert caught.value.code.value == "invalid_request"


def test_all_stated_have_to_be_a_hundred() -> None:
    with pytest.raises(WorkbenchError):
        moved({"dimension.sharing": "50", "dimension.use": "40"})


def test_each_setting_can_be_supposed_as_it_is() -> None:
    found = moved(settings(small()))
    assert {name: one.points_before for name, one in found.items()} == {
        name: one.points_after for name, one in found.items()
    }
