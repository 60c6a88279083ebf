"""Regulations as data: read strictly, and a city without one cites nothing and says so."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from workbench.catalogue.regulations import FOLDER, read_regulation
from workbench.declared.findings import Severity
from workbench.declared.yaml import parse
from workbench.model.regulation import Topic

ROOT = Path(__file__).parents[3]
CITY = parse(b"id: x\nregulation: moon-2040\n", "data_contracts/city.yaml")
GOOD = 'id: moon-2040\ntitle: {zh: 月, en: Moon 2040}\ncitations: {apply: "3, 4(1)"}\n'


def written(root: Path, text: str) -> Path:
    (root / FOLDER).mkdir(parents=True)
    (root / FOLDER / "moon-2040.yaml").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("file", sorted((ROOT / FOLDER).glob("*.yaml")), ids=lambda f: f.stem)
def test_the_five_that_ship_are_read_without_findings(file):
    found = read_regulation(file.stem, ROOT, CITY)
    assert found.findings == ()
    assert found.regulation.id == file.stem
    assert found.regulation.citations[Topic.apply]
    assert found.profile is not None


def test_five_ship():
    assert len(list((ROOT / FOLDER).glob("*.yaml"))) == 5


def test_a_new_city_starts_with_the_same_file():
    starter = resources.files("workbench.catalogue") / "starter" / FOLDER / "aba-2024.yaml"
    assert starter.read_bytes() == (ROOT / FOLDER / "aba-2024.yaml").read_bytes()


def test_a_made_up_regulation_is_cited(tmp_path):
    found = read_regulation("moon-2040", written(tmp_path, GOOD), CITY)
    assert found.findings == ()
    assert found.regulation.citations == {Topic.apply: "3, 4(1)"}


def test_a_missing_file_is_a_warning_at_the_line_that_names_it(tmp_path):
    found = read_regulation("moon-2040", tmp_path, CITY)
    (finding,) = found.findings
    assert found.regulation.citations == {}
    assert (finding.severity, finding.place) == (Severity.warning, "data_contracts/city.yaml:2")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("apply", "aply"), "citations.aply"),
        (("id: moon-2040", "id: sun-2040"), "id"),
        (("zh: 月, ", ""), "title.zh"),
        (('"3, 4(1)"', "3"), "citations.apply"),
    ],
)
def test_mistakes_are_found_at_their_key(tmp_path, change, key):
    found = read_regulation("moon-2040", written(tmp_path, GOOD.replace(*change)), CITY)
    assert key in {finding.key for finding in found.findings}
