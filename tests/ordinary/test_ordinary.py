"""Ordinary statements through the gateway, against plain DuckDB on a copy trimmed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from attacks.paragraphs import Case, cases
from attacks.served import Served, served

from ordinary.sample_city import make, trimmed
from workbench.client import connect
from workbench.trial.city import SCENARIO

CASES = cases("statements", Path(__file__).parent)
WORKS, FAILS = "-- check: works", "-- check: fails alike"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(make(tmp_path_factory.mktemp("ordinary"))) as running:
        yield running


@pytest.fixture(scope="module")
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    with trimmed() as con:
        yield con


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 80
    assert len({case.steps for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_ordinary_statement_gives_the_same(
    case: Case, gateway: Served, plain: duckdb.DuckDBPyConnection
) -> None:
    for step in case.steps:
        answer = gateway.ask("analyst", step)
        if FAILS in step:
            with pytest.raises(duckdb.Error):
                plain.execute(step).fetchall()
            assert answer.code == "statement_wrong", answer.error
            return
        assert answer.table is not None, answer.error
        expected = plain.execute(step)
    if WORKS in case.steps[-1]:
        assert answer.table.num_rows > 0
    elif expected.description is not None and answer.table.num_columns:
        same(answer.table, expected.to_arrow_table(), ordered="ORDER BY" in case.steps[-1].upper())


def same(found: pa.Table, expected: pa.Table, ordered: bool) -> None:
    """The same names and values; numbers within 1e-9; rows in any order where none was asked."""
    assert found.column_names == expected.column_names
    ours, theirs = rows(found), rows(expected)
    if not ordered:
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert all(equal(a, b) for a, b in zip(mine, other, strict=True)), (mine, other)


def equal(a: Any, b: Any) -> bool:
    """Doubles within 1e-9; everything else exactly, its type included; nested values too."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return type(a) is type(b) and bool(a == b)


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in zip(*(c.to_pylist() for c in table.columns), strict=True)]


@pytest.mark.parametrize(
    ("statement", "parameters", "expected"),
    [
        ("SELECT count(*) FROM house WHERE city = ?", ["Aba"], [(30,)]),
        ("SELECT count(*) FROM house WHERE city = $1 AND mom > $2", ["Aba", 0.0], [(30,)]),
        ("SELECT $2 - $1 AS d", [1, 3], [(2,)]),
        ("SELECT count(*) FROM house WHERE city = ANY(?)", [["Aba", "Harbin"]], [(60,)]),
        ("SELECT ? IS NULL AS n", [None], [(True,)]),
    ],
)
def test_positional_parameters_by_the_stock_driver(
    statement: str, parameters: list[Any], expected: list[tuple[Any, ...]], gateway: Served
) -> None:
    given = pa.record_batch(
        [pa.array([value]) for value in parameters], names=[str(i) for i in range(len(parameters))]
    )
    answer = gateway.ask("analyst", statement, parameters=given)
    assert answer.table is not None, answer.error
    assert rows(answer.table) == expected


@pytest.mark.parametrize(
    ("statement", "parameters", "expected"),
    [
        ("SELECT count(*) FROM house WHERE city = $city", {"city": "Aba"}, [(30,)]),
        ("SELECT count(*) FROM house WHERE city = ?", ["Aba"], [(30,)]),
        (
            "SELECT $b AS b, $a AS a",
            {"a": 1, "b": "x'; DROP TABLE house"},
            [("x'; DROP TABLE house", 1)],
        ),
    ],
)
def test_parameters_by_the_client(
    statement: str, parameters: Any, expected: list[tuple[Any, ...]], gateway: Served
) -> None:
    connection = connect(url=gateway.http, token="", user="analyst", password=_password(gateway))
    try:
        table = connection.sql(statement, SCENARIO, parameters).arrow()
    finally:
        connection.close()
    assert rows(table) == expected


def _password(gateway: Served) -> str:
    from attacks.served import PASSWORD

    gateway.add("analyst")
    return PASSWORD
