"""Figures since the beginning of the year, and back to the single month.

Many Chinese figures are published as sums since January only; January and February come together
(the spring festival wanders between them), so that January is blank. A figure that was published
for several months together stays together: no split is made up.
"""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked
from workbench.economy.rates import BASE, rated

COVERS = "covers"
_YEAR = pl.col(MONTH).dt.year()


def single(frame: pl.DataFrame, january_apart: bool = True) -> pl.DataFrame:
    """The figure of each month, from sums since January: ``value[m] - last known value before m``.

    Gives a row for each row of the input: series, month, value, ``covers`` (months that the value
    is the sum of: 1; 2 for January and February together; more after a gap) and ``status``:

    ``ok`` one month; ``together`` January and February, whose January is blank; ``gap`` several
    months, for those between were not published; ``missing`` the month's own sum is missing (value
    null); ``fell`` the sum is below that of the month before: a correction of earlier months, or a
    figure that may fall (profits). It is shown as it is.

    ``january_apart=False`` leaves a published January out, so that years with and without it can be
    compared. The sums of a year's singles are its last sum again (``cumulated``). Source: NBS
    practice of 累计 and 当月, "Explanatory notes".
    """
    rows = checked(frame)
    number = pl.col(MONTH).dt.month().cast(pl.Int64)
    if not january_apart:
        rows = rows.with_columns(pl.when(number > 1).then(VALUE).alias(VALUE))
    within = [SERIES, _YEAR]
    known = pl.when(pl.col(VALUE).is_not_null())
    rows = rows.with_columns(
        before=pl.col(VALUE).forward_fill().shift(1).over(within).fill_null(0.0),
        since=known.then(number).forward_fill().shift(1).over(within).fill_null(0),
    ).with_columns(
        (pl.col(VALUE) - pl.col("before")).alias(VALUE),
        known.then(number - pl.col("since")).alias(COVERS),
    )
    return rows.select(SERIES, MONTH, VALUE, COVERS, _status().alias("status"))


def _status() -> pl.Expr:
    return (
        pl.when(pl.col(VALUE).is_null())
        .then(pl.lit("missing"))
        .when((pl.col("since") > 0) & (pl.col(VALUE) < 0))
        .then(pl.lit("fell"))
        .when((pl.col("since") == 0) & (pl.col(COVERS) == 2))
        .then(pl.lit("together"))
        .when(pl.col(COVERS) > 1)
        .then(pl.lit("gap"))
        .otherwise(pl.lit("ok"))
    )


def cumulated(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums since January, from single months (series, month, value; ``covers`` where it is there).

    Known for a month only when every month of its year up to it is covered, once; null otherwise.
    Gives series, month, value.
    """
    if COVERS not in frame.columns:
        frame = frame.with_columns(pl.lit(1).alias(COVERS))
    rows = checked(frame, values=(VALUE, COVERS))
    known = pl.col(VALUE).is_not_null()
    sums = rows.with_columns(
        total=pl.col(VALUE).fill_null(0.0).cum_sum().over([SERIES, _YEAR]),
        covered=pl.when(known).then(COVERS).otherwise(0).cum_sum().over([SERIES, _YEAR]),
    )
    whole = known & (pl.col("covered") == pl.col(MONTH).dt.month())
    return sums.select(SERIES, MONTH, pl.when(whole).then("total").alias(VALUE))


def single_year_on_year(frame: pl.DataFrame, january_apart: bool = True) -> pl.DataFrame:
    """The month's own rate, from sums since January of this year and the last.

    Both sides cover the same months: January and February together are compared with both of last
    year, also where last year's January was published. Gives series, month, value, covers, base,
    rate (%), status as in ``rates``.
    """
    months = single(frame, january_apart)
    sums = checked(frame)
    start = pl.when(pl.col(COVERS) < pl.col(MONTH).dt.month()).then(
        pl.col(MONTH)
        .dt.offset_by("-12mo")
        .dt.offset_by("-" + pl.col(COVERS).cast(pl.String) + "mo")
    )
    rows = beside(months, sums, 12, "end").with_columns(start=start)
    begun = sums.select(SERIES, pl.col(MONTH).alias("start"), begun=VALUE)
    rows = rows.join(begun, on=[SERIES, "start"], how="left", maintain_order="left")
    begun_or_none = pl.when(pl.col("start").is_null()).then(0.0).otherwise("begun")
    rows = rows.with_columns((pl.col("end") - begun_or_none).alias(BASE), crossed=pl.lit(False))
    rates = rated(rows)
    return rates.with_columns(months[COVERS]).select(
        SERIES, MONTH, VALUE, COVERS, BASE, "rate", "status"
    )
