"""A procedure as it is read at a desk: what it is about, its clock, its steps, what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact, moment, said
from workbench.ui.desks.procedure_forms import step_forms
from workbench.ui.desks.procedure_words import article_said, deadline_said, party_said
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Procedure = Mapping[str, Any]
_DIGITS = 12
"""Of a definition's digest: as many as tell it apart (our default)."""


def procedure_item(found: Procedure, context: Context) -> Json:
    """``found`` as the gateway answers it to this reader, who may not be told all of it."""
    speech = context.speech
    values = _values(found, speech)
    return {
        "id": found["id"],
        "title": said(found["title"], speech.language),
        "version": found["version"],
        "state": stands(found, speech),
        "facts": _facts(found, context),
        "blocks": [*values, _steps(found, speech)],
        "actions": step_forms(found, speech),
    }


def stands(line: Procedure, speech: Speech) -> Json:
    """The state of a procedure, or of a line of the list."""
    return cell(said(line["told"], speech.language), "off" if line["over"] else "")


def _facts(found: Procedure, context: Context) -> list[Json]:
    speech = context.speech
    about = [
        fact(speech._("Procedure"), f"{found['id']} · v{found['version']}"),
        fact(speech._("Ordered by"), article_said(found["article"], speech)),
        fact(speech._("Regulation"), found["regulation"], found["profile"]),
        fact(speech._("Opened by"), f"{found['department']} ({found['opener']})"),
        fact(speech._("Provides"), found["provider"]),
        fact(speech._("Other provider"), found["other"]),
        fact(speech._("Who decides"), party_said(found["decider"], speech)),
        fact(speech._("Marked as disputed"), speech._("yes") if found["disputed"] else ""),
        fact(speech._("Opened"), moment(found["opened"])),
        fact(speech._("Definition"), found["definition"][:_DIGITS]),
        fact(speech._("You may do now"), _can(found, speech)),
    ]
    if not found["over"]:
        about.insert(1, fact(speech._("Due"), *deadline_said(found["clock"], context)))
    return [one for one in about if one["value"]]


def _can(found: Procedure, speech: Speech) -> str:
    steps = [
        f"{said(offer['told'], speech.language)} ({article_said(offer['article'], speech)})"
        for offer in found["offers"]
    ]
    return "; ".join(steps) or speech._("nothing")


def _values(found: Procedure, speech: Speech) -> list[Json]:
    if not found["values"]:
        return []
    columns = [("name", speech._("Field")), ("text", speech._("What it says"))]
    rows = (
        {
            "name": cell(said(one["title"], speech.language), hint=one["name"]),
            "text": _text(one, speech),
        }
        for one in found["values"]
    )
    return [block(speech._("What it is about"), columns, rows)]


def _text(value: Procedure, speech: Speech) -> Json:
    if value["text"] is None:
        return _sealed(speech)
    hint = speech._("Encrypted in the store; in no message and no ledger entry")
    return cell(value["text"], hint=hint if value["sealed"] else "")


def _sealed(speech: Speech) -> Json:
    return cell(speech._("sealed: read by those who deal with it"), "off")


def _steps(found: Procedure, speech: Speech) -> Json:
    columns = [
        ("when", speech._("When")),
        ("what", speech._("What")),
        ("who", speech._("Who")),
        ("why", speech._("Why")),
        ("did", speech._("What came of it")),
    ]
    return block(speech._("Steps"), columns, _taken(found["steps"], speech), kind="steps")


def _taken(steps: list[Procedure], speech: Speech) -> Iterator[dict[str, Json]]:
    for step in steps:
        what = f"{said(step['told'], speech.language)} · {article_said(step['article'], speech)}"
        who = f"{step['actor']} ({step['department']})" if step["department"] else step["actor"]
        yield {
            "when": cell(moment(step["at"])),
            "what": cell(what),
            "who": cell(who, hint=party_said(step["party"], speech)),
            "why": _why(step, speech),
            "did": _did(step, speech),
        }


def _why(step: Procedure, speech: Speech) -> Json:
    if step["reason"] is None:
        return _sealed(speech)
    return cell("; ".join(filter(None, (step["reason"], step["basis"]))))


def _did(step: Procedure, speech: Speech) -> Json:
    """What the step brought about, by whom, by when, and whether it came late."""
    effects = speech._(", ").join(said(one, speech.language) for one in step["effects"])
    late = step["late"] or 0
    told = [
        speech._("by hand: {what}", what=effects) if effects and step["by_hand"] else effects,
        speech._("until {day}", day=step["until"]) if step["until"] else "",
        speech._("proof: SHA-256 {digest}", digest=step["evidence"]) if step["evidence"] else "",
        speech.ngettext("{days} day late", "{days} days late", late, days=late) if late else "",
    ]
    return cell("; ".join(filter(None, told)), "late" if late else "")
