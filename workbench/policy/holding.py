"""Which grants an actor holds. A page holds its own; a person those of the department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workbench.model.actor import Actor
from workbench.model.grant import Grant, GrantState, OriginKind, state_of
from workbench.model.lookup import Grants, Scenarios
from workbench.model.scenario import PageSubject, Scenario
from workbench.model.tier import Tier, holds_grant

PAGE_PREFIX = "page:"


def holder(actor: Actor) -> str:
    """What ``Grant.department`` must say. Empty, which no grant says, for a person who would pass
    for a page or a page that would pass for a department."""
    named_page = actor.department.startswith(PAGE_PREFIX)
    return actor.department if actor.is_page == named_page else ""


def held_grants(actor: Actor, scenario_id: str, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """All grants of the actor in the scenario, in whatever state: those of the department that
    name no users, or this one (Foshan 2019 art. 29: a review fixes the users)."""
    held = Grants.of(grants).held(holder(actor), scenario_id)
    return tuple(grant for grant in held if not grant.users or actor.id in grant.users)


def active_grants(
    actor: Actor,
    scenario_id: str,
    grants: Iterable[Grant],
    today: date,
    tier: Tier = Tier.rows,
) -> tuple[Grant, ...]:
    """The grants that make a tier of the actor's workspace in this scenario on ``today``."""
    return tuple(
        grant
        for grant in prevailing(held_grants(actor, scenario_id, grants), today)
        if holds_grant(grant, tier) and state_of(grant, today) is GrantState.active
    )


def prevailing(held: Iterable[Grant], today: date) -> tuple[Grant, ...]:
    """One of each resource. What was decided on an application holds in place of what the scenario
    grants, and where it was suspended or revoked so is the other; of two, the one that gives
    something today."""
    return tuple(_best(held, today).values())


def replaced(grants: Iterable[Grant], today: date) -> dict[str, str]:
    """The grants by which nobody is given anything, because another one of the same department,
    scenario and resource holds in their place: their ids, with that one's. One that names users
    takes the place for these alone, so it replaces none."""
    open_to_all = [grant for grant in grants if not grant.users]
    best = _best(open_to_all, today)
    pairs = ((grant, best[_place(grant)]) for grant in open_to_all)
    return {grant.id: other.id for grant, other in pairs if other is not grant}


def _best(grants: Iterable[Grant], today: date) -> dict[tuple[str, str, str], Grant]:
    found: dict[tuple[str, str, str], Grant] = {}
    for grant in grants:
        known = found.get(_place(grant))
        if known is None or _weight(grant, today) > _weight(known, today):
            found[_place(grant)] = grant
    return found


def _place(grant: Grant) -> tuple[str, str, str]:
    return grant.department, grant.scenario, grant.resource.casefold()


_OVER = frozenset({GrantState.expired, GrantState.ended})


def _weight(grant: Grant, today: date) -> tuple[bool, bool]:
    state = state_of(grant, today)
    applied_for = grant.origin.kind is OriginKind.application
    return applied_for and state not in _OVER, state is GrantState.active


def holds(actor: Actor, scenario: Scenario, grants: Iterable[Grant]) -> bool:
    """Whether the scenario is the actor's at all: by its list, or by a grant."""
    who = holder(actor)
    if not who:
        return False
    pages = {f"{PAGE_PREFIX}{page.id}" for page in scenario.pages}
    listed = who in (pages if actor.is_page else scenario.departments)
    return listed or bool(held_grants(actor, scenario.id, grants))


def page_of(actor: Actor, scenario: Scenario) -> PageSubject | None:
    name = holder(actor).removeprefix(PAGE_PREFIX)
    return next((page for page in scenario.pages if page.id == name), None)


def may_look(actor: Actor, scenario: Scenario) -> bool:
    """A page shows its figures to listed viewers only; a person asks for themselves."""
    if not actor.is_page:
        return True
    page = page_of(actor, scenario)
    if page is None or not actor.viewer:
        return False
    return actor.viewer in page.viewers or actor.viewer_department in page.viewer_departments


def own_scenarios(
    actor: Actor, scenarios: Mapping[str, Scenario], grants: Iterable[Grant]
) -> tuple[str, ...]:
    """The ids of the scenarios that ``holds`` is true of."""
    who, known = holder(actor), Scenarios.of(scenarios)
    if not who:
        return ()
    listed = (
        known.with_page(who.removeprefix(PAGE_PREFIX))
        if actor.is_page
        else known.with_department(who)
    )
    granted = (s for s in Grants.of(grants).scenarios_of(who) if s in known)
    return tuple(sorted(listed.union(granted)))
