"""The key of a resource's digests, for a client that digests keys and values itself.

It keeps plain values out of transport, logs and the gateway's memory. It keeps nothing from whoever
runs the gateway: the gateway knows the key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request

from workbench.catalogue.city import City
from workbench.errors import WorkbenchError
from workbench.gateway.answers import Answer
from workbench.gateway.envelope import line_of
from workbench.gateway.scenario import picked
from workbench.model.actor import Actor
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.decision import Deny
from workbench.model.grant import Grant
from workbench.model.lookup import Grants, Resources
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.tier import Tier, holds_column
from workbench.policy.decide import decide
from workbench.policy.reasons import not_found
from workbench.query_path import records
from workbench.workspace.masks import compare_key, compare_root
from workbench.workspace.spec import entity_key

METHOD, MEDIUM = "compare key", "http"


@dataclass(frozen=True)
class Terms:
    """What a client needs to digest: the key, and how the columns are written."""

    key: bytes
    resource: Resource
    grant: Grant


class CompareKeys:
    """One per gateway. ``city`` and ``grants`` give the present ones; ``clock`` an aware time."""

    def __init__(
        self,
        ledger: records.Recorder,
        city: Callable[[], City],
        grants: Callable[[], Grants],
        mask_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger, self._city, self._grants = ledger, city, grants
        self._root, self._clock = compare_root(mask_key), clock

    def terms(self, actor: Actor, scenario: str, resource: str) -> Terms:
        """Decided and recorded like a comparison; the key is given once that is durable.

        Raises WorkbenchError as a comparison does.
        """
        city = self._city()
        known = Resources.of(city.resources).named(resource)
        name = resource if known is None else known.name
        normal = f"COMPARE KEY {name if known is not None else '?'}"
        reads = ReadSet(StatementKind.query, tables=(name,), normal=normal)
        outcome = decide(
            actor, scenario, city.scenarios, self._grants(), city.resources, reads,
            day_of(self._clock()), city.regulation, Tier.compare,
        )  # fmt: skip
        if known is None and not isinstance(outcome, Deny):
            outcome = Deny((not_found("table", name, [g.resource for g in outcome.grants]),))
        purpose = "" if isinstance(outcome, Deny) else outcome.scenario.purpose
        asked = records.Request(secrets.token_hex(12), actor, scenario, normal, METHOD, MEDIUM)
        self._ledger.record(records.decided(asked, reads, outcome, purpose))
        if isinstance(outcome, Deny):
            raise WorkbenchError.of(outcome.reasons)
        grant = next(g for g in outcome.grants if g.resource == name)
        return Terms(compare_key(self._root, name), city.resources[name], grant)


class TermColumn(Answer):
    name: str
    type: str
    use: str
    identifier: str
    entity: bool


class CompareTerms(Answer):
    """``key`` in hex; see docs/compare.md for what it protects from."""

    resource: str
    key: str
    columns: list[TermColumn]

    @classmethod
    def of(cls, terms: Terms) -> CompareTerms:
        entity = entity_key(terms.resource)
        columns = [
            TermColumn(
                name=column.name,
                type=column.type,
                use=granted.use.value,
                identifier=column.identifier.value if column.identifier else "",
                entity=column in entity,
            )
            for column in terms.resource.columns
            if (granted := terms.grant.column(column.name)) is not None
            and holds_column(terms.grant, granted, Tier.compare)
        ]
        return cls(resource=terms.resource.name, key=terms.key.hex(), columns=columns)


def add(
    app: FastAPI, keys: CompareKeys, usable: Callable[[Actor], tuple[str, ...]], caller: Any
) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    @app.get("/compare/key")
    def key(
        request: Request,
        resource: Annotated[str, Query(min_length=1, max_length=256)],
        scenario: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> CompareTerms:
        wanted = picked(scenario, who, usable)
        line_of(request.scope).scenario = wanted
        return CompareTerms.of(keys.terms(who, wanted, resource))
