"""What KPIs are told of a procedure: which deadline, whether it was met, as of which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from procedure_house import CHEN, LI, TODAY, WANG, House

from workbench.kpi.procedure_clocks import runs
from workbench.kpi.procedures import Record, procedures, record_of
from workbench.model.procedure import Procedure

DUE = date(2026, 3, 16)
"""Five working days after Monday 9 March 2026 (Aba 2024 art. 20)."""


def record(house: House, procedure: Procedure, as_of: date) -> Record | None:
    definition, rules = house.desk.definition(procedure), house.desk.rules(procedure)
    clocks = runs(procedure, definition, rules.profile, rules.calendar)
    return record_of(procedure, definition, clocks, as_of)


def timing(house: House, procedure: Procedure, as_of: date) -> str:
    found = record(house, procedure, as_of)
    assert found is not None
    return str(procedures([found], as_of)["timing"][0])


@pytest.mark.parametrize(("days", "told"), [(7, "on_time"), (8, "late")])
def test_the_answer_of_the_provider_is_in_time_or_late(bureau: House, days: int, told: str) -> None:
    found = bureau.open("correction", "submit", LI)
    answered = TODAY + timedelta(days=days)
    bureau.on(answered)
    found = bureau.act(found, "confirm", WANG)
    bureau.on(answered + timedelta(days=30))
    found = bureau.act(found, "accept", LI)
    then = answered + timedelta(days=30)
    row = record(bureau, found, then)
    assert row is not None
    assert (row.due, row.answered, row.closed) == (DUE, answered, then)
    assert (row.state, row.reason, row.deadline_key) == ("closed", "submit", "correction.answer")
    assert (row.department, row.provider, row.resource) == ("drc", "tax", "taxes")
    assert timing(bureau, found, then) == told


def test_as_of_an_earlier_day_it_stands_as_it_did_then(bureau: House) -> None:
    found = bureau.open("correction", "submit", LI)
    bureau.on(DUE + timedelta(days=3))
    found = bureau.act(found, "correct", WANG)
    before = DUE + timedelta(days=2)
    assert record(bureau, found, TODAY - timedelta(days=1)) is None
    row = record(bureau, found, before)
    assert row is not None
    assert (row.state, row.closed, row.answered) == ("with_provider", None, None)
    days = (DUE, before, before + timedelta(days=1))
    assert [timing(bureau, found, day) for day in days] == ["open", "overdue", "late"]


def test_what_was_missed_once_is_not_mended_by_the_next_time(bureau: House) -> None:
    found = bureau.open("correction", "submit", LI)
    bureau.on(TODAY + timedelta(days=20))
    found = bureau.act(found, "confirm", WANG)
    found = bureau.act(found, "contest", LI)
    found = bureau.act(found, "send_back", CHEN)
    assert found.clock is not None
    bureau.on(TODAY + timedelta(days=21))
    found = bureau.act(found, "correct", WANG)
    row = record(bureau, found, TODAY + timedelta(days=21))
    assert row is not None
    assert (row.due, row.answered, row.late) == (DUE, TODAY + timedelta(days=20), 13)


def test_what_is_withdrawn_was_nobody_s_delay_and_a_longer_day_is_a_longer_day(
    bureau: House,
) -> None:
    gone = bureau.open("correction", "submit", LI)
    longer = bureau.open("correction", "submit", LI)
    longer = bureau.act(longer, "extend", WANG)
    assert longer.clock is not None
    assert longer.clock.due is not None
    last = longer.clock.due
    assert last > DUE
    bureau.on(last)
    gone, longer = bureau.act(gone, "withdraw", LI), bureau.act(longer, "correct", WANG)
    assert timing(bureau, longer, last) == "on_time"
    assert timing(bureau, gone, last) == "no_deadline"
    row = record(bureau, longer, last)
    assert row is not None
    assert row.due == last


def test_a_demand_is_reviewed_in_time_though_it_is_mounted_much_later(bureau: House) -> None:
    bureau.under("heilongjiang-2025")
    found = bureau.open("demand", "ask", LI)
    assert timing(bureau, found, TODAY) == "open"
    found = bureau.act(found, "accept", WANG)
    bureau.on(TODAY + timedelta(days=60))
    found = bureau.act(found, "mount", WANG)
    row = record(bureau, found, TODAY + timedelta(days=60))
    assert row is not None
    assert (row.state, row.deadline_key, row.late) == ("mounted", "demand.review", 0)


def test_only_what_a_kpi_counts_is_told_and_a_lost_file_keeps_the_rest(bureau: House) -> None:
    other = bureau.open("dispute_use", "raise", LI)
    assert record(bureau, other, TODAY) is None
    found = bureau.open("correction", "submit", LI)
    row = record_of(found, None, (), TODAY)
    assert row is not None
    assert (row.state, row.deadline_key, row.closed) == ("with_provider", "", None)
