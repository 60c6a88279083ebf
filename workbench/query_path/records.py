"""The ledger entries of a query, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workbench.errors import Reason
from workbench.extracts.sources import Pulled
from workbench.extracts.versions import ExtractVersion
from workbench.model.actor import Actor
from workbench.model.consent import ConsentState
from workbench.model.decision import Deny, Permit
from workbench.model.entry import Draft, Entry, Event
from workbench.model.period import Period
from workbench.model.read_set import ReadSet
from workbench.model.terms import Taken
from workbench.workspace.builds import Build


class Recorder(Protocol):
    """The ledger, as far as a query needs it. Durable on return, or it raises Unavailable.
    ``doing`` is a change to the same store: it and the entry happen both or not at all."""

    def record(self, draft: Draft, *, doing: Callable[[], object] | None = None) -> Entry: ...

    def is_closed(self, release: str) -> bool: ...


@dataclass(frozen=True)
class Request:
    """Who asks what, by which way. ``medium`` is what carries the result away."""

    id: str
    actor: Actor
    scenario: str
    sql: str
    method: str
    medium: str


def decided(request: Request, reads: ReadSet, outcome: Permit | Deny, purpose: str) -> Draft:
    """The decision, with the statement's literals taken out (C26, H28)."""
    detail: dict[str, Any] = {"statement": reads.normal, "kind": reads.kind.value}
    if isinstance(outcome, Deny):
        detail |= {"outcome": "deny", "reasons": [_brief(r) for r in outcome.reasons]}
        return _draft(Event.decision, request, purpose, None, detail, secret=request.sql)
    detail |= {"outcome": "permit", "complete": reads.complete}
    return _draft(Event.decision, request, purpose, outcome, detail, secret=request.sql)


Extracted = dict[str, list[Any]]
"""Resource -> [version, digest] of the extract behind a release. What was pulled from a source
has no version: in its place stands when, and after the digest since when it is stale, if it is."""


def extracted(versions: Mapping[str, ExtractVersion], permit: Permit) -> Extracted:
    named = {resource for resource, _ in permit.reads}
    return {n: _stamp(v) for n, v in sorted(versions.items()) if n in named}


def _stamp(version: ExtractVersion) -> list[Any]:
    if not isinstance(version, Pulled):
        return [version.version, version.digest]
    stale = version.stale_since
    stamp = [version.pulled_at.isoformat(), version.digest]
    return stamp if stale is None else [*stamp, stale.isoformat()]


def opened(
    request: Request,
    permit: Permit,
    extracts: Extracted,
    disclosure: Mapping[str, Any] | None = None,
    kept: int | None = None,
    consent: ConsentState | None = None,
    fired: Mapping[str, int] | None = None,
    own: Mapping[str, str] | None = None,
    within: Period | None = None,
) -> Draft:
    """Before the first batch leaves: what is about to, by which grants, from which extracts, and
    of a statistic by which rules, or with how much noise, and how many figures each rule withholds
    (``fired``; whoever asked is not told). ``consent``: the version of the consents that it was
    read by, which stands there where any of what is read asks for them. ``kept``: the entry that
    released it first, where it is given again without being computed. ``own``: the digests of the
    person's own tables beside it. ``within``: the days it was asked for, of those granted."""
    detail: dict[str, Any] = {
        "mode": sorted({g.mode.value for g in permit.grants}),
        "tier": permit.tier.value,
        "grants": _granted(permit),
        "extracts": extracts,
    }
    if disclosure and disclosure.get("rules"):
        detail["rules"] = disclosure["rules"]
    if disclosure and disclosure.get("noise"):
        detail["noise"] = {
            k: disclosure["noise"][k] for k in ("epsilon", "charged", "spent", "left")
        }
    if fired:
        detail["withheld"] = dict(fired)
    if kept is not None:
        detail["kept"] = kept
    if own:
        detail["own"] = dict(own)
    if within is not None:
        detail["within"] = str(within)
    read = {resource for resource, _ in permit.reads}
    if consent is not None and any(g.consent for g in permit.grants if g.resource in read):
        detail["consent"] = consent.to_dict()
    return _draft(Event.release_opened, request, permit.scenario.purpose, permit, detail)


def _granted(permit: Permit) -> dict[str, list[str]]:
    """Resource -> the grant of all that is read, as it stands (``Taken``): whoever keeps the
    result has to destroy it when one of them ends."""
    read = dict(permit.reads)
    return {
        g.resource: Taken.under(g, read[g.resource]).to_list()
        for g in permit.grants
        if g.resource in read
    }


def closed(request: Request, permit: Permit, detail: dict[str, Any]) -> Draft:
    """How it ended: ``outcome`` complete, interrupted, failed or not_opened."""
    return _draft(Event.release_closed, request, permit.scenario.purpose, permit, detail)


def built(build: Build) -> Draft:
    """A workspace came about: its tables with their columns and rows."""
    tables = {t.name: tuple(c for c, _ in t.columns) for t in build.manifest.tables}
    rows = {t.name: t.rows for t in build.manifest.tables}
    detail = {"workspace": build.key[:16], "tier": build.tier.value, "rows": rows}
    return Draft(Event.workspace_built, scenario=build.scenario, content=tables, detail=detail)


def destroyed(build: Build, reason: str) -> Draft:
    """``reason``: ``unwanted`` (no grant gives it any more), ``budget``, ``closing``."""
    detail = {"workspace": build.key[:16], "reason": reason}
    return Draft(Event.workspace_destroyed, scenario=build.scenario, detail=detail)


def _draft(
    event: Event,
    request: Request,
    purpose: str,
    permit: Permit | None,
    detail: dict[str, Any],
    secret: str = "",
) -> Draft:
    return Draft(
        event=event,
        actor=request.actor.id,
        department=request.actor.department,
        viewer=request.actor.viewer,
        scenario=request.scenario,
        purpose=purpose,
        approver=", ".join(sorted({g.origin.approver for g in permit.grants})) if permit else "",
        content=dict(permit.reads) if permit else {},
        method=request.method,
        medium=request.medium,
        release=request.id,
        detail=detail,
        secret=secret,
    )


def _brief(reason: Reason) -> dict[str, str]:
    return {"code": reason.code.value, "subject": reason.subject}
