"""The tables of governance facts: which columns each has, of which type, in which order.

The contracts ``data_contracts/resources/gov_*`` describe the same columns for people; a
test holds the two together. Days are days in China. No table holds free text, a value of the data
or the name of a person; ``simulated`` is true where the city is not a real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

_TEXT, _DAY, _COUNT, _FLAG = pl.String(), pl.Date(), pl.Int64(), pl.Boolean()
_MOMENT = pl.Datetime("us")
"""The wall clock in China, without a zone."""

Columns = Mapping[str, pl.DataType]

USE: Columns = {
    "position": _COUNT,  # of the entry in the ledger
    "at": _MOMENT,
    "day": _DAY,
    "hour": _COUNT,  # 0-23
    "event": _TEXT,  # uses.EVENTS
    "actor": _TEXT,  # keyed pseudonym of who looked; empty for nobody
    "department": _TEXT,
    "scenario": _TEXT,
    "grant_id": _TEXT,  # empty where the entry names none
    "case_id": _TEXT,
    "resource": _TEXT,
    "columns_used": _TEXT,  # names by the alphabet, parted by commas; of a refusal those refused
    "columns_count": _COUNT,
    "rows": _COUNT,  # of the whole result; null where it was not told
    "is_lead": _FLAG,  # true on one row of each entry: to count entries, not resources
    "refused": _FLAG,
    "code": _TEXT,  # of the first reason of a refusal, or how a release ended
    "simulated": _FLAG,
}
"""A row for each resource of each entry that is a use or a refusal (``facts.uses``)."""

USE_DAY: Columns = {
    "day": _DAY,
    "scenario": _TEXT,
    "department": _TEXT,
    "resource": _TEXT,
    "event": _TEXT,
    "calls": _COUNT,  # entries that touch the resource
    "entries": _COUNT,  # the same, each entry counted at one of its resources alone
    "rows": _COUNT,  # of those entries
    "refused": _COUNT,  # of those entries
    "actors": _COUNT,  # distinct people of the day; they do not add up over days
    "simulated": _FLAG,
}
"""``USE`` by day, scenario, department, resource and event (``facts.use_days``)."""

COLUMN_DAY: Columns = {
    "day": _DAY,
    "grant_id": _TEXT,
    "scenario": _TEXT,
    "department": _TEXT,
    "resource": _TEXT,
    "column_name": _TEXT,
    "calls": _COUNT,
    "simulated": _FLAG,
}
"""How often each column was read under each grant on each day (``facts.column_days``)."""

CASE: Columns = {
    "case_id": _TEXT,
    "department": _TEXT,  # that applied
    "provider": _TEXT,
    "scenario": _TEXT,
    "resource": _TEXT,
    "sharing_type": _TEXT,  # as the catalogue says now; empty where it has lost the resource
    "state": _TEXT,  # on the day as_of
    "opened": _DAY,
    "decided": _DAY,  # the last approval or refusal
    "closed": _DAY,  # since when nothing of it can go on
    "deadline_key": _TEXT,  # the clock that runs, or that ran last
    "deadline_state": _TEXT,  # number, none, unknown; notice where the day was set by a notice
    "started": _DAY,  # the event that it began with, which does not count
    "due": _DAY,
    "days_taken": _COUNT,  # in working days, to the answer or to as_of
    "timing": _TEXT,  # cases.TIMINGS
    "responsible": _TEXT,  # whose deadline it is: a department, or who decides by the regulation
    "regulation": _TEXT,
    "article": _TEXT,
    "as_of": _DAY,
    "simulated": _FLAG,
}
"""A row for each application (``facts.cases``)."""

STEP: Columns = {
    "case_id": _TEXT,
    "number": _COUNT,
    "event": _TEXT,
    "at": _MOMENT,
    "day": _DAY,
    "department": _TEXT,
    "provider": _TEXT,
    "scenario": _TEXT,
    "resource": _TEXT,
    "sharing_type": _TEXT,
    "before": _TEXT,
    "after": _TEXT,
    "deadline_key": _TEXT,  # the clock that this step answered; empty where it answered none
    "deadline_state": _TEXT,
    "started": _DAY,
    "due": _DAY,
    "days_taken": _COUNT,
    "timing": _TEXT,  # on_time, late or no_deadline; empty where it answered none
    "responsible": _TEXT,
    "regulation": _TEXT,
    "article": _TEXT,
    "simulated": _FLAG,
}
"""A row for each step of each case (``facts.steps``)."""

GRANT: Columns = {
    "grant_id": _TEXT,
    "case_id": _TEXT,  # empty for one that a scenario's file gives
    "origin": _TEXT,  # scenario, application
    "scenario": _TEXT,
    "department": _TEXT,  # the holder; page:ID for a page
    "resource": _TEXT,
    "provider": _TEXT,
    "mode": _TEXT,
    "state": _TEXT,  # on the day as_of: grants.STATES
    "valid_from": _DAY,
    "valid_until": _DAY,
    "stopped_on": _DAY,
    "last_use": _DAY,
    "dormant_on": _DAY,  # the last day before it counts as unused; null where nothing says
    "columns_granted": _COUNT,
    "columns_used": _COUNT,  # of those granted, ever read under it
    "as_of": _DAY,
    "simulated": _FLAG,
}
"""A row for each grant (``facts.grants``)."""

RESOURCE: Columns = {
    "resource": _TEXT,
    "provider": _TEXT,
    "library": _TEXT,
    "sharing_type": _TEXT,
    "sharing_mode": _TEXT,
    "has_basis": _FLAG,  # a legal basis is stated
    "has_reason": _FLAG,
    "open_type": _TEXT,
    "columns_count": _COUNT,
    "update_cycle": _TEXT,  # as the catalogue spells it
    "cycle_days": _COUNT,  # null where the cycle has no end, or is not understood
    "attached": _FLAG,
    "mounted": _FLAG,  # it has data: a version that was not recalled, or a source
    "version": _COUNT,
    "rows": _COUNT,
    "last_delivery": _DAY,
    "data_date": _DAY,
    "late_since": _DAY,
    "timing": _TEXT,  # on_time, late, no_cycle, not_mounted
    "governance": _FLAG,  # one of these tables
    "as_of": _DAY,
    "simulated": _FLAG,
}
"""A row for each contract of the catalogue (``facts.resources``)."""

DELIVERY: Columns = {
    "position": _COUNT,
    "at": _MOMENT,
    "day": _DAY,
    "resource": _TEXT,
    "department": _TEXT,  # that serves it
    "event": _TEXT,  # deliveries.EVENTS
    "version": _COUNT,
    "rows": _COUNT,
    "rejected": _COUNT,
    "data_date": _DAY,
    "code": _TEXT,  # the first code of a refusal
    "simulated": _FLAG,
}
"""A row for each delivery that was taken, refused or recalled (``facts.deliveries``)."""

PROCEDURE: Columns = {
    "procedure_id": _TEXT,
    "kind": _TEXT,
    "department": _TEXT,
    "provider": _TEXT,
    "resource": _TEXT,
    "state": _TEXT,
    "reason": _TEXT,  # a word of a closed set, never a sentence
    "opened": _DAY,
    "closed": _DAY,
    "deadline_key": _TEXT,
    "deadline_state": _TEXT,
    "due": _DAY,
    "answered": _DAY,
    "timing": _TEXT,
    "article": _TEXT,
    "as_of": _DAY,
    "simulated": _FLAG,
}
"""A row for each procedure beside sharing (``facts.procedures``)."""

KPI: Columns = {
    "kpi": _TEXT,
    "title_zh": _TEXT,
    "title_en": _TEXT,
    "unit": _TEXT,
    "direction": _TEXT,
    "article": _TEXT,  # "REGULATION: ARTICLES"; parted by semicolons; ours
    "deadline_key": _TEXT,
    "deadline_state": _TEXT,
    "shown": _FLAG,
    "why_zh": _TEXT,  # why it is left out
    "why_en": _TEXT,
    "as_of": _DAY,
    "simulated": _FLAG,
}
"""A row for each KPI that is declared (``facts.kpis``): also those left out, and why."""

TABLES: Mapping[str, Columns] = {
    "gov_use": USE,
    "gov_use_day": USE_DAY,
    "gov_column_day": COLUMN_DAY,
    "gov_case": CASE,
    "gov_step": STEP,
    "gov_grant": GRANT,
    "gov_resource": RESOURCE,
    "gov_delivery": DELIVERY,
    "gov_procedure": PROCEDURE,
    "gov_kpi": KPI,
}
"""By the name of the resource."""


def frame(columns: Columns, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows under these columns; each row has every one of them."""
    return pl.DataFrame(list(rows), schema=dict(columns), orient="row", strict=True)
