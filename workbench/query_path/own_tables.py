"""Tables that a person brings along: theirs alone, in one scenario, while their session lasts.

They are kept in the gateway's memory and nowhere else, and handed to that person's worker of the
tier ``own`` only, whose workspace has no join key. The ledger has their names, columns, rows and a
keyed digest, and none of their values.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.catalogue.city_schema import Settings
from workbench.errors import Reason, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.model.lookup import Grants
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.tier import Tier
from workbench.policy.holding import active_grants
from workbench.query_path import own_reasons as say
from workbench.query_path.active import ActiveQuery
from workbench.query_path.own_shape import Shape, folded, shaped
from workbench.query_path.records import Recorder
from workbench.workspace.pool import Seat
from workbench.workspace.process import Worker
from workbench.workspace.spec import place_of

METHOD, MEDIUM = "bring", "flight sql"


@dataclass(frozen=True)
class OwnTable:
    """``stream`` is its Arrow IPC. It lasts ``until`` the session that brought it ends, or the
    person's sessions do (another ``session``)."""

    person: str
    scenario: str
    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    digest: str
    until: datetime
    session: int | None
    stream: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.stream)


class OwnTables:
    """Those of everybody. Safe for threads.

    ``city``, ``grants`` and ``session_of`` as the query path has them; ``key`` makes digests that
    nobody can guess contents by. ``forget`` is called when some have gone.
    """

    def __init__(
        self,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        session_of: Callable[[str], int | None],
        ledger: Recorder,
        key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._city, self._grants, self._session_of = city, grants, session_of
        self._ledger, self._clock = ledger, clock
        self._key = hashlib.sha256(b"own\0" + key).digest()
        self._lock = threading.Lock()
        self._tables: dict[tuple[str, str, str], OwnTable] = {}
        self.forget: Callable[[], None] = lambda: None

    @property
    def limits(self) -> Settings:
        """What may be brought, as the city says now."""
        return self._city().settings

    def bring(
        self, actor: Actor, scenario: str, name: str, table: pa.Table, until: datetime
    ) -> OwnTable:
        """Keep ``table`` as ``own.name``, in place of one of that name. Raises Refused,
        InvalidInput (name, types), LimitReached, and Unavailable where the ledger cannot take it.
        """
        self._may(actor, scenario)
        shape = shaped(name, table, self.limits)
        made = self._made(actor, scenario, shape, until)
        key = (made.person, made.scenario, made.name)
        with self._lock:
            self._check_room(made)
            self._ledger.record(self._draft(Event.own_table_brought, actor, made))
            self._tables[key] = made
        self.forget()
        return made

    def mine(self, actor: Actor, scenario: str = "") -> tuple[OwnTable, ...]:
        """The caller's, of one scenario or of all."""
        self.purge()
        with self._lock:
            found = [t for t in self._tables.values() if t.person == actor.id]
        return tuple(t for t in found if scenario in ("", t.scenario)) if not actor.is_page else ()

    def drop(self, actor: Actor, scenario: str, name: str) -> OwnTable:
        """Let one of the caller's go. Raises StatementWrong (not_found)."""
        (table,) = self.of(actor.id, scenario, (folded(name),)).values()
        with self._lock:
            self._tables.pop((table.person, table.scenario, table.name), None)
        self.forget()
        self._ledger.record(self._draft(Event.own_table_dropped, actor, table))
        return table

    def of(self, person: str, scenario: str, names: Sequence[str]) -> dict[str, OwnTable]:
        """By name. Raises StatementWrong (not_found) with all that are not there."""
        with self._lock:
            found = {n: self._tables.get((person, scenario, n)) for n in names}
        there = {n: t for n, t in found.items() if t is not None and self._lasts(t)}
        if len(there) < len(found):
            raise WorkbenchError.of(say.no_such(n for n in found if n not in there))
        return there

    def refused(
        self, actor: Actor, scenario: str, reads: ReadSet, tier: Tier
    ) -> tuple[Reason, ...]:
        """Why a statement that is permitted may not have the own tables that it names."""
        if not reads.own:
            return ()
        if actor.is_page:
            return say.not_a_page().reasons
        if tier is not Tier.own:
            return (say.other_tier(tier),)
        if reads.kind is not StatementKind.query:
            return (say.only_queries(reads.kind.value),)
        try:
            self.of(actor.id, scenario, reads.own)
        except WorkbenchError as error:
            return error.reasons
        return ()

    def handed(self, query: ActiveQuery, reads: ReadSet, seat: Seat, worker: Worker) -> None:
        """Give ``worker`` what the statement names, and take from it what is gone. Notes the
        digests in ``query``. Raises as ``of``, and as the worker does."""
        named = self.of(query.person, query.scenario, reads.own)
        place = place_of(query.scenario, Tier.own)
        for name, digest in tuple(seat.own.items()):
            if not self.lasts(query.person, place, {name: digest}):
                worker.keep_own(name, None, query.why_stop)
                del seat.own[name]
        for name, table in named.items():
            if seat.own.get(name) != table.digest:
                worker.keep_own(name, table.stream, query.why_stop)
                seat.own[name] = table.digest
        query.own = {name: table.digest for name, table in named.items()}

    def lasts(self, person: str, place: str, digests: Mapping[str, str]) -> bool:
        """Whether all of these are still there as they were."""
        with self._lock:
            there = {
                t.name: t.digest
                for t in self._tables.values()
                if t.person == person and place_of(t.scenario, Tier.own) == place and self._lasts(t)
            }
        return all(there.get(name) == digest for name, digest in digests.items())

    def purge(self) -> None:
        """Let go of what has ended. Called by the watch too."""
        with self._lock:
            gone = [key for key, table in self._tables.items() if not self._lasts(table)]
            for key in gone:
                del self._tables[key]
        if gone:
            self.forget()

    def _lasts(self, table: OwnTable) -> bool:
        return self._clock() < table.until and self._session_of(table.person) == table.session

    def _may(self, actor: Actor, scenario: str) -> None:
        if actor.is_page:
            raise say.not_a_page()
        if not active_grants(actor, scenario, self._grants(), self._today(), Tier.own):
            raise say.nothing_to_join(scenario)

    def _check_room(self, made: OwnTable) -> None:
        limits = self.limits
        others = [
            t
            for key, t in self._tables.items()
            if self._lasts(t) and key != (made.person, made.scenario, made.name)
        ]
        beside = [t for t in others if (t.person, t.scenario) == (made.person, made.scenario)]
        if len(beside) >= limits.own_tables:
            raise say.too_many(limits.own_tables)
        if sum(t.size for t in others) + made.size > limits.own_tables_mb << 20:
            raise say.no_room()

    def _made(self, actor: Actor, scenario: str, shape: Shape, until: datetime) -> OwnTable:
        return OwnTable(
            person=actor.id,
            scenario=scenario,
            name=shape.name,
            columns=shape.columns,
            rows=shape.table.num_rows,
            digest=hmac.new(self._key, shape.stream, hashlib.sha256).hexdigest(),
            until=until,
            session=self._session_of(actor.id),
            stream=shape.stream,
        )

    def _draft(self, event: Event, actor: Actor, table: OwnTable) -> Draft:
        known = self._city().scenarios.get(table.scenario)
        return Draft(
            event=event,
            actor=actor.id,
            department=actor.department,
            scenario=table.scenario,
            purpose=known.purpose if known is not None else "",
            method=METHOD,
            medium=MEDIUM,
            detail={
                "table": table.name,
                "columns": [list(column) for column in table.columns],
                "rows": table.rows,
                "bytes": table.size,
                "digest": table.digest,
                "until": table.until.isoformat(),
            },
        )

    def _today(self) -> date:
        return day_of(self._clock())
