"""Yearly targets as a file: what it may say, who reads it, and the quarterly one of the product."""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from made_indicators import LAST, SHIPPED, given, since_january

from workbench.analysis.definition import Analysis
from workbench.analysis.month import analysed
from workbench.analysis.reading import load_analyses
from workbench.analysis.targets_file import FOLDER, check, load_targets, read_targets
from workbench.catalogue.regulations import known_regulations
from workbench.errors import InvalidInput
from workbench.libraries.definition import Library, load_libraries


@cache
def analysis() -> Analysis:
    (found,) = load_analyses(SHIPPED).values()
    return found.model_copy(update={"forecast": None, "nowcast": None})


@cache
def libraries() -> dict[str, Library]:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))


def told(root: Path) -> list[str]:
    return [
        f"{each.line}: {each.problem.en} {each.fix.en}"
        for file in read_targets(root)
        for each in (*file.findings, *check(file, libraries(), [analysis()]))
    ]


def test_the_shipped_file_stands_and_says_that_it_is_made_up() -> None:
    assert told(SHIPPED) == []
    assert {each.source.en for each in load_targets(SHIPPED)} == {"Made up: no city has set them"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("published: gdp, year: 2025", "published: gpd, year: 2025", "there is no published gpd"),
        ("indicator: imports, year: 2025", "indicator: import, year: 2025", "no indicator import"),
        ("indicator: imports, year: 2025", "indicator: overdue_rate, year: 2025", "of a flow"),
        ("indicator: imports, year: 2025", "indicator: exports, year: 2025", "a target already"),
        ("indicator: imports, year: 2025", "year: 2025", "an indicator or a published series"),
        ("growth: 5.5}\n  - {published: ind", "growth: -100}\n  - {published: ind", "100"),
        ("year: 2025, growth: 4}", "year: 25, growth: 4}", "2000"),
        ("year: 2025, growth: 4}", "year: 2025, growht: 4}", "growht"),
        ("source: {", "origin: {", "origin"),
        ("id: annual", "id: yearly", "not the file's name"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    file = tmp_path / FOLDER / "annual.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    found = told(tmp_path)
    assert any(said in each for each in found), found
    assert all(re.match(r"\d+: ", each) for each in found)


def test_a_year_has_one_target_over_all_files(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    text = (tmp_path / FOLDER / "annual.yaml").read_text("utf-8")
    (tmp_path / FOLDER / "more.yaml").write_text(text.replace("id: annual", "id: more"), "utf-8")
    assert len(told(tmp_path)) == text.count("year: ")
    with pytest.raises(InvalidInput, match=r"annual\.yaml: 1"):
        load_targets(tmp_path)


def test_the_product_is_judged_by_its_quarters() -> None:
    """Levels of a quarter stand for the months to its end; what was counted anew is counted so."""
    rows = analysed(analysis(), libraries(), given(analysis(), libraries()), LAST)
    found = {
        row["measure"]: row
        for row in rows.filter(part="progress", subject="product").iter_rows(named=True)
    }
    june = date(2026, 6, 1)  # the third quarter is not out by the end of September
    assert {row["period"] for row in found.values()} == {june}
    last, now = since_january("gdp", date(2025, 12, 1)), since_january("gdp", june)
    assert found["due"]["value"] == pytest.approx(50)
    assert found["done"]["value"] == pytest.approx(now / (last * 1.055) * 100, rel=1e-6)
    before = since_january("gdp", date(2025, 6, 1))
    assert found["growth_so_far"]["value"] == pytest.approx((now / before - 1) * 100, rel=1e-6)
    needed = (last * 1.055 - now) / (last - before)
    assert found["growth_needed"]["value"] == pytest.approx((needed - 1) * 100, rel=1e-6)


def test_the_page_of_decision_support_has_the_targets_of_the_file() -> None:
    page = (SHIPPED / "dashboards" / "pages" / "decision_support.yaml").read_text("utf-8")
    said = re.findall(r"\('(\w+)', (\d{4}), ([\d.]+)\)", page)
    wanted = {
        (each.goal.indicator, each.goal.year): each.goal.growth
        for each in load_targets(SHIPPED)
        if each.goal.indicator is not None
    }
    assert len(said) >= 14
    for name, year, growth in said:
        assert wanted[name, int(year)] == float(growth), name


def test_targets_of_a_year_that_is_not_analysed_say_nothing() -> None:
    rows = analysed(analysis(), libraries(), given(analysis(), libraries()), date(2024, 9, 1))
    assert rows.filter(pl.col("part") == "progress").is_empty()
