"""Applications and their steps as rows, as they stood at the end of a day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from workbench.kpi.clocks import Run, days_taken, runs, timing
from workbench.kpi.frames import CASE, STEP, frame
from workbench.model.case import GRANTING, OVER, Case, State, Step
from workbench.model.days import CHINA, day_of
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Profile

EXPIRED = "expired"
ProfileOf = Callable[[Case], Profile | None]
"""The regulation that a case began under; None where its file is lost."""
Types = Mapping[str, str]
"""Sharing type by resource."""


def cases(
    found: Iterable[Case],
    profile_of: ProfileOf,
    calendar: Calendar,
    types: Types,
    as_of: date,
    *,
    simulated: bool = False,
) -> pl.DataFrame:
    """``frames.CASE``: every application that was made by the end of ``as_of``, by id. What was
    granted (its last day) is as it is now."""
    rows = []
    for case in found:
        steps = steps_until(case, as_of)
        if steps:
            last = _last_run(case, steps, profile_of(case), calendar)
            row = _case(case, steps, types, as_of) | _clock(last, calendar, as_of)
            rows.append(row | {"as_of": as_of, "simulated": simulated})
    return frame(CASE, sorted(rows, key=lambda row: row["case_id"]))


def steps(
    found: Iterable[Case],
    profile_of: ProfileOf,
    calendar: Calendar,
    types: Types,
    first: date,
    last: date,
    *,
    simulated: bool = False,
) -> pl.DataFrame:
    """``frames.STEP``: the steps of the days from ``first`` to ``last``, both included, by time,
    case and number."""
    rows = []
    for case in found:
        taken = [step for step in case.steps if first <= day_of(step.at) <= last]
        if not taken:
            continue
        answered = {
            run.answered.number: run
            for run in runs(case, case.steps, profile_of(case), calendar)
            if run.answered is not None
        }
        for step in taken:
            row = _step(case, step, types) | _clock(answered.get(step.number), calendar, last)
            rows.append(row | {"simulated": simulated})
    return frame(STEP, sorted(rows, key=lambda row: (row["at"], row["case_id"], row["number"])))


def steps_until(case: Case, as_of: date) -> tuple[Step, ...]:
    return tuple(step for step in case.steps if day_of(step.at) <= as_of)


def _last_run(
    case: Case, steps: tuple[Step, ...], profile: Profile | None, calendar: Calendar
) -> Run | None:
    last = None
    for run in runs(case, steps, profile, calendar):
        last = run
    return last


def _clock(run: Run | None, calendar: Calendar, as_of: date) -> dict[str, Any]:
    if run is None:
        return dict(_NO_CLOCK)
    return {
        "deadline_key": run.key,
        "deadline_state": run.state,
        "started": run.started,
        "due": run.due,
        "days_taken": days_taken(run, as_of, calendar),
        "timing": timing(run, as_of),
        "responsible": run.responsible,
        "article": run.article,
    }


_NO_CLOCK: Mapping[str, Any] = {
    "deadline_key": "",
    "deadline_state": "",
    "started": None,
    "due": None,
    "days_taken": None,
    "timing": "",
    "responsible": "",
    "article": "",
}


def _about(case: Case, types: Types) -> dict[str, Any]:
    asked = case.application
    return {
        "case_id": case.id,
        "department": asked.department,
        "provider": case.provider,
        "scenario": asked.scenario,
        "resource": asked.resource,
        "sharing_type": types.get(asked.resource, ""),
        "regulation": case.regulation,
    }


def _case(case: Case, steps: tuple[Step, ...], types: Types, as_of: date) -> dict[str, Any]:
    state = _state(case, steps, as_of)
    return _about(case, types) | {
        "state": state,
        "opened": day_of(case.opened),
        "decided": max(
            (day_of(step.at) for step in steps if step.event in ("approve", "refuse")),
            default=None,
        ),
        "closed": _closed(case, steps, state),
    }


def _state(case: Case, steps: tuple[Step, ...], as_of: date) -> str:
    """The last step says it, and the calendar where a grant has had its last day."""
    after = steps[-1].after
    until = case.decision.terms.until if case.decision is not None else None
    if after in GRANTING and until is not None and as_of > until:
        return EXPIRED
    return after.value


def _closed(case: Case, steps: tuple[Step, ...], state: str) -> date | None:
    if state == EXPIRED and case.decision is not None:
        return case.decision.terms.until + timedelta(days=1)
    return day_of(steps[-1].at) if State(state) in OVER else None


def _step(case: Case, step: Step, types: Types) -> dict[str, Any]:
    return _about(case, types) | {
        "number": step.number,
        "event": step.event,
        "at": step.at.astimezone(CHINA).replace(tzinfo=None),
        "day": day_of(step.at),
        "before": step.before.value if step.before is not None else "",
        "after": step.after.value,
    }
