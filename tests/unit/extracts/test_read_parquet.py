"""Parquet deliveries: the types must hold what the contract's types hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_desk import Desk, column, places, resource, said


def parquet(desk: Desk, columns: dict[str, pa.Array], name: str = "a.parquet") -> Any:
    path = desk.root / name
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("source", "values", "target"),
    [
        (pa.int8(), [1, -1, None], "BIGINT"),
        (pa.int64(), [1, 2**31 - 1], "INTEGER"),
        (pa.uint32(), [2**32 - 1], "BIGINT"),
        (pa.int32(), [7], "DOUBLE"),
        (pa.float32(), [0.5], "DOUBLE"),
        (pa.float64(), [0.1, 1e300, -2.5e-7], "DOUBLE"),
        (pa.decimal128(10, 2), [Decimal("1.25")], "DECIMAL(12,4)"),
        (pa.int32(), [7], "DECIMAL(12,2)"),
        (pa.string(), ["汉", "", None], "VARCHAR"),
        (pa.large_string(), ["x"], "VARCHAR"),
        (pa.dictionary(pa.int32(), pa.string()), ["x", "y", "x"], "VARCHAR"),
        (pa.bool_(), [True, False, None], "BOOLEAN"),
        (pa.date32(), [date(2024, 2, 29)], "DATE"),
        (pa.timestamp("ms"), [datetime(2024, 2, 29, 1, 2, 3)], "TIMESTAMP"),
        (pa.timestamp("us"), [datetime(2024, 2, 29, 1, 2, 3, 4)], "TIMESTAMP"),
    ],
    ids=str,
)
def test_lossless_types(desk: Desk, source: pa.DataType, values: list[Any], target: str) -> None:
    contract = resource(column("v", target))
    desk.ingest(contract, parquet(desk, {"v": pa.array(values, source)}))
    assert [row[0] for row in desk.rows(contract)] == values


@pytest.mark.parametrize(
    ("source", "values", "target"),
    [
        (pa.string(), ["1"], "INTEGER"),
        (pa.string(), ["2024-02-29"], "DATE"),
        (pa.float64(), [1.0], "INTEGER"),
        (pa.float64(), [1.0], "DECIMAL(9,2)"),
        (pa.float64(), [1.0], "FLOAT"),
        (pa.int64(), [1], "DOUBLE"),
        (pa.int64(), [1], "VARCHAR"),
        (pa.decimal128(10, 4), [Decimal("1.2500")], "DECIMAL(12,2)"),
        (pa.timestamp("us", tz="UTC"), [datetime(2024, 1, 1)], "TIMESTAMP"),
        (pa.timestamp("ns"), [datetime(2024, 1, 1)], "TIMESTAMP"),
        (pa.timestamp("us"), [datetime(2024, 1, 1)], "DATE"),
        (pa.list_(pa.int32()), [[1]], "INTEGER"),
        (pa.binary(), [b"x"], "VARCHAR"),
    ],
    ids=str,
)
def test_types_that_lose_are_refused(
    desk: Desk, source: pa.DataType, values: list[Any], target: str
) -> None:
    contract = resource(column("v", target))
    error = desk.refused(contract, parquet(desk, {"v": pa.array(values, source)}))
    assert "without loss" in said(error)


def test_values_beyond_the_contract_are_located(desk: Desk) -> None:
    contract = resource(column("v", "INTEGER"), column("t"), column("x", "DOUBLE"))
    table = {
        "x": pa.array([1.0, 2.0, float("nan"), float("inf")]),
        "v": pa.array([1, 2**40, 3, 4], pa.int64()),
        "t": pa.array(["a", "b", "c", "d\0d"]),
    }
    error = desk.refused(contract, parquet(desk, table))
    assert [(row, c) for _, row, c, _, _ in places(error)] == [
        (2, "v"), (3, "x"), (4, "t"), (4, "x"),
    ]  # fmt: skip


def test_columns_are_matched_as_in_csv(desk: Desk) -> None:
    contract = resource(column("id", "INTEGER", required=True), column("place"))
    one, extra = pa.array([1], pa.int32()), pa.array(["x"])
    assert "missing: id" in said(desk.refused(contract, parquet(desk, {"place": extra})))
    wide = parquet(desk, {"id": one, "salary": extra})
    assert "salary" in said(desk.refused(contract, wide))
    twice = parquet(desk, {"id": one, "ID": one})
    assert "named twice" in said(desk.refused(contract, twice))
    report = desk.ingest(contract, parquet(desk, {"ID": one}))
    assert desk.rows(contract) == [(1, None)]
    assert any("place" in w.en for w in report.warnings)


def test_csv_and_parquet_in_one_delivery(desk: Desk) -> None:
    contract = resource(column("id", "INTEGER"))
    first = parquet(desk, {"id": pa.array([1], pa.int16())})
    desk.ingest(contract, first, desk.file("id\n2\n"))
    assert desk.rows(contract) == [(1,), (2,)]


def test_a_file_cut_short_is_refused(desk: Desk) -> None:
    whole = parquet(desk, {"id": pa.array(range(1000), pa.int32())})
    cut = desk.file(whole.read_bytes()[:-20], "cut.parquet")
    assert "sound Parquet" in said(desk.refused(resource(column("id", "INTEGER")), cut))
