"""What is to be said on a day about a procedure. Pure: each thing has a name of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from workbench.errors import Text
from workbench.model.procedure import Definition, Procedure
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Profile
from workbench.sharing.procedures.notices import clock_text, whose
from workbench.sharing.reminders import Reminder, of_clock

PREFIX = "procedure_"
"""Before the kinds that cases have: each kind is counted in its own book."""


def reminders(
    procedure: Procedure,
    definition: Definition,
    today: date,
    profile: Profile,
    calendar: Calendar,
) -> Iterator[Reminder]:
    """Before, on and after the day of its deadline; of a least period once, when it is over."""
    clock = procedure.clock
    if clock is None or clock.due is None or procedure.over:
        return
    title = definition.title
    thing = Text(
        f"事项 {procedure.id}（{title.zh}）", f"Procedure {procedure.id} ({title.en})"
    )  # fmt: skip
    who, name = whose(procedure, definition, clock), clock_text(clock.key)
    if clock.at_least:
        if today > clock.due:
            told = Text(
                f"{thing.zh}：到 {clock.due} 为止的期间已满，可以办理下一步。",
                f"{thing.en}: the time until {clock.due} is over; the next step is open.",
            )
            yield Reminder(f"{PREFIX}served", str(clock.due), who, told, clock.article)
        return
    for one in of_clock(thing, name, clock.article, clock.due, who, today, profile, calendar):
        yield replace(one, kind=PREFIX + one.kind)
