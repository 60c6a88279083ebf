"""What is declared twice agrees: contracts and frames, steps and the table of the lifecycle, the
page and the files of the KPIs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from shipped import ROOT, shipped_city

from workbench.catalogue.regulations import known_regulations
from workbench.kpi import clocks
from workbench.kpi.check import PAGE, check, check_page
from workbench.kpi.definition import SCENARIO, load_kpis, read_kpis
from workbench.kpi.frames import TABLES
from workbench.model.case import State
from workbench.regulations.profile import Key
from workbench.sharing.transitions import TABLE
from workbench.ui.page_file import load_page

TYPES = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Date(): "DATE",
    pl.Boolean(): "BOOLEAN",
    pl.Datetime("us"): "TIMESTAMP",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_contract_describes_the_columns_that_are_delivered(name: str) -> None:
    resource = shipped_city().resources[name]
    described = [(column.name, column.type) for column in resource.columns]
    assert described == [(column, TYPES[kind]) for column, kind in TABLES[name].items()]
    assert all(column.classification is not None for column in resource.columns)


def test_the_clocks_are_those_of_the_lifecycle() -> None:
    review = Key.application_review
    begun = {row.event.value for row in TABLE if row.starts is review}
    assert begun == {event for event, key in clocks.STARTS.items() if key == review.value}
    assert {row.event.value for row in TABLE} >= clocks.STARTS.keys()
    assert {row.event.value for row in TABLE} >= clocks.ANSWERS.keys()
    for event, key in clocks.ANSWERS.items():
        (row,) = {r for r in TABLE if r.event == event}
        assert row.stops
        stands = {"rectification": State.rectifying, clocks.SUPPLY: State.approved}
        assert stands.get(key, State.under_review) in row.before


def test_the_shipped_kpis_and_their_page_are_sound() -> None:
    files = read_kpis(ROOT, known_regulations(ROOT))
    assert [finding for file in files for finding in check(file, shipped_city())] == []
    kpis = load_kpis(ROOT, known_regulations(ROOT))
    assert list(check_page(ROOT, kpis)) == []
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    own = {name for name, kpi in kpis.items() if kpi.scenario == SCENARIO}
    shown = {name for name in own if f"  kpi_{name}: >" in page}
    assert own - shown == {"catalogue_updated", "refusal_rate", "open_rate", "deliveries_on_time"}


def test_a_page_that_says_something_else_is_found(tmp_path: Path) -> None:
    kpis = load_kpis(ROOT, known_regulations(ROOT))
    (tmp_path / PAGE.parent).mkdir(parents=True)
    shutil.copy(ROOT / PAGE, tmp_path / PAGE)
    text = (tmp_path / PAGE).read_text(encoding="utf-8")
    changed = text.replace("mounted::int as numerator", "1 as numerator", 1)
    assert changed != text
    (tmp_path / PAGE).write_text(changed, encoding="utf-8")
    (finding,) = check_page(tmp_path, kpis)
    assert finding.key == "tables.kpi_mounted_rate"
    assert finding.line > 1


def test_a_scenario_grants_no_column_that_nothing_uses() -> None:
    """The fewest columns (Foshan 2019 art. 5(4))."""
    kpis = load_kpis(ROOT, known_regulations(ROOT)).values()
    page = load_page(ROOT / PAGE)
    asked = [kpi.items for kpi in kpis] + [panel.query for panel in page.panels]
    for use in shipped_city().scenarios[SCENARIO].resources:
        about = " ".join(text for text in asked if use.resource in text)
        words = set(re.findall(r"\w+", about))
        assert {column.name for column in use.columns} <= words, use.resource
