"""The frames that the formulas take, checked once, and what is refused about them.

A *series frame* has the columns ``series`` (text), ``month`` (date, the first of the month; a
quarter stands at the first of its first month) and ``value`` (number). Other columns are left out.
A month without a row and a row whose value is null or NaN are the same: a figure that is missing.
No formula here puts a figure in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.errors import Code, Text, WorkbenchError, simple

Floats = npt.NDArray[np.float64]
SERIES, MONTH, VALUE = "series", "month", "value"


def refused(zh: str, en: str, next_zh: str = "", next_en: str = "") -> WorkbenchError:
    """What every formula raises when its input cannot be judged: ``invalid_request``."""
    step = Text(next_zh, next_en) if next_zh else None
    return simple(Code.invalid_request, zh, en, next=step)


def with_columns(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The named columns alone. Raises where one is missing."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        listed = ", ".join(missing)
        raise refused(
            f"缺少列：{listed}。",
            f"Columns are missing: {listed}.",
            f"需要的列：{', '.join(names)}。",
            f"These are needed: {', '.join(names)}.",
        )
    return frame.select(names)


def numbers(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The named columns as f64, NaN as null. Raises on text and on infinity."""
    for name in names:
        kind = frame.schema[name]
        if not (kind.is_numeric() or kind == pl.Null):
            raise refused(f"列 {name} 不是数。", f"The column {name} holds no numbers.")
    out = frame.with_columns(pl.col(n).cast(pl.Float64).fill_nan(None) for n in names)
    for name in names:
        if out[name].is_infinite().any():
            raise refused(
                f"列 {name} 有无穷大的值。", f"The column {name} holds an infinite value."
            )
    return out


def once_each(frame: pl.DataFrame, keys: Sequence[str]) -> None:
    """Raises where a key is null or stands twice."""
    if frame.select(pl.any_horizontal(pl.col(list(keys)).is_null().any())).item():
        raise refused(f"键列 {', '.join(keys)} 有空值。", f"A key is null: {', '.join(keys)}.")
    if frame.select(list(keys)).is_duplicated().any():
        raise refused(
            f"同一 {'、'.join(keys)} 有多行。", f"There are several rows for one {', '.join(keys)}."
        )


def checked(
    frame: pl.DataFrame, keys: Sequence[str] = (SERIES,), values: Sequence[str] = (VALUE,)
) -> pl.DataFrame:
    """``keys``, ``month`` and ``values`` of a frame with a row for each key and month, in order."""
    out = numbers(with_columns(frame, [*keys, MONTH, *values]), values)
    if out.schema[MONTH] != pl.Date and not out.is_empty():
        raise refused("列 month 不是日期。", "The column month holds no dates.")
    out = out.with_columns(pl.col(MONTH).cast(pl.Date))
    if (out[MONTH].dt.day() != 1).any():
        raise refused("month 须为每月一日。", "A month stands at the first of its month.")
    once_each(out, [*keys, MONTH])
    return out.sort([*keys, MONTH])


def beside(
    frame: pl.DataFrame, other: pl.DataFrame, months: int, name: str, column: str = VALUE
) -> pl.DataFrame:
    """``frame`` with the column ``name``: ``other``'s ``column`` of ``months`` months before.

    By the calendar and not by the row, so that a month without a row shifts nothing.
    """
    moved = other.select(
        SERIES, pl.col(MONTH).dt.offset_by(f"{months}mo"), pl.col(column).alias(name)
    )
    return frame.join(moved, on=[SERIES, MONTH], how="left", maintain_order="left")


@dataclass(frozen=True)
class Span:
    """One series from its first to its last month: a number for each, NaN where it is missing."""

    series: str
    months: tuple[date, ...]
    values: Floats

    @property
    def gaps(self) -> tuple[date, ...]:
        """Its missing months."""
        return tuple(m for m, v in zip(self.months, self.values, strict=True) if np.isnan(v))

    def without_gaps(self) -> Span:
        """Itself. Raises where a month within is missing, and names the first of them."""
        if self.gaps:
            first = f"{self.gaps[0]:%Y-%m}"
            raise refused(
                f"序列 {self.series} 中间缺 {len(self.gaps)} 个月，首个为 {first}。",
                f"The series {self.series} misses {len(self.gaps)} months within, first {first}.",
                "请补齐来源数据，或缩短时段；缺的数不会被编出来。",
                "Complete it at its source or take a shorter span; no figure is made up.",
            )
        return self


def spans(frame: pl.DataFrame, step: int = 1) -> Iterator[Span]:
    """The series of a checked frame; ``step`` is 1 for months and 3 for quarters."""
    known = checked(frame).drop_nulls(VALUE)
    for (name,), rows in known.group_by([SERIES], maintain_order=True):
        months = every(rows[MONTH].min(), rows[MONTH].max(), step)  # type: ignore[arg-type]
        whole = pl.DataFrame({MONTH: months}, schema={MONTH: pl.Date})
        joined = whole.join(rows, on=MONTH, how="left", maintain_order="left")
        if joined[VALUE].count() != rows.height:
            raise refused(
                f"序列 {name} 的月份不合 {step} 个月的间隔。",
                f"The months of the series {name} are not {step} apart.",
            )
        yield Span(str(name), tuple(months), joined[VALUE].fill_null(np.nan).to_numpy().copy())


def every(first: date, last: date, step: int = 1) -> list[date]:
    """Months from ``first`` to ``last``, both included."""
    return pl.date_range(first, last, f"{step}mo", eager=True).to_list()


def after(month: date, count: int, step: int = 1) -> list[date]:
    """The ``count`` months that follow ``month``."""
    return [add_months(month, step * (i + 1)) for i in range(count)]


def add_months(month: date, count: int) -> date:
    """The first of the month so many months later (earlier, if negative)."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)
