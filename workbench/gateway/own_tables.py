"""Tables that people bring along: how they come (Flight), and are listed and let go (HTTP)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, Protocol

import pyarrow as pa
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from workbench.catalogue.city_schema import Settings
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.envelope import line_of
from workbench.gateway.flightsql import unsupported
from workbench.gateway.scenario import picked
from workbench.model.actor import Actor
from workbench.model.read_set import OWN
from workbench.query_path import own_reasons as say

INGEST = "CommandStatementIngest"


class Kept(Protocol):
    """A table that is there (``query_path.own_tables``)."""

    @property
    def scenario(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def rows(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def until(self) -> datetime: ...
    @property
    def digest(self) -> str: ...


class OwnTables(Protocol):
    """The store of them, as far as the doors need it."""

    @property
    def limits(self) -> Settings: ...
    def bring(
        self, actor: Actor, scenario: str, name: str, table: pa.Table, until: datetime
    ) -> Kept: ...
    def mine(self, actor: Actor, scenario: str = "") -> tuple[Kept, ...]: ...
    def drop(self, actor: Actor, scenario: str, name: str) -> Kept: ...


def name_of(body: Any) -> str:
    """Of the table that an ingestion makes. Raises InvalidInput for one into another schema: only
    ``own`` takes any."""
    if not body.HasField("schema") or body.schema.casefold() != OWN:
        raise unsupported(INGEST)
    if body.HasField("transaction_id"):
        raise unsupported("transaction")
    return str(body.table)


def read_table(reader: Any, limits: Settings) -> pa.Table:
    """What a Flight reader holds. Reading stops as soon as a limit is passed. Raises LimitReached,
    InvalidInput."""
    found: list[pa.RecordBatch] = []
    rows = size = 0
    try:
        schema = reader.schema
        for batch in _batches(reader):
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > limits.own_table_rows:
                raise say.too_many_rows(rows, limits.own_table_rows)
            if size > limits.own_table_mb << 20:
                raise say.too_large(size, limits.own_table_mb)
            batch.validate(full=True)
            found.append(batch)
        return pa.Table.from_batches(found, schema)
    except (pa.ArrowException, OSError):
        raise _unreadable() from None


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    for chunk in reader:
        if chunk.data is not None:
            yield chunk.data


def _unreadable() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "表不是有效的 Arrow 数据。",
        "The table is not valid Arrow data.",
        next=Text("请用 client.bring(名称, 表)。", "Use client.bring(name, table)."),
    )


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Drop(Answer):
    name: str = Field(min_length=1, max_length=128)
    scenario: str = Field(default="", max_length=128)


class OwnColumn(Answer):
    name: str
    type: str


class OwnTableAnswer(Answer):
    """``bytes`` in memory; it lasts ``until`` the session ends that brought it. ``digest`` stands
    in the ledger too."""

    scenario: str
    table: str
    columns: list[OwnColumn]
    rows: int
    bytes: int
    until: datetime
    digest: str

    @classmethod
    def of(cls, kept: Kept) -> OwnTableAnswer:
        return cls(
            scenario=kept.scenario,
            table=f"{OWN}.{kept.name}",
            columns=[OwnColumn(name=name, type=type_) for name, type_ in kept.columns],
            rows=kept.rows,
            bytes=kept.size,
            until=kept.until,
            digest=kept.digest,
        )


def add(
    app: FastAPI,
    tables: Callable[[], OwnTables],
    usable: Callable[[Actor], tuple[str, ...]],
    caller: Any,
) -> None:
    """``usable`` gives the scenarios in which somebody has an active grant."""

    @app.get("/own-tables")
    def listed(
        request: Request,
        scenario: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> list[OwnTableAnswer]:
        line_of(request.scope).scenario = scenario
        return [OwnTableAnswer.of(kept) for kept in tables().mine(who, scenario)]

    @app.post("/own-tables/drop")
    def drop(body: Drop, request: Request, who: Actor = caller) -> OwnTableAnswer:
        wanted = picked(body.scenario, who, usable)
        line_of(request.scope).scenario = wanted
        return OwnTableAnswer.of(tables().drop(who, wanted, body.name))
