"""A city that exists nowhere answers a governed query: contracts, scenario, data are enough."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here

import workbench

CITY = """\
id: mare-tranquillitatis
name: {zh: 静海镇, en: Tranquility Town}
divisions: "990100"
regulation: heilongjiang-2025
languages: [zh, en]
departments:
  air: {zh: 空气局, en: Office of Air}
  roads: {zh: 月面道路处, en: Crater Roads}
"""

DOMES = """\
apiVersion: v3.1.0
kind: DataContract
id: moon-domes
name: 穹顶登记
version: 1.0.0
status: active
schema:
  - name: dome
    properties:
      - {name: dome_no, logicalType: string, physicalType: VARCHAR, required: true, unique: true,
         classification: general, customProperties: [{property: entityKey, value: true},
         {property: personal, value: "no"}]}
      - {name: crater, logicalType: string, physicalType: VARCHAR, classification: general,
         customProperties: [{property: personal, value: "no"}]}
      - {name: oxygen, logicalType: number, physicalType: DOUBLE, classification: general,
         customProperties: [{property: personal, value: "no"}]}
      - {name: keeper, logicalType: string, physicalType: VARCHAR, classification: important,
         customProperties: [{property: personal, value: personal}]}
customProperties:
  - {property: titleEn, value: Register of domes}
  - {property: provider, value: air}
  - {property: libraryKind, value: topic}
  - {property: sharingType, value: conditional}
  - {property: sharingMode, value: obtain}
  - {property: sharingConditions, value: {scope: offices of the town, purpose: upkeep of domes}}
  - {property: sharingReason, value: names of keepers}
  - {property: legalBasis, value: "Charter of Tranquility Town, article 3"}
"""

SCENARIO = """\
id: leaks
version: "1"
title: {zh: 漏气巡查, en: Looking for leaks}
purpose: Find domes that lose oxygen
duty_basis: Charter of Tranquility Town, article 9
approver: air
approved_on: 2025-01-06
valid_from: 2025-01-06
valid_until: 2099-12-31
departments: [roads]
resources:
  - resource: dome
    mode: obtain
    reason: The roads crew seals the domes
    columns: {dome_no: value, crater: value, oxygen: value}
    rows: [{column: crater, op: "!=", value: Far Side}]
"""

DATA = """\
dome_no,crater,oxygen,keeper
D1,Sabine,0.21,Ada
D2,Ritter,0.17,Ben
D3,Far Side,0.01,Cy
D4,Sabine,0.20,Dee
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("moon")
    for name, text in (
        ("data_contracts/city.yaml", CITY),
        ("data_contracts/resources/dome.odcs.yaml", DOMES),
        ("data_contracts/scenarios/leaks.yaml", SCENARIO),
        ("domes.csv", DATA),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def workbench_command(
    *arguments: str, given: str = "", city: Path | None = None, **environment: str
) -> Said:
    if city is not None:
        environment["WORKBENCH_CITY"] = str(city)
    return here(*arguments, given=given, **environment)


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    checked = workbench_command("contracts", "check", city=city)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    ingested = workbench_command("ingest", "dome", str(city / "domes.csv"), city=city)
    assert ingested.returncode == 0, ingested.stdout + ingested.stderr
    added = workbench_command(
        "users", "add", "rover", "--department", "roads", "--role", "analyst", "--password-stdin",
        given=PASSWORD + "\n", city=city,
    )  # fmt: skip
    assert added.returncode == 0, added.stdout + added.stderr
    with served(city) as running:
        yield running


def asked(gateway: Served, tmp_path: Path, statement: str, *options: str) -> Said:
    login = workbench_command(
        "login", "--url", gateway.http, "--user", "rover", "--password-stdin",
        given=PASSWORD + "\n", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path),
    )  # fmt: skip
    assert login.returncode == 0, login.stdout + login.stderr
    return workbench_command(
        "sql", "--scenario", "leaks", statement, *options,
        HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path),
    )  # fmt: skip


