"""What could not be looked at is told as such, in both languages, and never as fine."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from doctor_city import asked
from ports import free_port

from workbench.doctor.checks import examined
from workbench.doctor.collect import collect, keys_of
from workbench.doctor.facts import Facts
from workbench.doctor.machine import readers_of, seen, space_of
from workbench.doctor.results import Result, Status
from workbench.errors import WorkbenchError
from workbench.store.address import STORE
from workbench.store.layout import Layout
from workbench.store.secrets import Account, Secrets

pytestmark = pytest.mark.slow  # each with a city of its own

STORED = ("keys", "ledger", "people", "clock")
"""The checks that rest on what the store holds."""


def told(facts: Facts, check: str) -> list[Result]:
    return [result for result in examined(facts) if result.check == check]


def statuses(facts: Facts, check: str, production: bool = False) -> set[Status]:
    return {result.counted(production) for result in told(facts, check)}


def dead() -> str:
    """The URL of a store on a port where nobody listens."""
    return f"postgresql://gateway@127.0.0.1:{free_port()}/governance"


def test_a_store_that_cannot_be_reached_makes_nothing_green(city: Path) -> None:
    facts = collect(replace(asked(city), environ={STORE: dead()}))
    assert statuses(facts, "store") == {Status.fail}
    for check in (*STORED, "checkpoints"):
        assert statuses(facts, check) == {Status.unknown}, check
    for check in STORED:
        assert statuses(facts, check, production=True) == {Status.fail}
        for result in told(facts, check):
            assert result.seen.zh.startswith("没有检查：")
            assert result.seen.en.startswith("Not looked at: ")
            assert re.search(r"[\u4e00-\u9fff]", result.seen.zh)
            assert not re.search(r"[\u4e00-\u9fff]", result.seen.en)
            assert result.next is not None


def test_without_keys_nobody_knows_whether_such_a_store_needs_them(city: Path) -> None:
    shutil.rmtree(city / ".workbench/keys")
    facts = collect(replace(asked(city), environ={STORE: dead()}))
    assert statuses(facts, "keys") == {Status.unknown}


def test_an_address_that_is_none_makes_nothing_green(city: Path) -> None:
    facts = collect(replace(asked(city), environ={STORE: "mysql://nowhere"}))
    assert statuses(facts, "store") == {Status.fail}
    for check in (*STORED, "checkpoints"):
        assert statuses(facts, check) == {Status.unknown}, check


def test_a_store_of_another_version_makes_nothing_green(city: Path) -> None:
    with closing(sqlite3.connect(city / ".workbench/store.sqlite")) as db:
        db.execute("update meta set value = 99 where key = 'schema_version'")
        db.commit()
    facts = collect(asked(city))
    for check in STORED:
        assert statuses(facts, check) == {Status.unknown}, check


def test_a_ledger_without_its_keys_is_not_examined(city: Path) -> None:
    (city / ".workbench/keys/audit.key").unlink()
    facts = collect(asked(city))
    assert statuses(facts, "keys") == {Status.fail}
    assert statuses(facts, "ledger") == {Status.unknown}


def test_keys_without_a_store_are_not_said_to_fit_it(city: Path) -> None:
    for file in (city / ".workbench").glob("store.sqlite*"):
        file.unlink()
    (result,) = told(collect(asked(city)), "keys")
    assert "no store was written with them" in result.seen.en


def test_the_disk_of_a_servers_store_is_not_that_of_an_old_file(city: Path, facts: Facts) -> None:
    """A city that moved to PostgreSQL has its old file still."""
    space = space_of(Layout(city), "postgresql")
    assert space.store_device is None
    assert space_of(Layout(city), "sqlite").store_device is not None
    (result,) = told(
        replace(facts, space=space, store=replace(facts.store, kind="postgresql")), "checkpoints"
    )
    assert result.status is Status.unknown
    assert "a PostgreSQL server's" in result.seen.en


def test_a_folder_that_cannot_be_listed_is_told(
    city: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists of an account that may not read it fail so; the tests run as root."""

    def refused(path: Path) -> list[str]:
        if Path(path).name == "token.key":
            raise PermissionError(errno.EACCES, "Permission denied")
        if Path(path).name == "mask.key":
            raise OSError(errno.ENOTSUP, "not supported")
        return []

    monkeypatch.setattr(os, "listxattr", refused)
    readers = readers_of(Layout(city), None)
    assert [path.name for path in readers.closed] == ["token.key"]
    assert "mask.key" in {one.path.name for one in readers.private}
    assert statuses(replace(facts, readers=readers), "who can read") == {Status.unknown}
    assert seen(city / "nothing") is None


def test_another_account_is_told_that_it_saw_nothing(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(WorkbenchError, match="closed to this account"):
        collect(asked(city))


# Attached sources ---------------------------------------------------------------------------


@pytest.fixture
def attached(city: Path) -> Path:
    """A resource at a PostgreSQL where nobody listens, with an account of its own."""
    path = city / "data_contracts/resources/house_prices.odcs.yaml"
    text = path.read_text("utf-8")
    port = dead().rsplit(":", 1)[1].split("/")[0]
    path.write_text(attach(text, port), "utf-8")
    return city


def attach(text: str, port: str) -> str:
    server = f"""servers:
  - server: source
    type: postgres
    host: 127.0.0.1
    port: {port}
    database: registry
    schema: public
    customProperties:
      - {{property: table, value: prices}}
      - {{property: secret, value: registry-reader}}
"""
    return re.sub(r"servers:\n(?:[ -].*\n)+", server, text)


def keep(city: Path, password: str) -> Path:
    layout = Layout(city)
    _, keyring = keys_of(layout)
    assert keyring is not None
    Secrets(layout.secrets, keyring.audit_key).set("registry-reader", Account("u", password))
    return layout.secrets / "registry-reader"


def test_a_secret_that_is_missing_stops_production(attached: Path) -> None:
    facts = collect(asked(attached))
    (result,) = told(facts, "sources")
    assert (result.status, result.counted(True)) == (Status.warn, Status.fail)
    assert "registry-reader of the resource house_prices has not been set" in result.seen.en
    assert result.next is not None
    assert result.next.en == "workbench secrets set registry-reader"


def test_a_secret_that_is_there_is_decrypted_and_not_told(attached: Path) -> None:
    file = keep(attached, "CANARY-PASSWORD")
    facts = collect(asked(attached))
    (result,) = told(facts, "sources")
    assert result.status is Status.ok
    assert "not asked over the network" in result.seen.en
    assert "CANARY" not in repr(facts)
    file.write_bytes(b"x" * 60)
    (result,) = told(collect(asked(attached)), "sources")
    assert (result.status, "cannot be decrypted" in result.seen.en) == (Status.fail, True)
    shutil.rmtree(attached / ".workbench/keys")
    (result,) = told(collect(asked(attached)), "sources")
    assert (result.status, "no keys" in result.seen.en) == (Status.fail, True)


def test_a_source_is_asked_only_where_that_is_wanted(attached: Path) -> None:
    keep(attached, "a password")
    facts = collect(replace(asked(attached), sources=True))
    (result,) = told(facts, "sources")
    assert result.status is Status.warn
    assert "does not answer: the connection was refused" in result.seen.en


def test_a_city_without_sources_says_so(facts: Facts) -> None:
    (result,) = told(facts, "sources")
    assert (result.status, result.seen.en) == (Status.ok, "No sources are attached.")
