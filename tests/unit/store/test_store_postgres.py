"""What only a server can be: its address, its roles, its locks, its absence; and moving to it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import servers
from ports import free_port
from stores import Places
from typer.testing import CliRunner, Result

from workbench.cli import audit
from workbench.cli import store as store_commands
from workbench.errors import Code, InvalidInput, Unavailable, WorkbenchError
from workbench.gateway.state import open_state
from workbench.model.actor import Role
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.store.address import PostgresAt, SqliteAt, address_of, parsed
from workbench.store.allowances import Try
from workbench.store.layout import Layout
from workbench.store.reaching import CAUSES, cause
from workbench.store.rights import rights
from workbench.store.session import open_store
from workbench.store.standing import standing

PASSWORD = "a long password"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def url(postgres_server: Places, tmp_path: Path) -> str:
    return postgres_server.where(tmp_path)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    contracts = tmp_path / "city" / "data_contracts"
    contracts.mkdir(parents=True)
    (contracts / "city.yaml").write_text("id: testville\n")
    return tmp_path / "city"


# Where the store is


def test_the_variable_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert address_of(layout, {}) == SqliteAt(layout.store)
    layout.state.mkdir()
    layout.store_url.write_text("postgresql://a@localhost/one\n")
    layout.store_url.chmod(0o600)
    found = address_of(layout, {})
    assert isinstance(found, PostgresAt)
    assert (found.user, found.database, found.schema) == ("a", "one", "workbench")
    named = address_of(layout, {"WORKBENCH_STORE": "postgresql://b@localhost/two?schema=x"})
    assert named.shown == "postgresql://b@localhost:5432/two?schema=x"


def test_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.state.mkdir()
    layout.store_url.write_text("postgresql://a@localhost/one\n")
    layout.store_url.chmod(0o644)
    with pytest.raises(Unavailable, match="open to other users"):
        address_of(layout, {})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://a:SECRET@localhost/x",
        "postgresql://a@localhost/x?password=SECRET",
        "postgresql://a@localhost/x?sslpassword=SECRET",
        "mysql://a:SECRET@localhost/x",
        "postgresql://a@localhost/x?options=SECRET",
        "postgresql://a@localhost/x?schema=SECRET",
        "postgresql://a@localhost:SECRET/x",
        "SECRET",
    ],
)
def test_a_wrong_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parsed(url, "WORKBENCH_STORE")
    told = str(caught.value) + caught.value.to_json() + caught.value.said("zh")
    assert "SECRET" not in told
    assert "WORKBENCH_STORE" in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@localhost/db",
        "postgresql://%E5%BC%A0@10.0.0.1:6000/d%2Fb?schema=s&sslmode=verify-full&sslrootcert=/a",
        "postgresql://u@[::1]:5433/db?schema=s",
        "postgresql://u@/db?host=/var/run/postgresql&schema=s",
    ],
)
def test_an_address_is_shown_so_that_it_can_be_read_again(url: str) -> None:
    found = parsed(url, "x")
    assert parsed(found.shown, "x") == found


def test_another_machine_in_the_clear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    with pytest.raises(InvalidInput, match="encrypted"):
        parsed("postgresql://a@db.example.org/x", "x")
    given = parsed("postgresql://a@db.example.org/x?sslmode=verify-full", "x").arguments()
    assert given["sslmode"] == "verify-full"


def test_tls_parameters_reach_the_driver(postgres_server: Places, url: str) -> None:
    """This server has no TLS: who requires it gets no connection."""
    with pytest.raises(Unavailable, match="no TLS connection could be made"):
        open_store(url + "&sslmode=require", now)


def test_a_wrong_password_is_told_without_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passfile = tmp_path / "wrong"
    passfile.write_text("*:*:*:*:CANARY\n")
    passfile.chmod(0o600)
    wrong = parsed(url, "x")
    changed = wrong.shown.replace(
        dict(wrong.parameters)["passfile"].replace("/", "%2F"), str(passfile)
    )
    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        open_store(changed, now)
    assert "CANARY" not in str(caught.value)
    assert "user or password was not accepted" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ("port", "closed", "连接被拒绝", "the connection was refused"),
        ("127.0.0.1", "nosuch.invalid", "主机名无法解析", "its host name is not known"),
        ("/postgres?", "/canary_ssl?", "数据库不存在", "its database is not there"),
        ("postgres@", "canary_timeout@", "口令不被接受", "user or password was not accepted"),
        ("port", "silent", "连接超时", "nobody answered in time"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_by_its_cause(
    url: str, old: str, new: str, zh: str, en: str
) -> None:
    """Of what the driver and the server say nothing comes through, in either language."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        if old == "port":
            old = f":{parsed(url, 'x').port}/"
            new = f":{free_port() if new == 'closed' else silent.getsockname()[1]}/"
        changed = url.replace(old, new) + "&sslmode=prefer&connect_timeout=2"
        with pytest.raises(Unavailable) as caught:
            open_store(changed, now)
        found = standing(parsed(changed, "x"))
    assert found.state == "unreachable"
    for said in (caught.value.said("en"), found.told.en):
        assert en in said
    for said in (caught.value.said("zh"), found.told.zh):
        assert zh in said
    for said in (caught.value.said("en"), caught.value.said("zh")):
        for word in ("connection to server", "FATAL", "failed", "resolve", "errno"):
            assert word not in said


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ('FATAL:  用户 "li" Password 认证失败 (用户名或密码错误)', "authentication"),
        ('FATAL:  数据库 "ssl" 不存在', "database_missing"),
        ('FATAL:  no pg_hba.conf entry for host "1.2.3.4", user "a", no SSL', "authentication"),
        ('connection to "h" failed: SSL error: certificate verify failed', "tls"),
        ("FATAL:  sorry, too many clients already", "not_ready"),
        ("FATAL:  the database system is starting up", "not_ready"),
        ("server closed the connection unexpectedly", "lost"),
        ('FATAL:  role "timeout expired" does not exist', "authentication"),
        ("something that nobody has heard of", "other"),
    ],
)
def test_each_cause_has_its_words(said: str, known: str) -> None:
    assert cause(said) == known
    assert CAUSES[known].zh != CAUSES[known].en


