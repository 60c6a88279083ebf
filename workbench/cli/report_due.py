"""Drafting on the day: asked by the outline's own subject, handed in for an officer to be checked.

No credentials of a person are kept: the subject has grants of its own, and a session that lives in
this process. The officer answers for the draft, and is its drafter in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workbench.cli import acting
from workbench.cli.report_desk import Briefs
from workbench.model.days import day_of
from workbench.reports.outline import Schedule
from workbench.sharing.procedures.guards import Command


@dataclass(frozen=True)
class Drafted:
    """``case``: its sign-off; empty where there was nothing to do."""

    month: date
    digest: str
    case: str = ""


def due(schedule: Schedule, now: datetime) -> date | None:
    """The month whose brief is due, by its first day: that before, from the day on."""
    today = day_of(now)
    if today.day < schedule.day:
        return None
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def draft(
    briefs: Briefs, schedule: Schedule, month: date, person: str, url: str, ca: str | None = None
) -> Drafted:
    """Nothing is drafted where a brief of the month is there that was not sent back. A run that was
    cut short after the brief was kept hands that one in.

    Raises Refused (role_missing) for who is no officer, and as the gateway does.
    """
    state = briefs.state
    actor = acting.officer(state, person)
    digest = waiting(briefs, month)
    if digest and digest in briefs.signings():
        return Drafted(month, digest)
    if not digest:
        with acting.asking(state, schedule.subject, actor, url, ca) as asks:
            _, digest = briefs.make(asks, month, lambda block: None)
    command = Command("draft", evidence=digest)
    fields = {"month": month.isoformat(), "brief": digest}
    kind = briefs.outline.sign_off
    done = acting.procedure_desk(state).open(
        kind, fields, command, actor, key=f"brief-{digest[:32]}"
    )
    return Drafted(month, digest, done.procedure.id)


def waiting(briefs: Briefs, month: date) -> str:
    """The digest of the month's brief that is neither sent back nor withdrawn; else nothing."""
    found = briefs.signings()
    for digest in briefs.kept.of_month(briefs.outline.id, month):
        if digest not in found or found[digest].state not in ("return", "withdraw"):
            return digest
    return ""
