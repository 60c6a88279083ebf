"""Who uses which data: a line for each grant, as far as somebody may see it (Aba 2024 art. 27,
Heilongjiang 2025 art. 28). What the ledger says is counted first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workbench.catalogue.city import City
from workbench.errors import Text, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.case import Case
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, Grant, GrantState, state_of, stopped_on
from workbench.model.lookup import Grants, Resources
from workbench.policy.holding import replaced
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import Due
from workbench.regulations.profile import Profile
from workbench.sharing import oversight
from workbench.sharing.desk import Desk
from workbench.sharing.usage import Tally, dormant_after, dormant_since_given, is_over
from workbench.sharing.use_found import ColumnUse, Counted, Days, Found, UseLine
from workbench.store.session import Store
from workbench.store.uses import Person

STATES: Mapping[GrantState, Text] = {
    GrantState.active: Text("有效", "active"),
    GrantState.not_started: Text("未生效", "not started"),
    GrantState.expired: Text("已到期", "expired"),
    GrantState.revoked: Text("已撤销", "revoked"),
    GrantState.suspended: Text("已暂停", "suspended"),
    GrantState.ended: Text("已终止", "ended"),
}
MOST_PEOPLE = 20
"""People that a line names (our default); it counts all."""


class Order(StrEnum):
    """``recent``: what was used last comes first, what never was last. ``idle``: the opposite."""

    recent = "recent"
    idle = "idle"


@dataclass(frozen=True)
class UseFilter:
    """An empty field does not narrow. ``department`` is a holder: a department, or ``page:ID``.
    Figures count from the day ``since`` on."""

    scenario: str = ""
    resource: str = ""
    department: str = ""
    states: frozenset[GrantState] = frozenset()
    since: date | None = None
    order: Order = Order.recent
    limit: int = 50
    offset: int = 0


class UseBook:
    """``city`` and ``grants`` are as they are now, ``profile`` that of the city's regulation;
    ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        profile: Callable[[], Profile],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._desk = store, desk
        self._city, self._grants, self._profile = city, grants, profile
        self._clock = clock
        self._tally = Tally(store.journal, store.uses)
        self._kept: tuple[Grants, date, Mapping[str, str]] | None = None

    def find(self, wanted: UseFilter, actor: Actor) -> Found:
        """Raises Refused for who may look at nobody's use."""
        oversight.oversees(actor)
        counted, today = self._counted(actor), self._today()
        instead = self._replaced(today) if wanted.states else {}
        grants = [
            g
            for g in self._grants()
            if _fits(g, wanted, today, g.id in instead) and self._sees(g, actor)
        ]
        ordered = _ordered(grants, self._store.uses.last_days(), wanted.order)
        page = ordered[wanted.offset : wanted.offset + wanted.limit]
        return Found(len(grants), self._lines(page, wanted.since, actor), counted)

    def days(self, id: str, since: date | None, limit: int, offset: int, actor: Actor) -> Days:  # noqa: A002
        """Raises Refused, and StatementWrong (not_found), the same for one that is not theirs."""
        grant = self.seen(id, actor)
        counted = self._counted(actor)
        total, days = self._store.uses.days(grant.id, since, limit, offset)
        return Days(self._lines([grant], since, actor)[0], total, days, counted)

    def seen(self, id: str, actor: Actor) -> Grant:  # noqa: A002
        """The grant of this id. Raises as ``days``."""
        oversight.oversees(actor)
        grant = self._grants().by_id.get(id)
        if grant is None or not self._sees(grant, actor):
            raise oversight.no_such_grant(id)
        return grant

    def _counted(self, actor: Actor) -> Counted:
        to, behind = self._tally.bring_up()
        if oversight.over_all(actor):
            return Counted(to, behind, behind > 0)
        return Counted(None, None, behind > 0)

    def _replaced(self, today: date) -> Mapping[str, str]:
        """Worked out once for the grants as they are, and the day."""
        now = self._grants()
        if self._kept is None or self._kept[0] is not now or self._kept[1] != today:
            self._kept = now, today, replaced(now, today)
        return self._kept[2]

    def resource(self, grant: Grant) -> Resource | None:
        return Resources.of(self._city().resources).named(grant.resource)

    def _sees(self, grant: Grant, actor: Actor) -> bool:
        if oversight.over_all(actor):
            return True
        city, resource = self._city(), self.resource(grant)
        reviewer = "" if resource is None else city.reviewer_of(resource, grant.department)
        return oversight.may_see(actor, resource, reviewer)

    def _lines(
        self, grants: Sequence[Grant], since: date | None, actor: Actor
    ) -> tuple[UseLine, ...]:
        ids, uses = [grant.id for grant in grants], self._store.uses
        of_cases = [case for grant in grants if (case := oversight.case_of(grant))]
        cases = self._store.cases.whole(of_cases) if of_cases else {}
        people: dict[str, list[Person]] = {}
        for person in uses.people(ids, since):
            people.setdefault(person.grant_id, []).append(person)
        read: dict[str, list[Mapping[str, date]]] = {}
        for (grant_id, _), columns in uses.columns_read(ids).items():
            read.setdefault(grant_id, []).append(columns)
        last, calendar = uses.last_used(ids), self._desk.calendar() if grants else None
        return tuple(
            self._line(
                grant,
                _Use(people.get(grant.id, []), _merged(read.get(grant.id, ())), since),
                last.get(grant.id),
                cases.get(oversight.case_of(grant)),
                calendar,
                actor,
            )
            for grant in grants
        )

    def _line(
        self,
        grant: Grant,
        use: _Use,
        last: datetime | None,
        case: Case | None,
        calendar: Calendar | None,
        actor: Actor,
    ) -> UseLine:
        today, resource = self._today(), self.resource(grant)
        state = state_of(grant, today)
        dormant = None
        if state is GrantState.active and calendar is not None:
            dormant = self._dormant(grant, last, case, calendar)
        return UseLine(
            grant=grant,
            resource=resource,
            state=state,
            stopped_on=stopped_on(grant, today),
            columns=tuple(use.column(column) for column in grant.columns),
            beyond=tuple(use.beyond(grant)),
            people=tuple(use.people[:MOST_PEOPLE]),
            people_total=len(use.people),
            releases=sum(person.releases for person in use.people),
            last=last if last is not None and use.counts(day_of(last)) else None,
            last_ever=last,
            dormant=dormant,
            is_over=is_over(dormant, today),
            replaced_by=self._replaced(today).get(grant.id, ""),
            revoke=oversight.revocation(actor, grant, state, resource, case),
        )

    def _dormant(
        self, grant: Grant, last: datetime | None, case: Case | None, calendar: Calendar
    ) -> Due | None:
        """By the rules that the case began under; of a scenario's grant by those of today."""
        if not oversight.is_of_case(grant):
            return dormant_since_given(grant, last, self._profile(), calendar)
        if case is None:
            return None
        try:
            profile = self._desk.rules(case).profile
        except WorkbenchError:
            return None  # its rules are lost: the other lines are told all the same
        return dormant_after(case, last, profile, calendar)

    def _today(self) -> date:
        return day_of(self._clock())


