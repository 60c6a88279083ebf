"""What may be seen before anything is asked: grants, scenarios, tables and their tiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workbench.catalogue.city import City
from workbench.model.actor import Actor
from workbench.model.decision import Visible
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Grants
from workbench.model.tier import STATEMENT_TIERS, Tier, holds_column, holds_grant, protected
from workbench.policy.holding import held_grants
from workbench.policy.visible import usable_scenarios, visible
from workbench.workspace.masks import result_type


@dataclass(frozen=True)
class SeenColumn:
    """A column, its DuckDB type, and the tiers in which it may be used."""

    table: str
    column: str
    type: str
    tiers: tuple[Tier, ...]


class Sights:
    """Questions that read nothing. The query path answers them beside the queries themselves."""

    def __init__(
        self, city: Callable[[], City], grants: Callable[[], Grants], today: Callable[[], date]
    ) -> None:
        self._city, self._grants, self._today = city, grants, today

    def visible(self, actor: Actor) -> tuple[Visible, ...]:
        """What the actor may see, and why."""
        city = self._city()
        return visible(actor, city.scenarios, self._grants(), city.resources, self._today())

    def usable_scenarios(self, actor: Actor) -> tuple[str, ...]:
        """The scenarios in which the actor has an active grant."""
        return usable_scenarios(actor, self._city().scenarios, self._grants(), self._today())

    def columns_of(self, actor: Actor, scenario: str) -> list[SeenColumn]:
        """All that the actor holds active in ``scenario``, by table in the contract's order."""
        city = self._city()
        held = [
            grant
            for grant in held_grants(actor, scenario, self._grants())
            if state_of(grant, self._today()) is GrantState.active
        ]
        behind = any(protected(grant) for grant in held)
        return [
            SeenColumn(grant.resource, column.name, result_type(column, granted), tiers)
            for grant in sorted(held, key=lambda g: g.resource)
            for column in city.resources[grant.resource].columns
            if (granted := grant.column(column.name)) is not None
            and (tiers := _tiers(grant, column.name, behind))
        ]

    def schema_of(self, actor: Actor, scenario: str) -> list[tuple[str, str, str]]:
        """``(table, column, type)`` of what statements may name, in whichever tier."""
        return [
            (seen.table, seen.column, seen.type)
            for seen in self.columns_of(actor, scenario)
            if not set(STATEMENT_TIERS).isdisjoint(seen.tiers)
        ]


def _tiers(grant: Grant, name: str, behind: bool) -> tuple[Tier, ...]:
    """``behind``: whether the scenario has anything behind the statistics grammar at all."""
    column = grant.column(name)
    assert column is not None  # it was found by this name
    asked = [Tier.rows, Tier.view] + ([Tier.statistics] if behind else [])
    if holds_grant(grant, Tier.compare):
        asked.append(Tier.compare)
    return tuple(tier for tier in asked if holds_column(grant, column, tier))
