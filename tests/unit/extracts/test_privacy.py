"""A raw value of a personal column, or of one not graded general, is never written down."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_desk import GENERAL, Desk, column, personal, places, quarantined, resource

from workbench.errors import WorkbenchError
from workbench.extracts import quarantine
from workbench.model.contract import Classification, Column, Identifier, Level

SECRET = "CANARY7731"
HIDDEN = [
    personal("v", "INTEGER"),
    personal("v", "DATE"),
    personal("v", "DECIMAL(5,2)"),
    personal("v", enum=("a",)),
    personal("v", pattern="[a-z]+"),
    personal("v", max_length=3),
    personal("v", min_length=30),
    personal("v", identifier=Identifier.resident_id),
    personal("v", identifier=Identifier.credit_code),
    personal("v", identifier=Identifier.division_code),
    Column("v", "INTEGER"),
    Column("v", "INTEGER", classification=Classification(Level.core)),
    Column("v", "INTEGER", classification=Classification(Level.important)),
    column("v", identifier=Identifier.resident_id),
]


def everything(error: WorkbenchError, desk: Desk) -> str:
    """All that anybody could read after a refusal."""
    report = error.notes["report"]
    told = [error.said("zh"), error.said("en"), str(error), repr(error), error.to_json()]
    told += [json.dumps(report.to_dict()), repr(report)]
    told += traceback.format_exception(error)
    told += [p.read_text(errors="replace") for p in files_below(desk.quarantine)]
    return "\n".join(told)


def files_below(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda c: f"{c.type}-{c.identifier}-{c.personal}")
def test_a_hidden_value_stands_nowhere(desk: Desk, hidden: Column) -> None:
    contract = resource(hidden, column("n", "INTEGER"))
    error = desk.refuses(contract, f"v,n\n{SECRET},1\n")
    assert SECRET not in everything(error, desk)
    ((_, row, name, _, value),) = places(error)
    assert (row, name) == (2, "v")
    assert "text of 10 characters" in value


@pytest.mark.parametrize(
    "content",
    [
        f"{SECRET},1\n",  # no header
        f"v,n\n{SECRET},1,2,3\n",
        f"v,n\n{SECRET}\n",
        f'v,n\n"{SECRET}"x,1\n',
        f'v,n\n"{SECRET},1\n',
        f"v,n\n{SECRET},1\r\n2,3\n",
        f"v,n\n{SECRET * 300_000},1\n",
        f"v,n\n{SECRET},1\n{SECRET},2\n",  # repeated
        f"v,n\n{SECRET}\0,1\n",
    ],
)
def test_nor_where_the_file_is_broken(desk: Desk, content: str) -> None:
    contract = resource(personal("v", unique=True), column("n", "INTEGER"))
    error = desk.refuses(contract, content)
    assert SECRET not in everything(error, desk)


def test_nor_where_the_bytes_are_wrong(desk: Desk) -> None:
    error = desk.refuses(resource(personal("v")), f"v\n{SECRET}".encode() + b"\xff\n")
    assert SECRET not in everything(error, desk)


def test_nor_where_parquet_is_delivered(desk: Desk) -> None:
    path = desk.root / "a.parquet"
    pq.write_table(pa.table({"v": [SECRET, "a"], "n": [1, 2]}), path)
    contract = resource(personal("v", max_length=3), column("n", "INTEGER"))
    error = desk.refused(contract, path)
    assert SECRET not in everything(error, desk)
    error = desk.refused(resource(personal("v", "INTEGER"), column("n", "INTEGER")), path)
    assert SECRET not in everything(error, desk)


def test_an_accepted_delivery_reports_no_value_either(desk: Desk) -> None:
    contract = resource(personal("v", "INTEGER"))
    report = desk.load(contract, f"v\n1\n{SECRET}\n", accept_valid=True)
    told = json.dumps(report.to_dict()) + repr(report)
    told += "".join(p.read_text() for p in files_below(desk.quarantine))
    log = desk.extracts.folder / "things" / "_delta_log"
    told += "".join(p.read_text() for p in log.glob("*.json"))
    assert SECRET not in told


def test_kinds_of_hidden_values(desk: Desk) -> None:
    contract = resource(personal("v", "DATE", required=True), column("n", "INTEGER"))
    report = desk.refuses(contract, 'v,n\n12.5,1\n张三,2\n,3\n"",4\n').notes["report"]
    assert [value.split(" / ")[1] for *_, value in quarantined(report)] == [
        "number",
        "text of 2 characters",
        "empty",
        "text of 0 characters",
    ]


def test_general_values_are_shown_cut_and_quoted(desk: Desk) -> None:
    contract = resource(column("v", "INTEGER", classification=GENERAL), column("n", "INTEGER"))
    error = desk.refuses(contract, f'v,n\n=1+1,1\n{"x" * 50},2\n"a\nb",3\n')
    shown = [value for *_, value in places(error)]
    assert shown == ['"=1+1"', f'"{"x" * 40}"', '"a\\nb"']  # no cell begins like a formula


def test_the_quarantine_file_is_the_owners_alone(desk: Desk) -> None:
    contract = resource(column("v", "INTEGER"))
    report = desk.refuses(contract, "v\nx\n").notes["report"]
    assert report.quarantine.stat().st_mode & 0o777 == 0o600
    assert report.quarantine.parent.stat().st_mode & 0o777 == 0o700
    assert report.quarantine.parent == desk.quarantine / "things"
    assert report.quarantine.name == "20260304T050607.000000Z.csv"


def test_too_many_lines_are_cut_and_that_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "LIMIT", 10)
    contract = resource(column("v", "INTEGER"))
    rows = "".join("x\n" for _ in range(25))
    report = desk.refuses(contract, "v\n" + rows).notes["report"]
    assert len(quarantined(report)) == report.quarantined == 10
    assert report.rejected == 25
    assert any("10 of 25" in w.en for w in report.warnings)


def test_an_extra_column_is_named_but_nothing_a_terminal_acts_on(desk: Desk) -> None:
    contract = resource(column("v"))
    error = desk.refuses(contract, "v,\x1b[31mred\n1,2\n")
    assert "\x1b" not in everything(error, desk)
    assert "red" in error.said("en")
