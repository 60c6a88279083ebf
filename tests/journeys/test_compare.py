"""Comparing by the product's own client, through a real gateway: outcomes, forms, types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from compare_city import COUNT, Comparing, comparing, income, make, resident, store_bytes

from workbench.errors import Code, InvalidInput, Refused, StatementWrong, WorkbenchError
from workbench.model.entry import Event


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(
        tmp_path_factory.mktemp("compare"), compare_tries_per_key=1000, compare_misses_alert=100_000
    )


@pytest.fixture(scope="module")
def city(root: Path) -> Iterator[Comparing]:
    with comparing(root) as found:
        yield found


def outcomes(city: Comparing, *asked: Any, **more: Any) -> list[str]:
    column: list[str] = city.client().compare(*asked, **more).table.columns[-1].to_pylist()
    return column


def test_each_key_is_answered_in_the_order_asked(city: Comparing) -> None:
    ids = [resident(5), resident(999), resident(4), "11010119900307851", None, resident(5)]
    incomes = [income(5), income(5), "1.00", income(4), income(4), Decimal(income(5))]
    found = city.client().compare("person", {"id": "income"}, ids, incomes)
    assert found.columns == ("id", "income")
    assert found.table.column("id").to_pylist() == ids
    expected = ["match", "no_match", "no_match", "malformed", "malformed", "match"]
    assert found.table.column("income").to_pylist() == expected
    assert (found.info.tier, found.info.mode) == ("compare", "compare")
    assert found.pl().columns == ["id", "income"]
    assert f"ledger entry {found.info.ledger_seq}" in found.caption()
    assert [source.resource for source in found.info.sources] == ["person"]


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [
        ("name", ["张伟5"], ["张伟", "张伟6", " 张伟5"]),
        ("income", ["7710005.25", 7710005.25, Decimal("7710005.250")], [7710005, "0"]),
        ("poor", [False, "false", "FALSE"], [True, "true"]),
        ("born", ["1990-01-06", date(1990, 1, 6), datetime(1990, 1, 6)], ["1990-01-07"]),
        ("seen", ["2024-02-29 10:00:05.5", datetime(2024, 2, 29, 10, 0, 5, 500_000),
                  "2024-02-29T10:00:05.500"], ["2024-02-29 10:00:05"]),
        ("score", [0.5, "0.5", Decimal("0.50"), "5e-1"], [0.50001, 0]),
        ("ratio", [0.5, "0.5"], [0.4]),
        ("households", [5, "5", 5.0, "05"], [6, -5]),
        ("small", [5, "5"], [4]),
    ],
)  # fmt: skip
def test_every_type(city: Comparing, column: str, right: list[Any], wrong: list[Any]) -> None:
    given = [*right, *wrong]
    for hashed in (False, True):
        found = outcomes(
            city, "person", {"id": column}, [resident(5)] * len(given), given, hashed=hashed
        )
        assert found == ["match"] * len(right) + ["no_match"] * len(wrong)


def test_minus_zero_is_zero_and_null_never_matches(city: Comparing) -> None:
    assert outcomes(city, "person", {"id": "score"}, [resident(0)], [0]) == ["match"]
    nulls = [resident(3), resident(3), resident(5)]
    assert outcomes(city, "person", {"id": "income"}, nulls, [None, 1, None]) == ["no_match"] * 3


def test_several_columns_each_by_itself(city: Comparing) -> None:
    values = {"income": [income(5), income(5)], "poor": [False, True]}
    found = city.client().compare("person", "id", [resident(5), resident(6)], values)
    assert found.table.to_pydict() == {
        "id": [resident(5), resident(6)],
        "income": ["match", "no_match"],
        "poor": ["match", "match"],
    }


def test_forms_in_which_keys_and_values_are_given(city: Comparing) -> None:
    ids, incomes = [resident(5), resident(6)], [income(5), "1"]
    forms: list[tuple[Any, Any]] = [
        (ids, incomes),
        (tuple(ids), iter(incomes)),
        (pl.Series(ids), pl.Series(incomes)),
        (pa.array(ids), pa.array(incomes)),
        (pa.chunked_array([ids]), pl.Series([Decimal(income(5)), Decimal(1)])),
        ([[i] for i in ids], [float(i) for i in incomes]),
    ]
    for keys, values in forms:
        assert outcomes(city, "person", {"ID": "Income"}, keys, values) == ["match", "no_match"]
    assert outcomes(city, "person", "id", [], {"income": []}) == []


def test_a_composite_key_narrows_and_without_it_any_row_matches(city: Comparing) -> None:
    keys = [[7, 2020], [7, 2021], [99, 2020]]
    found = city.client().compare("tax", ["code", "year"], keys, {"paid": [9020, 9020, 9020]})
    assert found.table.to_pydict() == {
        "code": [7, 7, 99],
        "year": [2020, 2021, 2020],
        "paid": ["match", "no_match", "no_match"],
    }
    assert outcomes(city, "tax", {"code": "paid"}, [7, 7], [9021, 1]) == ["match", "no_match"]
    assert found.info.mode == "obtain"


def test_only_a_contract_that_tells_membership_says_that_a_key_is_not_there(
    city: Comparing,
) -> None:
    asked = "listed", {"code": "flag"}, [4, 5, 777], [True, True, True]
    assert outcomes(city, *asked) == ["match", "no_match", "not_found"]
    assert outcomes(city, *asked, hashed=True) == ["match", "no_match", "not_found"]
    assert outcomes(city, "tax", {"code": "paid"}, [777], [1]) == ["no_match"]


def test_the_only_column_that_may_be_compared_need_not_be_named(city: Comparing) -> None:
    for hashed in (False, True):
        assert outcomes(city, "listed", "code", [4], [True], hashed=hashed) == ["match"]
        with pytest.raises(InvalidInput, match="which column"):
            city.client().compare("person", "id", [resident(4)], [1], hashed=hashed)


def test_hashed_says_what_plain_says_and_no_value_leaves_the_kernel(
    city: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [resident(i) for i in range(COUNT)] + ["x", resident(77)]
    incomes = [income(i) for i in range(COUNT)] + ["1", "1"]
    client = city.client()
    sent: list[Any] = []
    template = client.template
    monkeypatch.setattr(client, "template", lambda *a: sent.append(a[0]) or template(*a))
    plain = client.compare("person", {"id": "income"}, ids, incomes)
    hashed = client.compare("person", {"id": "income"}, ids, incomes, hashed=True)
    assert hashed.table.equals(plain.table)
    assert plain.table.column("income").to_pylist()[-3:] == ["match", "malformed", "no_match"]
    assert resident(5) in str(sent[0])
    assert sent[1]["hashed"] is True
    assert not any(text in str(sent[1]) for text in (*ids[:-2], *incomes[:-2]))


def test_columns_that_are_not_granted_to_be_compared(city: Comparing) -> None:
    client, key = city.client(), [resident(5)]
    cases: list[tuple[Any, type[WorkbenchError], Code, str]] = [
        (("person", {"id": "phone"}, key, ["1"]), Refused, Code.use_not_allowed, "as value"),
        (("person", {"id": "county"}, key, ["1"]), Refused, Code.not_granted, "county"),
        (("person", {"id": "nope"}, key, ["1"]), StatementWrong, Code.not_found, "nope"),
        (("tax", {"code": "turnover"}, [1], [1.5]), Refused, Code.mode_not_available, "statistics"),
        (("tax", {"code": "region"}, [1], ["R1"]), Refused, Code.use_not_allowed, "as value"),
        (("tax", {"year": "paid"}, [2020], [1]), Refused, Code.use_not_allowed, "entity key"),
        (("keyless", {"code": "flag"}, [1], [True]), Refused, Code.use_not_allowed, "no entity"),
        (("apart", {"code": "flag"}, [1], [True]), Refused, Code.not_granted, "apart"),
        (("nowhere", {"code": "flag"}, [1], [True]), StatementWrong, Code.not_found, "nowhere"),
    ]
    for asked, kind, code, said in cases:
        with pytest.raises(kind) as caught:
            client.compare(*asked)
        assert caught.value.code is code, asked
        assert said in caught.value.said("en")
        assert caught.value.reasons[0].next is not None
    with pytest.raises(Refused) as hashed:
        client.compare("person", {"id": "phone"}, key, ["1"], hashed=True)
    assert hashed.value.code is Code.use_not_allowed


def test_a_value_of_another_type_is_told_by_its_place_and_never_repeated(
    city: Comparing,
) -> None:
    ids = [resident(5), resident(6)]
    for hashed in (False, True):
        with pytest.raises(InvalidInput) as caught:
            city.client().compare(
                "person", {"id": "income"}, ids, ["1", "SEVENTEEN"], hashed=hashed
            )
        assert "Value 2 is no DECIMAL(18,2)" in caught.value.said("en")
        assert "需要：数字。" in caught.value.said("zh")
        assert "SEVENTEEN" not in caught.value.to_json()


def test_neither_keys_nor_values_stand_in_the_ledger_or_in_the_store(
    city: Comparing, root: Path
) -> None:
    secret, id_ = "7654321.99", resident(31)
    city.client().compare("person", {"id": "income"}, [id_], [secret])
    with pytest.raises(WorkbenchError):
        city.client().compare("person", {"id": id_}, [id_], [secret])
    text = city.ledger_text()
    assert "COMPARE person ON (id) WITH (income) KEYS 1" in text
    assert secret not in text
    assert id_ not in text
    kept = store_bytes(root)
    assert id_.encode() not in kept
    assert secret.encode() not in kept
    closed = city.entries(Event.release_closed)[-1]
    assert closed["detail"]["compared"] == {"keys": 1, "no_match": 1}
    opened = city.entries(Event.release_opened)[-1]
    assert opened["content"] == {"person": ["id", "income"]}
    assert (opened["method"], opened["detail"]["tier"]) == ("compare", "compare")


def test_whoever_fetches_the_key_is_recorded(city: Comparing) -> None:
    terms = city.client("wang").compare_terms("person")
    assert len(bytes.fromhex(terms["key"])) == 32
    assert {c["name"]: c["identifier"] for c in terms["columns"]}["id"] == "resident_id"
    assert "county" not in {c["name"] for c in terms["columns"]}
    entry = city.entries(Event.decision)[-1]
    assert (entry["actor"], entry["method"]) == ("wang", "compare key")
    assert entry["detail"]["statement"] == "COMPARE KEY person"
    assert terms["key"] != city.client("wang").compare_terms("tax")["key"]
    for resource, code in (("apart", Code.not_granted), ("nowhere", Code.not_found)):
        with pytest.raises(WorkbenchError) as caught:
            city.client("wang").compare_terms(resource)
        assert caught.value.code is code
    with pytest.raises(Refused):
        city.client("other").compare_terms("person")


def test_the_result_shows_and_is_not_kept_as_a_file(city: Comparing, tmp_path: Path) -> None:
    found = city.client().compare("tax", {"code": "paid"}, [7], [9020])
    assert "match" in repr(found)
    with pytest.raises(Refused) as caught:
        found.save(tmp_path / "x.csv")
    assert caught.value.code is Code.export_not_allowed
