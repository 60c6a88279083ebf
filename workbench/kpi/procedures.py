"""Procedures beside sharing as rows: corrections, demands, repeated collection, data that are not
aggregated. Pure; a record is made of what the store keeps, and a row of a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from workbench.kpi.clocks import LATE, NO_DEADLINE, ON_TIME, OPEN, OVERDUE
from workbench.kpi.frames import PROCEDURE, frame
from workbench.kpi.procedure_clocks import Run
from workbench.model.days import day_of
from workbench.model.procedure import Definition, Procedure

CORRECTION = "correction"
DEMAND = "demand"
REPEATED = "repeated_collection"
NOT_AGGREGATED = "not_aggregated"
KINDS = (CORRECTION, DEMAND, REPEATED, NOT_AGGREGATED)
"""The kinds that a KPI is declared of, by the ids of their files; no other is delivered."""
_COUNTED = {CORRECTION: "correction.answer", DEMAND: "demand.review"}
"""Which of its deadlines stands in a row; of the other kinds any (our choice)."""


@dataclass(frozen=True)
class Record:
    """One procedure. ``department`` asked for it, ``provider`` answers. ``closed`` None: it runs.
    ``deadline_state`` is number, none or unknown (``regulations.profile.State``), or named (by a
    notice); ``due`` stands where there is a day, ``answered`` once it was answered, ``late`` by how
    many days it was missed then. ``reason`` is a word of a closed set, never a sentence: the step
    by which it was opened."""

    id: str
    kind: str
    opened: date
    state: str
    department: str
    provider: str = ""
    resource: str = ""
    closed: date | None = None
    deadline_key: str = ""
    deadline_state: str = "none"
    due: date | None = None
    answered: date | None = None
    late: int | None = None
    article: str = ""
    reason: str = ""


def record_of(
    procedure: Procedure, definition: Definition | None, clocks: Iterable[Run], as_of: date
) -> Record | None:
    """It as it stood at the end of the day ``as_of``; None where it was opened later, or no KPI
    counts its kind. Without its ``definition`` (the file was lost) nothing is known of its
    end and its deadline. Of a deadline that ran more than once, the first run that was missed
    stands, else the last."""
    steps = [step for step in procedure.steps if day_of(step.at) <= as_of]
    if not steps or procedure.kind not in KINDS:
        return None
    last = steps[-1]
    is_over = definition is not None and definition.state(last.after).over
    record = Record(
        procedure.id,
        procedure.kind,
        day_of(procedure.opened),
        last.after,
        procedure.department,
        procedure.provider,
        procedure.resource,
        closed=day_of(last.at) if is_over else None,
        reason=steps[0].event,
    )
    run = _counted(procedure.kind, clocks, as_of)
    return record if run is None else _with(record, run)


def _counted(kind: str, clocks: Iterable[Run], as_of: date) -> Run | None:
    """What a withdrawal or somebody else's step has ended was nobody's delay."""
    wanted = _COUNTED.get(kind)
    known = [
        _then(run, as_of)
        for run in clocks
        if run.begun <= as_of and wanted in (None, run.key)
    ]  # fmt: skip
    counted = [run for run in known if run.ended is None or run.answered is not None]
    return next((run for run in counted if run.late), counted[-1] if counted else None)


def _then(run: Run, as_of: date) -> Run:
    ran_on = run.ended is not None and run.ended > as_of
    return replace(run, ended=None, answered=None, late=None) if ran_on else run


def _with(record: Record, run: Run) -> Record:
    return replace(
        record,
        deadline_key=run.key,
        deadline_state=run.state,
        due=run.due,
        answered=run.answered,
        late=run.late,
        article=run.article,
    )


def procedures(found: Iterable[Record], as_of: date, *, simulated: bool = False) -> pl.DataFrame:
    """``frames.PROCEDURE``, by id: those that were opened by ``as_of``."""
    rows = [
        _row(record, as_of) | {"as_of": as_of, "simulated": simulated}
        for record in found
        if record.opened <= as_of
    ]
    return frame(PROCEDURE, sorted(rows, key=lambda row: row["procedure_id"]))


def _row(record: Record, as_of: date) -> dict[str, Any]:
    return {
        "procedure_id": record.id,
        "kind": record.kind,
        "department": record.department,
        "provider": record.provider,
        "resource": record.resource,
        "state": record.state,
        "reason": record.reason,
        "opened": record.opened,
        "closed": record.closed,
        "deadline_key": record.deadline_key,
        "deadline_state": record.deadline_state,
        "due": record.due,
        "answered": record.answered,
        "timing": _timing(record, as_of),
        "article": record.article,
    }


def _timing(record: Record, as_of: date) -> str:
    if record.late is not None:
        return LATE if record.late else ON_TIME
    if record.due is None:
        return NO_DEADLINE
    return OVERDUE if as_of > record.due else OPEN
