"""Bytes that are kept outside the process: encrypted, and bound to the place where they lie."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.errors import Code, Text, WorkbenchError, simple

_NONCE = 12
"""Bytes; the length that NIST SP 800-38D recommends for GCM."""


class Sealing:
    """AES-256-GCM under a key derived (HKDF, RFC 5869) from ``key`` for one purpose."""

    def __init__(self, key: bytes, purpose: bytes) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose).derive(key))

    def sealed(self, body: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, body, place.encode())

    def opened(self, sealed: bytes, place: str) -> bytes:
        """Raises Unavailable for what was changed, moved, or sealed by another key: without it
        nobody knows what was told, so nothing may be told."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag:
            raise _unreadable(place) from None


def _unreadable(place: str) -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        f"已发布统计的记录 {place} 无法解密，不能判断差分。",
        f"The record {place} of what statistics told cannot be decrypted, so nothing can be "
        "compared with it.",
        next=Text(
            "请运维人员恢复存储与密钥的同一备份。",
            "The operator restores store and keys from one backup.",
        ),
    )