def _fits(grant: Grant, wanted: UseFilter, today: date, is_replaced: bool) -> bool:
    """One in whose place another one holds is not asked for among those that are active."""
    named = (
        (wanted.scenario, grant.scenario),
        (wanted.resource, grant.resource),
        (wanted.department, grant.department),
    )
    if any(asked and asked != has for asked, has in named):
        return False
    if not wanted.states:
        return True
    state = state_of(grant, today)
    return state in wanted.states and not (is_replaced and state is GrantState.active)


@dataclass(frozen=True)
class _Use:
    """What was made of one grant. ``read``: the last day of each column, ever."""

    people: Sequence[Person]
    read: Mapping[str, date]
    since: date | None

    def counts(self, day: date) -> bool:
        return self.since is None or day >= self.since

    def column(self, granted: ColumnGrant) -> ColumnUse:
        name = granted.name.casefold()
        ever = max(
            (day for read, day in self.read.items() if read.casefold() == name), default=None
        )
        return ColumnUse(granted, ever if ever is not None and self.counts(ever) else None, ever)

    def beyond(self, grant: Grant) -> Iterable[tuple[str, date]]:
        for name, day in sorted(self.read.items()):
            if grant.column(name) is None and self.counts(day):
                yield name, day


def _merged(found: Iterable[Mapping[str, date]]) -> dict[str, date]:
    merged: dict[str, date] = {}
    for columns in found:
        for name, day in columns.items():
            merged[name] = max(day, merged.get(name, day))
    return merged


def _ordered(grants: list[Grant], last: Mapping[str, date], order: Order) -> list[Grant]:
    """By the last day of use, then by id; never is earlier than any day."""
    sign = -1 if order is Order.recent else 1

    def place(grant: Grant) -> tuple[int, str]:
        day = last.get(grant.id)
        return (0 if day is None else sign * day.toordinal()), grant.id

    return sorted(grants, key=place)
