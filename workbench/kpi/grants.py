"""Grants as rows, with what was used of them, as they stood at the end of a day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from workbench.kpi.frames import GRANT, frame
from workbench.model.grant import Grant, GrantState, OriginKind, state_of, stopped_on

DORMANT = "dormant"
STATES = (*(state.value for state in GrantState), DORMANT)
"""``dormant``: active, and left unused for longer than the regulation allows."""
DormantOn = Callable[[Grant, date | None], date | None]
"""From a grant and the last day of its use: the last day before it counts as unused; None where the
regulation gives no number, or nobody knows when it began."""


@dataclass(frozen=True)
class Used:
    """What was read under one grant: the last day, and the columns by their folded names."""

    last: date
    columns: frozenset[str]


def used_of(days: pl.DataFrame | pl.LazyFrame) -> dict[str, Used]:
    """By grant, of ``frames.COLUMN_DAY``."""
    found = (
        days.lazy()
        .filter(pl.col("grant_id") != "")
        .group_by("grant_id")
        .agg(pl.col("day").max(), pl.col("column_name").unique())
        .collect()
    )
    return {
        row["grant_id"]: Used(row["day"], frozenset(n.casefold() for n in row["column_name"]))
        for row in found.iter_rows(named=True)
    }


def grants(
    found: Iterable[Grant],
    used: Mapping[str, Used],
    dormant_on: DormantOn,
    providers: Mapping[str, str],
    as_of: date,
    *,
    simulated: bool = False,
) -> pl.DataFrame:
    """``frames.GRANT``, by id: those that were decided by ``as_of``. ``providers`` by resource.
    Their terms are those that hold now; the day decides of their state."""
    rows = []
    for grant in found:
        decided = grant.origin.decided_on
        if decided is not None and decided > as_of:
            continue
        row = _grant(grant, used.get(grant.id), dormant_on, as_of)
        row |= {"provider": providers.get(grant.resource, "")}
        rows.append(row | {"as_of": as_of, "simulated": simulated})
    return frame(GRANT, sorted(rows, key=lambda row: row["grant_id"]))


def _grant(grant: Grant, used: Used | None, dormant_on: DormantOn, as_of: date) -> dict[str, Any]:
    by_application = grant.origin.kind is OriginKind.application
    last = used.last if used is not None else None
    unused = dormant_on(grant, last)
    names = {column.name.casefold() for column in grant.columns}
    return {
        "grant_id": grant.id,
        "case_id": grant.origin.reference if by_application else "",
        "origin": grant.origin.kind.value,
        "scenario": grant.scenario,
        "department": grant.department,
        "resource": grant.resource,
        "mode": grant.mode.value,
        "state": _state(grant, unused, as_of),
        "valid_from": grant.valid_from or grant.origin.decided_on,
        "valid_until": grant.valid_until,
        "stopped_on": _stopped(grant, as_of),
        "last_use": last,
        "dormant_on": unused,
        "columns_granted": len(grant.columns),
        "columns_used": len(names & used.columns) if used is not None else 0,
    }


def _state(grant: Grant, unused: date | None, as_of: date) -> str:
    """One that was stopped later than ``as_of`` still stood then."""
    state = state_of(grant, as_of)
    if grant.revoked_on is not None and grant.revoked_on > as_of:
        state = GrantState.active
    if state is GrantState.active and unused is not None and as_of > unused:
        return DORMANT
    return state.value


def _stopped(grant: Grant, as_of: date) -> date | None:
    day = stopped_on(grant, as_of)
    return day if day is not None and day <= as_of else None
