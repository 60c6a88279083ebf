"""The quarter that is not published yet, and how well past ones would have been told. Pure.

No peeking: what is known at the end of a month is what had been released by then, in the back-test
too, whose outcome is the growth that stood when the analysed month ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.bridge import Bridged, Rates, bridged
from workbench.analysis.course import Course
from workbench.analysis.definition import Nowcast
from workbench.analysis.published import quarter_of
from workbench.analysis.rows import PROVISIONAL, one, refused
from workbench.economy.frames import add_months
from workbench.errors import Text, WorkbenchError

At = Callable[[date], Mapping[str, Course]]
"""The courses as they were known at the end of a month."""


@dataclass(frozen=True)
class Judged:
    """Over so many past quarters, each as it would have been told then."""

    quarters: int
    mase: float
    naive_mase: float
    coverage: float


def nowcast_rows(said: Nowcast, at: At, month: date) -> list[pl.DataFrame]:
    """``growth`` with ``low`` and ``high`` at the quarter's first month, ``inputs`` (how many),
    ``mase``, ``naive_mase``, ``coverage``, ``quarters`` and ``beats_naive`` at the month."""
    courses = at(month)
    entry = _entry(said, courses)
    quarter = quarter_of(month)
    try:
        told = _told(said, courses, quarter)
    except WorkbenchError as error:
        return [refused("nowcast", said.target, "growth", quarter, error, held=False, entry=entry)]
    bounds = {"low": told.low, "high": told.high}
    out = [
        one(
            "nowcast", said.target, "growth", quarter, told.value, entry,
            state=PROVISIONAL, said=_of(told), **bounds,
        ),
        one("nowcast", said.target, "inputs", month, float(len(told.inputs)), entry),
    ]  # fmt: skip
    judged = judge(said, at, month)
    if judged is None:
        why = Text("历史太短，无法回测。", "The history is too short for a back-test.")
        return [*out, refused("nowcast", said.target, "beats_naive", month, why, held=False)]
    return [*out, *_judged_rows(said.target, judged, month, entry)]


def _judged_rows(target: str, judged: Judged, month: date, entry: int) -> list[pl.DataFrame]:
    beats = judged.mase < judged.naive_mase
    values = {
        "mase": judged.mase, "naive_mase": judged.naive_mase, "coverage": judged.coverage,
        "quarters": float(judged.quarters),
    }  # fmt: skip
    text = None if beats else _NOT_BETTER
    return [
        *(one("nowcast", target, name, month, value, entry) for name, value in values.items()),
        one("nowcast", target, "beats_naive", month, float(beats), entry, said=text),
    ]


def _of(told: Bridged) -> Text:
    names = ", ".join(told.inputs)
    return Text(f"月度指标：{names}", f"From: {names}")


def _entry(said: Nowcast, courses: Mapping[str, Course]) -> int:
    used = [courses[name] for name in (said.target, *said.inputs)]
    return max(int(each.level[f.ENTRY].max() or 0) for each in used)  # type: ignore[arg-type]


def _told(said: Nowcast, courses: Mapping[str, Course], quarter: date) -> Bridged:
    inputs = {name: rates(courses[name]) for name in said.inputs}
    return bridged(rates(courses[said.target]), inputs, quarter, said.least, said.level)


def rates(course: Course) -> Rates:
    """Its rates on a year before that stand."""
    rows = f.of_key(course.measures[course.rate_name]).drop_nulls(f.VALUE)
    return dict(zip(rows[f.MONTH].to_list(), rows[f.VALUE].to_list(), strict=True))


def judge(said: Nowcast, at: At, month: date) -> Judged | None:
    """The last ``quarters`` whose outcome is known, each told at the same month of the quarter as
    now; None where there is not one that can be judged."""
    outcomes = rates(at(month)[said.target])
    place = month.month - quarter_of(month).month
    scores = []
    for quarter in sorted(outcomes)[-said.quarters :]:
        score = _scored(said, at, outcomes, quarter, place)
        if score is not None:
            scores.append(score)
    if not scores:
        return None
    ours, naive, inside = (float(np.mean(column)) for column in zip(*scores, strict=True))
    return Judged(len(scores), ours, naive, inside)


def _scored(
    said: Nowcast, at: At, outcomes: Rates, quarter: date, place: int
) -> tuple[float, float, float] | None:
    """Errors in the mean yearly change of the growth before it, as in ``economy.nowcast``."""
    known = {each: value for each, value in outcomes.items() if each < quarter}
    year_before = add_months(quarter, -12)
    moves = [
        abs(value - known[add_months(each, -12)])
        for each, value in known.items()
        if add_months(each, -12) in known
    ]
    scale = float(np.mean(moves)) if moves else 0.0
    if year_before not in known or scale == 0:
        return None
    try:
        told = _told(said, at(add_months(quarter, place)), quarter)
    except WorkbenchError:
        return None  # too early: fewer quarters than an equation needs
    outcome = outcomes[quarter]
    errors = abs(outcome - told.value), abs(outcome - known[year_before])
    return errors[0] / scale, errors[1] / scale, float(told.low <= outcome <= told.high)


_NOT_BETTER = Text(
    "回测中不优于“与上年同季增速相同”的简单预测，仅供参考。",
    "In the back-test it did not beat repeating the growth of the quarter a year before.",
)
