"""What a step of a procedure decides is kept in its transaction, in the store and in the ledger."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from procedure_house import (
    CHEN,
    GRANT,
    LI,
    TODAY,
    WANG,
    ZHOU,
    House,
    contract,
    definition,
    given,
    resource,
)
from sqlalchemy import text as sql

from workbench.errors import InvalidInput, Unavailable, WorkbenchError
from workbench.model.contract import Delivery, OpenType, SharingType
from workbench.model.procedure import Effect
from workbench.model.ruling import Ruling
from workbench.sharing.procedures.decided import contract_digest, digest_of
from workbench.sharing.procedures.verify import procedure_mismatches
from workbench.store.session import Store


def decided(house: House) -> dict[tuple[str, int], Ruling]:
    return {(one.effect.value, one.step): one for one in house.store.rulings.all()}


def sound(house: House) -> None:
    assert procedure_mismatches(house.store.journal, house.store)[1] == ()


def test_a_type_that_is_decided_is_kept_with_its_procedure_and_the_contract(
    bureaus: House,
) -> None:
    before = bureaus.store.version()
    found = bureaus.under("changde-2016").open("reclassification_law", "note", WANG)
    assert bureaus.store.rulings.all() == ()
    found = bureaus.act(found, "change", ZHOU, evidence="")
    (one,) = bureaus.store.rulings.of(found.id)
    assert (one.sharing, one.opening) == (SharingType.unconditional, None)
    assert (one.was_sharing, one.was_opening) == (SharingType.conditional, OpenType.not_open)
    assert one.contract == contract_digest(bureaus.city().resources["taxes"])
    assert (one.regulation, one.article, one.since) == ("changde-2016", "13", TODAY)
    assert (one.resource, one.step, one.at) == ("taxes", 2, found.changed)
    assert bureaus.store.version() > before, "every process that serves the city is told"
    entry = bureaus.entries()[-1]["decided"]
    assert isinstance(entry, list)
    assert entry[0]["digest"] == digest_of(one)
    assert (entry[0]["sharing"], entry[0]["contract"]) == ("unconditional", one.contract)
    sound(bureaus)


def test_for_a_time_and_taken_back(bureau: House) -> None:
    fields = given(definition("reclassification_emergency")) | {"to": "not_shared"}
    found = bureau.under("binzhou-2023").open(
        "reclassification_emergency", "propose", WANG, fields=fields
    )
    day = TODAY + timedelta(days=9)
    found = bureau.act(found, "adjust", ZHOU, until=day)
    found = bureau.act(found, "prolong", CHEN, until=day + timedelta(days=9))
    bureau.act(found, "restore", CHEN)
    kept = decided(bureau)
    assert list(kept) == [("reclassify_until", 2), ("reclassify_until", 3), ("take_back", 4)]
    assert [one.until for one in kept.values()] == [day, day + timedelta(days=9), None]
    sound(bureau)


def test_who_uses_what_is_withdrawn_is_served_until_the_day_that_was_named(bureau: House) -> None:
    found = bureau.open("catalogue_withdrawal", "apply", WANG)
    last = TODAY + timedelta(days=400)
    found = bureau.act(found, "approve", CHEN, until=last)
    assert decided(bureau)["withdraw_entry", 2].since == last + timedelta(days=1)
    bureau.on(last)
    with pytest.raises(WorkbenchError):
        bureau.act(found, "withdraw", ZHOU)
    bureau.on(last + timedelta(days=1))
    bureau.act(found, "withdraw", ZHOU, evidence="")
    assert decided(bureau)["withdraw_entry", 3].since == last + timedelta(days=1)
    sound(bureau)


def test_it_is_opened_again_by_the_procedure_that_withdrew_it(bureau: House) -> None:
    found = bureau.open("open_infringement", "enter", LI)
    found = bureau.act(found, "suspend", WANG, evidence="")
    bureau.act(found, "reopen", WANG, evidence="")
    assert [key for key, _ in decided(bureau)] == ["withdraw_entry", "publish_entry"]
    sound(bureau)


def test_what_was_changed_behind_the_ledgers_back_shows(bureau: House) -> None:
    found = bureau.under("changde-2016").open("reclassification_law", "note", WANG)
    bureau.act(found, "change", ZHOU)
    for change in (
        "UPDATE rulings SET sharing = 'not_shared'",
        "UPDATE rulings SET until = '2020-01-01'",
        "DELETE FROM rulings",
    ):
        with bureau.store.writing() as connection:
            connection.execute(sql(change))
        _, apart = procedure_mismatches(bureau.store.journal, bureau.store)
        assert [one.case_id for one in apart] == [found.id], change


def test_a_step_that_is_not_kept_decides_nothing(
    bureau: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = bureau.under("changde-2016").open("reclassification_law", "note", WANG)
    before = bureau.store.version()

    def fails(self: Store, *_: object) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr("workbench.store.procedure_effects.ProcedureEffects.did", fails)
    with pytest.raises(Unavailable):
        bureau.act(found, "change", ZHOU)
    monkeypatch.undo()
    assert bureau.store.rulings.all() == ()
    assert bureau.store.version() == before
    assert bureau.desk.look(found.id, WANG).state == "noted"
    sound(bureau)


def test_what_began_to_be_done_by_hand_stays_so(bureau: House) -> None:
    """The file that it began under said so; a later one changes new procedures only."""
    folder = bureau.own_definitions()
    file = folder / "reclassification_law.yaml"
    text = file.read_text(encoding="utf-8")
    effects = "effects: [reclassify, notify_users]\n"
    file.write_text(text.replace(effects, f"{effects}    by_hand: true\n"), encoding="utf-8")
    old = bureau.under("changde-2016").open("reclassification_law", "note", WANG)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WorkbenchError) as raised:
        bureau.act(old, "change", ZHOU, evidence="")
    assert "by hand" in raised.value.said("en")
    bureau.act(old, "change", ZHOU)
    assert bureau.store.rulings.all() == ()
    (done,) = bureau.store.effects.done(Effect.reclassify, "taxes")
    assert done.by_hand
    new = bureau.open("reclassification_law", "note", WANG)
    bureau.act(new, "change", ZHOU, evidence="")
    assert len(bureau.store.rulings.all()) == 1
    sound(bureau)


def test_who_only_wants_to_see_or_have_a_copy_doubts_nothing(bureau: House) -> None:
    seen = bureau.open("data_subject", "enter", LI)
    assert bureau.store.effects.standing(["taxes"]) == ()
    bureau.act(seen, "show", WANG)
    changed = bureau.open("data_subject", "enter_change", LI)
    assert bureau.store.effects.standing(["taxes"])
    bureau.act(changed, "correct", WANG)
    assert bureau.store.effects.standing(["taxes"]) == ()
    assert bureau.store.rulings.all() == ()
    sound(bureau)


def test_users_are_told_of_what_ends_their_grant(bureau: House) -> None:
    bureau.held = (GRANT,)
    fields = given(definition("reclassification_law")) | {"to": "not_shared"}
    found = bureau.under("changde-2016").open("reclassification_law", "note", WANG, fields=fields)
    bureau.act(found, "change", ZHOU)
    assert ("notify_users", "department:drc") in bureau.told(found)


# Contracts ----------------------------------------------------------------------------------------


def opened_with(house: House, kind: str, text: str) -> str:
    """Opened with this contract: what it was refused with, in English; empty for nothing."""
    fields = given(definition(kind)) | {"contract": text}
    event = "begin" if kind == "catalogue_change" else "draft"
    try:
        house.open(kind, event, WANG, fields=fields)
    except InvalidInput as error:
        return error.said("en")
    return ""


def test_a_contract_is_read_when_it_is_sent_each_mistake_with_its_line(bureau: House) -> None:
    text = contract("taxes")
    assert opened_with(bureau, "catalogue_change", text) == ""
    assert opened_with(bureau, "catalogue_entry", contract("fees")) == ""
    line = 1 + text[: text.index("physicalType: VARCHAR")].count("\n")
    wrong = text.replace("physicalType: VARCHAR", "physicalType: WORDS")
    told = opened_with(bureau, "catalogue_change", wrong)
    assert f"contract:{line} schema[taxes].properties[county].physicalType" in told
    assert "VARCHAR" in told, "how it is mended"
    assert "contract:1" in opened_with(bureau, "catalogue_entry", "id: fees")


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("catalogue_change", {"name": "levies"}, "the table is not the resource that is changed"),
        ("catalogue_change", {"provider": "land"}, "the provider is not that of the procedure"),
        ("catalogue_change", {"open_type": OpenType.unconditional}, "a change of an entry changes"),
        ("catalogue_change", {"department": "moon"}, "there is no department moon"),
        ("catalogue_change", {"deliveries": (Delivery("x.csv"),)}, "is the operator's"),
        ("catalogue_entry", {"name": "taxes"}, "the catalogue has a table of this name"),
        ("catalogue_entry", {"name": "fees", "provider": "land"}, "the provider is not that of"),
        ("catalogue_entry", {"name": "fees", "deliveries": (Delivery("x.csv"),)}, "the operator's"),
    ],
)
def test_what_is_for_others_to_decide_is_no_change_of_an_entry(
    bureau: House, kind: str, more: dict[str, object], says: str
) -> None:
    more = dict(more)
    (bureau.folder / "x.csv").touch()
    text = contract(str(more.pop("name", "taxes")), **more)
    assert says in opened_with(bureau, kind, text)


def test_what_was_published_is_kept_with_its_text_and_its_digest(bureaus: House) -> None:
    text = contract("fees")
    fields = given(definition("catalogue_entry")) | {"contract": text}
    found = bureaus.open("catalogue_entry", "draft", WANG, fields=fields)
    found = bureaus.act(found, "submit", WANG)
    bureaus.act(found, "publish", CHEN, evidence="")
    (one,) = bureaus.store.rulings.of(found.id)
    assert (one.resource, one.text, one.contract) == ("fees", text.strip(), "")
    entry = bureaus.entries()[-1]["decided"]
    assert isinstance(entry, list)
    assert entry[0]["published"] == sha256(one.text.encode()).hexdigest()
    assert "监测" not in str(entry), "the text itself stands in the store"
    sound(bureaus)


def test_a_city_that_has_changed_since_is_asked_again(bureau: House) -> None:
    fields = given(definition("catalogue_entry")) | {"contract": contract("fees")}
    one, two = (bureau.open("catalogue_entry", "draft", WANG, fields=fields) for _ in range(2))
    one, two = (bureau.act(found, "submit", WANG) for found in (one, two))
    bureau.act(one, "publish", CHEN)
    bureau.more = {"fees": resource("fees", "tax")}
    with pytest.raises(InvalidInput) as raised:
        bureau.act(two, "publish", CHEN)
    assert "the catalogue has a table of this name" in raised.value.said("en")
    assert bureau.desk.look(two.id, WANG).state == "under_review"
