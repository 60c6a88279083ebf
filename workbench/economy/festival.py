"""The spring festival, which moves between 21 January and 20 February, as regressors of months.

Days of the lunar new year 1990-2050: the Purple Mountain Observatory's calendar (GB/T 33661-2017,
《农历的编算和颁行》), as the packages lunardate 0.3.0 and holidays 0.109 both give it; a test
works out the new moons anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from workbench.economy.frames import Floats, refused

_FIRST = 1990
_DAYS = (
    "0127 0215 0204 0123 0210 0131 0219 0207 0128 0216 "
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 "
    "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 "
    "0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 "
    "0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 0123"
)
NEW_YEAR = {
    _FIRST + i: date(_FIRST + i, int(text[:2]), int(text[2:]))
    for i, text in enumerate(_DAYS.split())
}


@dataclass(frozen=True)
class Windows:
    """Days before the new year, from it on, and after those; 0 leaves a window out.

    20, 7 and 20 are ours: workers leave some three weeks before and are back after the lantern
    festival; the seven days are those off. Windows of about this length are usual (Lin and Liu
    (2002), "Modeling lunar calendar holiday effects in Taiwan", US Census Bureau).
    """

    before: int = 20
    during: int = 7
    after: int = 20

    def __post_init__(self) -> None:
        lengths = (self.before, self.during, self.after)
        if min(lengths) < 0 or max(lengths) == 0 or self.before > 20 or sum(lengths[1:]) > 38:
            raise refused(
                "春节窗口须落在一月至三月之内。", "The windows lie within January to March."
            )

    def days(self, new_year: date) -> dict[str, list[date]]:
        """The days of each window around a new year."""
        starts = {
            "before": (-self.before, self.before),
            "during": (0, self.during),
            "after": (self.during, self.after),
        }
        return {
            name: [new_year + timedelta(start + i) for i in range(length)]
            for name, (start, length) in starts.items()
            if length
        }


def new_year(year: int) -> date:
    """The first day of the lunar year. Raises outside 1990-2050."""
    if year not in NEW_YEAR:
        raise refused(
            f"没有 {year} 年的春节日期（1990-2050）。", f"No spring festival is known for {year}."
        )
    return NEW_YEAR[year]


def shares(year: int, windows: Windows) -> dict[str, tuple[float, ...]]:
    """For each window, the part of its days that falls into each of the twelve months (sum 1)."""
    out = {}
    for name, days in windows.days(new_year(year)).items():
        counts = [0] * 12
        for day in days:
            counts[day.month - 1] += 1
        out[name] = tuple(count / len(days) for count in counts)
    return out


def regressors(months: Sequence[date], windows: Windows) -> tuple[tuple[str, ...], Floats]:
    """Names of the windows, and a row for each month: its share less the calendar month's mean.

    Centred by the means of 1990-2050, so that the constant part of the festival stays in the season
    and only its moving is left. Source: US Census Bureau, *X-13ARIMA-SEATS Reference Manual*, on
    user-defined holiday regressors, and genhol, which builds them so.
    """
    known = [shares(year, windows) for year in NEW_YEAR]
    names = tuple(known[0])
    means = {n: [math.fsum(s[n][m] for s in known) / len(known) for m in range(12)] for n in names}
    by_year = {year: shares(year, windows) for year in {m.year for m in months}}
    rows = [
        [by_year[m.year][n][m.month - 1] - means[n][m.month - 1] for n in names] for m in months
    ]
    return names, np.array(rows, dtype=np.float64).reshape(len(months), len(names))
