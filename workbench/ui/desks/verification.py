"""A verification of the ledger, as an item: how far it has come, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact, figure, form, lines, moment, said
from workbench.ui.words import Speech

Row = Mapping[str, Any]
AGAIN = "again"
CHECK = "check"
"""The id of the item that a verification is."""


def check_state(check: Row, speech: Speech) -> Json:
    if check["state"] == "running":
        share = check["done"] / check["total"] if check["total"] else 0.0
        return cell(speech._("running: {share}", share=f"{share:.0%}"), "due", share=share)
    if check["state"] == "failed":
        return cell(speech._("could not be done"), "late")
    if check["state"] == "none":
        return cell(speech._("not yet by this gateway"))
    if check["sound"]:
        return cell(speech._("whole"), "good")
    return cell(speech._("NOT WHOLE"), "late")


def check_figures(check: Row, speech: Speech) -> list[Json]:
    state = check_state(check, speech)
    return [figure(speech._("The ledger, when last verified"), state["text"], state["tone"])]


def check_item(check: Row, speech: Speech) -> Json:
    report, blocks = check["report"], list[Json]()
    facts = [
        fact(speech._("Asked for by"), check["by"]),
        fact(speech._("Begun"), moment(check["started"], seconds=True)),
        fact(speech._("Ended"), moment(check["ended"], seconds=True)),
    ]
    if report is not None:
        facts += [
            fact(speech._("Entries"), f"{report['entries']:,}"),
            fact(speech._("Checkpoints"), f"{report['checkpoints']:,}"),
            fact(speech._("Vouched for"), f"{report['vouched']:,}"),
            fact(speech._("Cases"), f"{report['cases']:,}"),
            fact(speech._("Head"), report["head"]),
        ]
        blocks.append(_findings(report, speech))
    if check["trouble"]:
        told = [said(reason["what"], speech.language) for reason in check["trouble"]]
        blocks.append(lines(speech._("Trouble"), told))
    again = form(
        AGAIN,
        speech._("Look again"),
        [],
        submit=speech._("Look again"),
        what=speech._("It goes on by itself, also when this page is closed."),
    )
    return {
        "id": CHECK,
        "title": speech._("Verifying the ledger"),
        "version": 0,
        "state": check_state(check, speech),
        "facts": [one for one in facts if one["value"]],
        "blocks": blocks,
        "actions": [again] if check["state"] == "running" else [],
    }


def _findings(report: Row, speech: Speech) -> Json:
    language = speech.language
    rows = [
        {
            "where": cell(_span(one)),
            "what": cell(said(one["told"], language), "due" if one["warning"] else "late"),
            "how": cell(said(one["how"], language)),
        }
        for one in report["findings"]
    ]
    rows += [
        {
            "where": cell(one["case"]),
            "what": cell(speech._("case"), "late"),
            "how": cell(one[language]),
        }
        for one in report["case_findings"]
    ]
    columns = [
        ("where", speech._("Entry or case")),
        ("what", speech._("Finding")),
        ("how", speech._("How it shows")),
    ]
    note = "" if rows else speech._("Nothing was found: every entry and every case is as recorded.")
    return block(speech._("Findings"), columns, rows, note=note)


def _span(finding: Row) -> str:
    first, last = finding["seq"], finding["until"]
    if first is None:
        return str(finding["where"] or "")
    return f"{first:,}" if not last or last == first else f"{first:,}-{last:,}"
