"""What stands against a step: whose it is, what it lacks, what goes beyond. Pure; each raises."""

from __future__ import annotations

from datetime import date

from workbench.errors import WorkbenchError
from workbench.model.actor import PLATFORM, Actor, Role
from workbench.model.case import Application, Case, Terms
from workbench.model.grant import ColumnGrant
from workbench.regulations.profile import Decider
from workbench.sharing import refusals
from workbench.sharing.least import is_stronger, is_stronger_mode
from workbench.sharing.stated import is_stated
from workbench.sharing.transitions import Event, Need, Party, Row, row_for

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
_WITHOUT_A_DESK = _BY_AUTHORITY - {Decider.authority}
_BY_PROVIDER = frozenset({Decider.provider, Decider.parties, Decider.business_authority})


def parties_of(case: Case, actor: Actor) -> frozenset[Party]:
    """In what capacities this person may act on the case."""
    if actor == PLATFORM:
        return frozenset({Party.platform})
    found = set()
    if Role.officer in actor.roles and actor.department == case.application.department:
        found.add(Party.applicant)
    if Role.provider in actor.roles and actor.department == case.provider:
        found.add(Party.provider)
    if Role.authority in actor.roles:
        found.add(Party.authority)
    if decided_by_authority(case):
        decides = Party.authority in found
    else:
        reviews = Role.provider in actor.roles and actor.department == case.reviewer
        decides = Decider(case.decider) in _BY_PROVIDER and reviews
    return frozenset(found | ({Party.decider} if decides else set()))


def decided_by_authority(case: Case) -> bool:
    return Decider(case.decider) in _BY_AUTHORITY


def may_apply(actor: Actor, department: str) -> None:
    """A department applies, by its officer. Raises Refused."""
    if Role.officer not in actor.roles or actor.department != department:
        raise refusals.only_officers_apply(actor, department)


def may_act(case: Case, row: Row, actor: Actor) -> None:
    """Raises Refused."""
    if not parties_of(case, actor) & row.by:
        raise refusals.not_yours(case, row, actor)
    if row.event in _DECIDING and actor.id in _applied(case):
        raise refusals.own_application(case)
    if row.event in _DECIDING and case.ladder and actor.id in _by(case, Event.refuse):
        raise refusals.own_refusal(case)
    if row.event is Event.resume and not _may_resume(case, actor):
        raise refusals.not_yours(case, row, actor)


def may(case: Case, event: Event, actor: Actor) -> bool:
    """Whether this person may do this step of the case as it stands, and no separation of duties
    is against it."""
    row = row_for(event, case.state)
    if row is None:
        return False
    try:
        may_act(case, row, actor)
    except WorkbenchError:
        return False
    return True


def _applied(case: Case) -> frozenset[str]:
    """Everybody who brought the application forward."""
    return _by(case, Event.apply) | _by(case, Event.resubmit) | {case.applicant}


def _by(case: Case, event: Event) -> frozenset[str]:
    return frozenset(step.actor for step in case.steps if step.event == event)


def _may_resume(case: Case, actor: Actor) -> bool:
    """What the authority suspended, the authority gives back."""
    last = next(step for step in reversed(case.steps) if step.event == Event.suspend)
    by_authority = last.actor != PLATFORM.id and last.department != case.provider
    return not by_authority or Role.authority in actor.roles


def same_matter(case: Case, asked: Application) -> None:
    """A case stays about what it was opened for. Raises InvalidInput."""
    was = case.application
    if (asked.department, asked.scenario, asked.resource) != (
        was.department,
        was.scenario,
        was.resource,
    ):
        raise refusals.another_matter(case)


def brings_no_more(row: Row, terms: Terms | None, application: Application | None) -> None:
    """A step changes what it is there to change. Raises InvalidInput."""
    if terms is not None and Need.terms not in row.needs:
        raise refusals.not_part_of(row.event, "terms")
    if application is not None and row.event is not Event.resubmit:
        raise refusals.not_part_of(row.event, "application")


def has_needs(
    case: Case, row: Row, reason: str, basis: str, terms: Terms | None, days: int
) -> None:
    """Raises InvalidInput with everything that is missing."""
    given = {
        Need.reason: is_stated(reason),
        Need.basis: is_stated(basis),
        Need.terms: terms is not None,
        Need.days: days > 0,
    }
    missing = sorted(need for need in needs_of(row.event, case) if not given[need])
    if missing:
        raise refusals.lacks(row.event, missing)


def needs_of(event: Event, case: Case) -> frozenset[Need]:
    """What a step of this case has to bring."""
    row = row_for(event, case.state)
    needs = frozenset[Need]() if row is None else row.needs
    if event is Event.approve and Decider(case.decider) in _WITHOUT_A_DESK:
        return needs | {Need.basis}
    return needs


def within(case: Case, terms: Terms, event: Event, today: date) -> None:
    """A decision grants no more than was asked for; a narrowing no more than was granted. Raises
    InvalidInput with everything that goes beyond."""
    had = most_of(case, event)
    known = {c.name.casefold(): c for c in had.columns}
    beyond = [c.name for c in terms.columns if _is_beyond(c, known)]
    found = [*(refusals.column_beyond(name) for name in beyond)]
    if not terms.columns:
        found.append(refusals.nothing_granted())
    if is_stronger_mode(terms.mode, had.mode):
        found.append(refusals.mode_beyond(terms.mode, had.mode))
    if terms.until > had.until:
        found.append(refusals.until_beyond(terms.until, had.until))
    if terms.until < today:
        found.append(refusals.until_past(terms.until))
    if not set(had.rows) <= set(terms.rows):
        found.append(refusals.rows_beyond())
    if found:
        raise refusals.all_of(found)


def most_of(case: Case, event: Event) -> Terms:
    """The most that terms may come to: what was granted, where it is narrowed, else what was asked
    for."""
    if event is Event.narrow and case.decision is not None:
        return case.decision.terms
    asked = case.application
    return Terms(tuple(c.grant for c in asked.columns), asked.mode, asked.until, asked.rows)


def _is_beyond(granted: ColumnGrant, known: dict[str, ColumnGrant]) -> bool:
    had = known.get(granted.name.casefold())
    return had is None or is_stronger(granted, had)
