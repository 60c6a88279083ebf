"""What the last step of a procedure decides about its resource, as rulings that are kept. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256

from workbench.catalogue.published import table_named
from workbench.catalogue.write import odcs_of
from workbench.model.contract import OpenType, Resource, SharingType
from workbench.model.days import day_of
from workbench.model.procedure import (
    Definition,
    Effect,
    FieldKind,
    Procedure,
    StepSpec,
    Taken,
    by_hand,
)
from workbench.model.ruling import ENTRIES, KEPT, TYPES, Ruling
from workbench.sharing.procedures.definition import article_of, rows_from


def rulings_of(
    procedure: Procedure, definition: Definition, resources: Mapping[str, Resource]
) -> tuple[Ruling, ...]:
    """``procedure`` with what is sealed in the clear; ``resources`` are those of the city. None
    where nothing is decided, or people do it by hand."""
    taken, row = procedure.steps[-1], row_of(procedure, definition)
    if row is None:
        return ()
    hand = by_hand(row, procedure)
    wanted = [one for one in dict.fromkeys(taken.effects) if one in KEPT and one not in hand]
    return tuple(
        _ruling(effect, procedure, definition, row, resources.get(name))
        for effect in wanted
        if (name := _subject(procedure, effect))
    )


def row_of(procedure: Procedure, definition: Definition) -> StepSpec | None:
    """The row of the definition by which the last step was taken."""
    taken = procedure.steps[-1]
    rows = rows_from(definition, procedure.regulation, taken.before)
    return next((r for r in rows if r.event == taken.event and taken.party in r.by), None)


def digest_of(ruling: Ruling) -> str:
    """What the ledger keeps of it: another one for whatever is changed of it."""
    said = {**asdict(ruling), "effect": ruling.effect.value}
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def contract_digest(resource: Resource | None) -> str:
    """Of what the contract alone says; empty where there is none."""
    if resource is None:
        return ""
    written = odcs_of(resource.contract or resource)
    return sha256(json.dumps(written, sort_keys=True, default=str).encode()).hexdigest()


def _ruling(
    effect: Effect,
    procedure: Procedure,
    definition: Definition,
    row: StepSpec,
    resource: Resource | None,
) -> Ruling:
    taken = procedure.steps[-1]
    own = (resource.contract or resource) if resource is not None else None
    sharing = procedure.text(FieldKind.sharing_type) if effect in TYPES else ""
    opening = procedure.text(FieldKind.open_type) if effect in TYPES else ""
    return Ruling(
        procedure_id=procedure.id,
        step=taken.number,
        effect=effect,
        resource=_subject(procedure, effect),
        at=taken.at,
        since=_since(effect, procedure, taken),
        title=definition.title,
        regulation=procedure.regulation,
        article=article_of(row, procedure.regulation),
        until=taken.until if effect is Effect.reclassify_until else None,
        was_sharing=own.sharing.type if own is not None else None,
        was_opening=own.open_type if own is not None else None,
        contract=contract_digest(resource),
        text=procedure.text(FieldKind.contract) if effect in ENTRIES else "",
        sharing=SharingType(sharing) if sharing else None,
        opening=OpenType(opening) if opening else None,
    )


def _since(effect: Effect, procedure: Procedure, taken: Taken) -> date | None:
    """Who uses what is withdrawn is served until the least time is over, where one runs."""
    clock = procedure.clock
    if effect is not Effect.withdraw_entry or clock is None or not clock.at_least:
        return day_of(taken.at)
    return clock.due + timedelta(days=1) if clock.due is not None else None


def _subject(procedure: Procedure, effect: Effect) -> str:
    """The resource that it is about; a new one is named by its contract."""
    if procedure.resource or effect not in ENTRIES:
        return procedure.resource
    return table_named(procedure.text(FieldKind.contract))
