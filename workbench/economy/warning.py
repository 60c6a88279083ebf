"""Early warning: who is alarming in a month, and which of that is new.

A *panel* has a row for each ``subject`` (an enterprise) and ``month``, a column of numbers for each
input, ``county``, ``industry`` (what peers are grouped by, so two digits rather than four), and may
have ``closed`` (the day on which the register closed it, null while it is open). A missing row and
a null are the same: no record, which is not zero. ``together`` makes one of a rule's records.

Detectors are a closed set, ``DETECTORS``; each says how it works and where its formulas are from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from workbench.economy import warning_area, warning_loss
from workbench.economy.frames import MONTH, Floats, add_months, refused
from workbench.economy.warning_area import AreaLoss
from workbench.economy.warning_loss import Loss
from workbench.economy.warning_robust import CLOSED, COUNTY, INDUSTRY, SUBJECT, Panel, panel_of

DETECTORS: Final[Mapping[str, type[Loss] | type[AreaLoss]]] = {"loss": Loss, "area_loss": AreaLoss}
COLOURS = ("blue", "yellow", "orange", "red")
"""From the mildest to the worst, as in China's warnings of four levels (Emergency Response Law of
2007, art. 42)."""
SHOWN = 12
"""Months of evidence at most."""
EVIDENCE = pl.List(
    pl.Struct({"input": pl.String, MONTH: pl.Date, "value": pl.Float64, "usual": pl.Float64})
)
SCHEMA: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    SUBJECT: pl.String,
    MONTH: pl.Date,
    "level": pl.String,
    "score": pl.Float64,
    "since": pl.Date,
    "depth": pl.Float64,
    "evidence": EVIDENCE,
}
"""Of alerts: a row for each subject that is alarming, the highest score first."""


class Levels(BaseModel):
    """The score from which each begins; a higher one is worse."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    blue: float
    yellow: float
    orange: float
    red: float

    @property
    def scores(self) -> tuple[float, float, float, float]:
        return (self.blue, self.yellow, self.orange, self.red)

    @property
    def rising(self) -> bool:
        """Whether none begins below a milder one."""
        return list(self.scores) == sorted(self.scores)


def months_needed(parameters: Loss | AreaLoss) -> int:
    """How many months of a panel are looked at, the month itself included. With fewer a detector
    does what it can, and raises no alert where that is not enough."""
    lags = parameters.lags if isinstance(parameters, Loss) else {}
    return parameters.months + max(lags.values(), default=0)


def alerts(
    detector: str, parameters: Loss | AreaLoss, levels: Levels, panel: pl.DataFrame, month: date
) -> pl.DataFrame:
    """Who is alarming in ``month``, in the form of ``SCHEMA``: ``score`` in standard deviations of
    the panel's own noise (comparable within a rule), ``since`` the first month of the change,
    ``depth`` the part lost, ``evidence`` each input's values next to what was to be expected (of an
    area: indices, 100 is the course of all areas).

    Nothing is kept between months: a loss that goes on is there each month; see ``episodes``.
    Raises InvalidInput for an unknown detector or parameters of another, and for a panel that is
    none.
    """
    if DETECTORS.get(detector) is not type(parameters):
        raise refused(
            f"检测方法 {detector} 与参数不符。", f"These are no parameters of {detector}."
        )
    lags = parameters.lags if isinstance(parameters, Loss) else {}
    made = panel_of(panel, parameters.inputs, lags, month, parameters.months)
    if made.who.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    if isinstance(parameters, Loss):
        return _of_firms(parameters, levels, made, month)
    return _of_areas(parameters, levels, made, month)


