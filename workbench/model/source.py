"""A source that is attached, not copied: where the rows of a resource lie until they are pulled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NO_VERSION = -1
"""Stands where an extract has its version (which count from 0): what is pulled has none."""

DEFAULT_TTL = 15 * 60
"""Seconds for which a pull counts as fresh where the contract says nothing (our default)."""


class SourceKind(StrEnum):
    """Names of ODCS server types."""

    postgres = "postgres"
    mysql = "mysql"
    sqlite = "sqlite"


class Tls(StrEnum):
    """How the connection is protected. There is no mode that falls back to plain text."""

    disable = "disable"
    require = "require"
    verify_ca = "verify-ca"
    verify_full = "verify-full"


@dataclass(frozen=True)
class AttachedSource:
    """``secret`` names the account; user and password stand in no contract.

    ``schema`` is PostgreSQL's; ``path`` (SQLite) and ``tls_ca`` are relative to the city's folder.
    """

    kind: SourceKind
    table: str
    schema: str = ""
    host: str = ""
    port: int = 0
    database: str = ""
    path: str = ""
    secret: str = ""
    ttl_seconds: int = DEFAULT_TTL
    tls: Tls = Tls.require
    tls_ca: str = ""
