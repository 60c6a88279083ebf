"""The desk of procedures over a real store: what it keeps, marks, tells, chases, shows to whom."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from procedure_house import (
    CHEN,
    FIVE,
    GAO,
    GRANT,
    HE,
    KINDS,
    LI,
    MA,
    PROOF,
    ROOT,
    SUN,
    TODAY,
    UNTIL,
    WANG,
    XU,
    ZHOU,
    House,
    definition,
    full,
    given,
)
from sqlalchemy import text as sql

from workbench.catalogue.new_city import make_city
from workbench.errors import Code, Conflict, InvalidInput, StatementWrong, WorkbenchError
from workbench.model.actor import Actor, Role
from workbench.model.procedure import Effect
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.sight import may_read
from workbench.sharing.procedures.verify import procedure_mismatches
from workbench.store.procedures import ProcedureFilter

KEY = "91510000MA62000000"


def sound(house: House) -> None:
    _, apart = procedure_mismatches(house.store.journal, house.store)
    assert apart == ()


# Marks --------------------------------------------------------------------------------------------


def test_what_is_disputed_is_marked_until_it_is_closed(bureaus: House) -> None:
    found = bureaus.open("correction", "submit", LI)
    marks = bureaus.store.effects.disputed("taxes")
    row = bureaus.sealing.row("taxes", KEY)
    assert [(m.column, m.row, m.procedure_id) for m in marks] == [
        ("amount", row, found.id),
        ("county", row, found.id),
    ]
    assert KEY not in row
    assert [m.column for m in bureaus.store.effects.disputed("taxes", ["county"])] == ["county"]
    assert bureaus.store.effects.disputed("taxes", ["owner"]) == ()
    assert bureaus.store.effects.disputed("plots") == ()
    found = bureaus.act(found, "confirm", WANG)
    assert len(bureaus.store.effects.disputed("taxes")) == 2, "answered, and not yet closed"
    bureaus.act(found, "accept", LI)
    assert bureaus.store.effects.disputed("taxes") == ()
    sound(bureaus)


def test_a_whole_resource_is_disputed_where_nothing_narrower_is_named(bureau: House) -> None:
    of = definition("correction")
    fields = {k: v for k, v in given(of).items() if k not in ("column", "key")}
    one = bureau.open("correction", "submit", LI, fields=fields)
    assert [(m.column, m.row) for m in bureau.store.effects.disputed("taxes", ["county"])] == [
        ("", "")
    ]
    two = bureau.open("correction", "submit", SUN, fields=fields | {"column": "county"})
    bureau.act(one, "withdraw", LI)
    left = bureau.store.effects.disputed("taxes")
    assert [m.procedure_id for m in left] == [two.id], "each takes its own mark away"


# What is done beside ------------------------------------------------------------------------------


def test_every_department_with_a_live_grant_is_told_and_no_other(bureau: House) -> None:
    bureau.held = (
        GRANT,
        replace(GRANT, id="g2", department="other"),
        replace(GRANT, id="g3", department="land", valid_until=TODAY - timedelta(days=1)),
        replace(GRANT, id="g4", department="bureau", resource="plots"),
        replace(GRANT, id="g5", department="some_page"),
    )
    found = bureau.open("correction", "submit", LI)
    bureau.act(found, "correct", WANG)
    users = [who for kind, who in bureau.told(found) if kind == "notify_users"]
    assert users == ["department:drc", "department:other"]
    sound(bureau)


def test_a_destruction_is_recorded_with_its_evidence(bureau: House) -> None:
    found = bureau.open("destruction", "report", LI)
    assert bureau.store.effects.done(Effect.record_destruction) == ()
    bureau.act(found, "confirm", WANG, evidence="cd" * 32)
    (done,) = bureau.store.effects.done(Effect.record_destruction, "g1")
    assert (done.procedure_id, done.evidence, done.by_hand) == (found.id, "cd" * 32, False)


def test_what_was_done_by_hand_is_recorded_as_such(bureau: House) -> None:
    found = bureau.open("wider_use", "ask", LI)
    bureau.act(found, "consent", WANG)
    (done,) = bureau.store.effects.done(Effect.grant_wider, "g1")
    assert (done.by_hand, done.evidence) == (True, PROOF)
    entry = bureau.entries()[-1]
    assert (entry["by_hand"], entry["evidence"], entry["effects"], entry["decided"]) == (
        True,
        PROOF,
        ["grant_wider"],
        [],
    )


# What is kept, and where it does not stand --------------------------------------------------------


def test_what_is_sealed_stands_nowhere_in_the_clear(bureau: House) -> None:
    written = "户名写错了"
    fields = given(definition("correction"), wrong=written)
    found = bureau.open("correction", "submit_to_authority", LI, fields=fields, reason=written)
    bureau.act(found, "forward", CHEN, reason=written)
    bureau.watch().look()
    with bureau.store.reading() as connection:
        kept = [
            str(row)
            for table in ("procedures", "messages", "entries", "commands", "disputed")
            for row in connection.execute(sql(f"SELECT * FROM {table}"))
        ]
    assert kept
    assert not [row for row in kept if KEY in row or written in row]
    of = bureau.desk.definition(found)
    opened = {v.name: bureau.desk.opened(v.text) for v in found.values if v.sealed}
    assert opened == {"key": KEY, "wrong": written}
    reads = {who.id: may_read(found, of, who) for who in (LI, WANG, CHEN, XU, HE, MA)}
    assert reads == {
        "li": True, "wang": True, "chen": True, "xu": False, "he": False, "ma": False,
    }  # fmt: skip


def test_the_authority_reads_of_a_person_only_what_it_is_to_decide(bureau: House) -> None:
    found = bureau.open("open_infringement", "enter", LI)
    of = bureau.desk.definition(found)
    assert not may_read(found, of, CHEN)
    found = bureau.act(bureau.act(found, "reject", WANG), "contest", LI)
    assert may_read(found, of, CHEN)


def test_only_its_parties_see_it(bureau: House) -> None:
    found = bureau.open("complaint", "complain", LI)
    page = Actor("page", "drc", frozenset({Role.page}))
    for who, sees in ((LI, 1), (SUN, 1), (CHEN, 1), (HE, 1), (WANG, 0), (MA, 0), (page, 0)):
        assert bureau.desk.count(ProcedureFilter(), who) == sees
        assert len(bureau.desk.find(ProcedureFilter(), who)) == sees
        if sees:
            assert bureau.desk.look(found.id, who) == found
            continue
        with pytest.raises(StatementWrong) as raised:
            bureau.desk.look(found.id, who)
        assert raised.value.code is Code.not_found


def test_the_same_command_is_done_once(bureaus: House) -> None:
    of, desk = definition("demand"), bureaus.desk
    command = full("ask", 0)
    first = desk.open("demand", given(of), command, LI, "k1")
    again = desk.open("demand", given(of), command, LI, "k1")
    assert (again.procedure.id, again.repeated) == (first.procedure.id, True)
    with pytest.raises(InvalidInput):
        desk.open("demand", given(of, items="more"), command, LI, "k1")
    step = full("accept", 1)
    assert not desk.act(first.procedure.id, step, WANG, "k2").repeated
    assert desk.act(first.procedure.id, step, WANG, "k2").repeated
    assert len(bureaus.entries()) == 2
    assert desk.count(ProcedureFilter(), LI) == 1


def test_of_two_at_once_one_is_told(bureau: House) -> None:
    found = bureau.open("demand", "ask", LI)
    bureau.act(found, "accept", WANG)
    with pytest.raises(Conflict) as raised:
        bureau.desk.act(found.id, full("reject", found.version), ZHOU)
    assert "wang" in raised.value.said("en")
    sound(bureau)


def test_a_changed_file_changes_nothing_that_runs(bureau: House) -> None:
    folder = bureau.own_definitions()
    found = bureau.open("correction", "submit", LI)
    due = found.clock
    file = folder / "correction.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("correct, title", "mend, title").replace(
        "event: correct\n", "event: mend\n"), encoding="utf-8")  # fmt: skip
    bureau.text = re.sub(r"(answer:\s+count: )5", r"\g<1>1", bureau.text)
    later = bureau.open("correction", "submit", LI)
    assert later.definition != found.definition
    assert later.clock is not None
    assert later.clock.due == date(2026, 3, 10)
    assert bureau.desk.look(found.id, LI).clock == due
    assert bureau.act(found, "correct", WANG).over
    with pytest.raises(Conflict):
        bureau.act(later, "correct", WANG)
    assert bureau.act(later, "mend", WANG).over
    file.unlink()
    assert bureau.desk.definition(found).id == "correction"
    sound(bureau)


def test_what_somebody_changed_behind_the_ledger_s_back_shows(bureaus: House) -> None:
    found = bureaus.open("correction", "submit", LI)
    sound(bureaus)
    with bureaus.store.writing() as connection:
        connection.execute(sql("UPDATE procedures SET state = 'closed'"))
        connection.execute(sql("DELETE FROM disputed"))
    _, apart = procedure_mismatches(bureaus.store.journal, bureaus.store)
    assert {one.case_id for one in apart} == {found.id}
    assert len(apart) == 2


# What is told and chased --------------------------------------------------------------------------


def test_who_has_to_act_is_told_and_then_reminded(bureaus: House) -> None:
    found = bureaus.open("correction", "submit_to_authority", LI)
    assert bureaus.told(found) == [
        ("submit_to_authority", "department:tax"),
        ("submit_to_authority", "role:authority"),
    ]
    seen = []
    for day in range(9, 20):
        bureaus.on(date(2026, 3, day))
        for _ in range(2):
            done = bureaus.watch().look()
            if done.reminded:
                seen.append((day, done.reminded))
    assert seen == [(9, 1), (11, 1), (12, 1), (18, 1)]
    kinds = [kind for kind, _ in bureaus.told(found) if kind.startswith("procedure_")]
    assert kinds[:3] == ["procedure_due_soon", "procedure_due_today", "procedure_overdue"]
    body = json.loads(bureaus.store.messages.of_case(found.id)[0].body)
    assert "第20条" in body["zh"]
    late = bureaus.act(found, "forward", CHEN).steps[-1].late
    assert late == 8
    assert len(bureaus.entries("procedure_reminded")) == len(kinds)
    sound(bureaus)


def test_the_end_of_a_service_is_said_once_when_it_is_over(bureau: House) -> None:
    found = bureau.under("heilongjiang-2025").open("catalogue_withdrawal", "apply", WANG)
    bureau.act(found, "approve", CHEN, until=UNTIL)
    for day in (date(2026, 9, 9), UNTIL):
        bureau.on(day)
        assert bureau.watch().look().reminded == 0, "nobody is late who still serves"
    bureau.on(UNTIL + timedelta(days=1))
    assert [bureau.watch().look().reminded for _ in range(2)] == [1, 0]


def test_a_procedure_that_cannot_be_looked_at_keeps_no_other_from_it(bureau: House) -> None:
    bureau.open("correction", "submit", LI)
    bureau.open("demand", "ask", LI)
    with bureau.store.writing() as connection:
        connection.execute(
            sql("UPDATE procedure_kinds SET text = 'id: demand' WHERE kind = 'demand'")
        )
    looked = bureau.watch().look()
    assert (looked.looked, looked.troubled) == (2, 1)


def test_what_is_due_is_found(bureaus: House) -> None:
    one = bureaus.open("correction", "submit", LI)
    bureaus.open("demand", "ask", LI)  # Aba has no number for it
    lines = bureaus.desk.find(ProcedureFilter(due_by=TODAY + timedelta(days=7)), WANG)
    assert [(line.id, line.due) for line in lines] == [(one.id, date(2026, 3, 16))]
    assert bureaus.desk.find(ProcedureFilter(due_by=TODAY), WANG) == ()


# Fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"resource": "taxis"}, "Did you mean taxes?"),
        ({"column": "contry"}, "Did you mean county?"),
        ({"wrong": "\u200b"}, "it is missing"),
        ({"when": "now"}, "there is no field when"),
        ({"wrong": "x" * 4001}, "it is too long"),
    ],
)
def test_a_wrong_field_is_told(fields: dict[str, str], told: str, bureau: House) -> None:
    with pytest.raises(InvalidInput) as raised:
        bureau.open("correction", "submit", LI, fields=given(definition("correction"), **fields))
    assert told in raised.value.said("en")


def test_a_grant_of_somebody_else_is_none(bureau: House) -> None:
    for actor in (MA, GAO):
        with pytest.raises(WorkbenchError) as raised:
            bureau.open("wider_use", "ask", actor)
        assert "there is no grant g1" in raised.value.said("en")
    assert bureau.open("wider_use", "ask", LI).provider == "tax"


def test_an_unsound_file_stops_its_own_kind_alone(bureau: House) -> None:
    folder = bureau.own_definitions()
    (folder / "demand.yaml").write_text("id: demand\n", encoding="utf-8")
    kinds, wrong = bureau.desk.kinds()
    assert wrong == ("demand",)
    assert len(kinds) == len(KINDS) - 1
    with pytest.raises(InvalidInput):
        bureau.open("demand", "ask", LI)
    assert bureau.open("correction", "submit", LI).version == 1


@pytest.mark.parametrize("regulation", FIVE)
def test_each_kind_is_offered_by_its_article_or_as_our_default(
    regulation: str, bureau: House
) -> None:
    kinds, _ = bureau.under(regulation).desk.kinds()
    names = {one.id for one in kinds}
    assert names == set(KINDS)
    assert {one.id for one in kinds if regulation in one.orders}, "it orders some of them itself"
    assert {one.id for one in kinds if regulation not in one.orders}


def test_an_empty_command_opens_by_the_first_step_that_is_theirs(bureau: House) -> None:
    of = definition("correction")
    found = bureau.desk.open("correction", given(of), Command(""), LI).procedure
    assert found.steps[0].event == "submit"
    ordered = Command("", reason="why", basis="x", days=3)
    found = bureau.desk.open("correction", given(of), ordered, CHEN).procedure
    assert found.steps[0].event == "order"


def test_a_new_city_has_the_definitions_of_the_sample_city(tmp_path_factory: object) -> None:
    place = tmp_path_factory.mktemp("city")  # type: ignore[attr-defined]
    make_city(place)
    ours = {f.name: f.read_bytes() for f in (ROOT / "data_contracts" / "procedures").iterdir()}
    theirs = {f.name: f.read_bytes() for f in (place / "data_contracts/procedures").iterdir()}
    assert theirs == ours
