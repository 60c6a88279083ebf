"""The customProperties of a contract: names of ours, since ODCS leaves them free.

A property whose name begins with ``x-`` belongs to somebody else and is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from open_data_contract_standard.model import CustomProperty
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from workbench.catalogue.mask_rules import MaskRuleSpec
from workbench.catalogue.reading_schema import ReadProperties, Words
from workbench.declared import schema
from workbench.declared.findings import Path
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.model.contract import Derived, DerivedSource, SharingMode

Properties = TypeVar("Properties", bound=BaseModel)


class _Properties(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Conditions(_Properties):
    """A condition names its scope and purpose (Heilongjiang 2025 art. 21)."""

    scope: str = ""
    purpose: str = ""


class DerivedSourceSpec(_Properties):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    resource: str = Field(min_length=1)
    version: str = ""
    columns: list[str]
    grant: list[str] = Field(min_length=5, max_length=5)


class DerivedSpec(_Properties):
    """Written by the gateway; see docs/own-tables.md."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    release: str = Field(min_length=1)
    entry: int = Field(ge=0)
    department: str = Field(min_length=1)
    mode: Literal["statistics", "obtain"]
    until: date | None = None
    sources: list[DerivedSourceSpec] = Field(min_length=1)


class ResourceProperties(_Properties):
    """Sharing attributes of a resource (digest, "Catalogue entry")."""

    title_en: str = ""
    provider: str = Field(min_length=1)
    department: str = ""
    library_kind: Literal["base", "topic", "business"]
    sharing_type: Literal["unconditional", "conditional", "not_shared"]
    sharing_mode: Literal["view", "compare", "statistics", "obtain"] | None = None
    sharing_conditions: Conditions | None = None
    sharing_reason: str = ""
    legal_basis: str = ""
    usage_requirements: str = ""
    open_type: Literal["unconditional", "conditional", "not_open"] = "not_open"
    open_conditions: str = ""
    update_cycle: str = ""
    last_update: date | None = None
    obtained_on: date | None = None
    provision_method: str = ""
    source_system: str = ""
    source: str = ""
    licence: str = ""
    membership_told: bool = False
    figure_status: Literal["preliminary", "awaiting_sign_off", "final"] = "final"
    pass_on: bool | None = None
    derived: DerivedSpec | None = None
    secrecy: str = "none"


class ColumnProperties(_Properties):
    """Attributes of one data item."""

    personal: Literal["no", "personal", "sensitive"] = "no"
    identifier: Literal["resident_id", "credit_code", "division_code", "industry_code"] | None = (
        None
    )
    entity_key: bool = False
    bands: list[Any] | None = None
    masks: list[MaskRuleSpec] | None = None
    mask_required: bool = False
    element: str = Field(default="", pattern=r"^([^\s·:]{1,64})?$")
    secrecy: str = "none"
    source_name: Words | None = None
    read: ReadProperties | None = None


def derived_of(spec: DerivedSpec) -> Derived:
    return Derived(
        release=spec.release,
        entry=spec.entry,
        department=spec.department,
        mode=SharingMode(spec.mode),
        until=spec.until,
        sources=tuple(
            DerivedSource(one.resource, one.version, tuple(one.columns), tuple(one.grant))
            for one in spec.sources
        ),
    )


def read(
    model: type[Properties], found: Sequence[CustomProperty] | None, base: Path, notes: Notes
) -> Properties | None:
    """The customProperties at ``base`` as one model, or None where they do not fit it."""
    places: dict[str, Path] = {}
    values: dict[str, Any] = {}
    for index, item in enumerate(found or ()):
        here = (*base, "customProperties", index)
        name = item.property or ""
        if name.startswith("x-"):
            continue
        if not name:
            notes.error(here, _NO_NAME, _GIVE_NAME)
        elif name in values:
            notes.error((*here, "property"), _twice(name), _KEEP_ONE)
        else:
            places[name], values[name] = (*here, "value"), item.value
    values = _spelt_out(values, places, notes)

    def locate(path: Path) -> Path:
        if path and path[0] in places:
            return (*places[str(path[0])], *path[1:])
        return (*base, "customProperties", *path)

    model_value, findings = schema.validate(model, values, notes.document, locate)
    notes.extend(findings)
    return model_value


def place(found: Sequence[CustomProperty] | None, name: str, base: Path = ()) -> Path:
    """Where the value of a customProperty stands in the document."""
    for index, item in enumerate(found or ()):
        if item.property == name:
            return (*base, "customProperties", index, "value")
    return (*base, "customProperties")


def _spelt_out(values: dict[str, Any], places: dict[str, Path], notes: Notes) -> dict[str, Any]:
    """A condition in one sentence cannot be checked for scope and purpose: ask for both."""
    if isinstance(values.get("sharingConditions"), str):
        notes.error(places["sharingConditions"], _CONDITION_TEXT, _CONDITION_FIX)
        return {**values, "sharingConditions": {"scope": "?", "purpose": "?"}}
    return values


def _twice(name: str) -> Text:
    return Text(f"{name} 写了两次", f"{name} is given twice")


_NO_NAME = Text("缺少 property（名称）", "property (its name) is missing")
_GIVE_NAME = Text("补上 property。", "Add property: NAME.")
_KEEP_ONE = Text("只保留一处。", "Keep one of them.")
_CONDITION_TEXT = Text(
    "共享条件须分别写明范围和用途（黑龙江2025第21条）",
    "a sharing condition names its scope and its purpose apart (Heilongjiang 2025 art. 21)",
)
_CONDITION_FIX = Text(
    "写成 {scope: 哪些部门可用, purpose: 用于什么}。",
    "Write {scope: who may use it, purpose: for what}.",
)
