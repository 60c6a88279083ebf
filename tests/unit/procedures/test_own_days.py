"""Deadlines that no regulation gives: a definition's own days, by the word of a choice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from procedure_house import GAO, LI, NOON, SUN, WANG, House, full, rules

from workbench.catalogue.procedure_document import document
from workbench.catalogue.procedures import check_procedures, definition_in
from workbench.errors import InvalidInput, Refused
from workbench.kpi.procedure_clocks import runs
from workbench.model.actor import Actor, Role
from workbench.model.procedure import FieldKind, Party, Procedure, Value
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.stepping import Matter, opened, stepped
from workbench.store.procedures import ProcedureFilter

SHIPPED = Path(__file__).parents[3] / "workbench/simulation/shipped/city"
TEXT = (SHIPPED / "data_contracts/procedures/early_warning.yaml").read_bytes()
WARNING = definition_in(TEXT, "early_warning").definition
BO = Actor("bo", "drc", frozenset({Role.officer, Role.provider}))


def alert(level: str, handler: str = "tax") -> Procedure:
    values = (
        Value("alert", FieldKind.key, "w1"),
        Value("level", FieldKind.choice, level),
        Value("handler", FieldKind.department, handler),
    )
    return opened(
        "p1", WARNING, Command(""), Matter(values, "drc", handler), LI, NOON,
        rules("binzhou-2023"), lambda text: f"sealed {len(text)}",
    )  # fmt: skip


def step(one: Procedure, event: str, who: Actor) -> Procedure:
    return stepped(
        one, WARNING, full(event, one.version, basis="", evidence=""), who, NOON,
        rules("binzhou-2023"), lambda text: f"sealed {len(text)}",
    )  # fmt: skip


def test_the_file_is_sound() -> None:
    assert check_procedures(SHIPPED) == ()


@pytest.mark.parametrize(
    ("level", "first", "second"),
    [
        ("red", date(2026, 3, 10), date(2026, 3, 16)),
        ("orange", date(2026, 3, 11), date(2026, 3, 23)),
        ("blue", date(2026, 3, 23), date(2026, 4, 21)),  # Qingming, 6 April, is no working day
    ],
)
def test_the_worse_the_level_the_sooner(level: str, first: date, second: date) -> None:
    new = alert(level)
    assert new.clock is not None
    assert (new.clock.state, new.clock.due, new.clock.article) == ("ours", first, "")
    assert new.clock.whose is Party.applicant
    assigned = step(new, "assign", LI)
    assert assigned.clock is not None
    assert (assigned.clock.due, assigned.clock.whose) == (second, Party.other_provider)


def test_the_level_is_in_the_clear_and_which_alert_is_sealed() -> None:
    found = {one.name: (one.text, one.sealed) for one in alert("red").values}
    assert found["level"] == ("red", False)
    assert found["alert"] == ("sealed 2", True)


def test_who_says_so_does_not_close_it_and_each_way_ends_in_its_state() -> None:
    ends = {"handle": "confirmed", "explain": "harmless", "false_alarm": "false_alarm"}
    for event, state in ends.items():
        told = step(step(alert("red"), "assign", LI), event, WANG)
        closed = step(told, "close", LI)
        assert (closed.state, closed.over, closed.clock) == (state, True, None)
    mine = step(step(alert("red", "drc"), "assign", LI), "handle", BO)
    assert step(mine, "close", SUN).over
    with pytest.raises(Refused):
        step(mine, "close", BO)


def test_a_key_figure_reads_the_days_that_were_its_own() -> None:
    one = step(step(alert("red"), "assign", LI), "handle", WANG)
    told = rules("binzhou-2023")
    found = list(runs(one, WARNING, told.profile, told.calendar))
    assert [(run.whose, run.late) for run in found] == [
        (Party.applicant, 0), (Party.other_provider, 0), (Party.applicant, None),
    ]  # fmt: skip
    assert found[-1].due == date(2026, 3, 16)
    assert found[-1].state == "ours"


def test_the_page_of_definitions_says_whose_days_they_are() -> None:
    told = document([WARNING])
    assert "red 1, orange 2, yellow 5, blue 10 working days (ours) for applicant" in told
    assert "Ordered by no regulation" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{red: 1, ", "{", "ours does not fit the words of its choice"),
        ("{red: 1, ", "{scarlet: 1, red: 1, ", "ours does not fit the words of its choice"),
        ("of: level, ours: {red: 1", "of: rule, ours: {red: 1", "ours does not fit the words"),
        ("{red: 1, ", "{red: 0, ", "1"),
        ("starts: {for: applicant, ours: 5}", "starts: {for: applicant, ours: 5, of: level}",
         "ours does not fit"),
        ("for: applicant, ours: 5", "for: applicant, deadline: demand.review, ours: 5",
         "the deadline has two sources"),
        ("kind: choice, options", "kind: text, options", "options are for a choice"),
        ("options: [red, orange, yellow, blue], ", "", "options are for a choice"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(old: str, new: str, told: str) -> None:
    text = TEXT.decode()
    assert old in text
    with pytest.raises(InvalidInput) as caught:
        definition_in(text.replace(old, new, 1).encode(), "early_warning")
    assert any(told in reason.what.en for reason in caught.value.reasons)


def test_a_word_that_is_no_option_is_refused(bureau: House) -> None:
    folder = bureau.own_definitions()
    (folder / "early_warning.yaml").write_bytes(TEXT)
    given = {
        "resource": "taxes", "alert": "w1", "rule": "stop", "month": "2026-02-01",
        "level": "purple", "handler": "tax",
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="purple"):
        bureau.desk.open("early_warning", given, Command(""), LI)
    done = bureau.desk.open("early_warning", given | {"level": "red"}, Command(""), LI, "w1")
    again = bureau.desk.open("early_warning", given | {"level": "red"}, Command(""), LI, "w1")
    assert done.procedure.id == again.procedure.id
    assert again.repeated
    assert GAO.department not in done.procedure.departments


def raised(bureau: House, name: str, level: str) -> Procedure:
    given = {
        "resource": "taxes", "alert": name, "rule": "stop", "month": "2026-02-01",
        "level": level, "handler": "tax",
    }  # fmt: skip
    return bureau.desk.open("early_warning", given, Command(""), LI, named=name).procedure


def test_who_names_it_opens_it_once_whoever_does(bureau: House) -> None:
    (bureau.own_definitions() / "early_warning.yaml").write_bytes(TEXT)
    first = raised(bureau, "w202602-k7m2xq34", "red")
    assert first.id == "w202602-k7m2xq34"
    given = {"resource": "taxes"}  # of one that is there, nothing more is asked
    again = bureau.desk.open("early_warning", given, Command(""), SUN, named=first.id)
    assert (again.procedure, again.repeated) == (first, True)


def test_what_is_overdue_is_found_by_its_day_and_told_when_it_is_done(bureau: House) -> None:
    (bureau.own_definitions() / "early_warning.yaml").write_bytes(TEXT)
    red, blue = raised(bureau, "w1", "red"), raised(bureau, "w2", "blue")
    late = ProcedureFilter(due_by=date(2026, 3, 12))
    assert [line.id for line in bureau.desk.find(late, LI)] == [red.id]
    bureau.now += timedelta(days=4)
    done = bureau.desk.act(red.id, Command("assign", red.version), LI).procedure
    assert done.steps[-1].late == 3
    in_time = bureau.desk.act(blue.id, Command("assign", blue.version), LI).procedure
    assert in_time.steps[-1].late == 0
