"""``data_contracts/scenarios/*.yaml`` into Scenarios, and the grants they give.

A pre-approved scenario gives its departments and pages their grants directly where the regulation
says so (Foshan 2019 art. 28), or lets nobody but the platform or the authority decide. Elsewhere
it names the provider's decision (``decided``), or the grants come from applications.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath

from workbench.catalogue.consent import consent_rule
from workbench.catalogue.noise import noise_rules
from workbench.catalogue.scenario_columns import column_grants
from workbench.catalogue.scenario_rows import row_conditions
from workbench.catalogue.scenario_schema import DisclosureSpec, PageSpec, ResourceSpec, ScenarioSpec
from workbench.declared import schema
from workbench.declared.findings import Finding, Path, Place, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import Text
from workbench.model.contract import Resource, SharingMode, SharingType
from workbench.model.grant import ColumnGrant, DisclosureRules, Grant, Origin, OriginKind, Use, Zero
from workbench.model.noise import NoiseRules
from workbench.model.scenario import Decided, PageSubject, ResourceUse, Scenario

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class ScenarioFile:
    """What one file gave; ``scenario`` is None where it cannot be read.

    ``place`` is that of its id; ``resources`` are the folded names that it asks for, there or not;
    ``undecided`` are those for which it names no decision of the provider, each with its place.
    """

    file: str
    scenario: Scenario | None
    findings: tuple[Finding, ...]
    place: Place
    resources: frozenset[str] = frozenset()
    undecided: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What a scenario may refer to. ``broken`` are resources whose contracts have errors."""

    resources: Mapping[str, Resource]
    departments: Collection[str] | None = None
    broken: frozenset[str] = frozenset()

    @cached_property
    def folded(self) -> Mapping[str, Resource]:
        return {name.casefold(): found for name, found in self.resources.items()}


def read_scenario(path: FilePath, root: FilePath, known: Known) -> ScenarioFile:
    return scenario_of(read(path, path.relative_to(root).as_posix()), known)


def scenario_of(document: Document, known: Known) -> ScenarioFile:
    notes = Notes(document, list(document.findings))
    if document.value is None:
        return ScenarioFile(document.file, None, tuple(notes.found), document.place(()))
    spec, findings = schema.validate(ScenarioSpec, document.value, document)
    notes.extend(findings)
    scenario = _scenario(spec, known, notes) if spec is not None else None
    asked = frozenset(use.resource.casefold() for use in spec.resources) if spec else frozenset()
    place = document.place(("id",))
    undecided = {
        use.resource.casefold(): document.place(("resources", index, "resource"))
        for index, use in enumerate(spec.resources if spec else ())
        if use.decided is None
    }
    return ScenarioFile(document.file, scenario, tuple(notes.found), place, asked, undecided)


def grants_of(scenario: Scenario) -> tuple[Grant, ...]:
    """One grant for each department or page (``page:<id>``) and resource."""
    holders = (*scenario.departments, *(f"page:{page.id}" for page in scenario.pages))
    return tuple(
        Grant(
            id=f"{scenario.id}/{holder}/{use.resource}",
            scenario=scenario.id,
            department=holder,
            resource=use.resource,
            columns=use.columns,
            mode=use.mode,
            origin=_origin(scenario, use),
            rows=use.rows,
            valid_from=scenario.valid_from,
            valid_until=scenario.valid_until,
            disclosure=use.disclosure,
            consent=use.subject,
        )
        for holder in holders
        for use in scenario.resources
    )


def _origin(scenario: Scenario, use: ResourceUse) -> Origin:
    """The authority's approval of the scenario, or where the provider decided, its decision."""
    reference, decided = f"{scenario.id}@{scenario.version}", use.decided
    if decided is None:
        return Origin(OriginKind.scenario, reference, scenario.approver, scenario.approved_on)
    told = f"{reference} {decided.reference}"
    return Origin(OriginKind.scenario, told, decided.by, decided.on)


