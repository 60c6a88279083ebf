"""Why an alert was raised, as it is drawn: each record's course next to what was to be expected,
from which loss on an alert begins, and the month in which the change began.

The run keeps these figures with the alert (``workbench.warnings.kept``); none is worked out here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbench.errors import Reason
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact
from workbench.ui.numbers import ticks, written
from workbench.ui.page import Form
from workbench.ui.panels import Context
from workbench.ui.words import Speech

AREAS = "area_alert"
"""The resource of alerts on industries and counties, by its shipped name."""


@dataclass(frozen=True)
class Evidence:
    """``rows`` of the resource ``about``, the latest month first; or why there are none."""

    about: str
    rows: tuple[Mapping[str, Any], ...]
    watermark: str = ""
    refused: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True)
class Course:
    """One record: ``months`` (``2026-09``) with what was recorded and what was to be expected, None
    where that is not known; ``alarm``: below it an alert begins, None before the change."""

    name: str
    months: tuple[str, ...]
    values: tuple[float | None, ...]
    usual: tuple[float | None, ...]
    alarm: tuple[float | None, ...]


def read(row: Mapping[str, Any]) -> list[Course]:
    """The records of an alert's month, as the run kept them."""
    found: Mapping[str, list[list[Any]]] = json.loads(row["evidence"])
    return [_course(name, points) for name, points in found.items()]


def _course(name: str, points: list[list[Any]]) -> Course:
    whole = [[*one, None][:4] for one in points]
    months, values, usual, alarm = zip(*whole, strict=True) if whole else ((), (), (), ())
    return Course(name, tuple(months), tuple(values), tuple(usual), tuple(alarm))


def courses(evidence: Evidence, context: Context) -> list[Json]:
    """A drawing for each record of the latest month, each with its figures as a table below."""
    if not evidence.rows:
        return []
    latest = evidence.rows[0]
    drawn = [one for one in read(latest) if any(value is not None for value in one.values)]
    return [part for one in drawn for part in _drawn(one, latest, evidence.about, context)]


def _drawn(one: Course, row: Mapping[str, Any], about: str, context: Context) -> list[Json]:
    speech, title = context.speech, context.read(one.name)
    index = speech._("index, 100 is the course of all") if about == AREAS else ""
    heading = speech._("{title}: what was recorded and what was to be expected", title=title)
    spread = [v for each in (one.values, one.usual, one.alarm) for v in each if v is not None]
    values, texts = ticks(
        Decimal(repr(min(0.0, *spread))), Decimal(repr(max(spread))), Form.number,
        speech.language, "",
    )  # fmt: skip
    nothing = [None] * len(one.months)
    names = {"known": speech._("recorded"), "baseline": speech._("to be expected")}
    if any(value is not None for value in one.alarm):
        names["value"] = speech._("an alert begins below")
    chart = {
        "months": list(one.months),
        "known": list(one.values),
        "baseline": list(one.usual),
        "value": list(one.alarm),
        "low": nothing,
        "high": nothing,
        "marks": _marks(one, row, speech),
        "ticks": [{"at": float(v), "text": t} for v, t in zip(values, texts, strict=True)],
        "label": _said(one, title, speech),
        "names": names,
    }
    picture = {**block(heading, [], [], kind="course", note=index), "chart": chart}
    return [picture, _table(one, title, speech)]


def _marks(one: Course, row: Mapping[str, Any], speech: Speech) -> list[Json]:
    """The month in which the change began, and that of the alert."""
    named = {
        f"{row['since']:%Y-%m}": speech._("change"),
        f"{row['month']:%Y-%m}": speech._("alert"),
    }
    return [{"at": one.months.index(m), "text": t} for m, t in named.items() if m in one.months]


def _said(one: Course, title: str, speech: Speech) -> str:
    """The drawing in words."""
    value, usual = one.values[-1], one.usual[-1]
    return speech._(
        "{title}, {month}: {value}, to be expected {usual}",
        title=title, month=one.months[-1], value=_number(value, speech),
        usual=_number(usual, speech),
    )  # fmt: skip


def _table(one: Course, title: str, speech: Speech) -> Json:
    columns = [
        ("month", speech._("Month")),
        ("value", speech._("Recorded")),
        ("usual", speech._("To be expected")),
        ("alarm", speech._("An alert begins below")),
    ]
    rows = (
        {
            "month": cell(month),
            "value": cell(_number(value, speech)),
            "usual": cell(_number(usual, speech)),
            "alarm": cell(_number(alarm, speech)),
        }
        for month, value, usual, alarm in zip(
            one.months, one.values, one.usual, one.alarm, strict=True
        )
    )
    return block(speech._("{title}: figures", title=title), columns, rows)


def strengths(evidence: Evidence, context: Context) -> list[Json]:
    """The alert month by month: level, strength, part lost."""
    if not evidence.rows:
        return []
    speech = context.speech
    columns = [
        ("month", speech._("Month")),
        ("level", speech._("Level")),
        ("score", speech._("Strength")),
        ("lost", speech._("Part lost")),
    ]
    rows = (
        {
            "month": cell(f"{row['month']:%Y-%m}"),
            "level": cell(context.read(row["level"])),
            "score": cell(_number(row.get("score"), speech)),
            "lost": cell(_share(row["depth"], speech)),
        }
        for row in evidence.rows
    )
    note = speech._("Strength: the loss in standard deviations of the same month's firms.")
    return [block(speech._("Month by month"), columns, rows, note=note)]


def facts_of(evidence: Evidence, context: Context) -> list[Json]:
    """On whom, since when, how much."""
    if not evidence.rows:
        return []
    speech, row = context.speech, evidence.rows[0]
    found = [
        fact(speech._("Enterprise"), row.get("enterprise_name")),
        fact(speech._("Credit code"), row.get("credit_code")),
        fact(speech._("Industry or county"), context.read(str(row.get("area") or ""))),
        fact(speech._("County"), context.read(str(row.get("county") or ""))),
        fact(speech._("Industry"), context.read(str(row.get("industry") or ""))),
        fact(speech._("Level now"), context.read(row["level"])),
        fact(speech._("Change since"), f"{row['since']:%Y-%m}"),
        fact(speech._("Part lost"), _share(row["depth"], speech)),
    ]
    return [one for one in found if one["value"]]


def _number(value: float | None, speech: Speech) -> str:
    return "—" if value is None else written(value, Form.number, speech.language).short


def _share(value: float | None, speech: Speech) -> str:
    return "—" if value is None else written(value * 100, Form.percent, speech.language).short
