"""Where cases are applied for, decided and changed: one command, one transaction, one ledger entry.

A command is worked out on the case as it was read, and kept only where nobody changed it since: of
two officers who decide at once, one wins and the other is told. The case, the cases that it
replaces, the messages that it sends and its entry stand together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.catalogue.city import City
from workbench.catalogue.regulations import Orders
from workbench.errors import WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.case import Application, Case, State
from workbench.model.days import day_of
from workbench.model.grant import GrantState
from workbench.model.lookup import Grants
from workbench.policy.ruled import kept_back
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Profile
from workbench.sharing import refusals, sight
from workbench.sharing.copies import STOPPED
from workbench.sharing.entered import draft
from workbench.sharing.frozen import FrozenOrders
from workbench.sharing.lifecycle import (
    JUDGED,
    RULED,
    Command,
    Matter,
    Rules,
    opened,
    replaced,
    replaces,
    stepped,
)
from workbench.sharing.notices import notices
from workbench.sharing.once import Once
from workbench.sharing.review import Review, review_of
from workbench.sharing.sent import told_digest
from workbench.sharing.transitions import Event
from workbench.store.cases import CaseFilter, CaseLine, Cases, MovedOn
from workbench.store.messages import Messages


@dataclass(frozen=True)
class Books:
    """What the desk writes: the cases, the outbox, the ledger."""

    cases: Cases
    messages: Messages
    ledger: Ledger


@dataclass(frozen=True)
class Outcome:
    """``repeated``: the command had been done before, and nothing was done now."""

    case: Case
    repeated: bool = False


class Desk:
    """``city`` is the city as it is now, ``orders`` its regulation as its file says now,
    ``calendar`` its working days, ``grants`` all that are granted; ``clock`` gives aware times,
    ``new_id`` names cases."""

    def __init__(
        self,
        books: Books,
        city: Callable[[], City],
        orders: Callable[[], Orders],
        calendar: Callable[[], Calendar],
        grants: Callable[[], Grants],
        clock: Callable[[], datetime],
        new_id: Callable[[datetime], str],
    ) -> None:
        self._books = books
        self._city, self._orders, self._calendar = city, orders, calendar
        self._grants = grants
        self._clock, self._new_id = clock, new_id
        self._orders_of = FrozenOrders(books.cases).of
        self._once = Once(books.cases, self.look)

    def apply(
        self,
        asked: Application | Callable[[], Application],
        actor: Actor,
        key: str = "",
        sent: str = "",
    ) -> Outcome:
        """A department applies. ``key``: who sends the same command again gets the same case.
        ``sent`` is the command as it came, where ``asked`` still has to be worked out of it: it
        is what a repeated one is known by, for the catalogue may have changed between.

        Raises Refused, InvalidInput with every reason, Unavailable where it cannot be recorded.
        """

        def work() -> _Change:
            application = asked() if callable(asked) else asked
            orders, now = self._orders(), self._clock()
            rules = Rules(orders.regulation.id, orders.version, orders.profile, self._calendar())
            matter = self._matter(application)
            self._not_kept_back(matter)
            self._nothing_to_put_right(application, "")
            case = opened(self._new_id(now), application, actor, now, rules, matter)
            return _Change(None, case, Event.apply, orders)

        return self._done(actor, key, told_digest("apply", sent or asked), work)

    def act(
        self,
        id: str,  # noqa: A002
        wanted: Command | Callable[[Case], Command],
        actor: Actor,
        key: str = "",
        sent: str = "",
    ) -> Outcome:
        """One step of a case; ``sent`` as of ``apply``. Raises as that, and Conflict where the case
        has moved on."""

        def work() -> _Change:
            case = self.look(id, actor)
            command = wanted(case) if callable(wanted) else wanted
            rules = self.rules(case) if command.event in RULED else None
            matter = self._matter(case.application) if command.event in JUDGED else None
            if matter is not None and command.event is Event.approve:
                self._not_kept_back(matter)
                self._nothing_to_put_right(case.application, case.id)
            after = stepped(case, command, actor, self._clock(), rules, matter)
            return _Change(case, after, command.event)

        return self._done(actor, key, told_digest(id, sent or wanted), work)

    # Looking -------------------------------------------------------------------------------------

    def look(self, id: str, actor: Actor) -> Case:  # noqa: A002
        """The case. Raises StatementWrong (not_found), the same for one that is not theirs."""
        case = self._books.cases.get(id)
        if case is None or not sight.may_see(case, actor):
            raise refusals.no_such_case(id)
        return case

    def find(self, wanted: CaseFilter, actor: Actor) -> tuple[CaseLine, ...]:
        """Those of these that the actor may see."""
        return self._books.cases.find(sight.narrowed(wanted, actor))

    def count(self, wanted: CaseFilter, actor: Actor) -> int:
        return self._books.cases.count(sight.narrowed(wanted, actor))

    def calendar(self) -> Calendar:
        """The days that are worked, as known now."""
        return self._calendar()

    def whole(self, lines: Sequence[CaseLine]) -> dict[str, Case]:
        """The cases of these lines, which ``find`` gave."""
        return self._books.cases.whole([line.id for line in lines])

    def review(self, case: Case, actor: Actor) -> Review | None:
        """What a reviewer looks at beside the application; None for who does not review."""
        if not sight.reviews(case, actor):
            return None
        city, asked = self._city(), case.application
        if asked.scenario not in city.scenarios or asked.resource not in city.resources:
            return None
        held = self._grants().all_held(asked.department)
        return review_of(case, self._matter(asked), held, day_of(self._clock()))

    # ---------------------------------------------------------------------------------------------

    def _matter(self, application: Application) -> Matter:
        city = self._city()
        scenario = city.scenarios.get(application.scenario)
        if scenario is None:
            raise refusals.no_such_scenario(application.scenario, city.scenarios)
        resource = city.resources.get(application.resource)
        if resource is None:
            raise refusals.no_such_resource(application.resource, city.resources)
        reviewer = city.reviewer_of(resource, application.department)
        return Matter(scenario, resource, reviewer, self._was_revoked(application))

    def _not_kept_back(self, matter: Matter) -> None:
        """Raises Refused where a procedure decided that nobody is granted it anew."""
        by = matter.resource.closed_to_new
        if by is not None:
            raise WorkbenchError.of(kept_back(matter.resource, by, self._city().regulation))

    def _was_revoked(self, asked: Application) -> bool:
        """Whether a grant of the same was taken back once, from whichever decision it came."""
        held = self._grants().held(asked.department, asked.scenario)
        return any(
            grant.revoked_on is not None and grant.stopped is GrantState.revoked
            for grant in held
            if grant.resource.casefold() == asked.resource.casefold()
        )

    def _nothing_to_put_right(self, asked: Application, but: str) -> None:
        """A new grant takes the place of the old one, and must not undo what was ordered of it.
        Raises Refused."""
        for case in self._held(asked):
            if case.id != but and case.state in _ORDERED:
                raise refusals.put_right_first(case)

    def _held(self, asked: Application) -> tuple[Case, ...]:
        return self._books.cases.held(asked.department, asked.scenario, asked.resource)

    def rules(self, case: Case) -> Rules:
        """Those under which the case began; the days that are worked are a fact, and as known
        now."""
        orders = self._orders_of(case.regulation, case.profile)
        return Rules(case.regulation, case.profile, orders.profile, self._calendar())

    def _profile_of(self, case: Case) -> Profile | None:
        """Of a case that has stopped; None where it cannot be read: it stops all the same."""
        if case.state not in STOPPED:
            return None
        try:
            return self._orders_of(case.regulation, case.profile).profile
        except WorkbenchError:
            return None  # the default is told then; each round of the clocks logs such a case

    # Keeping -------------------------------------------------------------------------------------

    def _done(self, actor: Actor, key: str, told: str, work: Callable[[], _Change]) -> Outcome:
        """Once: see there."""

        def done() -> Case:
            change = work()
            self._keep(change, actor, key, told)
            return change.after

        return Outcome(*self._once.do(actor, key, told, done))

    def _keep(self, change: _Change, actor: Actor, key: str, told: str) -> None:
        cases, after = self._books.cases, change.after
        replaced = self._replaced(after)
        changes = [(change.before, after), *replaced]
        told_of = [n for old, new in changes for n in notices(old, new, self._profile_of(new))]

        def doing() -> None:
            if self._replaced(after) != replaced:
                raise refusals.moved_on(change.before or after)  # granted twice at once
            if change.orders is not None:
                kept = change.orders
                cases.keep_profile(kept.version, kept.regulation.id, kept.text)
            for old, new in changes:
                _put(cases, old, new)
            for notice in told_of:
                self._books.messages.make(notice)
            self._once.keep(actor, key, told, after.id, after.version, after.changed)

        keys = [notice.key for notice in told_of]
        self._books.ledger.record(draft(changes, keys, actor, change.event), doing=doing)

    def _replaced(self, case: Case) -> list[tuple[Case | None, Case]]:
        """A department holds one grant of a resource in a scenario: a new one ends the others."""
        if not replaces(case):
            return []
        return [
            (old, new)
            for old in self._held(case.application)
            if old.id != case.id and (new := replaced(old, case)) is not None
        ]


_ORDERED = frozenset({State.rectifying, State.suspended})


@dataclass(frozen=True)
class _Change:
    """What a command makes of a case. ``orders`` where the case is new, to be kept with it."""

    before: Case | None
    after: Case
    event: Event
    orders: Orders | None = None


def _put(cases: Cases, old: Case | None, new: Case) -> None:
    try:
        cases.put(new, seen=0 if old is None else old.version)
    except MovedOn:
        raise refusals.moved_on(cases.get(new.id) or new) from None
