"""What people took away as files, and which of it has to be destroyed by now.

Whoever holds data beyond the end of the grant has to destroy them (Heilongjiang 2025 art. 28):
the ledger knows which files there are, the grants say which have ended. States are computed when
read, as those of grants are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from workbench.ledger.chain import Journal
from workbench.ledger.usage import UsageRow, usage
from workbench.model.entry import EntryFilter, Event
from workbench.model.grant import Grant, GrantState, state_of, stopped_on
from workbench.model.terms import Taken

GONE = "gone"
"""A grant that the city's files no longer give."""
CHANGED = "changed"
"""A grant that lasts and no longer gives what was exported: what it gave has ended."""
UNKNOWN = "unknown"
"""A grant that they do not give while one of them is wrong: it may be back when that is mended."""
PAGE = 2000
"""Entries read at a time."""


@dataclass(frozen=True)
class GrantLeft:
    """A grant behind an export as it stands now. ``ended_on`` is the first day without it; None
    while it lasts, and where nobody knows the day."""

    id: str
    resource: str
    state: str
    ended_on: date | None = None

    @property
    def ended(self) -> bool:
        return self.state not in (GrantState.active.value, UNKNOWN)

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "ended_on": self.ended_on and self.ended_on.isoformat()}


@dataclass(frozen=True)
class Export:
    """One file that somebody took away; ``name`` is the file's, without its folder."""

    seq: int
    at: datetime
    person: str
    viewer: str
    department: str
    scenario: str
    release: str
    name: str
    format: str
    rows: int
    digest: str
    grants: tuple[GrantLeft, ...]

    @property
    def ended(self) -> bool:
        """Whether a grant of it has ended, so that the file has to be destroyed."""
        return any(grant.ended for grant in self.grants)

    @property
    def destroy_since(self) -> date | None:
        """The first day on which it had to be destroyed; None where it need not be, or where
        the day is not known."""
        return min((g.ended_on for g in self.grants if g.ended_on is not None), default=None)

    def to_dict(self) -> dict[str, Any]:
        since = self.destroy_since
        return {
            **self.__dict__,
            "at": self.at.isoformat(),
            "grants": [grant.to_dict() for grant in self.grants],
            "ended": self.ended,
            "destroy_since": since and since.isoformat(),
        }


def exports(
    journal: Journal,
    grants: Iterable[Grant],
    today: date,
    person: str = "",
    limit: int = 0,
    absent: str = GONE,
    through: str = "",
) -> Iterator[Export]:
    """All exports, or those of one person (or viewer), newest first; ``limit`` 0 for all.
    ``through``: only those that this actor (a page) made for them.
    ``absent`` is the state of a grant that is not among ``grants``: GONE or UNKNOWN."""
    known = {grant.id: grant for grant in grants}
    size = PAGE if through else min(limit, PAGE) or PAGE  # most may be of other actors
    page = EntryFilter(person=person, event=Event.exported.value, limit=size)
    told = 0
    while found := usage(journal, page):
        for row in found:
            if limit and told == limit:
                return
            if not through or row.actor == through:
                yield _export(row, known, today, absent)
                told += 1
        page = replace(page, before=found[-1].seq)


def _export(row: UsageRow, known: Mapping[str, Grant], today: date, absent: str) -> Export:
    """A body that somebody broke gives an export without grants; ``audit verify`` tells of it."""
    detail = row.detail
    named = detail.get("grants", {})
    return Export(
        seq=row.seq,
        at=row.at,
        person=row.actor,
        viewer=row.viewer,
        department=row.department,
        scenario=row.scenario,
        release=row.release,
        name=str(detail.get("name", "")),
        format=row.medium,
        rows=int(detail.get("rows", 0)),
        digest=str(detail.get("digest", "")),
        grants=tuple(
            _left(Taken.of(taken), resource, row, known, today, absent)
            for resource, taken in sorted(named.items())
        ),
    )


def _left(
    taken: Taken,
    resource: str,
    row: UsageRow,
    known: Mapping[str, Grant],
    today: date,
    absent: str,
) -> GrantLeft:
    """``taken``: the grant as it was when the file was taken."""
    grant = known.get(taken.id)
    if grant is None:
        last = date.fromisoformat(taken.until) if taken.until else None
        over = last is not None and last < today
        state, ended = GONE if over else absent, _after(last) if over else None
        return GrantLeft(taken.id, resource, state, ended)
    now = state_of(grant, today)
    if now is GrantState.active and not taken.given_by(grant, row.content.get(resource, ())):
        return GrantLeft(taken.id, resource, CHANGED)
    return GrantLeft(taken.id, resource, now.value, stopped_on(grant, today))


def _after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)
