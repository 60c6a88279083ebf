"""Rules of early warning as data: what their files may say, and what they take of the city."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb
import pytest

from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.model.grant import ColumnGrant, Use
from workbench.warnings import statements
from workbench.warnings.check import check, needs
from workbench.warnings.definition import FOLDER, Kind, Rule, load_rules, read_rules

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
SCENARIO = "enterprise_warning"
FIRST, LAST = date(2025, 10, 1), date(2026, 9, 1)


@cache
def rules() -> dict[str, Rule]:
    return load_rules(SHIPPED, known_regulations(SHIPPED))


@cache
def shipped_city() -> City:
    return load_city(SHIPPED)


def test_there_is_a_rule_of_each_kind_and_each_says_whose_it_is() -> None:
    assert [rule.kind for rule in rules().values()] == list(Kind)
    for rule in rules().values():
        assert "我们" in rule.source.zh
        assert "ours" in rule.source.en
        assert rule.levels.rising


def test_a_rule_says_how_seasons_are_taken_off() -> None:
    assert {name for name, rule in rules().items() if rule.season == "year"} == {"industry"}


def test_statements_give_what_a_panel_is_made_of() -> None:
    """On tables of every resource with a row or none: names and types alone count."""
    city = shipped_city()
    engine = duckdb.connect()
    wanted = {table for rule in rules().values() for table in needs([rule], city)}
    for name in wanted:
        columns = ", ".join(f'"{c.name}" {c.type}' for c in city.resources[name].columns)
        engine.execute(f'create table "{name}" ({columns})')
    for rule in rules().values():
        register = engine.execute(statements.of_register(rule)).description or []
        assert [column[0] for column in register] == ["subject", "county", "industry", "closed"]
        for name in rule.inputs:
            asked = engine.execute(statements.of_input(rule, name, FIRST, LAST)).description or []
            assert [(column[0], str(column[1])) for column in asked] == [
                ("subject", "VARCHAR"), ("month", "DATE"), (name, "DOUBLE"),
            ]  # fmt: skip


def test_months_bound_what_is_read() -> None:
    engine = duckdb.connect()
    engine.execute("create table power_monthly (credit_code text, month date, power_kwh bigint)")
    engine.execute(
        "insert into power_monthly select 'a', m::date, 5 from "
        "range(date '2025-08-01', date '2026-12-01', interval 1 month) r(m)"
    )
    rows = engine.execute(statements.of_input(rules()["stop"], "power", FIRST, LAST)).fetchall()
    assert sorted(row[1] for row in rows)[0] == FIRST
    assert sorted(row[1] for row in rows)[-1] == LAST
    assert len(rows) == 12


def test_a_repaired_credit_record_is_no_event() -> None:
    engine = duckdb.connect()
    engine.execute(
        "create table credit_event (credit_code text, happened_on date, event_kind text)"
    )
    engine.execute(
        "insert into credit_event values ('a', '2026-09-07', '行政处罚'), "
        "('a', '2026-09-20', '信用修复'), ('b', '2026-09-21', '信用修复')"
    )
    asked = statements.of_input(rules()["credit"], "records", LAST, LAST)
    assert engine.execute(asked).fetchall() == [("a", LAST, 1.0)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: stop\n", "id: stops\n", "the id is not the file's name"),
        ("regulation: binzhou-2023", "regulation: binzhou-2024", "no such regulation"),
        ("kind: stop\n", "kind: halt\n", "Write one of: county, credit, cut"),
        ("kind: stop\n", "kind: county\n", "county is no warning of"),
        ("subject: enterprise\n", "subject: county\n", "what the detector looks at is"),
        ("power: 1, invoices: 1", "power: 1, invoice: 1", "there is no input invoice"),
        ("{power: 1, invoices: 1}", "{power: 1}", "the detector does not look at it"),
        ("value: sum(sales)", "value: sum(sales", "this is no expression"),
        ("value: sum(sales), kind: flow", "value: sum(sales), kind: event", "not looked at as"),
        ("yellow: 8", "yellow: 18", "the levels are upside down"),
        ("  loss:\n", "  losses:\n", "unknown key losses"),
        ("lasting: 3", "lastin: 3", "unknown key lastin"),
        ("least: 0.7", "least: 1.7", "least"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    file = root / FOLDER / "stop.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    found = told(root)
    assert said in found
    assert f"{FOLDER.as_posix()}/stop.yaml:" in found


def test_a_rule_has_one_detector(tmp_path: Path) -> None:
    root = copied(tmp_path)
    file = root / FOLDER / "stop.yaml"
    text = file.read_text("utf-8")
    both = "  area_loss: {area: county, of: [power]}\nlevels:"
    file.write_text(text.replace("levels:", both, 1), "utf-8")
    assert "a rule has one detector" in told(root)


def test_the_shipped_scenario_is_what_the_shipped_rules_need() -> None:
    assert found_by_check(shipped_city()) == []


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("credit_code", "month"), "does not hold"),
        (("credit_code", "month", "power_kwh", "gas_m3"), "no rule uses power_monthly.gas_m3"),
    ],
)
def test_a_column_too_few_or_too_many_is_told(columns: tuple[str, ...], said: str) -> None:
    city = shipped_city()
    scenario = city.scenarios[SCENARIO]
    grants = tuple(ColumnGrant(name, Use.value) for name in columns)
    uses = tuple(
        replace(use, columns=grants) if use.resource == "power_monthly" else use
        for use in scenario.resources
    )
    changed = replace(scenario, resources=uses)
    found = found_by_check(replace(city, scenarios={**city.scenarios, SCENARIO: changed}))
    assert any(said in each for each in found)


def test_a_scenario_that_is_not_there_is_told() -> None:
    found = found_by_check(replace(shipped_city(), scenarios={}))
    assert f"no scenario is called {SCENARIO}" in found


def copied(tmp_path: Path) -> Path:
    root = tmp_path / "city"
    shutil.copytree(SHIPPED, root)
    return root


def told(root: Path) -> str:
    files = read_rules(root, known_regulations(root))
    found = [each for file in files for each in file.findings]
    return "\n".join(f"{f.file}:{f.line}: {f.key}: {f.problem.en}. {f.fix.en}" for f in found)


def found_by_check(city: City) -> list[str]:
    files = read_rules(SHIPPED, known_regulations(SHIPPED))
    return [each.problem.en for each in check(files, city)]
