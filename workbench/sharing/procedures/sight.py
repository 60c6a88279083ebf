"""Who may look at a procedure, and who may read what is sealed in it. Pure."""

from __future__ import annotations

from dataclasses import replace

from workbench.model.actor import PLATFORM, Actor, Role
from workbench.model.procedure import Definition, Party, Procedure
from workbench.regulations.profile import Decider
from workbench.sharing.procedures.definition import WITHOUT_A_DESK, next_to_act
from workbench.sharing.sight import NOBODY, OVER_ALL
from workbench.store.procedures import ProcedureFilter

_READ = frozenset({Role.officer, Role.provider})
_AUTHORITY_S = frozenset(
    {Party.authority, Party.committee, Party.higher_authority, Party.court}
)  # fmt: skip


def may_see(procedure: Procedure, actor: Actor) -> bool:
    """Its parties, and who watches over all."""
    if actor.is_page:
        return False
    if actor == PLATFORM or actor.roles & OVER_ALL:
        return True
    return bool(actor.department) and actor.department in procedure.departments


def may_read(procedure: Procedure, definition: Definition, actor: Actor) -> bool:
    """Who deals with it on either side; the authority, of what is about a person only while it is
    to act on it."""
    if actor.is_page:
        return False
    if actor.roles & _READ and actor.department and actor.department in procedure.departments:
        return True
    if Role.authority not in actor.roles:
        return False
    return not definition.personal or is_the_authority_s(procedure, definition)


def is_the_authority_s(procedure: Procedure, definition: Definition) -> bool:
    """Whether the authority, or a body for which it enters, has the next step that leads on."""
    parties = next_to_act(definition, procedure)
    decider = Decider(procedure.decider) if procedure.decider else None
    decides = decider is Decider.authority or decider in WITHOUT_A_DESK
    return bool(parties & _AUTHORITY_S) or (Party.decider in parties and decides)


def narrowed(wanted: ProcedureFilter, actor: Actor) -> ProcedureFilter:
    """What is asked for, of what the actor may see."""
    if actor.roles & OVER_ALL and not actor.is_page:
        return wanted
    return replace(wanted, party=NOBODY if actor.is_page else actor.department or NOBODY)
