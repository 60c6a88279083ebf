"""``data_contracts/early_warning.yaml``: as whom rules are run, what is made, who handles it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath

from pydantic import BaseModel, ConfigDict, Field

from workbench.catalogue.city import City
from workbench.catalogue.procedures import known_procedures
from workbench.declared.file import read_file
from workbench.declared.findings import Finding, Path, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document
from workbench.errors import Text
from workbench.libraries.definition import Name
from workbench.warnings.definition import Kind, Rule

FILE = FilePath("data_contracts") / "early_warning.yaml"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Makes(_Frozen):
    """The resources: named alerts on ``enterprises``, the same ``counted`` with what became of
    them, and alerts on ``areas``."""

    enterprises: Name
    counted: Name
    areas: Name


class Names(_Frozen):
    """Where the name of an enterprise is found; ``subject`` and ``name`` are columns."""

    scenario: Name
    resource: Name
    subject: Name
    name: Name


class Setting(_Frozen):
    """``subject``: the page subject that asks. ``quiet``: months without an alarm after which
    another alarm is another alert. ``handlers``: a department by kind of rule, else
    ``otherwise``."""

    subject: Name
    makes: Makes
    names: Names
    quiet: int = Field(ge=1, le=24)
    procedure: Name
    handlers: Mapping[Kind, Name] = {}
    otherwise: Name

    def handler(self, rule: Rule) -> str:
        return self.handlers.get(rule.kind, self.otherwise)


def load_setting(root: FilePath, city: City, rules: Iterable[Rule]) -> Setting:
    """Raises InvalidInput with every error of the file, with its line."""
    setting, findings = read_setting(root, city, rules)
    raise_errors(findings)
    assert setting is not None  # without errors there is one
    return setting


def read_setting(
    root: FilePath, city: City, rules: Iterable[Rule]
) -> tuple[Setting | None, tuple[Finding, ...]]:
    document, setting, findings = read_file(Setting, root / FILE, root, lambda _, __: None)
    if setting is None:
        return None, findings
    found = tuple(_against_city(document, setting, city, tuple(rules)))
    return setting, (*findings, *found)


def _against_city(
    document: Document, setting: Setting, city: City, rules: tuple[Rule, ...]
) -> Iterator[Finding]:
    notes = Notes(document)
    for key, name in setting.makes.model_dump().items():
        _known(name, city.resources, ("makes", key), notes)
    _known(setting.procedure, known_procedures(city.root), ("procedure",), notes)
    for kind, department in setting.handlers.items():
        _known(department, city.departments, ("handlers", kind.value), notes)
    _known(setting.otherwise, city.departments, ("otherwise",), notes)
    _known(setting.names.scenario, city.scenarios, ("names", "scenario"), notes)
    asked = {setting.names.scenario, *(rule.scenario for rule in rules)}
    for name in sorted(asked & city.scenarios.keys()):
        if setting.subject not in {page.id for page in city.scenarios[name].pages}:
            problem = Text(
                f"场景 {name} 没有登记 {setting.subject}",
                f"the scenario {name} does not register {setting.subject}",
            )
            fix = Text("写在该场景的 pages 中。", "Write it under pages of that scenario.")
            notes.error(("subject",), problem, fix)
    yield from notes.found


def _known(name: str, known: Iterable[str], place: Path, notes: Notes) -> None:
    names = list(known)
    if name not in names:
        problem = Text(f"没有 {name}", f"there is no {name}")
        notes.error(place, problem, suggest(name, names))
