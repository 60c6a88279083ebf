"""Words of procedures: in what capacity somebody acts, by which article, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.ui.desks.case_item import clock_said
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import cell, day, until
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
NEAR_DAYS = 7
"""A deadline of a procedure so near is pointed out (our default: what is told as due)."""


def party_said(party: str, speech: Speech) -> str:
    """In what capacity somebody acts, or who decides by a ladder; another name stays as it is."""
    words = {
        "applicant": speech._("the department that opened it"),
        "provider": speech._("the provider"),
        "other_provider": speech._("the other provider"),
        "parties": speech._("the parties themselves"),
        "authority": speech._("the authority"),
        "business_authority": speech._("the business authority"),
        "decider": speech._("who decides this step"),
        "committee": speech._("the committee"),
        "higher_authority": speech._("the authority above"),
        "government": speech._("the government"),
        "coordination": speech._("the coordination body"),
        "court": speech._("the court"),
        "platform": speech._("the platform"),
    }
    return words.get(party, party)


def article_said(article: str, speech: Speech) -> str:
    """The article that orders it; without one it is our default, and says so."""
    return speech._("article {number}", number=article) if article else speech._("our default")


def light(clock: Line | None, today: date, speech: Speech) -> Json:
    """How urgent it is. What has no number is said to have none, and is no day."""
    if clock is None:
        return cell(speech._("no deadline runs"), "off")
    last = day(clock["due"])
    if last is None:
        return _without_a_day(clock["state"], speech)
    left = (last - today).days
    if clock["at_least"]:
        word = speech._("not before this day") if left > 0 else speech._("may go on")
        return cell(word, "" if left > 0 else "good")
    if left < 0:
        return cell(speech._("Overdue"), "late")
    if left <= NEAR_DAYS:
        return cell(speech._("Soon"), "due")
    return cell(speech._("Later"), "good")


def _without_a_day(state: str, speech: Speech) -> Json:
    words = {
        "none": (speech._("no number"), speech._("the regulation gives no number")),
        "unknown": (speech._("unknown"), speech._("unknown: that part of the text is missing")),
    }
    text, hint = words.get(state, (state, ""))
    return cell(text, "off", hint)


def due_cell(clock: Line | None, today: date, speech: Speech) -> Json:
    """The day, with how long it is until then; a dash where there is none."""
    if clock is None or clock["due"] is None:
        return cell("—")
    found = until(clock["due"], today, speech, NEAR_DAYS)
    if clock["at_least"]:
        found = {**found, "tone": ""}
    if clock["provisional"]:
        return {**found, "text": speech._("{day} (provisional)", day=found["text"])}
    return found


def deadline_said(clock: Line | None, context: Context) -> tuple[str, str]:
    """The clock as a fact of an item: ``(text, hint)``."""
    speech = context.speech
    if clock is None:
        return speech._("no deadline runs"), ""
    told, about = clock_said(clock, context)
    more = [
        speech._("for: {who}", who=party_said(clock["whose"], speech)) if clock["whose"] else "",
        speech._("the day was named by who acted") if clock["state"] == "named" else "",
        speech._("our default, of no regulation") if clock["state"] == "ours" else "",
        speech._("not a limit: the least time") if clock["at_least"] else "",
        speech._("extended once") if clock["extended"] else "",
    ]
    return " · ".join(filter(None, (told or about, *more))), about
