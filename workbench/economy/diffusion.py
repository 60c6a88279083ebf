"""Diffusion indices: how widely a movement is spread."""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import (
    MONTH,
    SERIES,
    VALUE,
    beside,
    checked,
    numbers,
    once_each,
    refused,
    with_columns,
)


def diffusion(
    frame: pl.DataFrame, months: int = 1, band: float = 0.05, weights: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Share of the series that rise, with half of those that stand still, in %.

    A series stands still when its change over ``months`` lies within ``band`` (% of the base). A
    month with all rising is 100, half 50. Source: The Conference Board, *Business Cycle Indicators
    Handbook* (2001), "Diffusion indexes" (its band is 0.05 %). A series without both figures is not
    counted, and ``counted`` and ``of`` say how many were. ``weights``: series, weight (positive);
    without them each series counts alike. Null for a month in which none is counted; a base of zero
    or less is not counted either. Gives month, value, rising, falling, counted, of.
    """
    rows = beside(checked(frame), checked(frame), months, "base")
    change = (pl.col(VALUE) / pl.col("base") - 1) * 100
    score = pl.when(change > band).then(1.0).when(change < -band).then(0.0).otherwise(pl.lit(0.5))
    known = pl.col(VALUE).is_not_null() & (pl.col("base") > 0)
    rows = _weighed(rows, weights).with_columns(score=pl.when(known).then(score))
    weight = pl.when(pl.col("score").is_not_null()).then("weight")
    return (
        rows.group_by(MONTH)
        .agg(
            ((pl.col("score") * weight).sum() / weight.sum() * 100).fill_nan(None).alias(VALUE),
            rising=(pl.col("score") == 1).sum(),
            falling=(pl.col("score") == 0).sum(),
            counted=pl.col("score").count(),
        )
        .sort(MONTH)
        .with_columns(of=pl.lit(rows[SERIES].n_unique()))
    )


def _weighed(rows: pl.DataFrame, weights: pl.DataFrame | None) -> pl.DataFrame:
    if weights is None:
        return rows.with_columns(weight=pl.lit(1.0))
    given = numbers(with_columns(weights, [SERIES, "weight"]), ["weight"])
    once_each(given, [SERIES])
    joined = rows.join(given, on=SERIES, how="left", maintain_order="left")
    if not (joined["weight"].fill_null(-1) > 0).all():
        raise refused("每个序列须有正的权重。", "Each series has a positive weight.")
    return joined


def of_answers(frame: pl.DataFrame) -> pl.DataFrame:
    """Diffusion index of a survey: ``(up + same / 2) / (up + same + down) * 100``.

    Takes series, month, up, same, down (numbers of answers); gives series, month, value (%), null
    where nobody answered. Above 50 more rise than fall. Source: NBS,
    采购经理调查统计报表制度 (扩散指数).
    """
    rows = checked(frame, values=("up", "same", "down"))
    answers = pl.col("up") + pl.col("same") + pl.col("down")
    index = (pl.col("up") + pl.col("same") / 2) / answers * 100
    return rows.select(SERIES, MONTH, pl.when(answers > 0).then(index).alias(VALUE))


def weighted(frame: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """A composite of diffusion indices, as the purchasing managers' index is one.

    ``weights``: series, weight (they sum to 1), inverted (bool: the series counts as 100 - value,
    as the suppliers' delivery time does). Gives month, value; null where a part is missing. Source:
    NBS, explanatory note of the monthly PMI release: new orders 30 %, production 25 %, employment
    20 %, suppliers' delivery time 15 % (inverted), stocks of raw materials 10 %.
    """
    given = numbers(with_columns(weights, [SERIES, "weight", "inverted"]), ["weight"])
    once_each(given, [SERIES])
    if abs(float(given["weight"].sum()) - 1) > 1e-9:
        raise refused("权重之和须为 1。", "The weights sum to 1.")
    rows = checked(frame).join(given, on=SERIES, how="inner")
    turned = pl.when("inverted").then(100 - pl.col(VALUE)).otherwise(VALUE) * pl.col("weight")
    out = rows.group_by(MONTH).agg(turned.sum().alias(VALUE), known=pl.col(VALUE).count())
    whole = pl.col("known") == given.height
    return out.sort(MONTH).select(MONTH, pl.when(whole).then(VALUE).alias(VALUE))
