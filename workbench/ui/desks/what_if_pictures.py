"""The drawings of what-if questions, as numbers and texts for the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block
from workbench.ui.numbers import ticks, written
from workbench.ui.page import Form
from workbench.ui.words import Speech

if TYPE_CHECKING:
    from workbench.ui.whatif.answer import Answered

BEFORE = 24
"""Months that are drawn before those ahead (our default)."""


def course(found: Answered, series: Mapping[str, Any], speech: Speech) -> Json:
    """The target's last two years, and the twelve months ahead: as a year before, with the shocks,
    and the interval of that."""
    import polars as pl

    ahead = found.ahead
    assert ahead is not None  # whoever draws has looked
    own = found.figures.filter(pl.col("series") == found.question.target).sort("month")
    known = own.filter(pl.col("month") < ahead["month"].min()).tail(BEFORE)
    blank = [None] * known.height
    months: list[date] = [*known["month"], *ahead["month"]]
    drawn = {
        "known": [*known["value"], *([None] * ahead.height)],
        **{name: [*blank, *ahead[name]] for name in ("baseline", "value", "low", "high")},
    }
    values = [one for each in drawn.values() for one in each if one is not None]
    unit = str(series["unit"][speech.language])
    title = str(series["title"][speech.language])
    level = f"{found.question.level:.0%}"
    chart = {
        **drawn,
        "months": [f"{month:%Y-%m}" for month in months],
        "ticks": _ticks(min(values), max(values), Form.number, unit, speech),
        "label": _told(found, title, speech),
        "names": {
            "known": speech._("released"),
            "baseline": speech._("as a year before"),
            "value": speech._("with the shocks"),
            "band": speech._("interval of {level}", level=level),
        },
    }
    named = speech._("{title} ({unit}): twelve months ahead", title=title, unit=unit)
    return {**block(named, [], [], kind="course"), "chart": chart}


def interval_chart(
    named: Sequence[tuple[str, Mapping[str, Any]]], title: str, speech: Speech
) -> Json:
    """Changes in percent with their intervals, a line each."""

    def percent(value: float) -> str:
        return written(value, Form.percent, speech.language, signed=True).short

    drawn = [
        {**{end: one[end] for end in ("low", "value", "high")}, "name": name,
         "text": percent(one["value"])}
        for name, one in named
    ]  # fmt: skip
    low = min(0.0, *(one["low"] for one in drawn))
    high = max(0.0, *(one["high"] for one in drawn))
    told = speech._(", ").join(f"{one['name']} {one['text']}" for one in drawn)
    chart = {
        "lines": drawn,
        "ticks": _ticks(low, high, Form.percent, "", speech),
        "label": f"{title}: {told}",
    }
    return {**block(title, [], [], kind="intervals"), "chart": chart}


def _told(found: Answered, title: str, speech: Speech) -> str:
    outcome = found.outcome
    assert outcome is not None  # whoever draws has looked
    texts = (
        written(outcome[end], Form.percent, speech.language, signed=True).short
        for end in ("value", "low", "high")
    )
    value, low, high = texts
    return speech._(
        "{title}: {value} against no shock, {low} to {high}",
        title=title, value=value, low=low, high=high,
    )  # fmt: skip


def _ticks(low: float, high: float, form: Form, unit: str, speech: Speech) -> list[Json]:
    values, said = ticks(Decimal(repr(low)), Decimal(repr(high)), form, speech.language, unit)
    return [{"at": float(v), "text": text} for v, text in zip(values, said, strict=True)]
