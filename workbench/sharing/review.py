"""What a reviewer looks at beside the application. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workbench.model.case import Case
from workbench.model.grant import ColumnGrant, Grant, GrantState, RowCondition, state_of
from workbench.sharing.least import Remark, remarks
from workbench.sharing.lifecycle import Matter


@dataclass(frozen=True)
class Review:
    """``conditions`` are those of the catalogue entry. ``held``: what the department has of this
    resource today, over all its scenarios (``held_in``), each column as it is held. ``union``: what
    it would have with this application granted; ``rows`` is the scope of that, where there is one
    for all of it."""

    conditions: str
    remarks: tuple[Remark, ...]
    held: tuple[ColumnGrant, ...]
    held_in: tuple[str, ...]
    union: tuple[ColumnGrant, ...]
    rows: tuple[RowCondition, ...] = ()


def review_of(case: Case, matter: Matter, grants: Iterable[Grant], today: date) -> Review:
    """``grants`` are those of the department, of whatever resource and in whatever state."""
    asked = case.application
    own = [
        grant
        for grant in grants
        if grant.resource.casefold() == asked.resource.casefold()
        and grant.id != case.grant_id
        and state_of(grant, today) is GrantState.active
    ]
    held = tuple(dict.fromkeys(column for grant in own for column in grant.columns))
    scopes = {grant.rows for grant in own} | {asked.rows}
    return Review(
        conditions=matter.resource.sharing.conditions,
        remarks=tuple(remarks(asked, matter.scenario, matter.resource)),
        held=held,
        held_in=tuple(sorted({grant.scenario for grant in own})),
        union=tuple(dict.fromkeys((*held, *(c.grant for c in asked.columns)))),
        rows=asked.rows if len(scopes) == 1 else (),
    )
