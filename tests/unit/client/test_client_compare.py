"""Outcomes beside their keys, and digests in the place of values; no gateway is needed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from workbench.client.compare import beside_keys, hashed
from workbench.client.testing import FakeConnection
from workbench.errors import Code, InvalidInput, Refused, Unavailable
from workbench.model.canonical import digest
from workbench.model.comparison import Comparison

KEY = b"\1" * 32
ID = "11010519491231002X"
TERMS: dict[str, Any] = {
    "resource": "person",
    "key": KEY.hex(),
    "columns": [
        {"name": "id", "type": "VARCHAR", "use": "compare", "identifier": "resident_id"},
        {"name": "income", "type": "DECIMAL(18,2)", "use": "compare", "identifier": ""},
        {"name": "county", "type": "VARCHAR", "use": "value", "identifier": ""},
        {"name": "opens", "type": "TIME", "use": "value", "identifier": ""},
    ],
}


def test_digests_stand_for_canonical_texts() -> None:
    asked = Comparison.of("person", {"ID": "Income"}, [ID, "x", None], [1000, "1", None])
    made = hashed(asked, TERMS)
    assert made.hashed
    assert made.keys == ((digest(KEY, ID), None, None),)
    assert made.values == ((digest(KEY, "1000.00"), digest(KEY, "1.00"), None),)
    assert (made.on, made.columns) == (("ID",), ("Income",))


def test_what_the_terms_do_not_name_stays_here() -> None:
    made = hashed(Comparison.of("person", {"id": "secret"}, [ID], ["SEVEN"]), TERMS)
    assert made.hashed
    assert json.dumps(made.to_body()).count("null") == 2
    assert "SEVEN" not in json.dumps(made.to_body())


def test_the_only_compared_column_is_meant() -> None:
    assert hashed(Comparison.of("person", "id", [ID], [1]), TERMS).columns == ("income",)
    two = {**TERMS, "columns": [*TERMS["columns"], {**TERMS["columns"][1], "name": "tax"}]}
    with pytest.raises(InvalidInput, match="which column"):
        hashed(Comparison.of("person", "id", [ID], [1]), two)


def test_a_wrong_type_is_told_here_and_not_repeated() -> None:
    with pytest.raises(InvalidInput) as caught:
        hashed(Comparison.of("person", {"id": "income"}, [ID, ID], [1, "SEVENTEEN"]), TERMS)
    assert "Value 2" in caught.value.said("en")
    assert "SEVENTEEN" not in caught.value.to_json()
    with pytest.raises(Refused) as unfit:
        hashed(Comparison.of("person", {"id": "opens"}, [ID], ["00:00"]), TERMS)
    assert unfit.value.code is Code.use_not_allowed


@pytest.mark.parametrize(
    ("keys", "type_"),
    [
        ([1, 2], pa.int64()),
        (["a", None], pa.string()),
        ([1, "2"], pa.string()),
        ([Decimal("1.5"), Decimal("2")], pa.decimal128(2, 1)),
        ([date(2024, 1, 1), None], pa.date32()),
        ([2**80, 1], pa.string()),
    ],
)
def test_keys_come_back_as_they_were_given(keys: list[Any], type_: pa.DataType) -> None:
    outcomes = pa.table({"income": ["match", "no_match"]}).replace_schema_metadata({"a": "b"})
    made = beside_keys(Comparison.of("person", {"id": "income"}, keys, [1, 2]), outcomes)
    assert made.schema.field("id").type == type_
    assert made.column_names == ["id", "income"]
    assert made.schema.metadata == {b"a": b"b"}


def test_an_answer_for_another_number_of_keys_is_dropped() -> None:
    asked = Comparison.of("person", {"id": "income"}, ["1", "2"], [1, 2])
    with pytest.raises(Unavailable):
        beside_keys(asked, pa.table({"income": ["match"]}))


def test_a_fake_answers_a_comparison() -> None:
    fake = FakeConnection()
    fake.answer('"compare"', pa.table({"income": ["match", "malformed"]}))
    for how in (False, True):
        found = fake.compare("person", {"id": "income"}, ["1", "2"], [1, 2], hashed=how)
        assert found.table.to_pydict() == {"id": ["1", "2"], "income": ["match", "malformed"]}
    assert json.loads(fake.asked[0].sql)["values"] == [[1, 2]]
    assert json.loads(fake.asked[1].sql)["hashed"] is True
    with pytest.raises(InvalidInput):
        fake.compare("person", {"id": "income"}, ["1", "2"], [1])
