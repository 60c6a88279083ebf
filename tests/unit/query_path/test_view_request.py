"""A request for a page is read strictly, and put into the ledger without its values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.errors import Code, InvalidInput
from workbench.model.grant import Operator
from workbench.query_path.view_request import (
    MAX_CONDITIONS,
    MAX_TEXT,
    MAX_VALUES,
    Filter,
    Order,
    ViewRequest,
    parse,
)


def asked(**more: Any) -> dict[str, Any]:
    return {"do": "view", "resource": "firm", **more}


def test_a_whole_request() -> None:
    found = parse(
        asked(
            columns=["id", "name"],
            where=[["county", "=", ["north"]], ["id", "between", [1, 9]], ["note", "is null", []]],
            order_by=[["name", "desc"], ["id", "asc"]],
            page=2,
            rows=5,
        )
    )
    assert found == ViewRequest(
        "firm",
        ("id", "name"),
        (
            Filter("county", Operator.eq, ("north",)),
            Filter("id", Operator.between, (1, 9)),
            Filter("note", Operator.is_null),
        ),
        (Order("name", True), Order("id")),
        2,
        5,
    )
    assert parse(json.loads(found.text)) == found, "the sealed text is the request itself"
    assert found.named == ("id", "name", "county", "note")


def test_the_least_request() -> None:
    assert parse(asked()) == ViewRequest("firm")


def test_the_ledgers_text_has_names_and_operators_and_no_value() -> None:
    found = parse(
        asked(
            columns=["id", "110101199003070000"],
            where=[["county", "=", ["north"]], ["Zhang San", "is null", []], ["id", "in", [7, 8]]],
            order_by=[["name", "desc"], ["13800000000", "asc"]],
            page=77,
            rows=88,
        )
    )
    known = frozenset({"firm", "id", "county", "name"})
    assert found.normal(known) == (
        'VIEW firm (id, "?") WHERE county = ? AND "?" IS NULL AND id IN ? '
        'ORDER BY name DESC, "?" PAGE ? ROWS ?'
    )


WRONG: list[dict[str, Any]] = [
    {"resource": None},
    {"resource": ""},
    {"resource": ["firm"]},
    {"resource": "f" * 200},
    {"resource": "\ud800"},
    {"sql": "select 1"},
    {"watermark": ""},
    {"columns": []},
    {"columns": "id"},
    {"columns": ["id", "ID"]},
    {"columns": ["id", 1]},
    {"columns": [["id"]]},
    {"columns": {"id": 1}},
    {"where": "id = 1"},
    {"where": ["id = 1"]},
    {"where": [["id", "="]]},
    {"where": [["id", "=", 1]]},
    {"where": [["id", "=", []]]},
    {"where": [["id", "=", [1, 2]]]},
    {"where": [["id", "between", [1]]]},
    {"where": [["id", "is null", [None]]]},
    {"where": [["id", "is null", [1]]]},
    {"where": [["id", "in", []]]},
    {"where": [["id", "in", list(range(MAX_VALUES + 1))]]},
    {"where": [["id", "=", [None]]]},
    {"where": [["id", "=", [{"x": 1}]]]},
    {"where": [["id", "=", [[1]]]]},
    {"where": [["id", "=", [float("nan")]]]},
    {"where": [["id", "=", [float("inf")]]]},
    {"where": [["id", "=", ["\udfff"]]]},
    {"where": [["id", "=", ["x" * (MAX_TEXT + 1)]]]},
    {"where": [["id", "like", ["%"]]]},
    {"where": [["id", "=1 or 1=", [1]]]},
    {"where": [["id", ["="], [1]]]},
    {"where": [["id", "= ", [1]]]},
    {"where": [["id", "=", [1]]] * (MAX_CONDITIONS + 1)},
    {"order_by": "id"},
    {"order_by": ["id"]},
    {"order_by": [["id", "ASC; drop"]]},
    {"order_by": [["id", True]]},
    {"order_by": [["id", "asc"], ["Id", "desc"]]},
    *({"page": value} for value in (0, -1, 1.0, 1.5, True, "1", None, 10**30, [1])),
    *({"rows": value} for value in (0, -1, 1.0, 1e300, False, True, "10", 10**9, {})),
]


@pytest.mark.parametrize("more", WRONG, ids=lambda more: repr(more)[:60])
def test_anything_else_is_refused_and_taught(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse({**asked(), **more})
    (reason,) = refused.value.reasons
    assert reason.code is Code.invalid_request
    assert reason.next is not None
    reason.to_dict()
    str(refused.value).encode()  # nothing that cannot be sent is repeated
