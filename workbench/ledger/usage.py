"""Asking the ledger: who used what, for what, when (Changde 2016 art. 26; Heilongjiang 2025
art. 28). Plain rows, for tables, JSON and HTTP alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from workbench.ledger.chain import Journal, fields_of, plain_filter
from workbench.ledger.seal import Sealer
from workbench.model.days import CHINA
from workbench.model.entry import EntryFilter, Event, Filed

"""The day of a filter begins and ends there."""


@dataclass(frozen=True)
class UsageRow:
    """One entry with its fields; ``at`` is aware, in Asia/Shanghai. ``statement`` is the full
    text where it was asked for, else None. ``readable`` is False for a body that somebody broke:
    then ``workbench audit verify`` says more."""

    seq: int
    at: datetime
    event: str
    actor: str
    department: str
    viewer: str
    scenario: str
    purpose: str
    approver: str
    content: Mapping[str, tuple[str, ...]]
    method: str
    medium: str
    release: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""
    statement: str | None = None
    readable: bool = True

    def to_dict(self) -> dict[str, Any]:
        """JSON values; ``statement`` only where it was asked for."""
        out = {
            **self.__dict__,
            "at": self.at.isoformat(),
            "content": {name: list(columns) for name, columns in self.content.items()},
            "detail": dict(self.detail),
        }
        if self.statement is None:
            del out["statement"]
        return out


def days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """``since`` and ``until`` of the days from ``first`` to ``last``, both included."""
    since = None if first is None else datetime.combine(first, time(), CHINA)
    after = None if last is None else last + timedelta(days=1)
    return since, None if after is None else datetime.combine(after, time(), CHINA)


def usage(journal: Journal, wanted: EntryFilter) -> tuple[UsageRow, ...]:
    """The entries asked for, newest first. The next page: ``before`` = the last row's seq."""
    return tuple(_row(filed, None) for filed in journal.find(plain_filter(wanted)))


def usage_in_full(journal: Journal, wanted: EntryFilter, audit_key: bytes) -> tuple[UsageRow, ...]:
    """The same with the full statements: for auditors, and recorded by whoever calls it."""
    sealer = Sealer(audit_key)
    return tuple(
        _row(filed, _statement(filed, sealer)) for filed in journal.find(plain_filter(wanted))
    )


@dataclass(frozen=True)
class Use:
    """One release that was made from a version of an extract. ``columns`` are those of that
    resource; ``rows`` None where it was not told (``outcome`` then is interrupted or open);
    ``viewer`` is who looked, where a page read."""

    release: str
    at: datetime
    actor: str
    viewer: str
    department: str
    scenario: str
    purpose: str
    columns: tuple[str, ...]
    method: str
    medium: str
    outcome: str
    rows: int | None
    entry: int

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "at": self.at.isoformat(), "columns": list(self.columns)}


PAGE = 2000
"""Entries read at a time."""


def uses_of(
    journal: Journal, resource: str, version: int, digest: str, after: int
) -> tuple[Use, ...]:
    """Every release that read this version of the resource, the first one first.

    ``after`` is the entry made before the version was there: the journal is walked from there on
    by its primary key, and no index knows versions, so the time grows with what was recorded
    since. An entry that somebody broke is passed over here; ``workbench audit verify`` finds it.
    """
    closed = {row.release: row for row in _walk(journal, resource, Event.release_closed, after)}
    found = []
    for row in _walk(journal, resource, Event.release_opened, after):
        if row.detail.get("extracts", {}).get(resource) == [version, digest]:
            found.append(_use(row, resource, closed.get(row.release) or _closing(journal, row)))
    return tuple(reversed(found))


def _walk(journal: Journal, resource: str, event: Event, after: int) -> Iterator[UsageRow]:
    page = EntryFilter(resource=resource, event=event.value, after=after, limit=PAGE)
    while found := usage(journal, page):
        yield from found
        page = replace(page, before=found[-1].seq)


def _closing(journal: Journal, row: UsageRow) -> UsageRow | None:
    """What a restart closed names no resource; it is found by the release."""
    wanted = EntryFilter(release=row.release, event=Event.release_closed.value, limit=1)
    return next(iter(usage(journal, wanted)), None)


def _use(row: UsageRow, resource: str, closed: UsageRow | None) -> Use:
    detail = {} if closed is None else closed.detail
    rows = detail.get("rows")
    return Use(
        release=row.release,
        at=row.at,
        actor=row.actor,
        viewer=row.viewer,
        department=row.department,
        scenario=row.scenario,
        purpose=row.purpose,
        columns=row.content.get(resource, ()),
        method=row.method,
        medium=row.medium,
        outcome=str(detail.get("outcome", "open")),
        rows=rows if isinstance(rows, int) else None,
        entry=row.seq,
    )


def _statement(filed: Filed, sealer: Sealer) -> str:
    """Empty where there is none, or none that can still be read."""
    if filed.sealed is None:
        return ""
    return sealer.decrypt(filed.entry.seq, filed.sealed) or ""


def _row(filed: Filed, statement: str | None) -> UsageRow:
    entry = filed.entry
    fields = fields_of(entry.body)
    told: Mapping[str, Any] = filed.keys if fields is None else fields
    content = told.get("content")
    detail = told.get("detail")

    def text(name: str) -> str:
        return str(told.get(name, ""))

    return UsageRow(
        seq=entry.seq,
        at=_local(entry.at),
        event=text("event"),
        actor=text("actor"),
        department=text("department"),
        viewer=text("viewer"),
        scenario=text("scenario"),
        purpose=text("purpose"),
        approver=text("approver"),
        content={k: tuple(v) for k, v in content.items()} if isinstance(content, dict) else {},
        method=text("method"),
        medium=text("medium"),
        release=text("release"),
        detail=detail if isinstance(detail, dict) else {},
        hash=entry.hash,
        statement=statement,
        readable=fields is not None,
    )


def _local(at: datetime) -> datetime:
    """An unreadable row has the first moment of the calendar, which no other zone can show."""
    return at if at.year == 1 else at.astimezone(CHINA)
