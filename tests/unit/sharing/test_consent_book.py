"""Consents and the ledger: one entry a change, both or neither, on both kinds of store."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from compare_city import resident
from desk_house import House
from matters import NOON
from sqlalchemy import insert, update

from workbench.errors import InvalidInput, Text
from workbench.model.consent import Change, ConsentRule
from workbench.model.contract import Column, Identifier, SharingMode
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter
from workbench.model.scenario import ResourceUse, Scenario
from workbench.sharing.consent_asked import Asked, OnRecord, Subject
from workbench.sharing.consent_verify import consent_mismatches
from workbench.sharing.consents import Consent, ConsentBook
from workbench.store.tables import consent_sets, consents

TODAY = day_of(NOON)
USE = ResourceUse("person", SharingMode.obtain, (), consent=ConsentRule("id"))
SCENARIO = Scenario("s", "1", Text("景", "S"), "为民", "法", (USE,), ("drc",), "authority")
ID = Column("id", "VARCHAR", identifier=Identifier.resident_id)
ASKED = Asked(SCENARIO, (Subject("resident_id", ID),), True)
RECORD = OnRecord("s", "为民", ("resident_id",))
CHEN_ID, DU_ID = resident(1), resident(2)


def book_of(house: House) -> ConsentBook:
    return ConsentBook(house.store.consents, house.ledger, b"m" * 32, lambda: house.now)


def consent(identifier: str = CHEN_ID, **more: Any) -> Consent:
    return Consent(identifier, TODAY, **more)


def entries(house: House) -> list[dict[str, Any]]:
    found = house.store.journal.find(EntryFilter(event="consent_changed"))
    return [json.loads(filed.entry.body) for filed in reversed(found)]


def apart(house: House) -> tuple[int, list[tuple[str, int, str]]]:
    changes, found = consent_mismatches(house.store.journal, house.store.consents)
    return changes, [(one.scenario, one.change, one.how.en) for one in found]


def standing(house: House) -> int:
    return house.store.consents.counts("s", TODAY).standing


def test_a_change_is_one_entry_that_tells_of_nobody(house: House) -> None:
    book = book_of(house)
    done = book.give(ASKED, [consent(), consent(DU_ID)], "os:li")
    book.withdraw(RECORD, [CHEN_ID], "os:wang")
    first, second = entries(house)
    assert (first["seq"], first["scenario"], first["purpose"]) == (done.entry, "s", "为民")
    assert {k: v for k, v in first["detail"].items() if k != "digest"} == {
        "change": 1, "given": 2, "withdrawn": 0, "replaced": 0,
    }  # fmt: skip
    assert (second["actor"], second["detail"]["withdrawn"]) == ("os:wang", 1)
    assert CHEN_ID not in json.dumps([first, second])
    assert apart(house) == (2, [])
    assert standing(house) == 1


def test_the_same_again_enters_nothing(house: House) -> None:
    book = book_of(house)
    book.give(ASKED, [consent()], "os:li")
    again = book.give(ASKED, [consent(f" {CHEN_ID.lower()}　")], "os:li")
    assert (again.entry, again.to_dict()["change"], again.change.unchanged) == (None, None, 1)
    book.withdraw(RECORD, [CHEN_ID], "os:li")
    assert book.withdraw(RECORD, [CHEN_ID], "os:li").entry is None
    assert len(entries(house)) == 2


@pytest.mark.parametrize("wrong", ["", " 　", "110101195001011234", "1101011950", "x"])
def test_what_is_no_key_is_not_recorded_and_not_shown(house: House, wrong: str) -> None:
    book = book_of(house)
    for attempt in (
        lambda: book.give(ASKED, [consent(), consent(wrong)], "os:li"),
        lambda: book.withdraw(RECORD, [wrong], "os:li"),
    ):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert not wrong.strip() or wrong not in refused.value.said("en").split()
    assert entries(house) == []
    assert standing(house) == 0


def test_a_key_without_check_digits_is_any_text(house: House) -> None:
    free = replace(ASKED, subjects=(Subject("r.code", Column("code", "BIGINT", entity_key=True)),))
    assert book_of(house).give(free, [consent("7")], "os:li").entry is not None


def test_a_withdrawal_is_by_what_is_recorded(house: House) -> None:
    """Whatever the scenario's file says of it by now: the number of a register, a credit code."""
    book, number = book_of(house), Column("no", "VARCHAR", entity_key=True)
    once = replace(ASKED, subjects=(Subject("people.no", number),))
    book.give(once, [consent("7"), consent(CHEN_ID)], "os:li")
    gone = OnRecord("s", "", ("people.no",))
    assert book.withdraw(gone, [" ７"], "os:li").change.ends.keys()
    assert book.withdraw(gone, [CHEN_ID], "os:li").change.narrows
    assert standing(house) == 0
    assert apart(house) == (3, [])


