"""A city is a folder: ``data_contracts/`` with city.yaml, resources, scenarios and code lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from workbench.catalogue.city_schema import CitySpec, Settings
from workbench.catalogue.consent import unasked
from workbench.catalogue.contracts import SUFFIX, Contract
from workbench.catalogue.delegations import read_delegations
from workbench.catalogue.files import CITY_FILE, RESOURCES, SCENARIOS, YAML, listed
from workbench.catalogue.identifiers import CODES, load_codes
from workbench.catalogue.kept import Kept, Progress, in_silence
from workbench.catalogue.notices import read_notices
from workbench.catalogue.published import overlaid, put_over
from workbench.catalogue.regulations import read_regulation
from workbench.catalogue.scenarios import Known, ScenarioFile
from workbench.declared import schema
from workbench.declared.findings import Finding, Severity, errors, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document, read
from workbench.errors import InvalidInput, Text
from workbench.model.contract import Resource
from workbench.model.delegation import Delegation
from workbench.model.lookup import Resources, Scenarios
from workbench.model.regulation import Regulation
from workbench.model.scenario import Scenario
from workbench.regulations.deciding import NOT_THE_PROVIDERS, decider_of
from workbench.regulations.profile import Profile

__all__ = [
    "City",
    "Finding",
    "Settings",
    "Severity",
    "check_city",
    "load_city",
    "sound_city",
]

_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_DIVISIONS = re.compile(r"[1-9][0-9]{5}")
_REGULATION = re.compile(r"[a-z]+(-[a-z]+)*-\d{4}")


@dataclass(frozen=True)
class City:
    """``resources`` by table name, ``scenarios`` by id; ``divisions`` is the city's own code,
    ``divisions_of`` that of each department which serves a region of it."""

    root: Path
    id: str
    name: Text
    divisions: str
    regulation: Regulation
    languages: tuple[str, ...]
    departments: Mapping[str, Text]
    resources: Mapping[str, Resource]
    scenarios: Mapping[str, Scenario]
    settings: Settings
    divisions_of: Mapping[str, str] = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    first_page: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of all resources and columns, folded: they may stand where literals may not."""
        columns = (c.name for r in self.resources.values() for c in r.columns)
        return frozenset(name.casefold() for name in (*self.resources, *columns))

    def reviewer_of(self, resource: Resource, applicant: str) -> str:
        """The department that decides for the provider: itself, or its counterpart in the region
        of the department that applies, where it delegated that."""
        division = self.divisions_of.get(applicant, "")
        found = (
            one.to
            for one in self.delegations
            if one.provider == resource.provider and one.division == division
        )
        return next(found, resource.provider)

    @property
    def state(self) -> Path:
        """Where the city keeps what it makes: store, keys, extracts, workspaces."""
        return self.root / ".workbench"


def load_city(
    root: Path,
    kept: Kept | None = None,
    progress: Progress = in_silence,
    decided: Sequence[Contract] = (),
) -> City:
    """The city in this folder. Raises InvalidInput with one Reason for each error.

    ``kept`` is handed in again by whoever loads the same city again: see there. ``decided`` are
    contracts that stand in the place of files (``catalogue.published``).
    """
    reading = _read(root, kept or Kept(), progress, decided)
    raise_errors(reading.findings)
    assert reading.city is not None  # without errors every part was read
    return reading.city


def sound_city(
    root: Path, last: City, kept: Kept | None = None, decided: Sequence[Contract] = ()
) -> City:
    """What still holds while some files are wrong; ``last`` is the city before they were.

    Every resource and scenario whose own file has no error, as that file says now. A wrong file
    grants nothing: a secret marked as one, or an end, does not wait until a typo is mended.
    """
    reading = _read(root, kept or Kept(), decided=decided)
    bad = {finding.file for finding in errors(reading.findings)}
    city = reading.city or last
    resources = {
        c.resource.name: city.resources[c.resource.name]
        for c in reading.contracts
        if c.resource is not None and c.file not in bad
        and c.resource.name in city.resources
    }  # fmt: skip
    scenarios = {
        f.scenario.id: replace(
            f.scenario, resources=tuple(u for u in f.scenario.resources if u.resource in resources)
        )
        for f in reading.scenarios
        if f.scenario is not None and f.file not in bad
    }
    return replace(city, resources=Resources(resources), scenarios=Scenarios(scenarios))


def check_city(
    root: Path, kept: Kept | None = None, decided: Sequence[Contract] = ()
) -> tuple[Finding, ...]:
    """All findings of all files, errors and warnings, in the order of files and lines."""
    found = _read(root, kept or Kept(), decided=decided).findings
    return tuple(sorted(found, key=lambda f: (f.file, f.line, f.key)))


