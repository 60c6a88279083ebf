"""No sequence of events reaches a grant without the decisions that its regulation asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matters import (
    CHEN,
    LI,
    NOON,
    PEOPLE,
    ROWS,
    SUN,
    WANG,
    WU,
    XU,
    ZHOU,
    application,
    matter,
    rules,
    terms,
)

from workbench.errors import Code, Conflict, InvalidInput, Refused, WorkbenchError
from workbench.model.actor import Actor, Role
from workbench.model.case import GRANTING, AskedColumn, Case, State, grant_of
from workbench.model.contract import SharingMode, SharingType
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, GrantState, Use, state_of
from workbench.sharing.lifecycle import Command, opened, stepped
from workbench.sharing.transitions import Event, possible

FIVE = ("foshan-2019", "changde-2016", "binzhou-2023", "aba-2024", "heilongjiang-2025")
BEYOND = AskedColumn(ColumnGrant("owner"), argument="the duty asks who owns it")


def applied(regulation: str, actor: Actor = LI, **more: object) -> Case:
    asked = application(BEYOND, AskedColumn(ColumnGrant("county")), **more)
    return opened("c1", asked, actor, NOON, rules(regulation), matter())


def after(case: Case, event: Event, actor: Actor, **more: object) -> Case:
    command = Command(event, case.version, **more)  # type: ignore[arg-type]
    return stepped(case, command, actor, NOON, rules(case.regulation), matter())


# The decisions that a profile asks for ------------------------------------------------------------

DECIDES = {
    ("foshan-2019", SharingType.conditional): "provider",
    ("foshan-2019", SharingType.unconditional): "authority",
    ("foshan-2019", SharingType.not_shared): "authority",
    ("changde-2016", SharingType.conditional): "provider",
    ("changde-2016", SharingType.unconditional): "provider",
    ("changde-2016", SharingType.not_shared): "authority",
    ("binzhou-2023", SharingType.conditional): "provider",
    ("binzhou-2023", SharingType.unconditional): "authority",
    ("binzhou-2023", SharingType.not_shared): "",
    ("aba-2024", SharingType.conditional): "provider",
    ("aba-2024", SharingType.unconditional): "platform",
    ("aba-2024", SharingType.not_shared): "",
    ("heilongjiang-2025", SharingType.conditional): "provider",
    ("heilongjiang-2025", SharingType.unconditional): "authority",
    ("heilongjiang-2025", SharingType.not_shared): "",
}
"""Whose approval makes a grant; "" where nobody's does. Written here by hand from the articles."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from([event for event in Event if event is not Event.apply]),
        st.sampled_from(PEOPLE),
        st.booleans(),
        st.sampled_from([0, 0, 0, 1]),
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DECIDES)), st.booleans(), STEPS)
def test_no_sequence_reaches_a_grant_without_its_decision(
    which: tuple[str, SharingType], fitting: bool, steps: list[tuple[Event, Actor, bool, int]]
) -> None:
    regulation, kind = which
    about, held = matter(kind), rules(regulation)
    asked = application(*((AskedColumn(ColumnGrant("county")),) if fitting else (BEYOND,)))
    if not DECIDES[which]:
        with pytest.raises(Refused) as raised:
            opened("c1", asked, LI, NOON, held, about)
        assert raised.value.code is Code.not_shared
        return
    case = opened("c1", asked, LI, NOON, held, about)
    is_sound(case, kind, fitting)
    for event, actor, narrower, lag in steps:
        before = case
        made = terms(case)
        if narrower:
            made = replace(made, until=made.until - timedelta(days=30))
        command = Command(
            event, case.version - lag, reason="why", basis="art. 1", terms=made, days=5
        )
        try:
            case = stepped(case, command, actor, NOON, held, about)
        except WorkbenchError:
            continue
        assert case.steps[: before.version] == before.steps  # nothing of it is lost
        assert [step.number for step in case.steps] == list(range(1, case.version + 1))
        is_sound(case, kind, fitting)


def is_sound(case: Case, kind: SharingType, fitting: bool) -> None:
    """A grant is there only after an approval by who may give it, and within what was asked."""
    grant = grant_of(case)
    if case.state not in GRANTING:
        days = [day_of(NOON) + timedelta(days=n) for n in (-1, 0, 1, 500)]
        assert grant is None or all(state_of(grant, day) is not GrantState.active for day in days)
        return
    assert grant is not None
    approvals = [step for step in case.steps if step.event == "approve"]
    assert approvals
    who = approvals[-1].actor
    escalated = any(step.event == "escalate" for step in case.steps)
    asked_for = DECIDES[case.regulation, kind]
    if who == "platform":
        direct = case.regulation == "foshan-2019" and fitting
        assert asked_for == "platform" or (direct and kind is not SharingType.not_shared)
    elif escalated:
        assert who == CHEN.id
    else:
        allowed = {"provider": {WANG.id, ZHOU.id}, "authority": {CHEN.id}}[asked_for]
        assert who in allowed
    assert who != case.applicant
    names = {c.grant.name for c in case.application.columns}
    assert {c.name for c in grant.columns} <= names
    assert grant.valid_until is not None
    assert grant.valid_until <= case.application.until
    assert set(case.application.rows) <= set(grant.rows)
    last = min(grant.valid_until, grant.rectify_by or grant.valid_until)
    over = GrantState.expired if last == grant.valid_until else GrantState.suspended
    assert state_of(grant, last) is GrantState.active
    assert state_of(grant, last + timedelta(days=1)) is over


