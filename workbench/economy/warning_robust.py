"""What early warning stands on: a panel as matrices, and statistics that few firms cannot move.

Matrices have a row for each subject and a column for each month; NaN is what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.economy.frames import MONTH, Floats, add_months, refused

SUBJECT, COUNTY, INDUSTRY, CLOSED = "subject", "county", "industry", "closed"
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_NORMAL = {0.25: 1.349, 0.05: 3.290}
"""What lies between a quantile of the standard normal and its opposite."""


@dataclass(frozen=True, eq=False)
class Panel:
    """``who``: subject, county, industry of each row; ``values``: a matrix for each input."""

    who: pl.DataFrame
    months: tuple[date, ...]
    values: Mapping[str, Floats]

    def groups(self, column: str) -> tuple[list[str], Ints]:
        """The names of the groups in order, and the number of each row's; -1 where it has none."""
        names = self.who[column].drop_nulls().unique().sort()
        numbers = {name: number for number, name in enumerate(names.to_list())}
        coded = self.who[column].replace_strict(numbers, default=-1, return_dtype=pl.Int64)
        return names.to_list(), coded.to_numpy()


def panel_of(
    frame: pl.DataFrame, inputs: Sequence[str], lags: Mapping[str, int], month: date, length: int
) -> Panel:
    """Of the subjects with a row in ``month`` that are not closed by its end, the ``length`` months
    to it. With a lag an input's value of a month stands that much later.

    Raises where a column is missing, a value is negative or a subject has two rows for a month.
    """
    missing = [n for n in (SUBJECT, MONTH, COUNTY, INDUSTRY, *inputs) if n not in frame.columns]
    if missing:
        listed = ", ".join(missing)
        raise refused(f"缺少列：{listed}。", f"Columns are missing: {listed}.")
    longest = max(lags.values(), default=0)
    first, begins = add_months(month, 1 - length), add_months(month, 1 - length - longest)
    rows = frame.filter(pl.col(MONTH).is_between(begins, month))
    if rows.select(pl.struct(SUBJECT, MONTH).is_duplicated().any()).item():
        raise refused("同一主体同月有多行。", "A subject has several rows for a month.")
    who = _there(rows, month)
    at = rows.join(who.select(SUBJECT, "row"), on=SUBJECT, how="inner")
    row = at["row"].to_numpy()
    column = (at[MONTH].dt.year() * 12 + at[MONTH].dt.month()).to_numpy().astype(np.int64)
    column = column - (first.year * 12 + first.month)
    size = (who.height, length)
    values = {n: _matrix(at[n], row, column + lags.get(n, 0), size, n) for n in inputs}
    return Panel(who.drop("row"), tuple(add_months(first, n) for n in range(length)), values)


def _there(rows: pl.DataFrame, month: date) -> pl.DataFrame:
    now = rows.filter(pl.col(MONTH) == month)
    if CLOSED in rows.columns:
        end = add_months(month, 1)
        now = now.filter(pl.col(CLOSED).is_null() | (pl.col(CLOSED) >= end))
    return now.select(SUBJECT, COUNTY, INDUSTRY).sort(SUBJECT).with_row_index("row")


def _matrix(values: pl.Series, row: Ints, column: Ints, size: tuple[int, int], name: str) -> Floats:
    if not (values.dtype.is_numeric() or values.dtype == pl.Null):
        raise refused(f"列 {name} 不是数。", f"The column {name} holds no numbers.")
    numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if np.nanmin(numbers, initial=0.0) < 0:
        raise refused(f"列 {name} 有负数。", f"The column {name} holds negative numbers.")
    found: Floats = np.full(size, np.nan)
    within = (column >= 0) & (column < size[1])
    found[row[within], column[within]] = numbers[within]
    return found


def middle(values: Floats, axis: int) -> Floats:
    """The median of what is known along an axis, NaN where nothing is: as ``numpy.nanmedian``,
    some ten times as fast on many short rows."""
    if axis == 0 and values.ndim == 2:  # columns that lie together in memory sort much faster
        return middle(np.ascontiguousarray(values.T), 1)
    ordered = np.sort(values, axis=axis)  # NaN comes last
    count = (~np.isnan(values)).sum(axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[axis] - 1), axis)
    found: Floats = np.where(count > 0, (low + high) / 2, np.nan).squeeze(axis)
    return found


def mean(values: Floats, least: int = 1) -> Floats:
    """Of what is known in each row; NaN where that is less than ``least``."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    found: Floats = np.where(count >= max(least, 1), total / np.maximum(count, 1), np.nan)
    return found


def spread(values: Floats) -> float:
    """A standard deviation that a few cannot move, and that small ties do not hide: the larger of
    those by the quartiles and by the 5 and 95 percent points (normal-consistent; ours after
    Rousseeuw and Croux (1993), "Alternatives to the median absolute deviation"). NaN where nothing
    is known."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan")
    found = [
        float(np.subtract(*np.quantile(known, (1 - part, part)))) / width
        for part, width in _NORMAL.items()
    ]
    return max(found)


def course(deviations: Floats, group: Ints, count: int, least: int) -> Floats:
    """For each group and month the median of its rows (a sweep of Tukey's median polish (1977));
    the median of all where a group has fewer than ``least`` known rows. A row for each group, the
    last one for rows without any."""
    whole = middle(deviations, 0)
    found = np.tile(whole, (count + 1, 1))
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(count + 1))
    for number in range(count):
        rows = deviations[order[edges[number] : edges[number + 1]]]
        if len(rows) >= least:
            enough = (~np.isnan(rows)).sum(axis=0) >= least
            found[number] = np.where(enough, middle(rows, 0), whole)
    return np.where(np.isnan(found), 0.0, found)


def logarithms(values: Floats, floor: float, known: int) -> tuple[Floats, Floats]:
    """``(log of each value to its row's median, that median)``, cut at ``floor`` and at 1 / floor
    of it, so that a standstill is a large loss and no infinite one. NaN where a row's median is
    zero or less than ``known`` of its values are known."""
    usual = middle(values, 1)
    fit = (usual > 0) & ((~np.isnan(values)).sum(axis=1) >= known)
    usual = np.where(fit, usual, np.nan)
    with np.errstate(invalid="ignore"):
        ratio = np.clip(values / usual[:, None], floor, 1.0 / floor)
    return np.log(ratio), usual


def correlation(scores: Sequence[Floats]) -> Floats:
    """Of standardised scores, from the spreads of sums and differences (Gnanadesikan and Kettenring
    (1972), "Robust estimates, residuals, and outlier detection"); drawn a twentieth towards none,
    so that it can be inverted."""
    found: Floats = np.eye(len(scores))
    for one in range(len(scores)):
        for other in range(one):
            together = spread(scores[one] + scores[other]) ** 2
            apart = spread(scores[one] - scores[other]) ** 2
            if together + apart > 0:
                found[one, other] = 0.95 * (together - apart) / (together + apart)
            found[other, one] = found[one, other]
    return found
