"""The forms of a procedure's steps. Which of them somebody may do, and what each takes, the gateway
says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from workbench.ui.desks.application_form import MOST_TEXT
from workbench.ui.desks.desk import Act, Json
from workbench.ui.desks.parts import entry, form, said
from workbench.ui.desks.procedure_words import article_said
from workbench.ui.words import Speech

Offer = Mapping[str, Any]


def step_forms(found: Mapping[str, Any], speech: Speech) -> list[Json]:
    """A form for each step that is offered to the reader now."""
    return [_form(offer, found["version"], speech) for offer in found["offers"]]


def _form(offer: Offer, seen: int, speech: Speech) -> Json:
    label = said(offer["told"], speech.language)
    return form(
        offer["event"],
        label,
        said_entries(offer["needs"], speech),
        submit=label,
        what=step_said(offer, speech),
        seen=seen,
    )


def step_said(offer: Offer, speech: Speech) -> str:
    """By which article it is, and what the workbench will not do by itself."""
    told = article_said(offer["article"], speech)
    if not offer["by_hand"]:
        return told
    by_hand = speech._(
        "The workbench does not do this by itself: it is done by hand first, and recorded here "
        "with its proof."
    )
    return f"{told} · {by_hand}"


def said_entries(needs: Collection[str], speech: Speech, *, opens: bool = False) -> list[Json]:
    """What a step is given beside its fields. A reason and a basis may always be told. ``opens``:
    whether the regulation has a number in place of the days is known only when it is opened."""
    found = [_reason(needs, speech), _basis(needs, speech)]
    if "days" in needs:
        hint = speech._("Where the regulation has no number of its own")
        label = speech._("Working days")
        found.append(entry("days", label, "number", required=not opens, hint=hint))
    if "until" in needs:
        found.append(entry("until", speech._("Until"), "day", required=True))
    if "evidence" in needs:
        found.append(file_entry("evidence", speech._("Proof"), speech, required=True))
    return found


def _reason(needs: Collection[str], speech: Speech) -> Json:
    return entry(
        "reason", speech._("Reason"), "lines", required="reason" in needs, most=MOST_TEXT
    )  # fmt: skip


def _basis(needs: Collection[str], speech: Speech) -> Json:
    hint = speech._("The article or document that it rests on")
    return entry(
        "basis", speech._("Basis"), required="basis" in needs, hint=hint, most=MOST_TEXT
    )  # fmt: skip


def file_entry(name: str, label: str, speech: Speech, *, required: bool) -> Json:
    hint = speech._("The file stays on this computer; only its SHA-256 digest is sent.")
    return entry(name, label, "file", required=required, hint=hint)


def command_of(act: Act) -> dict[str, Any]:
    """What a form says beside its fields. Raises InvalidInput."""
    texts = {name: act.text(name) for name in ("reason", "basis", "until", "evidence")}
    return {**texts, "days": act.number("days")}
