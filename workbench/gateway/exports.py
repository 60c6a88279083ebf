"""Keeping a release as a file: judged, recorded, and told in a signed receipt.

The entry is in the ledger before the client keeps the file. The gateway has not seen the file:
``digest``, ``name``, ``format`` and ``columns`` are what the client says of it, all else is what
the ledger says of the release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workbench.catalogue.city import City
from workbench.errors import Text, Unavailable, WorkbenchError
from workbench.extracts.recalls import recalled
from workbench.extracts.versions import Extracts
from workbench.gateway import export_refusals as refuse
from workbench.ledger import receipts
from workbench.ledger.chain import Journal
from workbench.ledger.exports import GONE, UNKNOWN, Export, exports
from workbench.ledger.usage import UsageRow, usage
from workbench.model.actor import Actor
from workbench.model.consent import ConsentState
from workbench.model.contract import FigureStatus, SharingMode
from workbench.model.days import CHINA, day_of
from workbench.model.entry import Draft, Entry, EntryFilter, Event
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Grants
from workbench.model.release import Source
from workbench.model.source import NO_VERSION
from workbench.model.terms import Taken
from workbench.model.tier import KEPT_TIERS, Tier, protected
from workbench.policy.endings import grant_ended

KEPT = frozenset({SharingMode.obtain.value, SharingMode.statistics.value})
"""Modes whose results may be kept as files; what is only viewed or compared may not."""

Read: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""What a release read: ``(resource, columns)``."""


class Recorder(Protocol):
    @property
    def journal(self) -> Journal: ...
    def record(self, draft: Draft) -> Entry: ...


@dataclass(frozen=True)
class Order:
    """What the client says of the file it has written and not yet kept. ``digest`` is SHA-256 in
    hex, ``name`` the file's without its folder; ``changes`` name what the form could not hold."""

    release: str
    digest: str
    format: str
    name: str
    rows: int
    columns: int
    changes: tuple[str, ...] = ()


