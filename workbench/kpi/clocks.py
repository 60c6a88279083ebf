"""The deadlines of a case over its steps: which began when, what answered it, and whether in time.

A case keeps the clock that runs now; those that ran before are worked out again from its steps,
its regulation as it was when the case began, and the calendar. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.model.actor import PLATFORM
from workbench.model.case import Case, State, Step
from workbench.model.days import day_of
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Decider, Key, Profile

REVIEW, SUPPLY = Key.application_review.value, Key.application_supply.value
RECTIFY = "rectification"
STARTS: Mapping[str, str] = {
    "apply": REVIEW,
    "resubmit": REVIEW,
    "escalate": REVIEW,
    "notify": RECTIFY,
}
"""Steps that start a clock; an approval starts ``SUPPLY`` where the data have still to come."""
ANSWERS: Mapping[str, str] = {
    "approve": REVIEW,
    "refuse": REVIEW,
    "return": REVIEW,
    "supply": SUPPLY,
    "rectified": RECTIFY,
    "suspend": RECTIFY,
}
"""Steps that answer one. A withdrawal or an end stops the clock, and nobody was late or in time."""
NOTICE = "notice"
"""The state of a deadline whose day was set by a notice, which a case does not keep when it is
over."""
_OF_REVIEWER = frozenset(
    one.value for one in (Decider.provider, Decider.parties, Decider.business_authority)
)
"""Where the reviewing department decides; elsewhere it is known when somebody has decided."""
ON_TIME, LATE, OPEN, OVERDUE, NO_DEADLINE = "on_time", "late", "open", "overdue", "no_deadline"


@dataclass(frozen=True)
class Run:
    """One clock: ``answered`` is the step that ended it, None while it runs. ``due`` is None where
    there is no number: ``state`` says none, unknown or notice."""

    key: str
    state: str
    started: date
    due: date | None
    article: str
    responsible: str
    answered: Step | None = None


def runs(
    case: Case, steps: tuple[Step, ...], profile: Profile | None, calendar: Calendar
) -> Iterator[Run]:
    """The clocks of these steps, in their order; the last may still run. Without the ``profile``
    (its file is lost) a deadline is unknown."""
    running: Run | None = None
    for step in steps:
        if running is not None and ANSWERS.get(step.event) == running.key:
            yield _answered(running, step, case)
            running = None
        elif running is not None and _stops(step, running):
            running = None
        key = SUPPLY if step.after is State.approved else STARTS.get(step.event, "")
        if key:
            running = _begun(key, day_of(step.at), case, profile, calendar)
    if running is not None:
        yield running


def timing(run: Run, as_of: date) -> str:
    """How it stands at the end of the day ``as_of``."""
    if run.due is None:
        return NO_DEADLINE
    if run.answered is not None:
        return ON_TIME if day_of(run.answered.at) <= run.due else LATE
    return OVERDUE if as_of > run.due else OPEN


def days_taken(run: Run, as_of: date, calendar: Calendar) -> int:
    """Working days from the day after it began to the answer, or to ``as_of``."""
    last = day_of(run.answered.at) if run.answered is not None else as_of
    span = (run.started + timedelta(days=n) for n in range(1, (last - run.started).days + 1))
    return sum(map(calendar.is_working, span))


def _begun(key: str, day: date, case: Case, profile: Profile | None, calendar: Calendar) -> Run:
    responsible = _responsible(key, case)
    now = case.clock
    if now is not None and (now.key, now.started) == (key, day):
        return Run(key, now.state, day, now.due, now.article, responsible)
    if key == RECTIFY:
        return Run(key, NOTICE, day, None, "", responsible)
    if profile is None:
        return Run(key, "unknown", day, None, "", responsible)
    found = due(Key(key), profile.deadlines[Key(key)], day, calendar)
    return Run(key, found.state.value, day, found.day, found.article, responsible)


def _answered(run: Run, step: Step, case: Case) -> Run:
    """Who decided it is who it was with; what the platform did was nobody's to do."""
    responsible = run.responsible
    if step.actor == PLATFORM.id and run.key != RECTIFY:
        responsible = PLATFORM.id
    elif run.key == REVIEW and case.decider not in _OF_REVIEWER:
        responsible = step.department
    return Run(run.key, run.state, run.started, run.due, run.article, responsible, step)


def _stops(step: Step, running: Run) -> bool:
    """Whether the step leaves what the clock is about."""
    if running.key == REVIEW:
        return step.after is not State.under_review
    if running.key == SUPPLY:
        return step.after is not State.approved
    return step.after is not State.rectifying


def _responsible(key: str, case: Case) -> str:
    if key == REVIEW:
        return case.reviewer if case.decider in _OF_REVIEWER else case.decider
    return case.provider if key == SUPPLY else case.application.department
