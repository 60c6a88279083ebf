"""The endpoints of exports: keep a release as a file, list one's own, verify their receipts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI, Query, Request
from pydantic import Field, field_validator

from workbench.gateway.answers import MAX_LIMIT, Answer
from workbench.gateway.envelope import line_of
from workbench.gateway.exports import Exports, Order
from workbench.ledger.exports import Export
from workbench.ledger.receipts import Receipt, fingerprint
from workbench.model.actor import Actor
from workbench.model.receipt import Change

_COUNT = Field(ge=0, lt=2**53)


class Exporting(Answer):
    """The file that was written and is not kept before the answer is there. ``digest`` is its
    SHA-256 in hex; ``name`` has no folder; ``rows`` and ``columns`` are those of the release, also
    of a picture (png) that was drawn of it, and of a document (json) that it went into."""

    release: str = Field(min_length=1, max_length=128)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    format: Literal["parquet", "csv", "xlsx", "png", "json"]
    name: str = Field(min_length=1, max_length=255)
    rows: int = _COUNT
    columns: int = _COUNT
    changes: list[Change] = Field(default=[], max_length=len(Change))

    @field_validator("name")
    @classmethod
    def _no_folder(cls, value: str) -> str:
        if not value.isprintable() or {"/", "\\"} & set(value):
            raise ValueError("a file's name, without its folder")
        return value

    def order(self) -> Order:
        return Order(**{**dict(self), "changes": tuple(c.value for c in self.changes)})


class Receipted(Answer):
    """What is written beside the file. See ``workbench.ledger.receipts``."""

    receipt: dict[str, Any]
    signature: str

    @classmethod
    def of(cls, receipt: Receipt) -> Receipted:
        return cls(**receipt.to_dict())


class ExportedGrant(Answer):
    id: str
    resource: str
    state: str
    ended_on: date | None


class Exported(Answer):
    """One of the caller's own exports. Where ``ended``, the file has to be destroyed, and had to
    be since ``destroy_since`` (null where the day is not known)."""

    seq: int
    at: str
    scenario: str
    release: str
    name: str
    format: str
    rows: int
    digest: str
    grants: list[ExportedGrant]
    ended: bool
    destroy_since: date | None

    @classmethod
    def of(cls, export: Export) -> Exported:
        found = export.to_dict()
        return cls.model_validate({name: found[name] for name in cls.model_fields})


class ReceiptKey(Answer):
    """The public key that receipts are verified with, as PEM, and SHA-256 of its raw bytes."""

    pem: str
    fingerprint: str


def add(app: FastAPI, exports: Exports, caller: Any) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    @app.post("/exports")
    def export(body: Exporting, request: Request, who: Actor = caller) -> Receipted:
        receipt = exports.export(who, body.order())
        line_of(request.scope).scenario = str(receipt.body["scenario"])
        return Receipted.of(receipt)

    @app.get("/exports")
    def mine(
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50, who: Actor = caller
    ) -> list[Exported]:
        return [Exported.of(one) for one in exports.mine(who, limit)]

    @app.get("/exports/key")
    def key(who: Actor = caller) -> ReceiptKey:
        public = exports.public_key
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return ReceiptKey(pem=pem.decode(), fingerprint=fingerprint(public))
