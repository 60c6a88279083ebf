"""The page names every formula, its example runs, and nothing heavy is loaded for it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

from workbench import economy

PAGE = Path(__file__).parents[3] / "docs" / "economy.md"


def formulas() -> set[str]:
    found = set()
    for name in economy.__all__:
        module = getattr(economy, name)
        for function, value in inspect.getmembers(module, inspect.isfunction):
            if value.__module__ == module.__name__ and not function.startswith("_"):
                found.add(f"{name}.{function}")
    return found


HELPERS = {
    "rates.rated",
    "rates.crossed",
    "festival.new_year",
    "festival.shares",
    "forecast.project",
    "nowcast.tables",
    "turning.alternating",
    "turning.months_of_dominance",
    "turning.spencer",
}
"""Parts of a formula, public for other modules and tests."""


def test_every_formula_is_in_the_table() -> None:
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+\.\w+)`", row.split("|")[1])}
    assert named == formulas() - HELPERS
    assert formulas() >= HELPERS


def test_formulas_say_what_they_do() -> None:
    for name in formulas():
        module, function = name.split(".")
        assert inspect.getdoc(getattr(getattr(economy, module), function)), name


def test_the_example_of_the_page_runs_and_loads_nothing_heavy() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code) == 1
    check = "\nimport sys; assert not {'scipy', 'statsmodels', 'pandas'} & set(sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code[0] + check], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "5.0" in run.stdout
    assert "2.36" in run.stdout
