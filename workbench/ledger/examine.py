"""One row of the journal by itself: is it what the ledger wrote, and where did it belong?"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any

from workbench.errors import Text
from workbench.ledger.chain import NAMES, fields_of, keys, link, stamp, without_seal
from workbench.ledger.seal import Sealer
from workbench.model.entry import Filed

_UNREADABLE = Text("正文无法读取", "the body cannot be read")
_HASH = Text(
    "正文、上一哈希与哈希不符", "body, previous hash and hash do not fit one another"
)  # fmt: skip
_SEAL = Text(
    "封印不符：此内容不是账本写入的", "the seal does not fit: the ledger did not write this"
)
_GONE = Text("语句全文已被删除", "the full statement is gone")
_ADDED = Text("此条目本无语句全文", "the entry had no full statement")
_OTHER = Text("语句全文与条目中的摘要不符", "the full statement is not the one that was recorded")


@dataclass(frozen=True)
class Row:
    """``genuine``: the ledger wrote this body after this ``previous``; ``true_seq``: as which
    entry (0 where unknown). ``fault`` and ``statement`` say what is wrong with the row itself."""

    filed: Filed
    genuine: bool
    true_seq: int
    hash_fits: bool
    fault: Text | None
    statement: Text | None

    @property
    def seq(self) -> int:
        return self.filed.entry.seq

    @property
    def misplaced(self) -> bool:
        return self.genuine and self.true_seq != self.seq


def examined(filed: Filed, sealer: Sealer) -> Row:
    entry = filed.entry
    fields = _sealed_fields(entry.previous, entry.body, sealer)
    sealed = fields is not None
    fields = fields or fields_of(entry.body)
    if fields is None:
        return Row(filed, False, 0, False, _UNREADABLE, None)
    hash_fits = link(entry.previous, entry.body) == entry.hash
    written_as = fields.get("seq")
    true_seq = written_as if type(written_as) is int else 0
    genuine = hash_fits and sealed and true_seq > 0
    fault = None if genuine else _HASH if not hash_fits else _SEAL
    fault = fault or _column_fault(filed, fields)
    statement = None if fault else _statement_fault(filed, fields, sealer)
    return Row(filed, genuine, true_seq if genuine else 0, hash_fits, fault, statement)


def _sealed_fields(previous: str, body: str, sealer: Sealer) -> dict[str, Any] | None:
    """The fields of a body whose seal fits; without writing the JSON anew.

    The seal covers the canonical text that it was taken out of. That the names stand in their
    order, the seal among them, leaves one place where it can have been: the body is canonical.
    """
    parts = without_seal(body)
    if parts is None:
        return None
    unsealed, seal = parts
    try:
        if not hmac.compare_digest(sealer.seal(previous, unsealed), seal):
            return None
        fields = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return None
    return fields if tuple(fields) == NAMES and fields["seal"] == seal else None


def _column_fault(filed: Filed, fields: dict[str, Any]) -> Text | None:
    """What stands beside the body must repeat it."""
    told = {**keys(fields), "at": fields.get("at")}
    stored = {**filed.keys, "at": stamp(filed.entry.at)}
    wrong = sorted(name for name in told if told[name] != stored.get(name))
    if not wrong:
        return None
    names = ", ".join(wrong)
    return Text(f"列 {names} 与正文不符", f"the columns {names} do not repeat the body")


def _statement_fault(filed: Filed, fields: dict[str, Any], sealer: Sealer) -> Text | None:
    digest = fields.get("statement", "")
    if filed.sealed is None:
        return _GONE if digest else None
    if not digest:
        return _ADDED
    seq = int(fields["seq"])
    statement = sealer.decrypt(seq, filed.sealed)
    same = statement is not None and hmac.compare_digest(sealer.digest(seq, statement), digest)
    return None if same else _OTHER
