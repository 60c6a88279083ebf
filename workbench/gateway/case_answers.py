"""What is answered about cases: strict models."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from workbench.gateway.answers import Answer, Said


class ColumnLine(Answer):
    """``mask`` for reading; ``spec`` is the use and the mask as an application writes them."""

    name: str
    use: str
    mask: str = ""
    argument: str = ""
    spec: str | dict[str, Any]


class TermsLine(Answer):
    """``rows`` for reading; ``row_specs`` are the same as an application writes them."""

    columns: list[ColumnLine]
    mode: str
    until: date
    rows: list[str]
    row_specs: list[dict[str, Any]]
    added_conditions: str = ""


class ClockLine(Answer):
    """``due`` is null where the regulation gives no number (``state``: none), or that part of its
    text is missing (unknown). ``provisional``: the working days of its year are not announced."""

    key: str
    about: Said
    started: date
    state: str
    due: date | None
    provisional: bool
    article: str


class StepLine(Answer):
    number: int
    event: str
    told: Said
    at: datetime
    actor: str
    department: str
    before: str | None
    after: str
    reason: str
    basis: str
    flag: Said | None = None


class RemarkLine(Answer):
    """``kind``: beyond (more than the purpose of the scenario lists), weaker (less would do)."""

    kind: str
    column: str
    what: Said
    instead: str = ""


class ReviewLine(Answer):
    """What a reviewer looks at beside the application: where it asks for more than the purpose
    lists, where less would do, and all that the department holds of this resource already."""

    conditions: str
    remarks: list[RemarkLine]
    held: list[ColumnLine]
    held_in: list[str]
    union: list[str]


class UniquenessLine(Answer):
    """How far the entities of the resource (its rows, where ``of_rows``) can be told apart by the
    union: ``alone`` with their values, or in a group of fewer than five (``small``). ``direct``:
    columns that identify by themselves. ``consenting``: only those who consent in the scenario were
    counted, for their rows alone would be there. ``why`` where nothing could be counted."""

    version: int = 0
    of_rows: bool = False
    entities: int = 0
    alone: int = 0
    small: int = 0
    columns: list[str] = Field(default_factory=list)
    direct: list[str] = Field(default_factory=list)
    consenting: bool = False
    why: Said | None = None


class OfferLine(Answer):
    """A step that the caller may do, and what it has to bring: reason, basis, terms, days."""

    event: str
    told: Said
    needs: list[str]


class CaseAnswer(Answer):
    """``can`` is what the caller may do with it now, ``offers`` the same with what it takes.
    ``stands`` is its state today, which a date alone may have changed: expired, suspended; ``told``
    says it in words."""

    id: str
    state: str
    stands: str
    told: Said
    version: int
    department: str
    applicant: str
    provider: str
    scenario: str
    resource: str
    duty_basis: str
    reason: str
    users: list[str]
    asked: TermsLine
    granted: TermsLine | None
    decided_by: str
    decider: str
    reviewer: str
    regulation: str
    profile: str
    clock: ClockLine | None
    opened: datetime
    changed: datetime
    steps: list[StepLine]
    can: list[str]
    offers: list[OfferLine]
    review: ReviewLine | None = None
    repeated: bool = False


class CaseRow(Answer):
    """``stands`` and ``told`` as of a case."""

    id: str
    state: str
    stands: str
    told: Said
    version: int
    department: str
    provider: str
    scenario: str
    resource: str
    decider: str
    reviewer: str
    due: date | None
    until: date
    opened: datetime
    changed: datetime


class DueRow(CaseRow):
    """Who is to act, under which deadline and article; ``days`` until it, negative when it has
    passed."""

    who: str
    key: str
    about: Said
    article: str
    provisional: bool
    days: int


class CasePage(Answer):
    total: int
    cases: list[CaseRow]
