"""From a dump of the first version to this one, on both kinds of store; and from nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select
from stores import Places

from workbench.errors import Unavailable, WorkbenchError
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.ledger.usage import usage_in_full
from workbench.ledger.verify import verify
from workbench.model.entry import Draft, EntryFilter, Event
from workbench.store import schema, tables
from workbench.store.address import parsed
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store, upgrade_store
from workbench.store.standing import standing

FIRST = Path(__file__).with_name("first_version")
PASSWORD = "一个足够长的密码-2025"
GRANT = "house_prices/ndrc/divisions"


def now() -> datetime:
    return datetime.now(UTC)


class Old:
    """A store of the first version, as a dump brought it here."""

    def __init__(self, places: Places, root: Path) -> None:
        self.places = places
        self.root = root
        self.database = f"d_{abs(hash(root)):x}"
        _write_keys(root / "keys")
        (root / "checkpoints").mkdir()
        lines = (FIRST / "2025-11.jsonl").read_bytes()
        (root / "checkpoints" / "2025-11.jsonl").write_bytes(lines)
        self.keyring = Keyring.open(root / "keys", create=False)
        self._load()

    @property
    def where(self) -> str:
        if self.places.kind == "sqlite":
            return str(self.root / "store.sqlite")
        return self.places.url("workbench", database=self.database)

    def _load(self) -> None:
        if self.places.kind == "sqlite":
            with closing(sqlite3.connect(self.where)) as connection:
                connection.executescript((FIRST / "store.sql").read_text(encoding="utf-8"))
            return
        with self.places.admin() as connection:
            connection.execute(f"CREATE DATABASE {self.database} TEMPLATE template0 ENCODING UTF8")
        with self.places.admin(database=self.database) as connection:
            connection.execute((FIRST / "postgres.sql").read_text(encoding="utf-8"))

    def findings(self, store: Store) -> list[Any]:
        public, key = self.keyring.checkpoint_public, self.keyring.audit_key
        found = verify(store.journal, self.root / "checkpoints", public, key)
        assert found.vouched == found.entries
        return list(found.findings)


def _write_keys(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, key in json.loads((FIRST / "keys.json").read_text()).items():
        file = folder / f"{name}.key"
        file.write_bytes(bytes.fromhex(key))
        file.chmod(0o600)


@pytest.fixture
def old(tmp_path: Path, store_places: Places) -> Iterator[Old]:
    (tmp_path / "state").mkdir()
    made = Old(store_places, tmp_path / "state")
    yield made
    if store_places.kind == "postgresql":
        with store_places.admin() as connection:
            connection.execute(f"DROP DATABASE {made.database} WITH (FORCE)")


def test_everything_of_the_first_version_is_there_after_the_upgrade(old: Old) -> None:
    assert upgrade_store(old.where, now) == (1, tables.SCHEMA_VERSION)
    store = open_store(old.where, now)
    assert old.findings(store) == []
    user = store.users.verify("zhang.wei", PASSWORD)
    assert user is not None
    assert sorted(user.roles) == ["analyst", "leader"]
    with pytest.raises(WorkbenchError, match="disabled"):
        store.users.verify("sun", "another long password")
    (revoked,) = store.revocations.listed()
    assert (revoked.grant_id, revoked.revoked_on, revoked.by, revoked.reason) == (
        GRANT, date(2025, 11, 2), "李主任", "项目结束",
    )  # fmt: skip
    assert revoked.at.tzinfo is not None
    with pytest.raises(WorkbenchError, match="already revoked"):
        store.revocations.revoke(GRANT, date(2025, 12, 1), "li", "again")
    rows = usage_in_full(store.journal, EntryFilter(release="r7"), old.keyring.audit_key)
    assert [row.statement for row in rows] == [
        "SELECT city FROM house_price_index WHERE month = '2025-07'"
    ]
    store.close()


def test_the_chain_goes_on_after_the_upgrade(old: Old) -> None:
    upgrade_store(old.where, now)
    store = open_store(old.where, now)
    store.owner.claim(old.keyring.checkpoint_public)
    checkpoints = Checkpoints(old.root / "checkpoints", old.keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, old.keyring.audit_key, now)
    assert ledger.close_open_releases() == 1
    assert ledger.record(Draft(Event.gateway_started)).seq == 31
    assert old.findings(store) == []
    store.close()


def test_sqlite_is_upgraded_by_opening_it_and_a_copy_is_kept(
    tmp_path: Path, postgres_server: Places
) -> None:
    (tmp_path / "state").mkdir()
    old = Old(Places("sqlite", None, Path()), tmp_path / "state")
    before = (tmp_path / "state" / "store.sqlite").read_bytes()
    open_store(old.where, now).close()
    copy = tmp_path / "state" / "store.version-1.sqlite"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        kept = "\n".join(connection.iterdump())
    assert kept.strip() == (FIRST / "store.sql").read_text(encoding="utf-8").strip()
    assert before
    open_store(old.where, now).close()
    assert [p.name for p in copy.parent.glob("store.version*")] == [copy.name]


def test_postgresql_is_upgraded_by_command_only(tmp_path: Path, postgres_server: Places) -> None:
    (tmp_path / "state").mkdir()
    old = Old(postgres_server, tmp_path / "state")
    with pytest.raises(Unavailable, match="schema version 1") as caught:
        open_store(old.where, now)
    assert "workbench store upgrade" in caught.value.said("en")
    found = standing(parsed(old.where, "test"))
    assert (found.state, found.version, found.entries) == ("older", 1, 29)
    sql = schema.script("postgresql", 1)
    assert "CREATE TABLE owner" in sql
    assert "USING hash" in sql
    assert "CREATE TABLE entries" not in sql


def test_a_dry_run_s_script_does_what_the_upgrade_does(
    tmp_path: Path, postgres_server: Places
) -> None:
    address = postgres_server.address("scripted")
    with postgres_server.admin() as connection:
        connection.execute("CREATE SCHEMA scripted")
    with postgres_server.admin("scripted") as connection:
        connection.execute(schema.script("postgresql", None))
    store = open_store(address, now)
    assert _shape(store) == _shape_of_new(postgres_server, tmp_path)
    store.close()


def _shape_of_new(places: Places, tmp_path: Path) -> dict[str, Any]:
    store = open_store(places.where(tmp_path / "new"), now)
    try:
        return _shape(store)
    finally:
        store.close()


def test_two_that_upgrade_at_once_do_it_once(old: Old) -> None:
    code = (
        "import sys; from datetime import UTC, datetime;"
        "from workbench.store.session import upgrade_store;"
        "print(upgrade_store(sys.argv[1], lambda: datetime.now(UTC)))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, old.where], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    ours = tables.SCHEMA_VERSION
    assert set(said) <= {f"(1, {ours})", f"({ours}, {ours})"}
    assert f"(1, {ours})" in said
    store = open_store(old.where, now)
    assert old.findings(store) == []
    store.close()


def test_an_upgrade_that_fails_leaves_the_first_version(
    old: Old, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "migrations"
    _copy_with_a_broken_end(broken)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", broken)
        with pytest.raises(WorkbenchError):
            upgrade_store(old.where, now)
    assert standing(_address(old)).version == 1
    assert upgrade_store(old.where, now) == (1, tables.SCHEMA_VERSION)


def _address(old: Old) -> Any:
    from workbench.store.session import address

    return address(old.where)


def _copy_with_a_broken_end(folder: Path) -> None:
    (folder / "versions").mkdir(parents=True)
    for file in schema.MIGRATIONS.rglob("*.*"):
        if file.suffix in (".py", ".mako"):
            target = folder / file.relative_to(schema.MIGRATIONS)
            target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    last = sorted((folder / "versions").glob("*.py"))[-1]
    text = last.read_text(encoding="utf-8")
    failing = "def upgrade() -> None:\n    _upgrade()\n    op.execute('DROP TABLE none')\n\n\n"
    changed = text.replace("def upgrade()", failing + "def _upgrade()", 1)
    last.write_text(changed, encoding="utf-8")


def test_migrations_and_tables_agree(store_places: Places, tmp_path: Path) -> None:
    """A new store, made in one step, is what the migrations make from nothing."""
    new = open_store(store_places.where(tmp_path / "new"), now)
    by_hand = open_store(store_places.where(tmp_path / "old"), now)
    with by_hand.writing() as connection:
        _emptied(connection)
        schema.migrated(connection)
    for store in (new, by_hand):
        with store.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, tables.metadata) == []
    assert _shape(new) == _shape(by_hand)
    new.close()
    by_hand.close()


def _emptied(connection: Any) -> None:
    tables.metadata.drop_all(connection)
    connection.exec_driver_sql("DROP TABLE alembic_version")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change()")


def _shape(store: Store) -> dict[str, Any]:
    """All that the database knows of its tables, indexes and triggers."""
    with store.reading() as connection:
        found = inspect(connection)
        shape: dict[str, Any] = {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(_index(index) for index in found.get_indexes(name)),
                [key["referred_table"] for key in found.get_foreign_keys(name)],
            )
            for name in found.get_table_names()
        }
        shape["meta rows"] = sorted(
            (row.key, row.value) for row in connection.execute(select(tables.meta))
        )
        shape["revision"] = connection.exec_driver_sql("SELECT * FROM alembic_version").all()
        shape["triggers"] = sorted(connection.exec_driver_sql(_TRIGGERS[store.kind]).all())
    return shape


def _index(index: Any) -> tuple[str, ...]:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return index["name"], str(index["column_names"]), str(sorted(options.items()))


_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table, trigger_name, event_manipulation, action_timing "
    "FROM information_schema.triggers WHERE trigger_schema = current_schema()",
}


def test_a_newer_store_is_refused(store_places: Places, tmp_path: Path) -> None:
    where = store_places.where(tmp_path)
    store = open_store(where, now)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = 99 WHERE key = 'schema_version'")
    store.close()
    for opening in (open_store, upgrade_store):
        with pytest.raises(Unavailable, match="schema version 99") as caught:
            opening(where, now)
        assert "newer version" in caught.value.said("en")


def test_tables_of_somebody_else_are_left_alone(store_places: Places, tmp_path: Path) -> None:
    where = store_places.where(tmp_path)
    store = open_store(where, now)
    with store.writing() as connection:
        _emptied(connection)
        connection.exec_driver_sql("CREATE TABLE theirs (x INTEGER)")
    store.close()
    for opening in (open_store, upgrade_store):
        with pytest.raises(Unavailable, match="something else"):
            opening(where, now)
