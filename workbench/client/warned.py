"""Early warning in a notebook: the alerts that concern you, and why one was raised.

Who may look at named alerts is judged by the gateway with each page of the view; what is made of a
page here stays a page: it bears the watermark and cannot be handed on (docs/view.md).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from workbench.client.listing import Listing
from workbench.client.release import Release
from workbench.errors import Code, Text, simple

if TYPE_CHECKING:
    from workbench.client.connection import Connection

PROCEDURE = "early_warning"
"""The procedure of alerts, by its shipped name."""
LEVELS = ("red", "orange", "yellow", "blue")
_FIELDS = ("alert", "rule", "month", "level", "handler")
_SHOWN = ("id", "level", "rule", "month", "handler")
_EVIDENCE = pa.schema(
    [
        ("input", pa.string()),
        ("month", pa.string()),
        ("value", pa.float64()),
        ("usual", pa.float64()),
        ("of_usual", pa.float64()),
    ]
)


def alerts(
    gateway: Connection, procedure: str = PROCEDURE, *, running: bool = True, limit: int = 50
) -> Listing:
    """id, level, rule, month, handler, stands, due, can: the worst level first, then by id.

    ``running``: those that are not over; of the ``limit`` newest. No enterprise is named. The rule
    is None for who may not read it. Raises as the gateway does.
    """
    found = handled(gateway, procedure, running=running, limit=limit)
    rows = [
        {**{name: one[name] for name in _SHOWN}, "stands": one["told"][gateway.language],
         "due": one["due"], "can": one["can"]}
        for one in sorted(found, key=lambda row: (_rank(row["level"]), row["id"]))
    ]  # fmt: skip
    title = Text("预警及其办理", "Alerts and where they stand").said(gateway.language)
    return Listing.of(title, rows, gateway.language)


def handled(
    gateway: Connection, procedure: str = PROCEDURE, *, running: bool, limit: int
) -> list[dict[str, Any]]:
    """Procedures of alerts, the newest first: id, state, told (by language), due, can, and what
    their fields say, None for who may not read one."""
    found = gateway.procedures.list(kinds=[procedure], running=running, limit=limit)
    return [_line(gateway.procedures.get(one["id"])) for one in found["procedures"]]


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    said = {value["name"]: value["text"] for value in one["values"]}
    return {
        "id": one["id"],
        "state": one["state"],
        "told": one["told"],
        "due": (one["clock"] or {}).get("due"),
        "can": one["can"],
        **{name: said.get(name) for name in _FIELDS},
    }


def _rank(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def evidence(page: Release) -> Release:
    """What alerts on a page of a view rest on: input, month, value, usual, of_usual (%).

    ``page`` has the column ``evidence`` (JSON: by input a list of month, value, usual and, from the
    change on, what an alert begins below). In the unit
    of the input; ``of_usual`` is value / usual * 100, null where the usual is zero. The result is
    the same page: its watermark, and nothing to be handed on. Raises InvalidInput for a page
    without that column.
    """
    if "evidence" not in page.columns:
        raise simple(
            Code.invalid_request,
            "这一页没有 evidence 列。",
            "This page has no column evidence.",
            next=Text(
                "查阅时请把 evidence 列在 columns 中。", "Name evidence among the view's columns."
            ),
        )
    rows = [row for text in page.table.column("evidence").to_pylist() for row in _rows(text)]
    table = pa.Table.from_pylist(rows, schema=_EVIDENCE)
    return dataclasses.replace(page, table=table, shown=max(page.shown, len(rows)))


def _rows(text: str | None) -> Iterator[dict[str, Any]]:
    for name, course in json.loads(text or "{}").items():
        for month, value, usual, *_ in course:
            share = value / usual * 100 if value is not None and usual else None
            yield {
                "input": name, "month": month, "value": value, "usual": usual, "of_usual": share,
            }  # fmt: skip
