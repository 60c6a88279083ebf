"""The catalogue's contracts and their deliveries as rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from workbench.declared.notes import says_something
from workbench.extracts.versions import ExtractVersion
from workbench.kpi.frames import DELIVERY, RESOURCE, frame
from workbench.ledger.chain import fields_of
from workbench.model.contract import Resource
from workbench.model.cycles import cycle_days, late_since
from workbench.model.days import CHINA, day_of
from workbench.model.entry import Event, Filed

DELIVERED = (
    Event.extract_ingested.value,
    Event.extract_refused.value,
    Event.extract_recalled.value,
)
NO_CYCLE, NOT_MOUNTED = "no_cycle", "not_mounted"
LatestOf = Callable[[Resource], ExtractVersion | None]
"""The version that stood at the end of the day; None where there was none."""


def resources(
    found: Iterable[Resource],
    latest_of: LatestOf,
    governance: Collection[str],
    as_of: date,
    *,
    simulated: bool = False,
) -> pl.DataFrame:
    """``frames.RESOURCE``, by name. ``governance`` names the tables of facts themselves."""
    rows = []
    for resource in found:
        row = _contract(resource) | _data(resource, latest_of(resource), as_of)
        row |= {"governance": resource.name in governance}
        rows.append(row | {"as_of": as_of, "simulated": simulated})
    return frame(RESOURCE, sorted(rows, key=lambda row: row["resource"]))


def deliveries(entries: Iterable[Filed], *, simulated: bool = False) -> pl.DataFrame:
    """``frames.DELIVERY`` of the ledger's entries, in their order."""
    return frame(
        DELIVERY,
        (row | {"simulated": simulated} for filed in entries for row in _delivered(filed)),
    )


def _contract(resource: Resource) -> dict[str, Any]:
    sharing = resource.sharing
    return {
        "resource": resource.name,
        "provider": resource.provider,
        "library": resource.library.value,
        "sharing_type": sharing.type.value,
        "sharing_mode": sharing.mode.value if sharing.mode is not None else "",
        "has_basis": says_something(sharing.legal_basis),
        "has_reason": says_something(sharing.reason),
        "open_type": resource.open_type.value,
        "columns_count": len(resource.columns),
        "update_cycle": resource.update_cycle,
        "cycle_days": cycle_days(resource.update_cycle),
        "attached": resource.attached is not None,
    }


def _data(resource: Resource, version: ExtractVersion | None, as_of: date) -> dict[str, Any]:
    data_date = version.data_date if version is not None else None
    late = late_since(resource.update_cycle, data_date, as_of)
    mounted = resource.attached is not None or version is not None
    return {
        "mounted": mounted,
        "version": version.version if version is not None else None,
        "rows": version.rows if version is not None else None,
        "last_delivery": day_of(version.ingested_at) if version is not None else None,
        "data_date": data_date,
        "late_since": late,
        "timing": _timing(resource, mounted, data_date, late),
    }


def _timing(resource: Resource, mounted: bool, data_date: date | None, late: date | None) -> str:
    """One whose data have no date, and one that is read at its source, cannot be late."""
    if not mounted:
        return NOT_MOUNTED
    if cycle_days(resource.update_cycle) is None or data_date is None:
        return NO_CYCLE
    return "on_time" if late is None else "late"


def _delivered(filed: Filed) -> Iterator[dict[str, Any]]:
    if filed.keys.get("event") not in DELIVERED:
        return
    fields = fields_of(filed.entry.body)
    if fields is None:
        return
    detail = fields.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    content = fields.get("content")
    names = sorted(content) if isinstance(content, dict) else []
    local = filed.entry.at.astimezone(CHINA)
    for name in names or [""]:
        yield {
            "position": filed.entry.seq,
            "at": local.replace(tzinfo=None),
            "day": local.date(),
            "resource": name,
            "department": str(fields.get("department", "")),
            "event": fields["event"],
            "version": _whole(detail.get("version")),
            "rows": _whole(detail.get("rows", detail.get("accepted"))),
            "rejected": _whole(detail.get("rejected")),
            "data_date": _day(detail.get("data_date")),
            "code": _first(detail),
        }


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _first(detail: Mapping[str, Any]) -> str:
    codes = detail.get("codes")
    return str(codes[0]) if isinstance(codes, list) and codes else ""
