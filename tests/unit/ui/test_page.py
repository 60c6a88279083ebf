"""The page's file: what is accepted, and that each mistake is named with its line and its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalogue.new_city import make_city
from workbench.declared.findings import errors
from workbench.errors import WorkbenchError
from workbench.ui.page import ROLES, Chart, Page, Panel, RunsAs, Words
from workbench.ui.page_file import find_page, load_page, read_page

ROOT = Path(__file__).parents[3]
GOOD = """\
title: {zh: 目录, en: The catalogue}
scenario: catalogue_overview
as: page
filters:
  - {id: domain, label: {zh: 领域, en: Domain}, query: select distinct domain from catalogue_aba}
  - {id: as_of, label: {zh: 截至, en: As of}, options: ["2023-06-30"], required: true}
tables:
  listed: select * from catalogue_aba {where domain}
sections:
  - panels:
      - title: {zh: 各部门, en: By department}
        chart: bar
        query: select department, count(*) as entries from listed group by 1
        by: department
        value: entries
      - title: {zh: 逾期, en: Late}
        chart: table
        query: select title from listed where update_date < $as_of::date
"""


def write(folder: Path, text: str, name: str = "overview") -> Path:
    path = folder / "pages" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def found(folder: Path, text: str) -> list[tuple[int, str, str, str]]:
    """``(line, key, problem, fix)`` of each error."""
    findings = errors(read_page(write(folder, text)).findings)
    return [(f.line, f.key, f.problem.en, f.fix.en) for f in findings]


def test_a_good_page(tmp_path: Path) -> None:
    page = load_page(write(tmp_path, GOOD))
    assert (page.name, page.scenario, page.runs_as) == (
        "overview",
        "catalogue_overview",
        RunsAs.page,
    )
    assert page.title == Words(zh="目录", en="The catalogue")
    assert [panel.chart for panel in page.panels] == [Chart.bar, Chart.table]
    assert (page.panels[0].by, page.panels[0].value) == ("department", ("entries",))
    assert page.panels[0].named == ("department", "entries")


def test_the_shipped_pages_are_good() -> None:
    shipped = sorted((ROOT / "dashboards" / "pages").glob("*.yaml"))
    assert [path.stem for path in shipped] == [
        "aba_catalogue",
        "approval_desk",
        "assessment",
        "assessment_desk",
        "catalogue_ratings",
        "house_prices",
        "my_data",
        "open_catalogue",
        "output_checking",
        "procedures_desk",
        "seventy_cities",
        "sharing_kpis",
        "told_statistics",
        "trail",
        "who_uses_my_data",
    ]
    assert [f for path in shipped for f in read_page(path).findings] == []


def test_a_new_city_begins_with_the_desks(tmp_path: Path) -> None:
    make_city(tmp_path)
    begun = sorted(p for p in (tmp_path / "dashboards").rglob("*") if p.is_file())
    assert len(begun) == 20
    for path in begun:
        here = ROOT / path.relative_to(tmp_path)
        assert path.read_bytes() == here.read_bytes(), f"copy {here} into the starter"


@pytest.mark.parametrize(
    ("old", "new", "line", "told", "fix"),
    [
        ("chart: bar", "chart: pie", 12, "'pie' is not a known value", "Write one of"),
        ("chart: bar", "chart: barr", 12, "'barr' is not a known value", "Did you mean bar?"),
        ("as: page", "as: everybody", 3, "'everybody' is not a known value", "Write one of"),
        ("        by: department\n", "", 12, "a bar needs by", "Write by"),
        ("value: entries", "value: [entries, late]\n        series: x", 16, "series", "one of"),
        ("value: entries", "values: entries", 15, "unknown key values", "Did you mean value?"),
        ("        query: select title", "        qery: select title", 18, "unknown key", "query"),
        ("chart: table", "chart: table\n        by: title", 18, "a table draws no by", "Remove"),
        ("{where domain}", "{where domian}", 8, "no filter domian", "Did you mean domain?"),
        ("$as_of::date", "$as_off::date", 18, "no filter as_off", "Did you mean as_of?"),
        ("$as_of::date", "$domain", 18, "always set", "required: true"),
        ("$as_of::date", "$As_of::date", 18, "no filter As_of", "Did you mean as_of?"),
        ("{where domain}", "{where domain", 8, "not understood", "{where NAME}"),
        ("{where domain}", "{were domain}", 8, "not understood", "Did you mean {where domain}?"),
        ("{where domain}", "{WHERE domain}", 8, "not understood", "Did you mean {where domain}?"),
        ("{where domain}", "{domain}", 8, "{domain} is not understood", "There are two: {where"),
        (
            "{where domain}",
            "{where domain and as_of}",
            8,
            "under",
            "Did you mean {where domain, as_of}?",
        ),
        (
            "{where domain}",
            "{where domain，as_of}",
            8,
            "full-width ， (U+FF0C)",
            "Type , instead of ，",
        ),
        (
            "count(*)",
            "count（*）",
            13,
            "full-width （ (U+FF08) stands in: t, count（*）",
            "Type (",
        ),
        ("select distinct domain", "select distinct “domain”", 5, "full-width “", 'Type " instead'),
        ("id: domain", "id: 领域", 5, "cannot be the name of a filter", "such as month"),
        ("chart: bar", "chart: bar\n        colour: red", 13, "unknown key colour", "Write one of"),
        ("chart: bar", "chart: pie", 12, "'pie' is not", "stacked, table, timeline, waterfall"),
        (
            "chart: bar",
            "chart: bar\n        reference: 100",
            13,
            "mapping",
            "{value: …, label: {zh",
        ),
        ("chart: bar", "chart: bar\n        aggregate: avg", 13, "aggregate is for", "Remove it"),
        ("value: entries", "value: entries\n        picks: dept", 16, "no filter dept", "one of"),
        (', options: ["2023-06-30"]', "", 6, "the filter has no options", "Write query"),
        ("scenario: catalogue_overview\n", "", 1, "names no scenario", "Write scenario"),
        ("as: page", "as: page\nroles: [auditor]", 4, "has no roles", "Remove roles"),
        ("chart: bar", "chart: desk\n        desk: due", 3, "its reader acts", "as: viewer"),
        ("chart: bar", "chart: bar\n        desk: due", 12, "chart of a desk", "chart: desk"),
        ("chart: bar", "chart: desk", 12, "which desk", "my_data, applications"),
        ("chart: bar", "chart: desk\n        desk: dues", 13, "not a known", "Did you mean due?"),
        ("title: {zh: 目录, en: The catalogue}", "title: 目录", 1, "mapping", "{zh: …, en: …}"),
    ],
)
def test_each_mistake_has_its_line_and_its_fix(
    tmp_path: Path, old: str, new: str, line: int, told: str, fix: str
) -> None:
    assert old in GOOD
    lines = found(tmp_path, GOOD.replace(old, new, 1))
    assert lines
    assert any(at == line and told in problem and fix in mend for at, _, problem, mend in lines), (
        lines
    )


def test_a_panel_that_asks_for_nothing(tmp_path: Path) -> None:
    text = GOOD.replace(
        "        query: select title from listed where update_date < $as_of::date\n", ""
    )
    assert [(line, problem) for line, _, problem, _ in found(tmp_path, text)] == [
        (16, "the panel asks for nothing")
    ]


@pytest.mark.parametrize("text", ["", "- a", "title: [", "\t", "title: {zh: a, en: b}\n---\nx: 1"])
def test_what_is_no_page_is_a_finding_and_no_crash(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text)
    with pytest.raises(WorkbenchError) as caught:
        load_page(tmp_path / "pages" / "overview.yaml")
    assert caught.value.exit_code == 2


def test_a_file_in_gb18030_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    assert "GB18030" in read_page(path).findings[0].problem.en


def test_a_page_is_found_from_a_folder_below(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_page("overview", tmp_path / "a" / "b") == path


@pytest.mark.parametrize("name", ["../secret", "a b", "", "nothing_there"])
def test_a_page_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(WorkbenchError):
        find_page(name, tmp_path)


def test_every_chart_says_which_columns_it_draws() -> None:
    assert set(ROLES) == set(Chart)
    for needs, may in ROLES.values():
        assert {*needs, *may} <= set(Panel.model_fields)


def test_values_cannot_be_changed() -> None:
    page = Page.model_validate(
        {
            "title": {"zh": "a", "en": "b"},
            "scenario": "s",
            "as": "page",
            "sections": [{"panels": [{"title": {"zh": "a", "en": "b"}, "chart": "table"}]}],
        }
    )
    with pytest.raises(ValueError, match="frozen"):
        page.scenario = "other"  # type: ignore[misc]


def test_an_indicator_and_its_aggregate_are_told_in_words(tmp_path: Path) -> None:
    query = "query: select department, count(*) as entries from listed group by 1"
    text = GOOD.replace(query, "indicator: entries\n        aggregate: medain")
    assert [(line, problem, fix[:25]) for line, _, problem, fix in found(tmp_path, text)] == [
        (13, "an indicator is a table and a column", "Write table.column, such "),
        (14, "'medain' is not a known value", "Did you mean median?"[:25]),
    ]


def test_labels_are_read_by_language(tmp_path: Path) -> None:
    labels = "labels: {一线: {en: First tier}, x: {zh: 甲, en: Alpha}}\nsections:"
    page = load_page(write(tmp_path, GOOD.replace("sections:", labels)))
    assert page.read_as("zh") == {"x": "甲"}
    assert page.read_as("en") == {"一线": "First tier", "x": "Alpha"}
