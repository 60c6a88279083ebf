"""By whom the data of one person or firm could have been seen: which resources have rows of it,
which grants take them in, who used those. For auditors."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.versions import Extracts
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.canonical import digest
from workbench.model.consent import normal
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter, Event
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Grants
from workbench.sharing import oversight, refusals
from workbench.sharing.entity_look import Found, NotLookedAt, look_into
from workbench.sharing.entity_rows import Held, Looked, Scope
from workbench.sharing.looks import Looks
from workbench.sharing.trail import Reader, record_look
from workbench.sharing.usage import Tally
from workbench.store.session import Store
from workbench.store.uses import Person

LOOKS = 1
"""Looks at a time (our default): one takes up to 1 GB, two processors and a thread."""
MOST_LOST = 100
MOST_PEOPLE = 1000
"""People that are named (our default); all are counted."""


@dataclass(frozen=True)
class Asked:
    """``key`` is a credit code or another entity key; use counts from the day ``since`` on."""

    key: str
    scenario: str = ""
    since: date | None = None


@dataclass(frozen=True)
class TakenIn:
    """A grant whose rows take theirs in; ``certain`` False where that cannot be told."""

    grant: Grant
    state: GrantState
    certain: bool
    used: bool


@dataclass(frozen=True)
class CouldSee:
    """Somebody who used such a grant, with the columns that they read."""

    grant: Grant
    use: Person
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Traced:
    """``people`` are the most recent of ``people_total``. ``lost``: grants that were used since and
    stand nowhere any more, so that nobody can say what they took in. ``counted_to`` and ``behind``
    as of ``Tally``. ``scenario_gone``: the scenario that was asked for, where only the ledger knows
    it: nothing was looked at then."""

    digest: str
    held: tuple[Held, ...]
    grants: tuple[TakenIn, ...]
    people: tuple[CouldSee, ...]
    people_total: int
    looked_at: tuple[Looked, ...]
    not_looked_at: tuple[NotLookedAt, ...]
    lost: tuple[str, ...]
    counted_to: int
    behind: int
    scenario_gone: str


class EntityTrail:
    """``city`` and ``grants`` as they are now; ``scratch`` a folder of the gateway's own;
    ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        extracts: Extracts,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        audit_key: bytes,
        scratch: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._ledger, self._extracts = store, ledger, extracts
        self._city, self._grants = city, grants
        self._key = hmac.digest(audit_key, b"entity", "sha256")
        self._scratch, self._clock = scratch, clock
        self._tally = Tally(store.journal, store.uses)
        self._looks = Looks(LOOKS, _LOOKUP)

    def trace(self, asked: Asked, actor: Actor) -> Traced:
        """Recorded first, with a keyed digest in the place of the key. Raises Refused, also for a
        scenario that nobody knows, InvalidInput where no key is given, LimitReached where another
        look is under way, Unavailable."""
        oversight.audits(actor)
        key = normal(asked.key)
        if not key:
            raise _no_key()
        with self._looks.one():
            return self._trace(key, asked, actor)

    def _trace(self, key: str, asked: Asked, actor: Actor) -> Traced:
        name = digest(self._key, key)
        since = asked.since.isoformat() if asked.since else None
        detail = {"entity": name, "scenario": asked.scenario, "since": since}
        record_look(self._ledger, Reader.of(actor), detail, "trail enterprise", "http")
        is_gone = self._is_gone(asked.scenario)
        counted_to, behind = self._tally.bring_up()
        used = self._used(asked.since)
        grants = [
            grant
            for grant in self._grants()
            if not asked.scenario or grant.scenario == asked.scenario
        ]
        looked, missed = self._look(key, asked, grants, used)
        found = tuple(one.held for one in looked if one.held is not None)
        taken = tuple(self._taken_in(grants, found, used))
        known = self._grants().by_id
        total, people = self._people([one.grant for one in taken if one.used], asked.since)
        return Traced(
            digest=name,
            held=found,
            grants=taken,
            people=people,
            people_total=total,
            looked_at=looked,
            not_looked_at=missed,
            lost=tuple(sorted(id_ for id_ in used if id_ not in known)[:MOST_LOST]),
            counted_to=counted_to,
            behind=behind,
            scenario_gone=asked.scenario if is_gone else "",
        )

    def _used(self, since: date | None) -> frozenset[str]:
        last = self._store.uses.last_days()
        return frozenset(id_ for id_, day in last.items() if since is None or day >= since)

    def _is_gone(self, scenario: str) -> bool:
        """Whether it is in no file, but something was read under it once. Raises Refused for one
        that nobody knows: to find nobody in it would be a wrong answer."""
        known = self._city().scenarios
        if not scenario or scenario in known:
            return False
        read = EntryFilter(scenario=scenario, event=Event.release_opened.value, limit=1)
        if not self._store.journal.find(read):
            raise refusals.no_such_scenario(scenario, known)
        return True

    def _look(self, key: str, asked: Asked, grants: Sequence[Grant], used: frozenset[str]) -> Found:
        """In every resource, or every one of the scenario; those whose grants were used first."""
        scopes: dict[str, list[Scope]] = {}
        for grant in grants:
            scopes.setdefault(grant.resource.casefold(), []).append(grant.rows)
        in_use = {grant.resource.casefold() for grant in grants if grant.id in used}
        resources = [
            resource
            for resource in self._city().resources.values()
            if not asked.scenario or resource.name.casefold() in scopes
        ]
        resources.sort(key=lambda r: (r.name.casefold() not in in_use, r.name))
        return look_into(resources, key, scopes, self._extracts, self._scratch)

    def _taken_in(
        self, grants: Iterable[Grant], found: Iterable[Held], used: frozenset[str]
    ) -> Iterable[TakenIn]:
        """Used ones first."""
        told = {one.resource.name.casefold(): one.scopes for one in found}
        today = day_of(self._clock())
        for grant in sorted(grants, key=lambda g: (g.id not in used, g.id)):
            takes = told.get(grant.resource.casefold(), {}).get(grant.rows, False)
            if takes is not False:
                state = state_of(grant, today)
                yield TakenIn(grant, state, takes is True, grant.id in used)

    def _people(
        self, grants: Sequence[Grant], since: date | None
    ) -> tuple[int, tuple[CouldSee, ...]]:
        by_id, uses = {grant.id: grant for grant in grants}, self._store.uses
        people = sorted(uses.people(by_id, since), key=lambda p: (p.last, p.person), reverse=True)
        named = people[:MOST_PEOPLE]
        columns = uses.columns_read({p.grant_id for p in named}, since)
        return len(people), tuple(
            CouldSee(by_id[p.grant_id], p, tuple(sorted(columns.get((p.grant_id, p.person), ()))))
            for p in named
        )


def _no_key() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "没有给出统一社会信用代码或其他实体键。",
        "No credit code or other entity key was given.",
        next=Text("在 key 中给出。", "Give it as key."),
        subject="key",
    )


_LOOKUP = Text("企业或个人的查询", "Lookups of a person or firm")
