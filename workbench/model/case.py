"""An application and its case: what was asked, what was decided, where it stands. Frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from workbench.errors import Text
from workbench.model.contract import SharingMode
from workbench.model.grant import (
    DEFAULT_RULES,
    ColumnGrant,
    DisclosureRules,
    Grant,
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
class Decision:
    """What was granted of an application, by whom, and what it rests on. ``added_conditions`` are
    those that the catalogue does not state."""

    by: str
    at: datetime
    columns: tuple[ColumnGrant, ...]
    mode: SharingMode
    until: date
    rows: tuple[RowCondition, ...] = ()
    disclosure: DisclosureRules = DEFAULT_RULES
    reason: str = ""
    basis: str = ""
    added_conditions: str = ""


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
    extended: bool = False


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
    ladder: int = 0
    decision: Decision | None = None
    clock: Clock | None = None
    replaces: str = ""
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def grant_id(self) -> str:
        return f"case:{self.id}"


def grant_of(case: Case) -> Grant | None:
    """The grant that the approving decision of a case made; None where there is none, or where it
    is suspended, ended or taken back."""
    decision, asked = case.decision, case.application
    if decision is None or case.state not in GRANTING:
        return None
    origin = Origin(OriginKind.application, case.id, decision.by, decision.at.date())
    return Grant(
        id=case.grant_id,
        scenario=asked.scenario,
        department=asked.department,
        resource=asked.resource,
        columns=decision.columns,
        mode=decision.mode,
        origin=origin,
        rows=decision.rows,
        valid_from=None,
        valid_until=decision.until,
        disclosure=decision.disclosure,
    )
