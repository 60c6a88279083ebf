"""``workbench pages check``: a page author's mistakes, before any query runs."""

from __future__ import annotations

import json
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workbench.catalogue.city import load_city
from workbench.cli.pages import app
from workbench.declared.findings import Finding, Severity
from workbench.pages.check import check_page, page_files

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 22)
PAGE = """\
title: {zh: 房价, en: Prices}
scenario: house_price_board
as: page
filters:
  - id: city
    label: {zh: 城市, en: City}
    query: select distinct city from house_prices
sections:
  - panels:
      - title: {zh: 走势, en: Trend}
        chart: line
        query: select month, avg(mom_index) as mom from house_prices {where city} group by month
        by: month
        value: mom
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The shipped city with one page of its own."""
    for name in ("data_contracts", "dashboards"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("samples"))
    for path in (tmp_path / "dashboards" / "pages").glob("*.yaml"):
        path.unlink()
    return tmp_path


def findings(city: Path, text: str, today: date = TODAY) -> list[Finding]:
    path = city / "dashboards" / "pages" / "house_prices.yaml"
    path.write_text(text, encoding="utf-8")
    return list(check_page(path, city, load_city(city), today).findings)


def said(found: list[Finding]) -> list[tuple[int, str]]:
    return [(f.line, f"{f.problem.en} | {f.fix.en}") for f in found if f.severity is Severity.error]


def test_the_shipped_pages_have_no_finding() -> None:
    shipped = load_city(ROOT)
    for path in page_files(ROOT):
        assert check_page(path, ROOT, shipped, TODAY).findings == (), path.name


def test_a_good_page(city: Path) -> None:
    assert findings(city, PAGE) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("chart: line", "chart: lines", 11, "'lines' is not a known value | Did you mean line?"),
        ("scenario: house_price_board", "scenario: house_price_bord", 2, "no scenario"),
        ("scenario: house_price_board", "scenario: tax_statistics", 2, "is not registered"),
        ("avg(mom_index)", "avg(price)", 12, "price"),
        ("avg(mom_index)", "avg(mom_indx)", 12, "mom_index"),
        ("from house_prices {where", "from tax_inspection_synthetic {where", 12, "tax_inspection"),
        (
            "value: mom",
            "value: mum",
            14,
            "the result has no column mum | The result's columns: month, mom",
        ),
        ("group by month", "group by", 12, "syntax error"),
        ("select month,", "select read_text('x'),", 12, "read_text"),
        ("select distinct city", "select distinct town", 7, "town"),
        ("as: page", "as: viewer", 3, "has no departments"),
        (
            "house_prices {where",
            "house_price {where",
            12,
            "no table house_price is granted | Did you mean house_prices?",
        ),
        ("avg(mom_index)", "avg(h.mom_indx)", 12, "does not take it"),
        (
            "avg(mom_index)",
            "avg(house_prices.mom_indx)",
            12,
            "there is no column mom_indx | Did you mean mom_index?",
        ),
        (
            "{where city}",
            "where mom_index > 1 {where city}",
            12,
            "has {and NAME}, else {where NAME}",
        ),
        (
            "avg(mom_index) as mom",
            "min(city) as mom",
            14,
            "column mom holds no numbers (VARCHAR) | A line draws",
        ),
        ("as mom from", "as mom, 1 as mom from", 14, "several columns are called mom"),
    ],
)
def test_a_mistake_is_one_message_with_line_and_fix(
    city: Path, old: str, new: str, line: int, told: str
) -> None:
    assert old in PAGE
    found = said(findings(city, PAGE.replace(old, new, 1)))
    assert len(found) == 1, found
    assert found[0][0] == line
    assert told in found[0][1]


def test_a_table_that_stands_after_what_uses_it(city: Path) -> None:
    tables = "tables:\n  a: select * from b\n  b: select * from house_prices\nfilters:"
    text = PAGE.replace("filters:", tables).replace("from house_prices {where", "from a {where")
    assert said(findings(city, text)) == [
        (15, "b stands after what uses it | Move b up in tables.")
    ]


def test_a_page_is_told_what_its_author_can_do(city: Path) -> None:
    """Not what a person at a prompt would: there is no draft below, and no client.view."""
    path = city / "data_contracts" / "scenarios" / "house_price_board.yaml"
    granted = path.read_text(encoding="utf-8")
    path.write_text(granted.replace("      mom_index: value\n", ""), encoding="utf-8")
    (found,) = findings(city, PAGE)
    assert "draft" not in found.fix.en
    assert "apply for it in the scenario house_price_board under data_contracts" in found.fix.en
    assert not {"。；", "。）", "。。"} & {
        a + b for a, b in pairwise(found.problem.zh + found.fix.zh)
    }


