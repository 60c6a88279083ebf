"""A scenario grants nothing that somebody else has to decide; which is which, the profile says."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from workbench.catalogue.city import check_city, load_city
from workbench.catalogue.scenarios import grants_of
from workbench.declared.findings import errors

ROOT = Path(__file__).parents[3]
SCENARIO = "data_contracts/scenarios/tax_structure.yaml"
DECISION = "    decided: {by: taxation, on: 2026-11-01, reference: 示例〔2026〕1号}\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def under(city: Path, regulation: str) -> None:
    edit(city / "data_contracts/city.yaml", "regulation: aba-2024", f"regulation: {regulation}")


@pytest.mark.parametrize("regulation", ["aba-2024", "binzhou-2023", "heilongjiang-2025"])
def test_what_the_provider_decides_is_not_granted_without_its_decision(
    city: Path, regulation: str
) -> None:
    under(city, regulation)
    edit(city / SCENARIO, DECISION, "")
    (found,) = [f for f in errors(check_city(city)) if f.file == SCENARIO]
    line = (city / SCENARIO).read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert "enterprise_tax_synthetic" in line
    assert "taxation, the provider, decides" in found.problem.en
    assert "decided:" in found.fix.en


def test_in_foshan_the_approval_of_a_scenario_does(city: Path) -> None:
    under(city, "foshan-2019")
    edit(city / SCENARIO, DECISION, "")
    assert not [f for f in errors(check_city(city)) if f.file == SCENARIO]


def test_a_wrong_file_grants_nothing_after_the_regulation_changed(city: Path) -> None:
    under(city, "foshan-2019")
    edit(city / SCENARIO, DECISION, "")
    assert "tax_structure" in load_city(city).scenarios
    edit(city / "data_contracts/city.yaml", "regulation: foshan-2019", "regulation: aba-2024")
    assert [f.file for f in errors(check_city(city))] == [SCENARIO]


def test_only_the_provider_itself_decides(city: Path) -> None:
    edit(city / SCENARIO, "by: taxation", "by: drc")
    (found,) = [f for f in errors(check_city(city)) if f.file == SCENARIO]
    assert found.key.endswith("decided.by")
    assert "Write by: taxation" in found.fix.en


def test_its_decision_stands_in_the_grant(city: Path) -> None:
    scenario = load_city(city).scenarios["tax_structure"]
    origins = {grant.resource: grant.origin for grant in grants_of(scenario)}
    decided = origins["enterprise_tax_synthetic"]
    assert (decided.approver, decided.decided_on) == ("taxation", date(2026, 11, 1))
    assert decided.reference == "tax_structure@1.0 示例〔2026〕1号"
    assert origins["divisions"].approver.startswith("政务数据主管部门")
