"""Uses and refusals of the ledger as rows. Pure: entries in, frames out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench.kpi.frames import COLUMN_DAY, USE, USE_DAY
from workbench.ledger.chain import fields_of
from workbench.model.days import CHINA
from workbench.model.entry import Event, Filed

REFUSED = "refused"
EVENTS = (
    Event.release_opened.value,
    Event.release_closed.value,
    Event.exported.value,
    REFUSED,
)
"""A use is opened before its first row leaves, and closed with its rows; both are entries of their
own, so that neither needs the other: calls are counted where it opens, rows where it closes."""
_ENTERED = frozenset({Event.decision.value, *EVENTS})
_CASE = "case:"
_DENY = "deny"


def uses(
    entries: Iterable[Filed],
    pseudonym: Callable[[str], str],
    resources: Collection[str] = (),
    *,
    simulated: bool = False,
) -> pl.DataFrame:
    """``frames.USE``. ``resources`` are the names of the catalogue: a refusal names what was asked
    for by them alone. An entry that somebody broke says nothing here; ``workbench audit verify``
    finds it."""
    known = {name.casefold(): name for name in resources}
    columns: dict[str, list[Any]] = {name: [] for name in USE}
    for filed in entries:
        for row in _rows(filed, pseudonym, known):
            row["simulated"] = simulated
            for name, values in columns.items():
                values.append(row[name])
    return pl.DataFrame(columns, schema=dict(USE))


def use_days(used: pl.DataFrame) -> pl.DataFrame:
    """``frames.USE_DAY`` of ``frames.USE``, in the order of its keys."""
    keys = ["day", "scenario", "department", "resource", "event", "simulated"]
    lead = pl.col("is_lead")
    found = used.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("calls"),
        lead.sum().cast(pl.Int64).alias("entries"),
        pl.col("rows").filter(lead).sum().cast(pl.Int64).alias("rows"),
        (lead & pl.col("refused")).sum().cast(pl.Int64).alias("refused"),
        pl.col("actor").filter(pl.col("actor") != "").n_unique().cast(pl.Int64).alias("actors"),
    )
    return found.sort(keys).select(list(USE_DAY))


def column_days(used: pl.DataFrame) -> pl.DataFrame:
    """``frames.COLUMN_DAY`` of ``frames.USE``: what was read, where a release opened."""
    keys = ["day", "grant_id", "scenario", "department", "resource", "column_name", "simulated"]
    opened = used.filter(
        (pl.col("event") == Event.release_opened.value) & (pl.col("columns_count") > 0)
    )
    read = opened.with_columns(pl.col("columns_used").str.split(",").alias("column_name"))
    found = read.explode("column_name").group_by(keys).agg(pl.len().cast(pl.Int64).alias("calls"))
    return found.sort(keys).select(list(COLUMN_DAY))


def _rows(
    filed: Filed, pseudonym: Callable[[str], str], known: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    if filed.keys.get("event") not in _ENTERED:
        return
    fields = fields_of(filed.entry.body)
    if fields is None:
        return
    detail = fields.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    refused = fields["event"] == Event.decision.value
    if refused and detail.get("outcome") != _DENY:
        return
    touched = _refused(detail, known) if refused else _touched(fields)
    local = filed.entry.at.replace(tzinfo=filed.entry.at.tzinfo or UTC).astimezone(CHINA)
    base = _base(fields, detail, filed.entry.seq, local, refused) | {
        "actor": pseudonym(str(fields.get("viewer") or fields.get("actor") or ""))
    }
    for number, (resource, names) in enumerate(touched):
        grant = _grant(detail, resource)
        yield base | {
            "grant_id": grant,
            "case_id": grant.removeprefix(_CASE) if grant.startswith(_CASE) else "",
            "resource": resource,
            "columns_used": ",".join(names),
            "columns_count": len(names),
            "is_lead": number == 0,
        }


def _base(
    fields: Mapping[str, Any], detail: Mapping[str, Any], seq: int, local: datetime, refused: bool
) -> dict[str, Any]:
    rows = detail.get("rows")
    return {
        "position": seq,
        "at": local.replace(tzinfo=None),
        "day": local.date(),
        "hour": local.hour,
        "event": REFUSED if refused else fields["event"],
        "department": str(fields.get("department", "")),
        "scenario": str(fields.get("scenario", "")),
        "rows": rows if isinstance(rows, int) else None,
        "refused": refused,
        "code": _code(detail, refused),
    }


def _touched(fields: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    content = fields.get("content")
    if not isinstance(content, dict) or not content:
        return [("", [])]
    return [(name, sorted(map(str, columns))) for name, columns in sorted(content.items())]


def _refused(detail: Mapping[str, Any], known: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """What was asked for and refused, as far as the reasons name resources of the catalogue."""
    found: dict[str, set[str]] = {}
    for reason in _reasons(detail):
        name, _, column = str(reason.get("subject", "")).partition(".")
        resource = known.get(name.casefold())
        if resource is not None:
            found.setdefault(resource, set()).update({column} if column else ())
    return [(name, sorted(columns)) for name, columns in sorted(found.items())] or [("", [])]


def _code(detail: Mapping[str, Any], refused: bool) -> str:
    if not refused:
        return str(detail.get("code", "") or "")
    return next((str(reason.get("code", "")) for reason in _reasons(detail)), "")


def _reasons(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    reasons = detail.get("reasons")
    listed = reasons if isinstance(reasons, list) else []
    return [reason for reason in listed if isinstance(reason, dict)]


def _grant(detail: Mapping[str, Any], resource: str) -> str:
    grants = detail.get("grants")
    taken = grants.get(resource) if isinstance(grants, dict) else None
    return str(taken[0]) if isinstance(taken, list) and taken else ""
