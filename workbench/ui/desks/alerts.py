"""The desk of early warning: the alerts that concern the reader, where each stands, and on whom and
why, looked up by the reader's own grant of the mode view: it counts and is entered as any view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.client.teaching import reason_parts
from workbench.client.warned import PROCEDURE
from workbench.errors import Refused
from workbench.ui.desks.alert_evidence import AREAS, Evidence, courses, facts_of, strengths
from workbench.ui.desks.desk import LIMIT, Asked, Json, no_such_line
from workbench.ui.desks.parts import cell, choice, lines, listing, row, said, until
from workbench.ui.desks.procedure_item import procedure_item
from workbench.ui.desks.procedure_words import NEAR_DAYS
from workbench.ui.desks.procedures import ALL_OF_THEM, RUNNING, ProcedureBench
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
VIEWED, TOLD = "warning_desk", "warning_counts"
"""Under which scenarios named alerts are looked up and alerts on areas are asked, by their shipped
names."""
MONTHS = 12
"""Of an alert, the latest that are looked up (our default)."""
FIELDS = ("resource", "alert", "rule", "month", "level", "handler")
TONES = {"red": "late", "orange": "due", "yellow": "due", "blue": ""}


_AREA = f"select * from {AREAS} where alert_id = $alert order by month desc limit {MONTHS}"  # noqa: S608 - names of ours


@dataclass(frozen=True)
class _Listed:
    rows: Sequence[Line]
    total: int


class Alerts(ProcedureBench):
    """An open page does not look again by itself: what is opened is looked up, and counts."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> _Listed:
        running = (asked.filter("show") or RUNNING) == RUNNING
        found = client.procedures.list(
            kinds=[PROCEDURE], running=running, limit=LIMIT, offset=asked.offset
        )
        rows = [client.procedures.get(one["id"]) for one in found["procedures"]]
        return _Listed(rows, found["total"])

    def shows(self, answer: _Listed, asked: Asked, context: Context) -> Json:
        speech = context.speech
        shown = [(RUNNING, speech._("Running")), (ALL_OF_THEM, speech._("All"))]
        return listing(
            [
                ("level", speech._("Level when raised"), "text"),
                ("alert", speech._("Alert"), "text"),
                ("rule", speech._("Rule"), "text"),
                ("month", speech._("Month"), "text"),
                ("handler", speech._("Handled by"), "text"),
                ("state", speech._("State"), "text"),
                ("due", speech._("Due"), "text"),
            ],
            [_line(one, context) for one in answer.rows],
            asked,
            total=answer.total,
            filters=[choice("show", speech._("State"), asked, shown, RUNNING)],
            empty=speech._("No alert concerns you here."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if not id:
            raise no_such_line(id)
        found = client.procedures.get(id)
        made = procedure_item(found, context)
        evidence = looked_up(client, found)
        facts = [*facts_of(evidence, context), *made["facts"]]
        return {**made, "facts": facts, "blocks": [*_why(evidence, context), *made["blocks"]]}


def fields_of(procedure: Line) -> dict[str, str | None]:
    """What its fields say; None for what the reader may not read."""
    values = {one["name"]: one["text"] for one in procedure["values"]}
    return {name: values.get(name) for name in FIELDS}


def looked_up(client: Connection, procedure: Line) -> Evidence:
    """On whom and why: by a view, of an area by a statement; or why not. The latest month first."""
    fields = fields_of(procedure)
    alert, about = fields["alert"], fields["resource"] or ""
    if alert is None or not about:
        return Evidence(about, ())
    try:
        if about == AREAS:
            release = client.sql(_AREA, scenario=TOLD, parameters={"alert": alert})
            return Evidence(about, tuple(release.table.to_pylist()))
        page = client.view(
            about, where={"alert_id": alert}, order_by="-month", rows=MONTHS, scenario=VIEWED
        )
    except Refused as error:
        return Evidence(about, (), refused=error.reasons)
    return Evidence(about, tuple(page.table.to_pylist()), page.info.watermark or "")


def _why(evidence: Evidence, context: Context) -> list[Json]:
    speech = context.speech
    if evidence.refused:
        parts = reason_parts(evidence.refused, speech.language)
        texts = [str(text) for one in parts for text in one.values() if text]
        return [lines(speech._("Why this cannot be looked up"), texts)]
    marked = [lines(speech._("Watermark"), [evidence.watermark])] if evidence.watermark else []
    return [*courses(evidence, context), *strengths(evidence, context), *marked]


def _line(one: Line, context: Context) -> Json:
    today, speech, fields = context.today, context.speech, fields_of(one)
    assert today is not None  # the page's context knows its day
    clock = one["clock"] or {}
    due = until(None if one["over"] else clock.get("due"), today, speech, NEAR_DAYS)
    level = fields["level"] or ""
    cells = {
        "level": cell(context.read(level), TONES.get(level, "")),
        "alert": cell(one["id"]),
        "rule": _rule(fields["rule"], context, speech),
        "month": cell((fields["month"] or "")[:7]),
        "handler": cell(fields["handler"]),
        "state": cell(said(one["told"], speech.language), "off" if one["over"] else ""),
        "due": due,
    }
    return row(one["id"], one["version"], cells, "off" if one["over"] else due["tone"])


def _rule(rule: str | None, context: Context, speech: Speech) -> Json:
    if rule is None:
        return cell(speech._("sealed: read by those who deal with it"), "off")
    return cell(context.read(rule), hint=rule)
