"""Quoting for the SQL that this package writes, and the one connection it uses."""

from __future__ import annotations

from pathlib import Path

import duckdb

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
}

MEMORY_MB = 1536
"""Memory of one ingest (our default). Rows beyond it spill to the ingest's own folder, so that
a delivery of 1 GB needs less than 4 GB in all."""


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def open_connection(scratch: Path, memory_mb: int = MEMORY_MB) -> duckdb.DuckDBPyConnection:
    """A connection in memory that installs and loads nothing and spills to ``scratch`` only."""
    con = duckdb.connect(":memory:", config=dict(_CLOSED))
    con.execute(f"SET memory_limit = '{memory_mb}MB'")
    con.execute(f"SET temp_directory = {literal(str(scratch))}")
    con.execute("SET preserve_insertion_order = true")
    con.execute("SET TimeZone = 'UTC'")
    return con


def scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number that ``sql`` gives."""
    row = con.execute(sql).fetchone()
    if row is None:
        raise LookupError("a query for one number gave no row")
    return int(row[0])
