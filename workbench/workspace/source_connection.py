"""One connection to an attached source: read-only, in one transaction, with its deadlines.

What the engine or a server says of a failure may hold names, hosts or values: only its cause, one
of a closed set, is told further.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from workbench.engine.duckdb import extension_file, literal
from workbench.model.source import SourceKind
from workbench.workspace.source_mysql import ZONE, MySQL
from workbench.workspace.source_postgres import SESSION, Postgres
from workbench.workspace.source_sql import Dialect, Found
from workbench.workspace.source_sqlite import SQLite

SOURCE = "source"
"""The name under which a source is attached."""

_DIALECTS: Mapping[SourceKind, Dialect] = {
    SourceKind.postgres: Postgres(),
    SourceKind.mysql: MySQL(),
    SourceKind.sqlite: SQLite(),
}
_MYSQL_TLS = {
    "disable": "disabled",
    "require": "required",
    "verify-ca": "verify_ca",
    "verify-full": "verify_identity",
}
_CAUSES = (
    ("timed_out", "statement timeout|lock timeout|max_statement_time|maximum statement execution"),
    ("tls", r"\bssl\b|\btls\b|certificate"),
    ("authentication", "authentication failed|access denied for user .*password|no pg_hba"
     "|no password supplied|role .* (does not exist|is not permitted)|account is locked"
     "|password has expired|authentication"),
    ("database_missing", "database .* does not exist|unknown database|to database"),
    ("column_denied", "permission denied|command denied|access denied"),
    ("table_missing", "does not exist|doesn't exist|no such table"),
    ("file_missing", "unable to open database"),
    ("encoding", "invalid unicode|utf-?8|invalid byte sequence"),
    ("too_big", "max_temp_directory_size|failed to offload|out of memory"),
    ("no_answer", "timeout expired"),
    ("lost", "connect|server closed|gone away|terminating|lost|broken pipe|reset by peer|recovery"),
)  # fmt: skip


class Problem(Exception):
    """Why a source gave nothing. ``detail`` crosses to the gateway; it holds no value."""

    def __init__(self, cause: str, columns: Mapping[str, str] | None = None) -> None:
        super().__init__(cause)
        self.detail = {"cause": cause, "columns": dict(columns or {})}


@dataclass(frozen=True)
class Connection:
    """An attached source. ``table`` is the one that the contract names, quoted."""

    con: duckdb.DuckDBPyConnection
    kind: SourceKind
    dialect: Dialect
    schema: str
    name: str
    seconds: int

    @property
    def table(self) -> str:
        return self.dialect.table(self.schema, self.name)

    def columns(self, names: Sequence[str] | None) -> list[Found]:
        """These columns, or all; nothing where the table is not there."""
        rows = self.query(self.dialect.lookup(self.schema, self.name, names))
        return [Found(name, type_, readable == "true") for name, type_, readable in rows]

    def query(self, sql: str, into: str = "") -> list[tuple[Any, ...]]:
        """The source's own SQL, answered with texts; ``into`` names a new table for them."""
        asked = literal(self.dialect.limited(sql, self.seconds))
        rows = f"SELECT * FROM {self.kind}_query({literal(SOURCE)}, {asked})"  # noqa: S608
        started = time.monotonic()
        try:
            if not into:
                return self.con.execute(rows).fetchall()
            self.con.execute(f"CREATE TEMP TABLE {into.split('.')[-1]} AS {rows}")
        except duckdb.Error as error:
            late = time.monotonic() - started >= self.seconds
            raise Problem("timed_out" if late else _cause(str(error))) from None
        return []


@contextmanager
def connected(
    con: duckdb.DuckDBPyConnection, source: Mapping[str, Any], limits: Mapping[str, int]
) -> Iterator[Connection]:
    """``source``: the fields of AttachedSource, user and password; paths absolute.

    Raises Problem.
    """
    kind = SourceKind(source["kind"])
    if kind is SourceKind.sqlite and not Path(source["path"]).is_file():
        raise Problem("file_missing")  # the engine attaches what is not there
    con.execute(f"LOAD {literal(str(extension_file(f'{kind}_scanner')))}")
    options, address = _OPTIONS[kind](con, source, limits)
    try:
        con.execute(f"ATTACH {literal(address)} AS {SOURCE} ({', '.join(options)})")
        con.execute("BEGIN TRANSACTION")
    except duckdb.Error as error:
        raise Problem(_why_not(kind, source, limits["connect_seconds"], str(error))) from None
    yield Connection(
        con, kind, _DIALECTS[kind], source["schema"], source["table"], limits["seconds"]
    )
    con.execute("COMMIT")  # after a failure the process ends, and the connection with it
    con.execute(f"DETACH {SOURCE}")


