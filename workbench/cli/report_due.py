"""Drafting on the day: asked by the outline's own subject, handed in for an officer to be checked.

No credentials of a person are kept: the subject has grants of its own, and a session that lives in
this process. The officer answers for the draft, and is its drafter in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workbench.cli.common import utc_now
from workbench.cli.report_desk import Briefs
from workbench.client.connection import connect
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.auth import Auth
from workbench.gateway.ruled import RuledCity
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import State
from workbench.model.actor import Actor, Role
from workbench.model.days import day_of
from workbench.reports.outline import Schedule
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.opening import open_procedures


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


def draft(briefs: Briefs, schedule: Schedule, month: date, person: str, url: str) -> Drafted:
    """Nothing is drafted where a brief of the month is there that was not sent back. A run that was
    cut short after the brief was kept hands that one in.

    Raises Refused (role_missing) for who is no officer, and as the gateway does.
    """
    state = briefs.state
    actor = _officer(state, person)
    digest = _waiting(briefs, month)
    if digest and digest in briefs.signings():
        return Drafted(month, digest)
    if not digest:
        auth = Auth(state.store.users, state.keyring.token_key, state.ledger, utc_now)
        session = auth.page_session(schedule.subject, actor.id)
        with connect(url=url, token=session, progress=False) as asks:
            _, digest = briefs.make(asks, month, lambda block: None)
    command = Command("draft", evidence=digest)
    fields = {"month": month.isoformat(), "brief": digest}
    kind = briefs.outline.sign_off
    done = _desk(state).open(kind, fields, command, actor, key=f"brief-{digest[:32]}")
    return Drafted(month, digest, done.procedure.id)


def _waiting(briefs: Briefs, month: date) -> str:
    """The digest of the month's brief that is neither sent back nor withdrawn; else nothing."""
    found = briefs.signings()
    for digest in briefs.kept.of_month(briefs.outline.id, month):
        if digest not in found or found[digest].state not in ("return", "withdraw"):
            return digest
    return ""


def _officer(state: State, person: str) -> Actor:
    found = state.store.users.get(person)
    if found is None or found.disabled or Role.officer not in found.roles:
        raise _no_officer(person)
    return Actor(found.id, found.department, frozenset(found.roles))


def _desk(state: State) -> ProcedureDesk:
    store, ledger, clock = state.store, state.ledger, utc_now
    city = RuledCity(state.layout.root, store, clock)
    grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
    cases = open_desk(store, ledger, city, grants, clock)
    return open_procedures(
        store, ledger, city, grants, cases, state.keyring.audit_key, clock, city.tried
    )


def _no_officer(person: str) -> WorkbenchError:
    return simple(
        Code.role_missing,
        f"{person} 不是在用的经办人，不能提交简报。",
        f"{person} is no enabled officer and cannot hand a brief in.",
        next=Text(
            f"workbench users roles {person} -r officer。",
            f"workbench users roles {person} -r officer.",
        ),
        subject=person,
    )
