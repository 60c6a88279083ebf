"""A period that a regulation gives, and the day on which it ends. Pure.

None of the five regulations says how to count; ours follows the Civil Code, articles 201 to 203:
the day of the event does not count; a period of working days ends with the last of them; a period
of months or years ends on the same day of the month, or on its last day, and where that is no
working day, on the next one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Deadline, Key, Period, State, Unit
from workbench.regulations.saying import rule_text


@dataclass(frozen=True)
class Due:
    """``day`` is the last day of the period; None where there is no number. ``provisional``: a year
    that was not announced yet lies within it, so the day may still move."""

    key: Key
    state: State
    day: date | None
    provisional: bool
    article: str


def due(
    key: Key, deadline: Deadline, event: date, calendar: Calendar, *, extended: bool = False
) -> Due:
    """When a period ends that ``event`` (a day in China) began. Raises InvalidInput where it is to
    be extended and the regulation knows no extension."""
    period, article = deadline.period, deadline.article
    if period is None:
        return Due(key, deadline.state, None, False, article)
    if extended:
        if deadline.extension is None:
            raise _no_extension(key, article)
        period, article = deadline.extension, deadline.extension.article
    decided_from, day = _ends(period, event, calendar)
    return Due(key, deadline.state, day, not _announced(calendar, decided_from, day), article)


def _ends(period: Period, event: date, calendar: Calendar) -> tuple[date, date]:
    """``(from, day)``: the period ends on ``day``, and the days from ``from`` on decided it."""
    if period.unit is Unit.working_days:
        return event + _DAY, calendar.working_day_after(event, period.count)
    months = period.count * (12 if period.unit is Unit.years else 1)
    nominal = _months_after(event, months)
    return nominal, calendar.working_day_from(nominal)


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _announced(calendar: Calendar, first: date, last: date) -> bool:
    return all(calendar.covers(date(year, 1, 1)) for year in range(first.year, last.year + 1))


def _no_extension(key: Key, article: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{key.value} 没有可以延长的规定。",
        f"The regulation knows no extension of {key.value}.",
        rule=rule_text(article),
        next=Text("不加 --extended 计算。", "Count without --extended."),
        subject=key.value,
    )


_DAY = timedelta(days=1)