# One by one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regulation", "due", "state"),
    [
        ("foshan-2019", date(2026, 3, 23), "number"),
        ("changde-2016", None, "none"),
        ("binzhou-2023", None, "unknown"),
        ("aba-2024", date(2026, 3, 18), "number"),
        ("heilongjiang-2025", date(2026, 3, 10), "number"),
    ],
)
def test_the_clock_of_the_review_starts_with_the_application(
    regulation: str, due: date | None, state: str
) -> None:
    case = applied(regulation)
    assert case.state is State.under_review
    assert case.clock is not None
    assert (case.clock.due, case.clock.state) == (due, state)


def test_the_platform_gives_what_nobody_decides() -> None:
    about = matter(SharingType.unconditional)
    case = opened("c1", application(), LI, NOON, rules("aba-2024"), about)
    assert (case.state, case.clock) == (State.active, None)
    assert [step.actor for step in case.steps] == ["li", "platform"]
    assert case.steps[-1].basis == "25"


def test_a_need_that_fits_a_scenario_is_granted_directly_in_foshan_alone() -> None:
    states = {
        name: opened("c1", application(), LI, NOON, rules(name), matter()).state for name in FIVE
    }
    assert states.pop("foshan-2019") is State.active
    assert set(states.values()) == {State.under_review}


@pytest.mark.parametrize(
    "more",
    [
        {"rows": ()},
        {"mode": SharingMode.obtain, "columns": (AskedColumn(ColumnGrant("amount"), "why"),)},
        {"columns": (BEYOND,)},
        {"columns": (AskedColumn(ColumnGrant("credit_code"), "why"),)},
    ],
    ids=["wider rows", "stronger use", "another column", "the code itself"],
)
def test_a_need_beyond_the_scenario_is_reviewed_also_in_foshan(more: dict[str, object]) -> None:
    case = opened("c1", application(**more), LI, NOON, rules("foshan-2019"), matter())
    assert case.state is State.under_review


def test_in_changde_the_provider_supplies_after_the_decision() -> None:
    case = applied("changde-2016")
    case = after(case, Event.approve, WANG, terms=terms(case))
    assert case.state is State.approved
    assert grant_of(case) is None
    assert case.clock is not None
    assert (case.clock.key, case.clock.due) == ("application.supply", date(2026, 3, 23))
    assert after(case, Event.supply, WANG).state is State.active


def test_a_part_is_approved_and_the_rest_is_not() -> None:
    case = applied("aba-2024")
    part = terms(case, columns=(ColumnGrant("county", Use.statistics),))
    grant = grant_of(after(case, Event.approve, WANG, terms=part))
    assert grant is not None
    assert grant.columns == (ColumnGrant("county", Use.statistics),)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"columns": (ColumnGrant("amount"),)}, "没有申请过 amount"),
        ({"columns": ()}, "没有批准任何一列"),
        ({"until": date(2027, 1, 1)}, "晚于 2026-12-31"),
        ({"until": date(2026, 3, 8)}, "已经过去"),
        ({"rows": ()}, "比原来宽"),
    ],
)
def test_no_decision_grants_more_than_was_asked(more: dict[str, object], said: str) -> None:
    case = applied("aba-2024")
    with pytest.raises(InvalidInput) as raised:
        after(case, Event.approve, WANG, terms=terms(case, **more))
    assert said in raised.value.said("zh")


def test_a_refusal_needs_reason_and_basis() -> None:
    case = applied("aba-2024")
    with pytest.raises(InvalidInput) as raised:
        after(case, Event.refuse, WANG, reason="no")
    assert "依据" in raised.value.said("zh")
    refused = after(case, Event.refuse, WANG, reason="beyond the duty", basis="A24")
    assert (refused.state, refused.clock, grant_of(refused)) == (State.refused, None, None)


def test_nobody_decides_their_own_application() -> None:
    both = Actor("both", "tax", frozenset({Role.provider, Role.officer}))
    asked = application(BEYOND, department="tax")
    case = opened("c1", asked, both, NOON, rules("aba-2024"), matter())
    with pytest.raises(Refused) as raised:
        after(case, Event.approve, both, terms=terms(case))
    assert raised.value.code is Code.own_application
    assert after(case, Event.approve, WANG, terms=terms(case)).state is State.active


