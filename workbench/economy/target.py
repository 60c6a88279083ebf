"""What remains to reach the yearly target."""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked, refused, with_columns

_YEAR = pl.col(MONTH).dt.year().cast(pl.Int32)


def from_growth(sums: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """Targets from a wanted growth: ``target = last year's sum * (1 + growth / 100)``.

    ``sums``: since January. ``growth``: series, year, growth (%). Gives series, year, target; null
    where last December is not known. Of real growth: take sums at comparable prices.
    """
    december = checked(sums).filter(pl.col(MONTH).dt.month() == 12)
    last = december.select(SERIES, (_YEAR + 1).alias("year"), last=pl.col(VALUE))
    wanted = with_columns(growth, [SERIES, "year", "growth"]).with_columns(
        pl.col("year").cast(pl.Int32)
    )
    joined = wanted.join(last, on=[SERIES, "year"], how="left", maintain_order="left")
    return joined.select(SERIES, "year", target=pl.col("last") * (1 + pl.col("growth") / 100))


def remaining(sums: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """The rest of the year: a row for each month whose sum is known.

    ``sums``: since January; ``targets``: series, year, target. Gives series, month, value, target,
    ``left = target - value``, ``months_left = 12 - m``, ``a_month = left / months_left``,
    ``last_rest`` (what last year brought in the same months), ``growth_so_far`` and
    ``growth_needed = (left / last_rest - 1) * 100`` (% on the same months of last year), ``state``:
    ``open``, ``reached`` (left is zero or less: nothing is needed), ``over`` (the year is over and
    the target was missed), ``no_base`` (last year is not known: no growth can be named). Null where
    it does not apply. The formula is arithmetic; there is no source to give.
    """
    wanted = with_columns(targets, [SERIES, "year", "target"]).with_columns(
        pl.col("year").cast(pl.Int32), pl.col("target").cast(pl.Float64)
    )
    if wanted.select(SERIES, "year").is_duplicated().any():
        raise refused("每个序列每年一个目标。", "There is one target a year.")
    known = checked(sums)
    rows = known.drop_nulls(VALUE).with_columns(_YEAR.alias("year"))
    rows = beside(rows, known, 12, "last")
    whole = known.filter(pl.col(MONTH).dt.month() == 12).select(
        SERIES, (_YEAR + 1).alias("year"), whole=pl.col(VALUE)
    )
    rows = rows.join(whole, on=[SERIES, "year"], how="left", maintain_order="left")
    rows = rows.join(wanted, on=[SERIES, "year"], how="inner", maintain_order="left")
    return _needed(rows.filter(pl.col("target").is_not_null()))


def _needed(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.with_columns(
        left=pl.col("target") - pl.col(VALUE),
        months_left=(12 - pl.col(MONTH).dt.month()).cast(pl.Int32),
        last_rest=pl.col("whole") - pl.col("last"),
    )
    ahead = pl.col("state").is_in(["open", "no_base"])
    growth = (pl.col("left") / pl.col("last_rest") - 1) * 100
    so_far = pl.when(pl.col("last") > 0).then((pl.col(VALUE) / pl.col("last") - 1) * 100)
    return rows.with_columns(state=_state()).select(
        SERIES,
        MONTH,
        VALUE,
        "target",
        "left",
        "months_left",
        "last_rest",
        a_month=pl.when(ahead).then(pl.col("left") / pl.col("months_left")),
        growth_so_far=so_far,
        growth_needed=pl.when(pl.col("state") == "open").then(growth),
        state="state",
    )


def _state() -> pl.Expr:
    return (
        pl.when(pl.col("left") <= 0)
        .then(pl.lit("reached"))
        .when(pl.col("months_left") == 0)
        .then(pl.lit("over"))
        .when(pl.col("last_rest").is_null() | (pl.col("last_rest") <= 0))
        .then(pl.lit("no_base"))
        .otherwise(pl.lit("open"))
    )
