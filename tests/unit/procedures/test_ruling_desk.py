"""What a step of a procedure decides is kept in its transaction, in the store and in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procedure_house import CHEN, GRANT, LI, TODAY, WANG, ZHOU, House, definition, given
from sqlalchemy import text as sql

from workbench.errors import Unavailable, WorkbenchError
from workbench.model.contract import OpenType, SharingType
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
