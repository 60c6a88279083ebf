"""What may I see, and why? Answered by listing, not by a loop of yes and no."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from workbench.model.actor import Actor
from workbench.model.contract import Resource
from workbench.model.decision import Visible
from workbench.model.grant import (
    ColumnGrant,
    Grant,
    GrantState,
    Mask,
    MaskKind,
    OriginKind,
    state_of,
)
from workbench.model.lookup import Grants
from workbench.model.scenario import Scenario
from workbench.policy.holding import held_grants, holder, may_look


def visible(
    actor: Actor,
    scenarios: Mapping[str, Scenario],
    grants: Collection[Grant],
    resources: Mapping[str, Resource],
    today: date,
) -> tuple[Visible, ...]:
    """Every grant of the actor over all scenarios, whatever its state on ``today``, by scenario
    and resource. A page shows nothing to somebody whom it does not list."""
    known = Grants.of(grants)
    return tuple(
        _line(grant, scenario, resources, today)
        for scenario in _shown(actor, scenarios, known)
        for grant in sorted(held_grants(actor, scenario.id, known), key=lambda g: g.resource)
    )


def usable_scenarios(
    actor: Actor, scenarios: Mapping[str, Scenario], grants: Collection[Grant], today: date
) -> tuple[str, ...]:
    """The ids of the scenarios in which the actor has an active grant."""
    known = Grants.of(grants)
    return tuple(
        scenario.id
        for scenario in _shown(actor, scenarios, known)
        if any(
            state_of(grant, today) is GrantState.active
            for grant in held_grants(actor, scenario.id, known)
        )
    )


def _shown(actor: Actor, scenarios: Mapping[str, Scenario], grants: Grants) -> Iterator[Scenario]:
    """Those with a grant of the actor's, whom their pages list, by id."""
    for name in sorted(grants.scenarios_of(holder(actor))):
        scenario = scenarios.get(name)
        if scenario is not None and may_look(actor, scenario):
            yield scenario


def mask_text(mask: Mask | None) -> str:
    """A mask in a few letters: ``partial:1+4``, ``division:county``, ``bucket:1000``."""
    if mask is None:
        return ""
    if mask.kind is MaskKind.partial:
        return f"partial:{mask.keep_first}+{mask.keep_last}"
    if mask.kind is MaskKind.bucket:
        edges = "|".join(f"{edge:.15g}" for edge in mask.edges)
        return f"bucket:{edges or format(mask.width or 0, '.15g')}"
    if mask.kind is MaskKind.coding:
        low, high = ("" if b is None else format(b, "f") for b in (mask.bottom, mask.top))
        return f"coding:{low}..{high}"
    return f"{mask.kind.value}:{mask.level}" if mask.level else mask.kind.value


def _line(
    grant: Grant, scenario: Scenario, resources: Mapping[str, Resource], today: date
) -> Visible:
    return Visible(
        scenario=scenario.id,
        resource=grant.resource,
        columns=tuple(_described(column) for column in _in_order(grant, resources)),
        mode=grant.mode.value,
        state=state_of(grant, today).value,
        valid_until=grant.valid_until.isoformat() if grant.valid_until else "",
        because=_because(grant, scenario),
    )


def _described(column: ColumnGrant) -> tuple[str, str, str]:
    return column.name, column.use.value, mask_text(column.mask)


def _in_order(grant: Grant, resources: Mapping[str, Resource]) -> list[ColumnGrant]:
    """In the contract's order; a column that the contract has lost comes last."""
    resource = resources.get(grant.resource)
    order = {c.name.casefold(): i for i, c in enumerate(resource.columns)} if resource else {}
    return sorted(grant.columns, key=lambda c: order.get(c.name.casefold(), len(order)))


def _because(grant: Grant, scenario: Scenario) -> str:
    origin = grant.origin
    on = f"（{origin.decided_on}）" if origin.decided_on else ""
    en_on = f" on {origin.decided_on}" if origin.decided_on else ""
    by_scenario = origin.kind is OriginKind.scenario
    zh = "应用场景" if by_scenario else "共享申请"
    en = "scenario" if by_scenario else "application"
    return (
        f"{zh} {origin.reference}，{origin.approver} 批准{on}，用于：{scenario.purpose}"
        f" / {en} {origin.reference}, approved by {origin.approver}{en_on}"
    )
