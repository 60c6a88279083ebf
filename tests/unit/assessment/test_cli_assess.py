"""``workbench assess check`` and ``list``, as a shell sees them, in a new city with all schemes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import here
from shipped import ROOT

from workbench.assessment.scheme import FOLDER
from workbench.catalogue.new_city import make_city


@pytest.fixture
def city(tmp_path: Path) -> Path:
    make_city(tmp_path)
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER, dirs_exist_ok=True)
    return tmp_path


def test_list_tells_what_of_a_scheme_does_not_apply_in_the_city(city: Path) -> None:
    done = here("assess", "list", "--json", "--city", str(city))
    assert done.returncode == 0, done.stderr
    rows = {row["scheme"]: row for row in json.loads(done.stdout)}
    assert [name for name, row in rows.items() if row["of_the_city"]] == ["aba"]
    assert rows["aba"]["not_here"] == []
    # Aba 2024 sets no deadline for supplies (Changde 17), and none for demands and unused grants
    assert rows["changde"]["not_here"] == ["supplied", "stalled"]
    assert rows["heilongjiang"]["not_here"] == ["dormant", "demands_reviewed"]
    assert sum(float(each["weight"]) for each in rows["foshan"]["dimensions"]) == 100


def test_check_tells_a_mistake_with_its_line_and_leaves_with_2(city: Path) -> None:
    path = city / FOLDER / "foshan.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("weight: 30", "weight: 31", 1), encoding="utf-8")
    done = here("assess", "check", "--city", str(city))
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1] == "2 errors, 0 warnings", done.stdout
    line = text[: text.index("weight: 30")].count("\n") + 1
    assert "the weights of the dimensions come to 101, not 100  Take off 1." in done.stdout
    (told,) = (one for one in done.stdout.splitlines() if "come to 30, not 31  Add 1." in one)
    assert told.startswith(f"{(FOLDER / 'foshan.yaml').as_posix()}:{line + 3}: error: ")
