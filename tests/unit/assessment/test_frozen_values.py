"""Values that somebody has looked at: a file with a digest beside each, or an error."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
from assessed import small

from workbench.assessment.measured import Evidence
from workbench.assessment.values import VALUES, findings_of, gathered_of, path_of, read_values
from workbench.kpi.definition import Direction

CONTENT = b"%PDF the finding"
GOOD = sha256(CONTENT).hexdigest()
VALUE = f"""
  - indicator: leak
    department: health
    value: 1
    evidence: [{{file: evidence/leak.pdf, sha256: {GOOD}}}]
"""
TEXT = f"scheme: small\nyear: 2025\nvalues:{VALUE}"


@dataclass
class City:
    root: Path

    def read(self, text: str) -> list[str]:
        path_of(self.root, "small", 2025).write_text(text, encoding="utf-8")
        _, findings = read_values(self.root, small(), 2025, {"health", "taxation"})
        return [f"{one.line} {one.key}: {one.problem.en}" for one in findings]


@pytest.fixture
def city(tmp_path: Path) -> City:
    evidence = tmp_path / VALUES / "2025" / "evidence" / "leak.pdf"
    evidence.parent.mkdir(parents=True)
    evidence.write_bytes(CONTENT)
    return City(tmp_path)


def test_a_value_comes_with_its_evidence(city: City) -> None:
    assert city.read(TEXT) == []
    found, _ = read_values(city.root, small(), 2025, {"health"})
    gathered = gathered_of(small(), found)["leak"]
    assert gathered.direction is Direction.lower
    assert gathered.by["health"].value == 1
    assert gathered.by["health"].evidence == (Evidence("evidence/leak.pdf", GOOD),)


def test_a_decimal_is_as_exact_as_it_is_written(city: City) -> None:
    assert city.read(TEXT.replace("value: 1", "value: 0.1")) == []
    found, _ = read_values(city.root, small(), 2025, {"health"})
    assert gathered_of(small(), found)["leak"].by["health"].value == Fraction(1, 10)


def test_without_a_file_nobody_has_given_a_value(tmp_path: Path) -> None:
    assert read_values(tmp_path, small(), 2025, ()) == (None, ())
    assert gathered_of(small(), None)["leak"].by == {}


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("scheme: small", "scheme: large", "1 scheme: not where the file is"),
        ("year: 2025", "year: 2024", "2 year: not where the file is"),
        ("r: leak", "r: days", "no manual indicator"),
        ("health", "nobody", "no department of the city"),
        ("leak.pdf", "other.pdf", "there is no file evidence/other.pdf"),
        ("evidence/leak.pdf", "../../../x", "there is no file"),
        (GOOD, "0" * 64, "is not what its digest says"),
        (f"[{{file: evidence/leak.pdf, sha256: {GOOD}}}]", "[]", "values[0].evidence"),
        (VALUE, VALUE + VALUE.removeprefix("\n"), "stands twice"),
        ("value: 1", "valeu: 1", "unknown key valeu"),
    ],
)
def test_each_mistake_is_told_with_its_place(city: City, was: str, now: str, told: str) -> None:
    assert was in TEXT
    found = city.read(TEXT.replace(was, now, 1))
    assert any(told in one for one in found), found


def test_every_file_is_judged_and_one_of_no_scheme_is_told(city: City) -> None:
    city.read(TEXT.replace("health", "nobody"))
    (city.root / VALUES / "2025" / "other.yaml").write_text("scheme: other\n", "utf-8")
    found = list(findings_of(city.root, {"small": small()}, {"health"}))
    assert [(one.file.rpartition("/")[2], one.problem.en) for one in found] == [
        ("other.yaml", "it is not values/YEAR/SCHEME.yaml"),
        ("small.yaml", "no department of the city"),
    ]
    assert len(list(findings_of(city.root, {"small": None, "other": None}, ()))) == 0
