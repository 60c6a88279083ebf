"""What may be asked of the query path. Each kind says what it reads, in which tier it runs, and
what is sent to that tier's worker; the order of a query is the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from workbench.catalogue.city import City
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant
from workbench.model.read_set import ReadSet
from workbench.model.tier import Tier
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.whole import Settle
from workbench.workspace.build import Manifest


@dataclass(frozen=True)
class Prepared:
    """What the worker is sent. ``disclosure`` is told with the release (ReleaseInfo). ``settle``:
    the answer is small, and settled whole before any of it leaves (see ``whole``)."""

    sql: str
    parameters: pa.RecordBatch | None = None
    disclosure: Mapping[str, Any] | None = None
    settle: Settle | None = None


class Bound(Protocol):
    """An ask that was permitted: ``permit`` says what it reads, ``prepare`` what is run once the
    workspace is there. Raises WorkbenchError for what only the data could tell."""

    @property
    def permit(self) -> Permit: ...
    def prepare(self, manifest: Manifest) -> Prepared: ...


class Ask(Protocol):
    """``text`` is what the ledger keeps sealed; ``reading`` gives it without its literals."""

    @property
    def text(self) -> str: ...
    def reading(self, readings: Readings, person: str, city: City) -> Reading: ...
    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier: ...
    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny: ...


@dataclass(frozen=True)
class AsItStands:
    """A statement of the rows tier: any query over what is there."""

    permit: Permit
    prepared: Prepared

    def prepare(self, manifest: Manifest) -> Prepared:
        return self.prepared


@dataclass(frozen=True)
class Sql:
    """A statement. Without ``wanted`` its tier is the one that holds what it names."""

    text: str
    parameters: pa.RecordBatch | None = field(default=None, repr=False)
    wanted: Tier | None = None

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        return readings.of(person, self.text, city)

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return self.wanted or Tier.rows

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        return AsItStands(permit, Prepared(self.text, self.parameters))
