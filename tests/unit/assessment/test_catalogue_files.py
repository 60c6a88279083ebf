"""The files of catalogue-side indicators: each mistake with file, line and fix."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from commands import here
from shipped import ROOT, shipped_city

from workbench.assessment.catalogues.check import check
from workbench.assessment.catalogues.definition import FOLDER, MAKES, SCENARIO
from workbench.assessment.catalogues.reading import load, read_files
from workbench.assessment.catalogues.rows import SCHEMA
from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.declared.findings import Finding
from workbench.errors import Code, InvalidInput

REGULATIONS = known_regulations(ROOT)
PROFILE = load_profile("aba-2024", ROOT).profile


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """With these files alone; all else is the shipped city's."""
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    return tmp_path


def changed(city: Path, file: str, old: str, new: str) -> None:
    path = city / FOLDER / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def found(city: Path) -> list[Finding]:
    files = read_files(city, REGULATIONS)
    assert files is not None
    return [*files.findings, *check(files, shipped_city(), PROFILE)]


def test_what_ships_is_sound_and_fits_its_contract(city: Path) -> None:
    assert found(city) == []
    columns = shipped_city().resources[MAKES].columns
    assert [column.name for column in columns] == list(SCHEMA)
    declared = load(city, REGULATIONS)
    scored = {each.measure.kpi for each in declared.scheme.indicators}
    assert scored | {"entries"} == set(declared.indicators)
    used = {each.oddity for one in declared.indicators.values() for each in one.treatments}
    assert used == set(declared.oddities), "none is declared in vain"


@pytest.mark.parametrize(
    ("file", "old", "new", "told", "fix"),
    [
        ("indicators/on_time.yaml", "oddity: static,", "oddity: statick,",
         "no oddity is called statick", "Did you mean static?"),
        ("indicators/on_time.yaml", "oddity: static,", "oddity: irregular,",
         "irregular stands twice", "Keep it once."),
        ("indicators/on_time.yaml", "counts: due_on >= $as_of", "amount: due_on >= $as_of",
         "counts is missing", "Write counts."),
        ("indicators/on_time.yaml", "counts: due_on", "counts: due_onn",
         "due_onn", "Use what the scenario grants"),
        ("indicators/age.yaml", "real_time, as: not_rated", "real_time, as: against",
         "only a ratio has a denominator", "Write not_rated."),
        ("indicators/age.yaml", "form: number", "form: share",
         "only a ratio is a share", "Write count or number."),
        ("indicators/age.yaml", "amount: date_diff('day', update_date, $as_of)",
         "amount: source_sha256", "source_sha256", "Use what the scenario grants"),
        ("indicators/entries.yaml", "id: entries", "id: entry", "the id is not the file's name",
         "Write entries"),
        ("oddities.yaml", "where: publish_date > $as_of", "where: published > $as_of",
         "published", "Use what the scenario grants"),
        ("oddities.yaml", "id: static\n", "id: counted\n", "the id counted is taken",
         "Choose another."),
        ("oddities.yaml", "id: static\n", "id: static\n    wher: 1\n", "unknown key wher",
         "Did you mean where?"),
        ("catalogues.yaml", "measure: {kpi: age}", "measure: {kpi: aged}", "there is no KPI aged",
         "Did you mean age?"),
        ("catalogues.yaml", "linear: {zero: 730, full: 90}", "linear: {zero: 90, full: 730}",
         "the measure says the opposite", "Turn zero and full round"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_its_fix(
    city: Path, file: str, old: str, new: str, told: str, fix: str
) -> None:
    text = (ROOT / FOLDER / file).read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    changed(city, file, old, new)
    wrong = [each for each in found(city) if each.file.endswith(file)]
    assert [each for each in wrong if told in each.problem.en and fix in each.fix.en], wrong
    assert all(each.line in (1, line, line + 1) for each in wrong)
    assert all(each.problem.zh and each.fix.zh for each in wrong)


def test_a_city_without_the_scenario_is_told(city: Path) -> None:
    files = read_files(city, REGULATIONS)
    assert files is not None
    known = {k: v for k, v in shipped_city().scenarios.items() if k != SCENARIO}
    (finding,) = check(files, replace(shipped_city(), scenarios=known), PROFILE)
    assert SCENARIO in finding.problem.en


def test_a_city_that_rates_no_catalogues(tmp_path: Path) -> None:
    assert read_files(tmp_path, REGULATIONS) is None
    with pytest.raises(InvalidInput) as raised:
        load(tmp_path, REGULATIONS)
    assert raised.value.code is Code.invalid_request
    assert "catalogues.yaml" in raised.value.said("en")


@pytest.mark.slow
def test_assess_check_tells_of_them(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    assert here("assess", "check", "--city", str(tmp_path)).returncode == 0
    changed(tmp_path, "indicators/on_time.yaml", "oddity: static,", "oddity: statick,")
    done = here("assess", "check", "--city", str(tmp_path))
    assert done.returncode == 2
    assert "indicators/on_time.yaml" in done.stdout
    shutil.rmtree(tmp_path / FOLDER)
    assert here("assess", "check", "--city", str(tmp_path)).returncode == 0
