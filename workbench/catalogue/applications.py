"""How an application, and the terms of a decision, are written down: by people and by programs.

The form is that of the draft which a refused query shows (``policy.drafts``), and of a scenario's
resource: the same columns, uses, masks and rows, judged by the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel, Field

from workbench.catalogue.scenario_columns import column_grants
from workbench.catalogue.scenario_rows import row_conditions
from workbench.catalogue.scenario_schema import ColumnSpec, RowSpec, Strict
from workbench.catalogue.scenarios import check_use
from workbench.declared import schema
from workbench.declared.findings import Path, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document
from workbench.errors import Text
from workbench.model.case import Application, AskedColumn, Terms
from workbench.model.contract import Resource, SharingMode
from workbench.model.grant import ColumnGrant, RowCondition
from workbench.model.lookup import Resources

MOST_TEXT = 4000
"""Characters of a reason, a basis or an argument at most (our default)."""
Said = Field(default="", max_length=MOST_TEXT)
Mode = Literal["view", "compare", "statistics", "obtain"]


class AskedColumnSpec(ColumnSpec):
    """``argument``: why the duty needs it, where the scenario's purpose does not list it so."""

    argument: str = Said


class ApplicationSpec(Strict):
    """What a department applies for (Heilongjiang 2025 art. 22; Foshan 2019 art. 29). ``until`` is
    the last day of use."""

    scenario: str = Field(min_length=1, max_length=128)
    department: str = Field(min_length=1, max_length=128)
    resource: str = Field(min_length=1, max_length=256)
    mode: Mode
    until: date
    duty_basis: str = Field(max_length=MOST_TEXT)
    reason: str = Field(max_length=MOST_TEXT)
    users: list[str] = Field(default=[], max_length=500)
    columns: dict[str, AskedColumnSpec] = Field(min_length=1, max_length=1000)
    rows: list[RowSpec] = Field(default=[], max_length=100)


class ApplicationFile(Strict):
    application: ApplicationSpec


class TermsSpec(Strict):
    """What of an application is granted, or what is left of a grant: all of it where nothing is
    said. ``rows`` are added to those that there are. ``added_conditions``: conditions that the
    catalogue entry does not state. How what is released is protected is the scenario's, not the
    decision's."""

    columns: dict[str, ColumnSpec] | None = None
    mode: Mode | None = None
    until: date | None = None
    rows: list[RowSpec] = Field(default=[], max_length=100)
    added_conditions: str = Said


class TermsFile(Strict):
    terms: TermsSpec


def application_in(document: Document) -> ApplicationSpec:
    """Of a file. Raises InvalidInput with every finding, by file and line."""
    return _read(ApplicationFile, document).application


def terms_in(document: Document) -> TermsSpec:
    return _read(TermsFile, document).terms


def application_of(spec: ApplicationSpec, resources: Mapping[str, Resource]) -> Application:
    """Judged against the contract. Raises InvalidInput with every finding."""
    notes = _notes(spec, "application")
    resource = _resource(spec.resource, resources, notes)
    mode = SharingMode(spec.mode)
    columns = column_grants(dict(spec.columns), resource, mode, ("columns",), notes)
    check_use(mode, columns, resource, (), notes)
    rows = row_conditions(spec.rows, resource, ("rows",), notes)
    raise_errors(notes.found)
    argued = {name.casefold(): column.argument for name, column in spec.columns.items()}
    return Application(
        department=spec.department,
        scenario=spec.scenario,
        resource=resource.name,
        mode=mode,
        columns=tuple(AskedColumn(c, argued.get(c.name.casefold(), "")) for c in columns),
        duty=spec.duty_basis,
        reason=spec.reason,
        until=spec.until,
        rows=rows,
        users=tuple(spec.users),
    )


def terms_of(spec: TermsSpec, had: Terms, resource: Resource) -> Terms:
    """``had``: what was asked for, or what was granted. Raises InvalidInput with every finding."""
    notes = _notes(spec, "terms")
    mode = SharingMode(spec.mode) if spec.mode else had.mode
    columns: tuple[ColumnGrant, ...] = had.columns
    if spec.columns is not None:
        columns = column_grants(spec.columns, resource, mode, ("columns",), notes)
    more: tuple[RowCondition, ...] = row_conditions(spec.rows, resource, ("rows",), notes)
    raise_errors(notes.found)
    return Terms(
        columns=columns,
        mode=mode,
        until=spec.until or had.until,
        rows=tuple(dict.fromkeys((*had.rows, *more))),
        disclosure=had.disclosure,
        added_conditions=spec.added_conditions,
    )


Model = TypeVar("Model", bound=BaseModel)


def _read(model: type[Model], document: Document) -> Model:
    raise_errors(document.findings)
    spec, findings = schema.validate(model, document.value, document)
    raise_errors(findings)
    assert spec is not None  # without errors it was read
    return spec


def _notes(spec: BaseModel, label: str) -> Notes:
    """What is judged here came by the wire: it has keys, and no lines."""
    return Notes(Document(label, spec.model_dump(mode="json")))


def _resource(name: str, resources: Mapping[str, Resource], notes: Notes) -> Resource:
    found = Resources.of(resources).named(name)
    if found is None:
        problem = Text(f"目录中没有资源 {name}", f"the catalogue has no resource {name}")
        here: Path = ("resource",)
        notes.error(here, problem, suggest(name, resources))
        raise_errors(notes.found)
    assert found is not None
    return found