# Whose store it is


@pytest.fixture
def opened_city(city: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKBENCH_STORE", url)
    state = open_state(city)
    state.store.users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    state.ledger.record(Draft(Event.gateway_started))
    state.store.close()
    return city


def test_a_city_remembers_its_store(
    opened_city: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_STORE")
    state = open_state(opened_city)
    assert state.store.shown == parsed(url, "x").shown
    assert state.store.users.get("zhang") is not None
    state.store.close()
    assert Layout(opened_city).store_url.stat().st_mode & 0o777 == 0o600
    assert not Layout(opened_city).store.exists()


def test_a_second_city_in_the_same_schema_is_refused(opened_city: Path, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        open_state(tmp_path / "another")
    assert caught.value.code is Code.gateway_unavailable  # it has no keys, and makes none
    assert not Layout(tmp_path / "another").keys.exists()
    sqlite = tmp_path / "third"
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("WORKBENCH_STORE")
        open_state(sqlite).store.close()
    Layout(sqlite).store.unlink()
    with pytest.raises(Unavailable, match="belongs to another city") as caught:
        open_state(sqlite)
    assert "schema" in caught.value.said("en")


def test_two_cities_in_two_schemas_do_not_meet(
    opened_city: Path, postgres_server: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_STORE", postgres_server.where(tmp_path / "another"))
    other = open_state(tmp_path / "another")
    assert other.store.users.all() == ()
    assert other.ledger.record(Draft(Event.gateway_started)).seq == 1
    other.store.close()


def test_keys_that_are_gone_are_not_made_anew(opened_city: Path) -> None:
    shutil.rmtree(Layout(opened_city).keys)
    with pytest.raises(Unavailable, match="not available"):
        open_state(opened_city)
    assert not Layout(opened_city).keys.exists()


def test_an_empty_database_in_the_place_of_a_ledger_is_refused(
    opened_city: Path, postgres_server: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_STORE", postgres_server.where(tmp_path / "empty"))
    with pytest.raises(Unavailable, match="has a ledger already"):
        open_state(opened_city)


# What it does


def test_commits_wait_for_the_disk_and_writers_for_their_turn(url: str) -> None:
    store, other = open_store(url, now), open_store(url, now)
    with store.writing() as connection:
        setting = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(other.revocations.revoke, "g", date(2025, 6, 2), "li", "left")
            assert other.version() == 0  # readers are not blocked
            time.sleep(0.3)
            assert not waiting.done()
            connection.rollback()
            waiting.result(timeout=20)
    assert setting == "on"
    assert store.revocations.all() == {"g": date(2025, 6, 2)}
    store.close()
    other.close()


def test_the_gateway_s_role_can_add_and_not_change(
    opened_city: Path, url: str, postgres_server: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = parsed(url, "x")
    role = f"r_{address.schema}"
    with postgres_server.admin(address.schema) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{servers.PASSWORD}'")
        admin.execute(rights(address, role))
    monkeypatch.setenv("WORKBENCH_STORE", postgres_server.url(address.schema, user=role))
    state = open_state(opened_city)
    users = state.store.users
    state.ledger.record(
        Draft(Event.user_changed, secret="SELECT 1"),
        doing=lambda: users.add("li", PASSWORD, "ndrc", {Role.auditor}),
    )
    state.ledger.record(Draft(Event.decision, actor="li", secret="SELECT 1"))
    assert users.verify("li", "a wrong password") is None
    assert users.verify("li", PASSWORD) is not None
    users.disable("zhang")
    state.store.revocations.revoke("g", date(2025, 6, 2), "li", "left")
    state.store.allowances.take("a", date(2025, 6, 2), 1, 2)
    state.store.allowances.take("a", date(2025, 6, 2), 1, 2)
    state.store.allowances.tried([Try("b", "x", 2)], date(2025, 6, 2), 30)
    state.store.close()
    refused = [
        "UPDATE entries SET actor = 'x'",
        "DELETE FROM entries",
        "TRUNCATE statements",
        "DELETE FROM users",
        "DELETE FROM revocations",
        "UPDATE revocations SET reason = 'x'",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "DROP TABLE statements",
        "UPDATE owner SET fingerprint = 'x'",
        "CREATE TABLE mine (x int)",
    ]
    with postgres_server.admin(address.schema, user=role) as connection:
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_not_even_the_owner_changes_an_entry_by_mistake(
    opened_city: Path, url: str, postgres_server: Places
) -> None:
    with postgres_server.admin(parsed(url, "x").schema) as owner:
        for verb in ("UPDATE entries SET actor = 'x'", "DELETE FROM entries",
                     "TRUNCATE entries, statements", "DELETE FROM statements"):  # fmt: skip
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                owner.execute(verb)


def test_a_role_that_may_make_nothing_is_told_the_command(
    postgres_server: Places, tmp_path: Path
) -> None:
    with postgres_server.admin() as admin:
        admin.execute(f"CREATE ROLE nobody_here LOGIN PASSWORD '{servers.PASSWORD}'")
    with pytest.raises(Unavailable, match="may not make") as caught:
        open_store(postgres_server.url("not_there", user="nobody_here"), now)
    assert "workbench store upgrade" in caught.value.said("en")


def test_a_value_longer_than_an_index_page_is_kept(opened_city: Path) -> None:
    state = open_state(opened_city)
    name = os.urandom(9000).hex()
    state.ledger.record(Draft(Event.decision, actor=name, scenario=name, release=name))
    found = state.store.journal.find(EntryFilter(person=name, scenario=name, release=name))
    assert len(found) == 1
    state.store.close()


def test_a_killed_connection_is_made_anew(
    opened_city: Path, url: str, postgres_server: Places
) -> None:
    state = open_state(opened_city)
    first = state.ledger.record(Draft(Event.gateway_started)).seq
    with postgres_server.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'workbench' AND pid <> pg_backend_pid()"
        )
    assert state.ledger.record(Draft(Event.gateway_started)).seq == first + 1
    assert state.store.version() > 0
    state.store.close()


# Moving


@pytest.fixture
def run(city: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("WORKBENCH_CITY", str(city))
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    monkeypatch.delenv("WORKBENCH_STORE", raising=False)

    def run_it(app: Any, *arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run_it


def _filled(city: Path, count: int = 12) -> None:
    state = open_state(city)
    users = state.store.users
    users.add("zhang", PASSWORD, "ndrc", {Role.analyst})
    state.store.revocations.revoke("g", date(2025, 6, 2), "li", "left")
    for number in range(count):
        state.ledger.record(Draft(Event.decision, actor="zhang", secret=f"SELECT {number}"))
    state.store.close()


def test_a_store_is_moved(run: Any, city: Path, url: str) -> None:
    _filled(city)
    left_open = open_state(city)
    done = run(store_commands.app, "copy", "--to", url)
    assert done.exit_code == 0, done.output
    assert "entries: 12" in done.stdout
    state = open_state(city)
    assert state.store.kind == "postgresql"
    assert state.store.users.verify("zhang", PASSWORD) is not None
    assert state.store.revocations.all() == {"g": date(2025, 6, 2)}
    assert state.ledger.record(Draft(Event.gateway_started)).seq == 13
    state.store.close()
    assert run(audit.app, "verify").exit_code == 0
    with pytest.raises(WorkbenchError):  # who had the old one open adds nothing to it
        left_open.ledger.record(Draft(Event.gateway_started))
    left_open.store.close()
    with pytest.raises(Unavailable, match="was moved"):
        open_store(Layout(city).store, now)
    assert standing(SqliteAt(Layout(city).store)).state == "moved"
    assert run(store_commands.app, "copy", "--to", url).exit_code == 2


def test_a_ledger_that_was_tampered_with_is_not_moved(run: Any, city: Path, url: str) -> None:
    _filled(city)
    with closing(sqlite3.connect(Layout(city).store, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET actor = 'x' WHERE seq = 3")
    done = run(store_commands.app, "copy", "--to", url)
    assert done.exit_code == 5
    assert "does not verify" in done.stderr
    assert standing(parsed(url, "x")).entries == 0
    assert not Layout(city).store_url.exists()
    open_store(Layout(city).store, now).close()


def test_a_destination_that_is_in_use_is_refused(run: Any, city: Path, url: str) -> None:
    _filled(city)
    store = open_store(url, now)
    store.users.add("li", PASSWORD, "ndrc", {Role.analyst})
    store.close()
    done = run(store_commands.app, "copy", "--to", url)
    assert done.exit_code == 5
    assert "not empty" in done.stderr
    assert standing(SqliteAt(Layout(city).store)).state == "current"


def test_the_commands_tell_the_state_and_no_password(
    run: Any, city: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = json.loads(run(store_commands.app, "status", "--json").stdout)
    assert (empty["state"], empty["version"], empty["entries"]) == ("empty", None, None)
    assert not Layout(city).store.exists()
    monkeypatch.setenv("WORKBENCH_STORE", url)
    assert json.loads(run(store_commands.app, "status", "--json").stdout)["state"] == "empty"
    script = run(store_commands.app, "upgrade", "--dry-run").stdout
    assert "CREATE TABLE entries" in script
    assert "SET search_path" in script
    assert json.loads(run(store_commands.app, "status", "--json").stdout)["state"] == "empty"
    assert "Made" in run(store_commands.app, "upgrade").stdout
    assert "already" in run(store_commands.app, "upgrade").stdout
    status = run(store_commands.app, "status")
    assert status.exit_code == 0
    assert "Ready" in status.stdout
    assert "GRANT SELECT, INSERT ON" in run(store_commands.app, "rights", "gateway").stdout
    assert run(store_commands.app, "rights", "a b").exit_code == 2
    monkeypatch.setenv("WORKBENCH_STORE", url.replace(
        f":{parsed(url, 'x').port}/", ":1/"))  # fmt: skip
    gone = run(store_commands.app, "status", "--json")
    assert gone.exit_code == 5
    assert json.loads(gone.stdout)["state"] == "unreachable"
    monkeypatch.setenv("WORKBENCH_STORE", "postgresql://a:SECRET@localhost/x")
    refused = run(store_commands.app, "status")
    assert refused.exit_code == 2
    assert "SECRET" not in refused.output
