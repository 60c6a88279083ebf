"""By which day an alert that climbed is to be acted on: the shipped procedure, and days of 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.catalogue.procedures import load_procedure
from workbench.model.procedure import Definition, Party, Procedure, Running, Taken
from workbench.regulations.calendar import Calendar, Year
from workbench.warnings.climbing import sooner

SHIPPED = Path(__file__).parents[3] / "workbench/simulation/shipped/city"
MONDAY = date(2026, 11, 16)
CALENDAR = Calendar({2026: Year()})


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load_procedure("early_warning", SHIPPED).definition


def alert(state: str, due: date | None, *steps: tuple[str, str, str]) -> Procedure:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    taken = tuple(
        Taken(number, event, at, "officer", "drc", before, after, Party.applicant)
        for number, (event, before, after) in enumerate(steps, start=1)
    )
    clock = Running("ours", at.date(), "ours", due, False, "", Party.applicant)
    return Procedure(
        "w1", "early_warning", "", "binzhou-2023", "", "drc", Party.applicant, "officer", "drc",
        "taxation", state, False, len(steps), at, at, (), clock=clock, steps=taken,
    )  # fmt: skip


RAISED = ("raise", "", "new")
ASSIGNED = ("assign", "new", "assigned")


@pytest.mark.parametrize(
    ("procedure", "level", "until"),
    [
        # Raised blue (10 working days) on the 9th, red a week later: one working day from then on.
        (alert("new", date(2026, 11, 23), RAISED), "red", date(2026, 11, 17)),
        (alert("new", date(2026, 11, 23), RAISED), "orange", date(2026, 11, 18)),
        (alert("new", date(2026, 11, 23), RAISED), "blue", None),  # it did not climb
        (alert("new", date(2026, 11, 17), RAISED), "yellow", None),  # a day is never moved back
        (alert("new", date(2026, 11, 10), RAISED), "red", None),  # over already
        # Whoever handles it has the days of that step, also after an earlier climb.
        (alert("assigned", date(2026, 12, 28), RAISED, ASSIGNED), "red", date(2026, 11, 23)),
        (alert("assigned", date(2026, 12, 28), RAISED, ASSIGNED,
               ("climb", "assigned", "assigned")), "red", date(2026, 11, 23)),
        # From here nothing climbs, and without a day nothing does.
        (alert("handled", date(2026, 12, 28), RAISED, ASSIGNED,
               ("handle", "assigned", "handled")), "red", None),
        (alert("new", None, RAISED), "red", None),
    ],
)  # fmt: skip
def test_the_nearer_day(
    definition: Definition, procedure: Procedure, level: str, until: date | None
) -> None:
    assert sooner(procedure, definition, level, MONDAY, CALENDAR) == until
