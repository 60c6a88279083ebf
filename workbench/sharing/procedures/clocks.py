"""The deadlines of procedures: how they start, are extended, and by how much they were missed.
Pure. Where a regulation gives no number, or its text is missing, there is no day, unless who acts
names one where the text leaves it to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from workbench.model.procedure import Procedure, Running, StepSpec, Value
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Key, State
from workbench.sharing.lifecycle import Rules
from workbench.sharing.procedures import day_refusals as refusals
from workbench.sharing.procedures.guards import Command

NAMED = "named"
"""The state of a deadline whose day who acted has named; also its key where no other stands."""
OURS = "ours"
"""The state, and the key, of a deadline that the definition's file gives as our default."""


def started(
    row: StepSpec, command: Command, values: Iterable[Value], today: date, rules: Rules
) -> Running | None:
    """The deadline that the step starts. Raises InvalidInput for days beside a number of the
    regulation, and for a last day that is before it."""
    starts = row.starts
    if starts is None:
        return None
    since = _since(starts.since, values) or today
    if since > today:
        raise refusals.not_happened_yet(since)
    article = row.orders.get(rules.regulation, "")
    if starts.ours:
        days = starts.ours[next((v.text for v in values if v.name == starts.of), "")]
        return _after(row, days, OURS, OURS, since, "", rules.calendar)
    if not starts.deadline:
        return _named(row, command, NAMED, since, article, rules.calendar)
    key = Key(starts.deadline)
    found = due(key, rules.profile.deadlines[key], since, rules.calendar)
    if found.day is None and (command.days or command.until):
        return _named(row, command, key.value, since, article, rules.calendar)
    if command.days:
        raise refusals.no_number_to_name(key.value, found.article)
    day = found.day
    if day is not None and command.until is not None:
        if command.until < day:
            raise refusals.until_too_soon(command.until, day, found.article)
        day = command.until
    return Running(
        key.value, since, found.state.value, day, found.provisional, found.article,
        starts.whose, starts.at_least,
    )  # fmt: skip


def _named(
    row: StepSpec, command: Command, key: str, since: date, article: str, calendar: Calendar
) -> Running:
    starts, last = row.starts, command.until
    assert starts is not None  # the caller looked
    if last is None:
        return _after(row, command.days, key, NAMED, since, article, calendar)
    return Running(
        key, since, NAMED, last, provisional=False, article=article, whose=starts.whose,
        at_least=starts.at_least,
    )  # fmt: skip


def _after(
    row: StepSpec, days: int, key: str, state: str, since: date, article: str, calendar: Calendar
) -> Running:
    """So many working days after ``since``."""
    starts = row.starts
    assert starts is not None  # the caller looked
    last = calendar.working_day_after(since, days)
    years = range(since.year, last.year + 1)
    provisional = not all(calendar.covers(date(year, 1, 1)) for year in years)
    return Running(
        key, since, state, last, provisional, article, starts.whose, starts.at_least
    )  # fmt: skip


def extended(procedure: Procedure, today: date, rules: Rules) -> Running:
    """Raises Conflict where nothing runs, the regulation knows no extension, there was one, or the
    day has passed."""
    clock = procedure.clock
    if clock is None or clock.extended or clock.state != State.number or clock.due is None:
        raise refusals.no_extension(clock, procedure.id)
    key = Key(clock.key)
    ordered = rules.profile.deadlines[key]
    if ordered.extension is None:
        raise refusals.no_extension(clock, procedure.id)
    if today > clock.due:
        raise refusals.extended_too_late(clock, procedure.id)
    found = due(key, ordered, clock.started, rules.calendar, extended=True)
    return replace(
        clock, due=found.day, provisional=found.provisional, article=found.article, extended=True
    )


def waited(procedure: Procedure, row: StepSpec, today: date) -> None:
    """Raises Conflict where a least period is not over."""
    clock = procedure.clock
    if row.waits and clock is not None and clock.at_least and clock.due and today <= clock.due:
        raise refusals.not_yet(row, clock, procedure.id)


def lateness(clock: Running | None, today: date) -> int | None:
    """By how many days it is late, 0 for in time; None where no day limits it."""
    if clock is None or clock.due is None or clock.at_least:
        return None
    return max(0, (today - clock.due).days)


def _since(name: str, values: Iterable[Value]) -> date | None:
    found = next((one.text for one in values if one.name == name), "") if name else ""
    return date.fromisoformat(found) if found else None
