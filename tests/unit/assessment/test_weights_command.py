"""The page on weights is true: its file is sound, and the command says of it what the page says."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from commands import here

from workbench.assessment.weighting.definition import FOLDER
from workbench.cli.assess_weights import findings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "weights.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / FOLDER / "foshan_dimensions.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(BLOCKS[0][1], "utf-8")
    return path


def test_the_command_says_what_the_page_says(file: Path) -> None:
    told = here("assess", "weights", str(file), LC_ALL="en_US.UTF-8")
    assert told.returncode == 0, told.stderr
    said = next(text for language, text in BLOCKS if not language)
    assert said in told.stdout
    assert "CR is 0.013" in told.stdout


def test_what_is_printed_for_machines_comes_to_the_whole(file: Path) -> None:
    plain = json.loads(here("assess", "weights", str(file), "--json").stdout)
    assert sum(map(Decimal, plain["weights"].values())) == 100
    assert plain["settled"] is False
    assert plain["consistency"]["by"]["e2"] > 0.1 > plain["consistency"]["ratio"]
    pasted = here("assess", "weights", str(file), "--yaml").stdout
    for name, weight in plain["weights"].items():
        assert f"- id: {name}\n  weight: {weight}\n" in pasted


def test_an_unknown_file_and_a_broken_one_are_told(file: Path) -> None:
    lacking = here("assess", "weights", str(file.with_name("none.yaml")), LC_ALL="en_US.UTF-8")
    assert (lacking.returncode, "There is no file" in lacking.stderr) == (2, True)
    file.write_text(BLOCKS[0][1].replace("times: 5", "times: 50"), "utf-8")
    broken = here("assess", "weights", str(file), LC_ALL="en_US.UTF-8")
    assert broken.returncode == 2
    assert "foshan_dimensions.yaml:35" in broken.stderr


def test_the_check_of_schemes_reads_these_files_beside_them(file: Path) -> None:
    root = file.parents[3]
    told = [each.problem.en for each in findings(root, {})]
    assert any("do not fit together" in each for each in told)
    assert any("there is no scheme foshan" in each for each in told)
    (doubt,) = findings(root, {"foshan": None})
    assert doubt.line == 35
