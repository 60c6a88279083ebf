"""What a page gets of an assessment, by state and reader; what if, and whose points it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from assessing_city import Bureau, actor, bureau, frozen, utc, write_city

from workbench.assessment.frozen_plain import Before, Previous
from workbench.assessment.standing import standing
from workbench.errors import Code, Text, WorkbenchError
from workbench.gateway.assessing_desk import Doing
from workbench.gateway.assessment_views import AssessmentViews
from workbench.gateway.assessment_views_answers import OverviewAnswer

START = date(2026, 3, 9)
EVERYBODY = ["ana", "ben", "cai"]
HEAVIER = {"dimension.security": "80"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with bureau(write_city(tmp_path_factory.mktemp("city")), utc(START)) as found:
        yield found


@pytest.fixture
def house(bench: Bureau) -> Iterator[Bureau]:
    bench.now = utc(START)
    yield bench
    for one in list(bench.assessing.desk.look.all_assessments()):
        if not one.procedure.over:
            act(bench, one.id, "withdraw", "eva")


def act(house: Bureau, id: str, event: str, who: str) -> None:  # noqa: A002
    seen = house.assessing.desk.look.one(id, actor("aud")).procedure.version
    house.assessing.desk.act(id, Doing(event, seen, reason="why"), actor(who))


def drafted(house: Bureau, year: int = 2025, previous: Previous | None = None) -> str:
    bare = frozen(year, previous=previous)
    digest = house.keep(replace(bare, standing=standing(bare, draws=200)))
    return house.assessing.desk.open(digest, actor("eva")).id


def published(house: Bureau, year: int = 2025, previous: Previous | None = None) -> str:
    made = drafted(house, year, previous)
    act(house, made, "show", "eva")
    house.now = utc(START + timedelta(days=60))
    for event, who in (("settle", "eva"), ("sign", "sig"), ("publish", "pan")):
        act(house, made, event, who)
    return made


def views(house: Bureau) -> AssessmentViews:
    return AssessmentViews(house.assessing.told)


def seen(house: Bureau, id: str, who: str) -> OverviewAnswer:  # noqa: A002
    return views(house).overview(id, actor(who))


def whose(found: OverviewAnswer) -> tuple[list[str], list[str]]:
    return [one.department for one in found.places], sorted({c.department for c in found.cells})


def refused(call: object, *words: object) -> Code:
    with pytest.raises(WorkbenchError) as caught:
        call(*words)  # type: ignore[operator]
    return caught.value.code


def test_a_draft_is_nobodys_but_theirs_who_watch_over_all(house: Bureau) -> None:
    one = drafted(house)
    ask = views(house)
    for who in ("b_off", "b_lead", "none"):
        assert refused(ask.overview, one, actor(who)) is Code.not_found
        assert refused(ask.suppose, one, HEAVIER, actor(who)) is not None
        assert refused(ask.intervals, one, "", actor(who)) is not None
    assert whose(seen(house, one, "aud")) == (EVERYBODY, EVERYBODY)


def test_a_department_sees_itself_while_it_is_shown(house: Bureau) -> None:
    one = drafted(house)
    act(house, one, "show", "eva")
    found = seen(house, one, "b_off")
    assert whose(found) == (["ben"], ["ben"])
    assert (found.draft, found.whole, found.tied, found.unrated) == (True, False, [], [])
    assert refused(views(house).intervals, one, "ana", actor("b_off")) is Code.not_yours
    (rate,) = views(house).intervals(one, "", actor("b_off"))
    assert 0 < rate.low < 0.8 < rate.high < 1
    assert refused(views(house).overview, one, actor("none")) is Code.not_found


def test_the_ranking_is_everybodys_and_sheets_are_not(house: Bureau) -> None:
    one = published(house)
    for who in ("b_off", "b_lead"):
        found = seen(house, one, who)
        assert whose(found) == (EVERYBODY, ["ben"])
        assert found.tied == [["ana", "ben"]]
    assert whose(seen(house, one, "none")) == (EVERYBODY, [])
    place = seen(house, one, "none").places[0]
    assert (place.covered, place.low, place.high) == ("100.00", 1, 2)
    assert float(place.points_low or 0) < 90 < float(place.points_high or 0)


def test_of_others_what_if_tells_nothing_that_a_ranking_does_not(house: Bureau) -> None:
    """With all weight on one indicator a total is its score: that of another's is not told."""
    one = published(house)
    alone = {"indicator.reviewed.weight": "100"}
    found = views(house).suppose(one, alone, actor("b_off"))
    (mine,) = found.moves
    assert (mine.department, mine.points_after, mine.rank_after) == ("ben", "80.00", None)
    assert (found.moved, found.among) == (None, None)
    assert refused(views(house).suppose, one, alone, actor("none")) is Code.not_found
    every = views(house).suppose(one, alone, actor("aud"))
    assert [(m.department, m.points_after) for m in every.moves] == [
        ("ana", "90.00"),
        ("ben", "80.00"),
        ("cai", "60.00"),
    ]


def test_who_moves_is_told_with_what_moves_them(house: Bureau) -> None:
    """Security at 80: ana has 18 + 72, ben 16 + 80."""
    one = drafted(house)
    found = views(house).suppose(one, HEAVIER, actor("eva"))
    told = [(m.department, m.rank_before, m.rank_after, m.points_after) for m in found.moves]
    assert told == [("ben", 2, 1, "96.00"), ("ana", 1, 2, "90.00"), ("cai", 3, 3, "76.00")]
    assert (found.moved, found.among) == (2, 3)
    ben = found.moves[0]
    assert {r.indicator: (r.points, r.score) for r in ben.reasons} == {
        "incidents": ("40.00", "0.00"),
        "reviewed": ("-32.00", "0.00"),
    }
    assert (ben.light_before, ben.light_after) == ("yellow", "green")
    assert [(c.path, c.was, c.to) for c in found.changes] == [("dimension.security", "40", "80")]
    assert found.weights == {"reviewed": "20.00", "incidents": "80.00"}
    same = views(house).suppose(one, {"dimension.security": "40"}, actor("eva"))
    assert (same.changes, same.moved) == ([], 0)


def test_a_dimension_is_what_its_rows_come_to(house: Bureau) -> None:
    found = seen(house, drafted(house), "aud")
    told = {(c.department, c.dimension): (c.score, c.weight) for c in found.cells}
    assert told["ana", "sharing"] == ("90.00", "60.00")
    assert told["cai", "security"] == ("80.00", "40.00")
    first = found.indicators[0]
    assert (first.kind, first.kpi) == ("linear", "review_on_time")
    assert first.settings == {"weight": "60", "missing": "redistribute", "zero": "0", "full": "1"}


def test_a_change_is_told_from_a_run_that_was_published(house: Bureau) -> None:
    last = published(house, 2024)
    digest = house.assessing.desk.look.one(last, actor("aud")).run
    before = {"ben": Before("70.00", 3, 3, Text("良", "Good"))}
    house.now = utc(START)
    found = seen(house, drafted(house, 2025, Previous(digest, 2024, before)), "aud")
    ben = next(one for one in found.places if one.department == "ben")
    assert (found.previous, ben.change, ben.change_score) == (2024, 1, "18.00")
    unseen = house.keep(frozen(2023))
    other = seen(house, drafted(house, 2026, Previous(unseen, 2023, before)), "aud")
    assert (other.previous, {one.change for one in other.places}) == (None, {None})
