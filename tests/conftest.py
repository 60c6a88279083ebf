"""What holds for all tests."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

import pytest
from argon2 import PasswordHasher
from stores import postgres_server, store_kind, store_places  # noqa: F401


def pytest_configure(config: pytest.Config) -> None:
    _keep_what_is_compiled()
    _hash_each_password_once()


def _keep_what_is_compiled() -> None:
    """Hundreds of processes are started here; where the environment forbids to write bytecode,
    each would compile the package anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _hash_each_password_once() -> None:
    """A password is hashed, and found right, once in a run: the tests' people are hundreds and
    their passwords few, and each hash takes 64 MB and a tenth of a second, as it should. What is
    kept has the real parameters, so a gateway of its own process verifies it as any other."""
    hashed, verified = PasswordHasher.hash, PasswordHasher.verify

    @cache
    def once(like: PasswordHasher, password: str | bytes) -> str:
        return hashed(like, password)

    @cache
    def right(like: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        return verified(like, kept, password)  # what is wrong raises, and is not kept

    likes: dict[str, PasswordHasher] = {}

    def like(hasher: PasswordHasher) -> PasswordHasher:
        return likes.setdefault(repr(hasher._parameters), hasher)

    def hash_once(self: PasswordHasher, password: str | bytes, *, salt: Any = None) -> str:
        return hashed(self, password, salt=salt) if salt else once(like(self), password)

    def verify_once(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> Any:
        return right(like(self), kept, password)

    PasswordHasher.hash = hash_once  # type: ignore[method-assign]
    PasswordHasher.verify = verify_once  # type: ignore[assignment, method-assign]
