"""What may be kept as a file, and what the ledger and the receipt say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from workbench.errors import Code, Text, WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.gateway.exporting import Exported, Exporting
from workbench.gateway.exports import Exports, Order
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.receipts import is_genuine
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor, Role
from workbench.model.consent import ConsentState
from workbench.model.contract import LibraryKind, Resource, Sharing, SharingMode, SharingType
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    Mask,
    MaskKind,
    Operator,
    Origin,
    OriginKind,
    RowCondition,
    Use,
)
from workbench.model.lookup import Grants
from workbench.model.regulation import UNSTATED
from workbench.model.terms import Taken
from workbench.store.keyring import Keyring
from workbench.store.session import open_store

LI = Actor("li", "drc", frozenset({Role.analyst}))
PAGE = Actor("page:board", "page:board", frozenset(), viewer="li", viewer_department="drc")
ORIGIN = Origin(OriginKind.scenario, "watch@1", "主管部门", date(2026, 1, 1))
GRANT = Grant(
    "watch/drc/prices", "watch", "drc", "prices", (ColumnGrant("price"),), SharingMode.obtain,
    ORIGIN, valid_until=date(2026, 12, 31),
)  # fmt: skip
PRICES = Resource(
    "p", "prices", Text("房价", "Prices"), "1", "stats", "stats", LibraryKind.base,
    Sharing(SharingType.conditional, SharingMode.obtain, usage_requirements="不得转让"), (),
    provider_title=Text("统计局", "Statistics"), licence="CC BY 4.0",
)  # fmt: skip
CITY: Any = SimpleNamespace(id="here", resources={"prices": PRICES}, regulation=UNSTATED)
TAKEN = Taken.under(GRANT, ["price"]).to_list()
DIGEST = "ab" * 32
ORDER = Order("r1", DIGEST, "csv", "价格.csv", 3, 1, ("formula_like",))


@dataclass
class Desk:
    ledger: Ledger
    exports: Exports
    grants: list[Grant]
    keyring: Keyring
    sound: bool = True
    now: datetime = datetime(2026, 3, 1, tzinfo=UTC)

    def release(self, release: str = "r1", actor: Actor = LI, **detail: Any) -> None:
        """A release as the query path records it."""
        closing = {"outcome": "complete", "rows": 3, **detail.pop("closing", {})}
        opened = {
            "mode": ["obtain"],
            "grants": {"prices": TAKEN},
            "extracts": {"prices": [4, "cd" * 32]},
            **detail,
        }
        common: dict[str, Any] = {
            "actor": actor.id, "department": actor.department, "viewer": actor.viewer,
            "scenario": "watch", "purpose": "监测", "approver": "主管部门",
            "content": {"prices": ("price",)}, "release": release,
        }  # fmt: skip
        self.ledger.record(Draft(Event.release_opened, **common, detail=opened))
        if closing["outcome"] != "open":
            self.ledger.record(Draft(Event.release_closed, **common, detail=closing))

    def exported(self) -> list[dict[str, Any]]:
        wanted = EntryFilter(event=Event.exported.value)
        return [json.loads(f.entry.body) for f in self.ledger.journal.find(wanted)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    keyring = Keyring.open(tmp_path / "keys")
    clock = lambda: desk.now  # noqa: E731
    store = open_store(tmp_path / "store.sqlite", lambda: datetime.now(UTC))
    ledger = Ledger(
        store.journal, Checkpoints(tmp_path / "c", keyring.checkpoint_key), keyring.audit_key, clock
    )
    grants = [GRANT]
    exports = Exports(
        ledger, lambda: CITY, lambda: Grants(grants), Extracts(tmp_path / "x"),
        store.consents.state, keyring.checkpoint_key, clock, "Qiku Workbench 1.2.3",
        lambda: desk.sound,
    )  # fmt: skip
    desk = Desk(ledger, exports, grants, keyring)
    yield desk
    store.close()


def refusal(desk: Desk, order: Order = ORDER, actor: Actor = LI) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as raised:
        desk.exports.export(actor, order)
    assert desk.exported() == []
    return raised.value


def test_the_receipt_says_what_the_ledger_says(desk: Desk) -> None:
    desk.release()
    receipt = desk.exports.export(LI, ORDER)
    assert is_genuine(receipt, desk.keyring.checkpoint_public)
    body = dict(receipt.body)
    (entry,) = desk.exported()
    assert body["ledger_position"] == entry["seq"] == 3
    assert (body["released_at"], body["release"]) == (1, "r1")
    assert (body["person"], body["department"], body["viewer"]) == ("li", "drc", "")
    assert (body["city"], body["scenario"], body["purpose"]) == ("here", "watch", "监测")
    assert (body["file"], body["format"], body["rows"], body["columns"]) == (
        "价格.csv", "csv", 3, 1,
    )  # fmt: skip
    assert body["at"] == "2026-03-01T08:00:00+08:00"
    assert body["grants"] == [
        {
            "id": GRANT.id,
            "resource": "prices",
            "mode": "obtain",
            "valid_until": "2026-12-31",
            "approved_by": "主管部门",
            "decision": "watch@1",
            "tier": "rows",
        }
    ]
    (source,) = body["sources"]
    assert (source["title_zh"], source["provider_en"]) == ("房价", "Statistics")
    assert (source["extract_version"], source["extract_digest"]) == (4, "cd" * 32)
    assert body["obligations"] == ["prices: 不得转让"]
    assert body["product"] == "Qiku Workbench 1.2.3"
    assert entry["detail"] == {
        "opened": 1, "digest": DIGEST, "name": "价格.csv", "rows": 3, "columns": 1,
        "grants": {"prices": TAKEN},
    }  # fmt: skip
    assert TAKEN[:3] + TAKEN[4:] == [GRANT.id, "obtain", "2026-12-31", "watch@1"]
    assert (entry["content"], entry["medium"]) == ({"prices": ["price"]}, "csv")


def test_a_pull_from_a_source_names_its_moment(desk: Desk) -> None:
    at = "2026-02-28T01:02:03+00:00"
    desk.release(extracts={"prices": [at, "cd" * 32]})
    (source,) = desk.exports.export(LI, ORDER).body["sources"]
    assert (source["extract_version"], source["pulled_at"]) == (-1, at)


@pytest.mark.parametrize(
    ("actor", "order"),
    [
        (replace(LI, id="wang"), ORDER),
        (replace(LI, department="health"), ORDER),
        (PAGE, ORDER),
        (LI, replace(ORDER, release="r2")),
    ],
)
def test_only_the_person_who_asked_keeps_it(desk: Desk, actor: Actor, order: Order) -> None:
    desk.release()
    error = refusal(desk, order, actor)
    assert error.code is Code.export_not_allowed
    assert "no such release of yours" in str(error)


def test_a_page_keeps_what_it_showed_to_this_viewer(desk: Desk) -> None:
    desk.release(actor=PAGE)
    assert refusal(desk, actor=replace(PAGE, viewer="wang")).code is Code.export_not_allowed
    assert refusal(desk).code is Code.export_not_allowed
    assert desk.exports.export(PAGE, ORDER).body["viewer"] == "li"
    assert [e.seq for e in desk.exports.mine(PAGE, 10)] == [3]
    assert [e.seq for e in desk.exports.mine(LI, 10)] == [3]
    assert desk.exports.mine(replace(PAGE, viewer="wang"), 10) == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("interrupted", "did not end whole"), ("failed", "not end"), ("open", "not end")],
)
def test_what_did_not_end_whole_is_not_kept(desk: Desk, outcome: str, said: str) -> None:
    desk.release(closing={"outcome": outcome})
    error = refusal(desk)
    assert error.code is Code.export_not_allowed
    assert said in str(error)


def test_a_file_of_other_rows_is_not_this_release(desk: Desk) -> None:
    desk.release()
    assert "The file has 2 rows, and the release 3" in str(refusal(desk, replace(ORDER, rows=2)))


@pytest.mark.parametrize("form", ["csv", "png"])
@pytest.mark.parametrize("mode", ["view", "compare"])
def test_what_is_only_viewed_or_compared_is_not_kept(desk: Desk, mode: str, form: str) -> None:
    desk.release(grants={"prices": [GRANT.id, mode, ""]})
    assert f"mode {mode}" in str(refusal(desk, replace(ORDER, format=form)))


@pytest.mark.parametrize("tier", ["view", "compare"])
def test_nor_is_what_those_tiers_gave_of_an_obtained_resource(desk: Desk, tier: str) -> None:
    desk.release(tier=tier)
    assert f"mode {tier}" in str(refusal(desk))


def test_statistics_are_kept(desk: Desk) -> None:
    columns = (ColumnGrant("price", Use.statistics),)
    desk.grants[:] = [replace(GRANT, mode=SharingMode.statistics, columns=columns)]
    taken = Taken.under(desk.grants[0], ["price"]).to_list()
    rules = {"k": 3, "zero": "told"}
    desk.release(grants={"prices": taken}, tier="statistics", rules=rules)
    (named,) = desk.exports.export(LI, ORDER).body["grants"]
    assert (named["tier"], named["rules"]) == ("statistics", rules)


def test_one_grant_that_is_only_viewed_is_enough_to_refuse(desk: Desk) -> None:
    grants = {"prices": [GRANT.id, "obtain", ""], "prices2": ["g2", "view", ""]}
    desk.release(grants=grants)
    assert refusal(desk).code is Code.export_not_allowed


def test_a_release_whose_grants_the_ledger_does_not_name_is_asked_again(desk: Desk) -> None:
    desk.release(grants=None)
    assert "does not name the grants" in str(refusal(desk))
    desk.release("r2", grants={})
    assert "does not name the grants" in str(refusal(desk, replace(ORDER, release="r2")))
    desk.release("r3", grants={"prices": TAKEN[:3]})
    assert "not what they gave then" in str(refusal(desk, replace(ORDER, release="r3")))


def test_after_its_grant_ended_nothing_more_is_kept(desk: Desk) -> None:
    desk.release()
    desk.now = datetime(2027, 1, 1, tzinfo=UTC)
    assert refusal(desk).code is Code.grant_expired
    desk.now = datetime(2026, 3, 2, tzinfo=UTC)
    desk.grants[:] = [replace(GRANT, revoked_on=date(2026, 3, 2))]
    assert refusal(desk).code is Code.grant_revoked
    desk.grants.clear()
    assert "no longer there" in str(refusal(desk))


COARSE = Mask(MaskKind.bucket, width=1000.0)
FEWER = (RowCondition("division", Operator.in_, ("0101", "0102")),)
NARROWED = {
    "another mode": replace(GRANT, mode=SharingMode.view),
    "without the column": replace(GRANT, columns=()),
    "for another use": replace(GRANT, columns=(ColumnGrant("price", Use.statistics),)),
    "a narrower mask": replace(GRANT, columns=(ColumnGrant("price", mask=COARSE),)),
    "fewer rows": replace(GRANT, rows=FEWER),
}
SAME = {
    "longer": replace(GRANT, valid_until=date(2027, 12, 31)),
    "another column beside it": replace(GRANT, columns=(ColumnGrant("a"), ColumnGrant("PRICE"))),
}
DECIDED_ANEW = replace(GRANT, origin=replace(ORIGIN, reference="watch@2"))


@pytest.mark.parametrize(
    "now", [*NARROWED.values(), DECIDED_ANEW], ids=[*NARROWED, "another decision"]
)
def test_a_grant_that_no_longer_gives_what_was_released_is_refused(desk: Desk, now: Grant) -> None:
    desk.release()
    desk.grants[:] = [now]
    assert "no longer gives" in str(refusal(desk))


@pytest.mark.parametrize("now", SAME.values(), ids=SAME)
def test_a_grant_that_gives_it_still_is_none_of_these(desk: Desk, now: Grant) -> None:
    desk.release()
    desk.grants[:] = [now]
    assert desk.exports.export(LI, ORDER)
    assert not desk.exports.mine(LI, 10)[0].ended


@pytest.mark.parametrize("now", NARROWED.values(), ids=NARROWED)
def test_a_file_that_its_grant_no_longer_gives_has_to_be_destroyed(desk: Desk, now: Grant) -> None:
    desk.release()
    desk.exports.export(LI, ORDER)
    desk.grants[:] = [now]
    (one,) = desk.exports.mine(LI, 10)
    assert (one.ended, one.grants[0].state, one.destroy_since) == (True, "changed", None)
    desk.grants[:] = [replace(now, revoked_on=date(2026, 2, 2))]
    assert desk.exports.mine(LI, 10)[0].grants[0].state == "revoked"
    desk.grants[:] = [DECIDED_ANEW]  # another decision that gives the same: it may be kept
    assert not desk.exports.mine(LI, 10)[0].ended


def test_a_file_of_before_the_terms_were_recorded_is_judged_by_mode_and_columns(desk: Desk) -> None:
    common: dict[str, Any] = {"actor": "li", "content": {"prices": ("price",)}, "release": "r1"}
    detail = {"name": "a.csv", "rows": 3, "digest": DIGEST, "grants": {"prices": TAKEN[:3]}}
    desk.ledger.record(Draft(Event.exported, **common, detail=detail))
    told = {}
    for name, now in {**NARROWED, **SAME}.items():
        desk.grants[:] = [now]
        told[name] = desk.exports.mine(LI, 10)[0].ended
    assert [name for name, ended in told.items() if ended] == [
        "another mode",
        "without the column",
    ]


def test_what_was_recalled_since_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recall = SimpleNamespace(version=4, reason="发布有误", restores=None)
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(
        Extracts, "recall_of", lambda self, name, version: asked.append((name, version)) or recall
    )
    desk.release()
    assert refusal(desk).code is Code.extract_recalled
    assert asked == [("prices", 4)]


def test_the_list_says_which_files_have_to_be_destroyed(desk: Desk) -> None:
    desk.release()
    desk.exports.export(LI, ORDER)
    (one,) = desk.exports.mine(LI, 10)
    assert (one.ended, one.destroy_since, one.grants[0].state) == (False, None, "active")
    desk.now = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 of the last day in China
    assert not desk.exports.mine(LI, 10)[0].ended
    desk.now = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    (one,) = desk.exports.mine(LI, 10)
    assert (one.ended, one.destroy_since) == (True, date(2027, 1, 1))
    desk.grants[:] = [replace(GRANT, revoked_on=date(2026, 5, 6))]
    (one,) = desk.exports.mine(LI, 10)
    assert (one.grants[0].state, one.destroy_since) == ("revoked", date(2026, 5, 6))
    desk.now = datetime(2026, 7, 1, tzinfo=UTC)
    desk.grants.clear()
    (one,) = desk.exports.mine(LI, 10)
    assert (one.ended, one.grants[0].state, one.destroy_since) == (True, "gone", None)
    desk.sound = False  # a wrong file may be what the grant is missing for: nobody destroys by that
    (one,) = desk.exports.mine(LI, 10)
    assert (one.ended, one.grants[0].state) == (False, "unknown")
    desk.sound = True
    (one,) = desk.exports.mine(LI, 10)
    told = Exported.of(one).model_dump(mode="json")
    assert (told["name"], told["ended"], told["destroy_since"]) == ("价格.csv", True, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "AB" * 32},
        {"digest": "ab"},
        {"name": "../x.csv"},
        {"name": "a\\b.csv"},
        {"name": "a\nb.csv"},
        {"name": ""},
        {"name": "x" * 256},
        {"format": "pdf"},
        {"rows": -1},
        {"changes": ["anything I like"]},
        {"person": "wang"},
    ],
)
def test_an_order_is_read_strictly(wrong: dict[str, Any]) -> None:
    good = {"release": "r", "digest": DIGEST, "format": "csv", "name": "a.csv", "rows": 0,
            "columns": 1, "changes": ["renamed"]}  # fmt: skip
    assert Exporting.model_validate(good).order().changes == ("renamed",)
    with pytest.raises(ValidationError):
        Exporting.model_validate({**good, **wrong})


ASKING = replace(GRANT, consent="owner")


@pytest.mark.parametrize("form", ["csv", "png"])
def test_where_a_consent_ended_since_nothing_is_kept(desk: Desk, form: str) -> None:
    desk.grants[:] = [ASKING]
    grants = {"prices": Taken.under(ASKING, ["price"]).to_list()}
    order = replace(ORDER, format=form)
    desk.release("r0", grants=grants)
    error = refusal(desk, replace(order, release="r0"))
    assert (error.code, "by which consents" in str(error)) == (Code.export_not_allowed, True)
    desk.release(grants=grants, consent={"changes": 0, "withdrawals": 1, "lapsed": None})
    assert refusal(desk, order).code is Code.consent_withdrawn
    desk.release("r2", grants=grants, consent=ConsentState("watch").to_dict())
    assert desk.exports.export(LI, replace(order, release="r2"))


def test_consents_are_nothing_to_what_asks_nobody(desk: Desk) -> None:
    desk.release(consent={"changes": 9, "withdrawals": 9, "lapsed": None})
    assert desk.exports.export(LI, ORDER)
