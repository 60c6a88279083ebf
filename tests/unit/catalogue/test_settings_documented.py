"""Every setting stands in the operator's page with its default, and nothing else does."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from workbench.catalogue.city_schema import Settings, SettingsSpec
from workbench.errors import Code

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<default>\d+) \| (?P<what>.+?) \| (?P<error>.*?) ?\|$")


@pytest.fixture(scope="module")
def rows() -> list[re.Match[str]]:
    section = PAGE.read_text(encoding="utf-8").split("## Limits and budgets")[1].split("\n## ")[0]
    return [row for line in section.splitlines() if (row := ROW.match(line))]


def test_the_page_names_every_setting_with_its_default(rows: list[re.Match[str]]) -> None:
    assert {row["name"]: int(row["default"]) for row in rows} == asdict(Settings())
    assert set(SettingsSpec.model_fields) == set(asdict(Settings()))


def test_the_codes_on_the_page_are_codes_of_ours(rows: list[re.Match[str]]) -> None:
    named = {code for row in rows for code in re.findall(r"`(\w+)`", row["error"])}
    assert named
    assert named <= {code.value for code in Code}
