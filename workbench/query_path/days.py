"""A statement that is about some days only: whether they can be chosen in its scenario."""

from __future__ import annotations

from workbench.catalogue.city import City
from workbench.errors import Code, Reason, Text
from workbench.model.decision import Permit
from workbench.model.period import Period, cuts
from workbench.model.tier import Tier
from workbench.workspace.spec import built_columns


def refused(within: Period | None, permit: Permit, city: City) -> tuple[Reason, ...]:
    """A reason for each column that chooses no days. Nothing is left whole silently; what the
    scenario has in another tier alone is not there to be cut."""
    if within is None:
        return ()
    there = set() if permit.tier is Tier.own else _cutting(permit, city)
    here = {grant.resource.casefold() for grant in permit.grants}
    elsewhere = {use.resource.casefold() for use in permit.scenario.resources} - here
    return tuple(
        _no_such_days(f"{resource}.{column}")
        for resource, column in within.by
        if (resource.casefold(), column.casefold()) not in there
        and (permit.tier is Tier.own or resource.casefold() not in elsewhere)
    )


def _cutting(permit: Permit, city: City) -> set[tuple[str, str]]:
    """Resources and columns, folded, by which days may be chosen."""
    return {
        (resource.name.casefold(), column.name.casefold())
        for grant in permit.grants
        if (resource := city.resources.get(grant.resource)) is not None
        for column, granted in built_columns(grant, resource, permit.tier)
        if cuts(granted, column.type)
    }


def _no_such_days(named: str) -> Reason:
    return Reason(
        Code.invalid_request,
        Text(
            f"不能按 {named} 选取日期。",
            f"No days can be chosen by {named}.",
        ),
        why=Text(
            "需要本场景以原值（value，无掩码）授权、类型为 DATE 的数据项；自带表旁不限定日期。",
            "It takes a column of type DATE that the scenario grants with its values and without a "
            "mask; beside tables of your own no days are chosen.",
        ),
        next=Text(
            "请去掉日期限定，在语句里用 WHERE 选取。",
            "Leave the days out and choose rows with WHERE in the statement.",
        ),
        subject=named,
    )
