"""An answer that is held whole before any of it leaves: small by its template, so that it can be
counted against an allowance, or be told apart from a refusal, first."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.model.decision import Permit
from workbench.model.entry import Draft, Event
from workbench.model.release import ReleaseInfo
from workbench.query_path.active import ActiveQuery
from workbench.query_path.records import Recorder
from workbench.store.allowances import Allowances

if TYPE_CHECKING:
    from workbench.query_path.bound import Prepared


class Answer(Protocol):
    """What a worker answers, as far as a release needs it."""

    @property
    def schema(self) -> pa.Schema: ...
    @property
    def digest(self) -> str: ...
    def __iter__(self) -> Iterator[pa.RecordBatch]: ...
    def abandon(self) -> None: ...


class Whole:
    """An answer that has come to its end. ``facts`` stand in the entry that closes its release."""

    def __init__(self, table: pa.Table, facts: Mapping[str, Any] | None = None) -> None:
        self.schema: pa.Schema = table.schema
        self.table = table
        self.facts = facts or {}
        self._digest = hashlib.sha256()

    @classmethod
    def of(cls, answer: Answer) -> Whole:
        """Raises what the answer's batches raise."""
        return cls(pa.Table.from_batches(list(answer), schema=answer.schema))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self.table.to_batches():
            self._digest.update(memoryview(batch.serialize()))
            yield batch

    @property
    def digest(self) -> str:
        """SHA-256 over the batches so far (Arrow IPC)."""
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Nothing runs any more."""


@dataclass(frozen=True)
class Settling:
    """Who asked, by which permit, at what time, and what they may still use."""

    query: ActiveQuery
    person: str
    department: str
    permit: Permit
    city: City
    now: datetime
    allowances: Allowances
    ledger: Recorder
    key: bytes = field(repr=False)

    def draft(self, event: Event, detail: Mapping[str, Any]) -> Draft:
        """An entry about the settling of this query."""
        return Draft(
            event,
            actor=self.query.actor.id,
            department=self.department,
            viewer=self.query.actor.viewer,
            scenario=self.query.scenario,
            purpose=self.permit.scenario.purpose,
            content=dict(self.permit.reads),
            release=self.query.id,
            detail=detail,
        )

    def subject(self, *parts: str) -> str:
        """The keyed digest under which an allowance of these is counted."""
        text = json.dumps(parts, ensure_ascii=False).encode()
        return hmac.new(self.key, b"allowance\0" + text, hashlib.sha256).hexdigest()


class Settle(Protocol):
    """What of a whole answer leaves, and how it is described. Raises WorkbenchError for what may
    not leave after all."""

    def __call__(
        self, settling: Settling, answer: Whole, info: ReleaseInfo
    ) -> tuple[Whole, ReleaseInfo]: ...


class Settlement:
    """Settles the answers of one gateway. ``key`` is its mask key."""

    def __init__(
        self,
        city: Callable[[], City],
        clock: Callable[[], datetime],
        allowances: Allowances,
        ledger: Recorder,
        key: bytes,
    ) -> None:
        self._city, self._clock = city, clock
        self._allowances, self._ledger, self._key = allowances, ledger, key

    def paid(self, prepared: Prepared, query: ActiveQuery, permit: Permit) -> Prepared:
        """What is sent to the worker. Raises what ``pay`` does."""
        return prepared if prepared.pay is None else prepared.pay(self._settling(query, permit))

    def settled(
        self,
        settle: Settle | None,
        query: ActiveQuery,
        permit: Permit,
        answer: Answer,
        info: ReleaseInfo,
    ) -> tuple[Answer, ReleaseInfo]:
        """What leaves, and how it is described; without ``settle`` all of it, as it is."""
        if settle is None:
            return answer, info
        return settle(self._settling(query, permit), Whole.of(answer), info)

    def _settling(self, query: ActiveQuery, permit: Permit) -> Settling:
        return Settling(
            query,
            query.person,
            query.department,
            permit,
            self._city(),
            self._clock(),
            self._allowances,
            self._ledger,
            self._key,
        )
