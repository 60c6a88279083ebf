"""My data: what the reader may see and why, what ends soon, and how to ask for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.columns import use_said
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.desks.parts import (
    SOON_DAYS,
    block,
    cell,
    day,
    fact,
    figure,
    lines,
    listing,
    row,
    until,
)
from workbench.ui.desks.states import grant_state
from workbench.ui.panels import Context
from workbench.ui.provenance import mode_said
from workbench.ui.words import Speech

Grant = Mapping[str, Any]
_PARTED = "\u001f"
"""Between scenario and resource in a line's id; no name has it."""


@dataclass(frozen=True)
class _Held:
    """``titles`` and ``columns``: what the catalogue calls resources and their columns."""

    grants: Sequence[Grant]
    entries: Mapping[str, Grant]


class MyData(Desk):
    def ask(self, client: Connection, asked: Asked) -> _Held:
        return _Held(list(client.grants()), {one["name"]: one for one in client.catalogue()})

    def shows(self, answer: _Held, asked: Asked, context: Context) -> Json:
        speech, today = context.speech, context.today
        assert today is not None  # the page's context knows its day
        active = [grant for grant in answer.grants if grant["state"] == "active"]
        ends = [
            grant
            for grant in active
            if (last := day(grant["valid_until"])) and (last - today).days <= SOON_DAYS
        ]
        shown = answer.grants[asked.offset : asked.offset + LIMIT]
        return listing(
            [
                ("resource", speech._("Resource"), "text"),
                ("scenario", speech._("Scenario"), "text"),
                ("mode", speech._("Sharing mode"), "text"),
                ("columns", speech._("Columns"), "number"),
                ("until", speech._("Until"), "text"),
                ("state", speech._("State"), "text"),
                ("because", speech._("Because"), "text"),
            ],
            [self._line(grant, answer, context) for grant in shown],
            asked,
            total=len(answer.grants),
            figures=[
                figure(speech._("Granted"), len(active), "good" if active else ""),
                figure(
                    speech._("End within {days} days", days=SOON_DAYS),
                    len(ends),
                    "due" if ends else "",
                ),
            ],
            empty=speech._("Nothing is granted to you yet. Apply for what your duty needs."),
        )

    def _line(self, grant: Grant, answer: _Held, context: Context) -> Json:
        today, speech = context.today, context.speech
        assert today is not None
        last = until(grant["valid_until"], today, speech)
        cells = {
            "resource": cell(_title(grant, answer.entries, speech), hint=grant["resource"]),
            "scenario": cell(grant["scenario"]),
            "mode": cell(mode_said(grant["mode"], speech)),
            "columns": cell(len(grant["columns"])),
            "until": last,
            "state": grant_state(grant["state"], speech),
            "because": cell(grant["because"]),
        }
        active = grant["state"] == "active"
        return row(_id(grant), 0, cells, last["tone"] if active else "off")

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        held = self.ask(client, Asked())
        found = next((grant for grant in held.grants if _id(grant) == id), None)
        if found is None:
            raise no_such_line(id.replace(_PARTED, " · "))
        return _item(found, held, context)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        raise no_such_step(act.event)


def _id(grant: Grant) -> str:
    return f"{grant['scenario']}{_PARTED}{grant['resource']}"


def _title(grant: Grant, entries: Mapping[str, Grant], speech: Speech) -> str:
    known = entries.get(grant["resource"])
    return str(known["title"][speech.language]) if known else str(grant["resource"])


def _item(grant: Grant, held: _Held, context: Context) -> Json:
    speech, today = context.speech, context.today
    assert today is not None
    known = held.entries.get(grant["resource"], {})
    titles = {column["name"]: column["title"] for column in known.get("columns", ())}
    last = until(grant["valid_until"], today, speech)
    facts = [
        fact(speech._("Resource"), grant["resource"]),
        fact(speech._("Provides"), known.get("provider", "")),
        fact(speech._("Scenario"), grant["scenario"]),
        fact(speech._("Sharing mode"), mode_said(grant["mode"], speech)),
        fact(speech._("Until"), last["text"], last["hint"]),
        fact(speech._("Because"), grant["because"]),
        fact(speech._("Requirements on use"), known.get("usage_requirements", "")),
        fact(speech._("Data of"), known.get("last_update", "")),
    ]
    columns = block(
        speech._("Columns"),
        [
            ("name", speech._("Column")),
            ("title", speech._("Title")),
            ("use", speech._("Granted")),
        ],
        (
            {
                "name": cell(column["name"]),
                "title": cell(titles.get(column["name"], "")),
                "use": cell(use_said(column, speech)),
            }
            for column in grant["columns"]
        ),
    )
    blocks = [columns]
    if grant["state"] == "active" and grant["mode"] == "obtain":
        names = ", ".join(_quoted(column["name"]) for column in grant["columns"][:6])
        table = _quoted(grant["resource"])
        statement = f"select {names} from {table} limit 20"  # noqa: S608  shown, not run
        scenario = grant["scenario"]
        call = f'connection.sql("""{statement}""", scenario="{scenario}")'
        blocks.append(lines(speech._("To ask in a notebook"), [call]))
    return {
        "id": _id(grant),
        "title": _title(grant, held.entries, speech),
        "version": 0,
        "state": grant_state(grant["state"], speech),
        "facts": [one for one in facts if one["value"]],
        "blocks": blocks,
        "actions": [],
    }


def _quoted(name: str) -> str:
    """As SQL takes a name; only what needs quotes has them."""
    plain = name.isascii() and name.isidentifier()
    return name if plain else '"{}"'.format(name.replace('"', '""'))
