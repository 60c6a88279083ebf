"""The form of a policy test file, read strictly. A file's errors name line, key and fix."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.declared.findings import Finding, raise_errors, suggest
from workbench.declared.schema import validate
from workbench.declared.yaml import Document, read
from workbench.errors import Code, Text
from workbench.model.actor import Role
from workbench.model.contract import Identifier, SharingMode, SharingType
from workbench.model.tier import StatementTier

DEPARTMENT = "user"
"""Department of whoever asks, where the file names no people."""


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnForm(Form):
    type: str
    class_: str | None = Field(default=None, alias="class")
    personal: bool | Literal["no", "personal", "sensitive"] = False
    identifier: Identifier | None = None
    required: bool = False
    unique: bool = False
    bands: list[Any] = []
    element: str = ""


class ResourceForm(Form):
    """``data`` stands beside the file; ``entity`` is one column or several; ``membership_told``
    lets a comparison say that a key is not there."""

    data: str
    columns: dict[str, ColumnForm]
    entity: str | list[str] | None = None
    sharing: SharingType = SharingType.conditional
    title: str = ""
    membership_told: bool = False


class GrantForm(Form):
    """``columns``, ``rows`` and ``disclosure`` are written as in a scenario file."""

    mode: SharingMode
    columns: dict[str, Any]
    rows: list[dict[str, Any]] = []
    disclosure: dict[str, Any] = {}
    departments: list[str] = []


class PersonForm(Form):
    department: str = DEPARTMENT
    roles: list[Role] = [Role.analyst]


class ExpectForm(Form):
    """``ok``, ``refused`` or ``any``; or a mapping of one: ``refused``, ``rows``, ``withheld``."""

    outcome: Literal["ok", "refused", "any"] | None = None
    refused: Code | None = None
    rows: list[list[Any]] | None = None
    withheld: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"outcome": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> ExpectForm:
        if len(self.model_fields_set) != 1:
            raise ValueError("exactly one of ok, refused, any, rows, withheld")
        return self

    def written(self) -> Any:
        """As it stands in a file."""
        return self.outcome or self.model_dump(mode="json", exclude_unset=True)


class CompareForm(Form):
    """As ``client.compare`` takes it. Its rows are each key with the outcomes, in order."""

    resource: str
    on: str | list[str] | dict[str, str]
    keys: list[Any] = []
    values: list[Any] | dict[str, list[Any]] = []


class ViewForm(Form):
    """As ``client.view`` takes it: ``where`` is ``{column: value}`` or a list of ``[column,
    operator, value]``, ``order_by`` a column or several, ``-column`` downwards."""

    resource: str
    columns: list[str] | None = None
    where: dict[str, Any] | list[list[Any]] = {}
    order_by: str | list[str] = []
    page: int = 1
    rows: int | None = None


class QueryForm(Form):
    """One line of the test: ``sql``, ``view`` or ``compare``, and what must come of it. Without
    ``tier`` a statement runs in the one that holds what it names."""

    expect: ExpectForm
    sql: str = ""
    view: ViewForm | None = None
    compare: CompareForm | None = None
    as_: str = Field(default="", alias="as")
    today: date | None = None
    tier: StatementTier | None = None

    @property
    def text(self) -> str:
        """What is asked, as one text."""
        if self.sql:
            return self.sql
        asked = {name: getattr(self, name) for name in ("view", "compare")}
        forms = {name: form.model_dump(mode="json") for name, form in asked.items() if form}
        return json.dumps(forms, ensure_ascii=False)


class PolicyTest(Form):
    """A whole file. ``valid_from`` and ``valid_until`` hold for all its grants."""

    resources: dict[str, ResourceForm]
    grants: dict[str, GrantForm] = {}
    queries: list[QueryForm] = []
    canaries: list[str] = []
    people: dict[str, PersonForm] = {}
    today: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    settings: dict[str, Any] = {}


def parse(path: Path) -> PolicyTest:
    """Read one file. Raises InvalidInput with every finding."""
    document = read(path, path.name)
    raise_errors(document.findings)
    return check(document, path.parent)


def check(document: Document, folder: Path) -> PolicyTest:
    """The checked form of a document. Raises InvalidInput."""
    form, findings = validate(PolicyTest, document.value, document)
    raise_errors(findings)
    assert form is not None  # a None form comes with errors
    raise_errors(_contradictions(form, document, folder))
    return form


def _contradictions(form: PolicyTest, document: Document, folder: Path) -> list[Finding]:
    found = []
    for name in form.grants.keys() - form.resources.keys():
        found.append(_unknown(document, ("grants", name), name, form.resources))
    for name, resource in form.resources.items():
        if not (folder / resource.data).is_file():
            problem = Text(f"找不到数据文件 {resource.data}", f"no data file {resource.data}")
            fix = Text("放在本文件旁边。", "Put it beside this file.")
            found.append(document.finding(("resources", name, "data"), problem, fix))
    for index, query in enumerate(form.queries):
        if sum(map(bool, (query.sql, query.view, query.compare))) != 1:
            problem = Text(
                "sql、view、compare 必须三选一", "one of sql, view and compare must be there"
            )
            fix = Text("写其中一个。", "Write one of them.")
            found.append(document.finding(("queries", index), problem, fix))
        if query.as_ and query.as_ not in form.people:
            found.append(_unknown(document, ("queries", index, "as"), query.as_, form.people))
    return found


def _unknown(document: Document, path: tuple[str | int, ...], name: str, known: Any) -> Finding:
    problem = Text(f"未知的名称 {name}", f"unknown name {name}")
    return document.finding(path, problem, suggest(name, known))
