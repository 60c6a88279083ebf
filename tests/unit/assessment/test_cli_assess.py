"""``workbench assess check`` and ``list``, as a shell sees them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from commands import here
from shipped import ROOT

from workbench.assessment.scheme import FOLDER


def test_list_tells_what_of_a_scheme_does_not_apply_in_the_city() -> None:
    done = here("assess", "list", "--json", "--city", str(ROOT))
    assert done.returncode == 0, done.stderr
    rows = {row["scheme"]: row for row in json.loads(done.stdout)}
    assert [name for name, row in rows.items() if row["of_the_city"]] == ["aba"]
    assert rows["aba"]["not_here"] == []
    # Aba 2024 sets no deadline for supplies (Changde 17), and none for demands and unused grants
    assert rows["changde"]["not_here"] == ["supplied", "stalled"]
    assert rows["heilongjiang"]["not_here"] == ["dormant", "demands_reviewed"]
    assert sum(float(each["weight"]) for each in rows["foshan"]["dimensions"]) == 100


def test_check_tells_a_mistake_with_its_line_and_leaves_with_2(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data_contracts", tmp_path / "data_contracts")
    path = tmp_path / FOLDER / "foshan.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("weight: 30", "weight: 31", 1), encoding="utf-8")
    done = here("assess", "check", "--city", str(tmp_path))
    assert done.returncode == 2
    line = text[: text.index("weight: 30")].count("\n")  # dimensions begin before it
    assert "the weights of the dimensions come to 101, not 100  Take off 1." in done.stdout
    assert "the weights of the indicators come to 30, not 31  Add 1." in done.stdout
    told = [one for one in done.stdout.splitlines() if "not 31" in one]
    assert int(told[0].split(":")[1]) > line
    clean = here("assess", "check", "--city", str(ROOT))
    assert (clean.returncode, clean.stdout.splitlines()[-1]) == (0, "0 errors, 0 warnings")
