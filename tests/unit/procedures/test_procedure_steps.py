"""No sequence of events, by whomever, brings a procedure where its definition does not lead: over
all definitions, under all regulations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from examples import examples
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st
from procedure_house import (
    ALL,
    CHEN,
    DENG,
    FIVE,
    GAO,
    KINDS,
    LI,
    MA,
    NOON,
    PEOPLE,
    PROOF,
    ROOT,
    SUN,
    UNTIL,
    WANG,
    ZHOU,
    definition,
    full,
    rules,
    values,
)
from ruamel.yaml import YAML

from workbench.errors import Code, InvalidInput, Refused, WorkbenchError
from workbench.model.actor import PLATFORM, Actor, Role
from workbench.model.procedure import Effect, FieldKind, Need, Party, Procedure
from workbench.sharing.procedures.effects import is_marked
from workbench.sharing.procedures.stepping import Matter, opened, stepped

FILES: dict[str, dict[str, Any]] = {
    kind: YAML(typ="safe").load(ROOT / "data_contracts" / "procedures" / f"{kind}.yaml")
    for kind in KINDS
}
"""As anybody reads them: what has to hold is worked out of these, not of what the machine read."""


def sealed(text: str) -> str:
    return f"<{len(text)}>"


def begun(kind: str, event: str, actor: Actor, regulation: str, **more: object) -> Procedure:
    of = definition(kind)
    matter = Matter(values(of), provider="tax", other="land")
    command = full(event, 0, **more)
    return opened("p1", of, command, matter, actor, NOON, rules(regulation), sealed)


def after(found: Procedure, event: str, actor: Actor, **more: object) -> Procedure:
    of = definition(found.kind)
    command = full(event, found.version, **more)
    return stepped(found, of, command, actor, NOON, rules(found.regulation), sealed)


# Who may be which party, written by hand ----------------------------------------------------------

AUTHORITY_S = {"authority", "committee", "higher_authority", "court"}
WITHOUT_A_DESK = {"committee", "government", "coordination", "higher_authority", "court"}


def is_party(party: str, actor: Actor, found: Procedure) -> bool:
    if party == "platform":
        return actor == PLATFORM
    if party in AUTHORITY_S:
        return Role.authority in actor.roles
    if party == "provider":
        return Role.provider in actor.roles and actor.department == "tax"
    if party == "other_provider":
        return Role.provider in actor.roles and actor.department == "land"
    if party == "applicant":
        role = {"applicant": Role.officer, "provider": Role.provider, "authority": Role.authority}
        return actor.department == found.department and role[found.opened_as] in actor.roles
    assert party == "decider"
    if found.decider == "authority" or found.decider in WITHOUT_A_DESK:
        return Role.authority in actor.roles
    return is_party("provider", actor, found) or is_party("other_provider", actor, found)


def allows(found: Procedure, event: str, actor: Actor, state: str) -> list[dict[str, Any]]:
    """The rows of the file that this step could be."""
    return [
        row
        for row in FILES[found.kind]["steps"]
        if row["event"] == event
        and (state in row.get("from", []) if state else not row.get("from"))
        and any(is_party(party, actor, found) for party in row["by"])
        and found.regulation not in row.get("not_under", [])
        and (
            row.get("elsewhere", "ours") == "ours"
            or found.regulation in row.get("orders", FILES[found.kind]["ordered_by"])
        )
    ]


EVENTS = {
    kind: sorted({row["event"] for row in FILES[kind]["steps"]}) for kind in KINDS
}  # fmt: skip
MOVES = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from([*PEOPLE, PLATFORM]),
        st.integers(0, 6),
        st.sampled_from([0, 0, 0, 0, 1]),
        st.booleans(),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=examples(80), deadline=None)
@given_(st.sampled_from(KINDS), st.sampled_from(FIVE), MOVES)
def test_no_state_is_reached_without_its_step_s_party(
    kind: str, regulation: str, moves: list[tuple[int, Actor, int, int, bool]]
) -> None:
    of, held, now = definition(kind), rules(regulation), NOON
    matter = Matter(values(of), provider="tax", other="land")
    found: Procedure | None = None
    for choice, actor, days, lag, whole in moves:
        now += timedelta(days=days)
        names = EVENTS[kind]
        if found is not None and whole:  # one of those that can follow here
            here = [
                row["event"] for row in FILES[kind]["steps"] if found.state in row.get("from", [])
            ]
            names = sorted(set(here)) or names
        event = names[choice % len(names)]
        command = full(event, 0 if found is None else found.version - lag)
        for tried in (command, replace(command, days=5), replace(command, until=UNTIL)):
            before = found
            try:
                if before is None:
                    found = opened("p1", of, tried, matter, actor, now, held, sealed)
                else:
                    found = stepped(before, of, tried, actor, now, held, sealed)
            except WorkbenchError:
                continue
            is_sound(before, found, tried.event, actor)
            break


def is_sound(before: Procedure | None, now: Procedure, event: str, actor: Actor) -> None:
    state = "" if before is None else before.state
    rows = allows(now if before is None else before, event, actor, state)
    assert rows, "a step of the file, by a party of it"
    assert now.state in {row.get("to", state) for row in rows}
    over = FILES[now.kind]["states"][now.state].get("over", False)
    assert now.over == over
    assert before is None or not before.over, "nothing follows an end"
    had = () if before is None else before.steps
    assert now.steps[:-1] == had, "nothing of it is lost"
    assert [step.number for step in now.steps] == list(range(1, now.version + 1))
    assert now.clock is None or not now.over
    last = now.steps[-1]
    for row in rows:
        for earlier in row.get("other_than", []):
            did = {step.actor for step in had if step.event == earlier}
            assert actor == PLATFORM or actor.id not in did, "another person"
    if last.by_hand:
        assert last.evidence == PROOF
    if is_marked(now):
        assert not now.over, "what is closed is not disputed"
    if FILES[now.kind].get("personal") or any(v.sealed for v in now.values):
        assert all(step.reason in ("", "<3>") for step in now.steps)


# One by one ---------------------------------------------------------------------------------------


def test_who_is_no_party_is_told_who_is() -> None:
    found = begun("correction", "submit", LI, "aba-2024")
    with pytest.raises(Refused) as raised:
        after(found, "correct", LI)
    assert raised.value.code is Code.not_yours
    assert "提供部门的审核人" in raised.value.said("zh")
    assert "第20条" in raised.value.said("zh")
    with pytest.raises(Refused):
        begun("correction", "submit", CHEN, "aba-2024")


def test_what_a_regulation_does_not_know_is_not_opened() -> None:
    with pytest.raises(WorkbenchError) as raised:
        begun("catalogue_change", "submit", WANG, "aba-2024")
    assert "begin" in raised.value.said("en")
    changde = begun("catalogue_change", "begin", WANG, "changde-2016")
    with pytest.raises(WorkbenchError) as raised:
        after(changde, "submit", WANG)
    assert raised.value.code is Code.step_not_possible
    assert "update" in raised.value.said("en")


def test_where_the_file_does_not_say_ours_others_have_none_of_it() -> None:
    of = replace(definition("demand"), ours=False)
    with pytest.raises(WorkbenchError) as raised:
        opened("p1", of, full("ask", 0), Matter(values(of), "tax"), LI, NOON, rules("aba-2024"),
               sealed)  # fmt: skip
    assert "没有规定" in raised.value.said("zh")
    there = rules("heilongjiang-2025")
    assert opened("p1", of, full("ask", 0), Matter(values(of), "tax"), LI, NOON, there, sealed)


def test_two_people_where_the_effect_weighs() -> None:
    found = begun("destruction", "report", ALL, "foshan-2019")
    with pytest.raises(Refused) as raised:
        after(found, "confirm", ALL)
    assert raised.value.code is Code.own_application
    assert "第40条" in raised.value.said("zh")
    assert after(found, "confirm", CHEN).state == "recorded"
    elsewhere = begun("destruction", "report", ALL, "aba-2024")
    with pytest.raises(Refused) as raised:
        after(elsewhere, "confirm", ALL)
    assert "我们的默认" in raised.value.said("zh")


def test_what_is_done_by_hand_is_told_who_does_it_and_then_proved() -> None:
    found = begun("wider_use", "ask", LI, "aba-2024")
    with pytest.raises(InvalidInput) as raised:
        after(found, "consent", WANG, evidence="")
    told = raised.value.said("zh")
    assert "扩大授权" in told
    assert "由提供部门的审核人完成" in told
    assert "凭证" in told
    done = after(found, "consent", WANG).steps[-1]
    assert (done.by_hand, done.evidence) == (True, PROOF)
    assert done.effects == (Effect.grant_wider,)
    with pytest.raises(InvalidInput):
        after(found, "consent", WANG, evidence="the paper on my desk")


def test_what_the_workbench_does_takes_no_evidence() -> None:
    found = begun("reclassification_law", "note", WANG, "changde-2016")
    done = after(found, "change", ZHOU, evidence="").steps[-1]
    assert (done.by_hand, done.evidence) == (False, "")
    assert done.effects == (Effect.reclassify, Effect.notify_users)


def test_an_entry_is_published_by_hand_where_the_procedure_has_no_contract() -> None:
    drafted = begun("catalogue_entry", "draft", WANG, "aba-2024")
    reviewed = after(drafted, "submit", WANG)
    assert after(reviewed, "publish", CHEN, evidence="").steps[-1].by_hand is False
    values = tuple(one for one in reviewed.values if one.kind is not FieldKind.contract)
    bare = replace(reviewed, values=values)
    with pytest.raises(InvalidInput) as raised:
        after(bare, "publish", CHEN, evidence="")
    assert "by hand" in raised.value.said("en")
    assert after(bare, "publish", CHEN).steps[-1].by_hand


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as raised:
        begun("demand", "ask", LI, "heilongjiang-2025", reason="\u200b", basis="")
    assert "理由" in raised.value.said("zh")
    assert "依据" in raised.value.said("zh")
    with pytest.raises(InvalidInput):
        begun("demand", "ask", LI, "heilongjiang-2025", until=UNTIL)


LADDERS = {
    "foshan-2019": ["parties", "authority", "committee"],
    "changde-2016": ["parties", "authority"],
    "binzhou-2023": ["parties", "authority"],
    "aba-2024": ["parties", "authority"],
    "heilongjiang-2025": ["parties", "authority", "coordination"],
}
"""F26, H25; elsewhere ours."""


@pytest.mark.parametrize("regulation", FIVE)
def test_a_dispute_climbs_the_ladder_of_its_regulation(regulation: str) -> None:
    found = begun("dispute_use", "raise", LI, regulation)
    for number, decider in enumerate(LADDERS[regulation]):
        assert (found.ladder, found.decider) == (number, decider)
        who = WANG if decider == "parties" else CHEN
        stranger = CHEN if decider == "parties" else WANG
        with pytest.raises(Refused):
            after(found, "answer", stranger)
        if decider in WITHOUT_A_DESK:
            with pytest.raises(InvalidInput):
                after(found, "answer", who, basis="")
        found = after(found, "answer", who)
        if number + 1 < len(LADDERS[regulation]):
            found = after(found, "climb", LI)
    with pytest.raises(WorkbenchError) as raised:
        after(found, "climb", LI)
    assert "没有规定更上一级" in raised.value.said("zh")
    assert after(found, "accept", SUN).over


def test_what_a_court_decided_is_recorded_with_its_proof() -> None:
    found = begun("open_application", "enter", LI, "foshan-2019")
    found = after(after(found, "refuse", WANG), "contest", LI)
    assert found.decider == "authority"
    found = after(after(found, "uphold", CHEN), "climb", LI)
    assert found.decider == "court"
    with pytest.raises(InvalidInput) as raised:
        after(found, "uphold", DENG, evidence="")
    assert "凭证" in raised.value.said("zh")
    assert after(after(found, "uphold", DENG), "accept", LI).over


def test_two_providers_agree_and_neither_alone() -> None:
    found = after(begun("conflict", "report", LI, "aba-2024"), "propose", WANG)
    with pytest.raises(Refused):
        after(found, "agree", WANG)
    with pytest.raises(Refused) as raised:
        after(found, "agree", ZHOU)
    assert "另一方" in raised.value.said("zh")
    with pytest.raises(Refused):
        after(found, "agree", MA)
    assert after(found, "agree", GAO).state == "settled"


def test_what_people_write_of_a_row_is_sealed() -> None:
    found = begun("correction", "submit", LI, "aba-2024")
    hidden = {one.name for one in found.values if one.sealed}
    assert hidden == {"key", "wrong"}
    assert found.steps[0].reason == "<3>"
    assert {one.name for one in found.values if not one.sealed} == {"resource", "column"}
    plain = begun("demand", "ask", LI, "aba-2024")
    assert not any(one.sealed for one in plain.values)
    assert plain.steps[0].reason == "why"


def test_no_page_and_no_stranger_has_a_part_in_it() -> None:
    page = Actor("page", "drc", frozenset({Role.page, Role.officer}))
    for kind in KINDS:
        of = definition(kind)
        for row in of.steps:
            if not row.before and row.is_offered("aba-2024"):
                more = {"days": 5} if Need.days in row.needs else {}
                with pytest.raises(WorkbenchError):
                    begun(kind, row.event, page, "aba-2024", **more)
                assert Party.platform not in row.by
