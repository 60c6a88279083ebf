"""Years, quarters, months, days and moments: read as cities write them, written by CLDR."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from itertools import pairwise
from math import gcd

from babel.dates import format_date, format_skeleton

from workbench.errors import Language
from workbench.model.days import CHINA
from workbench.ui.words import LOCALES


class Grain(StrEnum):
    year = "year"
    quarter = "quarter"
    month = "month"
    day = "day"
    moment = "moment"


_TICK = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Period:
    """``index`` counts periods of this grain: years, quarters, months, days, or microseconds
    since 1970 for a moment."""

    grain: Grain
    index: int

    @property
    def start(self) -> datetime:
        match self.grain:
            case Grain.year:
                return datetime(self.index, 1, 1, tzinfo=UTC)
            case Grain.quarter:
                return datetime(self.index // 4, self.index % 4 * 3 + 1, 1, tzinfo=UTC)
            case Grain.month:
                return datetime(self.index // 12, self.index % 12 + 1, 1, tzinfo=UTC)
            case Grain.day:
                return datetime.combine(date.fromordinal(self.index), datetime.min.time(), UTC)
        return _EPOCH + self.index * _TICK

    @property
    def iso(self) -> str:
        """Where it stands on a date axis."""
        if self.grain is Grain.moment:
            return self.start.replace(tzinfo=None).isoformat()
        return self.start.date().isoformat()

    @property
    def year(self) -> int:
        return self.start.year

    def said(self, language: Language) -> str:
        """2025年12月, Dec 2025 and so on."""
        return self._by(_WHOLE, language)

    def brief(self, language: Language) -> str:
        """The same without the year, for an axis."""
        if self.grain is Grain.quarter:  # CLDR has no skeleton for a quarter alone
            return str(format_date(self.start, "QQQ", locale=LOCALES[language]))
        return self._by(_BRIEF, language)

    def year_before(self) -> Period | None:
        """The same period one year before; None for a 29 February and a moment."""
        steps = {Grain.year: 1, Grain.quarter: 4, Grain.month: 12}
        if self.grain in steps:
            return Period(self.grain, self.index - steps[self.grain])
        if self.grain is Grain.moment:
            return None
        day = self.start.date()
        if (day.month, day.day) == (2, 29):
            return None
        return Period(Grain.day, day.replace(year=day.year - 1).toordinal())

    def _by(self, skeletons: Mapping[Grain, tuple[str, ...]], language: Language) -> str:
        return _written(self, skeletons[self.grain], language)


@lru_cache(4096)
def _written(period: Period, skeletons: tuple[str, ...], language: Language) -> str:
    """Kept, because a page writes the same months on every panel and babel takes 0.3 ms for one."""
    start, locale = period.start, LOCALES[language]
    return " ".join(str(format_skeleton(each, start, locale=locale)) for each in skeletons)


_WHOLE = {
    Grain.year: ("y",),
    Grain.quarter: ("yQQQ",),
    Grain.month: ("yMMM",),
    Grain.day: ("yMMMd",),
    Grain.moment: ("yMMMd", "Hm"),
}
_BRIEF = {
    Grain.year: ("y",),
    Grain.month: ("MMM",),
    Grain.day: ("MMMd",),
    Grain.moment: ("Hm",),
}

# ---- reading

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def _year(year: str) -> Period:
    return Period(Grain.year, int(year))


def _quarter(year: str, quarter: str) -> Period:
    number = _QUARTERS.get(quarter) or int(quarter)
    return Period(Grain.quarter, int(year) * 4 + number - 1)


def _month(year: str, month: str) -> Period:
    return Period(Grain.month, date(int(year), int(month), 1).year * 12 + int(month) - 1)


def _day(year: str, month: str, day: str) -> Period:
    return Period(Grain.day, date(int(year), int(month), int(day)).toordinal())


def _moment(text: str) -> Period:
    """By the clock on the wall in China; midnight is the day that begins with it."""
    found = datetime.fromisoformat(text)
    there = found.astimezone(CHINA) if found.tzinfo else found
    if there.time() == time():
        return Period(Grain.day, there.toordinal())
    return Period(Grain.moment, (there.replace(tzinfo=UTC) - _EPOCH) // _TICK)


_Y = r"((?:19|20)\d\d)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = tuple(
    (re.compile(pattern), made)
    for pattern, made in (
        (rf"{_Y}年?", _year),
        (rf"{_Y}[- ]?[Qq]([1-4])", _quarter),
        (rf"{_Y}年第?([1-4一二三四])季度", _quarter),
        (rf"{_Y}[-/.](\d\d?)", _month),
        (rf"{_Y}(0[1-9]|1[0-2])", _month),
        (rf"{_Y}年(\d\d?)月", _month),
        (rf"{_Y}[-/.](\d\d?)[-/.](\d\d?)(?:[ T]00:00(?::00)?)?", _day),
        (rf"{_Y}年(\d\d?)月(\d\d?)日", _day),
        (rf"({_Y[1:-1]}-\d\d-\d\d[ T]\d\d:\d\d\S*)", _moment),
    )
)
"""Texts that are read as periods; a year alone is one from 1900 to 2099."""


@cache
def period(text: str) -> Period | None:
    """``2025``, ``2025Q3``, ``2025-12``, ``202512``, ``2025年12月``, ``2025-12-31``, or None."""
    for pattern, made in _FORMS:
        found = pattern.fullmatch(text.strip())
        if found is not None:
            try:
                return made(*found.groups())
            except ValueError:
                return None
    return None


def never(text: str) -> bool:
    """Whether it is what databases write for an end that no one knows."""
    return text.startswith("9999-12-31") or text in ("infinity", "-infinity")


def periods(texts: Sequence[str | None], *, as_days: bool = False) -> list[Period | None] | None:
    """All texts as periods of one grain, or None where they are not. A column of days that are all
    the first or last of a month (or the first of a year) is one of months (or years), for
    statistics are dated so; not with ``as_days``, for deadlines."""
    texts = [None if text is None or never(text) else text for text in texts]
    found = [None if text is None else period(text) for text in texts]
    given = [each for each in found if each is not None]
    if {each.grain for each in given} == {Grain.day, Grain.moment}:
        found = [each and Period(Grain.moment, (each.start - _EPOCH) // _TICK) for each in found]
        given = [each for each in found if each is not None]
    grains = {each.grain for each in given}
    if len(given) != sum(text is not None for text in texts) or len(grains) != 1:
        return None
    grain = given[0].grain if as_days else _grain(given)
    return [p and _coarser(p, grain) for p in found]


def _grain(given: Sequence[Period]) -> Grain:
    """The grain that days really have."""
    grain = given[0].grain
    if grain is not Grain.day or len({each.index for each in given}) < 2:
        return grain
    days = {each.start.date() for each in given}
    if all(day.day == 1 for day in days):
        return Grain.year if all(day.month == 1 for day in days) else Grain.month
    if all((day + timedelta(days=1)).day == 1 for day in days):
        return Grain.month
    return grain


def _coarser(found: Period, grain: Grain) -> Period:
    if found.grain is grain:
        return found
    day = found.start
    index = {Grain.year: day.year, Grain.month: day.year * 12 + day.month - 1}[grain]
    return Period(grain, index)


# ---- the grid of a time axis

_STEPS = {
    Grain.year: (1, 5, 10),
    Grain.quarter: (1, 2, 4),
    Grain.month: (1, 3, 6, 12),
    Grain.day: (1, 7),
}
"""In which steps statistics come. Two months apart is no step: a month is missing."""


def grid(found: Iterable[Period]) -> list[Period]:
    """Every period from the first to the last, in the step that the data have: a missing one is a
    gap. Moments have no step. Weekends are no gap where no figure stands on any."""
    distinct = sorted(set(found))
    if len(distinct) < 2 or distinct[0].grain is Grain.moment:
        return distinct
    grain, indexes = distinct[0].grain, [each.index for each in distinct]
    common = gcd(*(b - a for a, b in pairwise(indexes)))
    step = max(each for each in _STEPS[grain] if common % each == 0)
    whole = [Period(grain, i) for i in range(indexes[0], indexes[-1] + 1, step)]
    if grain is Grain.day and step == 1 and not any(map(_weekend, distinct)):
        return [each for each in whole if not _weekend(each)]
    return whole


def _weekend(found: Period) -> bool:
    return found.start.weekday() >= 5


_STRIDES = {
    Grain.year: (1, 2, 5, 10, 20, 50),
    Grain.quarter: (1, 2, 4, 8, 20, 40),
    Grain.month: (1, 2, 3, 6, 12, 24, 36, 60, 120, 240),
    Grain.day: (1, 2, 7, 14),
}


def tick_periods(first: Period, last: Period, most: int = 5) -> list[Period]:
    """At most ``most`` periods from ``first`` to ``last`` to be named on an axis, at round places
    (quarters start, years start)."""
    if first.grain is Grain.moment:
        return [first, last] if first != last else [first]
    span = last.index - first.index
    for stride in _STRIDES[first.grain]:
        if span // stride + 1 <= most:
            start = -(-first.index // stride) * stride
            return [Period(first.grain, i) for i in range(start, last.index + 1, stride)] or [first]
    if first.grain is Grain.day:
        return _by_months(first, last, most)
    return [first, last]


def _by_months(first: Period, last: Period, most: int) -> list[Period]:
    """Days far apart are named by months' first days."""
    months = tick_periods(_coarser(first, Grain.month), _coarser(last, Grain.month), most)
    return [month for month in months if first.iso <= month.iso <= last.iso] or [first]


def axis_texts(found: Sequence[Period], language: Language, line: str) -> list[str]:
    """Brief texts; the year stands below the first one of each year, after ``line``. Where each is
    the start of another year, the years alone."""
    if found and found[0].grain is Grain.moment:
        return _moment_texts(found, language, line)
    out, year = list[str](), 0
    if len(found) > 1 and all((p.start.month, p.start.day) == (1, 1) for p in found):
        found = [Period(Grain.year, each.year) for each in found]
    for each in found:
        if each.grain is Grain.year:
            out.append(each.said(language))
            continue
        named = Period(Grain.year, each.year).said(language)
        out.append(each.brief(language) + (line + named if each.year != year else ""))
        year = each.year
    return out


def _moment_texts(found: Sequence[Period], language: Language, line: str) -> list[str]:
    """The time of each, and below it the day where that is another than the one before."""
    out, last = list[str](), ""
    for each in found:
        before, last = last, Period(Grain.day, each.start.toordinal()).said(language)
        out.append(each.brief(language) + (line + last if last != before else ""))
    return out
