"""What the ledger keeps of a step of a procedure. Pure. No value of a row, and nothing that is
sealed, stands there."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from workbench.model.actor import PLATFORM, Actor
from workbench.model.entry import Draft, Event
from workbench.model.procedure import Definition, FieldKind, Procedure
from workbench.model.ruling import Ruling
from workbench.sharing.procedures.decided import digest_of
from workbench.sharing.reminders import Reminder
from workbench.store.case_text import digest
from workbench.store.procedures import to_text

_SHOWN = frozenset({FieldKind.grant, FieldKind.case, FieldKind.department, FieldKind.sharing_type})


def draft(
    before: Procedure | None,
    after: Procedure,
    definition: Definition,
    messages: Sequence[str],
    actor: Actor,
    decided: Sequence[Ruling] = (),
) -> Draft:
    """Which procedure came to which version, and the digest of it, so that one that was changed
    behind the ledger's back shows."""
    return Draft(
        Event.procedure_stepped,
        actor=actor.id,
        department=actor.department,
        content=content_of(after),
        method=after.steps[-1].event,
        medium="desk",
        detail={
            **_said(after, definition),
            "cases": [_noted(before, after)],
            "messages": list(messages),
            "decided": [_decided(one) for one in decided],
        },
    )


def _decided(one: Ruling) -> dict[str, object]:
    """What is decided about a resource, and the digest of all that is kept of it; of a contract
    that is published its own digest."""
    return {
        "effect": one.effect.value,
        "resource": one.resource,
        "sharing": one.sharing,
        "opening": one.opening,
        "since": one.since and one.since.isoformat(),
        "until": one.until and one.until.isoformat(),
        "contract": one.contract,
        "published": sha256(one.text.encode()).hexdigest() if one.text else "",
        "digest": digest_of(one),
    }


def _said(after: Procedure, definition: Definition) -> dict[str, object]:
    last = after.steps[-1]
    return {
        "case": after.id,
        "kind": after.kind,
        "definition": after.definition,
        "regulation": after.regulation,
        "profile": after.profile,
        "party": last.party.value,
        "about": {v.name: v.text for v in after.values if v.kind in _SHOWN},
        "reason": "" if definition.confidential else last.reason,
        "basis": last.basis,
        "evidence": last.evidence,
        "effects": [one.value for one in last.effects],
        "by_hand": last.by_hand,
        "late": last.late,
    }


def _noted(before: Procedure | None, after: Procedure) -> dict[str, object]:
    steps = after.steps[0 if before is None else before.version :]
    return {
        "id": after.id,
        "version": after.version,
        "state": after.state,
        "steps": [one.event for one in steps],
        "digest": digest(to_text(after)),
    }


def reminded(procedure: Procedure, reminder: Reminder, recipient: str) -> Draft:
    return Draft(
        Event.procedure_reminded,
        actor=PLATFORM.id,
        content=content_of(procedure),
        method=reminder.kind,
        medium="outbox",
        detail={
            "case": procedure.id,
            "about": reminder.about,
            "recipient": recipient,
            "article": reminder.article,
        },
    )


def content_of(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    columns = procedure.text(FieldKind.column)
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    resources = [one.text for one in procedure.values if one.kind is FieldKind.resource]
    return {name: names if name == procedure.resource else () for name in resources}
