"""What became of what was planted in a simulated year and not found, as its ledger shows it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from datetime import time as clock_time

from workbench.ledger.usage import usage
from workbench.model.days import CHINA
from workbench.model.entry import EntryFilter
from workbench.model.grant import stopped_on
from workbench.sharing.anomalies.rules import Kind
from workbench.simulation.deliveries import Parcel
from workbench.simulation.planted import Planted
from workbench.simulation.year import Year

UNEXPLAINED = "not explained"
"""A miss that none of the looks below accounts for."""


def of_department(department: str, year: Year) -> str:
    people = [one.id for one in year.world.department(department).people]
    most = max(most_asked(year, one, "over_reaching", 30) for one in people)
    return "fewer than 4 in any 30 days by one person" if most < 4 else UNEXPLAINED


def of_person(kind: Kind, person: str, year: Year) -> str:
    if kind is Kind.enumeration:
        most = most_asked(year, person, "enumerating", 7)
        return "fewer than 50 in any 7 days on one resource" if most < 50 else UNEXPLAINED
    if kind is not Kind.sudden_volume:
        return UNEXPLAINED
    if most_asked(year, person, "sudden_volume", 1) < 12:
        return "fewer than 12 calls in a day"
    first = min(ask.at.date() for ask in year.played if ask.person.id == person)
    since = datetime.combine(first - timedelta(days=60), clock_time(), CHINA)
    until = datetime.combine(first, clock_time(), CHINA)
    wanted = EntryFilter(
        person=person, event="release_opened", since=since, until=until, limit=100_000
    )
    days = {row.at.date() for row in usage(year.state.store.journal, wanted)}
    return "fewer than 10 days of use in the 60 before" if len(days) < 10 else UNEXPLAINED


def most_asked(year: Year, person: str, kind: str, days: int) -> int:
    """The most planted asks in any so many days, on one resource where keys are walked."""
    asks = [one for one in year.played if one.person.id == person and one.kind == kind]
    return max(
        (
            sum(
                timedelta() <= last.at.date() - one.at.date() < timedelta(days=days)
                and (kind != "enumerating" or one.resource == last.resource)
                for one in asks
            )
            for last in asks
        ),
        default=0,
    )


def innocence(unit: str, year: Year) -> str:
    """What an innocent subject of a finding was made to do; ``chance`` for nothing."""
    held = year.casework.holdings.get(unit)
    if held is not None:
        return "seasonal" if held.season else "chance"
    return next((one.innocent for one in year.world.people if one.id == unit), "") or "chance"


def rested(grant: str, planted: Planted, year: Year) -> str:
    """What became of a grant that somebody stopped to use."""
    if grant in planted.dormant:
        return "unused for three months"
    end = stopped_on(year.grants().by_id[grant], _last(year))
    return "the year ended before" if end is None else "stopped, replaced or expired before"


def unseen_cause(grant: str, over: str, year: Year) -> str:
    """A period of months ends on a working day (Civil Code, art. 203): it is found after that."""
    last = year.desk.calendar().working_day_from(date.fromisoformat(over))
    end = stopped_on(year.grants().by_id[grant], _last(year))
    if last >= (_last(year) if end is None else end):
        return "the three months ended on a day off, and the grant or the year before the next one"
    return UNEXPLAINED


def lost_cause(resource: str, day: str, year: Year) -> str:
    """A later delivery of the resource before the limit hides it; so does the year's end."""
    on = date.fromisoformat(day)
    limit = year.desk.calendar().working_day_after(on, 6)
    whole = [one for one in year.parcels if one.resource == resource and is_whole(one)]
    if any(on <= one.on <= limit for one in whole):
        return "the next delivery of the resource came first"
    return "the year ended first" if limit > _last(year) else UNEXPLAINED


def is_whole(parcel: Parcel) -> bool:
    return parcel.rows == parcel.arrived


def _last(year: Year) -> date:
    return date(year.world.year, 12, 31)
