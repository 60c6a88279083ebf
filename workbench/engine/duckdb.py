"""DuckDB connections with the settings that the design measured.

Two kinds are opened: a *builder* (trusted, in the gateway; may read extracts and write an
encrypted file) and a *reader* (in a worker; can reach one file and one scratch folder).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:  # a builder starts without it
    import pyarrow as pa

_CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
}

WORKSPACE = "workspace"
"""The name under which every workspace is attached, whatever it holds."""
OWN = "own"
"""The name of a reader's database in memory, for tables that its person brought along."""


@dataclass(frozen=True)
class Resources:
    """What one connection may use: megabytes of memory and of scratch space, threads."""

    memory_mb: int
    scratch_mb: int
    threads: int


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def extension_file(name: str) -> Path:
    """Path of a signed extension that a ``duckdb-extension-*`` package carries.

    Raises LookupError when the package is not installed.
    """
    found = find_spec(f"duckdb_extension_{name}")
    if found is None or not found.submodule_search_locations:
        raise LookupError(f"the package duckdb-extension-{name} is not installed")
    root = Path(found.submodule_search_locations[0])
    file = root / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not file.is_file():
        raise LookupError(f"duckdb-extension-{name} has no file for DuckDB {duckdb.__version__}")
    return file


def open_builder(resources: Resources, scratch: Path) -> duckdb.DuckDBPyConnection:
    """A trusted connection that can write encrypted files (this needs httpfs loaded).

    ``scratch`` must be an empty folder of this build alone.
    """
    con = duckdb.connect(":memory:", config=dict(_CLOSED))
    con.execute(f"LOAD {literal(str(extension_file('httpfs')))}")
    _limit(con, resources, scratch)
    con.execute("SET preserve_insertion_order = true")
    return con


def attach_encrypted(con: duckdb.DuckDBPyConnection, file: Path, key: str, *, write: bool) -> None:
    """Attach ``file`` as ``WORKSPACE``; ``key`` is text of at least 16 bytes of entropy."""
    options = f"ENCRYPTION_KEY {literal(key)}"
    options += ", ENCRYPTION_CIPHER 'GCM'" if write else ", READ_ONLY"
    con.execute(f"ATTACH {literal(str(file))} AS {WORKSPACE} ({options})")


def start_reader() -> duckdb.DuckDBPyConnection:
    """A connection with the cipher that encrypts what is spilt, and nothing open yet.

    The engine itself can only decrypt; without httpfs a sort that spills fails. A worker calls
    this while it still sees the extension's file. One thread, so that no other thread of the
    engine lives before the worker has confined itself.
    """
    con = duckdb.connect(":memory:", config={**_CLOSED, "threads": "1"})
    con.execute(f"LOAD {literal(str(extension_file('httpfs')))}")
    return con


def open_reader(
    file: Path,
    key: str,
    resources: Resources,
    scratch: Path,
    started: duckdb.DuckDBPyConnection | None = None,
    *,
    own: bool = False,
) -> duckdb.DuckDBPyConnection:
    """A connection that can reach ``file`` and ``scratch`` and nothing else, for good.

    The order matters (DESIGN, "worker lockdown"): open, set the scratch folder, then close the
    outside and lock. ``started`` is what ``start_reader`` gave, where that had to come earlier.
    ``own``: with a database in memory beside it (``keep_own``).
    """
    con = start_reader() if started is None else started
    attach_encrypted(con, file, key, write=False)
    if own:
        con.execute(f"ATTACH ':memory:' AS {OWN}")
    con.execute(f"USE {WORKSPACE}")
    _limit(con, resources, scratch)
    con.execute("SET preserve_insertion_order = true")
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def keep_own(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table | None) -> None:
    """Put ``table`` into the reader's ``OWN`` under ``name``, in place of one of that name; None
    takes it away. Raises duckdb.Error."""
    target = f"{OWN}.main.{identifier(name)}"
    if table is None:
        con.execute(f"DROP TABLE IF EXISTS {target}")
        return
    con.register(_INCOMING, table)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {target} AS SELECT * FROM {_INCOMING}")  # noqa: S608
    finally:
        con.unregister(_INCOMING)


_INCOMING = "workbench_incoming"


def _limit(con: duckdb.DuckDBPyConnection, resources: Resources, scratch: Path) -> None:
    con.execute(f"SET memory_limit = '{resources.memory_mb}MB'")
    con.execute(f"SET threads = {resources.threads}")
    con.execute(f"SET temp_directory = {literal(str(scratch))}")
    con.execute("SET temp_file_encryption = true")
    con.execute(f"SET max_temp_directory_size = '{resources.scratch_mb}MB'")
