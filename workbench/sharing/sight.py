"""Who may look at a case: both sides of it, and who watches over all. Pure."""

from __future__ import annotations

from dataclasses import replace

from workbench.model.actor import PLATFORM, Actor, Role
from workbench.model.case import Case
from workbench.sharing.guards import parties_of
from workbench.sharing.transitions import Party
from workbench.store.cases import CaseFilter

OVER_ALL = frozenset({Role.authority, Role.auditor, Role.evaluator})
"""The authority tracks every item that has a deadline (Heilongjiang 2025 art. 42); auditors and
evaluators look, and change nothing."""


def may_see(case: Case, actor: Actor) -> bool:
    if actor.is_page:
        return False
    if actor == PLATFORM or actor.roles & OVER_ALL:
        return True
    return bool(actor.department) and actor.department in (
        case.application.department,
        case.provider,
        case.reviewer,
    )


def reviews(case: Case, actor: Actor) -> bool:
    """Who decides of the case, and who watches over all."""
    return bool(actor.roles & OVER_ALL) or Party.decider in parties_of(case, actor)


def narrowed(wanted: CaseFilter, actor: Actor) -> CaseFilter:
    """What is asked for, of what the actor may see."""
    if actor.roles & OVER_ALL and not actor.is_page:
        return wanted
    return replace(wanted, party=NOBODY if actor.is_page else actor.department or NOBODY)


NOBODY = "\n"
"""No department is called so: a page, and who is of no department, sees no case."""
