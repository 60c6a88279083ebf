"""Clocks that chase (Heilongjiang 2025 art. 42; Foshan 2019 art. 42): what is due is said before,
on and after its day, what is left unused is to be rectified, what was not rectified is suspended.

Everything it does has a name of its own in the store: to run it twice, or twice at once, or again
after it was killed does nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import Conflict, Text, Unavailable, WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.actor import PLATFORM
from workbench.model.case import GRANTING, Case, State
from workbench.model.days import day_of
from workbench.model.entry import Draft
from workbench.model.entry import Event as Entered
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Key, Profile, Trigger
from workbench.regulations.saying import article_text
from workbench.sharing.desk import Desk
from workbench.sharing.lifecycle import Command
from workbench.sharing.notices import message
from workbench.sharing.procedures.watch import ProcedureWatch
from workbench.sharing.reminders import Reminder, reminders
from workbench.sharing.reminding import remind
from workbench.sharing.transitions import Event
from workbench.sharing.usage import count_uses, dormant_after, is_over
from workbench.store.cases import MOST, CaseFilter
from workbench.store.session import Store

log = logging.getLogger(__name__)

RECTIFY_WORKING_DAYS = 10
"""For a grant that was left unused; the texts leave the day to the notice (our default)."""
WATCHED = frozenset({State.under_review, State.approved, *GRANTING})
Progress = Callable[[int, int], object]


@dataclass
class Watched:
    """What one round did. ``procedures``: those that ran and were looked at."""

    cases: int = 0
    procedures: int = 0
    reminded: int = 0
    dormant: int = 0
    used_again: int = 0
    suspended: int = 0
    troubled: int = 0


class Watch:
    """``clock`` gives aware times; ``beside`` looks at the procedures beside sharing."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        desk: Desk,
        clock: Callable[[], datetime],
        beside: ProcedureWatch | None = None,
    ) -> None:
        self._store, self._ledger, self._desk = store, ledger, desk
        self._clock, self._beside = clock, beside

    def look(self, progress: Progress = lambda done, total: None) -> Watched:
        """One round over all cases that run. Raises Unavailable where the store or the ledger
        cannot be written: what was done by then stands."""
        count_uses(self._ledger.journal, self._store.uses)
        done, calendar = Watched(), self._desk.calendar()
        total = self._store.cases.count(CaseFilter(states=WATCHED))
        for page in self._pages():
            last = self._store.uses.last_used([case.grant_id for case in page])
            for case in page:
                self._look_or_tell(case, last.get(case.grant_id), calendar, done)
            done.cases += len(page)
            progress(done.cases, total)
        if self._beside is not None:
            found = self._beside.look()
            done.procedures = found.looked
            done.reminded += found.reminded
            done.troubled += found.troubled
        return done

    def _pages(self) -> Iterator[list[Case]]:
        page: list[Case] = []
        for case in self._store.cases.all(WATCHED):
            page.append(case)
            if len(page) == MOST:
                yield page
                page = []
        if page:
            yield page

    def _look_or_tell(
        self, case: Case, last_use: datetime | None, calendar: Calendar, done: Watched
    ) -> None:
        """A case that cannot be looked at must not keep those after it from being looked at."""
        try:
            profile = self._desk.rules(case).profile
            self._look_at(case, last_use, profile, calendar, done)
        except Unavailable:
            raise
        except WorkbenchError as error:
            log.error("case %s could not be looked at: %s", case.id, error.code)
            done.troubled += 1

    def _look_at(
        self,
        case: Case,
        last_use: datetime | None,
        profile: Profile,
        calendar: Calendar,
        done: Watched,
    ) -> None:
        today = day_of(self._clock())
        for reminder in reminders(case, today, profile, calendar):
            done.reminded += sum(self._remind(case, reminder, who) for who in reminder.recipients)
        if case.decision is None or today > case.decision.terms.until:
            return
        if case.state is State.rectifying:
            if _used_again(case, last_use):
                done.used_again += self._step(case, Event.rectified, _USED)
            elif case.clock and case.clock.due and today > case.clock.due:
                done.suspended += self._step(case, Event.suspend, _NOT_DONE)
        elif case.state is State.active and Trigger.dormant in profile.rectification.triggers:
            found = dormant_after(case, last_use, profile, calendar)
            if found is not None and is_over(found, today):
                article = profile.deadlines[Key.grant_dormant].article
                done.dormant += self._step(case, Event.notify, _unused(article))

    def _remind(self, case: Case, reminder: Reminder, recipient: str) -> int:
        """One entry and one message, or neither."""
        made = message(case, reminder.kind, recipient, reminder.told, self._clock(), reminder.about)
        return remind(self._store.messages, self._ledger, made, _draft(case, reminder, recipient))

    def _step(self, case: Case, event: Event, reason: Text) -> int:
        command = Command(
            event,
            case.version,
            reason=f"{reason.zh} / {reason.en}",
            days=RECTIFY_WORKING_DAYS if event is Event.notify else 0,
        )
        try:
            self._desk.act(case.id, command, PLATFORM)
        except Conflict:
            return 0  # somebody was there first; the next round looks again
        return 1


def _used_again(case: Case, last_use: datetime | None) -> bool:
    """Whether a grant that was noticed for being left unused has been used since."""
    last = next(step for step in reversed(case.steps) if step.event == Event.notify)
    return last.actor == PLATFORM.id and last_use is not None and last_use > last.at


def _draft(case: Case, reminder: Reminder, recipient: str) -> Draft:
    asked = case.application
    return Draft(
        Entered.case_reminded,
        actor=PLATFORM.id,
        scenario=asked.scenario,
        content={asked.resource: ()},
        method=reminder.kind,
        medium="outbox",
        detail={
            "case": case.id,
            "about": reminder.about,
            "recipient": recipient,
            "article": reminder.article,
        },
    )


def _unused(article: str) -> Text:
    by = article_text(article)
    return Text(f"长期未使用（{by.zh}）", f"left unused ({by.en})")


_USED = Text("已恢复使用", "it is used again")
_NOT_DONE = Text("整改期限已过，未完成整改", "its time to be rectified has passed")
