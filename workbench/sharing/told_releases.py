"""Each release of the statistics tier, for output checkers: what stands in the ledger of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workbench.ledger.chain import Journal
from workbench.ledger.usage import UsageRow, usage
from workbench.model.entry import EntryFilter, Event
from workbench.sharing.told_tally import protected_in, withheld_of

SECONDS = 3.0
"""How long one page is looked for (our default): the next one goes on where it ended."""
_AT_ONCE = 500


@dataclass(frozen=True)
class ReleaseFilter:
    """An empty field does not narrow. ``since`` is included, ``until`` is not; ``before`` is the
    entry that the page ends below; ``withheld``: only those in which something is."""

    resource: str = ""
    department: str = ""
    person: str = ""
    scenario: str = ""
    since: datetime | None = None
    until: datetime | None = None
    withheld: bool = False
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True)
class Released:
    """One release. ``statement`` is without its literals; ``outcome`` is open where it is not
    closed; ``rows`` None where nobody told. ``kept``: the entry that released it first, where it
    was given again from what was kept. ``cells`` None where it added to no book: told before, with
    noise, or nothing at all. ``noise``: epsilon of this one, and what was spent by then."""

    seq: int
    at: datetime
    person: str
    viewer: str
    department: str
    scenario: str
    purpose: str
    resources: tuple[str, ...]
    statement: str
    outcome: str
    rows: int | None
    cells: int | None
    withheld: Mapping[str, int]
    rules: Mapping[str, Any]
    noise: Mapping[str, float]
    kept: int | None
    release: str


@dataclass(frozen=True)
class Page:
    """``before`` asks for the next page; None where there is none. ``whole`` is False where the
    time was over before the page was full."""

    lines: tuple[Released, ...]
    before: int | None
    whole: bool


def releases(
    journal: Journal,
    cells: Callable[[list[str]], Mapping[str, int]],
    wanted: ReleaseFilter,
    clock: Callable[[], float] = time.monotonic,
) -> Page:
    """The newest first. ``cells`` says how many cells each of some releases told."""
    until, found, last, whole = clock() + SECONDS, [], None, True
    for row in _opened(journal, wanted):
        last = row.seq
        if _fits(row, wanted):
            found.append(row)
        if len(found) == wanted.limit or clock() > until:
            whole = len(found) == wanted.limit
            break
    else:
        last = None
    told = cells([row.release for row in found])
    lines = tuple(_released(journal, row, told.get(row.release)) for row in found)
    return Page(lines, last, whole)


def _opened(journal: Journal, wanted: ReleaseFilter) -> Iterator[UsageRow]:
    page = EntryFilter(
        person=wanted.person,
        scenario=wanted.scenario,
        resource=wanted.resource,
        event=Event.release_opened.value,
        since=wanted.since,
        until=wanted.until,
        before=wanted.before,
        limit=_AT_ONCE,
    )
    while rows := usage(journal, page):
        yield from rows
        page = replace(page, before=rows[-1].seq)


def _fits(row: UsageRow, wanted: ReleaseFilter) -> bool:
    named = protected_in({"detail": dict(row.detail)})
    if not named or (wanted.resource and wanted.resource not in named):
        return False
    if wanted.department and row.department != wanted.department:
        return False
    return not wanted.withheld or bool(withheld_of(row.detail))


def _released(journal: Journal, row: UsageRow, cells: int | None) -> Released:
    beside = {
        one.event: one.detail
        for one in usage(journal, EntryFilter(release=row.release, limit=10))
        if one.seq != row.seq
    }
    decision = beside.get(Event.decision.value, {})
    closed = beside.get(Event.release_closed.value, {})
    rows, kept = closed.get("rows"), row.detail.get("kept")
    return Released(
        seq=row.seq,
        at=row.at,
        person=row.actor,
        viewer=row.viewer,
        department=row.department,
        scenario=row.scenario,
        purpose=row.purpose,
        resources=tuple(protected_in({"detail": dict(row.detail)})),
        statement=str(decision.get("statement", "")),
        outcome=str(closed.get("outcome", "open")),
        rows=rows if isinstance(rows, int) else None,
        cells=cells,
        withheld=withheld_of(row.detail),
        rules=row.detail.get("rules", {}),
        noise=row.detail.get("noise", {}),
        kept=kept if isinstance(kept, int) else None,
        release=row.release,
    )
