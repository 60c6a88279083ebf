"""What is asked for and what a workspace digests are one text: held against the engine itself."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.canonical import NotOfType, canonical, comparable, digest
from workbench.model.contract import Column
from workbench.workspace.masks import digest_sql, pseudonym, pseudonym_macro

KEY = b"k" * 32


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    con.execute(pseudonym_macro(KEY))
    yield con
    con.close()


def stored(engine: duckdb.DuckDBPyConnection, type_: str, written: list[str]) -> list[str]:
    """The digests that a workspace keeps of these literals."""
    made = digest_sql(Column("v", type_))
    rows = engine.execute(
        f"SELECT {made} FROM (SELECT unnest($1::VARCHAR[])::{type_} AS v)",
        [written],
    ).fetchall()
    return [row[0] for row in rows]


def agrees(engine: duckdb.DuckDBPyConnection, type_: str, values: list[Any]) -> None:
    asked = [digest(KEY, canonical(value, type_)) for value in values]
    written = [f"{v:f}" if isinstance(v, Decimal) else str(v) for v in values]
    assert stored(engine, type_, written) == asked


SAME: list[tuple[str, str, list[Any]]] = [
    (
        "DECIMAL(18,2)",
        "1000.00",
        [1000, "1000", Decimal("1000.00"), 1000.0, "1e3", "+1000.0", "01000"],
    ),
    ("DECIMAL(18,2)", "-0.05", [-0.05, "-0.05", Decimal("-0.050")]),
    ("DECIMAL(18,2)", "0", [0, "-0", -0.0, "0.00"]),
    ("DECIMAL(3,3)", "0.125", [0.125, "0.125", Decimal("0.1250")]),
    ("DECIMAL(4,4)", "0", [0, "0.0"]),
    ("DECIMAL(38,0)", "9" * 38, ["9" * 38, Decimal("9" * 38), int("9" * 38)]),
    ("BIGINT", "7", [7, "7", "007", 7.0, Decimal("7.00"), "7.0"]),
    ("BIGINT", str(-(2**63)), [-(2**63), str(-(2**63))]),
    ("TINYINT", "-128", [-128]),
    ("SMALLINT", "32767", ["32767"]),
    ("INTEGER", "0", [0, "-0", -0.0]),
    ("DOUBLE", "1000", [1000, "1000", 1e3, Decimal("1000.00")]),
    ("DOUBLE", "-0.0", [0, 0.0, -0.0]),
    ("DOUBLE", "1e16", [10**16, "10000000000000000", 1e16]),
    ("DOUBLE", "9007199254740993", [2**53 + 1, "9007199254740993"]),
    ("DOUBLE", "5e-324", [5e-324]),
    ("FLOAT", "0.1", [0.1, "0.1", struct.unpack("f", struct.pack("f", 0.1))[0]]),
    (
        "DATE",
        "2024-02-29",
        [date(2024, 2, 29), "2024-02-29", datetime(2024, 2, 29), "2024-02-29 00:00:00"],
    ),
    ("DATE", "0044-03-15", ["0044-03-15"]),
    (
        "TIMESTAMP",
        "2024-01-02 03:04:05",
        [datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05", "2024-01-02 03:04:05.000"],
    ),
    (
        "TIMESTAMP",
        "2024-01-02 03:04:05.12",
        [datetime(2024, 1, 2, 3, 4, 5, 120000), "2024-01-02 03:04:05.120"],
    ),
    ("TIMESTAMP", "2024-01-02 00:00:00", [date(2024, 1, 2), "2024-01-02", "2024-01-02 00:00"]),
    ("BOOLEAN", "true", [True, "true", "TRUE"]),
    ("BOOLEAN", "false", [False, "False"]),
    ("VARCHAR", "张伟", ["张伟"]),
    ("VARCHAR", "e\u0301te\u0301", ["\u00e9t\u00e9", "e\u0301te\u0301"]),
    ("VARCHAR", " Ab ", [" Ab "]),
    ("VARCHAR", "", [""]),
]


@pytest.mark.parametrize(("type_", "written", "values"), SAME)
def test_spellings_of_one_value_have_the_digest_that_a_workspace_keeps(
    engine: duckdb.DuckDBPyConnection, type_: str, written: str, values: list[Any]
) -> None:
    (kept,) = stored(engine, type_, [written])
    assert {digest(KEY, canonical(value, type_)) for value in values} == {kept}
    assert kept == pseudonym(KEY, canonical(values[0], type_))


WRONG: list[tuple[str, list[Any]]] = [
    (
        "DECIMAL(18,2)",
        [1000.005, "1,000", "", " 1", "1e999", 10**16, float("nan"), "inf", True, None, b"1"],
    ),
    ("BIGINT", [1.5, "1.5", 2**63, "seven", "", True, None, "٣", "１", "1_000", float("inf")]),
    ("TINYINT", [128, -129]),
    ("DOUBLE", ["1e999", float("nan"), float("inf"), "NaN", "0x1", None]),
    ("FLOAT", [1e39, "1e39"]),
    ("DATE", ["2024-02-30", "29.02.2024", 20240229, "2024-2-9", datetime(2024, 2, 29, 1), None]),
    (
        "TIMESTAMP",
        ["2024-01-02 25:00:00", datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T03:04:05Z", 1, None],
    ),
    ("BOOLEAN", [1, 0, "yes", "t", None]),
    ("VARCHAR", [1, 1.0, None, b"a", "a\0b", "\ud800", date(2024, 1, 1)]),
    ("TIME", ["00:00"]),
    ("BLOB", [b"a"]),
]


@pytest.mark.parametrize(("type_", "values"), WRONG)
def test_what_is_none_of_the_type_is_refused_without_its_value(
    type_: str, values: list[Any]
) -> None:
    for value in values:
        with pytest.raises(NotOfType) as caught:
            canonical(value, type_)
        if isinstance(value, str) and len(value) > 3:
            assert value not in str(caught.value)


def test_which_types_are_compared() -> None:
    assert comparable("DECIMAL(18,2)")
    assert comparable("VARCHAR")
    assert not comparable("TIME")
    assert not comparable("INTEGER[]")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
@settings(max_examples=50, deadline=None)
def test_every_double(engine: duckdb.DuckDBPyConnection, values: list[float]) -> None:
    agrees(engine, "DOUBLE", values)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=50)
)
@settings(max_examples=50, deadline=None)
def test_every_float(engine: duckdb.DuckDBPyConnection, values: list[float]) -> None:
    agrees(engine, "FLOAT", values)


def test_every_power_of_two(engine: duckdb.DuckDBPyConnection) -> None:
    """Their shortest decimals are hard: the engine's own text has some of them wrong."""
    agrees(engine, "FLOAT", [s * math.ldexp(1, e) for e in range(-149, 128) for s in (1, -1)])
    agrees(engine, "DOUBLE", [s * math.ldexp(1, e) for e in range(-1074, 1024) for s in (1, -1)])


@given(
    st.lists(
        st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)),
        min_size=1,
        max_size=50,
    )
)
@settings(max_examples=30, deadline=None)
def test_every_timestamp_and_date(
    engine: duckdb.DuckDBPyConnection, values: list[datetime]
) -> None:
    agrees(engine, "TIMESTAMP", values)
    agrees(engine, "DATE", [value.date() for value in values])


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        min_size=1,
        max_size=50,
    )
)
@settings(max_examples=50, deadline=None)
def test_every_text(engine: duckdb.DuckDBPyConnection, values: list[str]) -> None:
    agrees(engine, "VARCHAR", values)


@given(
    st.integers(1, 38).flatmap(
        lambda p: st.tuples(st.just(p), st.integers(0, p), st.integers(-(10**p) + 1, 10**p - 1))
    )
)
@settings(max_examples=150, deadline=None)
def test_every_decimal(engine: duckdb.DuckDBPyConnection, shape: tuple[int, int, int]) -> None:
    precision, scale, digits = shape
    sign, figures, _ = Decimal(digits).as_tuple()
    agrees(engine, f"DECIMAL({precision},{scale})", [Decimal((sign, figures, -scale))])
