"""Files of inputs: what ships is right, and each mistake is told with its line and a fix."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import workbench.simulation
from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.declared.findings import Finding
from workbench.libraries.definition import Library, load_libraries
from workbench.libraries.what_if import FOLDER, check, read_inputs

SHIPPED = Path(workbench.simulation.__file__).parent / "shipped" / "city"


@pytest.fixture(scope="module")
def known() -> tuple[City, Mapping[str, Library]]:
    """The shipped city with its libraries, read once."""
    return load_city(SHIPPED), load_libraries(SHIPPED, known_regulations(SHIPPED))


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder with the shipped inputs alone."""
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    return tmp_path


def found(city: Path, known: tuple[City, Mapping[str, Library]]) -> list[Finding]:
    files = read_inputs(city)
    by_itself = [one for file in files for one in file.findings]
    return by_itself + [one for file in files for one in check(file, *known)]


def test_what_ships_is_right(city: Path, known: tuple[City, Mapping[str, Library]]) -> None:
    assert read_inputs(city)
    assert found(city, known) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("scenario: decision_support", "scenario: decision_suport", "scenario", "decision_support"),
        ("indicator: exports\n", "indicator: export\n", "indicator", "exports"),
        ("from: trade_indicators", "from: trade_indicator", "from", "trade_indicators"),
        ("from: trade_indicators", "from: finance_indicators", "from", "scenario"),
        ("targets: [wage_total", "targets: [wages", "targets", "wage_total"),
        ("low: -30", "low: 30", "shocks", ""),
        ("most: 2", "mosst: 2", "mosst", "most"),
        ('industry: "17"', 'industry: "1\'7"', "industry", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_fix(
    city: Path,
    known: tuple[City, Mapping[str, Library]],
    old: str,
    new: str,
    line: str,
    told: str,
) -> None:
    file = city / FOLDER / "economy.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    findings = found(city, known)
    assert findings
    first = findings[0]
    assert first.line == 1 + text[: text.index(old)].count("\n")
    assert line in first.key
    assert told in f"{first.fix.en} {first.problem.en}"
