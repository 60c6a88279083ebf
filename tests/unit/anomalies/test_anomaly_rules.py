"""Rules are data: what is wrong with a file is told with its line and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import InvalidInput
from workbench.sharing.anomalies.rules import FOLDER, Kind, rules_of, shipped

ROOT = Path(__file__).parents[3]
GOOD = (ROOT / FOLDER / "sudden_volume.yaml").read_text(encoding="utf-8")


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str], str]:
    def read(text: str) -> str:
        (tmp_path / FOLDER).mkdir(parents=True, exist_ok=True)
        (tmp_path / FOLDER / "sudden_volume.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            rules_of(tmp_path)
        return caught.value.said("en")

    return read


def test_every_kind_has_a_rule_and_the_sample_city_has_the_shipped_ones() -> None:
    assert {one.kind for one in shipped()} == set(Kind)
    assert rules_of(ROOT) == shipped()


def test_a_city_without_rules_of_its_own_has_the_shipped_ones(tmp_path: Path) -> None:
    assert rules_of(tmp_path) == shipped()
    (tmp_path / FOLDER).mkdir(parents=True)
    assert rules_of(tmp_path) == (), "one that has the folder decides for itself"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("deviations: 8", "deviation: 8", "Did you mean deviations?"),
        ("  calls: 12 # fewer are never sudden\n", "", "Add calls."),
        ("kind: sudden_volume", "kind: sudden", "'sudden' is not a known value"),
        ("[risk]", "[riks]", "Did you mean risk?"),
        ("window_days: 1", "window_days: 0", "of at least 1"),
        ("history_days: 60", "history_days: 600", "from 0 to 366"),
        ("{measure} times in", "{count} times in", "nothing is called {count}"),
        ("{measure} times in", "{measure times in", "a brace is not closed"),
        ("id: sudden_volume", "id: other", "the id is not the file's name"),
        ("severity: warning", "severity: loud", "'loud' is not a known value"),
    ],
)
def test_what_is_wrong_is_told(
    refused: Callable[[str], str], old: str, new: str, told: str
) -> None:
    assert old in GOOD
    said = refused(GOOD.replace(old, new))
    assert told in said
    line = GOOD[: GOOD.index(old if new else "thresholds:")].count("\n") + 1
    assert f"sudden_volume.yaml:{line} " in said
