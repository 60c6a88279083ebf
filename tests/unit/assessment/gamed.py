"""A year that the gaming watch looks at, made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from workbench.assessment.gaming.finding import Finding
from workbench.assessment.gaming.rules import Kind, rules_of
from workbench.assessment.gaming.seen import CaseSeen, Entry, Seen, Version
from workbench.assessment.gaming.watch import look
from workbench.kpi.frames import USE

ROOT = Path(__file__).parents[3]
YEAR = 2025
LAST = date(YEAR, 12, 31)
COLUMNS = frozenset(f"c{n} E{n}" for n in range(8))


def entry(
    resource: str,
    provider: str = "health",
    columns: frozenset[str] = COLUMNS,
    cycle: int | None = 31,
    since: date | None = date(YEAR, 1, 5),
) -> Entry:
    return Entry(resource, provider, columns, cycle, since)


def versions(resource: str, days: Mapping[date, str]) -> list[Version]:
    """By day, with the contents of each."""
    return [
        Version(resource, number, day, day, content)
        for number, (day, content) in enumerate(days.items())
    ]


def case(number: int, asked: str, *, closed: int | None, used: bool = False) -> CaseSeen:
    """Opened on a day of its own, ``closed`` so many days later."""
    opened = date(YEAR, 3, 1) + timedelta(days=7 * number)
    end = None if closed is None else opened + timedelta(days=closed)
    return CaseSeen(f"case-{number}", "works", "health", opened, end, asked, used)


def calls(
    department: str,
    resource: str,
    at: Iterable[datetime],
    actor: str = "p1",
    first: int = 1,
    event: str = "release_opened",
    columns: str = "c1,c2",
) -> pl.DataFrame:
    """Uses at these moments, with positions from ``first`` on."""
    rows = [
        {
            "position": first + number, "at": moment, "day": moment.date(), "hour": moment.hour,
            "event": event, "actor": actor, "department": department, "scenario": "s",
            "grant_id": "", "case_id": "", "resource": resource, "columns_used": columns,
            "columns_count": 2, "rows": None, "is_lead": True, "refused": event == "refused",
            "code": "", "simulated": False,
        }
        for number, moment in enumerate(at)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(USE), orient="row")


def every(seconds: float, count: int, day: date) -> list[datetime]:
    start = datetime(day.year, day.month, day.day, 9)
    return [start + timedelta(seconds=round(seconds * n)) for n in range(count)]


def days(count: int, apart: int = 7, first: date = date(YEAR, 3, 3)) -> list[date]:
    return [first + timedelta(days=apart * n) for n in range(count)]


def seen(
    entries: Iterable[Entry] = (),
    versions: Iterable[Version] = (),
    cases: Iterable[CaseSeen] = (),
    uses: Iterable[pl.DataFrame] = (),
) -> Seen:
    frame = pl.concat([pl.DataFrame(schema=dict(USE)), *uses])
    return Seen(YEAR, LAST, tuple(entries), tuple(versions), tuple(cases), frame)


def found(kind: Kind, what: Seen) -> list[Finding]:
    """By the rule of the sample city."""
    return list(look(what, [rule for rule in rules_of(ROOT) if rule.kind is kind]))
