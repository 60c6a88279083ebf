"""What each type of a real server gives as each type of a contract: the value, or a refusal.

And: the rows that a server finds for a row scope are the rows that the engine finds.
"""

# ruff: noqa: E501 (the tables read better with long lines)
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attached_city as at
import duckdb
import pytest
import servers

from workbench.engine.duckdb import Resources, open_builder
from workbench.model.contract import Column
from workbench.model.grant import Operator, RowCondition, Scalar
from workbench.workspace.masks import scope_sql
from workbench.workspace.puller import conditions_of, fitted_of, work
from workbench.workspace.source_connection import Connection, Problem, connected
from workbench.workspace.source_sql import Item, select

pytestmark = pytest.mark.skipif(
    bool(servers.missing_programs()), reason=f"missing: {servers.missing_programs()}"
)
KEY = "0123456789abcdef0123456789abcdef"
WRONG = "value_wrong"
TYPE = "type_wrong"

POSTGRES = [
    # server's type, value there, contract's type, what arrives
    ("bigint", "9223372036854775807", "BIGINT", 9223372036854775807),
    ("bigint", "128", "TINYINT", WRONG),
    ("bigint", "-1", "UBIGINT", WRONG),
    ("integer", "7", "VARCHAR", TYPE),
    ("integer", "7", "DOUBLE", 7.0),
    ("bigint", "7", "DOUBLE", TYPE),
    ("numeric", "12345678901234567890", "BIGINT", WRONG),
    ("numeric", "7", "BIGINT", 7),
    ("numeric", "7.5", "BIGINT", WRONG),
    ("numeric(12,2)", "7.50", "DECIMAL(18,2)", Decimal("7.50")),
    ("numeric", "7.505", "DECIMAL(18,2)", WRONG),
    ("numeric", "99999999999999999.99", "DECIMAL(18,2)", WRONG),
    ("numeric", "'NaN'", "DECIMAL(18,2)", WRONG),
    ("numeric", "'Infinity'", "DECIMAL(18,2)", WRONG),
    ("numeric", "0.1", "DOUBLE", 0.1),
    ("real", "0.1", "FLOAT", 0.10000000149011612),
    ("real", "0.1", "DOUBLE", 0.10000000149011612),
    ("double precision", "0.1", "DOUBLE", 0.1),
    ("double precision", "1e300", "DOUBLE", 1e300),
    ("double precision", "0.1", "FLOAT", TYPE),
    ("double precision", "'NaN'", "DOUBLE", WRONG),
    ("double precision", "'-Infinity'", "DOUBLE", WRONG),
    ("money", "1", "DECIMAL(18,2)", TYPE),
    ("text", "'汉字 😀 '", "VARCHAR", "汉字 😀 "),
    ("text", "''", "VARCHAR", ""),
    ("varchar(5)", "'a''\\b'", "VARCHAR", "a'\\b"),
    ("char(6)", "'ab'", "VARCHAR", "ab"),
    ("text", "'7'", "BIGINT", TYPE),
    ("uuid", "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "VARCHAR", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ("jsonb", "'{\"a\": 1}'", "VARCHAR", '{"a": 1}'),
    ("mood", "'好'", "VARCHAR", "好"),
    ("code", "'0101'", "VARCHAR", "0101"),
    ("bytea", "'\\x00ff'", "VARCHAR", TYPE),
    ("text[]", "'{a,b}'", "VARCHAR", TYPE),
    ("interval", "'1 day'", "VARCHAR", TYPE),
    ("date", "'2024-02-29'", "DATE", date(2024, 2, 29)),
    ("date", "'infinity'", "DATE", WRONG),
    ("date", "'0044-03-15 BC'", "DATE", WRONG),
    ("timestamp", "'2024-02-29 23:59:59.123456'", "TIMESTAMP", datetime(2024, 2, 29, 23, 59, 59, 123456)),
    ("timestamp", "'2024-02-29'", "DATE", TYPE),
    ("timestamp", "'-infinity'", "TIMESTAMP", WRONG),
    ("timestamptz", "'2024-02-29 20:00:00+00'", "TIMESTAMP", datetime(2024, 3, 1, 4, 0)),
    ("timestamptz", "'1988-07-01 00:00:00+00'", "TIMESTAMP", datetime(1988, 7, 1, 9, 0)),
    ("time", "'08:30'", "TIME", "08:30:00"),
    ("time", "'24:00'", "TIME", WRONG),
    ("timetz", "'08:30+00'", "TIME", TYPE),
    ("boolean", "true", "BOOLEAN", True),
    ("integer", "1", "BOOLEAN", TYPE),
    ("text", "NULL", "VARCHAR", None),
    ("date", "NULL", "DATE", None),
]  # fmt: skip
MARIADB = [
    ("bigint unsigned", "18446744073709551615", "UBIGINT", 18446744073709551615),
    ("bigint unsigned", "18446744073709551615", "BIGINT", WRONG),
    ("int(5) zerofill", "7", "INTEGER", 7),
    ("tinyint(1)", "1", "BOOLEAN", True),
    ("tinyint(1)", "0", "BOOLEAN", False),
    ("tinyint(1)", "2", "BOOLEAN", WRONG),
    ("tinyint(1)", "2", "TINYINT", 2),
    ("tinyint(4)", "1", "BOOLEAN", TYPE),
    ("bit(1)", "b'1'", "BOOLEAN", True),
    ("bit(8)", "b'1'", "INTEGER", TYPE),
    ("year", "2026", "INTEGER", 2026),
    ("decimal(12,2)", "7.50", "DECIMAL(18,2)", Decimal("7.50")),
    ("decimal(40,5)", "12345678901234567890.5", "DECIMAL(18,2)", WRONG),
    ("decimal(10,3)", "7.505", "DECIMAL(18,2)", WRONG),
    ("decimal(10,1)", "0.1", "DOUBLE", 0.1),
    ("float", "0.1", "FLOAT", 0.10000000149011612),
    ("float", "16777217", "DOUBLE", 16777216.0),
    ("double", "0.1", "DOUBLE", 0.1),
    ("double", "-1e300", "DOUBLE", -1e300),
    ("double", "0.1", "FLOAT", TYPE),
    ("varchar(20)", "'汉字 😀 '", "VARCHAR", "汉字 😀 "),
    ("varchar(20) character set gbk", "'汉字'", "VARCHAR", "汉字"),
    ("varchar(20) character set latin1", "'é'", "VARCHAR", "é"),
    ("char(6)", "'ab'", "VARCHAR", "ab"),
    ("longtext", "'a\\\\b'", "VARCHAR", "a\\b"),
    ("enum('好','坏')", "'好'", "VARCHAR", "好"),
    ("set('a','b')", "'a,b'", "VARCHAR", "a,b"),
    ("json", "'{\"a\": 1}'", "VARCHAR", '{"a": 1}'),
    ("varbinary(4)", "x'00ff'", "VARCHAR", TYPE),
    ("blob", "x'00ff'", "VARCHAR", TYPE),
    ("int", "7", "VARCHAR", TYPE),
    ("varchar(3)", "'7'", "BIGINT", TYPE),
    ("date", "'2024-02-29'", "DATE", date(2024, 2, 29)),
    ("date", "'0000-00-00'", "DATE", WRONG),
    ("date", "'2024-00-00'", "DATE", WRONG),
    ("datetime(6)", "'2024-02-29 23:59:59.123456'", "TIMESTAMP", datetime(2024, 2, 29, 23, 59, 59, 123456)),
    ("datetime", "'0000-00-00 00:00:00'", "TIMESTAMP", WRONG),
    ("datetime", "'2024-02-29'", "DATE", TYPE),
    ("timestamp null", "'2024-02-29 20:00:00'", "TIMESTAMP", datetime(2024, 3, 1, 4, 0)),
    ("time", "'08:30'", "TIME", "08:30:00"),
    ("time", "'25:00:00'", "TIME", WRONG),
    ("time", "'-01:00:00'", "TIME", WRONG),
    ("point", "point(1,1)", "VARCHAR", TYPE),
    ("varchar(3)", "NULL", "VARCHAR", None),
    ("date", "NULL", "DATE", None),
]  # fmt: skip
SQLITE = [
    ("INTEGER", "7", "BIGINT", 7),
    ("INTEGER", "300", "TINYINT", WRONG),
    ("INTEGER", "'seven'", "BIGINT", WRONG),
    ("", "'7'", "BIGINT", WRONG),
    ("", "7", "VARCHAR", WRONG),
    ("TEXT", "'汉字 😀'", "VARCHAR", "汉字 😀"),
    ("TEXT", "''", "VARCHAR", ""),
    ("TEXT", "'x'", "VARCHAR", "x"),
    ("BLOB", "x'00ff'", "VARCHAR", WRONG),
    ("REAL", "0.1", "DOUBLE", 0.1),
    ("REAL", "1e300", "DOUBLE", 1e300),
    ("REAL", "9e999", "DOUBLE", WRONG),
    ("", "7", "DOUBLE", 7.0),
    ("INTEGER", "9007199254740993", "DOUBLE", WRONG),
    ("REAL", "0.1", "FLOAT", TYPE),
    ("REAL", "12.5", "DECIMAL(18,2)", Decimal("12.50")),
    ("REAL", "12.505", "DECIMAL(18,2)", WRONG),
    ("INTEGER", "12", "DECIMAL(18,2)", Decimal("12.00")),
    ("INTEGER", "1", "BOOLEAN", True),
    ("INTEGER", "2", "BOOLEAN", WRONG),
    ("TEXT", "'2024-02-29'", "DATE", date(2024, 2, 29)),
    ("TEXT", "'2023-02-29'", "DATE", WRONG),
    ("TEXT", "'2024/2/29'", "DATE", WRONG),
    ("TEXT", "'2024-02-29 08:00:00'", "TIMESTAMP", datetime(2024, 2, 29, 8, 0)),
    ("INTEGER", "1709193600", "TIMESTAMP", WRONG),
    ("TEXT", "'08:30:00'", "TIME", "08:30:00"),
    ("TEXT", "NULL", "VARCHAR", None),
    ("INTEGER", "NULL", "BIGINT", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def postgres() -> Iterator[servers.Server]:
    with servers.postgres() as server:
        with at.admin(server) as con:
            con.execute("CREATE TYPE mood AS ENUM ('好', '坏')")
            con.execute("CREATE DOMAIN code AS varchar(6)")
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[servers.Server]:
    with servers.mariadb() as server:
        yield server


def source(kind: str, server: servers.Server | None, path: Path, table: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "host": server.host if server else "",
        "port": server.port if server else 0,
        "database": "postgres" if kind == "postgres" else "test",
        "schema": "public" if kind == "postgres" else "",
        "table": table,
        "path": str(path),
        "tls": "disable",
        "tls_ca": "",
        "user": server.user if server else "",
        "password": server.password if server else "",
    }


def pull(
    where: dict[str, Any],
    folder: Path,
    items: list[tuple[str, str, str]],
    conditions: list[Any] | None = None,
) -> list[tuple[Any, ...]]:
    """What the child process would write, read back."""
    file = folder / f"pulled-{len(list(folder.iterdir()))}"
    (folder / "scratch").mkdir(exist_ok=True)
    job = {
        "task": "pull",
        "source": where,
        "items": items,
        "conditions": conditions or [],
        "limits": {"connect_seconds": 5, "seconds": 60, "rows": 1000, "mb": 10},
        "resources": {"memory_mb": 256, "scratch_mb": 256, "threads": 1},
        "scratch": str(folder / "scratch"),
        "file": str(file),
        "key": KEY,
    }
    work(job, lambda _: None)
    with duckdb.connect() as con:
        con.execute(f"PRAGMA add_parquet_key('k', '{KEY}')")
        found = f"read_parquet('{file}', encryption_config={{footer_key: 'k'}})"
        return con.execute(f"SELECT * FROM {found}").fetchall()


def check(table: list[tuple[str, str, str, Any]], where: dict[str, Any], folder: Path) -> None:
    """Column ``vN`` holds row N. Those that fit are pulled together, and so are those that do
    not: the problem must name each of them and no other."""
    items = {n: (f"v{n}", f"v{n}", row[2]) for n, row in enumerate(table)}
    good = [n for n, row in enumerate(table) if row[3] not in (WRONG, TYPE)]
    (found,) = pull(where, folder, [items[n] for n in good])
    for n, value in zip(good, found, strict=True):
        shown = str(value) if table[n][2] == "TIME" else value
        assert (shown, type(shown)) == (table[n][3], type(table[n][3])), table[n]
    for cause in (WRONG, TYPE):
        bad = [n for n, row in enumerate(table) if row[3] == cause]
        with pytest.raises(Problem) as problem:
            pull(where, folder, [items[n] for n in (*good, *bad)])
        assert problem.value.detail["cause"] == cause
        told = problem.value.detail["columns"]
        assert [table[n] for n in bad if f"v{n}" not in told] == []
        assert [name for name in told if int(name[1:]) not in bad] == []


def columns(table: list[tuple[str, str, str, Any]]) -> tuple[str, str]:
    listed = ", ".join(f"v{n} {row[0]}" for n, row in enumerate(table))
    return listed, ", ".join(row[1] for row in table)


def test_the_types_of_postgresql(postgres: servers.Server, tmp_path: Path) -> None:
    listed, values = columns(POSTGRES)
    with at.admin(postgres) as con:
        con.execute("DROP TABLE IF EXISTS types")
        con.execute(f"CREATE TABLE types ({listed})")  # type: ignore[arg-type]
        con.execute(f"INSERT INTO types VALUES ({values})")  # type: ignore[arg-type]
    check(POSTGRES, source("postgres", postgres, tmp_path, "types"), tmp_path)


def test_the_types_of_mariadb(mariadb: servers.Server, tmp_path: Path) -> None:
    listed, values = columns(MARIADB)
    at.mariadb_run(
        mariadb,
        "SET sql_mode = ''; SET time_zone = '+00:00'; DROP TABLE IF EXISTS types; "
        f"CREATE TABLE types ({listed}) character set utf8mb4; INSERT INTO types VALUES ({values});",
    )
    check(MARIADB, source("mysql", mariadb, tmp_path, "types"), tmp_path)


def test_the_types_of_sqlite(tmp_path: Path) -> None:
    listed, values = columns(SQLITE)
    path = tmp_path / "types.sqlite"
    with sqlite3.connect(path) as con:
        con.execute(f"CREATE TABLE types ({listed})")
        con.execute(f"INSERT INTO types VALUES ({values})")
    con.close()
    check(SQLITE, source("sqlite", None, path, "types"), tmp_path)


# The row scope --------------------------------------------------------------------------------

KINDS = {"n": "BIGINT", "t": "VARCHAR", "x": "DECIMAL(18,2)", "f": "DOUBLE", "d": "DATE",
         "s": "TIMESTAMP", "c": "TIME", "b": "BOOLEAN"}  # fmt: skip
DATA: dict[str, list[Any]] = {
    "n": [-5, 0, 1, 7, 9223372036854775807, None],
    "t": ["a", "A", "a ", "ab", "ä", "汉", "汉字", "", "%", "_b", "a'b", "a\\", "Z", "😀", "ss", "ß", None],
    "x": [Decimal("-0.01"), Decimal("0.00"), Decimal("0.10"), Decimal("12.50"), None],
    "f": [-1.5, 0.0, 0.1, 0.30000000000000004, 1e300, None],
    "d": [date(1, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(9999, 12, 31), None],
    "s": [datetime(2024, 2, 29, 23, 59, 59), datetime(2024, 3, 1), None],
    "c": ["00:00:00", "08:30:00", "23:59:59", None],
    "b": [True, False, None],
}  # fmt: skip
ASKED: dict[str, list[Scalar]] = {
    "n": [0, 7, -5],
    "t": ["a", "A", "a ", "汉", "%", "_", "a'b", "a\\", "Z", "😀", "ss", "ß", "ä"],
    "x": [0.1, 12.5, 0.125, -0.01],
    "f": [0.1, 0.3, 1e300, -1.5],
    "d": [date(2024, 2, 29), date(2024, 3, 1)],
    "s": [datetime(2024, 3, 1), datetime(2024, 2, 29, 23, 59, 59)],
    "c": ["08:30:00", "08:30:00.5"],
    "b": [True, False],
}  # fmt: skip
_NO_VALUE = (Operator.is_null, Operator.is_not_null)


def scopes() -> Iterator[RowCondition]:
    for column, values in ASKED.items():
        for op in Operator:
            for chosen in choices(column, op, values):
                yield RowCondition(column, op, chosen)


def choices(column: str, op: Operator, values: list[Scalar]) -> list[tuple[Scalar, ...]]:
    """The values that ``op`` is tried with; none where a scenario may not write it."""
    if op in _NO_VALUE:
        return [()]
    if op in (Operator.in_, Operator.not_in):
        return [tuple(values)]
    if op is Operator.starts_with and column != "t":
        return []
    if column == "b" and op not in (Operator.eq, Operator.ne):
        return []
    if op is Operator.between:
        return [tuple(sorted((values[0], other))) for other in values[1:]]  # type: ignore[type-var]
    return [(value,) for value in values]


def rows() -> list[tuple[Any, ...]]:
    """One value each row, NULL in the other columns."""
    out: list[tuple[Any, ...]] = []
    for place, values in enumerate(DATA.values()):
        for value in values:
            cells: list[Any] = [None] * len(DATA)
            cells[place] = value
            out.append((len(out), *cells))
    return out


def differing(where: dict[str, Any], folder: Path) -> list[tuple[Any, ...]]:
    """The scopes for which the source's own log would show other rows than the engine finds."""
    contract = {name: Column(name, type_) for name, type_ in KINDS.items()}
    listed = ", ".join(f"{n} {t}" for n, t in KINDS.items())
    wrong = []
    con = open_builder(Resources(256, 256, 1), folder)
    con.execute(f"CREATE TABLE plain (id BIGINT, {listed})")
    con.executemany(f"INSERT INTO plain VALUES ({', '.join('?' * (len(KINDS) + 1))})", rows())
    asked = list(scopes())
    wanted = []
    for scope in asked:
        plain = f"SELECT id FROM plain WHERE {scope_sql((scope,), contract)} ORDER BY id"
        wanted.append([row[0] for row in con.execute(plain).fetchall()])
    with connected(con, where, {"connect_seconds": 5, "seconds": 60}) as connection:
        for scope, ids in zip(asked, wanted, strict=True):
            found = found_by(connection, scope)
            if found != ids:
                wrong.append((scope, ids, found))
    con.close()
    assert len(asked) > 150
    assert any(wanted)
    return wrong


def found_by(connection: Connection, scope: RowCondition) -> list[int]:
    """As the puller does it, in one connection for all."""
    texts = [str(v).lower() if isinstance(v, bool) else str(v) for v in scope.values]
    given = [((scope.column, scope.column, KINDS[scope.column]), scope.op.value, texts)]
    wanted = Item("id", "id", "BIGINT")
    conditions = conditions_of(connection, given)
    fitted = fitted_of(connection, [wanted, *(c.item for c in conditions)])
    dialect = connection.dialect
    sql = select(dialect, connection.table, [wanted], fitted, conditions, 1000)
    return sorted(int(row[0]) for row in connection.query(sql))


def test_postgresql_finds_the_rows_that_the_engine_finds(
    postgres: servers.Server, tmp_path: Path
) -> None:
    with at.admin(postgres) as con:
        con.execute(
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)"
        )
        con.execute(
            "CREATE TABLE scope (id bigint, n bigint, t text COLLATE loose, x numeric(12,2), "
            "f double precision, d date, s timestamp, c time, b boolean)"
        )
        with con.cursor() as cursor:
            cursor.executemany(f"INSERT INTO scope VALUES ({', '.join(['%s'] * 9)})", rows())
    assert differing(source("postgres", postgres, tmp_path, "scope"), tmp_path) == []


def test_mariadb_finds_the_rows_that_the_engine_finds(
    mariadb: servers.Server, tmp_path: Path
) -> None:
    fill_scope(mariadb)
    assert differing(source("mysql", mariadb, tmp_path, "scope"), tmp_path) == []


def fill_scope(mariadb: servers.Server) -> None:
    values = ", ".join(f"({', '.join(sql(v) for v in row)})" for row in rows())
    at.mariadb_run(
        mariadb,
        "DROP TABLE IF EXISTS scope; CREATE TABLE scope (id bigint, n bigint, "
        "t varchar(20) COLLATE utf8mb4_general_ci, x decimal(12,2), f double, d date, s datetime, "
        f"c time, b tinyint(1)); INSERT INTO scope VALUES {values};",
    )


def sql(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def test_sqlite_finds_the_rows_that_the_engine_finds(tmp_path: Path) -> None:
    path = fill_sqlite_scope(tmp_path)
    assert differing(source("sqlite", None, path, "scope"), tmp_path) == []


def fill_sqlite_scope(folder: Path) -> Path:
    path = folder / "scope.sqlite"
    with sqlite3.connect(path) as con:
        con.execute(
            "CREATE TABLE scope (id INTEGER, n INTEGER, t TEXT COLLATE NOCASE, x REAL, "
            "f REAL, d TEXT, s TEXT, c TEXT, b INTEGER)"
        )
        plain = [
            [
                float(v)
                if isinstance(v, Decimal)
                else v
                if isinstance(v, (int, float, type(None)))
                else str(v)
                for v in row
            ]
            for row in rows()
        ]
        con.executemany(f"INSERT INTO scope VALUES ({', '.join('?' * 9)})", plain)
    con.close()
    return path
