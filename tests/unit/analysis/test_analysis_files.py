"""Files of analyses: what they may say, and what they take of the city."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import shipped
from made_indicators import SHIPPED
from shipped import ROOT

from workbench.analysis.check import check
from workbench.analysis.definition import FOLDER
from workbench.analysis.reading import load_analyses, read_analyses
from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.errors import InvalidInput
from workbench.libraries.definition import Library, load_libraries


@cache
def libraries() -> dict[str, Library]:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))


def copied(tmp_path: Path) -> Path:
    root = tmp_path / "city"
    shutil.copytree(SHIPPED / FOLDER, root / FOLDER)
    return root


@cache
def shipped_city() -> City:
    return load_city(SHIPPED)


def changed(root: Path, old: str, new: str) -> None:
    file = root / FOLDER / "overview.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def told(root: Path, city: City | None = None) -> list[str]:
    files = read_analyses(root)
    found = [finding for file in files for finding in file.findings]
    found += [each for file in files for each in check(file, libraries(), city or shipped_city())]
    return [f"{each.place} {each.key} {each.problem.en} {each.fix.en}" for each in found]


def test_the_shipped_analysis_takes_what_it_needs_and_nothing_more() -> None:
    assert told(SHIPPED) == []
    (analysis,) = load_analyses(SHIPPED).values()
    assert len(analysis.lights.components) == 9
    used = {each.indicator for each in analysis.headlines}
    assert all(used & {i.id for i in library.indicators} for library in libraries().values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("thresholds: [-4, 0, 7, 11]", "thresholds: [0, -4, 7, 11]", "thresholds ascend"),
        ("thresholds: [-4, 0, 7, 11]}", "history: [1, 2, 3, 4]}", "between 0 and 1"),
        (", thresholds: [-4, 0, 7, 11]}", "}", "has thresholds, or quantiles"),
        ("{headline: industry, tr", "{headline: industri, tr", "mean industry"),
        ("totals: [17, 23, 32, 38]", "totals: [17, 23, 32, 48]", "not possible"),
        ("  least: 5 ", "  least: 10 ", "not so many lights"),
        ("    indicator: exports\n", "    indicator: exports\n    published: gdp\n", "or a pub"),
        ("indicator: exports\n", "indicator: export\n", "mean exports"),
        ("  target: product", "  target: retail", "no published quarter"),
        ("inputs: [industry", "inputs: [product", "an input is monthly"),
        ("{counted} 项指标", "{count} 项指标", "no figure {count}"),
        ("  - kind: where\n    headline: exports\n", "  - kind: where\n", "about one headline"),
        ("method: ets", "method: arima", "not a known value"),
        ("cator: power_used\n", "cator: power_used\n    deflator: ppi\n", "at current prices"),
        ("makes: analysis_monthly", "makes: analysis", "no resource analysis"),
        ("scenario: economic_overview", "scenario: economic", "no scenario is called"),
        ("history: 36", "histori: 36", "histor"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    changed(root, old, new)
    found = told(root)
    assert len(found) >= 1
    assert any(said in each for each in found), found
    assert all(each.startswith("data_contracts/analysis/overview.yaml:") for each in found)


@pytest.mark.parametrize(
    ("resource", "column", "said"),
    [
        ("published_series", "growth", "does not hold"),
        ("trade_indicators", "region", "does not hold"),
        ("analysis_monthly", "low", "analysis_monthly.low is not granted"),
    ],
)
def test_a_scenario_that_grants_too_little_is_told(resource: str, column: str, said: str) -> None:
    city = shipped_city()
    scenario = city.scenarios["economic_overview"]
    uses = tuple(
        replace(use, columns=tuple(c for c in use.columns if c.name != column))
        if use.resource == resource
        else use
        for use in scenario.resources
    )
    less = {**city.scenarios, scenario.id: replace(scenario, resources=uses)}
    assert any(said in each for each in told(SHIPPED, replace(city, scenarios=less)))


def test_a_headline_less_leaves_a_resource_that_nobody_asks(tmp_path: Path) -> None:
    """The only indicators of its library go: all that was granted of it is told."""
    root = copied(tmp_path)
    file = root / FOLDER / "overview.yaml"
    text = file.read_text("utf-8")
    begin = text.index("  - id: investment\n")
    text = text[:begin] + text[text.index("  - id: opened\n") :]
    text = text.replace("    - {headline: investment, ", "    - {headline: sales, ")
    file.write_text(text, "utf-8")
    found = told(root)
    assert any("projects_indicators.deal_kind is granted, and is not used" in e for e in found)
    assert all("projects_indicators." in each for each in found), found


def test_an_analysis_with_errors_is_not_loaded(tmp_path: Path) -> None:
    root = copied(tmp_path)
    changed(root, "horizon: 6", "horizon: six")
    with pytest.raises(InvalidInput):
        load_analyses(root)


# ---- an analysis of another dimension, with fewer parts


@cache
def of_cities() -> dict[str, Library]:
    return load_libraries(ROOT, known_regulations(ROOT))


def seventy(tmp_path: Path, old: str, new: str) -> list[str]:
    root = tmp_path / "city"
    shutil.copytree(ROOT / FOLDER, root / FOLDER)
    file = root / FOLDER / "seventy_cities.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    files = read_analyses(root)
    found = [finding for each in files for finding in each.findings]
    found += [each for one in files for each in check(one, of_cities(), shipped.shipped_city())]
    return [f"{each.place} {each.key} {each.problem.en} {each.fix.en}" for each in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by: [city]\n", "", "there is no dimension city"),
        ("by: [city]\n", "by: [town]\n", "no dimension city"),
        ("  by: city\n", "  by: cty\n", "mean city"),
        ("  - kind: ends\n    headline: year\n", "  - kind: ends\n", "about one headline"),
        ("  - kind: ends\n", "  - kind: where\n", "what where speaks of is not made"),
        ("  - kind: ends\n", "  - kind: outlook\n", "what outlook speaks of is not made"),
        ("    indicator: price_year\n", "    published: gdp\n", "published series is missing"),
        ("hundred: month_before", "hundred: last_month", "not a known value"),
        ("{first_rate}", "{first_rat}", "no figure {first_rat}"),
    ],
)
def test_a_mistake_in_dimensions_and_parts_is_told(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = seventy(tmp_path, old, new)
    assert any(said in each for each in found), found


def test_an_analysis_of_cities_takes_what_it_needs_and_nothing_more(tmp_path: Path) -> None:
    assert seventy(tmp_path, "by: [city]\n", "by: [city]\n") == []
