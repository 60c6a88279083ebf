"""Which grants an actor holds. A page holds its own; a person those of the department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workbench.model.actor import Actor
from workbench.model.grant import Grant, GrantState, state_of
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
    """All grants of the actor in the scenario, in whatever state."""
    return Grants.of(grants).held(holder(actor), scenario_id)


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
        for grant in held_grants(actor, scenario_id, grants)
        if holds_grant(grant, tier) and state_of(grant, today) is GrantState.active
    )


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
