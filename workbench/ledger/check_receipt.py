"""Does a file have a receipt that holds? Each thing that can be looked at is told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.errors import Text
from workbench.ledger.chain import Journal, fields_of, link
from workbench.ledger.receipts import Receipt, fingerprint, is_genuine
from workbench.model.entry import Event


class Outcome(StrEnum):
    holds = "holds"
    fails = "fails"
    not_checked = "not_checked"


@dataclass(frozen=True)
class Check:
    """``name``: digest, signature or ledger."""

    name: str
    outcome: Outcome
    how: Text


def digest_check(receipt: Receipt, digest: str) -> Check:
    """``digest``: SHA-256 of the file, in hex."""
    if receipt.body["digest"] == digest:
        how = Text("文件与回执的摘要一致", "the file has the digest of the receipt")
        return Check("digest", Outcome.holds, how)
    how = Text(
        "文件的 SHA-256 与回执不同：文件或回执被改动，或二者不配套",
        "the file has another SHA-256: one of the two was changed, or they do not belong together",
    )
    return Check("digest", Outcome.fails, how)


def signature_check(receipt: Receipt, public: Ed25519PublicKey | None) -> Check:
    if public is None:
        how = Text(
            "没有公钥：不知道回执是不是网关签发的。用 --key 给出（workbench receipt key 可导出）",
            "no public key: nobody knows whether a gateway signed it. Give it with --key "
            "(`workbench receipt key` prints it)",
        )
        return Check("signature", Outcome.not_checked, how)
    if is_genuine(receipt, public):
        how = Text("签名有效，回执未被改动", "the signature fits: the receipt is as it was signed")
        return Check("signature", Outcome.holds, how)
    if receipt.body["key"] != fingerprint(public):
        how = Text(
            "回执写明的是另一把密钥：不是这个网关签发的，或密钥字段被改动",
            "the receipt names another key: another gateway signed it, or the field was changed",
        )
    else:
        how = Text("签名与内容不符：回执被改动", "the signature does not fit: it was changed")
    return Check("signature", Outcome.fails, how)


def ledger_check(receipt: Receipt, journal: Journal | None) -> Check:
    """Whether the ledger has the export at the position that the receipt names."""
    if journal is None:
        how = Text(
            "这里没有该城市的账本（用 --city 指明）",
            "the ledger of that city is not here (name the city with --city)",
        )
        return Check("ledger", Outcome.not_checked, how)
    wrong = _wrong_entry(receipt.body, journal)
    if wrong is None:
        position = receipt.body["ledger_position"]
        how = Text(
            f"账本第 {position} 条记有同一次导出", f"entry {position} of the ledger is this export"
        )
        return Check("ledger", Outcome.holds, how)
    return Check("ledger", Outcome.fails, wrong)


def _wrong_entry(body: Mapping[str, Any], journal: Journal) -> Text | None:
    position = body["ledger_position"]
    filed = journal.at(position) if type(position) is int and 0 < position < 2**63 else None
    if filed is None:
        return Text("账本没有这一条", "the ledger has no such entry")
    entry = filed.entry
    fields = fields_of(entry.body)
    if fields is None or link(entry.previous, entry.body) != body["entry"]:
        return Text("账本这一条的哈希不同", "that entry of the ledger has another hash")
    detail = fields.get("detail", {})
    told = {
        "event": fields.get("event"),
        "release": fields.get("release"),
        "person": fields.get("actor"),
        "viewer": fields.get("viewer"),
        "department": fields.get("department"),
        "scenario": fields.get("scenario"),
        "purpose": fields.get("purpose"),
        "digest": detail.get("digest"),
        "file": detail.get("name"),
        "format": fields.get("medium"),
        "rows": detail.get("rows"),
    }
    wanted = {**{name: body.get(name) for name in told}, "event": Event.exported.value}
    other = sorted(name for name, value in told.items() if value != wanted[name])
    if other:
        named = ", ".join(other)
        return Text(f"账本这一条的内容不同：{named}", f"that entry says otherwise of: {named}")
    return None
