"""A delivery against the provider's control file: what agrees, what does not, what is no check."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ingest_desk import Desk, column, personal, resource, said

from workbench.errors import Code, InvalidInput
from workbench.extracts.control import beside, key_of, read_control
from workbench.extracts.reconcile import Compared, Reconciliation, reconcile
from workbench.extracts.report import Outcome
from workbench.extracts.sql import open_connection
from workbench.extracts.versions import ExtractVersion, sha256_of
from workbench.model.contract import QualityRule, Resource

SALES = resource(
    column("id", "BIGINT", required=True, unique=True),
    column("shop"),
    column("amount", "DECIMAL(18,2)"),
    column("score", "DOUBLE"),
    column("day", "DATE"),
    column("at", "TIMESTAMP"),
    personal("income", "DECIMAL(12,2)"),
    personal("born", "DATE"),
    name="sales",
)
DATA = """id,shop,amount,score,day,at,income,born
1,a,10.10,0.1,2026-01-03,2026-01-03 08:00:00,5000.00,1990-05-06
2,b,0.20,0.2,2026-01-01,2026-01-01 09:30:00,,1985-01-01
3,b,-0.05,,,,7000.50,
"""
ALL = {
    "control": 1,
    "rows": 3,
    "distinct_keys": 3,
    "sums": {"amount": "10.25", "id": 6, "score": "0.3", "income": "12000.50"},
    "minimum": {"day": "2026-01-01", "at": "2026-01-01 09:30:00", "born": "1985-01-01"},
    "maximum": {"day": "2026-01-03", "at": "2026-01-03T08:00:00"},
}


def control(desk: Desk, value: Any, name: str = "a.csv.control.yaml") -> Path:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return desk.file(text, name)


def take(desk: Desk, value: Any, contract: Resource = SALES, data: str = DATA) -> Any:
    found: list[Reconciliation] = []
    report = desk.load(contract, data, control=control(desk, value), on_reconciled=found.append)
    return report, found


def refuses(desk: Desk, value: Any, contract: Resource = SALES, data: str = DATA) -> Any:
    found: list[Reconciliation] = []
    file = control(desk, value)
    error = desk.refuses(contract, data, control=file, on_reconciled=found.append)
    assert isinstance(error, InvalidInput)
    assert error.code is Code.invalid_delivery
    return error, found


def checks(found: Reconciliation) -> dict[tuple[str, str], Compared]:
    return {(c.check, c.subject): c for c in found.compared}


def test_all_that_agrees_is_loaded_and_told(desk: Desk) -> None:
    report, (found,) = take(desk, ALL | {"sha256": {"a.csv": sha256_of(desk.file(DATA))}})
    assert report.outcome is Outcome.loaded
    assert report.reconciled == found
    assert found.agrees
    assert len(found.compared) == 12
    assert found.control == "a.csv.control.yaml"
    assert found.control_sha256 == sha256_of(desk.root / "a.csv.control.yaml")
    assert checks(found)["sum", "amount"].found == "10.25"
    assert checks(found)["distinct_keys", "id"].expected == "3"
    assert report.to_dict()["reconciled"]["agrees"] is True


@pytest.mark.parametrize(
    ("change", "check", "difference"),
    [
        ({"rows": 4}, ("rows", ""), "-1"),
        ({"distinct_keys": 2}, ("distinct_keys", "id"), "1"),
        ({"sums": {"amount": "10.26"}}, ("sum", "amount"), "-0.01"),
        ({"sums": {"amount": "10.2500000001"}}, ("sum", "amount"), "-0.0000000001"),
        ({"sums": {"id": 5}}, ("sum", "id"), "1"),
        ({"sums": {"score": "0.300001"}}, ("sum", "score"), "-0.00000099"),
        ({"minimum": {"day": "2026-01-02"}}, ("minimum", "day"), "-1 day"),
        ({"maximum": {"at": "2026-01-03 08:00:01"}}, ("maximum", "at"), "-0:00:01"),
        ({"sha256": {"a.csv": "0" * 64}}, ("sha256", "a.csv"), ""),
        ({"sha256": {"b.csv": "0" * 64}}, ("sha256", "b.csv"), ""),
    ],
)
def test_each_mismatch_refuses_and_says_by_how_much(
    desk: Desk, change: dict[str, Any], check: tuple[str, str], difference: str
) -> None:
    error, (found,) = refuses(desk, ALL | change)
    wrong = [c for c in found.compared if not c.agrees]
    assert [(c.check, c.subject) for c in wrong] == [check]
    assert wrong[0].difference.startswith(difference)
    assert "黑龙江 2025 第十九条" in error.said("zh")
    assert "Heilongjiang 2025 art. 19" in error.said("en")
    assert "应为" in error.said("zh")
    assert "should be" in error.said("en")
    report = error.notes["report"]
    assert (report.outcome, report.version, report.accepted) == (Outcome.refused, None, 0)
    assert report.to_dict()["reconciled"]["agrees"] is False


def test_no_value_of_a_personal_column_is_told(desk: Desk) -> None:
    wrong = {"sums": {"income": "12000.51"}, "minimum": {"born": "1985-01-02"}}
    error, (found,) = refuses(desk, {"control": 1, **wrong})
    told = said(error) + json.dumps(found.to_dict()) + json.dumps(error.notes["report"].to_dict())
    for value in ("12000", "1985", "0.01"):
        assert value not in told
    assert "个人信息列" in error.said("zh")
    assert "not shown" in error.said("en")
    assert [c.agrees for c in found.compared] == [False, False]


def test_a_tolerance_is_for_a_double_and_is_stated(desk: Desk) -> None:
    _, (found,) = take(
        desk, {"control": 1, "sums": {"score": "0.31"}, "tolerances": {"score": "0.011"}}
    )
    (compared,) = found.compared
    assert compared.agrees
    assert compared.tolerance == "1.100e-2"
    error, _ = refuses(desk, {"control": 1, "sums": {"id": 6}, "tolerances": {"id": "1"}})
    assert "compare exactly" in said(error)


def test_rows_that_were_left_out_do_not_agree(desk: Desk) -> None:
    data = DATA + "x,b,1.00,,,,,\n"
    file = control(desk, {"control": 1, "rows": 4})
    error = desk.refuses(SALES, data, control=file, accept_valid=True)
    assert "行数 应为 4，实为 3（差 -1）" in error.said("zh")
    assert desk.load(SALES, data, control=control(desk, {"control": 1, "rows": 3}),
                     accept_valid=True).accepted == 3  # fmt: skip


def test_an_unchanged_delivery_is_compared_as_well(desk: Desk) -> None:
    take(desk, {"control": 1, "rows": 3})
    report, (found,) = take(desk, {"control": 1, "rows": 3, "distinct_keys": 3})
    assert (report.outcome, found.version) == (Outcome.unchanged, 0)
    refuses(desk, {"control": 1, "rows": 2})


def test_the_control_file_may_date_the_data(desk: Desk) -> None:
    report, _ = take(desk, {"control": 1, "rows": 3, "data_date": "2026-02-28"})
    assert report.version.data_date == date(2026, 2, 28)
    report = desk.load(SALES, DATA, control=control(desk, {"control": 1, "rows": 3}))
    assert report.version.data_date == SALES.last_update


CSV = "check,column,value\nrows,,3\nsums,amount,10.25\nminimum,day,2026-01-01\n"


def test_the_same_as_csv(desk: Desk) -> None:
    read = read_control(control(desk, CSV, "a.csv.control.csv"), SALES)
    plain = {"control": 1, "rows": 3, "sums": {"amount": "10.25"}}
    other = read_control(control(desk, plain | {"minimum": {"day": "2026-01-01"}}), SALES)
    assert replace(read, name="", digest="") == replace(other, name="", digest="")
    assert read.sums[0][1] == Decimal("10.25")


WRONG = [
    ("", ("文件是空的",)),
    ("control: 1\n", ("没有一项可以核对", "nothing to compare")),
    ("rows: 3\n", ("control", "缺少此项")),
    ("control: 2\nrows: 3\n", ("control",)),
    ("control: 1\nrow: 3\n", (":2 row", "Did you mean rows?")),
    ("control: 1\nrows: many\n", (":2 rows", "whole number")),
    ("control: 1\nrows: -1\n", (":2 rows", "at least 0")),
    ("control: 1\nrows: true\n", (":2 rows",)),
    ("control: 1\nsums:\n  amount: 10.25\n", (":3 sums.amount", "没有加引号", "no quotes")),
    ('control: 1\nsums: {amuont: "1"}\n', ("Did you mean amount?",)),
    ('control: 1\nsums: {shop: "1"}\n', ("shop 的类型是 VARCHAR", "no number")),
    ('control: 1\nsums: {amount: "1,000"}\n', ("不是普通的数",)),
    ('control: 1\nsums: {amount: "NaN"}\n', ("no plain number", "not a plain number")),
    ("control: 1\nminimum: {amount: 2026-01-01}\n", ("不是日期",)),
    ("control: 1\nminimum: {day: 2026-02-30}\n", ("no date of the column's type",)),
    ("control: 1\nminimum: {at: 2026-01-01T00:00:00Z}\n", ("no date of the column's type",)),
    ('control: 1\nsha256: {a.csv: "abc"}\n', ("no sha256",)),
    ("control: 1\nrows: 3\nresource: people\n", ("另一个资源", "another resource")),
    ('control: 1\nrows: 3\ntolerances: {score: "1"}\n', ("容差",)),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_control_file_says_where(desk: Desk, text: str, words: tuple[str, ...]) -> None:
    error, found = refuses(desk, text)
    assert found == [], "nothing was compared"
    assert "a.csv.control.yaml:" in said(error)
    assert any(word in said(error) for word in words), said(error)


WRONG_CSV = [
    ("rows,,3\n", "the first line is not"),
    ("check,column,value\nrows,3\n", "a line has three fields"),
    ("check,column,value\nrow,,3\n", "Did you mean rows?"),
    ("check,column,value\nrows,id,3\n", "a column is missing, or one too many"),
    ("check,column,value\nsums,,3\n", "a column is missing, or one too many"),
    ("check,column,value\nrows,,3\nrows,,3\n", "it is given twice"),
    ("check,column,value\nrows,,three\n", "whole number"),
    ('check,column,value\nrows,,"3\n', "not proper CSV"),
]


@pytest.mark.parametrize(("text", "words"), WRONG_CSV)
def test_a_wrong_csv_says_where(desk: Desk, text: str, words: str) -> None:
    file = control(desk, text, "a.csv.control.csv")
    error = desk.refuses(SALES, DATA, control=file)
    assert "a.csv.control.csv:" in said(error)
    assert words in said(error)


def test_bytes_that_are_no_utf8_a_link_and_a_missing_file(desk: Desk) -> None:
    for name in ("a.csv.control.csv", "a.csv.control.yaml"):
        file = desk.file("check,column,value\nrows,,3 张\n".encode("gb18030"), name)
        assert "UTF-8" in said(desk.refuses(SALES, DATA, control=file))
    link = desk.root / "b.control.yaml"
    link.symlink_to(file)
    assert "符号链接" in said(desk.refuses(SALES, DATA, control=link))
    assert "文件不存在" in said(desk.refuses(SALES, DATA, control=desk.root / "none.yaml"))


def test_one_control_file_a_delivery(desk: Desk) -> None:
    file = desk.file(DATA)
    assert beside(file) is None
    yaml = control(desk, ALL)
    assert beside(file) == yaml
    control(desk, CSV, "a.csv.control.csv")
    with pytest.raises(InvalidInput) as caught:
        beside(file)
    assert "a.csv.control.yaml, a.csv.control.csv" in said(caught.value)


def test_the_key_is_the_primary_key_else_the_entity_keys() -> None:
    assert [c.name for c in key_of(SALES)] == ["id"]
    pair = (("properties", ("shop", "day")),)
    rule = QualityRule("duplicateValues", "", "mustBe", 0, "rows", pair)
    assert [c.name for c in key_of(replace(SALES, quality=(rule,)))] == ["shop", "day"]
    keyed = resource(column("a"), column("b", entity_key=True), column("c", entity_key=True))
    assert [c.name for c in key_of(keyed)] == ["b", "c"]
    assert key_of(resource(column("a"))) == ()


def test_without_a_key_there_is_nothing_to_count(desk: Desk) -> None:
    error, _ = refuses(desk, {"control": 1, "distinct_keys": 3}, resource(column("a")), "a\n1\n")
    assert "neither a primary key nor an entity key" in said(error)


def test_sums_past_38_digits_do_not_agree(desk: Desk) -> None:
    big = resource(column("n", "DECIMAL(38,0)"), name="sales")
    data = "n\n" + ("9" * 38 + "\n") * 2
    error, _ = refuses(desk, {"control": 1, "sums": {"n": "1"}}, big, data)
    assert "38" in said(error)


def made_up(count: int, seed: int) -> str:
    chance = random.Random(seed)
    rows = [["id", "shop", "amount", "score", "day", "at", "income", "born"]]
    for number in range(count):
        day = date(2020, 1, 1) + timedelta(days=chance.randrange(2000))
        moment = datetime(2020, 1, 1) + timedelta(seconds=chance.randrange(10**8))
        cells: list[Any] = [
            number,
            chance.choice("abc"),
            Decimal(chance.randrange(-(10**15), 10**15)) / 100,
            chance.uniform(-1e6, 1e6),
            day,
            moment.isoformat(" "),
            Decimal(chance.randrange(10**9)) / 100,
            day - timedelta(days=9999),
        ]
        rows.append([
            "" if index not in (0,) and chance.random() < 0.1 else str(cell)
            for index, cell in enumerate(cells)
        ])  # fmt: skip
    lines = [",".join(row) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_equals_a_recomputation_in_polars_and_plain_python(desk: Desk, seed: int) -> None:
    """Polars over the extract's files, and exact decimals over the delivered text."""
    text = made_up(2000, seed)
    version = desk.load(SALES, text).version
    assert isinstance(version, ExtractVersion)
    frame = pl.read_parquet(version.files[0])
    delivered = list(csv.DictReader(text.splitlines()))
    amounts = [Decimal(row["amount"]) for row in delivered if row["amount"]]
    expected = {
        "control": 1,
        "rows": frame.height,
        "distinct_keys": frame["id"].n_unique(),
        "sums": {
            "amount": str(sum(amounts)),
            "id": int(frame["id"].sum()),
            "score": repr(float(frame["score"].sum())),
        },
        "minimum": {"day": str(frame["day"].min()), "at": str(frame["at"].min())},
        "maximum": {"day": str(frame["day"].max()), "at": str(frame["at"].max())},
    }
    assert Decimal(str(frame["amount"].sum())) == sum(amounts)
    found = compare(desk, version, expected)
    assert [c for c in found.compared if not c.agrees] == []
    assert len(found.compared) == 9
    for key in ("amount", "id", "score"):
        off = {**expected["sums"], key: str(Decimal(str(expected["sums"][key])) + 1)}  # type: ignore[dict-item]
        wrong = compare(desk, version, expected | {"sums": off})
        assert [(c.check, c.subject) for c in wrong.compared if not c.agrees] == [("sum", key)]


def compare(desk: Desk, version: ExtractVersion, value: Any) -> Reconciliation:
    read = read_control(control(desk, value), SALES)
    con = open_connection(desk.root / "spill")
    try:
        return reconcile(con, version.files, version.sources, read, "sales", version.version)
    finally:
        con.close()
