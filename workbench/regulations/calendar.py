"""Working days as the State Council announces them, year by year. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Year:
    """What a year's announcement says: weekdays that are days off, weekend days that are worked
    (调休)."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """``years`` are those that were announced. A day of another year goes by its weekday and by the
    statutory holidays whose date never moves; whoever counts over it has to say so (``covers``)."""

    years: Mapping[int, Year] = field(default_factory=dict)

    def covers(self, day: date) -> bool:
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        year = self.years.get(day.year)
        if year is None:
            return day.weekday() < _SATURDAY and (day.month, day.day) not in _STATUTORY
        if day in year.worked:
            return True
        return day.weekday() < _SATURDAY and day not in year.off

    def working_day_after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself does not count."""
        for _ in range(count):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return day

    def working_day_from(self, day: date) -> date:
        """``day``, or the next working day where it is none."""
        while not self.is_working(day):
            day += _DAY
        return day


_STATUTORY = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""New Year, Labour Day and National Day: State Council order 795 (2024), article 2. The others
follow the moon or the sun, and wait for the announcement."""
