"""What a scenario may say of noise, each way to get it wrong, and what becomes of it."""

# ruff: noqa: E501 (the table of mistakes reads better with long lines)
from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from catalogue_texts import SCENARIO, line_of, write_texts
from ruamel.yaml import YAML

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.scenarios import grants_of
from workbench.catalogue.write import scenario_dict, to_yaml
from workbench.declared.findings import Severity
from workbench.model.noise import NoiseBound, NoiseRules, millionths

KEY = "resources[person].disclosure.noise"


def asking(noise: str, mode: str = "statistics") -> str:
    text = SCENARIO.replace("    mode: obtain", f"    mode: {mode}")
    text = text.replace("      income: {use: value, mask: {kind: bucket, width: 1000}}",
                        "      income: statistics")  # fmt: skip
    return text.replace("p_percent: 10}", f"p_percent: 10,\n      noise: {noise}}}")


def rules_of(tmp_path: Path, noise: str) -> NoiseRules | None:
    (scenario,) = load_city(write_texts(tmp_path, scenario=asking(noise))).scenarios.values()
    (found,) = {grant.disclosure.noise for grant in grants_of(scenario)}
    return found


def test_a_budget_is_read_into_whole_millionths_and_units(tmp_path: Path) -> None:
    noise = "{epsilon: 2, each: 0.1, rows: 12, per_entity: {INCOME: 50000}}"
    expected = NoiseRules(
        2_000_000, 100_000, 12, (NoiseBound("income", 5_000_000, Decimal("0.01")),)
    )
    assert rules_of(tmp_path, noise) == expected


def test_a_unit_may_be_named_and_sums_left_out(tmp_path: Path) -> None:
    noise = "{epsilon: 0.5, each: 0.5, per_entity: {income: {most: '1e6', unit: 1000}}}"
    found = rules_of(tmp_path / "a", noise)
    assert found is not None
    assert found.bounds == (NoiseBound("income", 1000, Decimal(1000)),)
    assert rules_of(tmp_path / "b", "{epsilon: 1, each: 0.000001}") == NoiseRules(1_000_000, 1)


def test_without_it_there_is_no_noise(tmp_path: Path) -> None:
    (scenario,) = load_city(write_texts(tmp_path)).scenarios.values()
    assert {grant.disclosure.noise for grant in grants_of(scenario)} == {None}


def test_a_scenario_that_is_written_says_the_same(tmp_path: Path) -> None:
    noise = "{epsilon: 2, each: 0.3, rows: 3, per_entity: {income: {most: 0.5, unit: 0.25}}}"
    (scenario,) = load_city(write_texts(tmp_path / "a", scenario=asking(noise))).scenarios.values()
    written = to_yaml(scenario_dict(scenario))
    assert "noise" in YAML(typ="safe").load(written)["resources"][0]["disclosure"]
    (again,) = load_city(write_texts(tmp_path / "b", scenario=written)).scenarios.values()
    assert again.resources[0].disclosure == scenario.resources[0].disclosure


@pytest.mark.parametrize(
    ("noise", "key", "problem", "fix"),
    [
        ("{each: 0.1}", ".epsilon", "missing", "Add epsilon"),
        ("{epsilon: 2}", ".each", "missing", "Add each"),
        ("{epsilon: 2, each: 0.1, delta: 1}", ".delta", "unknown key", "each"),
        ("{epsilon: 0, each: 0.1}", ".epsilon", "out of range", "above 0"),
        ("{epsilon: 101, each: 0.1}", ".epsilon", "out of range", "100"),
        ("{epsilon: 2, each: 2.1}", ".each", "more than there is", "no larger than epsilon"),
        ("{epsilon: 2, each: 0.1234567}", ".each", "six places", "0.1"),
        ("{epsilon: 2, each: 0.1, rows: 0}", ".rows", "out of range", "at least 1"),
        ("{epsilon: 2, each: 0.1, per_entity: {incme: 5}}", ".per_entity.incme", "no measure",
         "Did you mean income?"),
        ("{epsilon: 2, each: 0.1, per_entity: {born: 5}}", ".per_entity.born", "no measure", "income"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: -5}}", ".per_entity.income", "above 0", "unit"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: many}}", ".per_entity.income", "above 0", "unit"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: 0.005}}", ".per_entity.income", "whole number",
         "name a unit"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: 1.0e12}}", ".per_entity.income", "more than",
         "name a unit"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: {most: 10, unit: 3}}}", ".per_entity.income",
         "whole number", "name a unit"),
        ("{epsilon: 2, each: 0.1, per_entity: {income: 5, INCOME: 5}}", ".per_entity", "twice", "Keep one"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_line_key_and_fix(
    tmp_path: Path, noise: str, key: str, problem: str, fix: str
) -> None:
    text = asking(noise)
    found = check_city(write_texts(tmp_path, scenario=text))
    hits = [f for f in found if f.key == KEY + key and problem in f.problem.en]
    assert hits, [(f.key, f.problem.en, f.fix.en) for f in found]
    assert hits[0].severity is Severity.error
    assert hits[0].file == "data_contracts/scenarios/income_study.yaml"
    assert hits[0].line == line_of(text, "      noise:")
    assert fix in hits[0].fix.en


def test_noise_is_for_statistics_only(tmp_path: Path) -> None:
    text = asking("{epsilon: 2, each: 0.1}", mode="obtain")
    (error,) = [
        f for f in check_city(write_texts(tmp_path, scenario=text)) if f.severity is Severity.error
    ]
    assert error.key == KEY
    assert error.fix.en == "Write mode: statistics, or drop noise."


def test_an_epsilon_is_exact_in_millionths_or_none() -> None:
    assert millionths(Decimal("0.1")) == 100_000
    assert millionths(Decimal("0.000001")) == 1
    for wrong in ("0", "-1", "0.0000001", "NaN", "Infinity", "1e9"):
        assert millionths(Decimal(wrong)) is None
