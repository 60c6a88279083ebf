"""Ways to have more than was decided, each tried and refused; and cases whose ground moves."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from desk_house import House
from matters import CHEN, LI, NOON, SUN, UNTIL, WANG, WU, application, matter, terms
from sqlalchemy import update
from test_watch import on, used, watch

from workbench.errors import Conflict, InvalidInput, Refused, WorkbenchError
from workbench.gateway.sources import all_grants, decided_grants
from workbench.model.actor import Actor, Role
from workbench.model.case import AskedColumn, Case, State
from workbench.model.contract import Sharing, SharingMode, SharingType
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, DisclosureRules, GrantState, Mask, MaskKind, Use
from workbench.sharing.least import is_stronger, is_stronger_mode
from workbench.sharing.transitions import Event
from workbench.sharing.verify import mismatches
from workbench.store import tables

WHY = {"reason": "why", "basis": "art. 1"}
BOTH = Actor("both", "drc", frozenset({Role.officer, Role.provider}))


def apart(house: House) -> list[str]:
    store = house.store
    return [one.how.en for one in mismatches(store.journal, store.cases, store.messages)[1]]


# More than was decided ----------------------------------------------------------------------------


def test_only_a_resubmission_brings_an_application(house: House) -> None:
    case = house.approved()
    other = application(reason="other")
    for event in (Event.narrow, Event.suspend, Event.notify, Event.end):
        with pytest.raises(InvalidInput, match="takes no application"):
            house.act(
                case, event, CHEN, **WHY, days=3, application=other,
                terms=terms(case) if event is Event.narrow else None,
            )  # fmt: skip


@pytest.mark.parametrize("change", [{"department": "other"}, {"scenario": "x"}, {"resource": "y"}])
def test_a_resubmission_is_about_the_same(
    house: House,
    change: dict[str, str],
) -> None:
    case = house.act(house.applied(), Event.return_, WANG, reason="say more")
    with pytest.raises(InvalidInput, match="keeps its department"):
        house.act(case, Event.resubmit, LI, application=application(**change))


def test_only_a_decision_and_a_narrowing_bring_terms(house: House) -> None:
    case = house.applied(columns=(AskedColumn(ColumnGrant("county")),))
    with pytest.raises(InvalidInput, match="takes no terms"):
        house.act(case, Event.refuse, WANG, **WHY, terms=terms(case))
    case = house.act(case, Event.approve, WANG, terms=terms(case))
    for event in (Event.notify, Event.suspend, Event.revoke):
        with pytest.raises(InvalidInput, match="takes no terms"):
            house.act(case, event, CHEN, **WHY, days=2, terms=terms(case))


def test_nobody_decides_what_they_brought_forward(house: House) -> None:
    house.reviewer = "drc"
    case = house.act(house.applied(), Event.return_, BOTH, reason="say more")
    case = house.act(case, Event.resubmit, BOTH)
    for event in (Event.approve, Event.refuse, Event.return_):
        body = terms(case) if event is Event.approve else None
        with pytest.raises(Refused, match="own application"):
            house.act(case, event, BOTH, **WHY, terms=body)


def test_a_narrowing_keeps_what_was_added_by_the_provider(house: House) -> None:
    case = house.applied()
    strict = replace(terms(case), added_conditions="report monthly")
    case = house.act(case, Event.approve, WANG, terms=strict)
    case = house.act(case, Event.narrow, LI, reason="less", terms=terms(case))
    assert case.decision is not None
    assert case.decision.terms.added_conditions == "report monthly"


def test_another_use_of_a_masked_column_is_more_and_so_is_another_mode() -> None:
    masked = ColumnGrant("a", Use.value, Mask(MaskKind.partial, keep_first=2))
    for use in (Use.join_key, Use.statistics, Use.compare, Use.value):
        assert is_stronger(ColumnGrant("a", use), masked)
    assert not is_stronger(masked, masked)
    assert not is_stronger(masked, ColumnGrant("a"))
    assert is_stronger_mode(SharingMode.statistics, SharingMode.view)
    assert is_stronger_mode(SharingMode.compare, SharingMode.statistics)
    assert not is_stronger_mode(SharingMode.view, SharingMode.obtain)


def test_what_is_released_is_protected_as_the_scenario_says(house: House) -> None:
    about = matter()
    (use,) = about.scenario.resources
    strict = replace(use, disclosure=DisclosureRules(k=50))
    later = replace(about.scenario, resources=(strict,), valid_from=date(2026, 6, 1))
    house.scenario = later
    case = house.approved()
    assert case.decision is not None
    assert case.decision.terms.disclosure.k == 50
    (grant,) = house.grants()
    assert grant.disclosure.k == 50
    assert house.grant_states(day_of(NOON)) == {grant.id: GrantState.not_started}
    house.under("foshan-2019")
    direct = house.applied(users=("xu",))
    assert direct.decision is not None
    assert (direct.decision.by, direct.decision.terms.disclosure.k) == ("platform", 50)


# What was ordered is not undone by applying -------------------------------------------------------


def test_a_stopped_grant_is_put_right_before_a_new_one(house: House) -> None:
    waiting = house.applied(users=("sun",))
    case = house.approved()
    waiting = house.desk.look(waiting.id, WANG)
    for event in (Event.notify, Event.suspend):
        case = house.act(case, event, CHEN, reason="misuse", days=5)
        with pytest.raises(WorkbenchError, match="that comes first"):
            house.applied(users=("xu",))
        with pytest.raises(WorkbenchError, match="that comes first"):
            house.act(waiting, Event.approve, WANG, terms=terms(waiting))
    with pytest.raises(WorkbenchError):
        house.act(case, Event.end, LI, reason="away with it")
    with pytest.raises(WorkbenchError):  # the authority suspended it
        house.act(case, Event.resume, WANG, reason="fine with us")
    assert house.act(case, Event.resume, CHEN, reason="done").state is State.active


def test_after_a_revocation_somebody_decides(house: House) -> None:
    house.kind = SharingType.unconditional
    first = house.applied()
    assert first.state is State.active  # Aba 2024 art. 25: straight from the platform
    house.act(first, Event.revoke, CHEN, **WHY)
    again = house.applied(users=("xu",))
    assert (again.state, again.decider) == (State.under_review, "authority")


def test_two_decisions_at_once_leave_one_grant(house: House) -> None:
    cases = [house.applied(), house.applied(users=("xu",))]
    start, outcomes = threading.Barrier(2), []

    def decide(case: Case) -> None:
        start.wait()
        try:
            outcomes.append(house.act(case, Event.approve, WANG, terms=terms(case)).id)
        except Conflict:
            outcomes.append("")

    threads = [threading.Thread(target=decide, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    active = [s for s in house.grant_states(day_of(NOON)).values() if s is GrantState.active]
    assert len(active) == 1
    assert not apart(house)


# The ground moves ---------------------------------------------------------------------------------


def test_what_has_gone_from_the_catalogue_can_still_be_stopped(house: House) -> None:
    case, other = house.approved(), house.applied(users=("xu",))
    house.gone = True
    assert house.desk.look(case.id, WANG) == case
    assert house.desk.review(case, WANG) is None
    assert house.act(other, Event.withdraw, LI).state is State.withdrawn
    assert watch(house).look().troubled == 0
    case = house.act(case, Event.suspend, WANG, reason="x")
    assert house.act(case, Event.revoke, WANG, **WHY).state is State.revoked


def test_who_was_to_decide_and_does_not_any_more(house: House) -> None:
    case = house.applied()
    house.provider = "other"
    for actor in (WANG, WU):
        with pytest.raises(WorkbenchError):
            house.act(case, Event.approve, actor, terms=terms(case))


def test_a_decision_holds_within_what_the_city_says_now(house: House) -> None:
    house.approved()
    decided = decided_grants(house.store.cases.granted_since)

    def held(**change: object) -> list[date | None]:
        about = matter()
        sharing = change.get("sharing", about.resource.sharing)
        resource = replace(about.resource, sharing=sharing)  # type: ignore[arg-type]
        until = change.get("until", about.scenario.valid_until)
        scenario = replace(about.scenario, departments=(), valid_until=until)  # type: ignore[arg-type]
        city = SimpleNamespace(scenarios={"watch": scenario}, resources={"taxes": resource})
        return [g.valid_until for g in all_grants(city, {}, decided)]  # type: ignore[arg-type]

    assert held() == [UNTIL]
    assert held(until=date(2026, 5, 1)) == [date(2026, 5, 1)]
    assert held(sharing=Sharing(SharingType.not_shared, legal_basis="law")) == []


def test_one_broken_row_stops_nothing_else(house: House) -> None:
    broken, sound = house.approved(), house.applied(users=("xu",))
    with house.store.writing() as connection:
        row = tables.cases.c.id == broken.id
        connection.execute(update(tables.cases).where(row).values(body='{"id":'))
    assert house.store.cases.granted_since(0)[1] == ()
    on(house, date(2026, 3, 18))
    assert watch(house).look().reminded == 1
    assert house.store.cases.get(sound.id) == sound
    assert apart(house) == ["the ledger knows it; the store does not, or cannot read it"]


def test_what_was_changed_beside_the_body_shows(house: House) -> None:
    case = house.approved()
    assert not apart(house)
    with house.store.writing() as connection:
        row = tables.cases.c.id == case.id
        connection.execute(update(tables.cases).where(row).values(department="other"))
    assert apart(house) == ["what it is listed by is not what it says"]


def test_an_altered_regulation_decides_nothing_and_can_be_stopped(house: House) -> None:
    case, granted = house.applied(), house.approved(users=("xu",))
    with house.store.writing() as connection:
        text = house.text.replace("by: provider", "by: authority")
        connection.execute(update(tables.profiles).values(text=text))
    with pytest.raises(WorkbenchError, match="not in the store"):
        house.act(case, Event.approve, CHEN, terms=terms(case))
    assert watch(house).look().troubled == 2
    assert house.act(granted, Event.revoke, CHEN, **WHY).state is State.revoked


def test_an_appeal_is_decided_by_others_with_its_basis(house: House) -> None:
    house.under("heilongjiang-2025")
    case = house.applied()
    with pytest.raises(WorkbenchError):  # not before it was refused
        house.act(case, Event.escalate, LI, reason="hurry")
    case = house.act(case, Event.refuse, WANG, **WHY)
    with pytest.raises(Refused):
        house.act(case, Event.escalate, CHEN, reason="mine")
    case = house.act(case, Event.escalate, SUN, reason="the duty asks for it")
    told = {m.recipient for m in house.store.messages.of_case(case.id) if m.kind == "escalate"}
    assert told >= {"department:tax"}
    assert not apart(house)


def test_rectified_by_people_is_not_noticed_again_at_once(house: House) -> None:
    house.under("heilongjiang-2025")
    case = house.approved()
    used(house, case.grant_id, "county")
    on(house, date(2026, 6, 20))
    assert watch(house).look().dormant == 1
    case = house.desk.look(case.id, CHEN)
    case = house.act(case, Event.rectified, CHEN, reason="needed from July on")
    house.now += timedelta(minutes=10)
    assert watch(house).look().dormant == 0