def test_a_column_that_no_result_has_is_a_warning(city: Path) -> None:
    text = PAGE.replace("filters:", "columns: {mum: {format: index}, mom: {decimals: 1}}\nfilters:")
    (found,) = findings(city, text)
    assert (found.line, found.severity) == (4, Severity.warning)
    assert (found.problem.en, found.fix.en) == ("no result has a column mum", "Did you mean mom?")


@pytest.mark.parametrize("options", ["", "    options: ['2024', '2025']\n"])
def test_text_that_is_cast_to_a_number_is_bound_by_a_number(city: Path, options: str) -> None:
    query = "    query: select distinct city from house_prices\n"
    text = PAGE.replace(query, (options or query) + "    required: true\n")
    text = text.replace(" {where city}", "").replace(
        "group by month", "group by month limit $city::integer"
    )
    assert findings(city, text) == []


@pytest.mark.parametrize("kind", ["text", "date"])
def test_months_do_not_meet_a_column_of_dates(city: Path, kind: str) -> None:
    query = "    query: select distinct city from house_prices\n"
    given = f"    options: [2025-09, 2025-10]\n    required: true\n    type: {kind}\n"
    text = PAGE.replace(query, given).replace("{where city}", "where month = $city")
    assert findings(city, text)
    if kind == "text":
        whole = text.replace("= $city", "= concat($city, '-01')::date")
        assert findings(city, whole) == []


def test_an_option_that_cannot_be_cast_is_told(city: Path) -> None:
    query = "    query: select distinct city from house_prices\n"
    text = PAGE.replace(query, "    options: [all, '2025']\n    required: true\n")
    ((line, told),) = said(
        findings(city, text.replace("group by month", "group by month limit $city::integer"))
    )
    assert line == 13
    assert "does not take it" in told
    assert "options and default" in told


@pytest.mark.parametrize(
    ("kind", "column"),
    [("integer", "mom_index"), ("number", "mom_index"), ("date", "month"), ("text", "city")],
)
def test_a_filter_of_any_type_is_bound_by_a_value_of_its_own(
    city: Path, kind: str, column: str
) -> None:
    text = PAGE.replace(
        "    query: select distinct city",
        f"    type: {kind}\n    column: {column}\n    query: select city",
    )
    assert findings(city, text) == []


def test_a_grant_that_has_ended_is_told(city: Path) -> None:
    found = said(findings(city, PAGE, date(2029, 1, 1)))
    assert {line for line, _ in found} == {7, 12}
    assert all("2028-11-30" in text for _, text in found)


def test_a_page_without_its_notebook_is_a_warning(city: Path) -> None:
    (city / "dashboards" / "house_prices.ipynb").unlink()
    found = findings(city, PAGE)
    assert [f.severity for f in found] == [Severity.warning]
    assert 'show("house_prices")' in found[0].fix.en


def test_a_map_without_its_boundaries(city: Path) -> None:
    text = PAGE.replace("chart: line", "chart: map\n        boundaries: atlantis").replace(
        "month, avg(mom_index) as mom", "min(city) as month, avg(mom_index) as mom"
    )
    found = said(findings(city, text))
    assert [line for line, _ in found] == [12]
    assert "atlantis" in found[0][1]


def test_the_command(city: Path) -> None:
    path = city / "dashboards" / "pages" / "house_prices.yaml"
    path.write_text(PAGE.replace("value: mom", "value: mum"), encoding="utf-8")
    run = CliRunner().invoke(app, ["check", "--city", str(city), "--json"])
    assert run.exit_code == 2, run.output
    told = json.loads(run.stdout)
    assert [(f["file"], f["line"]) for f in told] == [("dashboards/pages/house_prices.yaml", 14)]
    path.write_text(PAGE, encoding="utf-8")
    assert CliRunner().invoke(app, ["check", "--city", str(city)]).exit_code == 0
    run = CliRunner().invoke(app, ["check", "nothing", "--city", str(city)])
    assert run.exit_code == 2
    run = CliRunner().invoke(app, ["list", "--city", str(city), "--json"])
    assert [row["page"] for row in json.loads(run.stdout)] == ["house_prices"]
