"""What docs/noise.md says in figures is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.catalogue.noise import FLOAT_UNIT, MOST_UNITS
from workbench.catalogue.scenario_schema import NoiseSpec
from workbench.disclosure.noise.groups import MOST_CELLS
from workbench.disclosure.noise.mechanism import CONFIDENCE, error_of, scale_of
from workbench.disclosure.noise.truth import MOST_CLASSES
from workbench.model.noise import epsilon_of
from workbench.query_path.noisy_say import LEAST

PAGE = (Path(__file__).parents[3] / "docs" / "noise.md").read_text(encoding="utf-8")


def test_the_errors_of_the_table_are_those_of_the_mechanism() -> None:
    tenth = 100_000
    assert [error_of(scale_of(bound, tenth)) for bound in (1, 12)] == [30, 359]
    assert round(error_of(scale_of(1_000_000, tenth)) / 1e6) == 30
    for told in ("± 30 |", "± 359 |", "± 30 million |"):
        assert told in PAGE


def test_limits_and_defaults_are_told() -> None:
    for limit in (f"{MOST_CELLS:,} cells", f"{MOST_CLASSES:,} combinations"):
        assert limit in PAGE
    assert f"needs {epsilon_of(LEAST)} at least" in PAGE
    assert f"{FLOAT_UNIT} of floats" in PAGE
    assert MOST_UNITS == 10**12
    assert "up to 10^12" in PAGE
    assert f"{CONFIDENCE:.0%}".replace("%", " %") in PAGE
    rows = dict(re.findall(r"^\| `(\w+)` \| ?(\d*) ?\|", PAGE, re.MULTILINE))
    assert set(rows) == set(NoiseSpec.model_fields)
    assert int(rows["rows"]) == NoiseSpec.model_fields["rows"].default