def episodes(current: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What becomes of alerts: ``subject, state, level, was, climbed``, a row for each subject.

    ``current``: alerts of a month. ``before``: alerts of one rule in the month before, or in
    several: who was alarming in any of them is still in the same episode, so that a quiet month
    raises no new alert. ``state``: ``new``, ``on``, or ``over`` (level null). ``was``: the worst
    level before; ``climbed``: whether it is worse than that now.
    """
    worst = before.group_by(SUBJECT).agg(was=_rank(pl.col("level")).max())
    now = current.select(SUBJECT, level=_rank(pl.col("level")))
    both = now.join(worst, on=SUBJECT, how="full", coalesce=True)
    state = (
        pl.when(pl.col("was").is_null())
        .then(pl.lit("new"))
        .when(pl.col("level").is_null())
        .then(pl.lit("over"))
        .otherwise(pl.lit("on"))
    )
    climbed = (pl.col("level") > pl.col("was")).fill_null(False)
    names = dict(enumerate(COLOURS))
    return both.select(
        SUBJECT,
        state.alias("state"),
        *(pl.col(n).replace_strict(names, return_dtype=pl.String) for n in ("level", "was")),
        climbed.alias("climbed"),
    ).sort(SUBJECT)


def together(
    records: Mapping[str, pl.DataFrame], register: pl.DataFrame, events: frozenset[str]
) -> pl.DataFrame:
    """A panel of records. ``records``: for each input ``subject, month`` and a column of its name,
    a row where there is a record; of the inputs that are ``events``, whoever has no record in a
    month had none. ``register``: ``subject, county, industry`` and ``closed``, a row for each
    subject; who is not in it is left out."""
    whole: pl.DataFrame | None = None
    order = sorted(records, key=lambda name: name in events)  # events alone make no row
    for name in order:
        rows = records[name].select(SUBJECT, MONTH, pl.col(name).cast(pl.Float64))
        if whole is None:
            whole = rows
        else:
            how: Literal["left", "full"] = "left" if name in events else "full"
            whole = whole.join(rows, on=[SUBJECT, MONTH], how=how, coalesce=True)
    if whole is None:
        raise refused("没有数据来源。", "There are no records.")
    filled = whole.with_columns(pl.col(name).fill_null(0.0) for name in sorted(events))
    return filled.join(register, on=SUBJECT, how="inner")


def _rank(level: pl.Expr) -> pl.Expr:
    ranks = {colour: number for number, colour in enumerate(COLOURS)}
    return level.replace_strict(ranks, return_dtype=pl.Int64)


def _of_firms(how: Loss, levels: Levels, panel: Panel, month: date) -> pl.DataFrame:
    found = warning_loss.judge(how, panel)
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(found.score >= levels.blue)
    usual: dict[str, Floats] = {name: each[rows] for name, each in found.usual.items()}
    for name in how.events:
        rate = float(np.nan_to_num(panel.values[name]).mean())
        usual[name] = np.full((len(rows), len(panel.months)), rate)
    values = {name: panel.values[name][rows] for name in how.inputs}
    evidence = _evidence(panel.months, values, usual, how.lags)
    names = panel.who[SUBJECT].gather(rows)
    return _alerts(
        names, month, levels, found.score[rows], found.length[rows], found.loss[rows], evidence
    )


def _of_areas(how: AreaLoss, levels: Levels, panel: Panel, month: date) -> pl.DataFrame:
    found = warning_area.judge(how, panel)
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(found.score >= levels.blue)
    months = panel.months[-found.courses[0].shape[1] :]
    values = {n: 100.0 * np.exp(c[rows]) for n, c in zip(how.of, found.courses, strict=True)}
    usual = {name: np.full(each.shape, 100.0) for name, each in values.items()}
    names = pl.Series(SUBJECT, found.names, pl.String).gather(rows)
    evidence = _evidence(months, values, usual, {})
    return _alerts(
        names, month, levels, found.score[rows], found.length[rows], found.loss[rows], evidence
    )


def _alerts(
    names: pl.Series, month: date, levels: Levels, score: Floats, length: Floats, loss: Floats,
    evidence: list[list[dict[str, object]]],
) -> pl.DataFrame:  # fmt: skip
    level = np.searchsorted(np.array(levels.scores), score, side="right") - 1
    return pl.DataFrame(
        {
            SUBJECT: names,
            MONTH: [month] * len(names),
            "level": [COLOURS[number] for number in level.tolist()],
            "score": score,
            "since": [add_months(month, 1 - n) for n in length.astype(int).tolist()],
            "depth": 1.0 - np.exp(-loss),
            "evidence": evidence,
        },
        schema=SCHEMA,
    ).sort("score", SUBJECT, descending=[True, False])


def _evidence(
    months: tuple[date, ...], values: Mapping[str, Floats], usual: Mapping[str, Floats],
    lags: Mapping[str, int],
) -> list[list[dict[str, object]]]:  # fmt: skip
    """For each row the last months of each input, at the months that they are of."""
    found: list[list[dict[str, object]]] = [[] for _ in next(iter(values.values()))]
    for name, rows in values.items():
        late = lags.get(name, 0)
        for at in range(max(0, len(months) - SHOWN), len(months)):
            of = add_months(months[at], -late)
            for row, (value, expected) in enumerate(
                zip(rows[:, at].tolist(), usual[name][:, at].tolist(), strict=True)
            ):
                one = {"input": name, MONTH: of, "value": _known(value), "usual": _known(expected)}
                found[row].append(one)
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


__all__ = [
    "CLOSED",
    "COLOURS",
    "COUNTY",
    "DETECTORS",
    "INDUSTRY",
    "SCHEMA",
    "AreaLoss",
    "Levels",
    "Loss",
    "alerts",
    "episodes",
    "months_needed",
    "together",
]
