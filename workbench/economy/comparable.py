"""Figures that can be compared: at comparable prices, and across a revised base.

After a census the level of a year is counted anew, and the year before it only later or never.
Binzhou's product was published as 2,640.52 (2018) and, counted by the fourth economic census,
2,457.19 (2019; 亿元): divided, the levels say -6.9 %, while the office published growth. The rate
that counts is the published one; the levels meet in a break.
"""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked, refused
from workbench.economy.rates import BASE, RATE, STATUS, crossed


def against_published(
    levels: pl.DataFrame,
    published: pl.DataFrame,
    breaks: pl.DataFrame | None = None,
    tolerance: float = 2.0,
) -> pl.DataFrame:
    """Levels next to published real rates (series, month, rate in %, year on year).

    ``implied_base = value / (1 + rate/100)`` is the base that the published rate speaks of, at the
    prices of the current year; ``apart = (base / implied_base - 1) * 100`` is how far the published
    base lies from it. A declared break, or ``|apart| > tolerance`` (%), gives the status ``break``:
    then ``rate`` is the published one, or null where none was published. Without published rate and
    without break the rate is that of the levels, which is nominal: the status is ``levels``.
    Columns: series, month, value, base, implied_base, apart, rate, status.

    ``tolerance`` has to leave room for the change of prices, which also lies between a nominal base
    and a real rate; 2 is ours, and a declared break needs none.
    """
    rows = beside(checked(levels), checked(levels), 12, BASE)
    rows = rows.with_columns(crossed(levels, breaks, 12))
    rates = checked(published, values=(RATE,)).rename({RATE: "given"})
    if (rates["given"] <= -100).any():
        raise refused("公布的增速须大于 -100。", "A published rate lies above -100.")
    rows = rows.join(rates, on=[SERIES, MONTH], how="left", maintain_order="left")
    implied = pl.col(VALUE) / (1 + pl.col("given") / 100)
    rows = rows.with_columns(implied_base=implied).with_columns(
        apart=(pl.col(BASE) / pl.col("implied_base") - 1) * 100
    )
    return _judged(rows, tolerance)


def _judged(rows: pl.DataFrame, tolerance: float) -> pl.DataFrame:
    broken = pl.col("crossed") | (pl.col("apart").abs() > tolerance).fill_null(False)
    own = pl.when(pl.col(BASE) > 0).then((pl.col(VALUE) / pl.col(BASE) - 1) * 100)
    status = (
        pl.when(broken)
        .then(pl.lit("break"))
        .when(pl.col("given").is_not_null())
        .then(pl.lit("published"))
        .when(pl.col(VALUE).is_null() | own.is_null())
        .then(pl.lit("no_base"))
        .otherwise(pl.lit("levels"))
    )
    rate = pl.when(broken).then("given").otherwise(pl.coalesce("given", own))
    return rows.with_columns(status.alias(STATUS), rate.alias(RATE)).select(
        SERIES, MONTH, VALUE, BASE, "implied_base", "apart", RATE, STATUS
    )


def linked_back(levels: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """A level for each year that fits the published rates, chained back from the last level.

    ``linked[t-1] = linked[t] / (1 + rate[t]/100)``, so that its rates are the published ones, at
    the prices and by the count of the last year. Yearly figures stand at one month of each year.
    Where a rate is missing the chain ends: earlier years are null. Gives series, month, value,
    linked. Source: chain linking, Eurostat, *Handbook on quarterly national accounts*, ch. 6 (one
    quarter overlap).
    """
    rows = beside(
        checked(levels).join(checked(published, values=(RATE,)), on=[SERIES, MONTH], how="left"),
        checked(levels),
        12,
        BASE,
    ).sort(SERIES, MONTH)
    if rows.is_empty():
        raise refused("没有可回溯的水平值。", "There is no level to link back.")
    return pl.concat([_chained(part) for part in rows.partition_by(SERIES, maintain_order=True)])


def _chained(rows: pl.DataFrame) -> pl.DataFrame:
    values, rates, months = rows[VALUE].to_list(), rows[RATE].to_list(), rows[MONTH].to_list()
    linked: list[float | None] = [None] * len(values)
    if linked:
        linked[-1] = values[-1]
    for at in range(len(values) - 1, 0, -1):
        level, rate = linked[at], rates[at]
        whole_year = months[at - 1] == months[at].replace(year=months[at].year - 1)
        if level is not None and rate is not None and whole_year:
            linked[at - 1] = level / (1 + rate / 100)
    return rows.select(SERIES, MONTH, VALUE).with_columns(
        linked=pl.Series(linked, dtype=pl.Float64)
    )


def real_rate(rates: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """Growth at comparable prices: ``((1 + rate/100) / (index/100) - 1) * 100``.

    ``rates``: series, month, rate (nominal, %). ``prices``: series, month, value (index, same
    period of the year before = 100). Null where either is missing. Source: NBS, 可比价格 (deflation
    by price indices, "Explanatory notes"). Raises on an index of zero or less. Gives series, month,
    rate, index, real.
    """
    index = checked(prices).rename({VALUE: "index"})
    if (index["index"] <= 0).any():
        raise refused("价格指数须为正。", "A price index is positive.")
    joined = checked(rates, values=(RATE,)).join(
        index, on=[SERIES, MONTH], how="left", maintain_order="left"
    )
    real = ((1 + pl.col(RATE) / 100) / (pl.col("index") / 100) - 1) * 100
    return joined.with_columns(real=real)


def compounded(indices: pl.DataFrame, months: int) -> pl.DataFrame:
    """Growth over so many months from chain indices (series, month, value: previous month = 100):
    ``(prod(value / 100) - 1) * 100`` of the month and those before it, in percent; null unless
    every link is there. Source: NBS, 环比指数 ("Explanatory notes": chain relatives multiply to the
    fixed-base relative). Over 12 months it is a year-on-year rate, which differs from a published
    one by what rounding took from each link. Gives series, month, value, rate. Raises on a distance
    below one and on an index of zero or less.
    """
    rows = checked(indices)
    if months < 1:
        raise refused("间隔须为正的月数。", "The distance is a positive number of months.")
    if (rows[VALUE] <= 0).any():
        raise refused("价格指数须为正。", "A price index is positive.")
    product = pl.col(VALUE) / 100
    for back in range(1, months):
        product = product * (pl.col(VALUE).shift(back).over(SERIES) / 100)
    first = pl.col(MONTH).shift(months - 1).over(SERIES)
    whole = first.dt.offset_by(f"{months - 1}mo") == pl.col(MONTH)
    return rows.with_columns(rate=pl.when(whole).then((product - 1) * 100))


def chained(rates: pl.DataFrame, first: float = 100.0) -> pl.DataFrame:
    """A level from chain indices (series, month, value: previous month = 100): the first month's
    level is ``first * value / 100``. A missing link ends the chain: later months are null, since
    what the level did meanwhile is not known. Gives series, month, value, level.
    """
    rows = checked(rates)
    before = pl.col(MONTH).shift(1).over(SERIES)
    gap = before.is_not_null() & (before.dt.offset_by("1mo") != pl.col(MONTH))
    broken = (gap | pl.col(VALUE).is_null()).cast(pl.Int32).cum_max().over(SERIES)
    level = first * (pl.col(VALUE) / 100).cum_prod().over(SERIES)
    return rows.with_columns(level=pl.when(broken == 0).then(level))
