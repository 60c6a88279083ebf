"""An application and its case: what was asked, what was decided, where it stands. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from workbench.errors import Text
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.grant import (
    DEFAULT_RULES,
    ColumnGrant,
    DisclosureRules,
    Grant,
    GrantState,
    Origin,
    OriginKind,
    RowCondition,
)


class State(StrEnum):
    """Where a case stands. ``dormant`` and ``expired`` are no states: they are computed when read,
    so that a late sweep cannot lengthen access."""

    under_review = "under_review"
    returned = "returned"
    approved = "approved"
    """Decided, but the provider has still to supply the data (C17)."""
    active = "active"
    rectifying = "rectifying"
    suspended = "suspended"
    refused = "refused"
    withdrawn = "withdrawn"
    ended = "ended"
    revoked = "revoked"


GRANTING = frozenset({State.active, State.rectifying})
"""In these a grant answers queries, until its last day."""
_STOPPED: Mapping[State, GrantState] = {
    State.suspended: GrantState.suspended,
    State.ended: GrantState.ended,
    State.revoked: GrantState.revoked,
}
OVER = frozenset({State.refused, State.withdrawn, State.ended, State.revoked})


@dataclass(frozen=True)
class AskedColumn:
    """A column with its use and mask. ``argument`` says why the duty needs it, where the purpose of
    the scenario does not list it so (Foshan 2019 art. 29)."""

    grant: ColumnGrant
    argument: str = ""


@dataclass(frozen=True)
class Application:
    """What a department asks for (Heilongjiang 2025 art. 22: scenario, mode, scope, duty; Foshan
    2019 art. 29: users, data items, end date). No ``users``: everyone of the department whose duty
    it is. ``until`` is the last day."""

    department: str
    scenario: str
    resource: str
    mode: SharingMode
    columns: tuple[AskedColumn, ...]
    duty: str
    reason: str
    until: date
    rows: tuple[RowCondition, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What is granted of what was asked for. ``until`` is the last day. ``added_conditions`` are
    those that the catalogue does not state. ``disclosure`` and ``since``, the first day, are the
    scenario's."""

    columns: tuple[ColumnGrant, ...]
    mode: SharingMode
    until: date
    rows: tuple[RowCondition, ...] = ()
    disclosure: DisclosureRules = DEFAULT_RULES
    added_conditions: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Decision:
    """The approving decision: by whom, when, what it rests on. ``terms`` are those that hold now:
    a narrowing changes them, and is no decision of its own."""

    by: str
    at: datetime
    terms: Terms
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Clock:
    """A deadline that runs in a case. ``due`` is None where the regulation gives no number, or its
    text is missing (``state``: none, unknown). What it says is kept: a later profile does not
    change it."""

    key: str
    started: date
    state: str
    due: date | None
    provisional: bool
    article: str


@dataclass(frozen=True)
class Step:
    """One event of a case, as it happened."""

    number: int
    event: str
    at: datetime
    actor: str
    department: str
    before: State | None
    after: State
    reason: str = ""
    basis: str = ""
    detail: Text | None = None


@dataclass(frozen=True)
class Case:
    """``version`` counts the steps: who decides names the version that they have seen.
    ``profile`` is the regulation and the digest of its file at the time of application;
    ``reviewer`` is the department that decides for the provider: itself, or whom it delegated.
    ``ladder`` is the step of the dispute ladder that decides, 0 at first."""

    id: str
    application: Application
    applicant: str
    provider: str
    state: State
    version: int
    opened: datetime
    changed: datetime
    regulation: str
    profile: str
    decider: str
    reviewer: str
    ladder: int = 0
    decision: Decision | None = None
    clock: Clock | None = None
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def grant_id(self) -> str:
        return f"case:{self.id}"


def grant_of(case: Case) -> Grant | None:
    """The grant that the approving decision of a case made; None before there is one. Stopped, it
    says since when and how."""
    decision, asked = case.decision, case.application
    stopped = _STOPPED.get(case.state)
    if decision is None or (case.state not in GRANTING and stopped is None):
        return None
    rectify_by = case.clock.due if case.clock and case.state is State.rectifying else None
    origin = Origin(OriginKind.application, case.id, decision.by, day_of(decision.at))
    return Grant(
        id=case.grant_id,
        scenario=asked.scenario,
        department=asked.department,
        resource=asked.resource,
        columns=decision.terms.columns,
        mode=decision.terms.mode,
        origin=origin,
        rows=decision.terms.rows,
        valid_from=decision.terms.since,
        valid_until=decision.terms.until,
        disclosure=decision.terms.disclosure,
        revoked_on=_came_on(case) if stopped else None,
        stopped=stopped or GrantState.revoked,
        rectify_by=rectify_by,
        users=frozenset(asked.users),
    )


def _came_on(case: Case) -> date:
    """The day on which it came to stand where it stands."""
    return next(day_of(s.at) for s in reversed(case.steps) if s.before is not s.after)
