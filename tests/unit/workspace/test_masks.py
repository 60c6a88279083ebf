"""Every mask and every row operator, evaluated by the engine that will evaluate them."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal, localcontext

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalogue.mask_rules import LEVELS
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
CODED = Mask(MaskKind.coding, bottom=Decimal(0), top=Decimal(100))
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
        (EDGES, "DOUBLE", float("nan"), "not finite"),
        (EDGES, "DOUBLE", float("inf"), ">= 100"),
        (EDGES, "DOUBLE", float("-inf"), "< 0.5"),
        (
            Mask(MaskKind.bucket, edges=(0.1234567, 1234567.25)),
            "DOUBLE",
            1.0,
            "[0.1234567, 1234567.25)",
        ),
        (
            Mask(MaskKind.bucket, edges=(1e15, 1e16)),
            "DECIMAL(38,0)",
            10**15,
            "[1000000000000000, 10000000000000000)",
        ),
        (Mask(MaskKind.bucket, width=0.01), "DOUBLE", 0.57, "[0.57, 0.58)"),
        (Mask(MaskKind.bucket, width=0.1), "DOUBLE", 0.3, "[0.3, 0.4)"),
        (Mask(MaskKind.bucket, width=0.5), "DECIMAL(18,2)", "-0.01", "[-0.5, 0.0)"),
        (
            Mask(MaskKind.bucket, width=10),
            "BIGINT",
            9007199254740993,
            "[9007199254740990, 9007199254741000)",
        ),
        (
            Mask(MaskKind.bucket, width=10),
            "DECIMAL(38,0)",
            10**37 + 7,
            f"[{10**37}, {10**37 + 10})",
        ),
        (WIDTH, "DOUBLE", 999.9999999999999, "[0, 1000)"),
        (WIDTH, "DOUBLE", 1e300, "out of range"),
        (WIDTH, "DOUBLE", float("nan"), "not finite"),
        (WIDTH, "FLOAT", -0.5, "[-1000, 0)"),
        (Mask(MaskKind.division, level="town"), "VARCHAR", "513221100201", "513221100"),
        (Mask(MaskKind.division, level="town"), "VARCHAR", "513221100", "513221100"),
        (Mask(MaskKind.division, level="town"), "VARCHAR", "513221", "513221"),
        (Mask(MaskKind.division, level="county"), "VARCHAR", "513221100", "513221"),
        (Mask(MaskKind.division, level="province"), "VARCHAR", "513221100", "510000"),
        (Mask(MaskKind.industry, level="class"), "VARCHAR", "C4350", "4350"),
        (Mask(MaskKind.industry, level="class"), "VARCHAR", "435", "435"),
        (Mask(MaskKind.industry, level="division"), "VARCHAR", "C", "C"),
        (Mask(MaskKind.industry, level="group"), "VARCHAR", None, None),
        (Mask(MaskKind.date, level="day"), "TIMESTAMP", "2024-12-31 23:59:59", date(2024, 12, 31)),
        (Mask(MaskKind.date, level="week"), "DATE", date(2024, 12, 31), date(2024, 12, 30)),
        (Mask(MaskKind.date, level="week"), "DATE", date(2024, 12, 29), date(2024, 12, 23)),
        (Mask(MaskKind.date, level="quarter"), "DATE", date(2024, 12, 31), date(2024, 10, 1)),
        (CODED, "BIGINT", -1, 0),
        (CODED, "BIGINT", 0, 0),
        (CODED, "BIGINT", 99, 99),
        (CODED, "BIGINT", 101, 100),
        (CODED, "BIGINT", None, None),
        (CODED, "DECIMAL(38,2)", "100.01", Decimal("100.00")),
        (CODED, "DECIMAL(38,2)", "99.99", Decimal("99.99")),
        (CODED, "DOUBLE", float("inf"), 100.0),
        (CODED, "DOUBLE", float("-inf"), 0.0),
        (CODED, "FLOAT", 1e30, 100.0),
        (CODED, "TINYINT", 127, 100),
        (Mask(MaskKind.coding, top=Decimal("0.1")), "DOUBLE", -5.0, -5.0),
        (Mask(MaskKind.coding, top=Decimal("0.1")), "DOUBLE", 5.0, 0.1),
        (Mask(MaskKind.coding, bottom=Decimal("1E+3")), "INTEGER", 5, 1000),
        (Mask(MaskKind.coding, bottom=Decimal(0)), "DOUBLE", float("inf"), float("inf")),
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


@pytest.mark.parametrize("type_", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize(
    "mask", [CODED, Mask(MaskKind.coding, top=Decimal(5)), Mask(MaskKind.coding, bottom=Decimal(5))]
)
def test_what_is_no_number_is_coded_to_no_bound(con, mask, type_):
    """To the engine NaN is above every number: as the top it would be told for a large value."""
    value = masked(con, mask, type_, float("nan"))
    assert isinstance(value, float)
    assert math.isnan(value)


NUMBERS = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL(18,2)", "DECIMAL(38,10)", "FLOAT",
           "DOUBLE"]  # fmt: skip
TYPED = [
    *((PARTIAL, t) for t in ("VARCHAR", *NUMBERS)),
    *((Mask(MaskKind.pseudonym), t) for t in ("VARCHAR", *NUMBERS)),
    *((mask, t) for mask in (WIDTH, EDGES, CODED) for t in NUMBERS),
    (Mask(MaskKind.bucket, width=0.25), "DECIMAL(18,4)"),
    (Mask(MaskKind.bucket, width=0.25), "DOUBLE"),
    *((Mask(MaskKind.division, level=level), "VARCHAR") for level in LEVELS["division"]),
    *((Mask(MaskKind.industry, level=level), "VARCHAR") for level in LEVELS["industry"]),
    *((Mask(MaskKind.date, level=level), t) for level in LEVELS["date"]
      for t in ("DATE", "TIMESTAMP")),
]  # fmt: skip


@pytest.mark.parametrize(("mask", "type_"), TYPED)
def test_the_announced_type_is_the_type_that_arrives(con, mask, type_):
    column, granted = Column("c", type_), ColumnGrant("c", mask=mask)
    value = {"VARCHAR": "51", "DATE": "2024-01-02", "TIMESTAMP": "2024-01-02 03:00:00"}.get(
        type_, 7
    )
    sql = f"SELECT typeof({column_sql(column, granted)}) FROM (SELECT CAST(? AS {type_}) AS c)"
    assert con.execute(sql, [value]).fetchone() == (result_type(column, granted),)
    null = f"SELECT {column_sql(column, granted)} FROM (SELECT CAST(NULL AS {type_}) AS c)"
    assert con.execute(null).fetchone() == (None,)


def test_every_kind_of_mask_is_among_those_whose_type_is_tested():
    assert {mask.kind for mask, _ in TYPED} == set(MaskKind)


@given(
    st.decimals(-(10**28), 10**28, places=4, allow_nan=False, allow_infinity=False),
    st.decimals("0.0001", 10**6, places=4, allow_nan=False, allow_infinity=False),
)
@settings(max_examples=60, deadline=None)
def test_a_bucket_holds_its_number(number, width):
    """Against exact arithmetic in Python."""
    con = duckdb.connect()
    mask = Mask(MaskKind.bucket, width=float(width))
    label = masked(con, mask, "DECIMAL(38,4)", number)
    low, high = (Decimal(part) for part in str(label).strip("[)").split(", "))
    step = Decimal(repr(float(width)))
    with localcontext(prec=80):  # the usual 28 digits are too few to judge by
        assert low <= number < high
        assert high - low == step
        assert low % step == 0


def test_a_mask_is_part_of_the_key_of_a_workspace():
    """``workspace.spec`` keys by the repr of the granted columns."""
    masks = [None, CODED, Mask(MaskKind.coding, top=Decimal(100)), PARTIAL, MONTH, YEAR, WIDTH]
    assert len({repr(ColumnGrant("c", mask=mask)) for mask in masks}) == len(masks)
