"""Who uses my data: the grants on what the reader's department provides, by whom they are used, and
which of the granted columns (Aba 2024 art. 27, Heilongjiang 2025 art. 28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_step
from workbench.ui.desks.parts import (
    cell,
    choice,
    figure,
    listing,
    moment,
    row,
    said,
    typed,
    until,
)
from workbench.ui.desks.states import grant_state
from workbench.ui.desks.use_item import REVOKE, dormant, holder, use_item, use_state
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
_MOST_DAYS = 200
_STATES = ("active", "expired", "revoked", "suspended", "ended")


@dataclass(frozen=True)
class _Used:
    lines: Sequence[Line]
    total: int
    active: int
    is_behind: bool


class WhoUses(Desk):
    def ask(self, client: Connection, asked: Asked) -> _Used:
        states = (asked.filter("state"),) if asked.filter("state") else ()
        named = {key: asked.filter(key) for key in ("scenario", "resource", "department")}
        found = client.uses.list(
            since=asked.filter("since") or None,
            order=asked.filter("order") or "recent",
            states=states,
            limit=LIMIT,
            offset=asked.offset,
            **named,
        )
        active = client.uses.list(states=("active",), limit=1)["total"]
        return _Used(found["lines"], found["total"], active, found["is_behind"])

    def shows(self, answer: _Used, asked: Asked, context: Context) -> Json:
        speech = context.speech
        figures = [figure(speech._("Grants in force"), answer.active)]
        if answer.is_behind:
            told = speech._("not all counted yet")
            figures.append(figure(speech._("Uses"), told, "due"))
        return listing(
            [
                ("resource", speech._("Resource"), "text"),
                ("department", speech._("Uses it"), "text"),
                ("scenario", speech._("Scenario"), "text"),
                ("columns", speech._("Columns used, of those granted"), "bar"),
                ("people", speech._("People"), "number"),
                ("releases", speech._("Results"), "number"),
                ("last", speech._("Last used"), "text"),
                ("until", speech._("Until"), "text"),
                ("state", speech._("State"), "text"),
            ],
            [_line(line, context) for line in answer.lines],
            asked,
            total=answer.total,
            figures=figures,
            filters=_filters(asked, speech),
            empty=speech._("Nobody holds a grant on your data under this choice."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        found = client.uses.get(id, limit=_MOST_DAYS)
        line = found["line"]
        seen = client.cases.get(line["case"])["version"] if line["revoke"] == "case" else 0
        return use_item(line, found["days"], found["total"], context, seen)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        if act.event != REVOKE or not act.item:
            raise no_such_step(act.event)
        case = client.uses.get(act.item, limit=1)["line"]["case"]
        reason, basis = act.text("reason"), act.text("basis")
        if case:  # what was applied for is revoked by a step of its case, as it was looked at
            client.cases.act(case, REVOKE, act.seen, key=act.key, reason=reason, basis=basis)
        else:
            client.uses.revoke(act.item, reason, basis, key=act.key)
        told = context.speech._("The grant is revoked; its running queries stop.")
        return Acted(told=told, item=self.item(client, act.item, context))


def _filters(asked: Asked, speech: Speech) -> list[Json]:
    states = [("", speech._("All"))]
    states += [(name, grant_state(name, speech)["text"]) for name in _STATES]
    orders = [
        ("recent", speech._("used last first")),
        ("idle", speech._("unused for longest first")),
    ]
    return [
        choice("state", speech._("State"), asked, states),
        choice("order", speech._("Order"), asked, orders, "recent"),
        typed("since", speech._("Figures since"), asked, "day"),
        typed("resource", speech._("Resource"), asked),
        typed("department", speech._("Department"), asked),
        typed("scenario", speech._("Scenario"), asked),
    ]


def _line(line: Line, context: Context) -> Json:
    speech, today = context.speech, context.today
    assert today is not None  # the page's context knows its day
    granted, used = len(line["columns"]), _used(line)
    state = use_state(line, speech)
    active = line["state"] == "active" and not line["replaced_by"]
    idle = active and line["dormant"] is not None and line["dormant"]["over"]
    last = cell(moment(line["last"]), "late" if idle else "", dormant(line["dormant"], speech))
    cells = {
        "resource": cell(said(line["resource_title"], speech.language), hint=line["resource"]),
        "department": cell(holder(line, speech), hint=line["department"]),
        "scenario": cell(line["scenario"]),
        "columns": cell(f"{used} / {granted}", share=used / granted if granted else None),
        "people": cell(line["people_total"]),
        "releases": cell(f"{line['releases']:,}"),
        "last": last if line["last"] else cell(speech._("never"), last["tone"], last["hint"]),
        "until": until(line["valid_until"], today, speech),
        "state": state,
    }
    return row(line["grant"], 0, cells, ("late" if idle else "") if active else "off")


def _used(line: Line) -> int:
    return sum(1 for column in line["columns"] if column["last"])
