"""What stands against a step of a procedure: whose it is, what it lacks. Pure; each raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workbench.errors import WorkbenchError
from workbench.model.actor import PLATFORM, Actor, Role
from workbench.model.procedure import (
    Definition,
    Effect,
    Need,
    Party,
    Procedure,
    StepSpec,
    by_hand,
)
from workbench.regulations.profile import Decider, Profile, State
from workbench.sharing.procedures import day_refusals, refusals
from workbench.sharing.procedures.definition import WITHOUT_A_DESK
from workbench.sharing.procedures.effects import TEXTS
from workbench.sharing.stated import is_stated

ROLES = {
    Party.applicant: Role.officer,
    Party.provider: Role.provider,
    Party.authority: Role.authority,
}
"""With which role each party opens a procedure."""
_OUTSIDE = frozenset({Party.committee, Party.higher_authority, Party.court})
_BY_PROVIDER = frozenset({Decider.provider, Decider.parties, Decider.business_authority})
_ORDER = tuple(Party)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Command:
    """What somebody wants to happen. ``seen`` is the version that they looked at, 0 to open."""

    event: str
    seen: int = 0
    reason: str = ""
    basis: str = ""
    evidence: str = ""
    days: int = 0
    until: date | None = None


def parties_of(procedure: Procedure, actor: Actor) -> frozenset[Party]:
    """In what capacities this person may act on the procedure."""
    if actor == PLATFORM:
        return frozenset({Party.platform})
    if actor.is_page:
        return frozenset()
    found = _named(actor, procedure.provider, procedure.other)
    if actor.department == procedure.department and ROLES[procedure.opened_as] in actor.roles:
        found.add(Party.applicant)
    if procedure.decider and _decides(Decider(procedure.decider), found):
        found.add(Party.decider)
    return frozenset(found)


def opening_parties(actor: Actor, provider: str) -> frozenset[Party]:
    """In what capacities this person may open one about this provider."""
    if actor.is_page or actor == PLATFORM:
        return frozenset()
    found = _named(actor, provider, "") & {Party.provider, Party.authority}
    if Role.officer in actor.roles and actor.department:
        found.add(Party.applicant)
    return frozenset(found)


def _named(actor: Actor, provider: str, other: str) -> set[Party]:
    found = set()
    if Role.provider in actor.roles and actor.department:
        if actor.department == provider:
            found.add(Party.provider)
        if actor.department == other:
            found.add(Party.other_provider)
    if Role.authority in actor.roles:
        found |= {Party.authority, *_OUTSIDE}
    return found


def _decides(decider: Decider, found: set[Party]) -> bool:
    if decider is Decider.authority or decider in WITHOUT_A_DESK:
        return Party.authority in found
    return decider in _BY_PROVIDER and bool(found & {Party.provider, Party.other_provider})


def mine(
    rows: Sequence[StepSpec], parties: frozenset[Party]
) -> tuple[StepSpec, Party] | tuple[None, None]:
    """The row that somebody in these capacities does, and in which one; a definition has one row
    of an event for each party."""
    for row in rows:
        found = [party for party in _ORDER if party in row.by & parties]
        if found:
            return row, found[0]
    return None, None


def another_person(
    procedure: Procedure, definition: Definition, row: StepSpec, actor: Actor, profile: Profile
) -> None:
    """Raises Refused where the same person did one of the steps that this one checks, or where it
    is for the other side and their own did it."""
    before = {step.actor for step in procedure.steps if step.event in row.other_than}
    if actor != PLATFORM and actor.id in before:
        separate = next((one.article for one in profile.separate_roles), "")
        raise refusals.same_person(row, definition, separate, procedure.id)
    if row.other_side and procedure.provider != procedure.other:
        last = next((s for s in reversed(procedure.steps) if s.event in row.other_than), None)
        if last is not None and last.department == actor.department:
            raise refusals.same_side(row, last.department, procedure.id)


def may(
    procedure: Procedure, definition: Definition, row: StepSpec, actor: Actor, profile: Profile
) -> bool:
    """Whether this row is this person's, and no separation of duties is against it."""
    if not row.by & parties_of(procedure, actor):
        return False
    try:
        another_person(procedure, definition, row, actor, profile)
    except WorkbenchError:
        return False
    return True


def needs_of(
    row: StepSpec, party: Party, procedure: Procedure, profile: Profile
) -> frozenset[Need]:
    """What a step of this procedure has to bring, where this party does it."""
    needs = set(row.needs)
    outside = party in _OUTSIDE
    if party is Party.decider:
        decider = Decider(procedure.decider)
        outside = decider in WITHOUT_A_DESK
        party = Party.court if decider is Decider.court else party
    if outside:
        needs.add(Need.basis)
    if party is Party.court or by_hand(row, procedure) or _destroys(row):
        needs.add(Need.evidence)
    if gives_number(row, profile):
        needs.discard(Need.days)
    return frozenset(needs)


def gives_number(row: StepSpec, profile: Profile) -> bool:
    """Whether the step starts a deadline that the regulation has a number for."""
    key = row.starts.deadline if row.starts else ""
    return any(k == key and one.state is State.number for k, one in profile.deadlines.items())


def complete(
    row: StepSpec,
    needs: frozenset[Need],
    command: Command,
    regulation: str,
    today: date,
    hand: Sequence[Effect] = (),
) -> None:
    """Raises InvalidInput with what is missing, or is no part of the step. ``hand``: what of it
    people do first."""
    given = {
        Need.reason: is_stated(command.reason),
        Need.basis: is_stated(command.basis),
        Need.evidence: bool(command.evidence),
        Need.days: command.days > 0,
        Need.until: command.until is not None,
    }
    missing = sorted(need for need in needs if not given[need])
    if missing == [Need.evidence] and hand:
        raise refusals.by_hand(row, [TEXTS[one] for one in hand], regulation)
    if missing:
        raise refusals.lacks(row, missing, regulation)
    for need in (Need.days, Need.until):
        if given[need] and need not in needs and not _is_number(row, need):
            raise refusals.not_part_of(row, need.value)
    if command.evidence and not _DIGEST.fullmatch(command.evidence):
        raise refusals.bad_evidence()
    if command.until is not None and command.until < today:
        raise day_refusals.until_past(command.until, today)


def _is_number(row: StepSpec, need: Need) -> bool:
    """Days beside a number of the regulation have a refusal of their own, with its article."""
    return need is Need.days and Need.days in row.needs


def _destroys(row: StepSpec) -> bool:
    return Effect.record_destruction in row.effects