def test_several_are_withdrawn_in_one_change_or_none(house: House) -> None:
    book = book_of(house)
    book.give(ASKED, [consent(), consent(DU_ID)], "os:li")
    with pytest.raises(InvalidInput, match="one of these subjects"):
        book.withdraw(RECORD, [CHEN_ID, resident(3)], "os:li")
    assert standing(house) == 2
    done = book.withdraw(RECORD, [CHEN_ID, DU_ID, CHEN_ID.lower()], "os:li")
    assert (len(done.change.ends), standing(house)) == (2, 0)


def test_one_key_is_another_subject_in_each_kind(house: House) -> None:
    book, number = book_of(house), Column("no", "BIGINT", entity_key=True)
    for kind in ("people.no", "accounts.acct"):
        book.give(replace(ASKED, subjects=(Subject(kind, number),)), [consent("7")], "os:li")
    assert standing(house) == 2
    book.withdraw(OnRecord("s", "", ("accounts.acct",)), ["7"], "os:li")
    assert standing(house) == 1
    assert house.store.consents.kinds("s") == ("accounts.acct", "people.no")


def test_a_key_with_check_digits_tells_its_kind() -> None:
    firm = Column("code", "VARCHAR", identifier=Identifier.credit_code)
    both = replace(ASKED, subjects=(Subject("credit_code", firm), *ASKED.subjects))
    assert both.kind_of(CHEN_ID) == "resident_id"
    assert both.kind_of("91350100M000100Y43") == "credit_code"
    assert both.kind_of("7") is None


def test_a_slip_of_the_pen_is_no_withdrawal(house: House) -> None:
    book = book_of(house)
    book.give(ASKED, [consent()], "os:li")
    with pytest.raises(InvalidInput, match="No consent of this subject") as refused:
        book.withdraw(RECORD, [DU_ID], "os:li")
    assert "still stands" in refused.value.said("en")
    assert standing(house) == 1


def test_of_two_at_once_both_are_recorded_and_neither_twice(house: House) -> None:
    book, people = book_of(house), [resident(n) for n in range(12)]

    def work(some: list[str]) -> None:
        for one in some:
            book.give(ASKED, [consent(one)], "os:li")

    threads = [threading.Thread(target=work, args=(people[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standing(house) == 12
    assert apart(house) == (12, [])


def test_who_comes_second_works_it_out_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what was worked out at first and the write lock, somebody else does the same."""
    book, plan = book_of(house), house.store.consents.plan
    before: list[Change] = []

    def beaten(*given: Any) -> Change:
        change = plan(*given)
        before.append(change)
        if len(before) == 1:
            book_of(house).give(ASKED, [consent()], "os:wang")
        return change

    monkeypatch.setattr(house.store.consents, "plan", beaten)
    assert book.give(ASKED, [consent()], "os:li").entry is None
    assert len(entries(house)) == 1
    monkeypatch.setattr(house.store.consents, "plan", plan)
    assert book.give(ASKED, [consent(DU_ID)], "os:li").change.number == 2
    assert apart(house) == (2, [])


def test_where_the_entry_cannot_be_made_neither_is_the_change(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("workbench.ledger.record.compose", broken)
    with pytest.raises(Exception, match="ledger cannot be written"):
        book_of(house).give(ASKED, [consent()], "os:li")
    monkeypatch.undo()
    assert standing(house) == 0
    assert apart(house) == (0, [])


def _forged(house: House) -> None:
    with house.store.writing() as connection:
        row = {
            "scenario": "s", "subject": "f" * 32, "change": 1, "kind": "", "given_on": TODAY,
            "until": None, "by": "os:li", "at": NOON, "ended": "", "ended_by": "",
        }  # fmt: skip
        connection.execute(insert(consents).values(row))


def _unknown(house: House) -> None:
    with house.store.writing() as connection:
        row = {
            "scenario": "s", "subject": "f" * 32, "change": 9, "kind": "", "given_on": TODAY,
            "until": None, "by": "os:li", "at": NOON, "ended": "", "ended_by": "",
        }  # fmt: skip
        connection.execute(insert(consents).values(row))


def _revived(house: House) -> None:
    with house.store.writing() as connection:
        again = {"ended": "", "ended_change": None, "ended_by": "", "ended_at": None}
        connection.execute(update(consents).values(again))


def _counted(house: House) -> None:
    with house.store.writing() as connection:
        connection.execute(update(consent_sets).values(changes=3))


@pytest.mark.parametrize(
    ("forge", "which", "how"),
    [
        (_forged, 1, "digest"),
        (_unknown, 9, "the ledger does not"),
        (_revived, 2, "digest"),
        (_counted, 3, "the ledger does not"),
    ],
)
def test_what_was_done_behind_the_ledgers_back_shows(
    house: House, forge: Callable[[House], None], which: int, how: str
) -> None:
    book = book_of(house)
    book.give(ASKED, [consent(), consent(DU_ID)], "os:li")
    book.withdraw(RECORD, [CHEN_ID], "os:li")
    assert apart(house) == (2, [])
    forge(house)
    (found,) = apart(house)[1]
    assert found[:2] == ("s", which)
    assert how in found[2]
