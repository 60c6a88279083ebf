"""An application scenario: a named purpose with the columns it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.errors import Text
from workbench.model.consent import ConsentRule
from workbench.model.contract import SharingMode
from workbench.model.grant import DEFAULT_RULES, ColumnGrant, DisclosureRules, RowCondition


@dataclass(frozen=True)
class Decided:
    """A provider's decision that was made outside of the workbench: by which department, when,
    under which number."""

    by: str
    on: date
    reference: str


@dataclass(frozen=True)
class ResourceUse:
    """What one scenario takes of one resource, and why."""

    resource: str
    mode: SharingMode
    columns: tuple[ColumnGrant, ...]
    rows: tuple[RowCondition, ...] = ()
    reason: str = ""
    disclosure: DisclosureRules = DEFAULT_RULES
    decided: Decided | None = None
    consent: ConsentRule | None = None

    @property
    def subject(self) -> str:
        """The column by which rows without a consent are left out; empty where none are."""
        return self.consent.subject if self.consent is not None and self.consent.required else ""


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

    def subject_of(self, resource: str) -> str:
        """Whose consent the rows of ``resource`` need here: the column; empty where nobody's."""
        name = resource.casefold()
        return next((u.subject for u in self.resources if u.resource.casefold() == name), "")
