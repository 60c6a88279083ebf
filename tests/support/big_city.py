"""A made-up city of any size, as the files that the real loader reads.

Resource ``r00007`` has columns ``r00007_c003`` ...; its provider is one of the departments. A
scenario ``s0003`` takes ``USES`` resources and is held by one department, so that scenarios times
``USES`` is the number of grants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.catalogue.contracts import SUFFIX
from workbench.catalogue.files import CITY_FILE, RESOURCES, SCENARIOS
from workbench.catalogue.scenarios import grants_of
from workbench.errors import Text
from workbench.model.actor import Actor, Role
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import ColumnGrant
from workbench.model.lookup import Grants, Resources, Scenarios
from workbench.model.scenario import ResourceUse, Scenario

USES = 10
"""Resources of one scenario, which is what one department gets there: ten grants."""

_TYPES = ("VARCHAR", "BIGINT", "DATE", "DECIMAL(18,2)", "BOOLEAN")
_GRADES = ("general", "general-3", "important", "general-2", "important-2")


@dataclass(frozen=True)
class Size:
    """``columns`` are those of one resource; ``grants`` a multiple of ``USES``. ``departments``
    share the grants in turn; with 1 a single one holds them all."""

    resources: int = 20
    columns: int = 25
    grants: int = 10
    departments: int = 4

    @property
    def scenarios(self) -> int:
        return self.grants // USES


ISSUE = Size(resources=2000, columns=25, grants=1000, departments=40)
"""2,000 resources, 50,000 columns, 1,000 grants."""


def resource_name(number: int) -> str:
    return f"r{number:05}"


def column_name(resource: int, number: int) -> str:
    return f"{resource_name(resource)}_c{number:03}"


def department_name(number: int) -> str:
    return f"d{number:03}"


def scenario_name(number: int) -> str:
    return f"s{number:04}"


def holder_of(scenario: int, size: Size) -> str:
    return department_name(scenario % size.departments)


def uses_of(scenario: int, size: Size) -> list[int]:
    """The numbers of the resources that a scenario takes."""
    first = scenario * USES
    return [(first + i) % size.resources for i in range(min(USES, size.resources))]


def write_big_city(root: Path, size: Size) -> Path:
    for folder in (RESOURCES, SCENARIOS):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / CITY_FILE).write_text(_city(size), encoding="utf-8")
    for number in range(size.resources):
        path = root / RESOURCES / f"{resource_name(number)}{SUFFIX}"
        path.write_text(contract_text(number, size), encoding="utf-8")
    for number in range(size.scenarios):
        path = root / SCENARIOS / f"{scenario_name(number)}.yaml"
        path.write_text(scenario_text(number, size), encoding="utf-8")
    return root


def _city(size: Size) -> str:
    lines = (
        f"  {department_name(n)}: {{zh: 部门{n}, en: Department {n}}}"
        for n in range(size.departments)
    )
    return (
        "id: big-city\nname: {zh: 大城市, en: Big city}\ndivisions: \"990100\"\n"
        "regulation: big-2024\ndepartments:\n" + "\n".join(lines) + "\n"
    )  # fmt: skip


def contract_text(number: int, size: Size) -> str:
    name = resource_name(number)
    columns = "".join(_columns(number, size))
    return f"""\
apiVersion: v3.1.0
kind: DataContract
id: big-{name}
name: 资源{number}
version: 1.0.0
status: active
schema:
  - name: {name}
    properties:
{columns}customProperties:
  - {{property: titleEn, value: Resource {number}}}
  - {{property: provider, value: {department_name(number % size.departments)}}}
  - {{property: libraryKind, value: base}}
  - {{property: sharingType, value: conditional}}
  - {{property: sharingMode, value: obtain}}
  - {{property: sharingConditions, value: {{scope: 各部门, purpose: 分析}}}}
  - {{property: sharingReason, value: 含有商业信息}}
  - {{property: legalBasis, value: 某法第一条}}
