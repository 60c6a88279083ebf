"""Whose consent a scenario asks for: the column that tells whom a row is about, checked.

Only a column that names one person or firm will do: an identifier with check digits, or the whole
entity key. A consent is of one of them, and must not let in the rows of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.catalogue.scenario_schema import ConsentSpec
from workbench.catalogue.types import Family, family
from workbench.declared.findings import Finding, Path, Place, suggest
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.consent import CHECKED, ConsentRule
from workbench.model.contract import Column, Personal, Resource
from workbench.model.grant import Use
from workbench.model.scenario import ResourceUse, Scenario
from workbench.regulations.profile import Profile

_SPELT_ONE_WAY = (Family.text, Family.integer)


def consent_rule(
    spec: ConsentSpec | None, resource: Resource, here: Path, notes: Notes
) -> ConsentRule | None:
    """The rule, its column named as the contract spells it; what is wrong with it goes to
    ``notes``."""
    if spec is None:
        return None
    place = (*here, "subject")
    column = resource.column(spec.subject)
    fitting = [c.name for c in resource.columns if _names_one(c, resource)]
    if column is None:
        problem = Text(
            f"{resource.name} 没有数据项 {spec.subject}",
            f"{resource.name} has no column {spec.subject}",
        )
        notes.error(place, problem, suggest(spec.subject, fitting))
        return ConsentRule(spec.subject, spec.required)
    if column.name not in fitting:
        notes.error(place, *_unfit(column, resource, fitting))
    return ConsentRule(column.name, spec.required)


def unasked(
    scenario: Scenario | None, place: Place, profile: Profile, resources: Mapping[str, Resource]
) -> Iterator[Finding]:
    """Where the regulation lets people decide (Foshan 2019 art. 31), a scenario that gives their
    sensitive data and does not ask them is told so. It may have a basis of its own: no error."""
    if scenario is None or profile.consent is None:
        return
    for use in scenario.resources:
        resource = resources.get(use.resource.casefold())
        given = [] if resource is None or use.subject else _sensitive(use, resource)
        if given:
            named = ", ".join(f"{use.resource}.{name}" for name in given)
            yield place.warning(
                Text(
                    f"{named} 是敏感数据，而场景未征得主体同意（第{profile.consent.article}条）",
                    f"{named} are sensitive, and those whom they are about are not asked for their "
                    f"consent (art. {profile.consent.article})",
                ),
                _ASK,
            )


def _sensitive(use: ResourceUse, resource: Resource) -> list[str]:
    """Columns whose values are given as they are, of personal data that are sensitive."""
    return [
        granted.name
        for granted in use.columns
        if granted.use is Use.value
        and granted.mask is None
        and (column := resource.column(granted.name)) is not None
        and column.personal is Personal.sensitive
    ]


_ASK = Text(
    "写 consent: {required: true, subject: 标识主体的数据项}；或改用掩码、统计。",
    "Write consent: {required: true, subject: COLUMN THAT TELLS WHOM}; or use masks or statistics.",
)


def _names_one(column: Column, resource: Resource) -> bool:
    if family(column.type) not in _SPELT_ONE_WAY:
        return False
    alone = column.entity_key and sum(c.entity_key for c in resource.columns) == 1
    return alone or column.identifier in CHECKED


def _unfit(column: Column, resource: Resource, fitting: list[str]) -> tuple[Text, Text]:
    name = f"{resource.name}.{column.name}"
    if family(column.type) not in _SPELT_ONE_WAY:
        problem = Text(
            f"{name} 是 {column.type}，同一个值可有多种写法",
            f"{name} is {column.type}: one value of it can be written in several ways",
        )
    elif column.entity_key:
        problem = Text(
            f"{name} 只是实体键的一部分，不能单独标识一个主体",
            f"{name} is a part of the entity key and names nobody alone",
        )
    else:
        problem = Text(
            f"{name} 既不是身份证号、统一社会信用代码，也不是实体键",
            f"{name} is neither an identifier of a person or firm nor the entity key",
        )
    named = ", ".join(fitting)
    if named:
        return problem, Text(f"可写：{named}。", f"Name one of: {named}.")
    return problem, Text(
        "在契约中给标识主体的数据项写 identifier: resident_id（或 credit_code），"
        "或 entityKey: true。",
        "In the contract, mark the column that identifies its subject with identifier: "
        "resident_id (or credit_code), or entityKey: true.",
    )
