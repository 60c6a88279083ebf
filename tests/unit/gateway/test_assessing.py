"""An assessment on its way: who sees what when, who may do what, and that only what the panel
decided makes another run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from assessing_city import DAY, LATE, Bureau, actor, bureau, frozen, utc, write_city

from workbench.assessment.appeals import Event
from workbench.assessment.frozen import Amends, amended, as_bytes, digest_of
from workbench.assessment.frozen_plain import Before, Previous
from workbench.errors import Code, Text, WorkbenchError
from workbench.gateway.assessing_desk import Asked, Doing, recomputed
from workbench.gateway.assessing_look import Appeal, Assessment

START = date(2026, 3, 9)
DRAFTED = [("ana", "90.00", 1), ("ben", "88.00", 2), ("cai", "68.00", 3)]
AMENDED = [("ben", "93.33", 1), ("ana", "90.00", 2), ("cai", "68.00", 3)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_city(tmp_path_factory.mktemp("city"))


@pytest.fixture
def house(root: Path) -> Iterator[Bureau]:
    with bureau(root, utc(START)) as found:
        yield found
        for one in list(found.assessing.desk.look.all_assessments()):
            if not one.procedure.over:
                found.now = utc(START + timedelta(days=400))
                step(found, one, "withdraw", "eva")


def opened(house: Bureau, year: int = 2025) -> Assessment:
    return house.assessing.desk.open(house.keep(frozen(year)), actor("eva"))


def step(house: Bureau, one: Assessment, event: str, who: str, **more: str) -> Assessment:
    doing = Doing(event, one.procedure.version, reason="why", **more)
    return house.assessing.desk.act(one.id, doing, actor(who))


def shown(house: Bureau) -> Assessment:
    return step(house, opened(house), "show", "eva")


def appealed(
    house: Bureau, one: Assessment, item: str, who: str = "b_off", amount: str = "", **more: str
) -> Appeal:
    indicator = more.get("indicator", "reviewed")
    event = Event(more.get("department", actor(who).department), indicator, item)
    asked = Asked(event, more.get("reason", "it never arrived"), amount)
    return house.assessing.desk.appeal(one.id, asked, actor(who))


def decided(house: Bureau, one: Appeal, event: str = "accept", who: str = "pan") -> Appeal:
    doing = Doing(event, one.procedure.version, reason="the log shows it")
    return house.assessing.desk.decide(one.id, doing, actor(who))


def code_of(call: object, *words: object, **more: object) -> Code:
    with pytest.raises(WorkbenchError) as caught:
        call(*words, **more)  # type: ignore[operator]
    return caught.value.code


def sheet(house: Bureau, one: Assessment, department: str, who: str) -> object:
    return house.assessing.told.sheet(one.id, department, actor(who))


def places(house: Bureau, one: Assessment, who: str = "aud") -> list[tuple[str, str, int]]:
    found = house.assessing.told.results(one.id, actor(who)).places
    return [(place.department, place.score, place.rank) for place in found]


def after_appeals(house: Bureau, one: Assessment) -> None:
    assert one.until is not None
    house.now = utc(one.until + timedelta(days=1))


def test_an_appeal_changes_a_rank_and_the_old_scores_stay(house: Bureau) -> None:
    one = shown(house)
    assert places(house, one) == DRAFTED
    decided(house, appealed(house, one, "ben-1"))
    decided(house, appealed(house, one, "ana-3", "a_off"), "refuse")
    after_appeals(house, one)
    one = step(house, one, "settle", "eva")
    assert places(house, one) == AMENDED
    assert one.run != one.draft
    old, new = (house.runs.get(digest).frozen for digest in (one.draft, one.run))
    assert old == frozen()
    assert new.amends is not None
    assert (new.amends.run, len(new.amends.decided)) == (one.draft, 2)
    refused, struck = sorted(new.amends.decided, key=lambda each: each.department)
    assert (struck.granted, struck.item, struck.now) == (True, "ben-1", None)
    assert (refused.granted, refused.item, refused.now == refused.was) == (False, "ana-3", True)
    one = step(house, step(house, one, "sign", "sig"), "publish", "pan")
    assert one.is_published
    assert one.signed_by == ("sig", "pan")
    told = house.assessing.told.results(one.id, actor("b_lead"))
    assert not told.draft
    mine = {place.department: place.was_rank for place in told.places}
    assert mine["ben"] is not None
    assert mine["ana"] is None, "what others had in the draft stays theirs"


def test_drafts_are_seen_by_who_watches_over_all_and_sheets_by_their_departments(
    house: Bureau,
) -> None:
    one = opened(house)
    assert [line.id for line in house.assessing.told.lines(actor("b_off"))].count(one.id) == 0
    assert code_of(sheet, house, one, "", "b_off") is Code.not_found
    assert sheet(house, one, "ben", "aud").department == "ben"  # type: ignore[attr-defined]
    one = step(house, one, "show", "eva")
    mine = sheet(house, one, "", "b_off")
    assert (mine.department, mine.draft) == ("ben", True)  # type: ignore[attr-defined]
    assert code_of(sheet, house, one, "ana", "b_off") is Code.not_yours
    assert code_of(places, house, one, "b_off") is Code.not_yours
    assert code_of(sheet, house, one, "", "none") is Code.not_found


def test_a_refusal_tells_nothing_of_what_is_there(house: Bureau) -> None:
    one = opened(house)

    def told(department: str, id: str) -> str:  # noqa: A002
        with pytest.raises(WorkbenchError) as caught:
            house.assessing.told.sheet(id, department, actor("b_off"))
        return caught.value.to_json().replace(id, "ID")

    assert told("ana", one.id) == told("nobody", one.id) == told("ana", "p20990101-9")
    assert told("", one.id) == told("", "p20990101-9")


CANNOT: tuple[tuple[str, str, dict[str, str], Code], ...] = (
    ("ben-1", "a_off", {"department": "ben"}, Code.not_yours),
    ("ben-99", "b_off", {}, Code.not_found),
    ("ben-1", "b_off", {"amount": "2"}, Code.decision_beyond),
    ("ben-1", "b_off", {"amount": "many"}, Code.invalid_request),
    ("ben-1", "b_off", {"amount": "1e999999999"}, Code.invalid_request),
    ("ben-1", "b_off", {"amount": "1/0"}, Code.invalid_request),
    ("ben.pdf", "b_off", {"indicator": "incidents"}, Code.decision_incomplete),
    ("ben-1", "b_lead", {}, Code.not_yours),
)


def test_what_cannot_be_appealed(house: Bureau) -> None:
    one = shown(house)
    for item, who, more, code in CANNOT:
        assert code_of(appealed, house, one, item, who, **more) is code, (item, who, more)


def test_one_event_is_appealed_once_and_in_time(house: Bureau) -> None:
    one = opened(house)
    assert code_of(appealed, house, one, "ben-1") is Code.not_found
    one = step(house, one, "show", "eva")
    first = appealed(house, one, "ben-1")
    assert appealed(house, one, "ben-1").id == first.id, "sent again"
    assert code_of(appealed, house, one, "ben-1", reason="else") is Code.step_not_possible
    doing = Doing("withdraw", first.procedure.version, reason="a mistake")
    house.assessing.desk.decide(first.id, doing, actor("b_off"))
    assert appealed(house, one, "ben-1", reason="else").id != first.id
    after_appeals(house, one)
    assert code_of(appealed, house, one, "ben-2") is Code.step_not_possible


def test_who_decides_is_neither_of_the_department_nor_who_made_the_draft(house: Bureau) -> None:
    one = shown(house)
    mine = appealed(house, one, "ana-3", "a_off")
    assert code_of(decided, house, mine, who="a_aut") is Code.own_application
    assert code_of(decided, house, mine, who="eva") is Code.own_application
    assert code_of(decided, house, mine, who="b_off") is Code.not_found
    assert code_of(decided, house, mine, who="aud") is Code.not_yours
    assert decided(house, mine).state == "accepted"


def test_it_is_worked_out_once_the_days_are_over_and_all_is_decided(house: Bureau) -> None:
    one = shown(house)
    waiting = appealed(house, one, "ben-1")
    assert code_of(step, house, one, "settle", "eva") is Code.step_not_possible
    after_appeals(house, one)
    with pytest.raises(WorkbenchError) as caught:
        step(house, one, "settle", "eva")
    assert waiting.id in caught.value.said("en")
    assert code_of(step, house, one, "settle", "b_off") is Code.not_found
    assert code_of(step, house, one, "settle", "aud") is Code.not_yours
    decided(house, waiting, "refuse")
    one = step(house, one, "settle", "eva")
    assert one.run == one.draft, "nothing was accepted: the same scores"
    late = Doing("accept", waiting.procedure.version, reason="why")
    assert code_of(house.assessing.desk.decide, waiting.id, late, actor("pan"))


def test_two_sign_who_are_not_the_drafter_what_they_saw(house: Bureau) -> None:
    one = shown(house)
    decided(house, appealed(house, one, "ana-3", "a_off"))
    after_appeals(house, one)
    one = step(house, one, "settle", "eva")
    assert code_of(step, house, one, "sign", "eva") is Code.own_application
    assert code_of(step, house, one, "sign", "sig", run=one.draft) is Code.moved_on
    one = step(house, one, "sign", "sig", run=one.run)
    assert code_of(step, house, one, "publish", "sig") is Code.own_application
    assert code_of(step, house, one, "publish", "eva") is Code.own_application
    one = step(house, one, "publish", "pan")
    steps = [each for each in one.procedure.steps if each.evidence]
    assert {each.evidence for each in steps[2:]} == {one.run}
    assert {each.evidence for each in steps[:2]} == {one.draft}


def test_nobody_hands_in_a_run_that_was_changed(house: Bureau) -> None:
    desk, better = house.assessing.desk, frozen(late={**LATE, "ben": set()})
    unheard = house.runs.keep(better)
    assert code_of(desk.open, unheard, actor("eva")) is Code.not_yours, "the ledger has none such"
    raw = as_bytes(frozen())
    made = house.keep(amended(frozen(), better.inputs, Amends(digest_of(raw), ())))
    assert code_of(desk.open, made, actor("eva")) is Code.invalid_request
    assert code_of(desk.open, "ab" * 32, actor("eva")) is Code.not_found
    kept = house.keep(frozen())
    assert code_of(desk.open, kept, actor("a_aut")) is Code.not_yours
    file = next(path for path in house.state.layout.state.glob("assessments/*/*.zip")
                if path.read_bytes() == raw)  # fmt: skip
    file.chmod(0o600)
    file.write_bytes(raw + b" ")
    try:
        assert code_of(desk.open, kept, actor("eva")) is Code.not_found
    finally:
        file.write_bytes(raw)


def test_one_of_a_scheme_and_year_is_under_way_at_a_time(house: Bureau) -> None:
    one = opened(house)
    assert opened(house).id == one.id, "handed in again"
    other = house.keep(frozen(late={**LATE, "ben": set()}))
    assert code_of(house.assessing.desk.open, other, actor("eva")) is Code.step_not_possible
    assert opened(house, 2024).id != one.id


def test_what_is_offered_is_what_can_be_done(house: Bureau) -> None:
    one, told = shown(house), house.assessing.told
    mine = appealed(house, one, "ana-3", "a_off")
    offered = {who: told.appeal(mine, actor(who)).can for who in ("pan", "eva", "a_aut", "a_off")}
    assert offered == {"pan": ["accept", "refuse"], "eva": [], "a_aut": [], "a_off": ["withdraw"]}
    may = {who: told.sheet(one.id, "ana", actor(who)).may_appeal for who in ("a_off", "aud")}
    assert may == {"a_off": True, "aud": False}
    after_appeals(house, one)
    assert told.sheet(one.id, "ana", actor("a_off")).may_appeal is False
    assert told.line(one, actor("eva")).can == ["withdraw"], "an appeal waits"
    decided(house, mine)
    assert told.line(one, actor("eva")).can == ["settle", "withdraw"]
    one = step(house, one, "settle", "eva")
    assert told.line(one, actor("eva")).can == ["withdraw"]
    assert told.line(one, actor("sig")).can == ["sign", "return", "withdraw"]
    assert told.line(one, actor("a_off")).can == []


def test_departments_are_told_that_they_may_look_and_until_when(house: Bureau) -> None:
    one = opened(house)
    before = house.state.store.messages.of_case(one.id)
    assert not [each for each in before if each.recipient.startswith("department:")]
    one = step(house, one, "show", "eva")
    made = [each for each in house.state.store.messages.of_case(one.id)
            if each.kind == "assessment_show"]  # fmt: skip
    assert sorted(each.recipient for each in made) == [
        "department:ana",
        "department:ben",
        "department:cai",
    ]
    assert all(str(one.until) in each.body for each in made)


def test_the_same_decisions_make_the_same_bytes(house: Bureau) -> None:
    one = shown(house)
    asked = [("ana-3", "a_off"), ("ben-1", "b_off"), ("ben-2", "b_off")]
    made = [decided(house, appealed(house, one, *each)) for each in asked]
    value = appealed(house, one, "ana.pdf", "a_off", "0", indicator="incidents")
    made.append(decided(house, value))
    run = house.runs.get(one.draft)
    changed = recomputed(run, made)
    assert as_bytes(changed) == as_bytes(recomputed(run, made[::-1]))
    assert changed.inputs.measures["incidents"].by["ana"].value == 0
    assert (
        changed.inputs.measures["incidents"].by["cai"]
        == (run.frozen.inputs.measures["incidents"].by["cai"])
    )


def test_a_sheet_has_its_cases_its_advice_and_what_came_of_last_year_s(house: Bureau) -> None:
    last = frozen(2024, {**LATE, "ben": {1, 2, 3, 4, 5}})
    previous = Previous(house.keep(last), 2024, {"ben": Before("70.00", 2, 3, Text("良", "Good"))})
    digest = house.keep(frozen(2025, previous=previous))
    one = step(house, house.assessing.desk.open(digest, actor("eva")), "show", "eva")
    found = house.assessing.told.sheet(one.id, "", actor("b_off"))
    assert found.line.synthetic
    reviewed = next(row for row in found.rows if row.indicator == "reviewed")
    assert [item.item for item in reviewed.items if item.against] == ["ben-1", "ben-2"]
    assert [(each.indicator, each.gain) for each in found.advice] == [("reviewed", "12.00")]
    assert [item.item for item in found.advice[0].items] == ["ben-1", "ben-2"]
    assert found.advice[0].items[0].day == DAY
    (came,) = found.followed
    assert (came.indicator, came.outcome, came.was, came.now) == (
        "reviewed",
        "partly",
        "1/2",
        "4/5",
    )
    assert came.still == ["ben-1", "ben-2"]
