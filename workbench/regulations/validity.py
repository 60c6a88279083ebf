"""Whether a regulation is in force on a day. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workbench.regulations.profile import InForce, Profile

WARNED_DAYS = 90
"""A regulation that ends within so many days is said to end soon (our default)."""


class Validity(StrEnum):
    draft = "draft"
    not_yet = "not_yet"
    in_force = "in_force"
    ends_soon = "ends_soon"
    perhaps_lapsed = "perhaps_lapsed"
    """It ended on one of several days, of which today is none of the last."""
    lapsed = "lapsed"


@dataclass(frozen=True)
class Span:
    """First and last day on which it certainly and possibly holds: a text that leaves its day open
    has two of each. ``until_*`` is None where it holds without end."""

    since_earliest: date
    since_latest: date
    until_earliest: date | None
    until_latest: date | None


def span_of(in_force: InForce) -> Span | None:
    """None for a draft."""
    if in_force.since is None:
        return None
    parts = [int(part) for part in in_force.since.split("-")]
    year, month = parts[0], parts[1]
    first, last = (parts[2], parts[2]) if len(parts) == 3 else (1, monthrange(year, month)[1])
    earliest, latest = date(year, month, first), date(year, month, last)
    return Span(earliest, latest, _until(earliest, in_force), _until(latest, in_force))


def validity(profile: Profile, today: date) -> Validity:
    span = span_of(profile.in_force)
    if profile.status == "draft" or span is None:
        return Validity.draft
    if today < span.since_latest:
        return Validity.not_yet
    if span.until_latest is None or span.until_earliest is None:
        return Validity.in_force
    if today > span.until_latest:
        return Validity.lapsed
    if today > span.until_earliest:
        return Validity.perhaps_lapsed
    soon = today > span.until_earliest - timedelta(days=WARNED_DAYS)
    return Validity.ends_soon if soon else Validity.in_force


def _until(since: date, in_force: InForce) -> date | None:
    """The last day of so many years: the day before the one that bears the same date."""
    if in_force.years is None:
        return None
    year = since.year + in_force.years
    same = date(year, since.month, min(since.day, monthrange(year, since.month)[1]))
    return same - timedelta(days=1)