class Exports:
    """One per gateway. ``city`` and ``grants`` give the present ones, ``consents`` the version of
    a scenario's on a day; ``clock`` an aware time; ``sound`` says whether all of the
    city's files could be read; ``disputed`` gives a sentence for what is doubted of what was read,
    which a receipt has among its obligations."""

    def __init__(
        self,
        ledger: Recorder,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        extracts: Extracts,
        consents: Callable[[str, date], ConsentState],
        key: Ed25519PrivateKey,
        clock: Callable[[], datetime],
        product: str,
        sound: Callable[[], bool] = lambda: True,
        disputed: Callable[[Read, City], Iterable[str]] = lambda _reads, _city: (),
    ) -> None:
        self._ledger, self._city, self._grants = ledger, city, grants
        self._extracts, self._key, self._clock = extracts, key, clock
        self._consents = consents
        self._product, self._sound, self._disputed = product, sound, disputed

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self._key.public_key()

    def export(self, actor: Actor, order: Order) -> receipts.Receipt:
        """Judge, record, sign. Raises Refused (export_not_allowed, grant_expired, grant_revoked),
        Unavailable (extract_recalled, consent_withdrawn, ledger_unavailable)."""
        opened = self._opened(actor, order)
        named = _grants_of(opened)
        held = self._judged(opened, named)
        entry = self._ledger.record(_draft(actor, opened, named, order))
        return receipts.sign(self._body(opened, held, order, entry), self._key)

    def judged(self, actor: Actor, order: Order) -> tuple[UsageRow, Mapping[str, Taken]]:
        """The release as the ledger has it, with the grants behind it as they were, where it may be
        kept: judged as ``export`` judges, and nothing recorded. Raises as it does."""
        opened = self._opened(actor, order)
        named = _grants_of(opened)
        self._judged(opened, named)
        return opened, named

    def mine(self, actor: Actor, limit: int) -> list[Export]:
        """The caller's own exports, newest first. A page shows those made on it for this viewer."""
        person = actor.viewer or actor.id
        absent = GONE if self._sound() else UNKNOWN
        through = actor.id if actor.is_page else ""
        journal, grants = self._ledger.journal, self._grants()
        return list(exports(journal, grants, self._today(), person, limit, absent, through))

    def _opened(self, actor: Actor, order: Order) -> UsageRow:
        """The opening entry of a whole release of this very person."""
        row = self._entry(order.release, Event.release_opened)
        mine = row is not None and (row.actor, row.viewer, row.department) == (
            actor.id, actor.viewer, actor.department,
        )  # fmt: skip
        if row is None or not mine:
            raise refuse.not_yours(order.release)
        closed = self._entry(order.release, Event.release_closed)
        if closed is None or closed.detail.get("outcome") != "complete":
            raise refuse.not_whole(order.release)
        if closed.detail.get("rows") != order.rows:
            raise refuse.other_rows(order.release, order.rows, closed.detail.get("rows"))
        return row

    def _entry(self, release: str, event: Event) -> UsageRow | None:
        wanted = EntryFilter(release=release, event=event.value, limit=1)
        row = next(iter(usage(self._ledger.journal, wanted)), None)
        return row if row is not None and row.readable else None

    def _judged(self, opened: UsageRow, named: Mapping[str, Taken]) -> list[Grant]:
        """The grants as they stand now: all must last, and allow to keep what they give."""
        modes = {taken.mode for taken in named.values()}
        tier = str(opened.detail.get("tier", "rows"))
        if modes - KEPT or tier not in KEPT_TIERS:
            raise refuse.mode(sorted(modes - KEPT) or [tier])
        if not all(taken.terms for taken in named.values()):
            raise refuse.before_grants(opened.release)
        self._check_recalls(opened)
        held = [
            self._lasting(resource, named[resource], opened.content[resource])
            for resource in sorted(named)
        ]
        self._check_consents(opened, [grant.resource for grant in held if grant.consent])
        return held

    def _lasting(self, resource: str, taken: Taken, columns: tuple[str, ...]) -> Grant:
        """The grant as it stands, if it still gives what was released, by the same decision: the
        receipt names it."""
        grant = self._grants().by_id.get(taken.id)
        if grant is None:
            raise refuse.gone(resource)
        state = state_of(grant, self._today())
        if state is not GrantState.active:
            raise WorkbenchError.of(grant_ended(grant, state, self._city().regulation))
        same = taken.reference == grant.origin.reference
        if not same or not taken.given_by(grant, columns):
            raise refuse.changed(resource)
        return grant

    def _check_recalls(self, opened: UsageRow) -> None:
        """What was recalled since is not handed out anew under a fresh receipt."""
        for name, (version, *_) in opened.detail.get("extracts", {}).items():
            recall = self._extracts.recall_of(name, version) if isinstance(version, int) else None
            if recall is not None:
                raise recalled(name, recall)

    def _check_consents(self, opened: UsageRow, asked: list[str]) -> None:
        """What was released may have rows of somebody who consents no more. Of whom cannot be
        told: the gateway keeps no results."""
        if not asked:
            return
        told = opened.detail.get("consent")
        if told is None:
            raise refuse.before_consents(opened.release)
        now = self._consents(opened.scenario, self._today())
        if now.narrowed_since(ConsentState.of(opened.scenario, told)):
            raise refuse.consent_ended(asked)

    def _body(
        self, opened: UsageRow, held: list[Grant], order: Order, entry: Entry
    ) -> dict[str, Any]:
        city = self._city()
        wanted = [(g.resource, city.resources.get(g.resource)) for g in held]
        return {
            "product": self._product,
            "city": city.id,
            "at": entry.at.astimezone(CHINA).isoformat(),
            "release": order.release,
            "released_at": opened.seq,
            "ledger_position": entry.seq,
            "entry": entry.hash,
            "person": opened.actor,
            "viewer": opened.viewer,
            "department": opened.department,
            "scenario": opened.scenario,
            "purpose": opened.purpose,
            "grants": [_grant(grant, opened) for grant in held],
            "sources": [
                self._source(name, stamp, city)
                for name, stamp in sorted(opened.detail.get("extracts", {}).items())
            ],
            "obligations": [
                f"{name}: {resource.sharing.usage_requirements}"
                for name, resource in wanted
                if resource is not None and resource.sharing.usage_requirements
            ]
            + list(self._disputed(tuple(opened.content.items()), city)),
            "file": order.name,
            "format": order.format,
            "digest": order.digest,
            "rows": order.rows,
            "columns": order.columns,
            "changes": list(order.changes),
        }

    def _source(self, name: str, stamp: list[Any], city: City) -> dict[str, Any]:
        """``stamp``: version (or when it was pulled) and digest, as the ledger has them."""
        version, digest = stamp[0], str(stamp[1])
        pulled = datetime.fromisoformat(version) if isinstance(version, str) else None
        dates = (None, None) if pulled is not None else self._dates(name, int(version))
        resource = city.resources.get(name)
        title = resource.title if resource else Text(name, name)
        provider = resource.provider_shown if resource else Text("", "")
        return Source(
            resource=name,
            title_zh=title.zh,
            title_en=title.en,
            provider_zh=provider.zh,
            provider_en=provider.en,
            extract_version=NO_VERSION if pulled is not None else int(version),
            extract_digest=digest,
            data_date=dates[0],
            obtained_on=dates[1],
            licence=resource.licence if resource else "",
            pulled_at=pulled,
            status=(resource.figure_status if resource else FigureStatus.final).value,
        ).to_dict()

    def _dates(self, name: str, version: int) -> tuple[date | None, date | None]:
        """Data date and date obtained, as they were recorded with that version."""
        try:
            found = self._extracts.known(name, version)
        except Unavailable:
            return None, None  # the version was removed since: its digest still names it
        return found.data_date, found.obtained_on

    def _today(self) -> date:
        return day_of(self._clock())


def _grants_of(opened: UsageRow) -> dict[str, Taken]:
    named = opened.detail.get("grants")
    if not isinstance(named, dict) or set(named) != set(opened.content):
        raise refuse.before_grants(opened.release)
    return {resource: Taken.of(entry) for resource, entry in named.items()}


def _draft(actor: Actor, opened: UsageRow, named: Mapping[str, Taken], order: Order) -> Draft:
    return Draft(
        Event.exported,
        actor=actor.id,
        department=actor.department,
        viewer=actor.viewer,
        scenario=opened.scenario,
        purpose=opened.purpose,
        approver=opened.approver,
        content=opened.content,
        method="http",
        medium=order.format,
        release=order.release,
        detail={
            "opened": opened.seq,
            "digest": order.digest,
            "name": order.name,
            "rows": order.rows,
            "columns": order.columns,
            "grants": {resource: taken.to_list() for resource, taken in named.items()},
        },
    )


def _grant(grant: Grant, opened: UsageRow) -> dict[str, Any]:
    """With the tier that it was read in, and the rules that its statistics were released by."""
    until, rules = grant.valid_until, opened.detail.get("rules")
    told = {"rules": rules} if rules and protected(grant) else {}
    return {
        "id": grant.id,
        "resource": grant.resource,
        "mode": grant.mode.value,
        "valid_until": until.isoformat() if until else None,
        "approved_by": grant.origin.approver,
        "decision": grant.origin.reference,
        "tier": str(opened.detail.get("tier", Tier.rows.value)),
        **told,
    }