"""


def _columns(number: int, size: Size) -> Iterator[str]:
    for index in range(size.columns):
        kind = index % len(_TYPES)
        yield (
            f"      - name: {column_name(number, index)}\n"
            f"        businessName: 数据项{index}\n"
            f"        physicalType: {_TYPES[kind]}\n"
            f"        classification: {_GRADES[kind]}\n"
        )


def scenario_text(number: int, size: Size) -> str:
    name = scenario_name(number)
    uses = "".join(_use(resource, size) for resource in uses_of(number, size))
    return f"""\
id: {name}
version: "1"
title: {{zh: 场景{number}, en: Scenario {number}}}
purpose: 研究
duty_basis: 职责
approver: 主管部门
approved_on: 2026-01-01
valid_from: 2026-01-02
valid_until: 2027-12-31
departments: [{holder_of(number, size)}]
resources:
{uses}"""


def _use(resource: int, size: Size) -> str:
    """Every second column is granted, so that there is something to refuse."""
    columns = "".join(
        f"      {column_name(resource, i)}: value\n" for i in range(0, size.columns, 2)
    )
    name = resource_name(resource)
    return f"  - resource: {name}\n    mode: obtain\n    reason: 分析\n    columns:\n{columns}"


@dataclass(frozen=True)
class Made:
    """The same city in memory, as the loader would give it."""

    resources: Resources
    scenarios: Scenarios
    grants: Grants
    names: frozenset[str]


def made_city(size: Size) -> Made:
    """Equal to what ``load_city(write_big_city(root, size))`` gives (a test says so)."""
    resources = {resource_name(n): _resource(n, size) for n in range(size.resources)}
    scenarios = {scenario_name(n): _scenario(n, size) for n in range(size.scenarios)}
    grants = (grant for scenario in scenarios.values() for grant in grants_of(scenario))
    columns = (c.name for r in resources.values() for c in r.columns)
    return Made(
        Resources(resources), Scenarios(scenarios), Grants(grants),
        frozenset((*resources, *columns)),
    )  # fmt: skip


def analyst_of(scenario: int, size: Size) -> Actor:
    return Actor("ana", holder_of(scenario, size), frozenset({Role.analyst}))


def _resource(number: int, size: Size) -> Resource:
    provider = number % size.departments
    return Resource(
        id=f"big-{resource_name(number)}",
        name=resource_name(number),
        title=Text(f"资源{number}", f"Resource {number}"),
        version="1.0.0",
        provider=department_name(provider),
        department=department_name(provider),
        library=LibraryKind.base,
        sharing=Sharing(
            SharingType.conditional,
            SharingMode.obtain,
            conditions="范围：各部门；用途：分析；理由：含有商业信息",
            legal_basis="某法第一条",
            scope="各部门",
            purpose="分析",
            reason="含有商业信息",
        ),
        columns=tuple(_column(number, i) for i in range(size.columns)),
        provider_title=Text(f"部门{provider}", f"Department {provider}"),
    )


def _column(resource: int, index: int) -> Column:
    kind = index % len(_TYPES)
    level, _, sub = _GRADES[kind].partition("-")
    return Column(
        name=column_name(resource, index),
        type=_TYPES[kind],
        title=f"数据项{index}",
        classification=Classification(Level(level), int(sub) if sub else None),
    )


def _scenario(number: int, size: Size) -> Scenario:
    return Scenario(
        id=scenario_name(number),
        version="1",
        title=Text(f"场景{number}", f"Scenario {number}"),
        purpose="研究",
        duty_basis="职责",
        resources=tuple(_granted(r, size) for r in uses_of(number, size)),
        departments=(holder_of(number, size),),
        approver="主管部门",
        approved_on=date(2026, 1, 1),
        valid_from=date(2026, 1, 2),
        valid_until=date(2027, 12, 31),
    )


def _granted(resource: int, size: Size) -> ResourceUse:
    columns = (ColumnGrant(column_name(resource, i)) for i in range(0, size.columns, 2))
    return ResourceUse(resource_name(resource), SharingMode.obtain, tuple(columns), reason="分析")
