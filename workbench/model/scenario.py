"""An application scenario: a named purpose with the columns it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.errors import Text
from workbench.model.contract import SharingMode
from workbench.model.grant import DEFAULT_RULES, ColumnGrant, DisclosureRules, RowCondition


@dataclass(frozen=True)
class ResourceUse:
    """What one scenario takes of one resource, and why."""

    resource: str
    mode: SharingMode
    columns: tuple[ColumnGrant, ...]
    rows: tuple[RowCondition, ...] = ()
    reason: str = ""
    disclosure: DisclosureRules = DEFAULT_RULES


@dataclass(frozen=True)
class PageSubject:
    """A page that runs with grants of its own: its id and who may look.

    ``viewers`` are people's ids; ``viewer_departments`` whole departments.
    """

    id: str
    viewers: frozenset[str] = frozenset()
    viewer_departments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scenario:
    """Pre-approved by the authority: its departments and pages get their grants directly."""

    id: str
    version: str
    title: Text
    purpose: str
    duty_basis: str
    resources: tuple[ResourceUse, ...]
    departments: tuple[str, ...]
    approver: str
    approved_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    pages: tuple[PageSubject, ...] = ()
