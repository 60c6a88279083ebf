"""Libraries as data: what their files may say, what they take of the city, and what becomes of a
month's figures."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb
import polars as pl
import pytest

from workbench.catalogue.city import load_city
from workbench.catalogue.regulations import known_regulations
from workbench.errors import InvalidInput
from workbench.libraries import statements
from workbench.libraries.check import check, needs
from workbench.libraries.definition import FOLDER, Library, load_libraries, read_libraries
from workbench.libraries.rows import Released, rows

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
SEVEN = ("projects", "tax", "employment", "trade", "energy", "finance", "market")
MONTH = date(2026, 9, 1)


@cache
def libraries() -> dict[str, Library]:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))


def test_there_are_seven_and_each_says_how_the_article_was_read() -> None:
    assert tuple(libraries()) == SEVEN
    for library in libraries().values():
        assert [(c.regulation, c.article) for c in library.articles] == [("binzhou-2023", "35")]
        assert "2023" in library.reading.zh


def test_a_library_takes_what_its_indicators_need_and_nothing_more() -> None:
    """No column that no indicator uses, and none by a stronger use; said by ``check`` as by a
    comparison that is written here."""
    city = load_city(SHIPPED)
    for file in read_libraries(SHIPPED, known_regulations(SHIPPED)):
        assert list(check(file, city)) == []
        library = file.value
        assert library is not None
        wanted = needs(library, city)
        for use in city.scenarios[library.scenario].resources:
            if use.resource != library.makes:
                assert {c.name for c in use.columns} == set(wanted[use.resource]), use.resource


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: join_key\n      month", "code: value\n      month", "join_key would do"),
        ("      vat: statistics\n", "      vat: value\n", "statistics would do"),
        ("      tax_paid: statistics\n", "", "does not hold"),
    ],
)  # fmt: skip
def test_a_scenario_that_grants_too_much_or_too_little_is_told(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    file = root / "data_contracts/scenarios/library_tax.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    assert said in told(root)


def test_a_column_that_nobody_uses_is_told(tmp_path: Path) -> None:
    root = copied(tmp_path)
    file = root / "data_contracts/scenarios/library_tax.yaml"
    text = file.read_text("utf-8")
    wide = text.replace(
        "      sales: statistics\n", "      sales: statistics\n      partners: statistics\n"
    )
    file.write_text(wide, "utf-8")
    assert "no indicator uses invoice_monthly.partners" in told(root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: tax\n", "id: taxes\n", "the id is not the file's name"),
        ("regulation: binzhou-2023", "regulation: binzhou-2024", "no such regulation"),
        ("base: invoices", "base: invoice", "there is no base invoice"),
        ("formula: sum(sales)", "formula: sum(sales", "this is no expression"),
        ("formula: tax_revenue /", "formula: tax_revenu /", "there is no indicator tax_revenu"),
        ("id: vat_revenue", "id: tax_revenue", "this id is there twice"),
        ("id: vat_revenue", "id: wage_total", "is of the library employment already"),
        ("makes: tax_indicators", "makes: taxindicators", "no resource taxindicators"),
        ("kind: ratio", "kind: rate", "Did you mean ratio"),
        ("formula: sum(sales)", "formula: sum(sale)", "does not hold"),
        ("scenario: library_tax", "scenario: library_taxes", "no scenario is called"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    root = copied(tmp_path)
    file = root / FOLDER / "tax.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    found = told(root)
    assert said in found
    assert f"{FOLDER.as_posix()}/tax.yaml:" in found


def test_formulas_in_a_circle_are_told(tmp_path: Path) -> None:
    root = copied(tmp_path)
    file = root / FOLDER / "employment.yaml"
    text = file.read_text("utf-8")
    turned = text.replace("joined_people - left_people", "wage_per_head * 2")
    turned = turned.replace("wage_total / insured_people", "net_joined / 2")
    file.write_text(turned, "utf-8")
    assert "formulas go round in a circle" in told(root)
    with pytest.raises(InvalidInput):
        load_libraries(root, known_regulations(root))


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "city"))


def told(root: Path) -> str:
    """All that is wrong with the libraries, as people read it."""
    city, found = load_city(root), []
    for file in read_libraries(root, known_regulations(root)):
        found += [*file.findings, *check(file, city)]
    return "\n".join(f"{f.file}:{f.line}: {f.key}: {f.problem.en}. {f.fix.en}" for f in found)


# Figures ------------------------------------------------------------------------------------------

TAXES = {"county_code": ["a", "b"], "industry_code": ["13", "26"]}
COLUMNS = ("indicator", "month", "county", "industry", "value", "state", "entry")


def answered() -> dict[str, Released]:
    """What a gateway would say of two counties and two industries; one cell is withheld."""
    keys = {
        "county": [None, "a", "b", None, None, "a", "b"],
        "industry": [None, None, None, "13", "26", "13", "26"],
    }
    taxes = pl.DataFrame(
        {
            **keys,
            "tax_revenue": [30.0, 10.0, 20.0, 12.0, 18.0, None, 14.0],
            "tax_revenue_withheld": [None, None, None, None, None, "suppressed", None],
            "vat_revenue": [3.0, 1.0, 2.0, 1.0, 2.0, 0.0, None],
            "vat_revenue_withheld": [None, None, None, None, None, None, "empty"],
            "income_tax_revenue": [0.0] * 7,
        }
    )
    invoices = pl.DataFrame(
        {
            **keys,
            "invoiced_sales": [300.0, 100.0, 200.0, 120.0, 0.0, 60.0, 140.0],
            "invoiced_purchases": [1.0] * 7,
            "invoicing_enterprises": [70, 30, 40, 35, 35, 15, 20],
        }
    )
    return {"taxes": Released(taxes, 41), "invoices": Released(invoices, 43)}


def test_rows_of_a_month_say_what_was_released_and_under_which_entry() -> None:
    made = rows(libraries()["tax"], MONTH, answered(), COLUMNS)
    assert made.columns == list(COLUMNS)
    assert made.height == 7 * len(libraries()["tax"].indicators)
    assert made["month"].unique().to_list() == [MONTH]
    at = {(r["indicator"], r["county"], r["industry"]): r for r in made.iter_rows(named=True)}
    whole = at["tax_revenue", None, None]
    assert (whole["value"], whole["state"], whole["entry"]) == (30.0, "released", 41)
    assert at["invoiced_sales", "a", None]["entry"] == 43
    assert at["vat_revenue", "b", "26"]["state"] == "empty"


def test_what_is_calculated_from_what_is_withheld_is_withheld() -> None:
    made = rows(libraries()["tax"], MONTH, answered(), COLUMNS)
    at = {
        (r["county"], r["industry"]): (r["value"], r["state"], r["entry"])
        for r in made.filter(pl.col("indicator") == "tax_burden").iter_rows(named=True)
    }
    assert at[None, None] == (pytest.approx(10.0), "released", 43)
    assert at["a", "13"] == (None, "suppressed", 43)
    assert at[None, "26"] == (None, "empty", 43)  # nothing was invoiced
    assert len(at) == 7


def test_a_statement_asks_all_of_a_base_for_one_month() -> None:
    text = statements.of_base(libraries()["tax"], "taxes", MONTH)
    with duckdb.connect() as engine:
        engine.execute(
            "create table enterprise as select * from (values ('x', 'a', '13'), ('y', 'b', '26')) "
            "t(credit_code, county_code, industry_code)"
        )
        engine.execute(
            "create table tax_monthly as select * from (values "
            "('x', date '2026-09-01', 1, 2, 6), ('y', date '2026-09-01', 10, 20, 60), "
            "('x', date '2026-08-01', 100, 0, 100)) "
            "t(credit_code, month, vat, income_tax, tax_paid)"
        )
        found = pl.DataFrame(engine.sql(text).to_arrow_table())
    at = {(r["county"], r["industry"]): r["tax_revenue"] for r in found.iter_rows(named=True)}
    assert at == {
        (None, None): 66, ("a", None): 6, ("b", None): 60, (None, "13"): 6, (None, "26"): 60,
        ("a", "13"): 6, ("b", "26"): 60,
    }  # fmt: skip
