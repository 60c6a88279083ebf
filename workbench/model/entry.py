"""One entry of the ledger, before and after it is chained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Event(StrEnum):
    decision = "decision"
    release_opened = "release_opened"
    release_closed = "release_closed"
    exported = "exported"
    workspace_built = "workspace_built"
    workspace_destroyed = "workspace_destroyed"
    extract_ingested = "extract_ingested"
    extract_refused = "extract_refused"
    extract_recalled = "extract_recalled"
    recall_undone = "recall_undone"
    extract_destroyed = "extract_destroyed"
    reconciled = "reconciled"
    source_pulled = "source_pulled"
    source_pull_failed = "source_pull_failed"
    source_pull_destroyed = "source_pull_destroyed"
    secret_changed = "secret_changed"  # noqa: S105 - an event, no secret
    grant_revoked = "grant_revoked"
    case_stepped = "case_stepped"
    case_reminded = "case_reminded"
    procedure_stepped = "procedure_stepped"
    procedure_reminded = "procedure_reminded"
    consent_changed = "consent_changed"
    user_changed = "user_changed"
    signed_in = "signed_in"
    sign_in_failed = "sign_in_failed"
    gateway_started = "gateway_started"
    gateway_stopped = "gateway_stopped"
    comparison_alert = "comparison_alert"
    noise_spent = "noise_spent"
    told_forgotten = "told_forgotten"
    anomaly_found = "anomaly_found"
    anomaly_closed = "anomaly_closed"
    what_if_kept = "what_if_kept"
    what_if_deleted = "what_if_deleted"
    what_if_restored = "what_if_restored"
    derived_proposed = "derived_proposed"
    derived_accepted = "derived_accepted"
    derived_refused = "derived_refused"
    own_table_brought = "own_table_brought"
    own_table_dropped = "own_table_dropped"
    monthly_run = "monthly_run"
    brief_taken = "brief_taken"
    assessment_run = "assessment_run"
    audit_read = "audit_read"


@dataclass(frozen=True)
class Draft:
    """An event to record (Changde 2016 art. 26: purpose, user, approver, content, time, method,
    medium; Heilongjiang 2025 art. 28: scenario, effect, process, storage, destruction).

    ``content`` maps a resource to the columns used; ``detail`` holds the rest of the event,
    JSON values only. No literal of a statement and no data value may be put here. ``secret`` is
    the full statement: kept apart, encrypted, for auditors; the chain holds its keyed digest.
    """

    event: Event
    actor: str = ""
    department: str = ""
    viewer: str = ""
    scenario: str = ""
    purpose: str = ""
    approver: str = ""
    content: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    method: str = ""
    medium: str = ""
    release: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True)
class Entry:
    """A chained entry. ``hash`` covers ``previous`` and ``body`` (canonical JSON)."""

    seq: int
    at: datetime
    body: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Filed:
    """An entry as a journal keeps it: with the columns that it is found by (``ledger.chain.keys``)
    and the encrypted statement, where there is one."""

    entry: Entry
    keys: Mapping[str, str]
    sealed: bytes | None = None


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are asked for; an empty field does not narrow. Newest first.

    ``person`` matches the actor or the viewer; ``since`` is included, ``until`` is not;
    ``before`` is the seq that the page ends below, ``after`` the one that all entries are above.
    """

    person: str = ""
    scenario: str = ""
    resource: str = ""
    event: str = ""
    release: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None
    limit: int = 50