@pytest.mark.parametrize("actor", [LI, SUN, XU, WU, CHEN])
def test_who_does_not_decide_is_told_who_does(actor: Actor) -> None:
    case = applied("aba-2024")
    with pytest.raises(Refused) as raised:
        after(case, Event.approve, actor, terms=terms(case))
    assert raised.value.code is Code.not_yours
    assert "有权审核的人" in raised.value.said("zh")


def test_an_analyst_does_not_apply_for_the_department() -> None:
    with pytest.raises(Refused) as raised:
        applied("aba-2024", XU)
    assert "交给本部门的经办人" in raised.value.said("zh")


def test_what_is_not_argued_is_not_taken_in_and_all_of_it_is_told_at_once() -> None:
    asked = application(
        AskedColumn(ColumnGrant("owner")),
        AskedColumn(ColumnGrant("credit_code")),
        duty=" ",
        until=date(2028, 1, 1),
    )
    with pytest.raises(InvalidInput) as raised:
        opened("c1", asked, LI, NOON, rules("heilongjiang-2025"), matter())
    assert [reason.subject for reason in raised.value.reasons] == [
        "duty",
        "until",
        "owner",
        "credit_code",
    ]
    assert "第22条" in raised.value.reasons[0].said("zh")


def test_who_decides_on_an_old_look_is_told() -> None:
    case = applied("aba-2024")
    seen = case.version
    moved = after(case, Event.return_, WANG, reason="say which county")
    with pytest.raises(Conflict) as raised:
        stepped(
            moved,
            Command(Event.approve, seen, terms=terms(case)),
            ZHOU,
            NOON,
            rules("aba-2024"),
            matter(),
        )
    assert "wang" in raised.value.said("en")


def test_what_cannot_follow_says_what_can() -> None:
    case = applied("aba-2024")
    with pytest.raises(Conflict) as raised:
        after(case, Event.resume, WANG, reason="x")
    assert "此时可以" in raised.value.said("zh")
    assert Event.approve in possible(case.state)


def test_a_returned_application_starts_its_clock_again() -> None:
    case = after(applied("aba-2024"), Event.return_, WANG, reason="which county?")
    assert (case.state, case.clock) == (State.returned, None)
    again = application(BEYOND, reason="for Mao county")
    case = after(case, Event.resubmit, SUN, application=again)
    assert case.state is State.under_review
    assert case.application.reason == "for Mao county"
    assert case.clock is not None


def test_rectification_has_the_days_of_its_notice() -> None:
    case = applied("heilongjiang-2025")
    case = after(case, Event.approve, WANG, terms=terms(case))
    case = after(case, Event.notify, CHEN, reason="three months unused", days=5)
    assert case.state is State.rectifying
    assert case.clock is not None
    assert (case.clock.due, case.clock.article) == (date(2026, 3, 16), "27")
    grant = grant_of(case)
    assert grant is not None
    assert state_of(grant, date(2026, 3, 16)) is GrantState.active
    assert state_of(grant, date(2026, 3, 17)) is GrantState.suspended  # before anybody looks
    stopped = grant_of(after(case, Event.suspend, CHEN, reason="not done"))
    assert stopped is not None
    assert state_of(stopped, day_of(NOON)) is GrantState.suspended


def test_a_grant_is_narrowed_and_never_widened() -> None:
    case = applied("aba-2024")
    case = after(case, Event.approve, WANG, terms=terms(case))
    fewer = terms(case, columns=(ColumnGrant("county"),))
    case = after(case, Event.narrow, WANG, reason="less will do", terms=fewer)
    with pytest.raises(InvalidInput):
        after(case, Event.narrow, WANG, reason="more", terms=terms(case))
    grant = grant_of(case)
    assert grant is not None
    assert [c.name for c in grant.columns] == ["county"]


def test_a_dispute_climbs_the_ladder_of_its_regulation() -> None:
    case = after(applied("heilongjiang-2025"), Event.refuse, WANG, reason="no", basis="H21")
    case = after(case, Event.escalate, LI, reason="the duty asks for it")
    assert case.decider == "authority"
    case = after(case, Event.approve, CHEN, terms=terms(case))
    assert case.state is State.active
    assert set(ROWS) <= set(grant_of(case).rows)  # type: ignore[union-attr]
    plain = after(applied("aba-2024"), Event.refuse, WANG, reason="no", basis="A24")
    with pytest.raises(Conflict) as raised:
        after(plain, Event.escalate, LI, reason="the duty asks for it")
    assert "没有规定更上一级" in raised.value.said("zh")