def _why_not(kind: SourceKind, source: Mapping[str, Any], seconds: int, text: str) -> str:
    """The cause of a failure to connect. ``text`` is the driver's, which repeats our own words."""
    for ours in filter(None, (source["host"], source["database"], source["user"])):
        text = re.sub(rf"(?<!\w){re.escape(ours)}(?!\w)", "", text)
    cause = _cause(text, while_connecting=True)
    knock = cause == "lost" and kind is not SourceKind.sqlite
    return _probed(source, seconds) if knock else cause


def _probed(source: Mapping[str, Any], seconds: int) -> str:
    """Why nobody was reached, where a driver's words do not tell.

    Only after a failure: a server may count connections that are dropped before a greeting, and
    shut out who makes many of them (``max_connect_errors`` of MySQL).
    """
    try:
        socket.create_connection((source["host"], source["port"]), seconds).close()
    except socket.gaierror:
        return "host_unknown"
    except TimeoutError:
        return "no_answer"
    except ConnectionRefusedError:
        return "connection_refused"
    except OSError:
        return "lost"
    return "lost"


def _postgres(
    con: duckdb.DuckDBPyConnection, source: Mapping[str, Any], limits: Mapping[str, int]
) -> tuple[list[str], str]:
    _secret(con, "postgres", source, {})
    deadline = f"-c statement_timeout={limits['seconds'] * 1000}"
    parts = {
        "connect_timeout": str(limits["connect_seconds"]),
        "application_name": "workbench",
        "sslmode": source["tls"],
        "gssencmode": "disable",
        "options": f"{SESSION} {deadline}",
        **({"sslrootcert": source["tls_ca"]} if source["tls_ca"] else {}),
    }
    address = " ".join(f"{name}={_libpq(value)}" for name, value in parts.items())
    return ["TYPE postgres", "SECRET account", "READ_ONLY"], address


def _mysql(
    con: duckdb.DuckDBPyConnection, source: Mapping[str, Any], limits: Mapping[str, int]
) -> tuple[list[str], str]:
    more = {"SSL_MODE": _MYSQL_TLS[source["tls"]]}
    more |= {"SSL_CA": source["tls_ca"]} if source["tls_ca"] else {}
    _secret(con, "mysql", source, more)
    con.execute(f"SET mysql_session_time_zone = {literal(ZONE)}")
    return ["TYPE mysql", "SECRET account", "READ_ONLY"], ""


def _sqlite(
    con: duckdb.DuckDBPyConnection, source: Mapping[str, Any], limits: Mapping[str, int]
) -> tuple[list[str], str]:
    return ["TYPE sqlite", "READ_ONLY"], source["path"]


_OPTIONS = {
    SourceKind.postgres: _postgres,
    SourceKind.mysql: _mysql,
    SourceKind.sqlite: _sqlite,
}


def _secret(
    con: duckdb.DuckDBPyConnection, type_: str, source: Mapping[str, Any], more: Mapping[str, str]
) -> None:
    """Kept in this process's memory. Its failure must not show the statement."""
    fields = {
        "HOST": source["host"],
        "PORT": str(source["port"]),
        "DATABASE": source["database"],
        "USER": source["user"],
        "PASSWORD": source["password"],
        **more,
    }
    listed = ", ".join(f"{name} {literal(value)}" for name, value in fields.items())
    try:
        con.execute(f"CREATE TEMPORARY SECRET account (TYPE {type_}, {listed})")
    except duckdb.Error:
        raise Problem("internal") from None


def _libpq(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _cause(text: str, *, while_connecting: bool = False) -> str:
    folded = text.casefold()
    for cause, words in _CAUSES:
        if re.search(words, folded):
            return cause
    return "lost" if while_connecting else "internal"