def test_it_answers_a_governed_query(gateway: Served, tmp_path: Path) -> None:
    statement = "SELECT crater, count(*) AS n, min(oxygen) AS low FROM dome GROUP BY ALL ORDER BY 1"
    answer = asked(gateway, tmp_path, statement, "--format", "csv")
    assert answer.returncode == 0, answer.stderr
    assert list(csv.reader(io.StringIO(answer.stdout))) == [
        ["crater", "n", "low"],
        ["Ritter", "1", "0.17"],
        ["Sabine", "2", "0.2"],
    ]


def test_it_refuses_what_was_not_granted(gateway: Served, tmp_path: Path) -> None:
    answer = asked(gateway, tmp_path, "SELECT keeper FROM dome")
    assert answer.returncode == 3
    assert "keeper" in answer.stderr
    assert not re.search("Ada|Ben|Cy|Dee", answer.stdout + answer.stderr)


def test_a_wrong_statement_has_its_own_exit_code(gateway: Served, tmp_path: Path) -> None:
    assert asked(gateway, tmp_path, "SELEC 1").returncode == 4


def test_nobody_there_has_its_own_exit_code(tmp_path: Path) -> None:
    answer = workbench_command(
        "sql", "--scenario", "leaks", "SELECT 1",
        HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path),
        WORKBENCH_URL="http://127.0.0.1:9", WORKBENCH_TOKEN="x",
    )  # fmt: skip
    assert answer.returncode == 5, answer.stderr


# No code names a city --------------------------------------------------------------------------

PLACES = (
    "aba", "binzhou", "foshan", "changde", "harbin", "heilongjiang", "shandong", "sichuan",
    "guangdong", "hunan", "meishan", "dazhou", "shanghai", "guiyang", "beijing",
    "阿坝", "滨州", "佛山", "常德", "哈尔滨", "黑龙江", "山东", "四川", "广东", "湖南", "眉山",
    "达州", "上海", "贵阳", "北京", "发展和改革委员会", "发改委",
)  # fmt: skip
ALLOWED = re.compile(
    r"Asia/Shanghai|"
    r"(Aba|Binzhou|Foshan|Changde|Heilongjiang) \d{4}( draft)?|"
    r"(阿坝|滨州|佛山|常德|黑龙江) ?\d{4}|"
    r"(aba|binzhou|foshan|changde|heilongjiang)-\d{4}|"
    r"(例如|e\.g\.) \S+"
)
"""The country's time zone; regulations as the source of a rule ("Foshan 2019 art. 40") and their
ids; examples in a hint. They bind no city."""


def test_no_code_names_a_city() -> None:
    found = [
        f"{file.name}:{line}: {text.strip()[:80]}"
        for file in sorted(Path(workbench.__file__).parent.rglob("*.py"))
        for line, text in _said(file)
        if _names_a_place(text) and _names_a_place(ALLOWED.sub("", text))
    ]
    assert not found, "\n".join(found)


def test_the_search_for_cities_finds_them() -> None:
    assert _names_a_place(ALLOWED.sub("", "if city.id == 'aba-sample'"))
    assert _names_a_place(ALLOWED.sub("", "DEPARTMENT = '阿坝州发改委'"))
    assert not _names_a_place(ALLOWED.sub("", "Aba 2024 art. 36, in Asia/Shanghai"))
    assert not _names_a_place(ALLOWED.sub("", "a database, available"))


def _said(file: Path) -> Iterator[tuple[int, str]]:
    """Names and texts of the code with their lines; docstrings and comments only explain."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in explained:
                yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


@cache
def _names_a_place(text: str) -> bool:
    words = set(re.split(r"[^a-z]+", text.casefold()))
    return any(place in words if place.isascii() else place in text for place in PLACES)


def test_the_sample_city_is_data_only() -> None:
    """The repository's own city is a folder of contracts like any other, where it is there."""
    root = Path(workbench.__file__).parents[1] / "data_contracts"
    if not root.is_dir():
        pytest.skip(f"no sample city at {root.name}")
    assert not list(root.rglob("*.py"))
    assert json.dumps(sorted(p.suffix for p in root.rglob("*") if p.is_file()))
