"""How often an entry of a catalogue is updated: a closed set, with the end of each period. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Frequency(StrEnum):
    real_time = "real_time"
    daily = "daily"
    weekly = "weekly"
    ten_days = "ten_days"
    half_month = "half_month"
    monthly = "monthly"
    two_monthly = "two_monthly"
    quarterly = "quarterly"
    half_yearly = "half_yearly"
    yearly = "yearly"
    two_yearly = "two_yearly"
    three_yearly = "three_yearly"
    five_yearly = "five_yearly"
    static = "static"
    irregular = "irregular"


@dataclass(frozen=True)
class Period:
    """Either is 0."""

    days: int = 0
    months: int = 0


PERIODS: Mapping[Frequency, Period] = {
    Frequency.daily: Period(days=1),
    Frequency.weekly: Period(days=7),
    Frequency.ten_days: Period(days=11),  # the last third of a month has up to eleven
    Frequency.half_month: Period(days=16),  # and its second half up to sixteen
    Frequency.monthly: Period(months=1),
    Frequency.two_monthly: Period(months=2),
    Frequency.quarterly: Period(months=3),
    Frequency.half_yearly: Period(months=6),
    Frequency.yearly: Period(months=12),
    Frequency.two_yearly: Period(months=24),
    Frequency.three_yearly: Period(months=36),
    Frequency.five_yearly: Period(months=60),
}
"""Real time, static and irregular have no end of a period: such an entry is never overdue."""


def due_on(frequency: Frequency | None, updated: date | None) -> date | None:
    """The last day on which the next update is in time; None where there is no such day."""
    period = None if frequency is None else PERIODS.get(frequency)
    if period is None or updated is None:
        return None
    try:
        return _months_on(updated, period.months) + timedelta(days=period.days)
    except (OverflowError, ValueError):  # the year 9999 stands in real catalogues
        return None


def _months_on(day: date, months: int) -> date:
    """The same day of a later month, or its last one (Civil Code of China, art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
