"""The desk over a real store: one command, one transaction, one entry; on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from desk_house import House
from matters import (
    CHEN,
    LI,
    NOON,
    SUN,
    WANG,
    WU,
    XU,
    ZHOU,
    application,
    terms,
)  # fmt: skip

from workbench.errors import Code, Conflict, InvalidInput, Refused, Unavailable, WorkbenchError
from workbench.model.actor import Actor, Role
from workbench.model.case import AskedColumn, State
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, GrantState, Operator, RowCondition, Use
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.store.case_text import digest, to_text
from workbench.store.cases import CaseFilter, MovedOn

AUDITOR = Actor("he", "audit", frozenset({Role.auditor}))


def test_a_case_its_entry_and_its_messages_stand_together(house: House) -> None:
    case = house.approved()
    kept = house.store.cases.get(case.id)
    assert kept == case
    first, second = house.entries()
    assert [first["did"], second["did"]] == ["apply", "approve"]
    assert second["cases"] == [
        {
            "id": case.id,
            "version": 2,
            "state": "active",
            "steps": ["approve"],
            "digest": digest(to_text(case)),
        }
    ]
    told = house.store.messages.of_case(case.id)
    assert {(m.kind, m.recipient) for m in told} == {
        ("apply", "department:tax"),
        ("approve", "department:drc"),
    }
    assert "2026-03-18" in json.loads(told[0].body)["en"]
    assert house.grant_states(day_of(NOON)) == {f"case:{case.id}": GrantState.active}


def test_what_is_refused_leaves_nothing(house: House) -> None:
    case = house.applied()
    before = (house.store.version(), len(house.entries()))
    for wrong in (
        lambda: house.act(case, Event.approve, LI, terms=terms(case)),
        lambda: house.act(case, Event.approve, WANG),
        lambda: house.act(case, Event.refuse, WANG, reason="no"),
        lambda: house.act(case, Event.narrow, WANG, reason="x", terms=terms(case)),
        lambda: house.desk.apply(application(until=date(2020, 1, 1)), LI),
        lambda: house.desk.apply(application(scenario="nothing"), LI),
        lambda: house.desk.apply(application(resource="nothing"), LI),
        lambda: house.desk.apply(application(), XU),
    ):
        with pytest.raises(WorkbenchError):
            wrong()
    assert house.store.cases.get(case.id) == case
    assert (house.store.version(), len(house.entries())) == before
    assert len(house.store.messages.of_case(case.id)) == 1


def test_without_the_ledger_nothing_happens(house: House) -> None:
    case = house.applied()
    folder = house.folder / "checkpoints"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("no folder")
    with pytest.raises(Unavailable):
        house.act(case, Event.approve, WANG, terms=terms(case))


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    case = house.applied()
    start, outcomes = threading.Barrier(2), []

    def decide(actor: Actor) -> None:
        start.wait()
        try:
            outcomes.append(house.act(case, Event.approve, actor, terms=terms(case)).state)
        except WorkbenchError as error:
            outcomes.append(error)

    people = [threading.Thread(target=decide, args=(actor,)) for actor in (WANG, ZHOU)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    (lost,) = [one for one in outcomes if isinstance(one, Conflict)]
    assert State.active in outcomes
    assert lost.code is Code.moved_on
    assert "Open the case again" in lost.said("en")
    assert [entry["did"] for entry in house.entries()] == ["apply", "approve"]


def test_the_same_command_twice_is_done_once(house: House) -> None:
    desk = house.desk
    first = desk.apply(application(), LI, "k1")
    again = desk.apply(application(), LI, "k1")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.case == first.case
    other = desk.apply(application(), SUN, "k1")  # a key is its sender's own
    assert other.case.id != first.case.id
    with pytest.raises(InvalidInput, match="idempotency key"):
        desk.apply(application(reason="another"), LI, "k1")
    decide = Command(Event.approve, 1, terms=terms(first.case))
    assert not desk.act(first.case.id, decide, WANG, "d").repeated
    house.now += timedelta(hours=1)
    repeated = desk.act(first.case.id, decide, WANG, "d")
    assert repeated.repeated
    assert repeated.case.version == 2
    assert len(house.entries()) == 3


def test_a_command_sent_from_many_at_once_is_done_once(house: House) -> None:
    desk, outcomes, start = house.desk, [], threading.Barrier(6)

    def send() -> None:
        start.wait()
        outcomes.append(desk.apply(application(), LI, "same"))

    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(outcomes) == 6
    assert len({outcome.case.id for outcome in outcomes}) == 1
    assert sum(not outcome.repeated for outcome in outcomes) == 1
    assert house.store.cases.count(CaseFilter()) == 1


def test_a_new_grant_ends_the_one_that_it_replaces(house: House) -> None:
    old = house.approved()
    wide = (AskedColumn(ColumnGrant("county")), AskedColumn(ColumnGrant("amount", Use.statistics)))
    new = house.applied(columns=wide)
    assert house.grant_states(day_of(NOON)) == {old.grant_id: GrantState.active}
    new = house.act(new, Event.approve, WANG, terms=terms(new))
    assert house.grant_states(day_of(NOON)) == {
        old.grant_id: GrantState.ended,
        new.grant_id: GrantState.active,
    }
    ended = house.store.cases.get(old.id)
    assert ended is not None
    assert (ended.state, ended.steps[-1].actor) == (State.ended, "platform")
    assert new.id in ended.steps[-1].reason
    assert [one["id"] for one in house.entries()[-1]["cases"]] == [new.id, old.id]  # type: ignore[attr-defined]


def test_a_case_keeps_the_rules_that_it_began_under(house: House) -> None:
    old = house.applied()
    house.under("aba-2024", lambda text: text.replace("count: 7", "count: 3"))
    new = house.applied(users=("xu",))
    assert old.clock is not None
    assert new.clock is not None
    assert (old.clock.due, new.clock.due) == (date(2026, 3, 18), date(2026, 3, 12))
    house.now += timedelta(days=1)
    back = house.act(old, Event.return_, WANG, reason="say more")
    back = house.act(back, Event.resubmit, LI)
    assert back.clock is not None
    assert back.clock.due == date(2026, 3, 19)
    assert back.profile == old.profile != new.profile
    house.under("heilongjiang-2025")
    again = house.act(back, Event.approve, WANG, terms=terms(back))
    assert again.regulation == "aba-2024"


def test_who_is_of_neither_side_learns_nothing_of_a_case(house: House) -> None:
    case = house.applied()
    with pytest.raises(WorkbenchError) as stranger:
        house.desk.look(case.id, WU)
    with pytest.raises(WorkbenchError) as nothing:
        house.desk.look(case.id[:-1] + "x", WU)
    assert stranger.value.code is nothing.value.code is Code.not_found
    said = stranger.value.said("en").replace(case.id, "ID")
    assert said == nothing.value.said("en").replace(case.id[:-1] + "x", "ID")
    assert house.desk.find(CaseFilter(), WU) == ()
    for actor in (LI, XU, WANG, CHEN, AUDITOR):
        assert house.desk.look(case.id, actor) == case
        assert [line.id for line in house.desk.find(CaseFilter(), actor)] == [case.id]
    with pytest.raises(Refused):
        house.act(case, Event.approve, AUDITOR, terms=terms(case))


def test_a_reviewer_sees_what_the_department_holds_already(house: House) -> None:
    house.approved()
    case = house.applied(columns=(AskedColumn(ColumnGrant("owner"), "to write to them"),))
    assert house.desk.review(case, LI) is None
    review = house.desk.review(case, WANG)
    assert review is not None
    assert [column.name for column in review.union] == ["county", "owner"]
    assert review.held_in == ("watch",)
    assert review.conditions == "范围：经济部门"
    assert [remark.kind.value for remark in review.remarks] == ["beyond", "weaker"]


def test_a_condition_that_the_catalogue_does_not_state_is_flagged(house: House) -> None:
    case = house.applied()
    made = replace(terms(case), added_conditions="monthly report to us")
    case = house.act(case, Event.approve, WANG, terms=made)
    flag = case.steps[-1].detail
    assert flag is not None
    assert "art. 4" in flag.en
    assert "role:authority" in {m.recipient for m in house.store.messages.of_case(case.id)}


def test_what_is_due_comes_first_by_its_day(house: House) -> None:
    first = house.applied()
    house.now += timedelta(days=2)
    second = house.applied(users=("xu",))
    house.act(house.applied(users=("sun",)), Event.withdraw, LI)
    wanted = CaseFilter(due_by=date(2026, 3, 31))
    assert [line.id for line in house.desk.find(wanted, WANG)] == [first.id, second.id]
    assert house.desk.find(replace(wanted, due_by=date(2026, 3, 17)), WANG) == ()


def test_days_and_texts_of_a_row_scope_are_told_apart(house: House) -> None:
    rows = (RowCondition("county", Operator.in_, ("2025-01-01", date(2025, 1, 1), 1, 1.5, True)),)
    case = house.applied(rows=rows)
    kept = house.store.cases.get(case.id)
    assert kept == case
    assert [type(v) for v in case.application.rows[0].values] == [
        type(v) for v in kept.application.rows[0].values
    ]


def test_grants_are_read_again_only_where_they_changed(house: House) -> None:
    cases = house.store.cases
    house.applied()
    assert cases.granted_since(0) == (0, ())
    one = house.approved()
    mark, found = cases.granted_since(0)
    assert [case.id for case in found] == [one.id]
    house.applied(users=("xu",))
    assert cases.granted_since(mark) == (mark, ())
    gone = house.act(one, Event.revoke, CHEN, reason="misuse", basis="art. 41")
    later, found = cases.granted_since(mark)
    assert (later > mark, [case.state for case in found]) == (True, [State.revoked])
    assert house.grant_states(day_of(NOON)) == {gone.grant_id: GrantState.revoked}


def test_a_case_is_put_only_after_what_it_followed_from(house: House) -> None:
    case = house.applied()
    with pytest.raises(MovedOn):
        house.store.cases.put(replace(case, version=9), seen=8)
    with pytest.raises(MovedOn):
        house.store.cases.put(case, seen=0)


def test_the_text_of_a_regulation_is_kept_once_and_not_changed(house: House) -> None:
    case = house.applied()
    assert house.store.cases.profile(case.profile) == house.text
    house.store.cases.keep_profile(case.profile, "aba-2024", "another text")
    assert house.store.cases.profile(case.profile) == house.text


def test_every_case_is_walked_once(house: House) -> None:
    made = {house.applied(users=(f"p{n}",)).id for n in range(5)}
    assert [case.id for case in house.store.cases.all()] == sorted(made)


def test_a_delegate_decides_in_place_of_the_provider(house: House) -> None:
    """Heilongjiang 2025 art. 23."""
    house.under("heilongjiang-2025")
    house.reviewer = "county_tax"
    county = Actor("qin", "county_tax", frozenset({Role.provider}))
    case = house.applied()
    assert (case.provider, case.reviewer) == ("tax", "county_tax")
    assert {m.recipient for m in house.store.messages.of_case(case.id)} == {"department:county_tax"}
    assert [line.id for line in house.desk.find(CaseFilter(), county)] == [case.id]
    with pytest.raises(Refused):
        house.act(case, Event.approve, WANG, terms=terms(case))
    case = house.act(case, Event.approve, county, terms=terms(case))
    with pytest.raises(Refused):
        house.act(case, Event.revoke, county, reason="x", basis="y")
    assert house.act(case, Event.revoke, WANG, reason="x", basis="y").state is State.revoked
