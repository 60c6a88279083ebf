"""Which series lead, go along or lag: what belongs into which composite index."""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, checked, refused


def leads(frame: pl.DataFrame, reference: str, furthest: int = 12, least: int = 36) -> pl.DataFrame:
    """Correlation of each series with the reference, so many months shifted (时差相关分析).

    Takes series that are stationary already (yearly rates, cycles of ``cycle.double_hp``). Gives
    series, lead, correlation, months, kind: ``lead`` is the shift with the largest absolute
    correlation (positive: the series of ``lead`` months ago goes with the reference of today),
    ``months`` how many pairs it has; the smaller shift of equals. ``kind``: leading (3 months or
    more), lagging (-3 or less), coincident; the bound of 3 is ours. Only months with both figures
    count; null with fewer than ``least`` of them. Source: time-lag correlation as in OECD (2012),
    *System of Composite Leading Indicators*. Raises where the reference is missing.
    """
    rows = checked(frame)
    own = rows.filter(pl.col(SERIES) == reference).select(MONTH, there=VALUE).drop_nulls()
    if own.is_empty() or not 0 < furthest <= 60:
        raise refused(f"缺少基准序列 {reference}。", f"The reference {reference} is missing.")
    others = rows.filter(pl.col(SERIES) != reference)
    shifts = sorted(range(-furthest, furthest + 1), key=abs)
    tried = pl.concat([_shifted(others, own, shift) for shift in shifts])
    fit = tried.filter((pl.col("months") >= least) & pl.col("correlation").is_finite())
    best = fit.sort(
        pl.col("correlation").abs().round(12), descending=True, maintain_order=True
    ).unique(SERIES, keep="first", maintain_order=True)
    every = others.select(SERIES).unique()
    out = every.join(best, on=SERIES, how="left").sort(SERIES)
    return out.select(SERIES, "lead", "correlation", "months", kind=_kind())


def _shifted(others: pl.DataFrame, own: pl.DataFrame, shift: int) -> pl.DataFrame:
    moved = others.with_columns(pl.col(MONTH).dt.offset_by(f"{shift}mo"))
    pairs = moved.join(own, on=MONTH, how="inner").drop_nulls(VALUE)
    return pairs.group_by(SERIES).agg(
        correlation=pl.corr(VALUE, "there"), months=pl.len(), lead=pl.lit(shift).first()
    )


def _kind() -> pl.Expr:
    return (
        pl.when(pl.col("lead").is_null())
        .then(pl.lit(None, pl.String))
        .when(pl.col("lead") >= 3)
        .then(pl.lit("leading"))
        .when(pl.col("lead") <= -3)
        .then(pl.lit("lagging"))
        .otherwise(pl.lit("coincident"))
    )
