"""``workbench ingest`` in a made-up city: what it prints, its exit codes, its ledger entries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Said, here

from workbench.cli.common import open_state
from workbench.extracts.versions import Extracts
from workbench.ledger.chain import fields_of
from workbench.store.layout import Layout

CITY = """
id: nowhere
name: {zh: 无名市, en: Nowhere}
divisions: "990000"
regulation: aba-2024
languages: [zh, en]
departments:
  bureau: {zh: 某局, en: A bureau}
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: NAME
name: 人员
version: 1.0.0
status: active
SERVERS
schema:
  - name: NAME
    logicalType: object
    properties:
      - name: id
        logicalType: integer
        physicalType: INTEGER
        required: true
        classification: general
      - name: phone
        logicalType: string
        physicalType: VARCHAR
        classification: important
        logicalTypeOptions: {maxLength: 11}
        customProperties:
          - {property: personal, value: personal}
customProperties:
  - {property: titleEn, value: People}
  - {property: provider, value: bureau}
  - {property: libraryKind, value: base}
  - {property: sharingType, value: unconditional}
  - {property: obtainedOn, value: "2026-01-31"}
  - {property: source, value: made up}
  - {property: licence, value: Apache-2.0}
"""
SERVER = """servers:
  - {server: own, type: local, path: NAME.csv, format: csv}"""
SECRET = "13900001111-CANARY"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    contracts = tmp_path / "data_contracts"
    (contracts / "resources").mkdir(parents=True)
    (contracts / "city.yaml").write_text(CITY)
    for name, server in (("people", SERVER), ("others", SERVER), ("bare", "")):
        text = CONTRACT.replace("SERVERS", server).replace("NAME", name)
        (contracts / "resources" / f"{name}.odcs.yaml").write_text(text)
    (tmp_path / "people.csv").write_text("id,phone\n1,13900001111\n2,\n")
    (tmp_path / "others.csv").write_text(f"id,phone\n1,{SECRET}\n2,1\n")
    return tmp_path


def workbench(city: Path, *arguments: str, language: str = "en") -> Said:
    return here(*arguments, folder=city, WORKBENCH_LANG=language)


def entries(city: Path) -> list[dict[str, Any]]:
    return entries_of(city, "extract_ingested", "extract_refused")


def entries_of(city: Path, *wanted: str) -> list[dict[str, Any]]:
    state = open_state(city)
    try:
        found = [fields_of(filed.entry.body) for filed in state.store.journal.walk()]
        return [f for f in found if f is not None and f["event"] in wanted]
    finally:
        state.store.close()


def test_all_loads_what_ships_files_and_tells_what_was_refused(city: Path) -> None:
    done = workbench(city, "ingest", "--all")
    assert done.returncode == 2, done.stderr
    people, others = done.stdout.splitlines()[1:3]
    assert "others" in people + others
    assert "loaded" in done.stdout
    assert "others.phone: 1 row breaks the rule max_length (11)" in done.stderr
    assert "quarantine/others/" in done.stderr
    assert "--accept-valid" in done.stderr
    assert "bare" not in done.stdout
    again = workbench(city, "ingest", "--all", "--accept-valid")
    assert again.returncode == 0
    assert "people" not in again.stdout
    assert "rows left out: 1" in again.stdout
    assert "Nothing to do" in workbench(city, "ingest", "--all").stdout
    told = done.stdout + done.stderr + again.stdout + again.stderr
    assert "CANARY" not in told + json.dumps(entries(city))


def test_the_ledger_knows_each_version_and_each_refusal(city: Path) -> None:
    workbench(city, "ingest", "people")
    workbench(city, "ingest", "others")
    workbench(city, "ingest", "people")  # the same: no entry
    loaded, refused = entries(city)
    assert loaded["event"] == "extract_ingested"
    assert loaded["content"] == {"people": ["id", "phone"]}
    assert loaded["detail"]["version"] == 0
    assert loaded["detail"]["rows"] == 2
    assert loaded["detail"]["files"][0]["name"] == "people.csv"
    assert loaded["actor"].startswith("os:")
    assert refused["event"] == "extract_refused"
    assert refused["detail"]["rules"] == [{"rule": "max_length", "column": "phone", "rows": 1}]


@pytest.mark.parametrize("arguments", [("people",), ("--all",)])
def test_what_a_contract_calls_secret_is_refused_and_the_ledger_knows(
    city: Path, arguments: tuple[str, ...]
) -> None:
    contract = city / "data_contracts/resources/people.odcs.yaml"
    secret = "  - {property: secrecy, value: state}\n"
    contract.write_text(contract.read_text().rstrip("\n") + "\n" + secret)
    done = workbench(city, "ingest", *arguments)
    assert done.returncode == 2
    assert "state and work secrets are outside sharing" in done.stderr
    assert "Foshan 2019 art. 2" in done.stderr
    (refused,) = entries(city)
    name = None if arguments == ("--all",) else "people"
    assert refused["event"] == "extract_refused"
    assert refused["actor"].startswith("os:")
    assert refused["content"] == ({name: []} if name else {})
    assert refused["detail"] == {"resource": name, "codes": ["invalid_contract"]}
    extracts = Extracts(Layout(city).extracts)
    assert [extracts.latest(n) for n in ("people", "others")] == [None, None]


def test_json_and_the_other_options(city: Path) -> None:
    more = city / "more.csv"
    more.write_text("id,phone\n7,x\n")
    done = workbench(city, "ingest", "people", str(more), "--data-date", "2025-12-31", "--json")
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert (report["outcome"], report["version"], report["accepted"]) == ("loaded", 0, 1)
    assert report["data_date"] == "2025-12-31"
    forced = workbench(
        city, "ingest", "people", str(more), "--data-date", "2025-12-31", "--force", "--json"
    )
    assert json.loads(forced.stdout)[0]["version"] == 1
    refused = workbench(city, "ingest", "others", "--json")
    assert refused.returncode == 2
    (report,) = json.loads(refused.stdout)
    assert report["reasons"][0]["code"] == "invalid_delivery"
    assert Path(report["quarantine"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--all"),
        (("people", "--all"), "--all"),
        (("peple",), "Did you mean people?"),
        (("bare",), "ships no files"),
        (("people", "gone.csv"), "no such file"),
    ],
)
def test_wrong_use_says_what_to_do(city: Path, arguments: tuple[str, ...], word: str) -> None:
    done = workbench(city, "ingest", *arguments)
    assert done.returncode == 2
    assert word in done.stderr


def test_it_speaks_chinese(city: Path) -> None:
    done = workbench(city, "ingest", "others", language="zh")
    assert "已拒绝" in done.stdout
    assert "不符合规则" in done.stderr
    assert "下一步：" in done.stderr
