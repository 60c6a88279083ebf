"""An indicator of a department as an item: how it was measured and scored, and the events behind it
with day and id. Those that weigh on the department stand first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from workbench.ui.desks.assessment_list import PART
from workbench.ui.desks.assessment_overview import Overview
from workbench.ui.desks.assessment_rule import missing_said, number_said, rule_said, value_said
from workbench.ui.desks.assessment_sheet import Intervals, head_facts, interval_said
from workbench.ui.desks.assessment_words import row_state
from workbench.ui.desks.desk import Json
from workbench.ui.desks.drawn_cells import linked, opening
from workbench.ui.desks.parts import block, cell, fact, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
MOST = 300
"""Events that are listed (ours); all of them are in the run's file."""


def events_item(
    found: Overview,
    sheet: Line,
    indicator: str,
    intervals: Intervals,
    actions: Sequence[Json],
    speech: Speech,
    *,
    trail: bool,
) -> Json:
    """``trail``: the reader may read the ledger."""
    one = next(row for row in sheet["rows"] if row["indicator"] == indicator)
    known = found.indicators[indicator]
    department = sheet["department"]
    blocks = [
        _back(found, department, speech),
        _events(one, known["figure"], speech, trail=trail),
        *([_evidence(one, speech)] if one["evidence"] else []),
    ]
    return {
        "id": PART.join((found.id, department, indicator)),
        "title": f"{found.called(department, speech)} · {said(one['title'], speech.language)}",
        "version": found.line["version"],
        "state": _state(one, speech),
        "facts": [
            *_facts(one, known, interval_said(intervals.get(indicator), speech), speech),
            *head_facts(found, speech),
        ],
        "blocks": blocks,
        "actions": list(actions),
    }


def _state(one: Line, speech: Speech) -> Json:
    if one["vetoed"]:
        return cell(speech._("the veto holds"), "late")
    if one["score"] is None:
        return cell(row_state(one["state"], speech), "off")
    marked = row_state(one["state"], speech)
    told = speech._("{points} of {weight} points", points=one["points"], weight=one["weight"])
    return cell(speech._(", ").join(filter(None, (told, marked))), "due" if marked else "")


def _facts(one: Line, known: Line, interval: str, speech: Speech) -> list[Json]:
    given = known["settings"]
    told = [
        fact(speech._("Dimension"), said(one["dimension"], speech.language)),
        fact(speech._("Measure"), known["kpi"] or speech._("stated, with evidence")),
        fact(speech._("Value"), value_said(one["value"], known["figure"]), one["value"] or ""),
        fact(speech._("Interval of 95 %"), interval),
        fact(speech._("Sample"), number_said(Fraction(one["sample"])) if one["sample"] else ""),
        fact(speech._("At least, to be rated"), given.get("least", "")),
        fact(speech._("Score, of 100"), one["score"]),
        fact(speech._("How it is scored"), rule_said(known, speech)),
        fact(speech._("Weight in the scheme"), given.get("weight", "")),
        fact(speech._("Where it is not rated"),
             missing_said(given["missing"], speech) if "missing" in given else ""),
        fact(speech._("Articles"), known["articles"]),
        fact(speech._("Why so (ours)"), said(known["ours"], speech.language)),
    ]  # fmt: skip
    return [each for each in told if each["value"]]


def _back(found: Overview, department: str, speech: Speech) -> Json:
    text = speech._("To the whole sheet of {department}",
                    department=found.called(department, speech))  # fmt: skip
    made = block("", [("text", "")], [{"text": opening(text, f"{found.id}{PART}{department}")}])
    return {**made, "kind": "lines", "title": speech._("Sheet")}


def _events(one: Line, figure: str, speech: Speech, *, trail: bool) -> Json:
    items = sorted(one["items"], key=lambda item: (not item["against"], item["day"], item["item"]))
    columns = [
        ("item", speech._("Item")),
        ("day", speech._("Day")),
        ("counts", speech._("Counts")),
        ("against", speech._("Weighs on it")),
    ]
    rows = [_event(item, figure, speech, trail=trail) for item in items[:MOST]]
    note = speech._("Numbers of cases, procedures, resources or grants, as the KPI counted them.")
    if len(items) > MOST:
        note += " " + speech._(
            "{shown} of {total} are listed; `workbench assess show FILE` lists all.",
            shown=MOST, total=len(items),
        )  # fmt: skip
    return block(speech._("Events: {number}", number=len(items)), columns, rows, note=note)


def _event(item: Line, figure: str, speech: Speech, *, trail: bool) -> dict[str, Json]:
    amount, of = number_said(Fraction(item["amount"])), number_said(Fraction(item["of"]))
    day = {"since": item["day"], "until": item["day"]}
    hint = speech._("the ledger of that day")
    return {
        "item": linked(item["item"], "trail", day, hint) if trail else cell(item["item"]),
        "day": cell(item["day"]),
        "counts": cell(f"{amount} / {of}" if figure == "ratio" else amount),
        "against": cell(speech._("yes"), "late") if item["against"] else cell(""),
    }


def _evidence(one: Line, speech: Speech) -> Json:
    columns = [("file", speech._("File")), ("sha256", speech._("Digest (SHA-256)"))]
    rows = [{"file": cell(e["file"]), "sha256": cell(e["sha256"])} for e in one["evidence"]]
    return block(speech._("Evidence of the stated value"), columns, rows)
