"""A use or a refusal of the simulated year: decided by the policy, recorded as the query path does.

No worker runs and no row is read: how many rows came out is the simulation's. Everything else of an
entry (what was read, by which grant, why it was refused) is worked out by the product's own
functions, so that nothing has a form which a gateway would not write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any

from workbench.catalogue.city import City
from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor, Role
from workbench.model.comparison import Comparison
from workbench.model.days import day_of
from workbench.model.decision import Deny, Permit
from workbench.model.lookup import Grants
from workbench.model.read_set import ReadSet
from workbench.model.tier import Tier
from workbench.policy.decide import decide
from workbench.query_path.compare import Compare
from workbench.query_path.readings import Readings
from workbench.query_path.records import Request, closed, decided, extracted, opened
from workbench.simulation.world import Person


@dataclass(frozen=True)
class Ask:
    """What somebody asks at a moment (aware). ``like`` is the statement that it reads like, the
    same but for its literals. ``keys``: so many are compared, and nothing is read; ``rows`` is what
    comes out where it is permitted."""

    at: datetime
    person: Person
    scenario: str
    resource: str
    sql: str
    rows: int
    like: str = ""
    keys: int = 0
    kind: str = ""
    """What was planted with it; nothing of the product reads it."""


class Uses:
    """Records asks in a ledger. ``clock`` stands at the time of the ask."""

    def __init__(
        self,
        ledger: Ledger,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        extracts: Extracts,
        choose: Random,
    ) -> None:
        self._ledger, self._city, self._grants = ledger, city, grants
        self._extracts, self._choose = extracts, choose
        self._readings = Readings()
        self._latest = lru_cache(maxsize=None)(self._version)

    def delivered(self) -> None:
        """There may be newer extracts."""
        self._latest.cache_clear()

    def play(self, ask: Ask) -> bool:
        """Whether it was permitted."""
        city = self._city()
        actor = Actor(ask.person.id, ask.person.department, frozenset({Role.analyst}))
        request = Request(self._id(), actor, ask.scenario, *self._how(ask))
        reads, tier = self._read(ask, city)
        outcome = decide(
            actor,
            ask.scenario,
            city.scenarios,
            self._grants(),
            city.resources,
            reads,
            day_of(ask.at),
            city.regulation,
            tier,
        )
        known = city.scenarios.get(ask.scenario)
        purpose = known.purpose if known is not None and isinstance(outcome, Permit) else ""
        self._ledger.record(decided(request, reads, outcome, purpose))
        if isinstance(outcome, Deny):
            return False
        self._release(request, outcome, ask)
        return True

    def _release(self, request: Request, permit: Permit, ask: Ask) -> None:
        names = {resource for resource, _ in permit.reads}
        found = {name: self._latest(name) for name in sorted(names)}
        versions: Mapping[str, ExtractVersion] = {n: v for n, v in found.items() if v is not None}
        extracts = extracted(versions, permit)
        self._ledger.record(opened(request, permit, extracts))
        self._ledger.record(closed(request, permit, {**self._detail(ask), "extracts": extracts}))

    def _detail(self, ask: Ask) -> dict[str, Any]:
        """As a result that was sent whole (``query_path.running``)."""
        rows = ask.keys or ask.rows
        detail: dict[str, Any] = {
            "outcome": "complete",
            "rows": rows,
            "bytes": rows * 48,
            "digest": hashlib.sha256(f"{ask.at} {ask.person.id} {rows}".encode()).hexdigest(),
            "seconds": round(0.01 + rows / 1e5, 3),
        }
        if ask.keys:
            matched = ask.keys * 2 // 3
            counts = {"match": matched, "no_match": ask.keys - matched}
            detail["compared"] = {"keys": ask.keys, **counts}
        return detail

    def _how(self, ask: Ask) -> tuple[str, str, str]:
        if ask.keys:
            return _comparison(ask).normal(), "compare", "flight"
        return ask.sql, "sql", "flight"

    def _read(self, ask: Ask, city: City) -> tuple[ReadSet, Tier]:
        if ask.keys:
            found = Compare(_comparison(ask)).reading(self._readings, ask.person.id, city)
            return found.reads, Tier.compare
        return self._readings.of("simulation", ask.like or ask.sql, city).reads, Tier.rows

    def _version(self, name: str) -> ExtractVersion | None:
        return self._extracts.latest(name)

    def _id(self) -> str:
        return f"{self._choose.getrandbits(96):024x}"


def _comparison(ask: Ask) -> Comparison:
    keys = tuple(f"X{n:05}" for n in range(ask.keys))
    return Comparison(ask.resource, ("code",), ("check_no",), (keys,), (keys,))
