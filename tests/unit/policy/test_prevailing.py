"""Which grant of a resource holds, of several; and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from workbench.model.actor import Actor, Role
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, GrantState, Origin, OriginKind
from workbench.policy.holding import active_grants, held_grants, replaced

TODAY = date(2026, 11, 23)
LI = Actor("li", "drc", frozenset({Role.analyst}))
MA = Actor("ma", "drc", frozenset({Role.analyst}))
BY_SCENARIO = Grant(
    "s/drc/t", "s", "drc", "t", (ColumnGrant("a"),), SharingMode.obtain,
    Origin(OriginKind.scenario, "s@1", "bureau"), valid_until=date(2027, 1, 1),
)  # fmt: skip
DECIDED = replace(
    BY_SCENARIO,
    id="case:1",
    resource="T",
    columns=(ColumnGrant("a"), ColumnGrant("b")),
    origin=Origin(OriginKind.application, "1", "wang"),
)


def active(*grants: Grant, actor: Actor = LI, today: date = TODAY) -> list[str]:
    return [grant.id for grant in active_grants(actor, "s", grants, today)]


def test_what_was_decided_holds_in_place_of_what_the_scenario_grants() -> None:
    assert active(BY_SCENARIO, DECIDED) == active(DECIDED, BY_SCENARIO) == ["case:1"]


@pytest.mark.parametrize("state", [GrantState.suspended, GrantState.revoked])
def test_where_it_was_stopped_so_is_the_other(state: GrantState) -> None:
    stopped = replace(DECIDED, revoked_on=TODAY, stopped=state)
    assert active(BY_SCENARIO, stopped) == active(stopped, BY_SCENARIO) == []
    late = replace(DECIDED, rectify_by=TODAY - timedelta(days=1))
    assert active(BY_SCENARIO, late) == []


def test_after_its_own_end_the_scenario_grants_again() -> None:
    ended = replace(DECIDED, revoked_on=TODAY, stopped=GrantState.ended)
    expired = replace(DECIDED, valid_until=TODAY - timedelta(days=1))
    assert active(BY_SCENARIO, ended) == active(expired, BY_SCENARIO) == [BY_SCENARIO.id]


def test_a_new_decision_holds_after_an_older_one_was_stopped() -> None:
    revoked = replace(DECIDED, id="case:0", revoked_on=TODAY)
    assert active(revoked, DECIDED, BY_SCENARIO) == ["case:1"]
    assert active(DECIDED, revoked, BY_SCENARIO) == ["case:1"]


def test_a_grant_for_named_people_is_theirs_alone() -> None:
    named = replace(DECIDED, users=frozenset({"ma"}))
    assert active(BY_SCENARIO, named, actor=MA) == ["case:1"]
    assert active(BY_SCENARIO, named, actor=LI) == [BY_SCENARIO.id]
    assert active(named, actor=LI) == []
    assert held_grants(LI, "s", (named,)) == ()
    somebody = Actor("ma", "health", frozenset({Role.analyst}))
    assert active(named, actor=somebody) == []


def test_what_nobody_is_given_anything_by_is_named_with_what_holds() -> None:
    assert replaced([BY_SCENARIO, DECIDED], TODAY) == {BY_SCENARIO.id: "case:1"}
    elsewhere = replace(BY_SCENARIO, id="s/other/t", department="other")
    assert replaced([BY_SCENARIO, elsewhere], TODAY) == {}
    named = replace(DECIDED, users=frozenset({"li"}))
    assert replaced([BY_SCENARIO, named], TODAY) == {}, "the others hold what they held"
    ended = replace(DECIDED, revoked_on=TODAY, stopped=GrantState.ended)
    assert replaced([ended, BY_SCENARIO], TODAY) == {"case:1": BY_SCENARIO.id}
