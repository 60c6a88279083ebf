"""Who holds copies is told what becomes of them when their grant stops, by the article if any."""

from __future__ import annotations

import json
from datetime import date

import pytest
from desk_house import House
from matters import CHEN, LI, WANG, application, terms
from sqlalchemy import update
from test_watch import on, watch

from workbench.model.case import Case, State
from workbench.model.contract import SharingType
from workbench.sharing.transitions import Event
from workbench.store import tables

OURS = "our default"
DESTROY, STOP = "destroy the copies", "Stop using what was obtained while"
WHY = {"reason": "why", "basis": "art. 1"}


def granted(house: House, regulation: str) -> Case:
    house.under(regulation)
    case = house.applied()
    if case.state is State.active:  # Foshan 2019 art. 28
        return case
    case = house.act(case, Event.approve, WANG, terms=terms(case))
    return house.act(case, Event.supply, WANG) if case.state is State.approved else case


def told(house: House, case: Case, kind: str) -> dict[str, str]:
    found = [m for m in house.store.messages.of_case(case.id) if m.kind == kind]
    return {m.recipient: json.loads(m.body)["en"] for m in found}


ORDERS = {
    ("foshan-2019", "over"): "Art. 8(3): Data are kept for the shortest time",
    ("heilongjiang-2025", "over"): "Art. 28: The department records the destruction",
    ("heilongjiang-2025", "suspended"): "Art. 27: The service is shut off",
}


@pytest.mark.parametrize(
    "regulation", ["foshan-2019", "changde-2016", "binzhou-2023", "aba-2024", "heilongjiang-2025"]
)
def test_the_department_is_told_by_the_article_or_by_our_default(
    house: House, regulation: str
) -> None:
    case = house.act(granted(house, regulation), Event.suspend, CHEN, **WHY)
    paused = told(house, case, "suspend")
    assert STOP in paused["department:drc"]
    assert ORDERS.get((regulation, "suspended"), OURS) in paused["department:drc"]
    assert DESTROY not in paused["department:drc"]
    house.act(case, Event.revoke, WANG, **WHY)
    over = told(house, case, "revoke")["department:drc"]
    assert DESTROY in over
    rule = ORDERS.get((regulation, "over"))
    assert (rule or OURS) in over
    assert (OURS in over) is (rule is None)  # nothing of an article is called ours, nor of ours its


def test_who_ends_it_is_told_too_and_the_provider_is_told_of_no_copies(house: House) -> None:
    case = house.act(granted(house, "aba-2024"), Event.end, LI, **WHY)
    said = told(house, case, "end")
    assert DESTROY in said["department:drc"]  # who clicks is not all who hold copies
    assert DESTROY not in said["department:tax"]


def test_when_it_has_run_out(house: House) -> None:
    case = granted(house, "heilongjiang-2025")
    on(house, date(2027, 1, 1))
    watch(house).look()
    said = told(house, case, "expired")
    assert ORDERS["heilongjiang-2025", "over"] in said["department:drc"]
    assert DESTROY not in said["department:tax"]


def test_a_new_grant_takes_away_only_what_it_does_not_give(house: House) -> None:
    old = granted(house, "aba-2024")
    house.act(again := house.applied(users=("xu",)), Event.approve, WANG, terms=terms(again))
    assert "as far as no other grant gives them" in told(house, old, "end")["department:drc"]


def test_what_was_never_supplied_is_not_to_be_destroyed(house: House) -> None:
    house.under("changde-2016")
    case = house.applied()
    case = house.act(case, Event.approve, WANG, terms=terms(case))
    assert case.state is State.approved
    house.act(case, Event.revoke, WANG, **WHY)
    assert DESTROY not in told(house, case, "revoke")["department:drc"]


def test_a_lost_regulation_stops_nothing_and_makes_up_nothing(house: House) -> None:
    case = granted(house, "heilongjiang-2025")
    with house.store.writing() as connection:
        connection.execute(update(tables.profiles).values(text="gone"))
    house.act(case, Event.revoke, WANG, **WHY)
    said = told(house, case, "revoke")["department:drc"]
    assert DESTROY in said
    assert OURS in said


def test_a_refusal_says_nothing_of_copies(house: House) -> None:
    house.kind = SharingType.conditional
    case = house.desk.apply(application(), LI).case
    house.act(case, Event.refuse, WANG, **WHY)
    assert DESTROY not in told(house, case, "refuse")["department:drc"]
