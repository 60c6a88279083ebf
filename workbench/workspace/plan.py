"""What a builder has to write, as plain data: SQL of ours, made from grants and contracts.

The gateway makes it, so that a builder's process learns nothing of people, grants or contracts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.catalogue.types import is_number
from workbench.engine.duckdb import identifier, literal
from workbench.extracts.sources import Pulled
from workbench.model.consent import kind_key
from workbench.model.contract import Column
from workbench.model.grant import ColumnGrant, Use
from workbench.model.tier import Tier
from workbench.workspace.masks import column_sql, consent_sql, digest_sql, scope_sql
from workbench.workspace.needed import by_name, needed
from workbench.workspace.spec import TableSpec, WorkspaceSpec


@dataclass(frozen=True)
class Consented:
    """The digests of those who consent in a scenario, in one column ``subject`` of a Parquet
    ``file``; ``key`` is the scenario's, of which each kind of key has one."""

    file: Path
    key: bytes


@dataclass(frozen=True)
class TablePlan:
    """``source`` are the rows in scope; ``columns`` pairs of a name and what to select as it.

    ``join_keys`` are the columns that the floor may leave out. ``parquet_key`` opens the files.
    ``entity``: what tells the table's entities apart, where they are counted; it is written as
    ENTITY, and what tells its rows apart, ``unit``, as UNIT. Of ``grouping`` columns the values are
    counted, of ``measures`` the concentration.
    ``digests``: it has keyed digests only, by a key of its own. ``consent_key``, in hex, digests
    whom a row is about, where ``source`` asks for their consent.
    """

    name: str
    source: str
    columns: tuple[tuple[str, str], ...]
    join_keys: tuple[str, ...]
    parquet_key: str = ""
    entity: str = ""
    unit: str = ""
    grouping: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    digests: bool = False
    consent_key: str = ""

    @property
    def key_name(self) -> str:
        """The name under which the builder knows ``parquet_key``."""
        return _key_name(self.name)


@dataclass(frozen=True)
class Plan:
    """One workspace, its tables in the order in which they are written."""

    tables: tuple[TablePlan, ...]
    join_key_floor: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Plan:
        tables = tuple(
            TablePlan(
                t["name"],
                t["source"],
                tuple((name, expression) for name, expression in t["columns"]),
                tuple(t["join_keys"]),
                t["parquet_key"],
                t["entity"],
                t["unit"],
                tuple(t["grouping"]),
                tuple(t["measures"]),
                t["digests"],
                t["consent_key"],
            )
            for t in value["tables"]
        )
        return cls(tables, value["join_key_floor"])


def plan_of(spec: WorkspaceSpec, consented: Consented | None = None) -> Plan:
    """``consented`` is needed where ``spec.asks_consent``. Raises InvalidInput for a column that
    chooses rows and is in the contract no more."""
    tables = sorted(spec.tables, key=lambda t: t.resource.name)
    return Plan(tuple(_table(t, consented) for t in tables), spec.join_key_floor)


def _table(table: TableSpec, consented: Consented | None) -> TablePlan:
    granted = table.columns()
    return TablePlan(
        name=table.resource.name,
        source=_source(table, consented),
        columns=tuple((c.name, _select(c, g, table.tier)) for c, g in granted),
        join_keys=_floored(table),
        parquet_key=table.extract.parquet_key,
        entity=", ".join(identifier(column.name) for column in table.entity()),
        unit=_unit(table),
        grouping=_of_statistics(table, measures=False),
        measures=_of_statistics(table, measures=True),
        digests=table.tier is Tier.compare,
        consent_key=_consent_key(table, consented),
    )


def _unit(table: TableSpec) -> str:
    """What of a row is hashed, so that it is known again: whom it is about and the contract's key
    of a row, or all of it where there is no such key, or it was not pulled."""
    entity = [column.name for column in table.entity()]
    if not entity:
        return ""
    key = [name for name in table.resource.row_key if name not in entity]
    there = {column.name for column in table.columns_read()}
    if not table.resource.row_key or not there.issuperset(key):
        return "*COLUMNS(*)"
    return ", ".join(identifier(name) for name in (*entity, *key))


def _consent_key(table: TableSpec, consented: Consented | None) -> str:
    if consented is None or not table.subject_kind:
        return ""
    return kind_key(consented.key, table.subject_kind).hex()


def _floored(table: TableSpec) -> tuple[str, ...]:
    """Of digests that are compared in secret no frequency can be seen."""
    if table.tier is Tier.compare:
        return ()
    return tuple(c.name for c, g in table.columns() if g.use is Use.join_key)


def _of_statistics(table: TableSpec, *, measures: bool) -> tuple[str, ...]:
    """The measures of numbers in a statistics tier, or the columns that may group and join."""
    if table.tier is not Tier.statistics:
        return ()
    return tuple(
        column.name
        for column, granted in table.columns()
        if (granted.use is Use.statistics) is measures and (not measures or is_number(column.type))
    )


def _select(column: Column, granted: ColumnGrant, tier: Tier) -> str:
    made = digest_sql(column) if tier is Tier.compare else column_sql(column, granted)
    return f"{made} AS {identifier(column.name)}"


def _source(table: TableSpec, consented: Consented | None) -> str:
    """The rows in scope, of those who consent. Only after this does anything choose columns."""
    files = ", ".join(literal(f) for f in table.extract.files)
    scope = " AND ".join(_conditions(table, consented)) or "true"
    if not table.extract.files:
        empty = ", ".join(f"NULL::{c.type} AS {identifier(c.name)}" for c in table.resource.columns)
        return f"(SELECT {empty} LIMIT 0)"
    opened = f", encryption_config = {{footer_key: {literal(_key_name(table.resource.name))}}}"
    key = opened if table.extract.parquet_key else ""
    return f"(SELECT * FROM read_parquet([{files}]{key}) WHERE {scope})"  # noqa: S608 - quoted


def _conditions(table: TableSpec, consented: Consented | None) -> Iterator[str]:
    columns = by_name(table.resource)
    if not isinstance(table.extract, Pulled):  # else at the source: its columns may not be here
        yield scope_sql(table.grant.rows, columns)
    if table.asked_days:
        yield scope_sql(table.asked_days, columns)
    if table.grant.consent:
        if consented is None:
            raise ValueError("a table whose rows need consent, and nobody was asked")
        yield consent_sql(needed(table.grant.consent, columns), str(consented.file))


def _key_name(name: str) -> str:
    return f"key of {name}"
