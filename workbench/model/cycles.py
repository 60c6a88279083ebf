"""How often a resource is updated, and since when it is late. Pure.

The catalogue's word for a cycle is free text; these are the ones that are understood. Real-time,
irregular and static resources have no end of a cycle, and an unknown word tells nothing: such a
resource is never called late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from workbench.errors import Text

_DAYS: Mapping[int, tuple[str, ...]] = {
    1: ("每日", "每天", "按日", "日", "天", "daily", "day"),
    7: ("每周", "按周", "周", "weekly", "week"),
    11: ("每旬", "按旬", "旬"),
    31: ("每月", "按月", "月", "monthly", "month"),
    92: ("每季度", "每季", "按季度", "季度", "季", "quarterly", "quarter"),
    184: ("每半年", "半年", "half-yearly", "semi-annually"),
    366: ("每年", "按年", "年", "yearly", "annually", "year"),
}
"""The longest that a cycle can be, in days."""
_SAID: Mapping[int, Text] = {
    1: Text("每日", "daily"),
    7: Text("每周", "weekly"),
    11: Text("每旬", "every ten days"),
    31: Text("每月", "monthly"),
    92: Text("每季度", "quarterly"),
    184: Text("每半年", "half-yearly"),
    366: Text("每年", "yearly"),
}
_ENDLESS: Mapping[str, Text] = {
    word: said
    for said, words in {
        Text("实时", "real-time"): ("实时", "real-time", "realtime"),
        Text("不定期", "irregular"): ("不定期", "irregular"),
        Text("不更新", "not updated"): ("不更新", "静态", "static"),
    }.items()
    for word in words
}
_BY_WORD = {word: days for days, words in _DAYS.items() for word in words}


def cycle_days(cycle: str) -> int | None:
    """The days of a cycle at most; None where it has no end, or is not understood."""
    return _BY_WORD.get(cycle.strip().casefold())


def cycle_said(cycle: str) -> Text:
    """The cycle in both languages; a word that is not understood as it is."""
    days = cycle_days(cycle)
    if days is not None:
        return _SAID[days]
    return _ENDLESS.get(cycle.strip().casefold(), Text(cycle, cycle))


def late_since(cycle: str, data_date: date | None, today: date) -> date | None:
    """The day from which data of ``data_date`` are late on ``today``; None while they are not.

    One cycle passes until the next data exist, another to deliver them (our default).
    """
    due = due_on(cycle, data_date)
    return due + timedelta(days=1) if due is not None and today > due else None


def due_on(cycle: str, data_date: date | None) -> date | None:
    """The last day on which what follows data of ``data_date`` is delivered in time; None where
    the cycle has no end, or nothing was delivered yet."""
    days = cycle_days(cycle)
    if days is None or data_date is None:
        return None
    return data_date + timedelta(days=2 * days)
