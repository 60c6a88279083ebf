"""The file of the gaming watch: what is said of its mistakes, and of a day that is none."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from commands import here
from shipped import ROOT

from workbench.assessment.gaming.rules import FILE, FOLDER, MOST, SHARES, read_rules, rules_of
from workbench.cli.assess_watch import findings
from workbench.simulation.behaviours import behaviours_in, shipped

OWN = (ROOT / FOLDER / FILE).read_text(encoding="utf-8")


def test_the_package_ships_the_rules_of_the_sample_city(tmp_path: Path) -> None:
    file = resources.files("workbench.assessment.gaming") / "shipped" / FILE
    assert file.read_text(encoding="utf-8") == OWN
    assert rules_of(tmp_path) == rules_of(ROOT), "a city without the file has those"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("times: 4", "time: 4", "has no threshold time"),
        ("      resources: 2 # of one provider\n", "", "the threshold resources is missing"),
        ("likeness: 0.85", "likeness: 1.5", "the number is out of range"),
        ("days: 45", f"days: {MOST + 1}", "the number is out of range"),
        ("{department} 的 {subject} 当年", "{departement} 的 {subject} 当年", "departement"),
        ("id: rules", "id: others", "the id is not the file's name"),
        ("kind: own_calls", "kind: self_calls", "self_calls stands twice"),
        ("kind: own_calls", "kind: own_call", "own_call"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in OWN
    path = tmp_path / FILE
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    read = read_rules(path, tmp_path)
    assert read.value is None
    told = [one.reason().what.en for one in read.findings]
    assert any(says in one and re.match(rf"{FILE}:\d+ ", one) for one in told), told


def test_every_threshold_of_a_share_is_one_and_no_other_looks_like_it() -> None:
    for rule in rules_of(ROOT):
        for name, value in rule.thresholds.items():
            assert (value <= 1) == (name in SHARES or name == "unevenness"), (rule.kind, name)


def test_a_year_with_gamers_is_the_usual_one_beside_them() -> None:
    own = behaviours_in(ROOT / "data_contracts" / "simulation" / "gaming.yaml")
    assert own.gaming is not None
    usual = shipped()
    assert usual.gaming is None
    assert own.model_copy(update={"gaming": None, "id": usual.id}) == usual


@pytest.mark.parametrize(
    ("year", "day", "says"),
    [
        ("2025", "2999-12-31", "is not over yet"),
        ("2024", "2025-06-30", "is no day of 2024"),
    ],
)
def test_a_day_that_cannot_be_counted_is_refused(year: str, day: str, says: str) -> None:
    words = ["assess", "watch", "--city", str(ROOT), "--year", year, "--as-of", day]
    done = here(*words)
    assert done.returncode != 0
    assert says in " ".join(done.stderr.split())


def test_a_city_without_the_file_has_no_mistakes_in_it(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / FILE
    assert findings(tmp_path) == ()
    path.parent.mkdir(parents=True)
    path.write_text(OWN.replace("times: 4", "time: 4", 1), encoding="utf-8")
    assert findings(tmp_path) == read_rules(path, tmp_path).findings != ()


@pytest.mark.slow
def test_assess_check_tells_them_too(tmp_path: Path) -> None:
    assert here("init", str(tmp_path / "city")).returncode == 0
    path = tmp_path / "city" / FOLDER / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OWN.replace("times: 4", "time: 4", 1), encoding="utf-8")
    done = here("assess", "check", "--city", str(tmp_path / "city"))
    assert done.returncode == 2
    assert "has no threshold time" in " ".join(done.stdout.split())
