"""The forms in which a comparison is asked, and what they are on the wire."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import Code, InvalidInput
from workbench.model.comparison import Comparison

KEYS, VALUES = ["1", "2"], [3, None]


@pytest.mark.parametrize(
    ("on", "keys", "values", "named"),
    [
        ({"id": "name"}, KEYS, VALUES, (("id",), ("name",))),
        ("id", KEYS, {"name": VALUES}, (("id",), ("name",))),
        (["id"], [["1"], ("2",)], {"name": VALUES}, (("id",), ("name",))),
        ("id", KEYS, VALUES, (("id",), ())),
        (["id"], KEYS, VALUES, (("id",), ())),
        (("id",), iter(KEYS), {"name": VALUES}, (("id",), ("name",))),
        ("id", pd.Series(KEYS), {"name": pl.Series([3, None])}, (("id",), ("name",))),
        ("id", pa.array(KEYS), {"name": pd.Series([3, None], dtype="Int64")}, (("id",), ("name",))),
        ("id", np.array(KEYS), {"name": pd.Series([3.0, None])}, (("id",), ("name",))),
        ("id", KEYS, [np.int64(3), None], (("id",), ())),
    ],
)
def test_one_key_column(on: Any, keys: Any, values: Any, named: Any) -> None:
    made = Comparison.of("person", on, keys, values)
    assert (made.on, made.columns) == named
    assert made.keys == (("1", "2"),)
    assert made.values == ((3, None),)
    assert len(made) == 2


def test_composite_keys_and_several_columns() -> None:
    made = Comparison.of(
        "tax", ["code", "year"], [[1, 2020], (2, 2021)], {"paid": [1, 2], "grade": ["A", "B"]}
    )
    assert made.keys == ((1, 2), (2020, 2021))
    assert made.values == ((1, 2), ("A", "B"))
    assert made.normal({"tax", "code", "year", "paid", "grade"}) == (
        "COMPARE tax ON (code, year) WITH (paid, grade) KEYS 2"
    )


@pytest.mark.parametrize(
    ("on", "keys", "values"),
    [
        ("id", KEYS, [1]),
        ("id", "12", VALUES),
        ("id", {"1": "2"}, VALUES),
        ("id", 5, VALUES),
        ("id", KEYS, {}),
        ("id", KEYS, {"id": VALUES}),
        ("id", KEYS, {"name": VALUES, "NAME": VALUES}),
        ("id", KEYS, {"name": [1]}),
        ({"id": "name", "code": "x"}, KEYS, VALUES),
        ({"id": "name"}, KEYS, {"name": VALUES}),
        ({}, KEYS, VALUES),
        ([], KEYS, VALUES),
        ("", KEYS, VALUES),
        (["id", "year"], KEYS, VALUES),
        (["id", "year"], [[1, 2], [1]], VALUES),
    ],
)
def test_what_is_no_comparison(on: Any, keys: Any, values: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Comparison.of("person", on, keys, values)
    assert caught.value.code is Code.invalid_request
    assert "client.compare" in caught.value.said("en")


def test_the_wire_has_json_values_only_and_reads_them_again() -> None:
    values = [Decimal("1.50"), date(2024, 2, 29), 0.1, True, None, "张", float("nan"), 2**70]
    made = Comparison.of("person", {"id": "x"}, list(range(8)), values)
    body = json.loads(json.dumps(made.to_body(), allow_nan=False))
    again = Comparison.from_body(body)
    expected = ("1.50", "2024-02-29", 0.1, True, None, "张")
    assert again.values[0][:6] == expected
    assert again.values[0][7] == 2**70
    assert (again.keys, again.on, again.columns) == (made.keys, made.on, made.columns)


def test_a_name_that_nobody_knows_may_be_a_value() -> None:
    made = Comparison.of("110105194912310021", {"id": "48000"}, [1], [2])
    assert made.normal({"id"}) == 'COMPARE "?" ON (id) WITH ("?") KEYS 1'
    assert made.normal() == 'COMPARE "?" ON ("?") WITH ("?") KEYS 1'