@dataclass(frozen=True)
class _Reading:
    """All that the files gave; ``city`` is None where city.yaml itself is wrong."""

    city: City | None
    contracts: list[Contract]
    scenarios: list[ScenarioFile]
    findings: list[Finding]


def _read(
    root: Path,
    kept: Kept,
    progress: Progress = in_silence,
    decided: Sequence[Contract] = (),
) -> _Reading:
    document = _city_document(root)
    notes = Notes(document, list(document.findings))
    spec = _city_spec(document, notes)
    departments = None if spec is None else dict(spec.departments)
    files_of = kept.contracts(listed(root / RESOURCES, (SUFFIX,)), root, progress)
    contracts = put_over(files_of, decided)
    notes.extend(overlaid(files_of, decided))
    resources = _resources(contracts, notes)
    for contract in contracts:
        notes.extend(contract.findings)
        notes.extend(_provider_findings(contract, departments))
    broken = frozenset(c.name for c in contracts if errors(c.findings))
    known = Known(resources, departments, broken)
    files = [kept.scenario(path, root, known) for path in listed(root / SCENARIOS, YAML)]
    scenarios = _scenarios(files, notes)
    for file in files:
        notes.extend(file.findings)
    notes.extend(_strays(root))
    notes.extend(_code_findings(root, resources))
    if spec is None:
        return _Reading(None, contracts, files, notes.found)
    regulation = read_regulation(spec.regulation, root, document)
    notes.extend(regulation.findings)
    if regulation.profile is not None:
        for file in files:
            notes.extend(_undecided(file, regulation.profile, known.folded))
            notes.extend(unasked(file.scenario, file.place, regulation.profile, known.folded))
    notes.extend(read_notices(root, spec.departments)[1])
    _first_page(spec.first_page, scenarios, notes)
    divisions = {name: one.division for name, one in spec.departments.items()}
    delegations, findings = read_delegations(root, divisions, regulation.profile)
    notes.extend(findings)
    city = replace(
        _city(root, spec, regulation.regulation, resources, scenarios),
        divisions_of=MappingProxyType(divisions),
        delegations=delegations,
    )
    return _Reading(city, contracts, files, notes.found)


def _city(
    root: Path,
    spec: CitySpec,
    regulation: Regulation,
    resources: Mapping[str, Resource],
    scenarios: Mapping[str, Scenario],
) -> City:
    departments = {key: Text(title.zh, title.en) for key, title in spec.departments.items()}
    return City(
        root=root,
        id=spec.id,
        name=Text(spec.name.zh, spec.name.en),
        divisions=spec.divisions,
        regulation=regulation,
        languages=tuple(spec.languages),
        departments=MappingProxyType(departments),
        resources=Resources(
            {
                name: replace(resource, provider_title=departments.get(resource.provider))
                for name, resource in resources.items()
            }
        ),
        scenarios=Scenarios(scenarios),
        settings=Settings(**spec.settings.model_dump(exclude_none=True)),
        first_page=spec.first_page,
    )


def _first_page(name: str, scenarios: Mapping[str, Scenario], notes: Notes) -> None:
    pages = [page.id for scenario in scenarios.values() for page in scenario.pages]
    if name and name not in pages:
        problem = Text(f"没有登记页面 {name}", f"there is no registered page {name}")
        notes.error(("first_page",), problem, suggest(name, pages))


def _city_document(root: Path) -> Document:
    label = CITY_FILE.as_posix()
    if (root / CITY_FILE).exists():
        return read(root / CITY_FILE, label)
    return Document(label, None, {}, (Finding(label, 1, "", _NO_CITY, _MAKE_CITY),))


def _city_spec(document: Document, notes: Notes) -> CitySpec | None:
    if document.value is None:
        return None
    spec, findings = schema.validate(CitySpec, document.value, document)
    notes.extend(findings)
    if spec is None:
        return None
    for key, form, problem, fix in _CITY_FORMS:
        if not form.fullmatch(getattr(spec, key)):
            notes.error((key,), problem, fix)
    for department in spec.departments:
        if not _ID.fullmatch(department):
            notes.error(("departments", department), _BAD_DEPARTMENT, _GOOD_ID)
    return spec


def _resources(contracts: list[Contract], notes: Notes) -> dict[str, Resource]:
    out: dict[str, Resource] = {}
    seen: dict[str, str] = {}
    for contract in contracts:
        name = contract.name.casefold()
        if name and name in seen:
            where = Text(f"{contract.name} 已在 {seen[name]} 定义",
                         f"{contract.name} is already defined in {seen[name]}")  # fmt: skip
            notes.extend([contract.places["name"].error(where, _RENAME)])
            continue
        seen[name] = contract.file
        if contract.resource is not None:
            out[contract.resource.name] = contract.resource
    return out