def _scenario(spec: ScenarioSpec, known: Known, notes: Notes) -> Scenario:
    if not _ID.fullmatch(spec.id):
        notes.error(("id",), _BAD_ID, _GOOD_ID)
    if spec.valid_from is not None and spec.valid_until < spec.valid_from:
        notes.error(("valid_until",), _ENDS_EARLY, _SWAP)
    if not spec.departments and not spec.pages:
        notes.error(("departments",), _NOBODY, _NAME_SOMEBODY)
    _check_departments(spec.departments, ("departments",), known, notes)
    return Scenario(
        id=spec.id,
        version=spec.version,
        title=Text(spec.title.zh, spec.title.en),
        purpose=spec.purpose,
        duty_basis=spec.duty_basis,
        resources=tuple(_uses(spec.resources, known, notes)),
        departments=tuple(spec.departments),
        approver=spec.approver,
        approved_on=spec.approved_on,
        valid_from=spec.valid_from,
        valid_until=spec.valid_until,
        pages=tuple(_pages(spec.pages, known, notes)),
    )


def _pages(specs: list[PageSpec], known: Known, notes: Notes) -> list[PageSubject]:
    out: dict[str, PageSubject] = {}
    for index, spec in enumerate(specs):
        here: Path = ("pages", index)
        if not _ID.fullmatch(spec.id):
            notes.error((*here, "id"), _BAD_ID, _GOOD_ID)
        if spec.id in out:
            notes.error((*here, "id"), _TWICE, _KEEP_ONE)
        if not spec.viewers and not spec.viewer_departments:
            notes.error(here, _NO_VIEWERS, _NAME_VIEWERS)
        _check_departments(spec.viewer_departments, (*here, "viewer_departments"), known, notes)
        viewers = frozenset(spec.viewers), frozenset(spec.viewer_departments)
        out[spec.id] = PageSubject(spec.id, *viewers)
    return list(out.values())


def _uses(specs: list[ResourceSpec], known: Known, notes: Notes) -> list[ResourceUse]:
    out: dict[str, ResourceUse] = {}
    folded = known.folded
    for index, spec in enumerate(specs):
        here: Path = ("resources", index)
        name = spec.resource.casefold()
        if name in out:
            notes.error((*here, "resource"), _TWICE, _KEEP_ONE)
        elif name in folded:
            out[name] = _use(spec, folded[name], here, notes)
        elif spec.resource not in known.broken:
            problem = Text(f"没有资源 {spec.resource}", f"there is no resource {spec.resource}")
            notes.error((*here, "resource"), problem, suggest(spec.resource, known.resources))
    return list(out.values())


def _use(spec: ResourceSpec, resource: Resource, here: Path, notes: Notes) -> ResourceUse:
    mode = SharingMode(spec.mode)
    columns = column_grants(spec.columns, resource, mode, (*here, "columns"), notes)
    check_use(mode, columns, resource, here, notes)
    disclosure, place = spec.disclosure, (*here, "disclosure", "noise")
    noise = noise_rules(disclosure.noise, mode, columns, resource, place, notes)
    return ResourceUse(
        resource=resource.name,
        mode=mode,
        columns=columns,
        rows=row_conditions(spec.rows, resource, (*here, "rows"), notes),
        reason=spec.reason,
        disclosure=_disclosure(disclosure, noise),
        decided=_decided(spec, resource, here, notes),
        consent=consent_rule(spec.consent, resource, (*here, "consent"), notes),
    )


def _decided(spec: ResourceSpec, resource: Resource, here: Path, notes: Notes) -> Decided | None:
    given = spec.decided
    if given is None:
        return None
    if given.by != resource.provider:
        problem = Text(
            f"{resource.name} 由 {resource.provider} 提供，不能由 {given.by} 决定",
            f"{resource.name} is provided by {resource.provider}: {given.by} does not decide of it",
        )
        fix = Text(f"写 by: {resource.provider}。", f"Write by: {resource.provider}.")
        notes.error((*here, "decided", "by"), problem, fix)
    return Decided(given.by, given.on, given.reference)


