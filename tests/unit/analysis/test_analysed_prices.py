"""Growth at comparable prices beside that at current ones, against a recomputation by hand."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from made_indicators import LAST, SHIPPED, given, index, mean_index

from workbench.analysis.definition import FOLDER, Analysis
from workbench.analysis.month import analysed
from workbench.analysis.reading import load_analyses, read_analyses
from workbench.catalogue.regulations import known_regulations
from workbench.economy.frames import add_months
from workbench.libraries.definition import Library, load_libraries

HIDDEN = frozenset({("invoiced_sales", date(2026, 3, 1))})
KNOWN = add_months(LAST, -1)
"""The last month whose indices are out by the end of ``LAST``."""


@cache
def analysis() -> Analysis:
    """The shipped one, without what takes time."""
    (found,) = load_analyses(SHIPPED).values()
    return found.model_copy(update={"forecast": None, "nowcast": None})


@cache
def libraries() -> dict[str, Library]:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))


@cache
def rows() -> pl.DataFrame:
    made = analysed(analysis(), libraries(), given(analysis(), libraries(), HIDDEN), LAST)
    return made.filter(pl.col("county").is_null() & pl.col("industry").is_null())


def of(subject: str, measure: str, period: date, part: str = "headline") -> dict[str, object]:
    return rows().row(
        by_predicate=(pl.col("part") == part)
        & (pl.col("subject") == subject)
        & (pl.col("measure") == measure)
        & (pl.col("period") == period),
        named=True,
    )


@pytest.mark.parametrize(
    ("subject", "name"), [("industry", "ppi"), ("retail", "cpi"), ("output", "ppi")]
)
def test_a_rate_at_current_prices_is_deflated_by_the_index_of_its_month(
    subject: str, name: str
) -> None:
    rate = of(subject, "year_on_year", KNOWN)["value"]
    real = of(subject, "real_year_on_year", KNOWN)
    assert isinstance(rate, float)
    assert real["value"] == pytest.approx(((1 + rate / 100) / (index(name, KNOWN) / 100) - 1) * 100)
    assert real["entry"] == 901
    sums = of(subject, "cumulative_year_on_year", KNOWN)["value"]
    assert isinstance(sums, float)
    expected = ((1 + sums / 100) / (mean_index(name, KNOWN) / 100) - 1) * 100
    found = of(subject, "real_cumulative_year_on_year", KNOWN)["value"]
    assert found == pytest.approx(expected)


def test_january_and_february_are_deflated_by_their_mean() -> None:
    both = date(2026, 2, 1)
    assert mean_index("ppi", both) != index("ppi", both)
    rate = of("output", "year_on_year", both)["value"]
    assert isinstance(rate, float)
    expected = ((1 + rate / 100) / (mean_index("ppi", both) / 100) - 1) * 100
    assert of("output", "real_year_on_year", both)["value"] == pytest.approx(expected)


def test_an_index_that_is_not_out_is_not_known() -> None:
    """The month's own rate stands, and there is nothing yet at comparable prices."""
    assert of("output", "year_on_year", LAST)["value"] is not None
    real = of("output", "real_year_on_year", LAST)
    assert (real["value"], real["state"]) == (None, "empty")
    assert rows().filter(part="price")["period"].max() == KNOWN


def test_what_is_withheld_and_what_is_a_break_stay_so() -> None:
    held = of("sales", "real_year_on_year", date(2026, 3, 1))
    assert (held["value"], held["state"]) == (None, "suppressed")
    broken = of("industry", "real_year_on_year", date(2026, 3, 1))
    assert broken["state"] == "break"
    assert broken["value"] is not None


def test_only_what_names_an_index_is_deflated() -> None:
    named = {each.id for each in analysis().headlines if each.deflator}
    assert named == {"industry", "retail", "sales", "output", "investment"}
    assert set(rows().filter(measure="real_year_on_year")["subject"]) == named


def test_the_indices_themselves_are_kept_as_rates() -> None:
    for name in ("cpi", "ppi"):
        rate = of(name, "year_on_year", KNOWN, "price")
        assert rate["value"] == pytest.approx(index(name, KNOWN) - 100)
        mean = of(name, "cumulative_year_on_year", KNOWN, "price")["value"]
        assert mean == pytest.approx(mean_index(name, KNOWN) - 100)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("deflator: cpi", "deflator: cip", "no price index cip"),
        ("published: gdp\n", "published: gdp\n    deflator: cpi\n", "only a monthly rate"),
        ("  series:\n    cpi: {", "  series:\n    cip: {", "no price index cpi"),
    ],
)
def test_a_mistake_in_the_file_is_told_at_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    file = tmp_path / FOLDER / "overview.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    (found,) = read_analyses(tmp_path)
    assert any(said in str(each) or said in each.problem.en for each in found.findings)
