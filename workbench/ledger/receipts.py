"""The receipt of an export: what was kept, from where, by which grants; signed by the gateway.

Beside ``prices.csv`` lies ``prices.csv.receipt.json``: ``{"receipt": {...}, "signature": "..."}``.
The signature is Ed25519 (RFC 8032) over ``workbench receipt``, a line feed and the canonical JSON
of the receipt. The key is the one that signs checkpoints, whose messages begin otherwise: no
signature of one kind fits the other. Whoever has the public key verifies without the gateway.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workbench.ledger.chain import canonical

FORM = 1
"""The form of a receipt; goes up when a field changes its meaning."""
FIELDS: Mapping[str, type] = {
    "form": int, "product": str, "city": str, "at": str, "release": str, "released_at": int,
    "ledger_position": int, "entry": str, "person": str, "viewer": str, "department": str,
    "scenario": str, "purpose": str, "grants": list, "sources": list, "obligations": list,
    "file": str, "format": str, "digest": str, "rows": int, "columns": int, "changes": list,
    "key": str,
}  # fmt: skip
"""What stands in a receipt, all of it signed."""
MAX_BYTES = 1 << 20
"""Largest receipt read (our default); one takes some two thousand bytes."""
_PURPOSE = "workbench receipt\n"


@dataclass(frozen=True)
class Receipt:
    """``body`` has all of FIELDS, JSON values only."""

    body: Mapping[str, Any]
    signature: bytes

    def to_dict(self) -> dict[str, Any]:
        signature = base64.b64encode(self.signature).decode()
        return {"receipt": dict(self.body), "signature": signature}


def sign(body: Mapping[str, Any], key: Ed25519PrivateKey) -> Receipt:
    """The receipt with these fields (all but ``form`` and ``key``, which are added)."""
    whole = {"form": FORM, **body, "key": fingerprint(key.public_key())}
    if set(whole) != set(FIELDS):
        raise ValueError(f"no receipt: {sorted(set(whole) ^ set(FIELDS))}")
    ordered = {name: whole[name] for name in FIELDS}
    return Receipt(ordered, key.sign(_message(ordered)))


def read_receipt(content: bytes) -> Receipt:
    """A receipt as it lies beside its file. Raises ValueError, whose text says what is wrong."""
    if len(content) > MAX_BYTES:
        raise ValueError("it is too large")
    try:
        found = json.loads(content, object_pairs_hook=_once, parse_constant=_no_json)
        signature = base64.b64decode(found["signature"], validate=True)
        body = found["receipt"]
    except (KeyError, TypeError, binascii.Error, UnicodeDecodeError, RecursionError):
        raise ValueError("it has no receipt and signature") from None
    except json.JSONDecodeError:
        raise ValueError("it is no JSON") from None
    if set(found) != {"receipt", "signature"} or not isinstance(body, dict):
        raise ValueError("it has other parts than receipt and signature")
    typed = set(body) == set(FIELDS) and all(type(body[n]) is t for n, t in FIELDS.items())
    if not typed or body["form"] != FORM:
        raise ValueError("its fields are not those of a receipt")
    return Receipt(body, signature)


def is_genuine(receipt: Receipt, public: Ed25519PublicKey) -> bool:
    """Whether the holder of the key signed exactly this body."""
    try:
        public.verify(receipt.signature, _message(receipt.body))
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, in hex."""
    return sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def _message(body: Mapping[str, Any]) -> bytes:
    return (_PURPOSE + canonical(body)).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would be read by some as its first value, by others as its last."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
