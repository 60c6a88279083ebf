"""An alert that climbs to a worse level is acted on sooner.

The days that a step gives stand in the procedure's file, by level. A procedure keeps the level at
which it was raised among its fields; where the alert's present level gives a day before the one
that runs, the platform takes the step ``climb``, which names that day. A day is never moved back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workbench.model.actor import PLATFORM
from workbench.model.procedure import Definition, Procedure, Starts
from workbench.regulations.calendar import Calendar
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.guards import Command
from workbench.warnings.setting import Setting

CLIMB, LEVEL = "climb", "level"
"""The step, and the field of the level, by their names in the procedure's file."""


@dataclass(frozen=True)
class Climber:
    """Takes the step for alerts whose level gives a nearer day."""

    desk: ProcedureDesk
    setting: Setting

    def climb(self, running: Iterable[Procedure], levels: Mapping[str, str]) -> int:
        """``levels``: the present level of each alert, by id; how many steps were taken. What began
        under a file without the step keeps its day. Raises as the desk."""
        taken = 0
        for one in running:
            if one.kind != self.setting.procedure or one.id not in levels:
                continue
            level, definition = levels[one.id], self.desk.definition(one)
            until = sooner(one, definition, level, self.desk.today(), self.desk.rules(one).calendar)
            if until is not None:
                was = next(value.text for value in one.values if value.name == LEVEL)
                command = Command(CLIMB, one.version, reason=f"{was} → {level}", until=until)
                self.desk.act(one.id, command, PLATFORM)
                taken += 1
        return taken


def sooner(
    procedure: Procedure, definition: Definition, level: str, today: date, calendar: Calendar
) -> date | None:
    """The day that ``level`` gives from today on, where it is before the one that runs."""
    clock, starts = procedure.clock, _starts(procedure, definition)
    if clock is None or clock.due is None or starts is None or level not in starts.ours:
        return None
    until = calendar.working_day_after(today, starts.ours[level])
    return until if until < clock.due else None


def _starts(procedure: Procedure, definition: Definition) -> Starts | None:
    """The deadline by level that brought about the present one; None where there is none, or where
    nothing climbs from here."""
    if not any(row.event == CLIMB and procedure.state in row.before for row in definition.steps):
        return None
    taken = next((one for one in reversed(procedure.steps) if one.event != CLIMB), None)
    for row in definition.steps:
        begins = taken is not None and row.event == taken.event
        if begins and taken is not None and _fits(taken.before, row.before) and row.starts:
            return row.starts if row.starts.of == LEVEL else None
    return None


def _fits(before: str, states: frozenset[str]) -> bool:
    """Whether a step from ``before`` (empty: it opened) is one of this row."""
    return before in states or not (before or states)
