"""The keyed side of the ledger: seals of entries, digests and encryption of full statements."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes; the length that NIST SP 800-38D recommends for GCM."""


class Sealer:
    """Keys for one purpose each, derived by HKDF (RFC 5869) from the audit key (32 bytes)."""

    def __init__(self, audit_key: bytes) -> None:
        if len(audit_key) != 32:
            raise ValueError("an audit key has 32 bytes")
        self._seal = _derived(audit_key, b"workbench ledger seal")
        self._digest = _derived(audit_key, b"workbench ledger statement digest")
        self._cipher = AESGCM(_derived(audit_key, b"workbench ledger statement"))

    def seal(self, previous: str, unsealed: str) -> str:
        return hmac.digest(self._seal, (previous + unsealed).encode(), "sha256").hex()

    def digest(self, seq: int, statement: str) -> str:
        """Keyed, and different for the same statement in another entry."""
        return hmac.digest(self._digest, _associated(seq) + _bytes(statement), "sha256").hex()

    def encrypt(self, seq: int, statement: str) -> bytes:
        """AES-256-GCM, random nonce first; bound to its entry."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, _bytes(statement), _associated(seq))

    def decrypt(self, seq: int, sealed: bytes) -> str | None:
        """The statement, None where it was changed, moved to another entry or made by another
        key."""
        if len(sealed) < NONCE + 16:
            return None
        try:
            text = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _associated(seq))
        except InvalidTag:
            return None
        return text.decode("utf-8", "surrogatepass")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(key)


def _associated(seq: int) -> bytes:
    return f"{seq}\n".encode()


def _bytes(statement: str) -> bytes:
    return statement.encode("utf-8", "surrogatepass")
