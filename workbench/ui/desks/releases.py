"""Output checking: each release of statistics, with the rules that withheld something. For auditors
and the authority; looking is recorded, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.desks.parts import (
    block,
    cell,
    choice,
    fact,
    lines,
    listing,
    moment,
    row,
    said,
    typed,
)
from workbench.ui.desks.told_item import rules_said
from workbench.ui.desks.trail import MOST, entry_number
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
_WITHHELD = "withheld"


class Releases(Desk):
    """An open page does not look again by itself."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> Line:
        names = ("resource", "department", "person", "scenario", "since", "until")
        named = {key: asked.filter(key) for key in names}
        before = entry_number(asked.filter("before")) if asked.filter("before") else None
        return client.told.releases(
            withheld=asked.filter("show") == _WITHHELD,
            before=before,
            limit=min(asked.offset + LIMIT, MOST),
            **named,
        )

    def shows(self, answer: Line, asked: Asked, context: Context) -> Json:
        speech = context.speech
        rows = answer["lines"][asked.offset :]
        more = answer["before"] is not None
        return listing(
            [
                ("seq", speech._("Entry"), "number"),
                ("at", speech._("When"), "text"),
                ("person", speech._("Person"), "text"),
                ("department", speech._("Department"), "text"),
                ("resource", speech._("Resource"), "text"),
                ("statement", speech._("Statement"), "text"),
                ("cells", speech._("Cells told"), "number"),
                ("withheld", speech._("Withheld"), "number"),
                ("rules", speech._("Rules"), "text"),
            ],
            [_line(line, speech) for line in rows],
            asked,
            total=None if more else asked.offset + len(rows),
            more=more and asked.offset + LIMIT < MOST,
            filters=_filters(asked, speech),
            empty=speech._("No release meets this choice.")
            if answer["whole"]
            else speech._(
                "None found in time: go on before entry {number}.", number=answer["before"]
            ),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        found = client.told.releases(before=entry_number(id) + 1, limit=1)["lines"]
        if not found or str(found[0]["seq"]) != id:
            raise no_such_line(id)
        return _item(found[0], context.speech)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        raise no_such_step(act.event)


def _filters(asked: Asked, speech: Speech) -> list[Json]:
    shown = [("", speech._("All")), (_WITHHELD, speech._("only where something is withheld"))]
    return [
        choice("show", speech._("Releases"), asked, shown),
        typed("resource", speech._("Resource"), asked),
        typed("department", speech._("Department"), asked),
        typed("person", speech._("Person"), asked),
        typed("scenario", speech._("Scenario"), asked),
        typed("since", speech._("From"), asked, "day"),
        typed("until", speech._("To"), asked, "day"),
        typed("before", speech._("Before entry"), asked),
    ]


def _line(line: Line, speech: Speech) -> Json:
    cells = {
        "seq": cell(f"{line['seq']:,}"),
        "at": cell(moment(line["at"], seconds=True)),
        "person": cell(_person(line)),
        "department": cell(
            said(line["department_title"], speech.language), hint=line["department"]
        ),
        "resource": cell(speech._(", ").join(line["resources"])),
        "statement": cell(line["statement"]),
        "cells": _cells(line, speech),
        "withheld": cell(f"{line['withheld']:,}", "due" if line["withheld"] else ""),
        "rules": cell(rules_said(line, speech)),
    }
    return row(str(line["seq"]), 0, cells)


def _cells(line: Line, speech: Speech) -> Json:
    """How many it told; of one that told nothing new, why."""
    if line["cells"] is not None:
        return cell(f"{line['cells']:,}")
    if line["epsilon"] is not None:
        return cell(speech._("with noise"), "off")
    return cell(speech._("nothing new"), "off")


def _person(line: Line) -> str:
    return f"{line['person']} ({line['viewer']})" if line["viewer"] else str(line["person"])


def _item(line: Line, speech: Speech) -> Json:
    noise = "" if line["epsilon"] is None else f"{line['epsilon']:g}"
    spent = "" if line["epsilon_spent"] is None else f"{line['epsilon_spent']:g}"
    facts = [
        fact(speech._("Entry"), f"{line['seq']:,}"),
        fact(speech._("When"), moment(line["at"], seconds=True)),
        fact(speech._("Person"), _person(line)),
        fact(speech._("Department"), said(line["department_title"], speech.language)),
        fact(speech._("Scenario"), line["scenario"]),
        fact(speech._("What for"), line["purpose"]),
        fact(speech._("Resource"), speech._(", ").join(line["resources"])),
        fact(speech._("Rows"), line["rows"]),
        fact(speech._("Cells told"), _cells(line, speech)["text"]),
        fact(speech._("Figures withheld"), f"{line['withheld']:,}"),
        fact(speech._("Threshold"), line["k"]),
        fact(speech._("Epsilon charged"), noise),
        fact(speech._("Epsilon spent by then"), spent),
        fact(speech._("Kept result of entry"), line["kept"]),
        fact(speech._("Result"), line["release"]),
    ]
    most = max((rule["figures"] for rule in line["rules"]), default=1)
    rules = (
        {
            "rule": cell(said(rule["told"], speech.language), hint=rule["rule"]),
            "figures": cell(f"{rule['figures']:,}", share=rule["figures"] / most),
        }
        for rule in line["rules"]
    )
    columns = [("rule", speech._("Disclosure rule")), ("figures", speech._("Figures withheld"))]
    fired = [block(speech._("Withheld, by rule"), columns, rules)] if line["rules"] else []
    return {
        "id": str(line["seq"]),
        "title": speech._("Release of {at}", at=moment(line["at"])),
        "version": 0,
        "state": cell("" if line["outcome"] == "complete" else line["outcome"], "due"),
        "facts": [one for one in facts if one["value"]],
        "blocks": [*fired, lines(speech._("Statement"), [line["statement"]])],
        "actions": [],
    }
