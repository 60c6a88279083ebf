"""A grant and its use, as an item: by column, by person, by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.ui.desks.application_form import MOST_TEXT
from workbench.ui.desks.columns import use_said
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, entry, fact, form, lines, moment, said, until
from workbench.ui.desks.states import grant_state
from workbench.ui.panels import Context
from workbench.ui.provenance import mode_said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
REVOKE = "revoke"


def use_item(line: Line, days: Sequence[Line], total: int, context: Context, seen: int) -> Json:
    speech, today = context.speech, context.today
    assert today is not None
    end = until(line["valid_until"], today, speech)
    facts = [
        fact(speech._("Grant"), line["grant"]),
        fact(speech._("Case"), line["case"]),
        fact(speech._("Uses it"), holder(line, speech)),
        fact(speech._("Provides"), line["provider"]),
        fact(speech._("Scenario"), line["scenario"]),
        fact(speech._("Sharing mode"), mode_said(line["mode"], speech)),
        fact(speech._("Decided by"), line["approver"]),
        fact(speech._("Until"), end["text"], end["hint"]),
        fact(speech._("Last used"), moment(line["last_ever"]) or speech._("never")),
        fact(speech._("Counts as unused"), dormant(line["dormant"], speech)),
        fact(speech._("Stopped on"), line["stopped_on"]),
        fact(speech._("Replaced by"), line["replaced_by"]),
    ]
    return {
        "id": line["grant"],
        "title": f"{said(line['resource_title'], speech.language)} · {holder(line, speech)}",
        "version": 0,
        "state": use_state(line, speech),
        "facts": [one for one in facts if one["value"]],
        "blocks": [_columns(line, speech), *_people(line, speech), _days(days, total, speech)],
        "actions": _actions(line, seen, speech),
    }


def use_state(line: Line, speech: Speech) -> Json:
    """The state of a grant; of one in whose place another holds, that."""
    if line["state"] == "active" and line["replaced_by"]:
        return cell(speech._("replaced"), "off", line["replaced_by"])
    return grant_state(line["state"], speech)


def _columns(line: Line, speech: Speech) -> Json:
    def told(column: Line) -> dict[str, Json]:
        unused = not column["last_ever"]
        last = column["last_ever"] or speech._("never")
        return {
            "name": cell(column["name"]),
            "use": cell(use_said(column, speech)),
            "last": cell(last, "due" if unused else ""),
        }

    rows = [told(column) for column in line["columns"]]
    rows += [
        {
            "name": cell(column["name"]),
            "use": cell(speech._("not granted any more"), "off"),
            "last": cell(column["last"]),
        }
        for column in line["beyond"]
    ]
    unused = sum(1 for column in line["columns"] if not column["last_ever"])
    note = (
        speech.ngettext(
            "{number} granted column was never used: the grant can be narrowed.",
            "{number} granted columns were never used: the grant can be narrowed.",
            unused,
            number=unused,
        )
        if unused
        else ""
    )
    columns = [
        ("name", speech._("Column")),
        ("use", speech._("Granted")),
        ("last", speech._("Last used")),
    ]
    return block(speech._("Columns"), columns, rows, note=note)


def _people(line: Line, speech: Speech) -> list[Json]:
    if not line["people"]:
        return [lines(speech._("People"), [speech._("Nobody has used it.")])]
    most = max(person["releases"] for person in line["people"])
    more = line["people_total"] - len(line["people"])
    note = speech._("and {number} more", number=more) if more > 0 else ""
    columns = [
        ("id", speech._("Person")),
        ("releases", speech._("Results")),
        ("last", speech._("Last used")),
    ]
    rows = (
        {
            "id": cell(person["id"]),
            "releases": cell(f"{person['releases']:,}", share=person["releases"] / max(most, 1)),
            "last": cell(moment(person["last"])),
        }
        for person in line["people"]
    )
    return [block(speech._("People"), columns, rows, note=note)]


def _days(days: Sequence[Line], total: int, speech: Speech) -> Json:
    note = ""
    if total > len(days):
        note = speech._("the last {shown} of {total}", shown=len(days), total=f"{total:,}")
    columns = [
        ("day", speech._("Day")),
        ("person", speech._("Person")),
        ("releases", speech._("Results")),
        ("columns", speech._("Columns")),
    ]
    rows = (
        {
            "day": cell(one["day"]),
            "person": cell(one["person"]),
            "releases": cell(f"{one['releases']:,}"),
            "columns": cell(speech._(", ").join(one["columns"])),
        }
        for one in days
    )
    return block(speech._("By day"), columns, rows, note=note)


def _actions(line: Line, seen: int, speech: Speech) -> list[Json]:
    if not line["revoke"]:
        return []
    fields = [
        entry("reason", speech._("Reason"), "lines", required=True, most=MOST_TEXT),
        entry(
            "basis",
            speech._("Basis"),
            required=True,
            hint=speech._("The article or document that it rests on"),
            most=MOST_TEXT,
        ),
    ]
    what = speech._("Queries under this grant stop at once, and for good.")
    stop = speech._("Stop this use")
    return [form(REVOKE, stop, fields, submit=stop, tone="danger", what=what, seen=seen)]


def holder(line: Line, speech: Speech) -> str:
    if line["page"]:
        return speech._("page {name}", name=line["page"])
    return said(line["department_title"], speech.language)


def dormant(found: Line | None, speech: Speech) -> str:
    """When a grant counts as unused; no number where the regulation has none."""
    if found is None:
        return ""
    article = speech._("article {number}", number=found["article"]) if found["article"] else ""
    if found["state"] == "none":
        return speech._("the regulation gives no number")
    if found["state"] == "unknown":
        return speech._("unknown: that part of the text is missing")
    told = speech._("unused from {day} on", day=found["day"])
    return " · ".join(filter(None, (told, article)))
