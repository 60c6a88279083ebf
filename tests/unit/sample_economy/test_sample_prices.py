"""Published price indices of a sample city: their form, and that they move nothing else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from workbench.economy.comparable import compounded
from workbench.simulation.economy import plan as plans
from workbench.simulation.economy.prices import price_indices

START, MONTHS = date(2021, 4, 1), 40


def made(months: int = MONTHS, seed: int = 5) -> pl.DataFrame:
    return price_indices(plans.shipped().prices, START, months, seed)


def test_each_index_has_each_month_and_comes_out_after_it() -> None:
    assert made().group_by("series").len().sort("series").rows() == [("cpi", 40), ("ppi", 40)]
    march = made().filter(series="cpi", month=date(2023, 3, 1))
    assert march["released_on"].to_list() == [date(2023, 4, 10)]
    assert made()["month"].min() == START


def test_twelve_changes_on_the_month_before_make_the_change_on_the_year_before() -> None:
    """As far as one decimal goes: twelve links, each wrong by 0.05 at most."""
    links = made().select("series", "month", value="month_on_month")
    year = compounded(links, 12).join(made(), on=["series", "month"]).drop_nulls("rate")
    assert year.height == 2 * (MONTHS - 11)
    assert (year["rate"] + 100 - year["year_on_year"]).abs().max() < 12 * 0.05 * 1.1  # type: ignore[operator]
    assert (year["rate"] + 100 - year["year_on_year"]).abs().mean() < 0.25  # type: ignore[operator]


def test_the_mean_since_january_is_that_of_its_months() -> None:
    """A mean of twelve rates is weighted by levels that hardly differ."""
    whole = made().filter(pl.col("month").dt.year() == 2022)
    for (name,), months in whole.group_by("series"):
        last = months.sort("month")["average"].to_list()[-1]
        assert last == pytest.approx(months["year_on_year"].mean(), abs=0.15), name
    januaries = made().filter(pl.col("month").dt.month() == 1)
    assert januaries["average"].to_list() == januaries["year_on_year"].to_list()


def test_more_months_change_nothing_and_another_seed_does() -> None:
    few = made(15)
    assert made().join(few, on=few.columns, how="semi").sort("series", "month").equals(few)
    assert not made(seed=6).equals(made())


def test_prices_are_so_lively_as_their_names_say() -> None:
    spread = dict(made(200).group_by("series").agg(pl.col("year_on_year").std()).rows())
    assert 0.3 < spread["cpi"] < spread["ppi"] < 6


def test_an_economy_without_prices_has_no_indices() -> None:
    assert price_indices({}, START, 3, 1).is_empty()
