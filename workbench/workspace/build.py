"""Writing one workspace: an encrypted DuckDB file that holds what the grants allow.

The rows of every table are sorted by what was released and by nothing else, so that the order
of an extract (by a withheld income, say) does not arrive with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from workbench.engine.duckdb import (
    WORKSPACE,
    Resources,
    attach_encrypted,
    identifier,
    literal,
    open_builder,
)
from workbench.workspace.masks import pseudonym_macro
from workbench.workspace.plan import Plan, TablePlan


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

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Manifest:
        return cls(
            tuple(
                BuiltTable(
                    t["name"],
                    tuple((name, type_) for name, type_ in t["columns"]),
                    t["rows"],
                    t["below_floor"],
                )
                for t in value["tables"]
            )
        )

    def table(self, name: str) -> BuiltTable | None:
        return next((t for t in self.tables if t.name == name), None)


Wrote = Callable[[int, str, int], None]
"""Told before each table: its number from 1, its name, and the rows written so far."""


def build(
    plan: Plan,
    file: Path,
    key: str,
    pseudonym_key: bytes,
    resources: Resources,
    scratch: Path,
    on_table: Wrote = lambda *_: None,
) -> Manifest:
    """Write ``plan`` to ``file`` (must not exist), encrypted with ``key``.

    Raises duckdb.Error; the caller removes the file then.
    """
    con = open_builder(resources, scratch)
    try:
        con.execute(pseudonym_macro(pseudonym_key))
        attach_encrypted(con, file, key, write=True)
        built: list[BuiltTable] = []
        for number, table in enumerate(plan.tables, start=1):
            on_table(number, table.name, sum(t.rows for t in built))
            built.append(_write(con, table, plan.join_key_floor))
        con.execute(f"CHECKPOINT {WORKSPACE}")
        con.execute(f"DETACH {WORKSPACE}")
        return Manifest(tuple(built))
    finally:
        con.close()


def _write(con: duckdb.DuckDBPyConnection, table: TablePlan, floor: int) -> BuiltTable:
    if table.parquet_key:
        named, key = literal(table.key_name), literal(table.parquet_key)
        con.execute(f"PRAGMA add_parquet_key({named}, {key})")
    low = _below_floor(con, table, floor)
    kept = [select for column, select in table.columns if column not in low]
    name = f"{WORKSPACE}.{identifier(table.name)}"
    if not kept:
        return BuiltTable(table.name, (), 0, low)
    con.execute(f"CREATE TABLE {name} AS SELECT {', '.join(kept)} FROM {table.source} ORDER BY ALL")
    described = con.execute(f"DESCRIBE {name}").fetchall()
    (rows,) = con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
    return BuiltTable(table.name, tuple((d[0], d[1]) for d in described), rows, low)


def _below_floor(con: duckdb.DuckDBPyConnection, table: TablePlan, floor: int) -> dict[str, int]:
    """Join keys whose distinct values in scope are fewer than ``floor``.

    A pseudonym hides a value among its equals; with few values their frequencies name them.
    """
    keys = table.join_keys
    if not keys:
        return {}
    counted = ", ".join(f"count(DISTINCT {identifier(k)})" for k in keys)
    counts = con.execute(f"SELECT {counted} FROM {table.source}").fetchone() or ()
    return {k: n for k, n in zip(keys, counts, strict=True) if n < floor}
