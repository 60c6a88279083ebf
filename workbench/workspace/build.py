"""Writing one workspace: an encrypted DuckDB file that holds what the grants allow.

The rows of every table are sorted by what was released and by nothing else, so that the order
of an extract (by a withheld income, say) does not arrive with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from workbench.engine.duckdb import (
    WORKSPACE,
    Resources,
    attach_encrypted,
    identifier,
    literal,
    open_builder,
)
from workbench.model.contract import Column
from workbench.model.grant import ColumnGrant, Use
from workbench.workspace.masks import column_sql, pseudonym_macro, scope_sql
from workbench.workspace.spec import TableSpec, WorkspaceSpec


@dataclass(frozen=True)
class BuiltTable:
    """``columns`` are ``(name, DuckDB type)``; ``below_floor`` maps a join key that has too few
    distinct values, and so was left out, to their number."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    below_floor: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    tables: tuple[BuiltTable, ...]

    def table(self, name: str) -> BuiltTable | None:
        return next((t for t in self.tables if t.name == name), None)


def build(
    spec: WorkspaceSpec,
    file: Path,
    key: str,
    pseudonym_key: bytes,
    resources: Resources,
    scratch: Path,
    on_table: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Write ``spec`` to ``file`` (must not exist), encrypted with ``key``.

    Raises duckdb.Error; the caller removes the file then.
    """
    con = open_builder(resources, scratch)
    try:
        con.execute(pseudonym_macro(pseudonym_key))
        attach_encrypted(con, file, key, write=True)
        built = []
        for table in sorted(spec.tables, key=lambda t: t.resource.name):
            on_table(table.resource.name)
            built.append(_write(con, table, spec.join_key_floor))
        con.execute(f"CHECKPOINT {WORKSPACE}")
        con.execute(f"DETACH {WORKSPACE}")
        return Manifest(tuple(built))
    finally:
        con.close()


def _write(con: duckdb.DuckDBPyConnection, table: TableSpec, floor: int) -> BuiltTable:
    if table.extract.parquet_key:
        named, key = literal(_key_name(table)), literal(table.extract.parquet_key)
        con.execute(f"PRAGMA add_parquet_key({named}, {key})")
    source = _source(table)
    low = _below_floor(con, table, source, floor)
    kept = [(c, g) for c, g in table.columns() if c.name not in low]
    name = f"{WORKSPACE}.{identifier(table.resource.name)}"
    if not kept:
        return BuiltTable(table.resource.name, (), 0, low)
    listed = ", ".join(_select(c, g) for c, g in kept)
    con.execute(f"CREATE TABLE {name} AS SELECT {listed} FROM {source} ORDER BY ALL")
    described = con.execute(f"DESCRIBE {name}").fetchall()
    (rows,) = con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
    return BuiltTable(table.resource.name, tuple((d[0], d[1]) for d in described), rows, low)


def _select(column: Column, granted: ColumnGrant) -> str:
    return f"{column_sql(column, granted)} AS {identifier(column.name)}"


def _source(table: TableSpec) -> str:
    """The rows in scope. Only after this does anything choose columns."""
    files = ", ".join(literal(f) for f in table.extract.files)
    columns = {c.name.casefold(): c for c in table.resource.columns}
    scope = scope_sql(table.grant.rows, columns)
    if not table.extract.files:
        empty = ", ".join(f"NULL::{c.type} AS {identifier(c.name)}" for c in table.resource.columns)
        return f"(SELECT {empty} LIMIT 0)"
    opened = f", encryption_config = {{footer_key: {literal(_key_name(table))}}}"
    key = opened if table.extract.parquet_key else ""
    return f"(SELECT * FROM read_parquet([{files}]{key}) WHERE {scope})"


def _key_name(table: TableSpec) -> str:
    return f"key of {table.resource.name}"


def _below_floor(
    con: duckdb.DuckDBPyConnection, table: TableSpec, source: str, floor: int
) -> dict[str, int]:
    """Join keys whose distinct values in scope are fewer than ``floor``.

    A pseudonym hides a value among its equals; with few values their frequencies name them.
    """
    keys = [c.name for c, g in table.columns() if g.use is Use.join_key]
    if not keys:
        return {}
    counted = ", ".join(f"count(DISTINCT {identifier(k)})" for k in keys)
    counts = con.execute(f"SELECT {counted} FROM {source}").fetchone() or ()
    return {k: n for k, n in zip(keys, counts, strict=True) if n < floor}