def check_use(
    mode: SharingMode,
    columns: Collection[ColumnGrant],
    resource: Resource,
    here: Path,
    notes: Notes,
) -> None:
    """A scenario, or an application, cannot have more than the contract gives (Foshan 2019 art. 12
    and 13); and statistics only where it can be told of how many."""
    _check_sharing(mode, resource, here, notes)
    counted = mode is SharingMode.statistics or any(c.use is Use.statistics for c in columns)
    if counted and not any(column.entity_key for column in resource.columns):
        notes.error((*here, "resource"), _NO_ENTITY, _NAME_ENTITY)


def _check_sharing(mode: SharingMode, resource: Resource, here: Path, notes: Notes) -> None:
    sharing = resource.sharing
    if sharing.type is SharingType.not_shared:
        notes.error((*here, "resource"), _NOT_SHARED, _NOT_SHARED_FIX)
    elif sharing.mode not in (None, SharingMode.obtain, mode):
        problem = Text(
            f"{resource.name} 的共享方式是 {sharing.mode}，不能给 {mode}",
            f"{resource.name} is shared in mode {sharing.mode}, which does not give {mode}",
        )
        fix = Text(f"写 mode: {sharing.mode}。", f"Write mode: {sharing.mode}.")
        notes.error((*here, "mode"), problem, fix)


def _check_departments(names: list[str], path: Path, known: Known, notes: Notes) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            notes.error((*path, index), _TWICE, _KEEP_ONE)
        elif known.departments is not None and name not in known.departments:
            problem = Text(f"city.yaml 里没有部门 {name}", f"city.yaml has no department {name}")
            notes.error((*path, index), problem, suggest(name, known.departments))


def _disclosure(spec: DisclosureSpec, noise: NoiseRules | None) -> DisclosureRules:
    return DisclosureRules(
        k=spec.k,
        dominance_n=spec.dominance.n if spec.dominance else None,
        dominance_k=spec.dominance.k if spec.dominance else None,
        p_percent=spec.p_percent,
        round_counts=spec.rounding.counts,
        round_values=spec.rounding.values,
        zero=Zero(spec.zero) if spec.zero else None,
        noise=noise,
    )


_BAD_ID = Text(
    "编号以字母开头，只含字母、数字、_ 和 -",
    "an id begins with a letter and holds letters, digits, _ and -",
)
_GOOD_ID = Text("例如 house_price_watch。", "For example house_price_watch.")
_ENDS_EARLY = Text("结束日期早于开始日期", "it ends before it begins")
_SWAP = Text("改正 valid_from 或 valid_until。", "Mend valid_from or valid_until.")
_NOBODY = Text("没有使用部门，也没有页面", "neither a department nor a page uses it")
_NAME_SOMEBODY = Text("在 departments 里写部门编号。", "Name departments under departments.")
_TWICE = Text("重复", "this is named twice")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_NO_ENTITY = Text(
    "契约没有实体键，无法数出统计里有多少个不同主体",
    "its contract has no entity key, so nobody can count whom a statistic is about",
)
_NAME_ENTITY = Text(
    "在契约中给标识主体的数据项加上 entityKey: true，或改用其他共享方式。",
    "Mark the column that identifies its subject with entityKey: true, or use another mode.",
)
_NO_VIEWERS = Text("页面没有观看人", "nobody may look at this page")
_NAME_VIEWERS = Text(
    "写 viewers（人员）或 viewer_departments（部门）。",
    "Name viewers (people) or viewer_departments.",
)
_NOT_SHARED = Text(
    "不予共享的资源不能授权（佛山2019第12条）",
    "a resource that is not shared cannot be granted (Foshan 2019 art. 12)",
)
_NOT_SHARED_FIX = Text(
    "从场景中删除；可与提供部门协商，或请其协助比对（阿坝2024第25条）。",
    "Take it out of the scenario; negotiate with the provider, or ask it to compare "
    "(Aba 2024 art. 25).",
)
