"""Structure: shift-share, location quotient, concentration.

Frames here have no month: one row for each region and industry, or each group and entity.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workbench.economy.frames import VALUE, numbers, once_each, refused, with_columns

REGION, INDUSTRY, START, END = "region", "industry", "start", "end"


def _positive(frame: pl.DataFrame, names: Sequence[str]) -> None:
    for name in names:
        if frame[name].null_count():
            raise refused(
                f"列 {name} 有空值；占比须有全部分项。",
                f"The column {name} has nulls; a share needs all of its parts.",
                "请先补齐，或去掉整个行业。",
                "Complete it, or leave out the whole industry.",
            )
        if (frame[name] < 0).any():
            raise refused(f"列 {name} 有负值。", f"The column {name} has negative values.")


def shift_share(local: pl.DataFrame, nation: pl.DataFrame | None = None) -> pl.DataFrame:
    """Classical shift-share: why a region's industry grew.

    ``local``: region, industry, start, end. ``nation``: industry, start, end of the economy that it
    is compared with; without it, the sum over the regions. With g the growth of the whole economy,
    g_i that of industry i in it and g_ir that in the region::

        national = start * g    mix = start * (g_i - g)    competitive = start * (g_ir - g_i)

    in the unit of ``start``; they sum to ``change = end - start``. Where an industry starts at zero
    in the region, all of its change is competitive. Source: Dunn (1960), "A statistical and
    analytical technique for regional analysis", Papers in Regional Science 6. Raises on nulls,
    negative values, and an industry that the nation does not have.
    """
    rows = numbers(with_columns(local, [REGION, INDUSTRY, START, END]), [START, END])
    once_each(rows, [REGION, INDUSTRY])
    _positive(rows, [START, END])
    whole = _nation(rows, nation)
    growth = float(whole["nation_end"].sum()) / float(whole["nation_start"].sum()) - 1
    joined = rows.join(whole, on=INDUSTRY, how="left").sort(REGION, INDUSTRY)
    if joined.filter(pl.col("nation_start").is_null() | (pl.col("nation_start") <= 0)).height:
        raise refused(
            "有行业在对照经济体中没有期初值。",
            "An industry has no starting value in the economy that it is compared with.",
        )
    own = pl.col("nation_end") / pl.col("nation_start") - 1
    national, mix = pl.col(START) * growth, pl.col(START) * (own - growth)
    change = pl.col(END) - pl.col(START)
    return joined.select(
        REGION,
        INDUSTRY,
        START,
        END,
        change=change,
        national=national,
        mix=mix,
        competitive=change - national - mix,
    )


def _nation(rows: pl.DataFrame, nation: pl.DataFrame | None) -> pl.DataFrame:
    if nation is None:
        nation = rows.group_by(INDUSTRY).agg(pl.col(START).sum(), pl.col(END).sum())
    out = numbers(with_columns(nation, [INDUSTRY, START, END]), [START, END])
    once_each(out, [INDUSTRY])
    _positive(out, [START, END])
    if not out[START].sum() > 0:
        raise refused("期初总量须为正。", "The total at the start is positive.")
    return out.rename({START: "nation_start", END: "nation_end"})


def location_quotient(local: pl.DataFrame, nation: pl.DataFrame | None = None) -> pl.DataFrame:
    """``(value / region's total) / (industry's total / total)``: above 1 is a specialisation.

    ``local``: region, industry, value; ``nation``: industry, value, or the sum over the regions.
    Null where the region or the industry is empty. Source: Florence (1939); Isard (1960), *Methods
    of Regional Analysis*, ch. 7. Gives region, industry, value, share (of the region, %), quotient.
    Raises on nulls and negative values.
    """
    rows = numbers(with_columns(local, [REGION, INDUSTRY, VALUE]), [VALUE])
    once_each(rows, [REGION, INDUSTRY])
    _positive(rows, [VALUE])
    if nation is None:
        nation = rows.group_by(INDUSTRY).agg(pl.col(VALUE).sum())
    whole = numbers(with_columns(nation, [INDUSTRY, VALUE]), [VALUE])
    once_each(whole, [INDUSTRY])
    _positive(whole, [VALUE])
    whole = whole.select(INDUSTRY, there=pl.col(VALUE) / pl.col(VALUE).sum())
    joined = rows.join(whole, on=INDUSTRY, how="left").sort(REGION, INDUSTRY)
    total = pl.col(VALUE).sum().over(REGION)
    here = pl.when(total > 0).then(pl.col(VALUE) / total)
    quotient = pl.when(pl.col("there") > 0).then(here / pl.col("there"))
    return joined.select(REGION, INDUSTRY, VALUE, share=here * 100, quotient=quotient)


def concentration(frame: pl.DataFrame, by: Sequence[str] = (), largest: int = 4) -> pl.DataFrame:
    """Concentration of ``value`` over the entities of each group ``by``.

    Takes the columns ``by``, entity, value. Gives ``by``, entities (those above zero), total,
    ``cr`` (share of the largest four, %), ``hhi`` (sum of squared shares, in [1/n, 1]),
    ``hhi_points`` (times 10,000, as competition authorities give it) and ``equivalent = 1 / hhi``
    (so many firms of one size would be as concentrated). Null for a group whose total is zero.

    Source: Hirschman (1945), Herfindahl (1950); US Department of Justice, "Herfindahl-Hirschman
    Index" (30, 30, 20 and 20 per cent: 2,600). Raises on nulls and negative values. What it
    returns of few firms nearly tells who they are: release it as protected statistics only.
    """
    if largest < 1:
        raise refused("CR 的企业数须为正。", "CR counts one firm or more.")
    keys = list(by)
    rows = numbers(with_columns(frame, [*keys, "entity", VALUE]), [VALUE])
    once_each(rows, [*keys, "entity"])
    _positive(rows, [VALUE])
    total = pl.col(VALUE).sum()
    sums = [
        (pl.col(VALUE) > 0).sum().alias("entities"),
        total.alias("total"),
        (pl.col(VALUE).top_k(largest).sum() / total * 100).fill_nan(None).alias("cr"),
        ((pl.col(VALUE) / total) ** 2).sum().fill_nan(None).alias("hhi"),
    ]
    out = rows.group_by(keys).agg(sums).sort(keys) if keys else rows.select(sums)
    return out.with_columns(hhi_points=pl.col("hhi") * 10_000, equivalent=1 / pl.col("hhi"))
