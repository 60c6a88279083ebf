"""Why did it move: a total's change, taken apart by its dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from workbench.economy.frames import numbers, once_each, refused, with_columns

START, END = "start", "end"
OTHERS, WITHHELD = "others", "withheld"


def waterfall(
    frame: pl.DataFrame,
    dimension: str,
    largest: int = 8,
    total: tuple[float, float] | None = None,
) -> pl.DataFrame:
    """The steps from the total at the start to the total at the end.

    Takes ``dimension``, start, end (one unit; several rows of one part are added up). Gives
    ``dimension``, start, end, change, points (of the total at the start, %; they sum to its
    growth), share (of the total's change, %), from, to (where the step begins and ends), state. The
    largest changes come first, by size; the rest is one step ``others``, and what the parts leave
    of a given ``total`` (start, end) is ``withheld``: parts that are null (not released, not
    published) are in it, and never guessed. Without ``total`` a null raises.

    ``state``: new (start zero), gone (end zero), both, or ``sum`` for the two collective steps.
    Additive by nature: for values that can be summed, not for rates. Source: contributions as in
    ``contribution.contributions``.
    """
    rows = numbers(with_columns(frame, [dimension, START, END]), [START, END])
    if largest < 1:
        raise refused("至少显示一项。", "One part or more is shown.")
    rows = rows.with_columns(pl.col(dimension).cast(pl.String))
    if rows[dimension].is_in([OTHERS, WITHHELD]).any() or rows[dimension].null_count():
        raise refused("分项名不可用。", "A part has no name, or that of a collective step.")
    known = rows.drop_nulls([START, END])
    if total is None and known.height < rows.height:
        raise refused(
            "有分项为空；请给出总量，空缺部分归入 withheld。",
            "A part is null: give the total, and it is part of what is withheld.",
        )
    return _steps(_parts(rows, dimension, largest), dimension, total)


def _parts(rows: pl.DataFrame, dimension: str, largest: int) -> pl.DataFrame:
    """A part with a null row is left out as a whole; the small ones are one."""
    summed = rows.group_by(dimension).agg(
        pl.col(START).sum(),
        pl.col(END).sum(),
        holes=(pl.col(START).is_null() | pl.col(END).is_null()).sum(),
    )
    kept = summed.filter(pl.col("holes") == 0).drop("holes")
    size = (pl.col(END) - pl.col(START)).abs()
    ranked = kept.sort([size, pl.col(dimension)], descending=[True, False])
    rest = ranked.slice(largest)
    if rest.is_empty():
        return ranked
    others = rest.select(pl.lit(OTHERS).alias(dimension), pl.col(START).sum(), pl.col(END).sum())
    return pl.concat([ranked.head(largest), others])


def _steps(parts: pl.DataFrame, dimension: str, total: tuple[float, float] | None) -> pl.DataFrame:
    start, end = float(parts[START].sum()), float(parts[END].sum())
    if total is not None:
        left = pl.DataFrame(
            {dimension: [WITHHELD], START: [total[0] - start], END: [total[1] - end]}
        )
        parts = pl.concat([parts, left])
        start, end = total
    change = pl.col(END) - pl.col(START)
    none = pl.lit(None, pl.Float64)
    return parts.select(
        dimension,
        START,
        END,
        change.alias("change"),
        (change / start * 100 if start > 0 else none).alias("points"),
        (change / (end - start) * 100 if end != start else none).alias("share"),
        (start + change.cum_sum() - change).alias("from"),
        (start + change.cum_sum()).alias("to"),
        _state(dimension).alias("state"),
    )


def _state(dimension: str) -> pl.Expr:
    return (
        pl.when(pl.col(dimension).is_in([OTHERS, WITHHELD]))
        .then(pl.lit("sum"))
        .when(pl.col(START) == 0)
        .then(pl.lit("new"))
        .when(pl.col(END) == 0)
        .then(pl.lit("gone"))
        .otherwise(pl.lit("both"))
    )


def ratio(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Why a ratio moved (margin, output per head): within the parts, or by their weights.

    Takes ``keys``, above_start, below_start, above_end, below_end. With r = above / below of a
    part, w its share of all below, and R the ratio of the whole::

        within = mean(w) * (r_end - r_start)
        between = (w_end - w_start) * (mean(r) - mean(R))

    They sum over the parts to R_end - R_start, in the unit of the ratio. A part that is not there
    at one end has its other end's ratio, so that all of it is weight. Source: the decomposition of
    Griliches and Regev (1995), J. Econometrics 65. Raises on nulls and on negative ``below``.
    """
    names = ["above_start", "below_start", "above_end", "below_end"]
    rows = numbers(with_columns(frame, [*keys, *names]), names)
    once_each(rows, keys)
    if rows.select(pl.any_horizontal(pl.col(names).is_null().any())).item():
        raise refused("比率分解不能有空值。", "A ratio is taken apart without nulls.")
    for name in ("below_start", "below_end"):
        if (rows[name] < 0).any() or not rows[name].sum() > 0:
            raise refused("分母须为正。", "What a ratio is taken over is positive.")

    def own(end: str) -> pl.Expr:
        return pl.when(pl.col(f"below_{end}") > 0).then(
            pl.col(f"above_{end}") / pl.col(f"below_{end}")
        )

    first, last = pl.coalesce(own("start"), own("end")), pl.coalesce(own("end"), own("start"))
    before, after = (pl.col(f"below_{e}") / pl.col(f"below_{e}").sum() for e in ("start", "end"))
    whole = sum(pl.col(f"above_{e}").sum() / pl.col(f"below_{e}").sum() for e in ("start", "end"))
    return rows.select(
        *keys,
        within=((before + after) / 2 * (last - first)).fill_null(0.0),
        between=((after - before) * ((first + last) / 2 - whole / 2)).fill_null(0.0),
    ).sort(list(keys))
