"""A month's rows against a recomputation in plain Python and Polars: rates, contributions, lights,
breaks, what is withheld; and nothing of a later month in it."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl
import pytest
from made_indicators import CENSUS, COUNTIES, INDUSTRIES, LAST, SHIPPED, given, single, value

from workbench.analysis.definition import OWN, Analysis
from workbench.analysis.month import analysed
from workbench.analysis.reading import load_analyses
from workbench.catalogue.regulations import known_regulations
from workbench.economy.frames import add_months, every
from workbench.libraries.definition import Library, load_libraries

HIDDEN = frozenset({("power_used", date(2026, 3, 1)), ("tax_revenue", LAST)})
"""A month of electricity, and the month's taxes."""
FACTS = {"exports": "exports", "insured": "insured_people", "sales": "invoiced_sales"}


@cache
def analysis() -> Analysis:
    """The shipped one, with forecasts that cost nothing."""
    (found,) = load_analyses(SHIPPED).values()
    return found.model_copy(
        update={
            "forecast": found.forecast.model_copy(update={"method": "seasonal_naive"}),
            "nowcast": found.nowcast.model_copy(update={"quarters": 4}),
        }
    )


@cache
def libraries() -> dict[str, Library]:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))


@cache
def rows(month: date = LAST) -> pl.DataFrame:
    return analysed(analysis(), libraries(), given(analysis(), libraries(), HIDDEN), month)


def chosen(
    part: str, subject: str, measure: str, found: pl.DataFrame | None = None
) -> pl.DataFrame:
    table = rows() if found is None else found
    same = (pl.col("part") == part) & (pl.col("subject") == subject)
    return table.filter(same & (pl.col("measure") == measure)).sort("period")


def city(part: str, subject: str, measure: str, period: date = LAST) -> dict[str, object]:
    found = chosen(part, subject, measure).filter(
        (pl.col("period") == period) & pl.col("county").is_null() & pl.col("industry").is_null()
    )
    return found.row(0, named=True)


