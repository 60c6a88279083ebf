"""The types of contracts are the engine's, and values fit them or are told what to be."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest

from workbench.catalogue import types
from workbench.errors import Text

SPELLINGS = {
    "varchar": "VARCHAR", "VARCHAR(20)": "VARCHAR", "text": "VARCHAR", "string": "VARCHAR",
    "int": "INTEGER", "Bigint": "BIGINT", "tinyint": "TINYINT", "hugeint": "HUGEINT",
    "ubigint": "UBIGINT", "decimal": "DECIMAL(18,3)", "decimal(10)": "DECIMAL(10,0)",
    "numeric(12 , 4)": "DECIMAL(12,4)", "DECIMAL(38,38)": "DECIMAL(38,38)", "double": "DOUBLE",
    "real": "FLOAT", "float": "FLOAT", "date": "DATE", "timestamp": "TIMESTAMP",
    "datetime": "TIMESTAMP", "time": "TIME", "bool": "BOOLEAN", "long": "BIGINT",
}  # fmt: skip


@pytest.mark.parametrize(("written", "normal"), SPELLINGS.items())
def test_a_type_is_spelt_as_the_engine_spells_it(written: str, normal: str) -> None:
    assert types.normal(written) == normal
    found = duckdb.sql(f"SELECT typeof(CAST(NULL AS {written}))").fetchone()
    assert found == (normal,)


@pytest.mark.parametrize(
    "written",
    ["", "VARCHAR[]", "STRUCT(a INT)", "MAP(INT,INT)", "BLOB", "DECIMAL(39,2)", "DECIMAL(2,3)",
     "DECIMAL(0)", "VARCHAR(0)", "INTERVAL", "TIMESTAMP WITH TIME ZONE", "VARCHAR; DROP TABLE x",
     "ENUM('a')"],
)  # fmt: skip
def test_other_types_are_not_known(written: str) -> None:
    assert types.normal(written) is None


@pytest.mark.parametrize(
    ("value", "type_", "fitted"),
    [
        ("x", "VARCHAR", "x"),
        ("", "VARCHAR", ""),
        (2**63 - 1, "BIGINT", 2**63 - 1),
        (3, "DECIMAL(18,2)", 3),
        (3.5, "DOUBLE", 3.5),
        (False, "BOOLEAN", False),
        ("2026-01-31", "DATE", date(2026, 1, 31)),
        ("2026-01-31T08:00:00", "TIMESTAMP", datetime(2026, 1, 31, 8)),
        ("2026-01-31", "TIMESTAMP", datetime(2026, 1, 31)),
        ("08:30:00", "TIME", "08:30:00"),
    ],
)
def test_values_that_fit(value: object, type_: str, fitted: object) -> None:
    found = types.fit(value, type_)
    assert found == fitted
    assert type(found) is type(fitted)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (1, "VARCHAR"),
        (True, "VARCHAR"),
        (None, "VARCHAR"),
        (["x"], "VARCHAR"),
        (2**63, "BIGINT"),
        (-1, "UINTEGER"),
        (1.5, "INTEGER"),
        ("1", "INTEGER"),
        (True, "INTEGER"),
        (True, "DOUBLE"),
        ("1.5", "DOUBLE"),
        (1, "BOOLEAN"),
        ("true", "BOOLEAN"),
        ("20260131", "DATE"),
        ("2026-W01-1", "DATE"),
        ("2026-02-30", "DATE"),
        (20260131, "DATE"),
        ("2026-01-31T08:00:00+08:00", "TIMESTAMP"),
        ("25:00:00", "TIME"),
    ],
)
def test_values_that_do_not_fit_are_told_what_to_be(value: object, type_: str) -> None:
    assert isinstance(types.fit(value, type_), Text)
