"""What the ledger keeps of a step of a case. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.model.actor import Actor
from workbench.model.case import Case
from workbench.model.entry import Draft
from workbench.model.entry import Event as Entered
from workbench.sharing.transitions import Event
from workbench.store.case_text import digest, to_text


def draft(
    changes: Sequence[tuple[Case | None, Case]],
    messages: Sequence[str],
    actor: Actor,
    event: Event,
) -> Draft:
    """Which cases came to which version, and the digest of each, so that a case that was changed
    behind the ledger's back shows. No value of a row scope stands there."""
    case = changes[0][1]
    asked, decision, last = case.application, case.decision, case.steps[-1]
    columns = decision.terms.columns if decision else tuple(c.grant for c in asked.columns)
    return Draft(
        Entered.case_stepped,
        actor=actor.id,
        department=actor.department,
        scenario=asked.scenario,
        purpose=asked.reason,
        approver=decision.by if decision else "",
        content={asked.resource: tuple(column.name for column in columns)},
        method=event.value,
        medium="desk",
        detail={
            "case": case.id,
            "regulation": case.regulation,
            "profile": case.profile,
            "reason": last.reason,
            "basis": last.basis,
            "cases": [_noted(old, new) for old, new in changes],
            "messages": list(messages),
        },
    )


def _noted(old: Case | None, new: Case) -> dict[str, object]:
    steps = new.steps[0 if old is None else old.version :]
    return {
        "id": new.id,
        "version": new.version,
        "state": new.state.value,
        "steps": [step.event for step in steps],
        "digest": digest(to_text(new)),
    }
