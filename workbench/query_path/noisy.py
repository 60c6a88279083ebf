"""Noise in the place of withholding: a question that is answered under a privacy budget.

The charge is durable, with its entry in the ledger, before anything runs; a question that fails
after it was paid for is answered for nothing when it is asked again. Exact figures come from the
worker to the gateway, get their noise here, and only then go on. A figure is drawn once: the store
keeps it under a keyed digest of what was asked, so that the same question, however it is written,
gets the same figure. The digest is of the question and never of the rows that it happens to choose:
that two questions choose the same rows is something that the data tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from workbench.catalogue.city import City
from workbench.disclosure.noise import refusals
from workbench.disclosure.noise.compiling import question
from workbench.disclosure.noise.question import Offer, Question
from workbench.disclosure.statement import unreadable
from workbench.errors import Reason
from workbench.model.contract import Resource, SharingMode
from workbench.model.decision import Deny, Permit
from workbench.model.grant import ColumnGrant, Grant, Use
from workbench.model.noise import NoiseRules, millionths
from workbench.model.read_set import ReadSet
from workbench.model.tier import Tier
from workbench.policy.reasons import not_found
from workbench.query_path import noisy_say as say
from workbench.query_path.asks import Template
from workbench.query_path.bound import Bound
from workbench.query_path.noisy_run import Bought, Forecast
from workbench.query_path.readings import Reading, Readings
from workbench.query_path.statistics import tables_of
from workbench.workspace.spec import entity_key

NOISY = "noisy"


@dataclass(frozen=True)
class Noisy(Template):
    """A question for figures with noise. ``epsilon`` in millionths; None: as much as the grant lets
    one question spend. ``forecast``: only what it would cost and how far off it would be."""

    sql: str
    epsilon: int | None = None
    forecast: bool = False

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Noisy:
        """Raises InvalidInput(invalid_request)."""
        sql, forecast = body.get("sql"), body.get("forecast", False)
        known = body.keys() <= {"do", "sql", "epsilon", "forecast"}
        if not isinstance(sql, str) or not isinstance(forecast, bool) or not known:
            raise say.unreadable()
        given = body.get("epsilon")
        return cls(sql, None if given is None else _epsilon(given), forecast)

    @property
    def text(self) -> str:
        return self.sql

    def reading(self, readings: Readings, person: str, city: City) -> Reading:
        return readings.of(person, self.sql, city)

    def tier(self, reads: ReadSet, held: tuple[Grant, ...]) -> Tier:
        return Tier.statistics

    def bind(self, permit: Permit, reads: ReadSet, city: City) -> Bound | Deny:
        if not reads.complete:
            return Deny((unreadable(),))
        grant = next((g for g in permit.grants if g.resource in reads.tables), None)
        if grant is None:
            return Deny((_no_table(permit, reads),))
        rules = grant.disclosure.noise
        if rules is None or grant.mode is not SharingMode.statistics:
            return Deny((say.not_offered(grant.resource),))
        epsilon = rules.each if self.epsilon is None else self.epsilon
        if epsilon > rules.each:
            return Deny((say.too_much(grant.resource, epsilon, rules),))
        asked = question(self.sql, _offer(permit, grant, rules, city))
        if not isinstance(asked, Question):
            return Deny(asked)
        share = epsilon // len(asked.figures)
        if share < say.LEAST:
            return Deny((say.too_little(grant.resource, len(asked.figures)),))
        kind = Forecast if self.forecast else Bought
        return kind(permit, grant, rules, asked, share)


def _no_table(permit: Permit, reads: ReadSet) -> Reason:
    if not reads.tables:
        return refusals.not_here("SELECT without FROM").reason
    return not_found("table", reads.tables[0], [grant.resource for grant in permit.grants])


def _epsilon(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise say.unreadable()
    try:
        found = millionths(Decimal(repr(given) if isinstance(given, float) else str(given)))
    except InvalidOperation:
        found = None
    if found is None:
        raise say.unreadable()
    return found


def _offer(permit: Permit, grant: Grant, rules: NoiseRules, city: City) -> Offer:
    """Nothing that was measured takes part, so that no refusal tells of the data."""
    resource = city.resources[grant.resource]
    (table,) = (t for t in tables_of(permit, city) if t.name == grant.resource)
    keys = entity_key(resource)
    declared = {c.name: _listed(c, resource) for c in grant.columns if _is_listed(c, resource)}
    return Offer(table, rules, keys[0].name if len(keys) == 1 else "", declared)


def _is_listed(granted: ColumnGrant, resource: Resource) -> bool:
    column = resource.column(granted.name)
    plain = granted.use is Use.value and granted.mask is None
    return plain and column is not None and bool(column.enum) and column.type == "VARCHAR"


def _listed(granted: ColumnGrant, resource: Resource) -> tuple[tuple[str, ...], bool]:
    column = resource.column(granted.name)
    assert column is not None  # it is listed
    return column.enum, not column.required
