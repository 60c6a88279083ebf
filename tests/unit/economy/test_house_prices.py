"""The 70-city index of new homes (NBS): the published month-on-month column, chained, gives the
published year-on-year column, and the package gives what plain Polars gives."""

from __future__ import annotations

import polars as pl
import pytest
from economy_frames import present

from workbench.economy import comparable, rates


@pytest.fixture(scope="module")
def houses() -> pl.DataFrame:
    text = pl.read_csv(
        present("nbs_70city_new_home.csv"),
        columns=["month", "城市", "环比", "同比"],
        infer_schema=False,
    )
    return (
        text.select(
            series=pl.col("城市").str.replace_all("[\\s\u00a0\u3000]", ""),
            month=(pl.col("month") + "-01").str.to_date(),
            mom=pl.col("环比").cast(pl.Float64),
            yoy=pl.col("同比").cast(pl.Float64),
        )
        .drop_nulls(["mom", "yoy"])
        .unique(["series", "month"], keep="first", maintain_order=True)
    )


def test_the_chain_of_months_gives_the_published_year(houses: pl.DataFrame) -> None:
    assert houses["series"].n_unique() == 70
    level = comparable.chained(houses.select("series", "month", value="mom"))
    rate = rates.year_on_year(level.select("series", "month", value="level"))
    both = rate.join(houses, on=["series", "month"]).filter(pl.col("rate").is_not_null())
    assert both.height > 3000
    apart = (both["rate"] - (both["yoy"] - 100)).abs()
    # Twelve indices rounded to a tenth: 12 * 0.05 and a little for the rounding of the year itself.
    assert apart.quantile(0.99) < 0.4  # type: ignore[operator]
    assert apart.median() < 0.1  # type: ignore[operator]


def test_equal_to_a_recomputation_in_plain_polars(houses: pl.DataFrame) -> None:
    level = comparable.chained(houses.select("series", "month", value="mom"))
    ours = rates.year_on_year(level.select("series", "month", value="level"))
    plain = (
        houses.sort("series", "month")
        .with_columns(
            number=pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month()
        )
        .with_columns(
            first=pl.col("number").diff().over("series").fill_null(1).ne(1).cum_max().over("series")
        )
        .with_columns(
            product=pl.when(~pl.col("first")).then(
                ((pl.col("mom") / 100).log().rolling_sum(12).over("series").exp() - 1) * 100
            )
        )
        .select("series", "month", "product")
    )
    joined = ours.filter(pl.col("rate").is_not_null()).join(plain, on=["series", "month"])
    assert joined.height > 3000
    assert (joined["rate"] - joined["product"]).abs().max() < 1e-9  # type: ignore[operator]
