"""The forms of an assessment's steps, of an appeal and of its decision, as the gateway offers
them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.ui.desks.application_form import MOST_TEXT
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import entry, form, said
from workbench.ui.desks.procedure_forms import file_entry
from workbench.ui.words import Speech

Line = Mapping[str, Any]
APPEAL, SHEET = "appeal", "sheet"
_WITH_REASON = frozenset({"return", "withdraw", "accept", "refuse"})


def step_forms(line: Line, speech: Speech) -> list[Json]:
    return [_form(event, line["version"], speech) for event in line["can"]]


def decision_forms(appeal: Line, speech: Speech) -> list[Json]:
    return [_form(event, appeal["version"], speech) for event in appeal["can"]]


def _form(event: str, seen: int, speech: Speech) -> Json:
    label = _label(event, speech)
    fields = [_reason(speech)] if event in _WITH_REASON else []
    return form(event, label, fields, submit=label, what=_what(event, speech), seen=seen)


def _label(event: str, speech: Speech) -> str:
    words = {
        "show": speech._("Show to departments"),
        "settle": speech._("Work out anew"),
        "sign": speech._("Sign"),
        "publish": speech._("Sign as the second and publish"),
        "return": speech._("Return"),
        "withdraw": speech._("Withdraw"),
        "accept": speech._("Accept as asked"),
        "refuse": speech._("Refuse"),
    }
    return words.get(event, event)


def _what(event: str, speech: Speech) -> str:
    words = {
        "show": speech._("Each department sees its own sheet, and may appeal single events."),
        "settle": speech._("What was accepted changes those events and nothing else."),
        "sign": speech._("You sign the digest that stands here."),
        "publish": speech._("You sign the digest that stands here; everybody sees the ranking."),
        "accept": speech._("The item is struck, or counts what was asked for."),
    }
    return words.get(event, "")


def _reason(speech: Speech) -> Json:
    return entry("reason", speech._("Reason"), "lines", required=True, most=MOST_TEXT)


def appeal_form(sheet: Line, speech: Speech) -> Json:
    """Of one item of this sheet; those that weigh on the department stand first."""
    label = speech._("Appeal an item")
    options = [*_items(sheet, speech, against=True), *_items(sheet, speech, against=False)]
    fields = [
        entry("item", speech._("Item"), "choice", required=True, options=options),
        entry(
            "amount", speech._("Should count"),
            hint=speech._("Leave it empty to have the item struck."),
        ),
        _reason(speech),
        file_entry("evidence", speech._("Proof"), speech, required=False),
    ]  # fmt: skip
    what = speech._("An item is appealed once; a panel decides with its reasons.")
    return form(APPEAL, label, fields, submit=label, what=what, seen=sheet["line"]["version"])


def other_sheet_form(results: Line, speech: Speech) -> Json:
    """To open the sheet of one of those that the gateway gives this reader."""
    label = speech._("Open a department's sheet")
    titles = {one["department"]: said(one["title"], speech.language) for one in results["places"]}
    options = [(name, titles.get(name, name)) for name in results["sheets"]]
    fields = [entry("department", speech._("Department"), "choice", required=True, options=options)]
    return form(SHEET, label, fields, submit=label, seen=results["line"]["version"])


def _items(sheet: Line, speech: Speech, *, against: bool) -> list[tuple[str, str]]:
    """By indicator, day and id; of a stated value the files that show it."""
    found = []
    for one in sheet["rows"]:
        title = said(one["title"], speech.language)
        names = [(item["item"], item["day"]) for item in one["items"]
                 if item["against"] is against]  # fmt: skip
        if against:
            names += [(file["file"], "") for file in one["evidence"]]
        found += [(f"{one['indicator']}/{day}/{name}", f"{title} · {name} {day}".strip())
                  for name, day in names]  # fmt: skip
    return found
