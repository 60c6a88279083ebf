"""What may be asked of the query path. Each kind says what it reads, in which tier it runs, and
what is sent to that tier's worker; the order of a query is the same for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.disclosure.statement import unreadable
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant
from workbench.model.period import Period
from workbench.model.read_set import ReadSet
from workbench.model.tier import Tier, holds_grant
from workbench.query_path import statistics
from workbench.query_path.bound import Bound, Prepared
from workbench.query_path.days import refused
from workbench.query_path.readings import Reading, Readings
from workbench.workspace.build import Manifest


class Ask(Protocol):
    """``text`` is what the ledger keeps sealed; ``reading`` gives it without its literals.
    ``within``: the days that the database behind it holds, where not all that are granted."""

    @property
    def text(self) -> str: ...
    @property
    def within(self) -> Period | None: ...
    def reading(self, readings: Readings, person: str, city: City) -> Reading: ...
    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier: ...
    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny: ...


class Template:
    """What is asked by a fixed template is about all that is granted."""

    @property
    def within(self) -> None:
        return None


@dataclass(frozen=True)
class AsItStands:
    """A statement of the rows tier, or beside own tables: any query over what is there."""

    permit: Permit
    prepared: Prepared

    def prepare(self, manifest: Manifest) -> Prepared:
        return self.prepared

    def shape(self) -> bytes:
        """What shapes its answer beside the workspace."""
        given = self.prepared.parameters
        return self.prepared.sql.encode() + b"\0" + (b"" if given is None else _ipc(given))


def _ipc(batch: pa.RecordBatch) -> bytes:
    """Its types and values, whatever buffers they lie in."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


@dataclass(frozen=True)
class Sql:
    """A statement. Without ``wanted`` its tier is the one that holds what it names."""

    text: str
    parameters: pa.RecordBatch | None = field(default=None, repr=False)
    wanted: Tier | None = None
    within: Period | None = None

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        return readings.of(person, self.text, city)

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        """Where it asks for none: statistics where nothing else could answer. In the place of the
        rows tier one that names a table of the person's own runs where no key is."""
        found = self._holding(reads, held)
        return Tier.own if reads.own and found is Tier.rows else found

    def _holding(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        if self.wanted is not None:
            return self.wanted
        if statistics.only_in_statistics(reads, held):
            return Tier.statistics
        behind = any(holds_grant(grant, Tier.statistics) for grant in held)
        rows = any(holds_grant(grant, Tier.rows) for grant in held)
        return Tier.statistics if behind and not rows else Tier.rows

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        if no_days := refused(self.within, permit, city):
            return Deny(no_days)
        if permit.tier is Tier.statistics:
            if not reads.complete:  # reading it again could take forever (sql.inspect)
                return Deny((unreadable(),))
            return statistics.bind(self.text, self.parameters, permit, city)
        return AsItStands(permit, Prepared(self.text, self.parameters))
