"""Rows of the resource that an analysis is kept in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.definition import columns
from workbench.errors import Text, WorkbenchError
from workbench.libraries.rows import EMPTY, SUPPRESSED

PROVISIONAL = "provisional"
_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "part": pl.String, "subject": pl.String, "measure": pl.String, "period": pl.Date,
    f.KEY: pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "text_zh": pl.String, "text_en": pl.String, "state": pl.String, "entry": pl.Int64,
}  # fmt: skip


def made(part: str, subject: str, measure: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of one measure; what ``frame`` has no column for is null, and a row without a key is of
    the whole. ``period``, ``state`` and ``entry`` have to be there; the month and the columns of
    the dimensions come last (``kept``)."""
    told = {"part": part, "subject": subject, "measure": measure}
    missing = {f.KEY: f.WHOLE, **told}
    return frame.select(
        (pl.col(name) if name in frame.columns and name not in told else pl.lit(missing.get(name)))
        .cast(kind)
        .alias(name)
        for name, kind in _TYPES.items()
    )


def one(
    part: str,
    subject: str,
    measure: str,
    period: date,
    value: float | None,
    entry: int,
    *,
    state: str = "released",
    said: Text | None = None,
    **more: object,
) -> pl.DataFrame:
    """A single row."""
    row = {
        "period": period, "value": value, "state": state, "entry": entry,
        "text_zh": said.zh if said else None, "text_en": said.en if said else None, **more,
    }  # fmt: skip
    schema = {name: _TYPES[name] for name in row}
    return made(part, subject, measure, pl.DataFrame([row], schema=schema))


def refused(
    part: str,
    subject: str,
    measure: str,
    period: date,
    why: WorkbenchError | Text,
    *,
    held: bool,
    entry: int = 0,
) -> pl.DataFrame:
    """A row that says why there is no figure: withheld ones are in the way, or there is too little.
    The text of a formula that refused names the first month that is missing."""
    said = why.reasons[0].what if isinstance(why, WorkbenchError) else why
    state = SUPPRESSED if held else EMPTY
    return one(part, subject, measure, period, None, entry, state=state, said=said)


def kept(month: date, parts: Iterable[pl.DataFrame], by: Sequence[str]) -> pl.DataFrame:
    """All rows of a month, with the resource's columns in their order. ``by``: the dimensions."""
    every = pl.concat([pl.DataFrame(schema=_TYPES), *parts])
    places = [f.coded(name) for name in by]
    return every.with_columns(pl.lit(month).alias("month"), *places).select(columns(by))
