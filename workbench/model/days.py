"""Days are those of China Standard Time: grants, deadlines and data dates go by them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day on which an aware ``moment`` falls."""
    return moment.astimezone(CHINA).date()


def clock_text(moment: datetime) -> str:
    """``2026-11-30 08:00:00``, the wall clock of an aware ``moment``."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
