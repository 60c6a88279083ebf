"""A small city whose table ``staff`` is attached at a database, and the databases with the rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from servers import Server

from workbench.store.keyring import Keyring
from workbench.store.layout import Layout, private_folder
from workbench.store.secrets import Account, Secrets
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest

CANARY = "CANARY-7f3a9c51"
"""Stands in the column that nobody is granted, in every row."""
READER_PASSWORD = "we ird'p\\a\"ss;=x"
ROWS = [
    (1, "张三", "990101", f"{CANARY}-1", "12.50"),
    (2, "李四", "990101", f"{CANARY}-2", "0.10"),
    (3, "王五", "990102", f"{CANARY}-3", None),
    (4, "o'Brien \\ 😀", "990101", f"{CANARY}-4", "-99999.99"),
]
COLUMNS = {
    "id": {"type": "BIGINT", "class": "general"},
    "name": {"type": "VARCHAR", "class": "general"},
    "county": {"type": "VARCHAR", "class": "general"},
    "salary": {"type": "VARCHAR", "class": "important"},
    "paid": {"type": "DECIMAL(18,2)", "class": "general"},
}
GRANTED = {"id": "value", "name": "value", "paid": "value"}
SCOPE = [{"column": "county", "op": "=", "value": "990101"}]
TEST = {
    "resources": {"staff": {"data": "none.csv", "columns": COLUMNS}},
    "grants": {"staff": {"mode": "obtain", "columns": GRANTED, "rows": SCOPE}},
}


def write_attached(
    root: Path,
    server: dict[str, Any],
    test: dict[str, Any] | None = None,
    settings: dict[str, int] | None = None,
) -> Path:
    """The city, with ``server`` as the ODCS server of every table."""
    whole = {**(test or TEST), "settings": {"warm_workers": 0, **(settings or {})}}
    parsed = PolicyTest.model_validate(whole)
    write_city(parsed, root)
    for path in (root / "data_contracts" / "resources").iterdir():
        contract = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**contract, "servers": [server]}), encoding="utf-8")
    return root


def server_of(kind: str, server: Server | None, ttl: str = "15m", **more: Any) -> dict[str, Any]:
    """An entry of ``servers``. ``more`` replaces its keys."""
    custom = {"table": "staff", "ttl": ttl}
    if server is None:
        out: dict[str, Any] = {"type": kind, "path": "shared/staff.sqlite"}
    else:
        database = "postgres" if kind == "postgres" else "test"
        out = {"type": kind, "host": server.host, "port": server.port, "database": database}
        custom |= {"secret": "registry", "tls": "disable"}
    listed = [{"property": name, "value": value} for name, value in custom.items()]
    return {"server": "registry", **out, "customProperties": listed, **more}


def set_secret(root: Path, user: str = "reader", password: str = READER_PASSWORD) -> None:
    layout = Layout(root)
    private_folder(layout.state)
    key = Keyring.open(layout.keys).audit_key
    Secrets(layout.secrets, key).set("registry", Account(user, password))


def fill_postgres(server: Server, rows: Sequence[tuple[Any, ...]] = ROWS) -> None:
    """The table, and an account that may read all of its columns: it is the workbench that must
    not ask for what is not granted."""
    with admin(server) as con:
        con.execute("DROP TABLE IF EXISTS staff")
        con.execute(
            "CREATE TABLE staff (id bigint, name text, county varchar(6), salary text, "
            "paid numeric(12,2))"
        )
        with con.cursor() as cursor:
            cursor.executemany("INSERT INTO staff VALUES (%s, %s, %s, %s, %s)", rows)
        if not con.execute("SELECT 1 FROM pg_roles WHERE rolname = 'reader'").fetchone():
            password = READER_PASSWORD.replace("'", "''")
            con.execute(f"CREATE ROLE reader LOGIN PASSWORD '{password}'")  # type: ignore[arg-type]
        con.execute("GRANT SELECT ON staff TO reader")


def admin(server: Server) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=server.host, port=server.port, user=server.user, password=server.password,
        dbname="postgres", autocommit=True,
    )  # fmt: skip


def fill_mariadb(server: Server, rows: Sequence[tuple[Any, ...]] = ROWS) -> None:
    values = ", ".join(f"({', '.join(_sql(v) for v in row)})" for row in rows)
    password = READER_PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
    mariadb_run(
        server,
        "DROP TABLE IF EXISTS staff; "
        "CREATE TABLE staff (id bigint, name varchar(50), county varchar(6), salary varchar(40), "
        "paid decimal(12,2)); "
        f"INSERT INTO staff VALUES {values}; "
        f"CREATE OR REPLACE USER reader@'%' IDENTIFIED BY '{password}'; "
        "GRANT SELECT ON test.staff TO reader@'%';",
    )


def mariadb_run(server: Server, sql: str) -> str:
    """What it prints: a line a row, values between tabs."""
    program = shutil.which("mariadb", path="/usr/bin:/usr/local/bin") or "mariadb"
    done = subprocess.run(
        [program, "--no-defaults", f"-u{server.user}", f"-p{server.password}", "-h", server.host,
         "-P", str(server.port), "--default-character-set=utf8mb4", "-NB", "test"],
        input=sql.encode(), capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout.decode()


def fill_sqlite(root: Path, rows: Sequence[tuple[Any, ...]] = ROWS) -> Path:
    path = root / "shared" / "staff.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as con:
        con.execute(
            "CREATE TABLE staff (id INTEGER, name TEXT, county TEXT, salary TEXT, paid REAL)"
        )
        con.executemany("INSERT INTO staff VALUES (?, ?, ?, ?, ?)", rows)
    con.close()
    return path


def _sql(value: object) -> str:
    if value is None:
        return "NULL"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"
