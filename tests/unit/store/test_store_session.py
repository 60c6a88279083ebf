"""The store's file, its permissions, its versions, its keys and its revocations."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.errors import Code, Unavailable, WorkbenchError
from workbench.model.actor import Role
from workbench.store.keyring import NAMES, Keyring
from workbench.store.layout import Layout
from workbench.store.session import Store, open_store

DAY = date(2025, 6, 2)


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "state" / "store.sqlite", clock)
    yield opened
    opened.close()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_reads_the_store(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(tmp_path / "state" / "store.sqlite", clock)
        with store.writing() as connection:
            store.changed(connection)
    finally:
        os.umask(before)
    files = list((tmp_path / "state").iterdir())
    assert {path.name for path in files} >= {"store.sqlite", "store.sqlite-wal"}
    assert {_mode(path) for path in files} == {0o600}
    assert _mode(tmp_path / "state") == 0o700
    store.close()


def test_commits_are_durable_and_readers_are_not_blocked(store: Store) -> None:
    with store.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with store.writing(), ThreadPoolExecutor(1) as other:
        assert other.submit(store.version).result(timeout=5) == 0


def test_the_version_changes_with_users_and_revocations_only(store: Store) -> None:
    seen = [store.version()]
    store.users.add("zhang", "a long password", "ndrc", {Role.analyst})
    seen.append(store.version())
    store.revocations.revoke("s/ndrc/r", DAY, "li", "left")
    seen.append(store.version())
    store.users.disable("zhang")
    seen.append(store.version())
    store.users.enable("zhang")
    seen.append(store.version())
    store.users.set_roles("zhang", {Role.leader})
    seen.append(store.version())
    assert seen == sorted(set(seen))
    store.users.verify("zhang", "a wrong password")
    assert store.version() == seen[-1]


def test_the_version_changes_from_another_process(store: Store, tmp_path: Path) -> None:
    before = store.version()
    code = (
        "import sys; from datetime import UTC, date, datetime;"
        "from workbench.store.session import open_store;"
        "s = open_store(sys.argv[1], lambda: datetime.now(UTC));"
        "s.revocations.revoke('g', date(2025, 6, 2), 'li', 'left')"
    )
    path = str(tmp_path / "state" / "store.sqlite")
    subprocess.run([sys.executable, "-c", code, path], check=True, timeout=60)
    assert store.version() > before
    assert store.revocations.all() == {"g": DAY}


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def change_and_fail() -> None:
        with store.writing():
            store.users.add("zhang", "a long password", "ndrc", {Role.analyst})
            raise RuntimeError("after the change")

    with pytest.raises(RuntimeError, match="after the change"):
        change_and_fail()
    assert store.users.get("zhang") is None
    assert store.version() == 0
    assert not store.is_writing


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state" / "store.sqlite"
    open_store(path, clock).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = 99 WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    with pytest.raises(Unavailable, match="schema version 99"):
        open_store(path, clock)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state" / "store.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(Unavailable) as caught:
        open_store(path, clock)
    assert caught.value.code is Code.ledger_unavailable


def test_a_folder_in_the_place_of_the_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state" / "store.sqlite").mkdir(parents=True)
    with pytest.raises(Unavailable):
        open_store(tmp_path / "state" / "store.sqlite", clock)


def test_errors_do_not_repeat_what_was_being_written(store: Store) -> None:
    with pytest.raises(Unavailable) as caught, store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO users (id) VALUES ('CANARY')")
    assert "CANARY" not in str(caught.value) + caught.value.to_json()


def test_revocations(store: Store) -> None:
    assert store.revocations.all() == {}
    store.revocations.revoke("s/ndrc/r", DAY, "李主任", "项目结束")
    assert store.revocations.all() == {"s/ndrc/r": DAY}
    (listed,) = store.revocations.listed()
    assert (listed.grant_id, listed.revoked_on, listed.by, listed.reason) == (
        "s/ndrc/r",
        DAY,
        "李主任",
        "项目结束",
    )
    assert listed.at.tzinfo is not None
    with pytest.raises(WorkbenchError, match="already revoked on 2025-06-02"):
        store.revocations.revoke("s/ndrc/r", date(2025, 7, 1), "li", "again")


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("who", ""), (" ", "why"), ("who", "\t")])
def test_a_revocation_without_who_or_why_is_refused(store: Store, by: str, reason: str) -> None:
    with pytest.raises(WorkbenchError):
        store.revocations.revoke("g", DAY, by, reason)
    assert store.revocations.all() == {}


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "keys"
    made, again = Keyring.open(folder), Keyring.open(folder)
    keys = [made.token_key, made.mask_key, made.audit_key]
    assert keys == [again.token_key, again.mask_key, again.audit_key]
    assert made.checkpoint_public == again.checkpoint_public
    assert len({*keys}) == 3
    assert {len(key) for key in keys} == {32}
    assert {_mode(path) for path in folder.iterdir()} == {0o600}
    assert _mode(folder) == 0o700
    assert (folder / "checkpoint.pub").read_text().startswith("-----BEGIN PUBLIC KEY-----")
    assert not any(key.hex() in repr(made) for key in keys)


def test_many_who_come_first_make_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.open(tmp_path / "s" / "keys"), range(8)))
    assert len({ring.audit_key for ring in rings}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_key_is_not_replaced(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "state" / "keys"
    Keyring.open(folder)
    (folder / f"{name}.key").unlink()
    with pytest.raises(Unavailable, match="not available"):
        Keyring.open(folder)
    assert not (folder / f"{name}.key").exists()


def test_keys_that_are_all_lost_are_not_replaced_beside_a_store(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Keyring.open(tmp_path / "state" / "keys", create=False)
    assert not (tmp_path / "state" / "keys").exists()


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "keys"
    Keyring.open(folder)
    (folder / "mask.key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="mask"):
        Keyring.open(folder)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "keys"
    Keyring.open(folder)
    (folder / "token.key").chmod(0o640)
    with pytest.raises(Unavailable, match="read by other users"):
        Keyring.open(folder)


def test_checkpoints_may_lie_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert layout.checkpoints == tmp_path / ".workbench" / "checkpoints"
    monkeypatch.setenv("WORKBENCH_CHECKPOINTS", str(tmp_path / "elsewhere"))
    assert layout.checkpoints == tmp_path / "elsewhere"
