"""Which grant a finding concerns, and since when a grant lies unused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workbench.model.case import GRANTING
from workbench.model.days import day_of
from workbench.model.grant import Grant, OriginKind
from workbench.model.lookup import Grants
from workbench.sharing.anomalies.detectors import Found
from workbench.sharing.anomalies.standing import Held
from workbench.sharing.transitions import Event
from workbench.store.session import Store


def grant_of(found: Found, grants: Grants) -> Grant | None:
    """The grant that what was found is about; of a refusal of what is not granted at all, one of
    the same department and scenario. One that came from a case comes first: it can be rectified.
    """
    if found.grant_id:
        return grants.by_id.get(found.grant_id)
    if not found.person:
        return None  # a delivery is the provider's matter, and no grant's
    held = grants.held(found.department, found.scenario)
    exact = [grant for grant in held if grant.resource.casefold() == found.resource.casefold()]
    return _best(found, exact) or _best(found, held)


def _best(found: Found, grants: Iterable[Grant]) -> Grant | None:
    """The latest that gives the person something."""
    mine = [
        grant
        for grant in grants
        if grant.revoked_on is None and (not grant.users or found.person in grant.users)
    ]
    return max(mine, key=lambda one: (is_of_case(one), _decided(one), one.id), default=None)


def is_of_case(grant: Grant) -> bool:
    return grant.origin.kind is OriginKind.application


def case_of(grant: Grant | None) -> str:
    """Empty for a grant of a scenario's file."""
    return grant.origin.reference if grant is not None and is_of_case(grant) else ""


def held_since(grants: Grants, store: Store) -> list[Held]:
    """Every grant that stands, and since when it lies unused; one of which nobody knows when it
    began and that was never used, cannot be told."""
    used = store.uses.last_days()
    found = []
    for grant in grants:
        days = (grant.valid_from, grant.origin.decided_on, used.get(grant.id))
        known = [day for day in days if day is not None]
        if known and grant.revoked_on is None:
            found.append(Held(grant, max(known)))
    return found


def given_on(grant: Grant, store: Store) -> date | None:
    """The day since which a grant of a case gives something: on which it was supplied, or given
    back. None of one that no case gave."""
    case = store.cases.get(case_of(grant)) if is_of_case(grant) else None
    steps = () if case is None else case.steps
    days = [
        day_of(step.at)
        for step in steps
        if step.after in GRANTING and (step.before not in GRANTING or step.event == Event.rectified)
    ]
    return max(days, default=None)


def _decided(grant: Grant) -> str:
    day = grant.origin.decided_on
    return "" if day is None else day.isoformat()
