"""May this actor run this statement under this scenario today? Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workbench.errors import Reason
from workbench.model.actor import SEPARATED, Actor
from workbench.model.contract import Column, Resource, SharingType
from workbench.model.decision import Deny, Permit
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Grants, Resources
from workbench.model.read_set import ReadSet, StatementKind
from workbench.model.regulation import UNSTATED, Regulation
from workbench.model.scenario import Scenario
from workbench.model.tier import Tier, holds_column, holds_grant
from workbench.policy import reasons as say
from workbench.policy.endings import grant_ended, mode_not_available
from workbench.policy.holding import (
    active_grants,
    held_grants,
    holder,
    holds,
    may_look,
    own_scenarios,
    prevailing,
)
from workbench.policy.ruled import kept_back

__all__ = ["active_grants", "decide"]


def decide(
    actor: Actor,
    scenario_id: str,
    scenarios: Mapping[str, Scenario],
    grants: Collection[Grant],
    resources: Mapping[str, Resource],
    reads: ReadSet,
    today: date,
    regulation: Regulation = UNSTATED,
    tier: Tier = Tier.rows,
) -> Permit | Deny:
    """The first group of ``CHECKS`` that finds reasons refuses, with all that its group finds.

    ``tier`` is where the statement is to run; only what that tier holds counts as granted.
    ``grants`` are those of the whole city with revocations applied; ``regulation`` is the city's,
    for the citations. Handed in with their indexes (``Grants``, ``Resources``, ``Scenarios``), the
    time does not grow with the city; of plain collections the indexes are made here.
    """
    known = Grants.of(grants)
    scenario = scenarios.get(scenario_id)
    if scenario is None or not holds(actor, scenario, known):
        return Deny((say.scenario_unknown(scenario_id, own_scenarios(actor, scenarios, known)),))
    held = _by_resource(actor, scenario, known, today)
    case = _Case(actor, scenario, held, Resources.of(resources), reads, today, regulation, tier)
    for group in CHECKS:
        found = tuple(dict.fromkeys(reason for check in group for reason in check(case)))
        if found:
            return Deny(found)
    active = active_grants(actor, scenario_id, known, today, tier)
    return Permit(scenario, active, _recorded(case, active), _obligations(case, active), tier)


@dataclass(frozen=True)
class _Case:
    """``grants`` by the folded name of their resource, in whatever state they are."""

    actor: Actor
    scenario: Scenario
    grants: Mapping[str, Grant]
    resources: Resources
    reads: ReadSet
    today: date
    regulation: Regulation
    tier: Tier

    def resource(self, table: str) -> Resource | None:
        return self.resources.named(table)

    def grant(self, table: str) -> Grant | None:
        return self.grants.get(table.casefold())

    def open_grant(self, table: str) -> Grant | None:
        """The grant, where today it gives values."""
        grant = self.grant(table)
        open_ = grant is not None and _open(grant, self.today, self.tier)
        return grant if open_ and not self._is_closed(table) else None

    def _is_closed(self, table: str) -> bool:
        resource = self.resource(table)
        return resource is not None and resource.closed is not None


Check = Callable[[_Case], Iterable[Reason]]


def _role_may_ask(case: _Case) -> Iterable[Reason]:
    """Who only runs, guards or audits the platform has no use for its data."""
    if not case.actor.roles - SEPARATED:
        yield say.role_missing(case.actor.id)


def _viewer_listed(case: _Case) -> Iterable[Reason]:
    if not may_look(case.actor, case.scenario):
        yield say.viewer_not_listed(holder(case.actor), case.actor.viewer)


def _statement_understood(case: _Case) -> Iterable[Reason]:
    kind = case.reads.kind
    if kind in (StatementKind.forbidden, StatementKind.unknown):
        yield say.statement_not_accepted(kind.value)


def _page_only_asks(case: _Case) -> Iterable[Reason]:
    """All viewers of a page share its worker: what one of them left there, the next would see.
    EXPLAIN is none of it either, for EXPLAIN ANALYZE runs what it explains."""
    if case.actor.is_page and case.reads.kind is not StatementKind.query:
        yield say.page_only_asks(case.reads.kind.value)


def _something_granted(case: _Case) -> Iterable[Reason]:
    """With no open grant at all there is no workspace to run anything in."""
    if any(_open(grant, case.today, case.tier) for grant in case.grants.values()):
        return
    for grant in case.grants.values():
        yield from _closed(case, grant)


def _tables_granted(case: _Case) -> Iterable[Reason]:
    """A table that the catalogue does not know is left to the engine: it may be temporary."""
    for table in case.reads.tables:
        resource, grant = case.resource(table), case.grant(table)
        if resource is None:
            continue
        if grant is not None:
            yield from _closed(case, grant)
        elif resource.closed_to_new is not None:
            yield kept_back(resource, resource.closed_to_new, case.regulation)
        elif resource.sharing.type is SharingType.not_shared:
            yield say.not_shared(resource, case.regulation)
        else:
            yield say.table_not_granted(
                resource, case.scenario, holder(case.actor), case.regulation
            )


def _columns_granted(case: _Case) -> Iterable[Reason]:
    """A column that the contract does not know is left to the engine: it may be an outer one."""
    missing: dict[str, dict[str, Column]] = {}
    for table, name in case.reads.columns:
        resource, grant = case.resource(table), case.open_grant(table)
        if resource is None or grant is None:
            continue
        column, granted = resource.column(name), grant.column(name)
        if granted is not None and not holds_column(grant, granted, case.tier):
            yield mode_not_available(grant, granted.name, case.regulation, case.tier)
        elif granted is None and column is not None:
            missing.setdefault(resource.name, {})[column.name] = column
    yield from _missing(case, missing)


def _loose_names_granted(case: _Case) -> Iterable[Reason]:
    """Refused only where nothing granted could be meant, and a contract knows the name."""
    missing: dict[str, dict[str, Column]] = {}
    if any(case.resource(table) is None for table in case.reads.tables):
        return
    own = {name.casefold() for name in case.reads.aliases}
    for name in case.reads.loose:
        tables = [(t, g) for t in case.reads.tables if (g := case.open_grant(t)) is not None]
        if name.casefold() in own or any(g.column(name) is not None for _, g in tables):
            continue
        for table, _ in tables:
            resource = case.resource(table)
            column = resource.column(name) if resource is not None else None
            if resource is not None and column is not None:
                missing.setdefault(resource.name, {})[column.name] = column
    yield from _missing(case, missing)


CHECKS: tuple[tuple[Check, ...], ...] = (
    (_role_may_ask,),
    (_viewer_listed,),
    (_statement_understood,),
    (_page_only_asks,),
    (_something_granted,),
    (_tables_granted, _columns_granted, _loose_names_granted),
)
"""After the scenario itself, which is known before there is a case. A group is answered whole, so
that several columns are told at once."""


def _by_resource(actor: Actor, scenario: Scenario, grants: Grants, today: date) -> dict[str, Grant]:
    held = held_grants(actor, scenario.id, grants)
    return {g.resource.casefold(): g for g in prevailing(held, today)}


def _open(grant: Grant, today: date, tier: Tier) -> bool:
    return holds_grant(grant, tier) and state_of(grant, today) is GrantState.active


def _closed(case: _Case, grant: Grant) -> Iterable[Reason]:
    state = state_of(grant, case.today)
    resource = case.resource(grant.resource)
    if resource is not None and resource.closed is not None:
        yield kept_back(resource, resource.closed, case.regulation)
    elif state is not GrantState.active:
        yield grant_ended(grant, state, case.regulation)
    elif not holds_grant(grant, case.tier):
        yield mode_not_available(grant, "", case.regulation, case.tier)


def _missing(case: _Case, missing: Mapping[str, Mapping[str, Column]]) -> Iterable[Reason]:
    for name, columns in missing.items():
        resource, grant = case.resource(name), case.grant(name)
        assert resource is not None
        assert grant is not None
        yield from say.columns_not_granted(
            resource, tuple(columns.values()), grant, case.scenario, case.regulation
        )


def _recorded(case: _Case, held: tuple[Grant, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The granted columns that the statement may read, by resource. A loose name, and one that
    its table lacks, count for every table read that has it; what could not be read to the end
    counts for all."""
    reads = case.reads
    if not reads.complete:
        return tuple(
            (g.resource, tuple(c.name for c in g.columns if holds_column(g, c, case.tier)))
            for g in held
        )
    tables = {t.casefold() for t in reads.tables}
    whole = {t.casefold() for t in reads.stars}
    anywhere = {n.casefold() for n in reads.loose} | _not_in_their_table(case)
    named = {(t.casefold(), c.casefold()) for t, c in reads.columns}
    return tuple(
        (
            grant.resource,
            tuple(
                column.name
                for column in grant.columns
                if holds_column(grant, column, case.tier)
                and (
                    grant.resource.casefold() in whole
                    or column.name.casefold() in anywhere
                    or (grant.resource.casefold(), column.name.casefold()) in named
                )
            ),
        )
        for grant in held
        if grant.resource.casefold() in tables
    )


def _not_in_their_table(case: _Case) -> set[str]:
    out = set()
    for table, name in case.reads.columns:
        resource = case.resource(table)
        if resource is None or resource.column(name) is None:
            out.add(name.casefold())
    return out


def _obligations(case: _Case, held: tuple[Grant, ...]) -> tuple[str, ...]:
    """The usage requirements of what is read."""
    read = [resource for resource, _ in _recorded(case, held)]
    found = [(name, case.resource(name)) for name in read]
    return tuple(
        f"{name}: {resource.sharing.usage_requirements}"
        for name, resource in found
        if resource is not None and resource.sharing.usage_requirements
    )
