"""Every shipped scenario has its policy test; what it tests is what is shipped, and it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shipped import shipped_city

from workbench.catalogue.city import load_city
from workbench.model.contract import Column
from workbench.trial.city import SCENARIO, write_city
from workbench.trial.run import run
from workbench.trial.schema import parse

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data_contracts" / "policy_tests"
FILES = sorted(FOLDER.glob("*.yaml"))
CITY = shipped_city()


def facts(column: Column) -> dict[str, Any]:
    """What decides about a column; its title does not."""
    named = ("name", "type", "classification", "personal", "identifier", "entity_key", "bands")
    return {name: getattr(column, name) for name in named}


def test_every_shipped_scenario_has_one() -> None:
    assert {file.stem for file in FILES} == set(CITY.scenarios)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_tests_the_grants_and_the_contracts_that_are_shipped(file: Path, tmp_path: Path) -> None:
    form = parse(file)
    write_city(form, tmp_path)
    trial = load_city(tmp_path)
    shipped = CITY.scenarios[file.stem]
    written = trial.scenarios[SCENARIO]
    assert written.valid_until == shipped.valid_until
    assert [(u.resource, u.mode, u.columns, u.rows, u.disclosure) for u in written.resources] == [
        (u.resource, u.mode, u.columns, u.rows, u.disclosure) for u in shipped.resources
    ]
    for name, resource in trial.resources.items():
        own = CITY.resources[name]
        assert [facts(c) for c in resource.columns] == [facts(c) for c in own.columns]
        assert resource.sharing.type is own.sharing.type


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_holds(file: Path) -> None:
    form = parse(file)
    assert len(form.queries) >= 8
    assert form.canaries
    assert any(query.expect.refused for query in form.queries)
    lines = run(form, file.parent, lambda _: None)
    assert [(line.number, line.outcome) for line in lines if not line.holds] == []
