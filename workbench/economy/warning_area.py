"""What an industry or a county has lost next to the others: medians over its firms.

For each firm and input the logarithm of its value to that of the same month of the year before
(``season``: January and February as one, since the spring festival moves between them, as the
National Bureau of Statistics publishes them), or to its own usual less its industry's course. An
area's course is the median over its firms, the mean of the inputs, less the median of all areas, so
that neither a few large firms nor the city's cycle make an alert. A change that has lasted n months
is the area's median of the ``reference`` months before less the mean since; with ``season`` it also
has to lie below the area's own middle, for a fall a year after a rise is none. It is divided by

    sqrt(spread^2 + error^2 (1 / n + 1 / reference)),

``spread`` of the same figure over all areas in the ``history`` months before, ``error`` of a
median: 1.2533 of the firms' spread over the root of their number (normal theory). Put together by
us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from workbench.economy.frames import Floats
from workbench.economy.warning_robust import (
    INDUSTRY,
    Ints,
    Panel,
    course,
    logarithms,
    mean,
    middle,
    spread,
)

FLOOR = 0.05
YEAR = 12
NORMAL_MEDIAN = 1.2533


class AreaLoss(BaseModel):
    """``area``: of what; ``of``: inputs that count alike; ``firms``: how many an area needs. Else
    as in the module's words; an alert needs a loss of ``least`` (part)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: Literal["industry", "county"]
    of: tuple[str, ...] = Field(min_length=1)
    season: bool = True
    windows: tuple[int, ...] = Field(default=(1, 2, 3, 4, 6), min_length=1)
    reference: int = Field(default=6, ge=3)
    history: int = Field(default=12, ge=6)
    known: int = Field(default=12, ge=3)
    firms: int = Field(default=30, ge=3)
    least: float = Field(default=0.04, ge=0, lt=1)

    @property
    def months(self) -> int:
        """How many are looked back at where there are so many, the month itself included."""
        year = YEAR if self.season else 0
        return year + self.reference + max(self.windows) + self.history

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.of


@dataclass(frozen=True, eq=False)
class Areas:
    """A row for each area: ``score`` (NaN: not known), ``length``, ``loss`` (logarithm), and the
    course of each input with what was usual, as logarithms."""

    names: Sequence[str]
    score: Floats
    length: Floats
    loss: Floats
    courses: Sequence[Floats]


def judge(how: AreaLoss, panel: Panel) -> Areas:
    """Every area of the panel in its last month."""
    names, group = panel.groups(how.area)
    found = [_course(how, panel, name, group, len(names)) for name in how.of]
    whole = np.array([each for each, _ in found]).mean(axis=0)
    error = np.array([each for _, each in found]).max(axis=0)
    best = np.full(len(names), np.nan)
    length, loss = np.zeros(len(names)), np.zeros(len(names))
    for months in sorted(how.windows):
        score, lost = _window(how, whole, error, months)
        with np.errstate(invalid="ignore"):
            higher = ~np.isnan(score) & ~(best >= score)
        best = np.where(higher, score, best)
        length, loss = np.where(higher, months, length), np.where(higher, lost, loss)
    return Areas(names, best, length, loss, [each for each, _ in found])


def _course(
    how: AreaLoss, panel: Panel, name: str, group: Ints, count: int
) -> tuple[Floats, Floats]:
    """``(course of each area less all, error of its median)``; NaN where there are too few
    firms."""
    logs = logarithms(panel.values[name], FLOOR, how.known)[0]
    if how.season:
        together = _together(logs, panel.months)
        logs = together[:, YEAR:] - together[:, :-YEAR]
    else:
        industries, of = panel.groups(INDUSTRY)
        logs = logs - course(logs, of, len(industries), how.firms)[of]
    found, error = np.full((count, logs.shape[1]), np.nan), np.full(count, np.nan)
    for number in range(count):
        rows = logs[group == number]
        enough = (~np.isnan(rows)).sum(axis=0) >= how.firms
        if enough.any():
            found[number] = np.where(enough, middle(rows, 0), np.nan)
            recent = rows[:, np.flatnonzero(enough)[-1]]
            error[number] = NORMAL_MEDIAN * spread(recent) / np.sqrt((~np.isnan(recent)).sum())
    return found - middle(found, 0)[None, :], error


def _together(logs: Floats, months: Sequence[date]) -> Floats:
    """January and February with the mean of both, where both are there; else not known."""
    found = logs.copy()
    for at, month in enumerate(months):
        if month.month == 1:
            pair = logs[:, at : at + 2]
            both = pair.mean(axis=1) if pair.shape[1] == 2 else np.full(len(logs), np.nan)
            found[:, at : at + 2] = both[:, None]
        elif month.month == 2 and at == 0:
            found[:, 0] = np.nan
    return found


def _window(how: AreaLoss, whole: Floats, error: Floats, length: int) -> tuple[Floats, Floats]:
    last = whole.shape[1]
    ends = [end for end in range(last - how.history, last + 1) if end - length >= how.reference]
    if len(ends) < 2 or ends[-1] != last:
        nothing = np.full(len(whole), np.nan)
        return nothing, nothing
    lost = np.column_stack([_lost(how, whole[:, :end], length) for end in ends])
    wide = spread(lost[:, :-1])
    share = 1.0 / length + 1.0 / how.reference
    loss = lost[:, -1]
    score = loss / np.sqrt(wide**2 + error**2 * share)
    return np.where(1.0 - np.exp(-loss) >= how.least, score, np.nan), loss


def _lost(how: AreaLoss, whole: Floats, length: int) -> Floats:
    """Of a change that has lasted ``length`` months at the end of ``whole``."""
    before = whole[:, -length - how.reference : -length]
    now = mean(whole[:, -length:])
    now = np.where(np.isnan(whole[:, -1]), np.nan, now)
    usual = np.where(
        (~np.isnan(before)).sum(axis=1) * 2 >= how.reference, middle(before, 1), np.nan
    )
    if how.season:
        usual = np.minimum(usual, middle(whole[:, :-length], 1))
    found: Floats = usual - now
    return found
