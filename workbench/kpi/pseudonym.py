"""Who acted, without saying who: the same person has the same name in all facts of one city."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 16
"""Hex digits: 64 bits, so that a million people share none by chance (our default)."""


def pseudonyms(audit_key: bytes) -> Callable[[str], str]:
    """A keyed pseudonym of an id: HMAC-SHA-256 under a key of its own, derived by HKDF (RFC 5869).
    Nobody stays nobody."""
    key = HKDF(SHA256(), 32, salt=None, info=b"workbench kpi actor").derive(audit_key)
    known: dict[str, str] = {"": ""}

    def pseudonym(person: str) -> str:
        if person not in known:
            known[person] = hmac.digest(key, person.encode("utf-8", "replace"), "sha256").hex()[
                :SIZE
            ]
        return known[person]

    return pseudonym
