"""Who decides for a provider in a region: by a file of its own, where the regulation allows it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.catalogue.city import check_city, load_city
from workbench.declared.findings import errors

ROOT = Path(__file__).parents[3]
FILE = "data_contracts/delegations.yaml"
GOOD = """
delegations:
  - {provider: taxation, division: "513221", to: county_tax, on: 2026-11-01, reference: 示例1号}
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    file = tmp_path / "data_contracts" / "city.yaml"
    text = file.read_text(encoding="utf-8").replace("aba-2024", "heilongjiang-2025")
    more = "".join(
        f'  {name}:\n    zh: 县\n    en: county\n    division: "513221"\n'
        for name in ("county_tax", "county_drc")
    )
    file.write_text(text.replace("departments:\n", f"departments:\n{more}", 1), encoding="utf-8")
    return tmp_path


def test_the_counterpart_of_the_region_decides_for_the_departments_of_it(city: Path) -> None:
    (city / FILE).write_text(GOOD, encoding="utf-8")
    found = load_city(city)
    resource = found.resources["enterprise_tax_synthetic"]
    assert found.reviewer_of(resource, "county_drc") == "county_tax"
    assert found.reviewer_of(resource, "drc") == "taxation"
    assert found.reviewer_of(found.resources["house_prices"], "county_drc") != "county_tax"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("provider: taxation", "provider: moon", "no department moon"),
        ("to: county_tax", "to: drc", "is of —"),
        ('"513221"', '"513222"', "not of 513222"),
        ('"513221"', '"5132"', "division"),
        ("reference", "refrence", "unknown key"),
    ],
)
def test_mistakes_are_named(city: Path, old: str, new: str, said: str) -> None:
    (city / FILE).write_text(GOOD.replace(old, new), encoding="utf-8")
    found = [f for f in errors(check_city(city)) if f.file == FILE]
    assert any(said in f"{f.key} {f.problem.en}" for f in found), found


def test_where_the_regulation_knows_none_it_is_refused(city: Path) -> None:
    (city / FILE).write_text(GOOD, encoding="utf-8")
    file = city / "data_contracts" / "city.yaml"
    text = file.read_text(encoding="utf-8").replace("heilongjiang-2025", "foshan-2019")
    file.write_text(text, encoding="utf-8")
    (found,) = [f for f in errors(check_city(city)) if f.file == FILE]
    assert "knows no delegation" in found.problem.en
