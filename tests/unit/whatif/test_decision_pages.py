"""The pages of decision support: their figures are those of the economy's formulas, and their
scenarios hold what their statements read, by the weakest use, and nothing more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from what_if_city import LIBRARIES, indicators

import workbench.simulation
from workbench.catalogue.city import City, load_city
from workbench.economy import drivers, progress, target
from workbench.libraries.check import STRENGTH, _roles, columns_read
from workbench.libraries.what_if import load_inputs
from workbench.model.grant import Use
from workbench.ui.page import Page
from workbench.ui.page_file import load_page
from workbench.ui.queries import bound, statement
from workbench.ui.whatif.answer import statement as asked

SHIPPED = Path(workbench.simulation.__file__).parent / "shipped" / "city"
CHOICES = {"indicator": "exports", "month": "2026-09-01", "county": "all"}


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    for library in LIBRARIES:
        found.register("made", indicators(library).to_arrow())
        found.execute(f"create table {library}_indicators as select * from made")
    return found


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(SHIPPED)


def page(name: str) -> Page:
    return load_page(SHIPPED / "dashboards" / "pages" / f"{name}.yaml")


def shown(engine: duckdb.DuckDBPyConnection, title: str, **choices: str) -> pl.DataFrame:
    one = page("decision_support")
    panel = next(each for each in one.panels if each.title.en == title)
    made = statement(panel, one, {**CHOICES, **choices})
    used = {name: made.parameters[name] for name in made.parameters}
    return engine.execute(made.sql, used).pl()


def pairs(by: str) -> tuple[pl.DataFrame, tuple[float, float]]:
    """Start and end of the parts, null where withheld, and the totals."""
    other = "industry" if by == "county" else "county"
    rows = indicators("trade").filter((pl.col("indicator") == "exports") & pl.col(other).is_null())
    ends = [
        rows.filter(pl.col("month") == month).select(by, value="value")
        for month in (date(2025, 9, 1), date(2026, 9, 1))
    ]
    both = (
        ends[0]
        .rename({"value": "start"})
        .join(ends[1].rename({"value": "end"}), on=by, nulls_equal=True)
    )
    # Totals are released in these indicators; parts that are hidden are null.
    (whole,) = both.filter(pl.col(by).is_null()).select("start", "end").rows()
    return both.filter(pl.col(by).is_not_null()), whole


@pytest.mark.parametrize(
    ("title", "by"),
    [("Why it moved: by county", "county"), ("Why it moved: by industry", "industry")],
)
def test_the_waterfall_is_that_of_the_formula(
    engine: duckdb.DuckDBPyConnection, title: str, by: str
) -> None:
    parts, whole = pairs(by)
    expected = drivers.waterfall(parts, by, total=whole)
    steps = {row["step"]: row["amount"] for row in shown(engine, title).to_dicts()}
    assert steps.pop("last_year") == pytest.approx(whole[0])
    assert steps.pop("this_year") == pytest.approx(whole[1])
    changes = dict(expected.select(by, "change").iter_rows())
    assert steps == pytest.approx(changes)
    assert "withheld" in steps


def test_nothing_is_taken_apart_where_the_total_is_withheld(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    hidden = shown(engine, "Why it moved: by industry", county="371621")
    assert hidden.height == 0
    known = shown(engine, "Why it moved: by industry", county="371602")
    assert known["step"].to_list()[0] == "last_year"


def sums(name: str = "exports") -> pl.DataFrame:
    rows = indicators("trade").filter(
        (pl.col("indicator") == name) & pl.col("county").is_null() & pl.col("industry").is_null()
    )
    whole = rows.filter(pl.col("month") >= date(2023, 1, 1)).sort("month")
    return whole.select(
        pl.col("indicator").alias("series"),
        "month",
        value=pl.col("value").cum_sum().over(pl.col("month").dt.year()),
    )


def test_what_remains_is_that_of_the_formula(engine: duckdb.DuckDBPyConnection) -> None:
    wanted = pl.DataFrame({"series": ["exports"], "year": [2026], "growth": [5.0]})
    targets = target.from_growth(sums(), wanted)
    (expected,) = (
        target.remaining(sums(), targets).filter(pl.col("month") == date(2026, 9, 1)).to_dicts()
    )
    mine = shown(engine, "What remains of each").filter(pl.col("indicator") == "exports")
    (row,) = mine.to_dicts()
    for name, formula in {
        "target": "target", "done": "value", "remaining": "left", "a_month": "a_month",
        "growth_so_far": "growth_so_far", "growth_needed": "growth_needed",
    }.items():  # fmt: skip
        assert row[name] == pytest.approx(expected[formula]), name
    assert row["state"] == expected["state"]
    for basis, schedule in (("due_time", "time"), ("due_history", "history")):
        due = progress.progress(sums(), targets, progress.Schedule(schedule))  # type: ignore[arg-type]
        (of_month,) = due.filter(pl.col("month") == date(2026, 9, 1)).to_dicts()
        assert row[basis] == pytest.approx(of_month["due"])
        assert row["done_share"] == pytest.approx(of_month["done"])


def test_what_remains_by_industry_adds_up_with_what_is_withheld(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    rows = shown(engine, "What remains by industry")
    whole = shown(engine, "What remains of each").filter(pl.col("indicator") == "exports")
    assert rows["industry"].to_list().count("withheld") == 1
    assert "38" not in rows["industry"].to_list()  # withheld throughout
    for name in ("target", "done", "remaining"):
        assert rows[name].sum() == pytest.approx(whole[name].item())


# The least that their statements need ------------------------------------------------------------


def statements(name: str) -> list[str]:
    one = page(name)
    choices = {each.id: _sample(each) for each in one.filters}
    texts = [statement(panel, one, choices).sql for panel in one.panels if panel.desk is None]
    return texts + [bound(each.query, one, {}).sql for each in one.filters if each.query]


def _sample(one: Any) -> str:
    return one.options[0] if one.options else "2026-09-01" if "date" in one.type else "x"


def needed(texts: list[str], city: City) -> dict[tuple[str, str], Use]:
    found: defaultdict[tuple[str, str], Use] = defaultdict(lambda: Use.compare)
    for text in texts:
        roles = _roles(text)
        for table, column in columns_read(text, city):
            use = roles.get(column, Use.value)
            if _is_banded(city, table, column):
                use = Use.statistics
            if column == "region":  # five of them: under the floor that keys of joins have
                use = Use.value
            found[table, column] = max(found[table, column], use, key=STRENGTH.index)
    return dict(found)


def _is_banded(city: City, table: str, column: str) -> bool:
    """A measure that is only compared with an edge of its contract."""
    one = next(c for c in city.resources[table].columns if c.name.casefold() == column)
    return bool(one.bands) and column != "opened_on"


@pytest.mark.parametrize(
    ("scenario", "pages"),
    [("decision_support", ("decision_support", "what_if")), ("policy_reach", ("policy_reach",))],
)
def test_a_scenario_holds_what_its_pages_read_and_nothing_more(
    city: City, scenario: str, pages: tuple[str, ...]
) -> None:
    texts = [text for name in pages for text in statements(name)]
    for inputs in load_inputs(SHIPPED).values():
        if inputs.scenario == scenario:
            plain = inputs.model_dump(by_alias=True)
            texts.append(asked(plain, list(inputs.series)))
    held = {
        (use.resource, column.name): column.use
        for use in city.scenarios[scenario].resources
        for column in use.columns
    }
    assert needed(texts, city) == held
