"""What stands against a step: whose it is, what it lacks, what goes beyond. Pure; each raises."""

from __future__ import annotations

from datetime import date

from workbench.model.actor import Actor, Role
from workbench.model.case import Application, Case, Decision
from workbench.model.grant import ColumnGrant
from workbench.regulations.profile import Decider
from workbench.sharing import refusals
from workbench.sharing.least import is_stronger, is_stronger_mode
from workbench.sharing.transitions import Event, Need, Party, Row

_DECIDING = frozenset({Event.approve, Event.refuse, Event.return_})
_BY_AUTHORITY = frozenset(
    {
        Decider.authority,
        Decider.higher_authority,
        Decider.committee,
        Decider.government,
        Decider.coordination,
    }
)
"""Decisions of bodies without a desk here are entered by the authority, with their basis."""


def parties_of(case: Case, actor: Actor) -> frozenset[Party]:
    """In what capacities this person may act on the case."""
    found = set()
    if Role.officer in actor.roles and actor.department == case.application.department:
        found.add(Party.applicant)
    if Role.provider in actor.roles and actor.department == case.provider:
        found.add(Party.provider)
    if Role.authority in actor.roles:
        found.add(Party.authority)
    by = Decider(case.decider)
    if by in (Decider.provider, Decider.parties, Decider.business_authority):
        decides = Party.provider in found
    else:
        decides = by in _BY_AUTHORITY and Party.authority in found
    return frozenset(found | ({Party.decider} if decides else set()))


def may_apply(actor: Actor, application: Application) -> None:
    """A department applies, by its officer. Raises Refused."""
    if Role.officer not in actor.roles or actor.department != application.department:
        raise refusals.only_officers_apply(actor, application)


def may_act(case: Case, row: Row, actor: Actor) -> None:
    """Raises Refused."""
    if not parties_of(case, actor) & row.by:
        raise refusals.not_yours(case, row, actor)
    if row.event in _DECIDING and actor.id == case.applicant:
        raise refusals.own_application(case)


def has_needs(row: Row, reason: str, basis: str, decision: Decision | None, days: int) -> None:
    """Raises InvalidInput with everything that is missing."""
    given = {
        Need.reason: bool(reason.strip()),
        Need.basis: bool(basis.strip()),
        Need.decision: decision is not None,
        Need.days: days > 0,
    }
    missing = sorted(need for need in row.needs if not given[need])
    if missing:
        raise refusals.lacks(row.event, missing)


def within(case: Case, decision: Decision, event: Event, today: date) -> None:
    """A decision grants no more than was asked for; a narrowing no more than was granted. Raises
    InvalidInput with everything that goes beyond."""
    asked = case.application
    if event is Event.narrow and case.decision is not None:
        had, mode, until, rows = (
            case.decision.columns, case.decision.mode, case.decision.until, case.decision.rows,
        )  # fmt: skip
    else:
        had, mode, until, rows = (
            tuple(c.grant for c in asked.columns), asked.mode, asked.until, asked.rows,
        )  # fmt: skip
    known = {c.name.casefold(): c for c in had}
    beyond = [c.name for c in decision.columns if _is_beyond(c, known)]
    found = [*(refusals.column_beyond(name) for name in beyond)]
    if not decision.columns:
        found.append(refusals.nothing_granted())
    if is_stronger_mode(decision.mode, mode):
        found.append(refusals.mode_beyond(decision.mode, mode))
    if decision.until > until:
        found.append(refusals.until_beyond(decision.until, until))
    if decision.until < today:
        found.append(refusals.until_past(decision.until))
    if not set(rows) <= set(decision.rows):
        found.append(refusals.rows_beyond())
    if found:
        raise refusals.all_of(found)


def _is_beyond(granted: ColumnGrant, known: dict[str, ColumnGrant]) -> bool:
    had = known.get(granted.name.casefold())
    return had is None or is_stronger(granted, had)
