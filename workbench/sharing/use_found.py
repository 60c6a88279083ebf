"""What is found of the use of data: lines, pages of them, and the days of one. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workbench.model.contract import Resource
from workbench.model.grant import ColumnGrant, Grant, GrantState
from workbench.regulations.deadline import Due
from workbench.store.uses import Key, Person, Used


@dataclass(frozen=True)
class ColumnUse:
    """A granted column with the last day on which it was read; None for never."""

    granted: ColumnGrant
    last: date | None
    last_ever: date | None


@dataclass(frozen=True)
class UseLine:
    """One grant. ``beyond``: columns that were read once and are granted no more. ``people`` are
    the most recent of ``people_total``. ``dormant``: when it counts as unused, None where it gives
    nothing now, or nobody can say. ``replaced_by``: the id of the grant that holds in its place.
    ``revoke``: which way the reader may revoke it."""

    grant: Grant
    resource: Resource | None
    state: GrantState
    stopped_on: date | None
    columns: tuple[ColumnUse, ...]
    beyond: tuple[tuple[str, date], ...]
    people: tuple[Person, ...]
    people_total: int
    releases: int
    last: datetime | None
    last_ever: datetime | None
    dormant: Due | None
    is_over: bool
    replaced_by: str
    revoke: str


@dataclass(frozen=True)
class Counted:
    """``to``: the last entry of the ledger that is counted; ``behind``: how many are not. Both None
    for who may not know how long the ledger is: ``is_behind`` is for everybody."""

    to: int | None
    behind: int | None
    is_behind: bool


@dataclass(frozen=True)
class Found:
    total: int
    lines: tuple[UseLine, ...]
    counted: Counted


@dataclass(frozen=True)
class Days:
    """One grant by person and day, the newest first."""

    line: UseLine
    total: int
    days: Mapping[Key, Used]
    counted: Counted
