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
from workbench.workspace.masks import compare_key, consent_macro, pseudonym_macro
from workbench.workspace.plan import Plan, TablePlan

ENTITY = "·entity"
"""The column of a statistics tier that tells entities apart. No statement can name it."""
UNIT = "·unit"
"""The column that tells its rows apart, and knows each again in another version and another
scenario: by the contract's unique key, or else by all that it holds. No statement can name it."""


@dataclass(frozen=True)
class TableFacts:
    """What the statistics tier has to know of a table before it may release anything of it.

    ``entities``: how many there are (the rows, where no entity is counted); ``most_rows``: of one
    entity; ``columns``: what was measured of each, as ``disclosure.shapes.Facts`` names it.
    """

    entities: int
    most_rows: int
    columns: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class BuiltTable:
    """``columns`` are ``(name, DuckDB type)``; ``below_floor`` maps a join key that has too few
    distinct values, and so was left out, to their number."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    below_floor: dict[str, int] = field(default_factory=dict)
    facts: TableFacts | None = None


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
                    TableFacts(**t["facts"]) if t["facts"] else None,
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

    ``pseudonym_key`` makes the pseudonyms; of a table of digests it is the root of its own key.
    Raises duckdb.Error; the caller removes the file then.
    """
    con = open_builder(resources, scratch)
    try:
        attach_encrypted(con, file, key, write=True)
        built: list[BuiltTable] = []
        for number, table in enumerate(plan.tables, start=1):
            on_table(number, table.name, sum(t.rows for t in built))
            own = compare_key(pseudonym_key, table.name) if table.digests else pseudonym_key
            con.execute(pseudonym_macro(own))
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
    if table.consent_key:
        con.execute(consent_macro(bytes.fromhex(table.consent_key)))
    low = _below_floor(con, table, floor)
    kept = [select for column, select in table.columns if column not in low]
    if kept and table.entity:
        kept.append(f"hash({table.entity}) AS {identifier(ENTITY)}")
        kept.append(f"hash({table.unit or table.entity}) AS {identifier(UNIT)}")
    name = f"{WORKSPACE}.{identifier(table.name)}"
    if not kept:
        return BuiltTable(table.name, (), 0, low)
    con.execute(f"CREATE TABLE {name} AS SELECT {', '.join(kept)} FROM {table.source} ORDER BY ALL")
    described = con.execute(f"DESCRIBE {name}").fetchall()
    (rows,) = con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
    columns = tuple((d[0], d[1]) for d in described if d[0] not in (ENTITY, UNIT))
    return BuiltTable(table.name, columns, rows, low, _facts(con, table, name, rows, low))


def _facts(
    con: duckdb.DuckDBPyConnection, table: TablePlan, name: str, rows: int, low: Mapping[str, int]
) -> TableFacts | None:
    grouping = [column for column in table.grouping if column not in low]
    if not grouping and not table.entity:
        return None
    entities, most = rows, 1
    if table.entity:
        entities, most = _one(con, _ENTITIES.format(name=name, entity=identifier(ENTITY)))
    columns: dict[str, dict[str, Any]] = {}
    for column in grouping:  # one by one: together they would all have to fit into memory
        measured = _one(con, _VALUES.format(name=name, column=identifier(column)))
        columns[column] = dict(zip(("distinct", "nulls", "often"), measured, strict=True))
    for column in table.measures:
        columns[column] = _measure(con, name, identifier(column))
    return TableFacts(entities, most or 0, columns)


_ENTITIES = "SELECT count(*), max(n) FROM (SELECT count(*) AS n FROM {name} GROUP BY {entity})"
_VALUES = (
    "SELECT count(v), coalesce(sum(n) FILTER (v IS NULL), 0)::BIGINT, "
    "coalesce(max(n) FILTER (v IS NOT NULL), 0) "
    "FROM (SELECT {column} AS v, count(*) AS n FROM {name} GROUP BY 1)"
)
_SIGNS = (
    "SELECT count(*) FILTER ({column} IS NULL), "
    "count(*) FILTER ({column} < 0 OR NOT isfinite({column}::DOUBLE)) FROM {name}"
)
_LARGEST = (
    "SELECT max(held) FROM (SELECT sum({column}::DOUBLE) AS held FROM {name} GROUP BY {entity})"
)
_COMMONEST = (
    "SELECT max(n) FROM (SELECT count(*) AS n FROM {name} WHERE {column} <> 0 GROUP BY {column})"
)


def _measure(con: duckdb.DuckDBPyConnection, name: str, column: str) -> dict[str, Any]:
    """Of a measure: what bounds the share of one entity in any total, and how often a value
    stands there twice."""
    nulls, unbounded = _one(con, _SIGNS.format(name=name, column=column))
    if unbounded:
        return {"nulls": nulls}
    (largest,) = _one(con, _LARGEST.format(name=name, column=column, entity=identifier(ENTITY)))
    (commonest,) = _one(con, _COMMONEST.format(name=name, column=column))
    return {"nulls": nulls, "largest": largest or 0.0, "commonest": commonest or 0}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None  # an aggregate without groups gives one row
    return row


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
