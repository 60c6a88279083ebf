"""Accounts at attached sources: user and password by name, encrypted, in files of their owner.

A file is ``.workbench/secrets/NAME`` (0600): a nonce and AES-256-GCM of the account under a key
derived from the city's own. The name is bound in, so that no file passes for another.
"""

from __future__ import annotations

import json
import os
import re
import secrets as random
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.store.layout import private_folder, write_private

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_NONCE = 12
_MAX = 1024
"""Longest user and longest password, in characters (our default)."""


@dataclass(frozen=True)
class Account:
    """Who the workbench is at a source. The password never shows in ``repr``."""

    user: str
    password: str = field(repr=False)


class Secrets:
    """The accounts under ``folder``. ``key`` is the keyring's audit key (32 bytes)."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        derived = HKDF(SHA256(), 32, salt=None, info=b"workbench source secrets").derive(key)
        self._cipher = AESGCM(derived)

    def set(self, name: str, account: Account) -> None:
        """Keep the account, in place of one of that name; whole or not at all.

        Raises InvalidInput for a name, user or password that cannot be one.
        """
        self._check(name)
        for part in (account.user, account.password):
            if not part or len(part) > _MAX or not part.isprintable():
                raise _unusable()
        text = json.dumps([account.user, account.password]).encode()
        nonce = os.urandom(_NONCE)
        private_folder(self._folder)
        beside = self._folder / f".{random.token_hex(8)}"
        write_private(beside, nonce + self._cipher.encrypt(nonce, text, name.encode()))
        beside.rename(self._folder / name)

    def get(self, name: str) -> Account | None:
        """The account, or None where there is none of that name.

        Raises Unavailable for a file that others may read or that cannot be decrypted.
        """
        self._check(name)
        path = self._folder / name
        try:
            mode, content = path.stat().st_mode, path.read_bytes()
        except FileNotFoundError:
            return None
        if mode & 0o077:
            raise _open_to_others(path)
        try:
            text = self._cipher.decrypt(content[:_NONCE], content[_NONCE:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise _damaged(name) from error
        user, password = json.loads(text)
        return Account(user, password)

    def names(self) -> tuple[str, ...]:
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in self._folder.iterdir() if NAME.fullmatch(p.name)))

    def remove(self, name: str) -> bool:
        """False where there was none of that name."""
        self._check(name)
        path = self._folder / name
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def _check(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise simple(
                Code.invalid_request,
                "密钥名应以小写字母开头，只含小写字母、数字、- 和 _，最长 64 个字符。",
                "A secret's name begins with a lower-case letter and holds lower-case letters, "
                "digits, - and _; 64 characters at most.",
            )


def _unusable() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"用户名和口令不能为空，不能含控制字符，最长 {_MAX} 个字符。",
        f"User and password may not be empty, hold control characters, or be longer than {_MAX} "
        "characters.",
    )


def _open_to_others(path: Path) -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        f"密钥文件 {path.name} 可被其他用户读取，已拒绝使用。",
        f"The secret {path.name} can be read by other users and is not used.",
        next=Text(
            f"chmod 600 {path}，并在来源处更换口令。",
            f"chmod 600 {path}, and change the password at the source.",
        ),
        subject=path.name,
    )


def _damaged(name: str) -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        f"密钥 {name} 无法解密：文件已损坏，或不是用本城市的密钥写的。",
        f"The secret {name} cannot be decrypted: it is damaged, or another city's.",
        next=Text(
            f"请重新设置：workbench secrets set {name}。",
            f"Set it again: workbench secrets set {name}.",
        ),
        subject=name,
    )
