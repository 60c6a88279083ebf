"""What is out of the ordinary in how things stand today: grants and deliveries. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.model.contract import Resource
from workbench.model.cycles import late_since
from workbench.model.grant import Grant, GrantState, state_of
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Deadline, Key, Unit
from workbench.sharing.anomalies.detectors import Found
from workbench.sharing.anomalies.rules import Rule
from workbench.store.anomalies import Transfer

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """A grant with the day from which its rest counts: its last use, or since it began."""

    grant: Grant
    since: date


def dormancy(
    rule: Rule,
    held: Iterable[Held],
    calendar: Calendar,
    today: date,
    given: Callable[[Grant], date | None] = lambda grant: None,
) -> list[Found]:
    """Grants that give something, and of which nothing is taken. ``given`` is asked of those alone
    that seem so: the day on which a case gave the grant, or gave it back; its decision came
    earlier."""
    found = []
    for one in held:
        if not _rests(rule, one.since, calendar, today):
            continue
        since = max(one.since, given(one.grant) or one.since)
        if _rests(rule, since, calendar, today) and state_of(one.grant, today) is GrantState.active:
            found.append(_idle(rule, one.grant, since, _last_day(rule, since, calendar), today))
    return found


def _rests(rule: Rule, since: date, calendar: Calendar, today: date) -> bool:
    return today > _last_day(rule, since, calendar)


def _last_day(rule: Rule, since: date, calendar: Calendar) -> date:
    """Of the months that began on ``since``, as regulations count them: no day too early."""
    months = Deadline(count=int(rule.limit("months")), unit=Unit.months)
    day = due(Key.grant_dormant, months, since, calendar).day
    assert day is not None  # it has a number
    return day


def _idle(rule: Rule, grant: Grant, since: date, last: date, today: date) -> Found:
    return Found(
        rule=rule,
        since=since,
        until=last,
        measure=float((today - since).days),
        threshold=float((last - since).days),
        department=grant.department,
        scenario=grant.scenario,
        resource=grant.resource,
        grant_id=grant.id,
    )


def overdue_delivery(
    rule: Rule, resources: Collection[Resource], transfers: Mapping[str, Transfer], today: date
) -> list[Found]:
    """By the cycle of the catalogue and the date of the data received last; where nothing was ever
    received, the catalogue's last update counts."""
    found = []
    for resource in sorted(resources, key=lambda one: one.name):
        transfer = transfers.get(resource.name, Transfer(resource.name))
        late = late_since(resource.update_cycle, transfer.data_date or resource.last_update, today)
        if late is None or resource.attached is not None:
            continue
        days = (today - late).days + 1
        if days >= rule.limit("days"):
            evidence = (transfer.position,) if transfer.position else ()
            found.append(_of_resource(rule, resource, late, today, days, "days", evidence))
    return found


def lost_transfer(
    rule: Rule,
    resources: Collection[Resource],
    transfers: Mapping[str, Transfer],
    calendar: Calendar,
    today: date,
) -> list[Found]:
    """What its sender counted and nobody received; not sent again for so many working days."""
    limit, found = int(rule.limit("working_days")), []
    for resource in sorted(resources, key=lambda one: one.name):
        transfer = transfers.get(resource.name)
        if transfer is None or transfer.missing_on is None:
            continue
        since = transfer.missing_on
        days = _worked(since, today, calendar, limit)
        if days >= limit:
            evidence = (transfer.missing,)
            found.append(_of_resource(rule, resource, since, today, days, "working_days", evidence))
    return found


def _worked(since: date, today: date, calendar: Calendar, enough: int) -> int:
    """Working days after ``since`` that are over; no more are counted than are enough."""
    day, count = since + _DAY, 0
    while day < today and count < enough:
        count += calendar.is_working(day)
        day += _DAY
    return count


def _of_resource(
    rule: Rule,
    resource: Resource,
    since: date,
    today: date,
    measure: int,
    limit: str,
    evidence: tuple[int, ...],
) -> Found:
    return Found(
        rule=rule,
        since=since,
        until=today,
        measure=float(measure),
        threshold=rule.limit(limit),
        evidence=evidence,
        department=resource.provider,
        resource=resource.name,
    )
