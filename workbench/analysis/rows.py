"""Rows of the resource that an analysis is kept in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from workbench.analysis.definition import OWN
from workbench.errors import Text, WorkbenchError
from workbench.libraries.rows import EMPTY, SUPPRESSED

PROVISIONAL = "provisional"
_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "month": pl.Date, "part": pl.String, "subject": pl.String, "measure": pl.String,
    "period": pl.Date, "county": pl.String, "industry": pl.String, "value": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "text_zh": pl.String, "text_en": pl.String,
    "state": pl.String, "entry": pl.Int64,
}  # fmt: skip


def made(part: str, subject: str, measure: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of one measure; what ``frame`` has no column for is null. ``period``, ``state`` and
    ``entry`` have to be there; the month comes last (``kept``)."""
    told = {"part": part, "subject": subject, "measure": measure}
    return frame.select(
        *(
            pl.lit(told[name]).alias(name)
            if name in told
            else (pl.col(name) if name in frame.columns else pl.lit(None))
            .cast(_TYPES[name])
            .alias(name)
            for name in OWN
            if name != "month"
        )
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


def kept(month: date, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All rows of a month, with the resource's columns in their order."""
    every = pl.concat([pl.DataFrame(schema={n: _TYPES[n] for n in OWN if n != "month"}), *parts])
    return every.with_columns(month=pl.lit(month)).select(OWN)
