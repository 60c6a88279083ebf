"""Accounts at sources: kept encrypted, for their owner alone, never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.errors import Code, InvalidInput, Unavailable
from workbench.store.secrets import Account, Secrets

KEY = bytes(range(32))
PASSWORD = "we ird'p\\a\"ss 密码"


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets", KEY)


def test_what_is_set_is_got_and_replaced_and_removed(secrets: Secrets) -> None:
    assert secrets.get("registry") is None
    secrets.set("registry", Account("reader", PASSWORD))
    secrets.set("other", Account("reader", "x"))
    assert secrets.get("registry") == Account("reader", PASSWORD)
    secrets.set("registry", Account("reader", "new"))
    assert secrets.get("registry") == Account("reader", "new")
    assert secrets.names() == ("other", "registry")
    assert secrets.remove("registry")
    assert not secrets.remove("registry")
    assert secrets.names() == ("other",)


def test_no_byte_of_it_can_be_read_from_the_file_or_its_repr(
    secrets: Secrets, tmp_path: Path
) -> None:
    account = Account("reader", PASSWORD)
    secrets.set("registry", account)
    (file,) = (tmp_path / "secrets").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    content = file.read_bytes()
    assert PASSWORD.encode() not in content
    assert b"reader" not in content
    assert PASSWORD not in repr(account)


def test_a_file_that_others_may_read_is_refused(secrets: Secrets, tmp_path: Path) -> None:
    secrets.set("registry", Account("reader", PASSWORD))
    (tmp_path / "secrets" / "registry").chmod(0o640)
    with pytest.raises(Unavailable) as refused:
        secrets.get("registry")
    assert refused.value.code is Code.gateway_unavailable
    assert PASSWORD not in refused.value.said("zh") + str(refused.value)


def test_a_file_under_another_name_or_key_or_cut_short_is_refused(
    secrets: Secrets, tmp_path: Path
) -> None:
    secrets.set("registry", Account("reader", PASSWORD))
    file = tmp_path / "secrets" / "registry"
    copy = tmp_path / "secrets" / "copy"
    copy.write_bytes(file.read_bytes())
    copy.chmod(0o600)
    for opened, name in (
        (secrets, "copy"),
        (Secrets(tmp_path / "secrets", os.urandom(32)), file.name),
    ):
        with pytest.raises(Unavailable, match="decrypted"):
            opened.get(name)
    file.write_bytes(file.read_bytes()[:10])
    with pytest.raises(Unavailable, match="decrypted"):
        secrets.get("registry")


@pytest.mark.parametrize("name", ["", "../keys/mask.key", "A", "a/b", ".hidden", "a" * 65])
def test_a_name_is_no_path(secrets: Secrets, name: str) -> None:
    with pytest.raises(InvalidInput):
        secrets.set(name, Account("reader", "x"))
    with pytest.raises(InvalidInput):
        secrets.get(name)


@pytest.mark.parametrize(
    ("user", "password"), [("", "x"), ("u", ""), ("u", "a\nb"), ("u\0", "x"), ("u", "x" * 2000)]
)
def test_an_account_that_cannot_be_one(secrets: Secrets, user: str, password: str) -> None:
    with pytest.raises(InvalidInput):
        secrets.set("registry", Account(user, password))
    assert secrets.names() == ()
