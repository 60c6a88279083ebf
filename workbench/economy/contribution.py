"""What the parts of a total contribute to its growth."""

from __future__ import annotations

import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, beside, checked, refused

RESIDUAL = "residual"


def contributions(
    parts: pl.DataFrame, total: pl.DataFrame | None = None, months: int = 12
) -> pl.DataFrame:
    """Percentage points and contribution rate of each part, over so many months.

    ``points = (part - part's base) / total's base * 100`` (拉动, percentage points; they sum to the
    growth of the total) and ``share = (part - part's base) / (total - total's base) * 100``
    (贡献率, %; they sum to 100). The total is the sum of the parts, or ``total`` (one series):
    where that differs, the rest stands as the part ``residual`` (parts that are withheld or not
    counted). Gives series, month, value, base, points, share.

    Null where a part or its base is missing; then the total of that month is missing as
    well, unless it is given. ``share`` is null where the total did not change. Source: NBS,
    贡献率 and 拉动 ("Explanatory notes", national accounts).
    Raises where a part is named ``residual``.
    """
    rows = checked(parts)
    if (rows[SERIES] == RESIDUAL).any():
        raise refused("分项不能叫 residual。", "No part may be named residual.")
    rows = beside(rows, rows, months, "base")
    whole = _total(rows, total, months)
    if total is not None:
        rows = pl.concat([rows, _rest(rows, whole)])
    rows = rows.join(whole, on=MONTH, how="left", maintain_order="left")
    moved, moved_total = pl.col(VALUE) - pl.col("base"), pl.col("whole") - pl.col("whole_base")
    points = pl.when(pl.col("whole_base") > 0).then(moved / pl.col("whole_base") * 100)
    share = pl.when(moved_total != 0).then(moved / moved_total * 100)
    return rows.select(SERIES, MONTH, VALUE, "base", points.alias("points"), share.alias("share"))


def _total(rows: pl.DataFrame, total: pl.DataFrame | None, months: int) -> pl.DataFrame:
    if total is not None:
        given = checked(total)
        if given[SERIES].n_unique() > 1:
            raise refused("总量只能有一个序列。", "The total is one series.")
        return beside(given, given, months, "whole_base").select(
            MONTH, "whole_base", whole=pl.col(VALUE)
        )
    count = rows[SERIES].n_unique()
    both = pl.col(VALUE).is_not_null() & pl.col("base").is_not_null()
    summed = rows.group_by(MONTH).agg(
        whole=pl.col(VALUE).sum(), whole_base=pl.col("base").sum(), known=both.sum()
    )
    return summed.filter(pl.col("known") == count).select(MONTH, "whole_base", "whole")


def _rest(rows: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """What the parts leave of the total: of those that are known on both sides."""
    both = pl.col(VALUE).is_not_null() & pl.col("base").is_not_null()
    known = rows.filter(both).group_by(MONTH).agg(pl.col(VALUE).sum(), pl.col("base").sum())
    return (
        whole.join(known, on=MONTH, how="inner")
        .sort(MONTH)
        .select(
            pl.lit(RESIDUAL).alias(SERIES),
            MONTH,
            (pl.col("whole") - pl.col(VALUE)).alias(VALUE),
            (pl.col("whole_base") - pl.col("base")).alias("base"),
        )
    )


def by_weight(rates: pl.DataFrame) -> pl.DataFrame:
    """Percentage points from real rates: ``points = weight * rate / 100``.

    Takes series (the part), month, rate (%, at comparable prices) and weight (share of the total in
    the base period, %). For published real growth, whose levels cannot be subtracted. Null where
    either is missing. Source: chain-linked parts add up by the weights of the year before
    (Eurostat, *Handbook on quarterly national accounts*, ch. 6).
    """
    rows = checked(rates, values=("rate", "weight"))
    return rows.with_columns(points=pl.col("weight") * pl.col("rate") / 100)
