"""How much statistics have told: a line for each department and resource, by those who provide it,
those who were told, and output checkers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.desk import (
    LIMIT,
    Act,
    Acted,
    Asked,
    Desk,
    Json,
    no_such_line,
    no_such_step,
)
from workbench.ui.desks.parts import cell, figure, listing, moment, row, said, typed
from workbench.ui.desks.told_item import OPEN, open_item, rules_said, told_department, told_item
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
WAIT_SECONDS = 20.0
"""How long an item waits for what is worked out (ours; a longer one is opened again)."""
_BETWEEN = "::"


@dataclass(frozen=True)
class _Told:
    found: Line


class ToldDesk(Desk):
    """Looking is recorded, so an open page does not look again by itself."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> _Told:
        named = {key: asked.filter(key) for key in ("resource", "department")}
        return _Told(client.told.list(limit=LIMIT, offset=asked.offset, **named))

    def shows(self, answer: _Told, asked: Asked, context: Context) -> Json:
        speech, found = context.speech, answer.found
        figures = []
        if found["is_behind"]:
            figures.append(figure(speech._("Releases"), speech._("not all counted yet"), "due"))
        return listing(
            [
                ("resource", speech._("Resource"), "text"),
                ("department", speech._("Told to"), "text"),
                ("cells", speech._("Cells told"), "bar"),
                ("withheld", speech._("Withheld"), "number"),
                ("releases", speech._("Releases"), "number"),
                ("first", speech._("First"), "text"),
                ("last", speech._("Last"), "text"),
                ("book", speech._("Book"), "text"),
            ],
            [_line(line, max(found["most"], 1), speech) for line in found["lines"]],
            asked,
            total=found["total"],
            figures=figures,
            filters=[
                typed("resource", speech._("Resource"), asked),
                typed("department", speech._("Department"), asked),
            ],
            empty=speech._("No statistic was told under this choice."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        resource, between, department = id.partition(_BETWEEN)
        if not (resource and between and department):
            raise no_such_line(id)
        found = client.told.detail(resource, department, wait=WAIT_SECONDS)
        return told_item(id, found, context.speech)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        resource, _, department = act.item.partition(_BETWEEN)
        if act.event != OPEN or not department:
            raise no_such_step(act.event)
        found = client.told.open(resource, department, wait=WAIT_SECONDS)
        told = "" if found["ready"] else context.speech._("Still being worked out: look again.")
        return Acted(told=told, item=open_item(act.item, found, context.speech))


def _line(line: Line, most: int, speech: Speech) -> Json:
    cells = {
        "resource": cell(said(line["resource_title"], speech.language), hint=line["resource"]),
        "department": cell(told_department(line, speech), hint=line["department"]),
        "cells": cell(f"{line['cells']:,}", share=line["cells"] / most),
        "withheld": cell(f"{line['withheld']:,}", hint=rules_said(line, speech)),
        "releases": cell(f"{line['releases']:,}"),
        "first": cell(moment(line["first"])[:10]),
        "last": cell(moment(line["last"])),
        "book": _book(line, speech),
    }
    return row(f"{line['resource']}{_BETWEEN}{line['department']}", 0, cells)


def _book(line: Line, speech: Speech) -> Json:
    if line["book"]:
        return cell(speech._("kept"), "good")
    if line["destroyed"]:
        day = moment(line["destroyed"])[:10]
        return cell(speech._("destroyed on {day}", day=day), "off")
    return cell(speech._("none"), "off")