def total(indicator: str, month: date, places: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> float:
    return sum(value(indicator, month, place) for place in places)


def test_the_columns_are_those_of_the_contract_and_no_row_is_there_twice() -> None:
    assert tuple(rows().columns) == OWN
    keys = ["part", "subject", "measure", "period", "county", "industry"]
    assert not rows().select(keys).is_duplicated().any()
    assert set(rows()["state"]) <= {"released", "suppressed", "empty", "break", "provisional"}
    named = rows().filter(pl.col("state") == "suppressed", pl.col("part") != "driver")
    assert named["value"].null_count() == named.height


@pytest.mark.parametrize("headline", list(FACTS))
def test_rates_on_a_year_before(headline: str) -> None:
    name = FACTS[headline]
    for month in every(date(2026, 3, 1), LAST):
        rate = (total(name, month) / total(name, add_months(month, -12)) - 1) * 100
        assert city("headline", headline, "year_on_year", month)["value"] == pytest.approx(rate)


def test_january_and_february_are_one_where_the_file_says_so() -> None:
    both = [total("exports", date(y, 1, 1)) + total("exports", date(y, 2, 1)) for y in (2025, 2026)]
    row = city("headline", "exports", "year_on_year", date(2026, 2, 1))
    assert row["value"] == pytest.approx((both[1] / both[0] - 1) * 100)
    januaries = chosen("headline", "exports", "year_on_year").filter(
        pl.col("period").dt.month() == 1
    )
    assert januaries.is_empty()
    stock = chosen("headline", "insured", "year_on_year").filter(pl.col("period").dt.month() == 1)
    assert stock["value"].null_count() == 0 < stock.height


def test_sums_since_january_and_their_rate() -> None:
    sums = [
        sum(total("exports", m) for m in every(date(y, 1, 1), LAST.replace(year=y)))
        for y in (2025, 2026)
    ]
    assert city("headline", "exports", "cumulative")["value"] == pytest.approx(sums[1])
    rate = (sums[1] / sums[0] - 1) * 100
    row = city("headline", "exports", "cumulative_year_on_year")
    assert row["value"] == pytest.approx(rate)


def test_two_years_of_growth() -> None:
    rates = [
        total("exports", LAST.replace(year=y)) / total("exports", LAST.replace(year=y - 1))
        for y in (2025, 2026)
    ]
    mean = ((rates[0] * rates[1]) ** 0.5 - 1) * 100
    assert city("headline", "exports", "two_year_average")["value"] == pytest.approx(mean)


def test_contributions_of_counties_and_industries() -> None:
    then = add_months(LAST, -12)
    base = total("exports", then)
    points = chosen("driver", "exports", "points")
    for number, county in enumerate(COUNTIES):
        places = (2 * number, 2 * number + 1)
        mine = (total("exports", LAST, places) - total("exports", then, places)) / base * 100
        told = points.filter(pl.col("county") == county)["value"].item()
        assert told == pytest.approx(mine)
    for number, industry in enumerate(INDUSTRIES):
        places = (number, number + 2, number + 4)
        mine = (total("exports", LAST, places) - total("exports", then, places)) / base * 100
        told = points.filter(pl.col("industry") == industry)["value"].item()
        assert told == pytest.approx(mine)
    assert not points["county"].is_in(["withheld"]).any()  # nothing is: no step for it


def test_lights_by_their_thresholds() -> None:
    for light in analysis().lights.components:
        found = chosen("light", light.headline, "judged").drop_nulls("value")
        colours = chosen("light", light.headline, "colour")
        cuts = light.thresholds
        if cuts is None or found.is_empty():
            continue
        for row in found.iter_rows(named=True):
            points = 1 + sum(row["value"] >= cut for cut in cuts)
            mine = colours.filter(pl.col("period") == row["period"])["value"].item()
            assert mine == (6 - points if light.inverted else points)
    lit = [
        chosen("light", light.headline, "colour").filter(pl.col("period") == LAST)["value"].item()
        for light in analysis().lights.components
    ]
    known = [points for points in lit if points is not None]
    assert len(known) == 8  # the month's taxes are withheld
    assert city("light", "total", "counted")["value"] == 8
    assert city("light", "total", "score")["value"] == pytest.approx(sum(known) / 8 * 9)


def test_what_rests_on_a_withheld_figure_is_withheld() -> None:
    assert city("headline", "taxes", "value")["state"] == "suppressed"
    for measure in ("year_on_year", "cumulative", "cumulative_year_on_year", "two_year_average"):
        assert city("headline", "taxes", measure)["state"] == "suppressed"
    assert city("headline", "power", "year_on_year")["state"] == "released"
    assert city("headline", "power", "cumulative")["state"] == "suppressed"
    why = city("headline", "power", "adjusted")
    assert why["state"] == "suppressed"
    assert (
        why["text_en"]
        == "1 months are withheld, the last 2026-03; 6 months follow, under three years."
    )
    assert city("forecast", "power", "value")["state"] == "suppressed"
    assert chosen("progress", "taxes", "done")["period"].item() == date(2026, 8, 1)
    assert city("driver", "taxes", "points")["state"] == "suppressed"


def test_a_revised_base_is_a_break_and_never_a_fall() -> None:
    """The growth across the census is that of one count; levels are linked to the new one."""
    months = list(every(date(CENSUS, 3, 1), date(CENSUS, 8, 1)))
    for month in months:
        row = city("headline", "retail", "year_on_year", month)
        rate = (single("retail", month) / single("retail", add_months(month, -12)) - 1) * 100
        assert row["state"] == "break"
        assert row["value"] == pytest.approx(rate)
    level = chosen("headline", "retail", "value").drop_nulls("value")
    old = level.filter(pl.col("period").dt.year() < CENSUS)
    assert set(old["state"]) == {"break"}
    for row in level.iter_rows(named=True):
        if row["period"].month > 2:
            assert row["value"] == pytest.approx(single("retail", row["period"]) * 0.92)


def test_what_is_published_later_is_not_known() -> None:
    """September is out on 20 October; the product of the quarter too."""
    assert city("headline", "retail", "value")["state"] == "empty"
    assert chosen("headline", "product", "value").drop_nulls("value")["period"].max() == date(
        2026, 4, 1
    )
    now = city("nowcast", "product", "growth", date(2026, 7, 1))
    assert now["state"] == "provisional"
    assert float(str(now["low"])) < float(str(now["value"])) < float(str(now["high"]))


@pytest.mark.slow
def test_a_month_is_made_of_what_was_known_at_its_end() -> None:
    """The same rows, whatever came afterwards."""
    month = date(2025, 6, 1)
    whole = given(analysis(), libraries(), HIDDEN)
    early = analysed(analysis(), libraries(), whole.until(month), month)
    assert rows(month).equals(early)
    beyond = early.filter((pl.col("period") > month) & (pl.col("part") != "forecast"))
    assert beyond.is_empty()


def test_counties_in_order() -> None:
    names = {"sales": 3, "power": 2, "insured": 2, "exports": 1, "taxes": 2}
    facts = {**FACTS, "power": "power_used", "taxes": "tax_revenue"}
    growth = {
        each: [
            total(facts[each], LAST, (2 * n, 2 * n + 1))
            / total(facts[each], add_months(LAST, -12), (2 * n, 2 * n + 1))
            for n in range(3)
        ]
        for each in names
    }
    for number, county in enumerate(COUNTIES):
        points = sum(
            weight * 50 * sum(other < growth[each][number] for other in growth[each])
            for each, weight in names.items()
        )
        told = chosen("ranking", "counties", "score").filter(pl.col("county") == county)
        assert told["value"].item() == pytest.approx(points / sum(names.values()))


def test_figures_of_the_sentences_are_those_of_the_rows() -> None:
    said = rows().filter(pl.col("part") == "sentence").sort("subject")
    assert said.height == 3
    figures = rows().filter(pl.col("part") == "sentence_figure")
    for sentence in said.iter_rows(named=True):
        mine = figures.filter(pl.col("subject") == sentence["subject"])
        for number in range(1, mine.height + 1):
            assert f"{{{number}}}" in sentence["text_zh"]
            assert f"{{{number}}}" in sentence["text_en"]
    for figure in figures.drop_nulls("value").iter_rows(named=True):
        _, part, subject, measure = figure["measure"].split(" ")
        same = [pl.col(n).eq_missing(pl.lit(figure[n])) for n in ("period", "county", "industry")]
        row = chosen(part, subject, measure).filter(*same)
        assert row["value"].item() == figure["value"]
        assert row["entry"].item() == figure["entry"]


def test_each_figure_names_an_entry_of_what_it_rests_on() -> None:
    known = rows().filter(pl.col("value").is_not_null(), pl.col("part") == "headline")
    assert (known["entry"] > 0).all()
    published = known.filter(
        pl.col("subject").is_in(["retail", "industry", "electricity"]),
        ~pl.col("measure").str.starts_with("real_"),  # these rest on price indices too
    )
    assert set(published["entry"]) == {900}
    exports = (
        chosen("headline", "exports", "year_on_year")
        .drop_nulls("value")
        .filter(pl.col("county").is_null() & pl.col("industry").is_null())
    )
    months = every(date(2021, 1, 1), LAST)
    assert [row["entry"] % 100 for row in exports.iter_rows(named=True)] == [
        months.index(row["period"]) + 1 for row in exports.iter_rows(named=True)
    ]
