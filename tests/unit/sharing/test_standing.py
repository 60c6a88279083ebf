"""What a date alone decides is said when a case is read: in the list, the case, and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from case_door import Door
from desk_house import House
from matters import CHEN, LI, UNTIL, WANG, matter
from test_watch import on

from workbench.model.case import Case, State, grant_of
from workbench.model.days import day_of
from workbench.model.grant import GrantState, state_of
from workbench.sharing.standing import last_day, stands
from workbench.sharing.transitions import Event


def shown(door: Door, case: Case) -> set[tuple[str, str, str]]:
    """What the list and the case say: the same."""
    rows = [row for row in door.get(LI, "/cases")["cases"] if row["id"] == case.id]
    whole = door.get(LI, f"/cases/{case.id}")
    return {(one["state"], one["stands"], one["told"]["en"]) for one in (*rows, whole)}


def test_a_grant_past_its_last_day_is_expired(house: House, door: Door) -> None:
    case = house.approved()
    on(house, UNTIL)
    assert shown(door, case) == {("active", "active", "active")}
    on(house, UNTIL + timedelta(days=1))
    assert shown(door, case) == {("active", "expired", "expired")}
    house.act(case, Event.revoke, WANG, reason="x", basis="y")
    assert shown(door, case) == {("revoked", "revoked", "revoked")}


def test_it_ends_with_its_scenario(house: House, door: Door) -> None:
    case = house.approved()
    house.scenario = replace(matter().scenario, valid_until=day_of(house.now))
    assert shown(door, case) == {("active", "active", "active")}
    house.now += timedelta(days=1)
    assert shown(door, case) == {("active", "expired", "expired")}


def test_what_was_not_rectified_in_time_is_suspended_before_any_look(
    house: House, door: Door
) -> None:
    case = house.act(house.approved(), Event.notify, CHEN, reason="misuse", days=5)
    assert case.clock is not None
    assert case.clock.due is not None
    on(house, case.clock.due)
    assert shown(door, case) == {("rectifying", "rectifying", "to be rectified")}
    on(house, case.clock.due + timedelta(days=1))
    assert shown(door, case) == {("rectifying", "suspended", "suspended")}
    (row,) = door.get(CHEN, "/due")
    assert (row["state"], row["stands"], row["days"]) == ("rectifying", "suspended", -1)


@pytest.mark.parametrize("days", [-1, 0, 1, 4, 5, 6, 400])
def test_it_says_what_holds_of_the_grant(house: House, days: int) -> None:
    """Whatever a query is decided by, is what is shown."""
    active = house.approved()
    rectifying = house.act(house.approved(users=("xu",)), Event.notify, CHEN, reason="x", days=3)
    names = {
        GrantState.active: {"active", "rectifying"},
        GrantState.expired: {"expired"},
        GrantState.suspended: {"suspended"},
        GrantState.not_started: {"active", "rectifying"},
    }
    for case in (active, rectifying):
        grant = grant_of(case)
        assert grant is not None
        assert case.decision is not None
        for start in (UNTIL, day_of(house.now)):
            day = start + timedelta(days=days)
            due = case.clock.due if case.clock else None
            told = stands(case.state, case.decision.terms.until, due, day)
            assert told in names[state_of(grant, day)]


@pytest.mark.parametrize("state", [s for s in State if s.value not in ("active", "rectifying")])
def test_what_gives_nothing_does_not_expire(state: State) -> None:
    assert stands(state, date(2020, 1, 1), date(2020, 1, 1), date(2026, 1, 1)) == state.value


def test_the_last_day_is_the_earlier_one() -> None:
    early, late = date(2026, 1, 1), date(2027, 1, 1)
    assert last_day(late, early) == last_day(early, late) == last_day(early, None) == early
