"""The keys of one city's gateway, made once, in files that only their owner can read."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store.layout import alone, private_folder, write_private

SIZE = 32
"""Bytes of every key (AES-256, HMAC-SHA-256, Ed25519)."""

NAMES = ("token", "mask", "audit", "checkpoint")


@dataclass(frozen=True)
class Keyring:
    """``token_key`` signs access tokens; ``mask_key`` makes pseudonyms; ``audit_key`` seals the
    ledger and encrypts statements; ``checkpoint_key`` (Ed25519) signs checkpoints."""

    token_key: bytes = field(repr=False)
    mask_key: bytes = field(repr=False)
    audit_key: bytes = field(repr=False)
    checkpoint_key: Ed25519PrivateKey = field(repr=False)

    @property
    def checkpoint_public(self) -> Ed25519PublicKey:
        return self.checkpoint_key.public_key()

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> Keyring:
        """Read the four keys; make all of them where there is none and ``create`` allows it.

        Raises ``Unavailable`` where some are missing, others may read them, or one is damaged:
        a new key in the place of a lost one would make old entries and pseudonyms wrong.
        """
        try:
            with alone(private_folder(folder.parent)):
                if create and not (folder.exists() and any(folder.iterdir())):
                    _make(folder)
                keys = {name: _read(_file(folder, name)) for name in NAMES}
        except OSError as error:
            raise _lost(str(folder), error.strerror or str(error)) from error
        private = Ed25519PrivateKey.from_private_bytes(keys["checkpoint"])
        return cls(keys["token"], keys["mask"], keys["audit"], private)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.key"


def _make(folder: Path) -> None:
    """All keys or none: made beside, synced, then renamed into their place in one step."""
    beside = folder.with_name(folder.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    private_folder(beside)
    keys = {name: os.urandom(SIZE) for name in NAMES}
    for name, key in keys.items():
        write_private(_file(beside, name), key)
    public = Ed25519PrivateKey.from_private_bytes(keys["checkpoint"]).public_key()
    write_private(beside / "checkpoint.pub", public.public_bytes(_PEM, _PUBLIC))
    beside.rename(folder)


_PEM = serialization.Encoding.PEM
_PUBLIC = serialization.PublicFormat.SubjectPublicKeyInfo


def _read(path: Path) -> bytes:
    mode = path.stat().st_mode
    if mode & 0o077:
        raise simple(
            Code.gateway_unavailable,
            f"密钥文件 {path} 可被其他用户读取。",
            f"The key file {path} can be read by other users.",
            next=Text(f"chmod 600 {path}；若可能已泄露，请更换。", f"chmod 600 {path}; replace it "
                      "if it may have leaked."),
            subject=str(path),
        )  # fmt: skip
    content = path.read_bytes()
    if len(content) != SIZE:
        raise _lost(str(path), f"{len(content)} bytes")
    return content


def _lost(where: str, cause: str) -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        f"密钥不可用：{where}（{cause}）。",
        f"A key is not available: {where} ({cause}).",
        why=Text(
            "另造新钥会使已有账本、检查点和假名失效，因此拒绝。",
            "A new key would make the existing ledger, checkpoints and pseudonyms wrong.",
        ),
        next=Text("请从备份恢复密钥目录。", "Restore the folder of keys from the backup."),
        subject=where,
    )
