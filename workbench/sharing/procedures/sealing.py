"""What nobody reads who is no party: encrypted texts, and keyed digests by which rows are found."""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.model.procedure import Procedure

NONCE = 12
"""Bytes; the length that NIST SP 800-38D recommends for GCM."""


class Sealing:
    """Keys for one purpose each, derived by HKDF (RFC 5869) from the city's audit key."""

    def __init__(self, audit_key: bytes) -> None:
        self._cipher = AESGCM(_derived(audit_key, b"workbench procedures text"))
        self._rows = _derived(audit_key, b"workbench procedures row")
        self._sent = _derived(audit_key, b"workbench procedures command")

    def seal(self, text: str) -> str:
        """AES-256-GCM, random nonce first."""
        nonce = os.urandom(NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()

    def opened(self, sealed: str) -> str | None:
        """None where it was changed, or sealed by another key."""
        try:
            raw = b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except (ValueError, InvalidTag):
            return None

    def row(self, resource: str, key: str) -> str:
        """The same row of a resource has the same digest; nobody without the key works it out."""
        said = f"{resource.casefold()}\n{key.strip().casefold()}".encode()
        return hmac.digest(self._rows, said, "sha256").hex()

    def command(self, *told: object) -> str:
        """What a command is known by when it is sent again: keyed, for it may hold what is
        sealed."""
        return hmac.digest(self._sent, "\n".join(map(repr, told)).encode(), "sha256").hex()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(key)


def unsealed(procedure: Procedure, sealing: Sealing) -> Procedure:
    """With all that is sealed of its fields in the clear; empty where it was changed."""
    values = tuple(
        replace(one, text=sealing.opened(one.text) or "", sealed=False) if one.sealed else one
        for one in procedure.values
    )
    return replace(procedure, values=values)
