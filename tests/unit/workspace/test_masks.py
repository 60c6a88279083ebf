"""Every mask and every row operator, evaluated by the engine that will evaluate them."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.contract import Column
from workbench.model.grant import ColumnGrant, Mask, MaskKind, Operator, RowCondition, Use
from workbench.workspace.masks import (
    column_sql,
    pseudonym,
    pseudonym_macro,
    result_type,
    scenario_key,
    scope_sql,
)

KEY = scenario_key(b"k" * 32, "watch")


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(pseudonym_macro(KEY))
    return con


def masked(con: duckdb.DuckDBPyConnection, mask: Mask, type_: str, value: object) -> object:
    column = Column("c", type_)
    sql = column_sql(column, ColumnGrant("c", mask=mask))
    row = con.execute(f"SELECT {sql} FROM (SELECT CAST(? AS {type_}) AS c)", [value]).fetchone()
    assert row is not None
    return row[0]


PARTIAL = Mask(MaskKind.partial, keep_first=1, keep_last=2)
MONTH = Mask(MaskKind.date, level="month")
YEAR = Mask(MaskKind.date, level="year")
WIDTH = Mask(MaskKind.bucket, width=1000)
EDGES = Mask(MaskKind.bucket, edges=(0.5, 10, 100))


@pytest.mark.parametrize(
    ("mask", "type_", "value", "expected"),
    [
        (PARTIAL, "VARCHAR", "张三李四王", "张***四王"),
        (PARTIAL, "VARCHAR", "abc", "***"),
        (PARTIAL, "VARCHAR", "", "***"),
        (PARTIAL, "VARCHAR", None, None),
        (PARTIAL, "BIGINT", 1234567, "1***67"),
        (Mask(MaskKind.partial, keep_first=3), "VARCHAR", "13800001111", "138***"),
        (Mask(MaskKind.division, level="province"), "VARCHAR", "513221", "510000"),
        (Mask(MaskKind.division, level="city"), "VARCHAR", "513221", "513200"),
        (Mask(MaskKind.division, level="county"), "VARCHAR", "513221100201", "513221"),
        (Mask(MaskKind.division, level="city"), "VARCHAR", "510722100201", "510700"),
        (Mask(MaskKind.division, level="province"), "VARCHAR", "5107", "5100"),
        (Mask(MaskKind.division, level="city"), "VARCHAR", None, None),
        (Mask(MaskKind.industry, level="section"), "VARCHAR", "0111", "A"),
        (Mask(MaskKind.industry, level="section"), "VARCHAR", "C4350", "C"),
        (Mask(MaskKind.industry, level="section"), "VARCHAR", "T", "T"),
        (Mask(MaskKind.industry, level="section"), "VARCHAR", "98", None),
        (Mask(MaskKind.industry, level="division"), "VARCHAR", "C4350", "43"),
        (Mask(MaskKind.industry, level="group"), "VARCHAR", "0111", "011"),
        (MONTH, "DATE", date(2024, 2, 29), date(2024, 2, 1)),
        (YEAR, "TIMESTAMP", "2024-12-31 23:59:59", date(2024, 1, 1)),
        (MONTH, "DATE", None, None),
        (WIDTH, "BIGINT", 999, "[0, 1000)"),
        (WIDTH, "BIGINT", 1000, "[1000, 2000)"),
        (WIDTH, "BIGINT", -1, "[-1000, 0)"),
        (WIDTH, "DOUBLE", 1999.99, "[1000, 2000)"),
        (WIDTH, "DOUBLE", float("inf"), "not finite"),
        (WIDTH, "DECIMAL(18,2)", "123456789012.34", "[123456789000, 123456790000)"),
        (WIDTH, "DOUBLE", None, None),
        (EDGES, "DOUBLE", 0.4, "< 0.5"),
        (EDGES, "DOUBLE", 0.5, "[0.5, 10)"),
        (EDGES, "BIGINT", 10, "[10, 100)"),
        (EDGES, "BIGINT", 100, ">= 100"),
        (EDGES, "BIGINT", None, None),
    ],
)
def test_mask(con, mask, type_, value, expected):
    assert masked(con, mask, type_, value) == expected


@pytest.mark.parametrize(
    ("op", "values", "expected"),
    [
        (Operator.eq, ("b",), ["b"]),
        (Operator.ne, ("b",), ["a", "c"]),
        (Operator.lt, ("b",), ["a"]),
        (Operator.le, ("b",), ["a", "b"]),
        (Operator.gt, ("b",), ["c"]),
        (Operator.ge, ("b",), ["b", "c"]),
        (Operator.in_, ("a", "c"), ["a", "c"]),
        (Operator.not_in, ("a", "c"), ["b"]),
        (Operator.between, ("a", "b"), ["a", "b"]),
        (Operator.starts_with, ("c",), ["c"]),
        (Operator.is_null, (), [None]),
        (Operator.is_not_null, (), ["a", "b", "c"]),
        (Operator.eq, ("' OR true --",), []),
    ],
)
def test_row_scope(con, op, values, expected):
    where = scope_sql((RowCondition("C", op, values),), {"c": Column("c", "VARCHAR")})
    sql = f"SELECT c FROM (VALUES ('a'), ('b'), ('c'), (NULL)) t(c) WHERE {where} ORDER BY c"
    assert [r[0] for r in con.execute(sql).fetchall()] == expected


def test_conditions_are_joined_by_and(con):
    column = {"c": Column("c", "BIGINT")}
    scope = (RowCondition("c", Operator.ge, (2,)), RowCondition("c", Operator.lt, (4,)))
    sql = f"SELECT c FROM range(6) t(c) WHERE {scope_sql(scope, column)} ORDER BY 1"
    assert con.execute(sql).fetchall() == [(2,), (3,)]
    assert scope_sql((), column) == "true"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=80))
@settings(max_examples=100, deadline=None)
def test_the_engine_pseudonym_is_hmac_sha256(text):
    con = duckdb.connect()
    con.execute(pseudonym_macro(KEY))
    sql = column_sql(Column("c", "VARCHAR"), ColumnGrant("c", Use.join_key))
    assert con.execute(f"SELECT {sql} FROM (SELECT ? AS c)", [text]).fetchone() == (
        pseudonym(KEY, text),
    )


def test_pseudonyms_differ_between_scenarios_and_join_across_types():
    con = duckdb.connect()
    con.execute(pseudonym_macro(KEY))
    other = scenario_key(b"k" * 32, "other")
    assert pseudonym(KEY, "91510000") != pseudonym(other, "91510000")
    as_text = column_sql(Column("t", "VARCHAR"), ColumnGrant("t", Use.join_key))
    as_number = column_sql(Column("n", "BIGINT"), ColumnGrant("n", Use.join_key))
    row = con.execute(f"SELECT {as_text}, {as_number} FROM (SELECT '42' AS t, 42 AS n)").fetchone()
    assert row is not None
    assert row[0] == row[1]


@pytest.mark.parametrize(
    ("mask", "type_", "value"),
    [(PARTIAL, "BIGINT", 1234567), (MONTH, "TIMESTAMP", "2024-01-02"), (WIDTH, "DOUBLE", 1.0)],
)
def test_the_announced_type_is_the_type_that_arrives(con, mask, type_, value):
    column, granted = Column("c", type_), ColumnGrant("c", mask=mask)
    sql = f"SELECT typeof({column_sql(column, granted)}) FROM (SELECT CAST(? AS {type_}) AS c)"
    assert con.execute(sql, [value]).fetchone() == (result_type(column, granted),)
