"""What shapes a workspace, and the key over all of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from workbench.extracts.sources import Pulled
from workbench.extracts.versions import ExtractVersion
from workbench.model.consent import ConsentState, kind_of
from workbench.model.contract import Column, Resource
from workbench.model.grant import ColumnGrant, Grant, RowCondition
from workbench.model.period import Period
from workbench.model.tier import Tier, holds_column, holds_grant, protected
from workbench.workspace.needed import by_name, needed

BUILDER_VERSION = 3
"""Goes up whenever the builder would write other bytes for the same spec."""


@dataclass(frozen=True)
class TableSpec:
    """One table of a workspace: the grant, the contract, and the extract behind it; ``consent`` is
    the version of the consents that its rows need, where the grant asks for any; ``within``: the
    days that are asked for, of those that are granted."""

    grant: Grant
    resource: Resource
    extract: ExtractVersion
    tier: Tier = Tier.rows
    consent: ConsentState | None = None
    within: Period | None = None

    def columns(self) -> tuple[tuple[Column, ColumnGrant], ...]:
        return built_columns(self.grant, self.resource, self.tier)

    def columns_read(self) -> tuple[Column, ...]:
        """What lies in the files behind it."""
        if isinstance(self.extract, Pulled):
            return read_columns(self.grant, self.resource)
        return self.resource.columns

    def entity(self) -> tuple[Column, ...]:
        """The entity key of a table whose entities are counted before anything is released."""
        counted = self.tier is Tier.statistics and protected(self.grant)
        return entity_key(self.resource) if counted else ()

    @property
    def asked_days(self) -> tuple[RowCondition, ...]:
        """What chooses rows beside the grant: the days that are asked for."""
        return () if self.within is None else self.within.condition(self.resource.name)

    @property
    def subject_kind(self) -> str:
        """Of which kind the keys are that tell whom a row is about; empty where nobody is asked.
        Raises InvalidInput where the contract does not have that column any more."""
        if not self.grant.consent:
            return ""
        return kind_of(self.resource, needed(self.grant.consent, by_name(self.resource)))


def built_columns(
    grant: Grant, resource: Resource, tier: Tier = Tier.rows
) -> tuple[tuple[Column, ColumnGrant], ...]:
    """Granted columns of one tier in the contract's order."""
    return tuple(
        (column, granted)
        for column in resource.columns
        if (granted := grant.column(column.name)) is not None and holds_column(grant, granted, tier)
    )


def read_columns(grant: Grant, resource: Resource) -> tuple[Column, ...]:
    """What is read of a source for all tiers of a grant together, in the contract's order: also
    whom a row is about, where the workspace has only the rows of those who consent. Raises
    InvalidInput where the contract does not have that column any more."""
    tiers = [tier for tier in Tier if holds_grant(grant, tier)]
    named = {c.name for tier in tiers for c, _ in built_columns(grant, resource, tier)}
    keys = {c.name for c in entity_key(resource)} if protected(grant) else set()
    asked = {needed(grant.consent, by_name(resource)).name} if named and grant.consent else set()
    return tuple(c for c in resource.columns if c.name in named | keys | asked)


def entity_key(resource: Resource) -> tuple[Column, ...]:
    return tuple(column for column in resource.columns if column.entity_key)


@dataclass(frozen=True)
class WorkspaceSpec:
    """All that shapes one workspace. ``mask_key_id`` names the key without telling it."""

    scenario: str
    tables: tuple[TableSpec, ...]
    mask_key_id: str
    join_key_floor: int
    tier: Tier = Tier.rows
    within: Period | None = None

    @property
    def place(self) -> str:
        """Where its holder sits: each tier has a worker of its own, and so have its parts."""
        return place_of(self.scenario, self.tier, part=self.within is not None)

    @property
    def asks_consent(self) -> bool:
        """Whether rows of any table are left out for want of a consent."""
        return any(table.grant.consent for table in self.tables)

    @property
    def consent(self) -> ConsentState | None:
        """The version of the scenario's consents that it was made for."""
        return next((t.consent for t in self.tables if t.consent is not None), None)

    def key(self) -> str:
        """Hex digest over everything that shaped the workspace, and nothing about its holder."""
        return self._key

    @cached_property
    def _key(self) -> str:
        shape = {
            "builder": BUILDER_VERSION,
            "scenario": self.scenario,
            "tier": self.tier,
            "mask_key": self.mask_key_id,
            "floor": self.join_key_floor,
            "tables": [_shape(t) for t in sorted(self.tables, key=lambda t: t.resource.name)],
        }
        text = json.dumps(shape, sort_keys=True, ensure_ascii=False, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def place_of(scenario: str, tier: Tier, *, part: bool = False) -> str:
    """``part``: of a workspace that holds some days only. There is one such place, whatever days:
    who asks for others leaves it, so that no database is kept for each month ever asked for."""
    return f"{scenario}/{tier}/part" if part else f"{scenario}/{tier}"


def _shape(table: TableSpec) -> dict[str, Any]:
    grant, resource = table.grant, table.resource
    return {
        "resource": resource.name,
        "contract": resource.version,
        "types": [(column.name, column.type) for column, _ in table.columns()],
        "columns": [repr(granted) for _, granted in table.columns()],
        "entity": [column.name for column in table.entity()],
        "rows": [repr(condition) for condition in grant.rows + table.asked_days],
        "row_types": [(c.name, c.type) for c in resource.columns],
        "mode": grant.mode,
        "disclosure": repr(grant.disclosure),
        "grant_version": grant.origin.reference,
        "consent": [grant.consent, _kind(table), _consents(table.consent)],
        "extract": [table.extract.version, table.extract.digest],
    }


def _consents(state: ConsentState | None) -> list[Any]:
    return [] if state is None else [state.changes, state.withdrawals, state.lapsed]


def _kind(table: TableSpec) -> str:
    """Where the column has left the contract, whoever builds it is told."""
    column = table.resource.column(table.grant.consent) if table.grant.consent else None
    return "" if column is None else kind_of(table.resource, column)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")
