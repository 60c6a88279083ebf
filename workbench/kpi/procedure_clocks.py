"""The deadlines of a procedure over its steps: which began when, what answered it, how late.

A procedure keeps the clock that runs now, and of each step by how many days it missed the one that
it ended; the rest is worked out again from its definition, its regulation as it was when it began,
and the calendar. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workbench.model.days import day_of
from workbench.model.procedure import Definition, Party, Procedure, Running, StepSpec, Taken
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Key, Profile

NAMED = "named"
"""The state of a deadline whose day who acted has named; its key where no other stands."""


@dataclass(frozen=True)
class Run:
    """One clock. ``begun`` is the day of the step that started it, ``since`` the day from which it
    counts. ``ended`` None: it runs; ``answered`` None: it runs, or somebody else than whose it
    is has ended it, and nobody was late. ``due`` None: no day limits it, or the day that
    somebody named is not kept any more, as it was met. ``late``: by how many days it was missed."""

    key: str
    state: str
    begun: date
    since: date
    due: date | None
    article: str
    whose: Party
    extended: bool = False
    ended: date | None = None
    answered: date | None = None
    late: int | None = None


def runs(
    procedure: Procedure, definition: Definition, profile: Profile, calendar: Calendar
) -> Iterator[Run]:
    """All of its clocks that limit somebody, in their order; the last may still run."""
    run: Run | None = None
    for taken in procedure.steps:
        row = _row(taken, definition, procedure.regulation)
        if row is None:
            continue
        if row.extends:
            run = run and replace(run, extended=True)
            continue
        over = definition.state(taken.after).over
        if run is not None and (over or row.stops or row.starts is not None):
            yield _ended(run, taken, profile, calendar)
            run = None
        if row.starts is not None and not row.starts.at_least and not over:
            run = _begun(row, taken, procedure)
    if run is not None and procedure.clock is not None:
        yield _running(run, procedure.clock)


def _row(taken: Taken, definition: Definition, regulation: str) -> StepSpec | None:
    return next(
        (
            row
            for row in definition.steps
            if row.event == taken.event
            and row.is_offered(regulation)
            and taken.party in row.by
            and (taken.before in row.before if taken.before else not row.before)
        ),
        None,
    )


def _begun(row: StepSpec, taken: Taken, procedure: Procedure) -> Run:
    starts, day = row.starts, day_of(taken.at)
    assert starts is not None  # the caller looked
    named = next((v.text for v in procedure.values if v.name == starts.since), "")
    since = date.fromisoformat(named) if starts.since and named else day
    article = row.orders.get(procedure.regulation, "")
    return Run(starts.deadline or NAMED, NAMED, day, since, None, article, starts.whose)


def _ended(run: Run, taken: Taken, profile: Profile, calendar: Calendar) -> Run:
    """What the step says of its lateness holds, whatever days have been declared free since."""
    day, late = day_of(taken.at), taken.late
    whole = replace(
        _numbered(run, profile, calendar),
        ended=day,
        answered=day if taken.party is run.whose else None,
        late=late,
    )
    if late is None:
        return replace(whole, due=None)
    if late > 0:
        return replace(whole, due=day - timedelta(days=late))
    return whole if whole.due is None else replace(whole, due=max(day, whole.due))


def _numbered(run: Run, profile: Profile, calendar: Calendar) -> Run:
    """With the day that the regulation gives, where it has one."""
    if run.key == NAMED:
        return run
    key = Key(run.key)
    found = due(key, profile.deadlines[key], run.since, calendar, extended=run.extended)
    if found.day is None:
        return replace(run, state=found.state.value, article=found.article)
    return replace(run, state=found.state.value, due=found.day, article=found.article)


def _running(run: Run, clock: Running) -> Run:
    return replace(
        run, key=clock.key, state=clock.state, since=clock.started, due=clock.due,
        article=clock.article, extended=clock.extended,
    )  # fmt: skip
