"""Small frames for the tests of the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def present(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"missing: shared/data/{name}")
    return path


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def months(first: str, count: int, step: int = 1) -> list[date]:
    start = month(first)
    return [
        date(
            start.year + (start.month - 1 + step * i) // 12,
            (start.month - 1 + step * i) % 12 + 1,
            1,
        )
        for i in range(count)
    ]


def series(
    first: str, values: Sequence[float | None], name: str = "s", step: int = 1
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "series": [name] * len(values),
            "month": months(first, len(values), step),
            "value": values,
        },
        schema={"series": pl.String, "month": pl.Date, "value": pl.Float64},
    )


def at(frame: pl.DataFrame, text: str, column: str, name: str | None = None) -> object:
    rows = frame.filter(pl.col("month") == month(text))
    if name is not None:
        rows = rows.filter(pl.col("series") == name)
    return rows[column].item()