def _scenarios(files: list[ScenarioFile], notes: Notes) -> dict[str, Scenario]:
    out: dict[str, Scenario] = {}
    for file in files:
        scenario = file.scenario
        if scenario is None:
            continue
        if scenario.id in out:
            where = Text(f"场景 {scenario.id} 已有", f"there already is a scenario {scenario.id}")
            notes.extend([file.place.error(where, _RENAME)])
        out[scenario.id] = scenario
    return out


def _provider_findings(
    contract: Contract, departments: Mapping[str, object] | None
) -> Iterator[Finding]:
    """Provider and responsible department must be departments of the city."""
    if contract.resource is None or departments is None:
        return
    for key in ("provider", "department"):
        name = getattr(contract.resource, key)
        if name in departments or (key == "department" and name == contract.resource.provider):
            continue
        problem = Text(f"city.yaml 里没有部门 {name}", f"city.yaml has no department {name}")
        yield contract.places[key].error(problem, suggest(name, departments))


def _undecided(
    file: ScenarioFile, profile: Profile, resources: Mapping[str, Resource]
) -> Iterator[Finding]:
    """A scenario grants nothing that its provider has to decide, unless the provider did (Foshan
    2019 art. 28 alone lets the authority's approval do for both)."""
    if profile.direct_grant is not None:
        return
    for name, place in file.undecided.items():
        resource = resources.get(name)
        if resource is not None and decider_of(profile, resource) not in NOT_THE_PROVIDERS:
            problem = Text(
                f"{resource.name} 的共享由提供部门 {resource.provider} 决定，场景不能直接授权",
                f"{resource.provider}, the provider, decides of {resource.name}: the scenario "
                "cannot grant it",
            )
            yield place.error(problem, _NAME_DECISION)


_NAME_DECISION = Text(
    "写明提供部门的决定：decided: {by: 部门, on: 日期, reference: 文号}；或删去，由使用部门申请。",
    "Name its decision: decided: {by: DEPARTMENT, on: DATE, reference: NUMBER}; or take it out, "
    "and let the departments apply.",
)


def _strays(root: Path) -> Iterator[Finding]:
    """A contract under another name would be overlooked in silence: say so."""
    for path in listed(root / RESOURCES, YAML):
        if not path.name.endswith(SUFFIX):
            yield Finding(path.relative_to(root).as_posix(), 1, "", _STRAY, _STRAY_FIX)


def _code_findings(root: Path, resources: Mapping[str, Resource]) -> Iterator[Finding]:
    used = {column.identifier for found in resources.values() for column in found.columns}
    try:
        codes = load_codes(root)
    except InvalidInput as error:
        for reason in error.reasons:
            yield Finding(reason.subject, 1, "", reason.what, _CODES_FIX)
        return
    for kind in sorted(codes.by_form_only & used):
        problem = Text(f"没有代码表，{kind} 只按格式检查",
                       f"there is no list of codes: {kind} is checked by form only")  # fmt: skip
        yield Finding(CODES.as_posix(), 1, kind, problem, _CODES_FIX, Severity.warning)


_NO_CITY = Text("没有 city.yaml", "there is no city.yaml")
_MAKE_CITY = Text("用 workbench init 目录 新建一个城市。", "Make a city with: workbench init DIR")
_RENAME = Text("改名或删除一个。", "Rename or remove one.")
_STRAY = Text("文件名不是 *.odcs.yaml，不会读取", "not read: its name is not *.odcs.yaml")
_STRAY_FIX = Text("改名为 *.odcs.yaml，或移走。", "Name it *.odcs.yaml, or move it away.")
_CODES_FIX = Text(
    "放入 divisions.csv、industry.csv（UTF-8，含 code 列）。",
    "Put divisions.csv and industry.csv there (UTF-8, with a column code).",
)
_BAD_DEPARTMENT = Text(
    "部门编号以小写字母开头，只含小写字母、数字、_ 和 -",
    "a department's id begins with a small letter and holds small letters, digits, _ and -",
)
_GOOD_ID = Text("例如 drc。", "For example drc.")
_CITY_FORMS = (
    ("id", _ID, Text("城市编号不合格式", "the id is not well formed"), Text(
        "用小写字母、数字、_ 和 -，例如 aba-sample。",
        "Use small letters, digits, _ and -, e.g. aba-sample.")),
    ("divisions", _DIVISIONS, Text("应为六位行政区划代码", "this must be a six-digit code"), Text(
        '加引号的六位数字，例如 "513200"。', 'Six digits in quotes, e.g. "513200".')),
    ("regulation", _REGULATION, Text("法规编号不合格式", "the regulation is not well formed"), Text(
        "写成 名称-年份，例如 aba-2024。", "Write NAME-YEAR, e.g. aba-2024.")),
)  # fmt: skip
