"""Answers to Flight SQL's metadata commands: what the scenario's grants hold, and nothing else.

One catalog ``workspace`` with one schema ``main``, because that is how a workspace looks from
inside. Column names and order of the answers are those of FlightSql.proto.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from workbench.gateway.flightsql import Command

CATALOG = "workspace"
SCHEMA = "main"
TABLE_TYPE = "table"
"""Lower case: ADBC's ``get_table_types`` and filters compare it so."""

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")

Columns = Sequence[tuple[str, str, str]]
"""``(table, column, DuckDB type)``"""

_NAME, _TEXT = pa.field("", pa.string(), nullable=False), pa.field("", pa.string())


def _schema(**fields: pa.Field) -> pa.Schema:
    return pa.schema([field.with_name(name) for name, field in fields.items()])


_CATALOGS = _schema(catalog_name=_NAME)
_DB_SCHEMAS = _schema(catalog_name=_TEXT, db_schema_name=_NAME)
_TABLES = _schema(catalog_name=_TEXT, db_schema_name=_TEXT, table_name=_NAME, table_type=_NAME)
_TABLE_TYPES = _schema(table_type=_NAME)
_PRIMARY_KEYS = _schema(
    catalog_name=_TEXT,
    db_schema_name=_TEXT,
    table_name=_NAME,
    column_name=_NAME,
    key_name=_TEXT,
    key_sequence=pa.field("", pa.int32(), nullable=False),
)
_RULE = pa.field("", pa.uint8(), nullable=False)
_FOREIGN_KEYS = _schema(
    pk_catalog_name=_TEXT,
    pk_db_schema_name=_TEXT,
    pk_table_name=_NAME,
    pk_column_name=_NAME,
    fk_catalog_name=_TEXT,
    fk_db_schema_name=_TEXT,
    fk_table_name=_NAME,
    fk_column_name=_NAME,
    key_sequence=pa.field("", pa.int32(), nullable=False),
    fk_key_name=_TEXT,
    pk_key_name=_TEXT,
    update_rule=_RULE,
    delete_rule=_RULE,
)

# GetSqlInfo: number of the info, and what we are (enum SqlInfo of FlightSql.proto).
_SERVER_NAME, _SERVER_VERSION, _ARROW_VERSION = 0, 1, 2
_READ_ONLY, _SQL, _SUBSTRAIT, _TRANSACTION, _CANCEL = 3, 4, 5, 8, 9
_INFO_VALUE = pa.dense_union(
    [
        pa.field("string_value", pa.string()),
        pa.field("bool_value", pa.bool_()),
        pa.field("bigint_value", pa.int64()),
        pa.field("int32_bitmask", pa.int32()),
        pa.field("string_list", pa.list_(pa.string())),
        pa.field("int32_to_int32_list_map", pa.map_(pa.int32(), pa.list_(pa.int32()))),
    ]
)
_SQL_INFO = pa.schema(
    [pa.field("info_name", pa.uint32(), nullable=False), pa.field("value", _INFO_VALUE)]
)


def answer(command: Command, columns: Callable[[], Columns], version: str) -> pa.Table | None:
    """The table that answers ``command``, or None where it is no metadata command.

    ``columns`` is asked only by the commands that list tables; it may raise WorkbenchError.
    """
    match command.name:
        case "CommandGetSqlInfo":
            return sql_info(set(command.body.info), version)
        case "CommandGetCatalogs":
            return _rows(_CATALOGS, [(CATALOG,)])
        case "CommandGetDbSchemas":
            found = [(CATALOG, SCHEMA)] if _place_fits(command) else []
            return _rows(_DB_SCHEMAS, found)
        case "CommandGetTableTypes":
            return _rows(_TABLE_TYPES, [(TABLE_TYPE,)])
        case "CommandGetTables":
            return _tables(command, columns)
        case "CommandGetPrimaryKeys":
            return _PRIMARY_KEYS.empty_table()
        case "CommandGetExportedKeys" | "CommandGetImportedKeys":
            return _FOREIGN_KEYS.empty_table()
        case _:
            return None


def schema_of_answer(command: Command, version: str) -> pa.Schema | None:
    """The schema of the answer, without asking for tables; None for other commands."""
    if command.name == "CommandGetTables":
        return _tables_schema(include=command.body.include_schema)
    empty = answer(command, lambda: (), version)
    return None if empty is None else empty.schema


