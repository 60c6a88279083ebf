"""``reads.txt``: a statement, and below it what is read of it.

``t(a, *)``: column a and the whole of t; ``loose x``: x may belong to any table; ``makes x``: a
temporary relation, macro or variable; ``incomplete``: not read to the end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from workbench.engine.duckdb import extension_file, literal
from workbench.model.read_set import ReadSet, StatementKind
from workbench.sql.inspect import MAX_CHARACTERS, inspect

HERE = Path(__file__).parent
_LINES = (HERE / "reads.txt").read_text(encoding="utf-8").splitlines()
CASES = [(sql, said.strip()) for sql, said in zip(_LINES[::2], _LINES[1::2], strict=True)]
ORDINARY = (HERE / "tpch_ordinary.sql").read_text(encoding="utf-8").splitlines()


def _said(found: ReadSet) -> str:
    read: dict[str, list[str]] = {table: [] for table in found.tables}
    for table, column in (*found.columns, *((star, "*") for star in found.stars)):
        read[table].append(column)
    parts = [f"{table}({', '.join(columns)})" for table, columns in read.items()]
    parts += [f"loose {', '.join(found.loose)}"] if found.loose else []
    parts += [f"makes {', '.join(found.created)}"] if found.created else []
    parts += [] if found.complete else ["incomplete"]
    return f"{found.kind}: {'; '.join(parts)}".strip()


@pytest.mark.parametrize(("sql", "said"), CASES)
def test_reads(sql: str, said: str) -> None:
    assert _said(inspect(sql)) == said


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


# DuckDB itself as the second opinion -----------------------------------------------------------


@pytest.fixture(scope="module")
def tpch() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(config={"threads": "1"})
    con.execute(f"LOAD {literal(str(extension_file('tpch')))}")
    con.execute("CALL dbgen(sf = 0.001)")
    yield con
    con.close()


def _benchmark(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall()
    return [str(query) for (query,) in rows]


def test_the_same_tables_as_duckdb_finds(tpch: duckdb.DuckDBPyConnection) -> None:
    statements = ORDINARY + _benchmark(tpch)
    compared = 0
    for sql in statements:
        found = inspect(sql)
        assert found.complete, sql
        try:
            expected = tpch.get_table_names(sql, qualified=False)
        except duckdb.Error:
            continue  # it binds against made-up columns, which PIVOT, ASOF and USING do not take
        compared += 1
        assert set(found.tables) == expected, sql
    assert compared >= 75


def test_every_column_that_duckdb_scans_is_read(tpch: duckdb.DuckDBPyConnection) -> None:
    """What is recorded may be more than what is scanned; never less."""
    scans = 0
    for sql in ORDINARY + _benchmark(tpch):
        if sql.startswith(("DESCRIBE", "SUMMARIZE", "PIVOT orders ON o_orderstatus USING")):
            continue  # EXPLAIN takes none of these
        found = inspect(sql)
        for table, column in _scanned(tpch, sql):
            scans += 1
            assert (
                table in found.stars or (table, column) in found.columns or column in found.loose
            ), (sql, table, column, found)
    assert scans > 200


def _scanned(con: duckdb.DuckDBPyConnection, sql: str) -> set[tuple[str, str]]:
    row = con.execute(f"EXPLAIN (FORMAT json) {sql}").fetchone()
    assert row is not None
    out: set[tuple[str, str]] = set()
    _collect(json.loads(row[1])[0], out)
    return out


def _collect(node: dict[str, Any], out: set[tuple[str, str]]) -> None:
    info = node.get("extra_info", {})
    if "Table" in info:
        columns = info.get("Projections", [])
        for column in [columns] if isinstance(columns, str) else columns:
            if column:
                out.add((info["Table"].rsplit(".", 1)[-1], column.strip('"')))
    for child in node.get("children", []):
        _collect(child, out)


# What the ledger keeps ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "normal"),
    [
        ("select a from t where b = 'x' and c > 3.5", "select a from t where b = ? and c > ?"),
        ("SELECT 'it''s', E'a\\'b', $$x$$, $q$y$q$, x'41'", "SELECT ?, ?, ?, ?, ?"),
        ("select -- why\n a /* no */ from t", "select a from t"),
        ("select 'a'/* x */from t", "select ? from t"),
        ("select 0x1F, 1_000, .5, 1e-5, 12abc", "select ?, ?, ?, ?, ?"),
        ("select l[1:2], s.1 from t", "select l[?:?], s ? from t"),
        ("select date '2024-01-01' - interval 3 day", "select date ? - interval ? day"),
        ("select $1, $name, ?", "select $1, $name, ?"),
        ('select a from t where name = "Li Wei"', 'select a from t where name = "?"'),
        ("select a from t where name = 张三", "select a from t where name = ?"),
        ("select a from t where id = x440301199001011234", "select a from t where id = ?"),
        ("select a　from　t", "select a from t"),
        ("limit 'never ends", "limit"),
        ("select 1; select 2", "select ?; select ?"),
    ],
)
def test_normal(sql: str, normal: str) -> None:
    assert inspect(sql).normal == normal


def test_names_of_the_catalogue_may_stand() -> None:
    sql = 'SELECT "城市", 价格, 张三 FROM "房价"'
    assert inspect(sql).normal == 'SELECT "?", ?, ? FROM "?"'
    known = frozenset({"城市", "价格", "房价"})
    assert inspect(sql, known).normal == 'SELECT "城市", 价格, ? FROM "房价"'


def test_functions_and_macros_are_named() -> None:
    found = inspect("SELECT Sum(a), my_macro(b), left(c, 1), count(*) FROM t WHERE a IN (1)")
    assert set(found.functions) == {"sum", "my_macro", "left", "count"}


def test_a_variable_is_something_that_keeps_what_it_read() -> None:
    assert inspect("SET VARIABLE v = (SELECT max(a) FROM t)").created == ("getvariable",)
    assert "getvariable" in inspect("SELECT getvariable('v')").functions


def test_names_that_the_statement_gives_itself() -> None:
    found = inspect("WITH c(x) AS (SELECT a AS y FROM t) SELECT x AS z FROM c, u AS u2(w)")
    assert set(found.aliases) == {"x", "y", "z", "w"}


# Never raises, and never for long --------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "\0",
        "\ud800",
        "SELECT " + "(" * 50_000,
        "SELECT " + "decimal(" * 30 + "1" + ")" * 30,
        "SELECT " + "struct(" * 200 + "1" + ")" * 200,
        "SELECT " + "case when " * 500 + "1",
        "SELECT " + "not " * 20_000 + "1",
        "SELECT * FROM " + "t, " * 10_000 + "u",
        "SELECT 1" + " UNION SELECT 1" * 4_000,
        "SELECT " + "+" * 100_000 + "1",
        "EXPLAIN " * 10_000 + "SELECT 1",
        "SELECT " + "a, " * MAX_CHARACTERS + "b FROM t",
    ],
    ids=lambda s: ascii(s[:16]),
)
def test_odd_text_is_read_quickly_or_not_at_all(sql: str) -> None:
    start = time.monotonic()
    found = inspect(sql)
    assert time.monotonic() - start < 15
    assert isinstance(found, ReadSet)


def test_what_is_too_long_is_incomplete() -> None:
    found = inspect("SELECT " + "a, " * MAX_CHARACTERS + "b FROM t")
    assert found.kind is StatementKind.query
    assert not found.complete
