"""Procedures beside sharing as rows: corrections, demands, repeated collection, data that are not
aggregated. Pure; whoever keeps them hands in plain records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from workbench.kpi.clocks import LATE, NO_DEADLINE, ON_TIME, OPEN, OVERDUE
from workbench.kpi.frames import PROCEDURE, frame

CORRECTION = "correction"
DEMAND = "demand"
REPEATED = "repeated_collection"
NOT_AGGREGATED = "not_aggregated"
KINDS = (CORRECTION, DEMAND, REPEATED, NOT_AGGREGATED)
"""The kinds that a KPI is declared of; a record may be of any other kind."""


@dataclass(frozen=True)
class Record:
    """One procedure. ``department`` asked for it, ``provider`` answers. ``closed`` None: it runs.
    ``deadline_state`` is number, none or unknown (``regulations.profile.State``); ``due`` stands
    where it is a number. ``reason`` is a word of a closed set, never a sentence."""

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
    article: str = ""
    reason: str = ""


def procedures(found: Iterable[Record], as_of: date, *, simulated: bool = False) -> pl.DataFrame:
    """``frames.PROCEDURE``, by id: those that were opened by ``as_of``. One that was closed later
    still ran then."""
    rows = [
        _row(record, as_of) | {"as_of": as_of, "simulated": simulated}
        for record in found
        if record.opened <= as_of
    ]
    return frame(PROCEDURE, sorted(rows, key=lambda row: row["procedure_id"]))


def _row(record: Record, as_of: date) -> dict[str, Any]:
    closed = record.closed if record.closed is not None and record.closed <= as_of else None
    return {
        "procedure_id": record.id,
        "kind": record.kind,
        "department": record.department,
        "provider": record.provider,
        "resource": record.resource,
        "state": record.state,
        "reason": record.reason,
        "opened": record.opened,
        "closed": closed,
        "deadline_key": record.deadline_key,
        "deadline_state": record.deadline_state,
        "due": record.due,
        "timing": _timing(record.due, closed, as_of),
        "article": record.article,
    }


def _timing(due: date | None, closed: date | None, as_of: date) -> str:
    if due is None:
        return NO_DEADLINE
    if closed is not None:
        return ON_TIME if closed <= due else LATE
    return OVERDUE if as_of > due else OPEN