def sql_info(wanted: set[int], version: str) -> pa.Table:
    """The infos asked for (all, when none is named): numbers of SqlInfo, typed values."""
    known: dict[int, str | bool | int] = {
        _SERVER_NAME: "Qiku Workbench",
        _SERVER_VERSION: version,
        _ARROW_VERSION: pa.__version__,
        _READ_ONLY: True,
        _SQL: True,
        _SUBSTRAIT: False,
        _TRANSACTION: 0,
        _CANCEL: True,
    }
    chosen = {k: v for k, v in known.items() if not wanted or k in wanted}
    texts = [v for v in chosen.values() if isinstance(v, str)]
    flags = [v for v in chosen.values() if isinstance(v, bool)]
    numbers = [v for v in chosen.values() if isinstance(v, int) and not isinstance(v, bool)]
    children = [pa.array([], field.type) for field in _INFO_VALUE]
    children[0], children[1] = pa.array(texts, pa.string()), pa.array(flags, pa.bool_())
    children[3] = pa.array(numbers, pa.int32())
    kinds, offsets, seen = [], [], {0: 0, 1: 0, 3: 0}
    for value in chosen.values():
        kind = 0 if isinstance(value, str) else 1 if isinstance(value, bool) else 3
        kinds.append(kind)
        offsets.append(seen[kind])
        seen[kind] += 1
    union = pa.UnionArray.from_dense(
        pa.array(kinds, pa.int8()),
        pa.array(offsets, pa.int32()),
        children,
        [field.name for field in _INFO_VALUE],
    )
    return pa.table([pa.array(list(chosen), pa.uint32()), union], schema=_SQL_INFO)


def _tables_schema(*, include: bool) -> pa.Schema:
    if not include:
        return _TABLES
    return _TABLES.append(pa.field("table_schema", pa.binary(), nullable=False))


def _tables(command: Command, columns: Callable[[], Columns]) -> pa.Table:
    schema = _tables_schema(include=command.body.include_schema)
    types = {t.casefold() for t in command.body.table_types}
    if not _place_fits(command) or (types and TABLE_TYPE not in types):
        return schema.empty_table()
    pattern = command.optional("table_name_filter_pattern")
    found: list[tuple[Any, ...]] = []
    for name, group in groupby(sorted(columns(), key=lambda c: c[0]), key=lambda c: c[0]):
        if pattern is not None and not like(pattern, name):
            continue
        row: tuple[Any, ...] = (CATALOG, SCHEMA, name, TABLE_TYPE)
        if command.body.include_schema:
            row = (*row, arrow_schema((c, t) for _, c, t in group).serialize().to_pybytes())
        found.append(row)
    return _rows(schema, found)


def arrow_schema(columns: Iterable[tuple[str, str]]) -> pa.Schema:
    """The Arrow schema of ``(name, DuckDB type)``, as DuckDB itself would send it."""
    named = list(columns)
    quoted = ", ".join(
        f'cast(null as {kind}) as "{name.replace(chr(34), chr(34) * 2)}"' for name, kind in named
    )
    with duckdb.connect(":memory:", config={"enable_external_access": "false"}) as db:
        found: pa.Schema = db.sql(f"select {quoted} limit 0").to_arrow_table().schema
    return pa.schema([f.with_metadata(_column(k)) for f, (_, k) in zip(found, named, strict=True)])


def _column(kind: str) -> dict[str, str]:
    """What FlightSql.proto lets a column say of itself in ``table_schema``.

    A decimal gives its digits and no name: by the name SQLAlchemy would read the values as
    ``Numeric``, which a dialect without native decimals passes through a float.
    """
    digits = _DECIMAL.fullmatch(kind)
    if digits is None:
        return {"ARROW:FLIGHT:SQL:TYPE_NAME": kind}
    return {"ARROW:FLIGHT:SQL:PRECISION": digits[1], "ARROW:FLIGHT:SQL:SCALE": digits[2]}


def like(pattern: str, text: str) -> bool:
    """SQL's LIKE with ``%`` and ``_``, without regard to case.

    By hand, because a regular expression of many ``.*`` takes exponential time on a bad pattern.
    """
    pattern, text = pattern.casefold(), text.casefold()
    p = t = mark = 0
    star = -1
    while t < len(text):
        if p < len(pattern) and pattern[p] == "%":
            star, mark = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in ("_", text[t]):
            p, t = p + 1, t + 1
        elif star >= 0:
            mark += 1
            p, t = star + 1, mark
        else:
            return False
    return set(pattern[p:]) <= {"%"}


def _place_fits(command: Command) -> bool:
    catalog = command.optional("catalog")
    pattern = command.optional("db_schema_filter_pattern")
    return catalog in (None, CATALOG) and (pattern is None or like(pattern, SCHEMA))


def _rows(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
    )
