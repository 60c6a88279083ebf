"""A receipt and each way to change it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledger_place import Place

from workbench.ledger.check_receipt import (
    Outcome,
    digest_check,
    ledger_check,
    signature_check,
)
from workbench.ledger.checkpoints import Checkpoints, Line, genuine
from workbench.ledger.receipts import FIELDS, Receipt, is_genuine, read_receipt, sign
from workbench.model.entry import Draft, Entry, Event

DIGEST = "ab" * 32
DRAFT = Draft(
    Event.exported, actor="li", department="drc", scenario="watch", purpose="监测",
    content={"prices": ("price",)}, method="http", medium="csv", release="r1",
    detail={"digest": DIGEST, "name": "价格.csv", "rows": 3, "columns": 1, "opened": 1,
            "grants": {"prices": ["watch/drc/prices", "obtain", "2026-12-31"]}},
)  # fmt: skip


def body_of(entry: Entry) -> dict[str, Any]:
    return {
        "product": "Qiku Workbench 1.2.3",
        "city": "here",
        "at": "2025-11-03T09:00:01+08:00",
        "release": "r1",
        "released_at": 1,
        "ledger_position": entry.seq,
        "entry": entry.hash,
        "person": "li",
        "viewer": "",
        "department": "drc",
        "scenario": "watch",
        "purpose": "监测",
        "grants": [{"id": "watch/drc/prices", "valid_until": "2026-12-31"}],
        "sources": [{"resource": "prices", "data_date": "2025-10-01"}],
        "obligations": ["prices: 不得转让"],
        "file": "价格.csv",
        "format": "csv",
        "digest": DIGEST,
        "rows": 3,
        "columns": 1,
        "changes": [],
    }


@pytest.fixture
def receipt(place: Place) -> Receipt:
    return sign(body_of(place.ledger.record(DRAFT)), place.keyring.checkpoint_key)


def changed(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, str):
        return f"{value}0" if value else "x"
    if isinstance(value, int):
        return value + 1
    if value and isinstance(value[0], dict):
        return [{**value[0], next(iter(value[0])): "other"}]
    return [*value, "one more"]


def written(receipt: Receipt) -> bytes:
    return json.dumps(receipt.to_dict(), ensure_ascii=False, indent=2).encode()


def test_a_receipt_holds_as_it_was_given(place: Place, receipt: Receipt) -> None:
    again = read_receipt(written(receipt))
    assert again == receipt
    assert digest_check(again, DIGEST).outcome is Outcome.holds
    assert signature_check(again, place.keyring.checkpoint_public).outcome is Outcome.holds
    assert ledger_check(again, place.ledger.journal).outcome is Outcome.holds


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "form"])
def test_whatever_field_is_changed_the_signature_says_so(
    place: Place, receipt: Receipt, field: str
) -> None:
    body = {**receipt.body, field: changed(receipt.body[field])}
    told = read_receipt(written(Receipt(body, receipt.signature)))
    assert signature_check(told, place.keyring.checkpoint_public).outcome is Outcome.fails


@pytest.mark.parametrize(
    "field",
    ["release", "ledger_position", "entry", "person", "viewer", "department", "scenario",
     "purpose", "file", "format", "digest", "rows"],
)  # fmt: skip
def test_and_the_ledger_of_what_it_knows(place: Place, receipt: Receipt, field: str) -> None:
    """Also of a receipt that was signed anew, by whoever has the key."""
    body = {**receipt.body, field: changed(receipt.body[field])}
    del body["form"], body["key"]
    forged = sign(body, place.keyring.checkpoint_key)
    assert signature_check(forged, place.keyring.checkpoint_public).outcome is Outcome.holds
    assert ledger_check(forged, place.ledger.journal).outcome is Outcome.fails


def test_a_changed_signature_and_another_key_fail(place: Place, receipt: Receipt) -> None:
    public = place.keyring.checkpoint_public
    flipped = bytes([receipt.signature[0] ^ 1, *receipt.signature[1:]])
    assert not is_genuine(Receipt(receipt.body, flipped), public)
    assert not is_genuine(Receipt(receipt.body, b""), public)
    other = Ed25519PrivateKey.generate().public_key()
    check = signature_check(receipt, other)
    assert check.outcome is Outcome.fails
    assert "another key" in check.how.en


def test_what_cannot_be_checked_is_said(receipt: Receipt) -> None:
    assert signature_check(receipt, None).outcome is Outcome.not_checked
    assert ledger_check(receipt, None).outcome is Outcome.not_checked
    assert digest_check(receipt, "cd" * 32).outcome is Outcome.fails


@pytest.mark.parametrize("position", [0, -1, 2**70, 99])
def test_a_position_that_is_none(place: Place, receipt: Receipt, position: Any) -> None:
    told = Receipt({**receipt.body, "ledger_position": position}, receipt.signature)
    assert ledger_check(told, place.ledger.journal).outcome is Outcome.fails


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"[]", "no receipt and signature"),
        (b"\xff", "no receipt"),
        (b'{"receipt": {}, "signature": ""}', "fields"),
        (b'{"receipt": {}, "signature": "", "x": 1}', "other parts"),
        (b'{"receipt": {"rows": NaN}, "signature": ""}', "NaN"),
        (b'{"receipt": {"rows": 1, "rows": 2}, "signature": ""}', "twice"),
        (b'{"receipt": {}, "signature": "?"}', "no receipt and signature"),
        (b"[" * 100_000, "no receipt"),
        (b" " * ((1 << 20) + 1), "too large"),
    ],
)
def test_what_is_no_receipt(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_receipt(content)


@pytest.mark.parametrize(
    ("field", "value"),
    [("grants", 5), ("rows", "3"), ("rows", True), ("rows", 3.0), ("person", None), ("at", {})],
)
def test_fields_of_other_types_are_no_receipt(receipt: Receipt, field: str, value: Any) -> None:
    with pytest.raises(ValueError, match="fields"):
        read_receipt(written(Receipt({**receipt.body, field: value}, receipt.signature)))


def test_a_later_form_is_not_taken_for_this_one(receipt: Receipt) -> None:
    with pytest.raises(ValueError, match="fields"):
        read_receipt(written(Receipt({**receipt.body, "form": 2}, receipt.signature)))


def test_a_checkpoint_is_no_receipt_and_the_other_way_round(
    place: Place, receipt: Receipt, tmp_path: Path
) -> None:
    public = place.keyring.checkpoint_public
    entry = Entry(1, datetime(2025, 11, 3, tzinfo=UTC), "", "", "0" * 64)
    Checkpoints(tmp_path / "c", place.keyring.checkpoint_key).write(entry)
    line = json.loads((tmp_path / "c" / "2025-11.jsonl").read_text())
    assert not is_genuine(Receipt(receipt.body, base64.b64decode(line["signature"])), public)
    assert genuine([Line("x", 1, "0" * 64, line["at"], receipt.signature)], public) == [False]
