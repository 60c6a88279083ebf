"""What the HTTP side answers, as strict models: nothing leaves that is not named here."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.errors import Text
from workbench.ledger.chain import fields_of, stamp
from workbench.model.actor import Actor
from workbench.model.contract import Column, Resource, SharingType
from workbench.model.decision import Visible
from workbench.model.entry import Filed
from workbench.model.regulation import UNSTATED, Regulation
from workbench.policy.ruled import told

MAX_LIMIT = 1000


Status = Literal["ok", "contracts_invalid"]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Health(Answer):
    """``contracts_invalid``: a file of the contracts is wrong; what stands in it is not served."""

    status: Status
    version: str
    flight: str
    certificate_expires: date | None = None
    """The last day of the server certificate; None without TLS."""
    certificate_expires_soon: bool = False


class SignIn(Answer):
    """``address`` is where the person sits, for a server of pages to say, with its door token."""

    user: str = Field(max_length=128)
    password: str = Field(max_length=1024)
    address: str = Field(default="", max_length=64)


class Refresh(Answer):
    session_token: str = Field(max_length=4096)


class AccessToken(Answer):
    """``expires_in``: seconds."""

    access_token: str
    expires_in: int


class SignedIn(AccessToken):
    session_token: str


class Me(Answer):
    id: str
    department: str
    roles: list[str]
    viewer: str
    viewer_department: str

    @classmethod
    def of(cls, actor: Actor) -> Me:
        return cls(
            id=actor.id,
            department=actor.department,
            roles=sorted(actor.roles),
            viewer=actor.viewer,
            viewer_department=actor.viewer_department,
        )


class Said(Answer):
    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> Said:
        return cls(zh=text.zh, en=text.en)


class CatalogueColumn(Answer):
    name: str
    title: str
    type: str
    classification: str
    personal: str

    @classmethod
    def of(cls, column: Column) -> CatalogueColumn:
        return cls(
            name=column.name,
            title=column.title,
            type=column.type,
            classification=str(column.classification or ""),
            personal=column.personal.value,
        )


class CatalogueEntry(Answer):
    name: str
    title: Said
    sharing_type: str
    provider: str = ""
    department: str = ""
    library: str = ""
    sharing_mode: str = ""
    conditions: str = ""
    usage_requirements: str = ""
    open_type: str = ""
    update_cycle: str = ""
    last_update: date | None = None
    obtained_on: date | None = None
    licence: str = ""
    figure_status: str = ""
    columns: list[CatalogueColumn] = []
    decided: list[Said] = []
    """What procedures decided that stands above the contract today."""

    @classmethod
    def of(cls, resource: Resource, regulation: Regulation = UNSTATED) -> CatalogueEntry:
        """A resource that is not shared shows only that it exists (Foshan 2019 art. 12), and so
        does one that was withdrawn, sealed or destroyed."""
        head: dict[str, Any] = {
            "name": resource.name,
            "title": Said.of(resource.title),
            "sharing_type": resource.sharing.type.value,
            "decided": [Said.of(told(one, regulation)) for one in resource.ruled],
        }
        if resource.sharing.type is SharingType.not_shared or resource.closed is not None:
            return cls(**head)
        return cls(
            **head,
            provider=resource.provider,
            department=resource.department,
            library=resource.library.value,
            sharing_mode=resource.sharing.mode.value if resource.sharing.mode else "",
            conditions=resource.sharing.conditions,
            usage_requirements=resource.sharing.usage_requirements,
            open_type=resource.open_type.value,
            update_cycle=resource.update_cycle,
            last_update=resource.last_update,
            obtained_on=resource.obtained_on,
            licence=resource.licence,
            figure_status=resource.figure_status.value,
            columns=[CatalogueColumn.of(c) for c in resource.columns],
        )


class GrantedColumn(Answer):
    name: str
    use: str
    mask: str


class VisibleGrant(Answer):
    scenario: str
    resource: str
    columns: list[GrantedColumn]
    mode: str
    state: str
    valid_until: str
    because: str

    @classmethod
    def of(cls, line: Visible) -> VisibleGrant:
        columns = [GrantedColumn(name=n, use=u, mask=m) for n, u, m in line.columns]
        return cls(**{**line.__dict__, "columns": columns})


class TableColumn(Answer):
    """``tiers`` in which the column may be used."""

    table: str
    column: str
    type: str
    tiers: list[str]

    @classmethod
    def of(cls, seen: Any) -> TableColumn:
        """``seen`` as the query path gives it."""
        tiers = [tier.value for tier in seen.tiers]
        return cls(table=seen.table, column=seen.column, type=seen.type, tiers=tiers)


class Stamp(Answer):
    """Another one where an answer may have become another: ask again then."""

    stamp: str


class Building(Answer):
    """A workspace that is waited for: its place in the queue (from 1; 0 while it is built), then
    the ``number`` of the ``table`` in work, of ``tables``, and the rows written before it."""

    position: int
    table: str
    number: int
    tables: int
    rows: int


class Query(Answer):
    """``seconds`` since it arrived; ``percent`` 0-100 is the engine's guess, or null; ``build``
    only while a workspace is waited for."""

    id: str
    scenario: str
    stage: str
    seconds: float
    percent: float | None
    rows: int
    build: Building | None = None

    @classmethod
    def of(cls, progress: Any) -> Query:
        """``progress`` as the query path gives it."""
        build = progress.build
        shown = None if build is None else Building(**vars(build))
        return cls(**{**vars(progress), "build": shown})


class Cancelled(Answer):
    cancelled: bool


class Usage(Answer):
    """One of the caller's own entries of the ledger."""

    seq: int
    at: str
    event: str
    actor: str
    viewer: str
    scenario: str
    purpose: str
    content: dict[str, list[str]]
    method: str
    medium: str
    release: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, filed: Filed) -> Usage | None:
        """None for an entry that cannot be read: ``workbench audit verify`` tells of it."""
        fields = fields_of(filed.entry.body)
        if fields is None:
            return None
        named = {name: fields[name] for name in cls.model_fields if name in fields}
        return cls(**{**named, "at": stamp(filed.entry.at)})


class Reasons(Answer):
    """An error. ``message`` is in the caller's language; ``reasons`` always in both."""

    message: str
    reasons: list[dict[str, Any]]


def json_bytes(answer: BaseModel) -> bytes:
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False).encode()
