"""Hours as the watch keeps them, made by hand, and the shipped rules with other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from workbench.catalogue.working_days import calendar_of
from workbench.sharing.anomalies.facts import frame_of
from workbench.sharing.anomalies.rules import Rule, shipped
from workbench.store.anomalies import Hour

CALENDAR = calendar_of(())
MONDAY = date(2025, 3, 10)


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


def hour(day: date = MONDAY, at: int = 10, person: str = "li", **more: Any) -> Hour:
    """One hour; ``calls`` and the like as they are named, evidence from ``first`` on."""
    first = more.pop("first", 100)
    place = {"department": "drc", "scenario": "s", "resource": "taxes"}
    seen = {name: (first,) for name in ("calls", "scope", "purpose", "lookups") if more.get(name)}
    return Hour(person=person, day=day, hour=at, evidence=seen, **{**place, **more})


def frame(*hours: Hour) -> pl.DataFrame:
    return frame_of(hours)


def rule(name: str, window: int | None = None, **limits: float) -> Rule:
    """A shipped rule, with some of its numbers exchanged."""
    (found,) = [one for one in shipped() if one.id == name]
    thresholds = {**found.thresholds, **limits}
    return replace(found, thresholds=thresholds, window_days=window or found.window_days)


def days_of(hours: Iterable[Hour]) -> set[date]:
    return {one.day for one in hours}
