"""Rates of change: year on year, month on month, over two years.

Rates are in percent: 5.0 is five percent. ``status`` says why a rate is null:

=================== =======================================================================
``ok``              there is a rate
``missing``         the month's own figure is missing
``no_base``         the figure that it would be compared with is missing
``base_not_positive`` the base is zero or negative (profits): a rate would mislead
``break``           the base was revised or counted otherwise, and no comparable one is known
=================== =======================================================================

The base of a rate, as the National Bureau of Statistics uses the words: 同比 compares with the same
month a year before, 环比 with the month before (NBS, 《统计指标解释》/ "Explanatory notes").
"""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import (
    MONTH,
    SERIES,
    VALUE,
    beside,
    checked,
    once_each,
    refused,
    with_columns,
)

RATE, STATUS, BASE = "rate", "status", "base"


def change(
    frame: pl.DataFrame,
    months: int,
    breaks: pl.DataFrame | None = None,
    rebased: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """``rate = (value / value of so many months before - 1) * 100``.

    ``breaks`` (series, month): from this month on, figures are counted otherwise than before. A
    rate whose two sides lie on different sides of a break is never taken from the levels: it comes
    from ``rebased`` (series, month, value: earlier figures as they were revised), and is null with
    the status ``break`` where that has none. Gives series, month, value, base, rate, status.
    """
    if months < 1:
        raise refused("间隔须为正的月数。", "The distance is a positive number of months.")
    rows = beside(checked(frame), checked(frame), months, BASE).with_columns(
        crossed(frame, breaks, months)
    )
    if rebased is not None:
        rows = beside(rows, checked(rebased), months, "revised")
    else:
        rows = rows.with_columns(revised=pl.lit(None, pl.Float64))
    base = pl.when("crossed").then("revised").otherwise(BASE)
    return rated(rows.with_columns(base.alias(BASE)))


def rated(rows: pl.DataFrame) -> pl.DataFrame:
    """series, month, value, base (and ``crossed``) with rate and status."""
    status = (
        pl.when(pl.col(VALUE).is_null())
        .then(pl.lit("missing"))
        .when(pl.col(BASE).is_null() & pl.col("crossed"))
        .then(pl.lit("break"))
        .when(pl.col(BASE).is_null())
        .then(pl.lit("no_base"))
        .when(pl.col(BASE) <= 0)
        .then(pl.lit("base_not_positive"))
        .otherwise(pl.lit("ok"))
    )
    rate = (pl.col(VALUE) / pl.col(BASE) - 1) * 100
    return rows.with_columns(status.alias(STATUS)).select(
        SERIES, MONTH, VALUE, BASE, pl.when(pl.col(STATUS) == "ok").then(rate).alias(RATE), STATUS
    )


def crossed(frame: pl.DataFrame, breaks: pl.DataFrame | None, months: int) -> pl.Series:
    """Whether a break lies after the base and not after the month itself, for each checked row."""
    rows = checked(frame).select(SERIES, MONTH)
    if breaks is None:
        return pl.Series("crossed", [False] * rows.height, dtype=pl.Boolean)
    found = with_columns(breaks, [SERIES, MONTH]).rename({MONTH: "from"})
    once_each(found, [SERIES, "from"])
    base = pl.col(MONTH).dt.offset_by(f"-{months}mo")
    hit = (
        rows.join(found, on=SERIES)
        .filter((pl.col("from") > base) & (pl.col("from") <= pl.col(MONTH)))
        .select(SERIES, MONTH, crossed=pl.lit(True))
        .unique()
    )
    joined = rows.join(hit, on=[SERIES, MONTH], how="left", maintain_order="left")
    return joined["crossed"].fill_null(False)


def year_on_year(
    frame: pl.DataFrame,
    breaks: pl.DataFrame | None = None,
    rebased: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """同比: ``change`` over 12 months. Of cumulative figures it is the cumulative rate
    (累计同比).
    """
    return change(frame, 12, breaks, rebased)


def month_on_month(frame: pl.DataFrame, breaks: pl.DataFrame | None = None) -> pl.DataFrame:
    """环比: ``change`` over one month. Adjust for the season first (``seasonal.adjust``): a raw
    figure of March over February says more of the calendar than of the economy."""
    return change(frame, 1, breaks)


def average_growth(*rates: float) -> float:
    """The geometric mean of yearly rates, in percent: ``(prod(1 + r/100) ** (1/n) - 1) * 100``.

    3.7 and 8.3 give 5.975. Source: NBS, 平均增长速度 ("Explanatory notes", average annual growth);
    as 两年平均增长 NBS gave it with 2019 as its base in its releases of 2021. Raises on no rate and
    on a rate of -100 or less.
    """
    if not rates or any(not rate > -100 for rate in rates):
        raise refused(
            "需要至少一个大于 -100 的增速。", "It takes one rate or more, each above -100."
        )
    product = 1.0
    for rate in rates:
        product *= 1 + rate / 100
    return float((product ** (1 / len(rates)) - 1) * 100)


def two_year_average(rates: pl.DataFrame) -> pl.DataFrame:
    """两年平均增速: ``average_growth`` of a month's rate and that of the same month a year before.

    Takes series, month, rate (year on year, %); gives series, month, rate, before, two_year. Null
    where either rate is missing. From published rates and not from levels, so that a revised base
    between the two years does no harm.
    """
    rows = checked(rates, values=(RATE,))
    joined = beside(rows, rows, 12, "before", RATE)
    squared = (1 + pl.col(RATE) / 100) * (1 + pl.col("before") / 100)
    fit = (pl.col(RATE) > -100) & (pl.col("before") > -100)
    return joined.with_columns(two_year=pl.when(fit).then((squared.sqrt() - 1) * 100))
