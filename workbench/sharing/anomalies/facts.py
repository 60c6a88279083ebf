"""What the watch keeps of the ledger: sums by hour, person and resource, and how transfers stand.

Pure: entries in, rows out. The rows add up: whatever pages the ledger was read in, the sums are the
same, and so is the evidence, which is the first entries of each sort.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl

from workbench.kpi.uses import REFUSED, uses
from workbench.ledger.chain import fields_of
from workbench.model.days import CHINA, day_of
from workbench.model.entry import Event, Filed
from workbench.store.anomalies import COUNTED, EVIDENCE, Hour, Transfer

FEW_ROWS = 5
"""An answer of so many rows at most looks something up (our default)."""
_PURPOSE = frozenset({"not_granted", "not_shared", "scenario_unknown", "viewer_not_listed"})
"""Codes of refusals that are about another purpose, where no column is named."""
_KEYS = ["actor", "department", "scenario", "resource", "day", "hour"]
FRAME: Mapping[str, pl.DataType] = {
    "person": pl.String(),
    "department": pl.String(),
    "scenario": pl.String(),
    "resource": pl.String(),
    "day": pl.Date(),
    "hour": pl.Int64(),
    "calls": pl.Int64(),
    "rows": pl.Int64(),
    "scope": pl.Int64(),
    "purpose": pl.Int64(),
    "lookups": pl.Int64(),
    **{f"at_{name}": pl.List(pl.Int64()) for name in EVIDENCE},
}
"""The columns that detectors read: ``store.anomalies.Hour``, each list of positions by itself."""


def hours_of(entries: Collection[Filed], resources: Collection[str]) -> tuple[Hour, ...]:
    """In the order of their keys. ``resources`` are the names of the catalogue."""
    used = uses(entries, lambda person: person, resources)
    found = {hour.key: hour for hour in summed(used)}
    for hour in map(_walked, entries):
        if hour is not None:
            found[hour.key] = hour if hour.key not in found else found[hour.key].and_(hour)
    return tuple(found[key] for key in sorted(found))


def summed(used: pl.DataFrame) -> tuple[Hour, ...]:
    """Of ``kpi.frames.USE``, with people by their ids. A call counts for every resource that it
    reads; a refusal once, at the first that it names."""
    opened = pl.col("event") == Event.release_opened.value
    closed = (pl.col("event") == Event.release_closed.value) & (pl.col("code") == "")
    refused = (pl.col("event") == REFUSED) & pl.col("is_lead")
    marks = {
        "calls": opened,
        "scope": refused & (pl.col("columns_count") > 0),
        "purpose": refused & (pl.col("columns_count") == 0) & pl.col("code").is_in(list(_PURPOSE)),
        "lookups": closed & (pl.col("rows") <= FEW_ROWS),
    }
    marked = used.with_columns(
        **{name: mark.fill_null(value=False) for name, mark in marks.items()}
    )
    rows = pl.col("rows").filter(pl.col("event") == Event.release_closed.value).sum()
    found = marked.group_by(_KEYS).agg(
        *(pl.col(name).sum().cast(pl.Int64) for name in marks),
        rows.cast(pl.Int64).alias("rows_read"),
        *(
            pl.col("position").filter(pl.col(name)).sort().head(COUNTED).alias(f"at_{name}")
            for name in EVIDENCE
        ),
    )
    touched = found.filter(pl.sum_horizontal(*marks) + pl.col("rows_read") > 0)
    return tuple(map(_hour, touched.sort(_KEYS).iter_rows(named=True)))


def _hour(row: Mapping[str, Any]) -> Hour:
    return Hour(
        person=row["actor"],
        department=row["department"],
        scenario=row["scenario"],
        resource=row["resource"],
        day=row["day"],
        hour=row["hour"],
        calls=row["calls"],
        rows=row["rows_read"],
        scope=row["scope"],
        purpose=row["purpose"],
        lookups=row["lookups"],
        evidence={name: tuple(row[f"at_{name}"]) for name in EVIDENCE},
    )


def _walked(filed: Filed) -> Hour | None:
    """The alert of a comparison: as many keys were tried as missed."""
    if filed.keys.get("event") != Event.comparison_alert.value:
        return None
    fields = fields_of(filed.entry.body) or {}
    detail = fields.get("detail", {})
    local = filed.entry.at.astimezone(CHINA)
    return Hour(
        person=str(fields.get("viewer") or fields.get("actor") or ""),
        department=str(fields.get("department", "")),
        scenario=str(fields.get("scenario", "")),
        resource=str(detail.get("resource", "")),
        day=local.date(),
        hour=local.hour,
        lookups=int(detail.get("misses", 0)),
        evidence={"lookups": (filed.entry.seq,)},
    )


def frame_of(hours: Iterable[Hour]) -> pl.DataFrame:
    """``FRAME``."""
    rows = [
        {
            **{name: getattr(hour, name) for name in FRAME if not name.startswith("at_")},
            **{f"at_{name}": list(hour.evidence.get(name, ())) for name in EVIDENCE},
        }
        for hour in hours
    ]
    return pl.DataFrame(rows, schema=dict(FRAME), orient="row")


def transfers_of(entries: Iterable[Filed], known: Mapping[str, Transfer]) -> dict[str, Transfer]:
    """How the transfers of each resource stand after these entries, in the ledger's order: what was
    received last, and since when something that its sender counted is missing."""
    found = dict(known)
    for filed in entries:
        event = filed.keys.get("event")
        if event not in _TRANSFERS:
            continue
        fields = fields_of(filed.entry.body) or {}
        detail, content = fields.get("detail"), fields.get("content")
        if not isinstance(detail, dict) or not isinstance(content, dict):
            continue
        for name in content:
            before = found.get(name, Transfer(name))
            found[name] = _after(before, str(event), detail, filed)
    return {name: one for name, one in found.items() if known.get(name) != one}


_TRANSFERS = frozenset({Event.extract_ingested.value, Event.reconciled.value})


def _after(before: Transfer, event: str, detail: Mapping[str, Any], filed: Filed) -> Transfer:
    seq, day = filed.entry.seq, day_of(filed.entry.at)
    if event == Event.extract_ingested.value:
        return before.received(seq, day, detail.get("data_date"))
    if detail.get("agrees") is False:
        return before.missed(seq, day)
    return before
