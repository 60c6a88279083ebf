"""From what the gateway released of a month to the rows of a library's indicators. Pure.

Figures that are withheld stay so, and with them whatever is calculated from them; each row names
the entry of the ledger under which its figure was released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from workbench.libraries import statements
from workbench.libraries.definition import Indicator, Library

WITHHELD = "_withheld"
"""What the name of a column's companion ends with, which says why it has no value."""
RELEASED, SUPPRESSED, EMPTY = "released", "suppressed", "empty"


@dataclass(frozen=True)
class Released:
    """What a base's statement gave: the table with its companions, and the entry of its release."""

    table: pl.DataFrame
    entry: int


def rows(
    library: Library, month: date, found: Mapping[str, Released], columns: Sequence[str]
) -> pl.DataFrame:
    """``columns``: those of the resource that the library makes, in their order. A dimension is
    null where a row is of all of it, and where its indicator has no such dimension."""
    dimensions = [name for name in columns if name not in _OWN]
    asked = [
        _asked(each, found[name], dimensions)
        for name in library.bases
        if name in found
        for each in library.of(name)
    ]
    known = pl.concat(asked)
    made = [known]
    if library.derived():
        made.append(_derived(library, known, dimensions))
    table = pl.concat(made).with_columns(pl.lit(month).alias("month"))
    return table.sort("indicator", *dimensions, nulls_last=False).select(columns)


_OWN = ("indicator", "month", "value", "state", "entry")


def _asked(each: Indicator, released: Released, dimensions: Sequence[str]) -> pl.DataFrame:
    table = released.table
    companion = f"{each.id}{WITHHELD}"
    why = pl.col(companion) if companion in table.columns else pl.lit(None, pl.String)
    value = pl.col(each.id).cast(pl.Float64)
    state = (
        pl.when(value.is_not_null())
        .then(pl.lit(RELEASED))
        .when(why.is_null() | (why == EMPTY))
        .then(pl.lit(EMPTY))
        .otherwise(pl.lit(SUPPRESSED))
    )
    return table.select(
        indicator=pl.lit(each.id),
        **{name: _dimension(name, table) for name in dimensions},
        value=value,
        state=state,
        entry=pl.lit(released.entry, pl.Int64),
    )


def _dimension(name: str, table: pl.DataFrame) -> pl.Expr:
    return (pl.col(name) if name in table.columns else pl.lit(None)).cast(pl.String)


def _derived(library: Library, known: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Each where all that it is over has a row; released if all of that is."""
    keyed = known.with_columns(pl.col(name).fill_null("") for name in dimensions)
    wide = keyed.pivot("indicator", index=list(dimensions), values=["value", "state", "entry"])
    values = wide.select(
        *dimensions,
        *(
            pl.col(f"value_{name}").alias(name)
            for name in known["indicator"].unique(maintain_order=True)
        ),
    )
    with duckdb.connect() as engine:
        engine.register("wide", values.to_arrow())
        worked_out = pl.DataFrame(engine.sql(statements.derived(library, "wide")).to_arrow_table())
    states = wide.join(worked_out, on=list(dimensions), how="left", maintain_order="left")
    made = [_over(library, each, states, dimensions) for each in library.derived()]
    return pl.concat(made).with_columns(
        pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
        for name in dimensions
    )


def _over(
    library: Library, each: Indicator, wide: pl.DataFrame, dimensions: Sequence[str]
) -> pl.DataFrame:
    inputs = library.inputs(each)
    there = wide.filter(pl.col(f"state_{name}").is_not_null() for name in inputs)
    withheld = pl.any_horizontal(pl.col(f"state_{name}") == SUPPRESSED for name in inputs)
    value = pl.col(each.id).cast(pl.Float64)
    usable = value.is_not_null() & value.is_finite()
    return there.select(
        pl.lit(each.id).alias("indicator"),
        *dimensions,
        pl.when(usable & ~withheld).then(value).alias("value"),
        pl.when(withheld)
        .then(pl.lit(SUPPRESSED))
        .when(usable)
        .then(pl.lit(RELEASED))
        .otherwise(pl.lit(EMPTY))
        .alias("state"),
        pl.max_horizontal(pl.col(f"entry_{name}") for name in inputs).alias("entry"),
    )
