"""The working-day calendar of a city: the years that ``chinesecalendar`` knows, and those that
``data_contracts/calendar/*.yaml`` adds as they are announced.

A file holds one announcement of the State Council: the days off and the weekend days that are
worked. It may name days of the December before, which announcements have moved (2005, 2006, 2018).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path as FilePath

from chinese_calendar.constants import holidays as days_off
from chinese_calendar.constants import workdays as days_worked
from pydantic import BaseModel

from workbench.catalogue.files import YAML, listed
from workbench.declared import schema
from workbench.declared.findings import Finding, raise_errors
from workbench.declared.notes import Notes
from workbench.declared.yaml import read
from workbench.errors import Text
from workbench.regulations.calendar import Calendar, Year

FOLDER = FilePath("data_contracts") / "calendar"


class Announcement(BaseModel):
    """``source`` names the notice: its number or address, and its date."""

    year: int
    source: str
    off: list[date]
    worked: list[date]


def load_calendar(root: FilePath) -> Calendar:
    """Raises InvalidInput with every finding of the city's own files."""
    announced, findings = read_announcements(root)
    raise_errors(findings)
    return calendar_of(announced)


def read_announcements(root: FilePath) -> tuple[tuple[Announcement, ...], list[Finding]]:
    found, findings = [], []
    for path in listed(root / FOLDER, YAML):
        document = read(path, path.relative_to(root).as_posix())
        notes = Notes(document, list(document.findings))
        if document.value is not None:
            spec, misfits = schema.validate(Announcement, document.value, document)
            notes.extend(misfits)
            if spec is not None:
                _judge(spec, notes)
                found.append(spec)
        findings += notes.found
    return tuple(found), findings


def calendar_of(announced: Iterable[Announcement]) -> Calendar:
    """The library's years with ``announced``, which has the last word."""
    off, worked = defaultdict(set), defaultdict(set)
    for day in days_off:
        off[day.year].add(day)
    for day in days_worked:
        worked[day.year].add(day)
    known = set(off)
    for one in announced:
        known.add(one.year)
        for day in one.off:
            off[day.year].add(day)
            worked[day.year].discard(day)
        for day in one.worked:
            worked[day.year].add(day)
            off[day.year].discard(day)
    return Calendar({y: Year(frozenset(off[y]), frozenset(worked[y])) for y in sorted(known)})


def _judge(spec: Announcement, notes: Notes) -> None:
    for name, days in (("off", spec.off), ("worked", spec.worked)):
        for number, day in enumerate(days):
            if day.year != spec.year and (day.year, day.month) != (spec.year - 1, 12):
                notes.error((name, number), _OTHER_YEAR, _OWN_YEAR)
    for number, day in enumerate(spec.worked):
        if day in spec.off:
            notes.error(("worked", number), _BOTH, _ONE)
        elif day.weekday() < 5:
            notes.error(("worked", number), _WEEKDAY, _ONLY_WEEKENDS)
    if not spec.off:
        notes.error(("off",), _NO_DAYS, _ALL_DAYS)


_OTHER_YEAR = Text("不在这一年（或上年12月）", "not of this year (or the December before)")
_OWN_YEAR = Text("每个文件写一年的通知。", "One file holds one year's announcement.")
_BOTH = Text("同一天既放假又上班", "the day is both off and worked")
_ONE = Text("核对通知原文，只留一处。", "Look it up in the announcement, and keep one.")
_WEEKDAY = Text("周一至周五本来就上班", "a weekday is worked anyway")
_ONLY_WEEKENDS = Text("只写调休上班的周末。", "Name only weekend days that are worked.")
_NO_DAYS = Text("没有放假的日子", "there is no day off")
_ALL_DAYS = Text("写全通知中的放假日。", "Name all days off of the announcement.")
