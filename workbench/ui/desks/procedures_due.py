"""What is due of the procedures that run: by whom, by which article; and those that have no day,
with why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.errors import WorkbenchError
from workbench.ui.desks.desk import LIMIT, Asked, Json
from workbench.ui.desks.parts import cell, figure, listing, row, said
from workbench.ui.desks.procedure_item import stands
from workbench.ui.desks.procedure_words import (
    NEAR_DAYS,
    article_said,
    due_cell,
    light,
    party_said,
)
from workbench.ui.desks.procedures import MOST_READ, ProcedureBench
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
WITHIN_DAYS = 366
"""The farthest that the gateway looks ahead."""
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class _Due:
    """``lines`` are a page of all. Each is ``(row, clock)``; a clock that could not be read is
    ``UNREADABLE``. ``days``: how long until each day that is known."""

    lines: Sequence[tuple[Line, Line | str | None]]
    total: int
    days: Sequence[int]
    unread: int


class ProceduresDue(ProcedureBench):
    """The overdue first; those without a day last."""

    def ask(self, client: Connection, asked: Asked) -> _Due:
        due = client.procedures.due(within=WITHIN_DAYS, limit=MOST_READ)
        known = {one["id"]: one for one in due}
        page = client.procedures.list(running=True, limit=MOST_READ)
        others = [one for one in page["procedures"] if one["id"] not in known]
        every = [*due, *sorted(others, key=lambda one: one["due"] or "9999")]
        shown = every[asked.offset : asked.offset + LIMIT]
        return _Due(
            [(one, one if one["id"] in known else _clock(client, one)) for one in shown],
            len(every),
            [one["days"] for one in due if not one["at_least"]],
            max(0, page["total"] - len(page["procedures"])),
        )

    def shows(self, answer: _Due, asked: Asked, context: Context) -> Json:
        speech = context.speech
        return listing(
            [
                ("light", speech._("How urgent"), "text"),
                ("due", speech._("Due"), "text"),
                ("who", speech._("Who acts"), "text"),
                ("article", speech._("Article"), "text"),
                ("kind", speech._("Procedure"), "text"),
                ("state", speech._("State"), "text"),
                ("resource", speech._("Resource"), "text"),
                ("department", speech._("Opened by"), "text"),
            ],
            [_line(one, clock, context) for one, clock in answer.lines],
            asked,
            total=answer.total,
            figures=_figures(answer, speech),
            empty=speech._("No procedure runs that concerns you."),
        )


def _figures(answer: _Due, speech: Speech) -> list[Json]:
    late = sum(1 for days in answer.days if days < 0)
    soon = sum(1 for days in answer.days if 0 <= days <= NEAR_DAYS)
    found = [
        figure(speech._("Overdue"), late, "late" if late else ""),
        figure(speech._("Due in {days} days", days=NEAR_DAYS), soon, "due" if soon else ""),
        figure(speech._("Running"), answer.total),
    ]
    if answer.unread:
        found.append(figure(speech._("Older ones, not looked at"), answer.unread, "due"))
    return found


def _clock(client: Connection, one: Line) -> Line | str | None:
    """Of one that has no day, or a far one. Lost definitions keep no other from being listed."""
    try:
        found: Line | None = client.procedures.get(one["id"])["clock"]
    except WorkbenchError:
        return UNREADABLE
    return found


def _line(one: Line, clock: Line | str | None, context: Context) -> Json:
    speech, today = context.speech, context.today
    assert today is not None  # the page's context knows its day
    told = clock if isinstance(clock, Mapping) else None
    lamp = light({"state": "", **told} if told else None, today, speech)
    if clock == UNREADABLE:
        lamp = cell(speech._("cannot be read"), "late")
    who = "" if told is None else _who(told, speech)
    cells = {
        "light": lamp,
        "due": due_cell(told, today, speech),
        "who": cell(who),
        "article": cell(_article(told, speech)),
        "kind": cell(said(one["title"], speech.language), hint=one["id"]),
        "state": stands(one, speech),
        "resource": cell(one["resource"]),
        "department": cell(one["department"]),
    }
    tone = lamp["tone"] if lamp["tone"] in ("late", "due") else ""
    return row(one["id"], one["version"], cells, tone)


def _who(clock: Line, speech: Speech) -> str:
    """A department by its name, as the list of what is due gives it; else in what capacity."""
    named = str(clock.get("who", ""))
    return (
        named if named not in ("", "authority") else party_said(clock.get("whose", named), speech)
    )


def _article(clock: Line | None, speech: Speech) -> str:
    """A deadline without one is none of ours: the text has no number, is missing, or left it to a
    notice."""
    return article_said(clock["article"], speech) if clock and clock["article"] else "—"
