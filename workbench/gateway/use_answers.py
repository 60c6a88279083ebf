"""What is answered about the use of grants: strict models, made of the shared values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from workbench.catalogue.applications import MOST_TEXT
from workbench.catalogue.city import City
from workbench.errors import Text
from workbench.gateway.answers import Answer, Said
from workbench.policy.holding import PAGE_PREFIX
from workbench.policy.visible import mask_text
from workbench.regulations.deadline import Due
from workbench.sharing.oversight import case_of
from workbench.sharing.use_found import ColumnUse, Days, Found, UseLine
from workbench.sharing.use_lines import STATES

Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(9000, 12, 31))]
"""A day that can be asked for: with a day added, or in another zone, it still is one."""


class UsedColumn(Answer):
    """A granted column, and the last day on which it was read: ``last`` of the days asked for,
    ``last_ever`` of all."""

    name: str
    use: str
    mask: str
    last: date | None
    last_ever: date | None


class BeyondLine(Answer):
    """A column that was read once and is granted no more."""

    name: str
    last: date


class UserLine(Answer):
    id: str
    releases: int
    last: datetime


class DormantLine(Answer):
    """When a grant counts as unused. ``day`` is null where the regulation gives no number
    (``state``: none), or that part of its text is missing (unknown)."""

    state: str
    day: date | None
    over: bool
    article: str
    provisional: bool


class UseAnswer(Answer):
    """One grant and its use. ``case`` is empty for a grant of a scenario file. ``people`` are the
    most recent of ``people_total``. ``revoke``: empty, ``grant`` or ``case``, by which way the
    caller may revoke it."""

    grant: str
    case: str
    scenario: str
    resource: str
    resource_title: Said
    provider: str
    department: str
    department_title: Said
    page: str
    state: str
    told: Said
    replaced_by: str
    mode: str
    approver: str
    valid_from: date | None
    valid_until: date | None
    stopped_on: date | None
    columns: list[UsedColumn]
    beyond: list[BeyondLine]
    people: list[UserLine]
    people_total: int
    releases: int
    last: datetime | None
    last_ever: datetime | None
    dormant: DormantLine | None
    revoke: str


class UsePage(Answer):
    """``counted_to``: the last entry of the ledger that is counted; ``behind``: how many are not
    counted yet. Both are null for who does not watch over all: they would tell how much everybody
    does. ``is_behind`` says it to all."""

    total: int
    since: date | None
    counted_to: int | None
    behind: int | None
    is_behind: bool
    lines: list[UseAnswer]


class DayLine(Answer):
    day: date
    person: str
    releases: int
    columns: list[str]
    last: datetime


class UseDays(Answer):
    """One grant by person and day, the newest first. ``counted_to``, ``behind`` and ``is_behind``
    as of ``UsePage``."""

    line: UseAnswer
    total: int
    days: list[DayLine]
    counted_to: int | None
    behind: int | None
    is_behind: bool


class Grounds(Answer):
    reason: str = Field(default="", max_length=MOST_TEXT)
    basis: str = Field(default="", max_length=MOST_TEXT)


class Revoked(Answer):
    """``repeated``: it had been revoked before, and this is what came of it then."""

    grant: str
    scenario: str
    resource: str
    department: str
    revoked_on: date
    by: str
    reason: str
    at: datetime
    repeated: bool


def use_page(found: Found, since: date | None, city: City) -> UsePage:
    return UsePage(
        total=found.total,
        since=since,
        counted_to=found.counted.to,
        behind=found.counted.behind,
        is_behind=found.counted.is_behind,
        lines=[use_answer(line, city) for line in found.lines],
    )


def use_days(found: Days, city: City) -> UseDays:
    days = [
        DayLine(
            day=day,
            person=person,
            releases=used.releases,
            columns=sorted(used.columns),
            last=used.last,
        )
        for (_, person, day), used in found.days.items()
    ]
    return UseDays(
        line=use_answer(found.line, city),
        total=found.total,
        days=days,
        counted_to=found.counted.to,
        behind=found.counted.behind,
        is_behind=found.counted.is_behind,
    )


def use_answer(line: UseLine, city: City) -> UseAnswer:
    grant, resource = line.grant, line.resource
    return UseAnswer(
        grant=grant.id,
        case=case_of(grant),
        scenario=grant.scenario,
        resource=grant.resource,
        resource_title=Said.of(resource.title if resource else same(grant.resource)),
        provider=resource.provider if resource else "",
        department=grant.department,
        department_title=holder_title(grant.department, city),
        page=page_of(grant.department),
        state=line.state.value,
        told=Said.of(STATES[line.state]),
        replaced_by=line.replaced_by,
        mode=grant.mode.value,
        approver=grant.origin.approver,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        stopped_on=line.stopped_on,
        columns=[_column(column) for column in line.columns],
        beyond=[BeyondLine(name=name, last=day) for name, day in line.beyond],
        people=[UserLine(id=p.person, releases=p.releases, last=p.last) for p in line.people],
        people_total=line.people_total,
        releases=line.releases,
        last=line.last,
        last_ever=line.last_ever,
        dormant=None if line.dormant is None else _dormant(line.dormant, over=line.is_over),
        revoke=line.revoke,
    )


def page_of(holder: str) -> str:
    """The id of the page that holds a grant; empty for a department."""
    return holder.removeprefix(PAGE_PREFIX) if holder.startswith(PAGE_PREFIX) else ""


def holder_title(holder: str, city: City) -> Said:
    return Said.of(city.departments.get(holder) or same(page_of(holder) or holder))


def same(name: str) -> Text:
    return Text(name, name)


def _column(used: ColumnUse) -> UsedColumn:
    granted = used.granted
    return UsedColumn(
        name=granted.name,
        use=granted.use.value,
        mask=mask_text(granted.mask),
        last=used.last,
        last_ever=used.last_ever,
    )


def _dormant(found: Due, *, over: bool) -> DormantLine:
    return DormantLine(
        state=found.state.value,
        day=found.day,
        over=over,
        article=found.article,
        provisional=found.provisional,
    )
