"""US series that ship with statsmodels, and the business cycle dates of the NBER.

Dates: NBER Business Cycle Dating Committee, "US Business Cycle Expansions and Contractions"
(nber.org/research/data/us-business-cycle-expansions-and-contractions).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import statsmodels

NBER = pl.DataFrame(
    [
        (date(1960, 4, 1), "peak"),
        (date(1961, 2, 1), "trough"),
        (date(1969, 12, 1), "peak"),
        (date(1970, 11, 1), "trough"),
        (date(1973, 11, 1), "peak"),
        (date(1975, 3, 1), "trough"),
        (date(1980, 1, 1), "peak"),
        (date(1980, 7, 1), "trough"),
        (date(1981, 7, 1), "peak"),
        (date(1982, 11, 1), "trough"),
        (date(1990, 7, 1), "peak"),
        (date(1991, 3, 1), "trough"),
        (date(2001, 3, 1), "peak"),
        (date(2001, 11, 1), "trough"),
        (date(2007, 12, 1), "peak"),
        (date(2009, 6, 1), "trough"),
    ],
    schema={"month": pl.Date, "kind": pl.String},
    orient="row",
)
_ROOT = Path(statsmodels.__file__).parent


def long(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    return frame.select("month", *(pl.col(n).cast(pl.Float64) for n in names)).unpivot(
        index="month", variable_name="series"
    )


def quarterly(*names: str) -> pl.DataFrame:
    """macrodata: 1959 Q1 to 2009 Q3; a quarter stands at its first month."""
    rows = pl.read_csv(_ROOT / "datasets/macrodata/macrodata.csv")
    first = pl.date(pl.col("year").cast(pl.Int32), pl.col("quarter").cast(pl.Int8) * 3 - 2, 1)
    return long(rows.with_columns(month=first), names)


def monthly(*names: str) -> pl.DataFrame:
    """The vintage of 29 June 2016 of the New York Fed's nowcast, 1985 to 2016 (in statsmodels'
    tests)."""
    folder = _ROOT / "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/data/US"
    rows = pl.read_csv(folder / "2016-06-29.csv", infer_schema_length=None)
    rows = rows.with_columns(month=pl.col("Date").str.to_date("%m/%d/%y"))
    return long(rows, names).drop_nulls("value")
