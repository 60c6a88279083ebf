"""The page's file: what is accepted, and that each mistake is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import Text, WorkbenchError
from workbench.ui.page import Chart, find_page, load_page

GOOD = """
title: {zh: 目录, en: The catalogue}
scenario: catalogue_overview
as: page
panels:
  - title: {zh: 各部门, en: By department}
    chart: bar
    sql: select department, count(*) as entries from catalogue_aba group by 1
    x: department
    y: entries
  - title: {zh: 最新, en: Latest}
    chart: table
    sql: from catalogue_aba limit 5
"""


def write(folder: Path, text: str, name: str = "overview") -> Path:
    path = folder / "pages" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def findings(folder: Path, text: str) -> str:
    with pytest.raises(WorkbenchError) as caught:
        load_page(write(folder, text))
    assert caught.value.exit_code == 2
    return caught.value.said("en")


def test_a_good_page(tmp_path: Path) -> None:
    page = load_page(write(tmp_path, GOOD))
    assert (page.name, page.scenario, page.runs_as) == ("overview", "catalogue_overview", "page")
    assert page.title == Text("目录", "The catalogue")
    assert [panel.chart for panel in page.panels] == [Chart.bar, Chart.table]
    assert (page.panels[0].x, page.panels[0].y, page.panels[0].series) == (
        "department",
        "entries",
        "",
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("as: page", "as: viewer", "at as"),
        ("scenario: catalogue_overview", "", "at scenario"),
        ("chart: bar", "chart: pie", "panels[0].chart"),
        ("    y: entries\n", "", "panels[0].y"),
        ("    x: department\n", "    x: department\n    colour: red\n", "panels[0].colour"),
        ("title: {zh: 最新, en: Latest}", "title: 最新", "panels[1].title"),
        ("title: {zh: 目录, en: The catalogue}", "title: {zh: 目录}", "at title"),
        ("sql: from catalogue_aba limit 5", "sql: ''", "panels[1].sql"),
        ("as: page", "as: page\nscript: x", "at script"),
        ("panels:", "panels: []\nold:", "at panels"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert place in findings(tmp_path, GOOD.replace(old, new, 1))


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    told = findings(tmp_path, GOOD.replace("chart: bar", "chart: pie").replace("as: page", "as: x"))
    assert "panels[0].chart" in told
    assert "at as" in told


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: [unclosed", "just words"])
def test_what_is_no_page_at_all(tmp_path: Path, text: str) -> None:
    assert "overview.yaml" in findings(tmp_path, text)


def test_yaml_tags_build_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f"title: !!python/object/apply:pathlib.Path.touch [!!python/name:x {mark}]"
    assert "overview.yaml" in findings(tmp_path, text)
    assert not mark.exists()


def test_a_page_is_found_from_the_folder_of_its_notebook_and_from_the_root(tmp_path: Path) -> None:
    dashboards = tmp_path / "dashboards"
    dashboards.mkdir()
    (tmp_path / "notebooks").mkdir()
    path = write(dashboards, GOOD)
    for start in (dashboards, tmp_path, tmp_path / "notebooks"):
        assert find_page("overview", start) == path


@pytest.mark.parametrize("name", ["../overview", "a/b", "", "over view", "/etc/passwd"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(WorkbenchError):
        find_page(name, tmp_path)


def test_an_unknown_page_tells_where_it_would_be(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError) as caught:
        find_page("nowhere", tmp_path)
    assert "dashboards/pages/nowhere.yaml" in caught.value.said("zh")
