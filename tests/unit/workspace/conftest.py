"""A small extract on disk, and specs over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from workbench.errors import Text
from workbench.extracts.versions import ExtractVersion
from workbench.model.contract import (
    Column,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind, RowCondition
from workbench.workspace.spec import TableSpec, WorkspaceSpec

COLUMNS = {
    "id": "BIGINT",
    "bsn": "VARCHAR",
    "town": "VARCHAR",
    "income": "DOUBLE",
}
ROWS = (
    "SELECT i AS id, 'BSN-' || i AS bsn, 'T' || (i % 3) AS town, i * 1.5 AS income "
    "FROM range(900) t(i)"
)

SpecOf = Callable[..., WorkspaceSpec]


@pytest.fixture
def spec_of(tmp_path: Path) -> SpecOf:
    """``spec_of(columns={name: ColumnGrant}, rows=(), sql=ROWS, version=0, floor=50)``."""

    def make(
        columns: tuple[ColumnGrant, ...] = (ColumnGrant("id"), ColumnGrant("town")),
        rows: tuple[RowCondition, ...] = (),
        sql: str = ROWS,
        version: int = 0,
        floor: int = 50,
        department: str = "user",
        name: str = "person",
    ) -> WorkspaceSpec:
        file = tmp_path / f"{name}-{version}.parquet"
        duckdb.sql(f"COPY ({sql}) TO '{file}'")
        resource = Resource(
            id=name,
            name=name,
            title=Text(name, name),
            version="1",
            provider="provider",
            department="provider",
            library=LibraryKind.base,
            sharing=Sharing(SharingType.conditional, SharingMode.obtain),
            columns=tuple(Column(n, t) for n, t in COLUMNS.items()),
        )
        origin = Origin(OriginKind.scenario, "s@1", "authority")
        grant = Grant(
            f"s/{department}", "s", department, name, columns, SharingMode.obtain, origin, rows
        )
        now = datetime(2026, 11, 22, tzinfo=UTC)
        extract = ExtractVersion(
            name, version, f"digest-{version}", 900, now, None, None, "1", (str(file),)
        )
        return WorkspaceSpec("s", (TableSpec(grant, resource, extract),), "key-1", floor)

    return make
