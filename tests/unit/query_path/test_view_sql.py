"""The template's SQL, run by the engine: pages that join, filters by type, cells that are cut."""

from __future__ import annotations

from itertools import chain
from typing import Any

import duckdb
import pytest

from workbench.errors import Text
from workbench.model.grant import Operator
from workbench.query_path.view_sql import (
    CELL,
    CUT,
    Condition,
    Shown,
    Sort,
    as_typed,
    bound,
    page_sql,
)
from workbench.sql.screen import screen
from workbench.workspace.worker import taken as as_the_worker_binds

ID, NAME, DAY = Shown("id", "BIGINT"), Shown('na"me', "VARCHAR"), Shown("day", "DATE")
WHOLE = ["id", 'na"me', "day"]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    con.execute(
        """CREATE TABLE "ta""ble" AS SELECT i AS id, CASE WHEN i % 7 <> 0 THEN 'n' || i % 3 END
        AS "na""me", DATE '2024-01-01' + (i % 5)::INTEGER AS day FROM range(100) r(i)
        ORDER BY hash(i)"""
    )
    return con


def rows(
    con: duckdb.DuckDBPyConnection,
    tests: list[Condition],
    sorts: list[Sort],
    limit: int = 1000,
    offset: int = 0,
) -> list[tuple[Any, ...]]:
    sql = page_sql('ta"ble', [ID, NAME, DAY], tests, sorts, WHOLE, limit, offset)
    assert not screen(sql), "a worker screens it like any statement"
    row = bound(tests)
    return con.execute(sql, as_the_worker_binds(_stream(row)) if row else None).fetchall()


def _stream(batch: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def test_the_text(con: duckdb.DuckDBPyConnection) -> None:
    tests = [
        Condition(ID, Operator.in_, ("1", "2")),
        Condition(NAME, Operator.starts_with, ("n'",)),
    ]
    assert page_sql("t", [ID], tests, [Sort(NAME, True)], WHOLE, 11, 10) == (
        'SELECT t."id" AS "id" FROM "t" AS t WHERE t."id" IN (CAST($1 AS BIGINT), '
        'CAST($2 AS BIGINT)) AND starts_with(t."na""me", CAST($3 AS VARCHAR)) '
        'ORDER BY t."na""me" DESC NULLS LAST, t."id" NULLS LAST, t."day" NULLS LAST '
        "LIMIT 11 OFFSET 10"
    )


@pytest.mark.parametrize("sorts", [[], [Sort(NAME, False)], [Sort(DAY, True), Sort(NAME, True)]])
def test_pages_follow_each_other_without_a_gap_or_a_row_twice(
    con: duckdb.DuckDBPyConnection, sorts: list[Sort]
) -> None:
    whole = rows(con, [], sorts)
    pages = [rows(con, [], sorts, 7, offset) for offset in range(0, 100, 7)]
    assert list(chain.from_iterable(pages)) == whole
    assert len(set(whole)) == 100


@pytest.mark.parametrize(
    ("column", "op", "values", "there"),
    [
        (ID, Operator.eq, [5], lambda i, n, d: i == 5),
        (ID, Operator.ne, [5], lambda i, n, d: i != 5),
        (ID, Operator.lt, [5], lambda i, n, d: i < 5),
        (ID, Operator.le, [5], lambda i, n, d: i <= 5),
        (ID, Operator.gt, [5], lambda i, n, d: i > 5),
        (ID, Operator.ge, [5], lambda i, n, d: i >= 5),
        (ID, Operator.in_, [5, 6, 700], lambda i, n, d: i in (5, 6)),
        (ID, Operator.not_in, [5, 6], lambda i, n, d: i not in (5, 6)),
        (ID, Operator.between, [5, 9], lambda i, n, d: 5 <= i <= 9),
        (NAME, Operator.starts_with, ["n1"], lambda i, n, d: n == "n1"),
        (NAME, Operator.is_null, [], lambda i, n, d: n is None),
        (NAME, Operator.is_not_null, [], lambda i, n, d: n is not None),
        (NAME, Operator.eq, ["x' OR '1'='1"], lambda i, n, d: False),
        (NAME, Operator.eq, ["n1\0"], lambda i, n, d: False),
        (DAY, Operator.eq, ["2024-01-02"], lambda i, n, d: d.day == 2),
    ],
)
def test_every_operator(
    con: duckdb.DuckDBPyConnection, column: Shown, op: Operator, values: list[Any], there: Any
) -> None:
    typed = tuple(str(as_typed(value, column.type, op)) for value in values)
    everything = rows(con, [], [])
    assert rows(con, [Condition(column, op, typed)], []) == [r for r in everything if there(*r)]


@pytest.mark.parametrize(
    ("value", "type_", "op"),
    [
        ("5", "BIGINT", "="), (5.0, "BIGINT", "="), (True, "BIGINT", "="), (2**63, "BIGINT", "="),
        (5, "VARCHAR", "="), (True, "VARCHAR", "="), (1, "BOOLEAN", "="), ("true", "BOOLEAN", "="),
        (True, "BOOLEAN", "<"), ("2024-1-2", "DATE", "="), ("2024-02-30", "DATE", "="),
        ("today", "DATE", "="), (20240102, "DATE", "="), ("2024-01-02T08", "TIMESTAMP", "="),
        ("x", "DOUBLE", "="), (1.005, "DECIMAL(18,2)", "="), ("1.005", "DECIMAL(18,2)", "="),
        (10**17, "DECIMAL(18,2)", "="), ("1e3", "DECIMAL(18,2)", "="), ("٣", "DECIMAL(18,2)", "="),
        (1, "BIGINT", "starts with"), ("2024", "DATE", "starts with"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_not_converted(value: Any, type_: str, op: str) -> None:
    assert isinstance(as_typed(value, type_, Operator(op)), Text)


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (5, "BIGINT", "5"), (1.5, "DOUBLE", "1.5"), (3, "DOUBLE", "3"), (True, "BOOLEAN", "true"),
        (1.25, "DECIMAL(18,2)", "1.25"), ("0.10", "DECIMAL(18,2)", "0.10"),
        (10**15, "DECIMAL(18,2)", str(10**15)), (0, "DECIMAL(4,4)", "0"),
        ("2024-01-02", "DATE", "2024-01-02"), ("2024-01-02", "TIMESTAMP", "2024-01-02 00:00:00"),
    ],
)  # fmt: skip
def test_a_value_as_the_engine_reads_it(value: Any, type_: str, text: str) -> None:
    assert as_typed(value, type_, Operator.eq) == text
    assert duckdb.execute(f"SELECT CAST('{text}' AS {type_})").fetchone()


def test_long_cells_are_cut_and_sorted_by_what_they_are() -> None:
    con = duckdb.connect(":memory:")
    con.execute(
        "CREATE TABLE t AS SELECT repeat('x', 2000) || s AS n FROM (VALUES ('b'), ('a'), ('')) v(s)"
    )
    column = Shown("n", "VARCHAR")
    sql = page_sql("t", [column], [], [Sort(column, False)], ["n"], 10, 0)
    found = [n for (n,) in con.execute(sql).fetchall()]
    assert found == ["x" * CELL, "x" * CELL + CUT, "x" * CELL + CUT]
    only_b = [Condition(column, Operator.eq, ("x" * 2000 + "b",))]
    sql = page_sql("t", [column], only_b, [Sort(column, False)], ["n"], 10, 0)
    assert len(con.execute(sql, ["x" * 2000 + "b"]).fetchall()) == 1
