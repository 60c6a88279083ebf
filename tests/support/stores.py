"""The two kinds of store for tests; ``tests/conftest.py`` imports the fixtures for all of them.

A test that asks for ``store_places`` runs once on SQLite and once on a real PostgreSQL: one server
for the whole test run, a schema for each folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
import servers

from workbench.store.address import PostgresAt, parsed
from workbench.store.postgres import connect

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Places:
    """Where the store of a test's folder is; ``server`` is None for SQLite."""

    kind: str
    server: servers.Server | None
    passfile: Path

    def where(self, root: Path) -> str:
        """What ``open_store`` takes. The same folder has the same store."""
        if self.server is None:
            return str(root / "store.sqlite")
        name = sha256(str(root).encode()).hexdigest()[:16]
        return self.url(f"t_{name}")

    def url(self, schema: str, *, database: str = "postgres", user: str = "postgres") -> str:
        assert self.server is not None
        place = f"{user}@127.0.0.1:{self.server.port}/{database}"
        return f"postgresql://{place}?schema={schema}&passfile={self.passfile}"

    def address(self, schema: str, **more: str) -> PostgresAt:
        return parsed(self.url(schema, **more), "test")

    def admin(self, schema: str = "public", **more: str) -> psycopg.Connection[Any]:
        """As the superuser, each statement by itself."""
        connection = connect(self.address(schema, **more))
        connection.autocommit = True
        return connection


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """One server for the test run, with its password in a password file."""
    missing = servers.missing_programs()
    if "postgresql" in missing:
        pytest.skip(f"missing: {missing} (make system)")
    passfile = tmp_path_factory.mktemp("postgres") / "passfile"
    with servers.postgres() as server:
        escaped = server.password.replace("\\", "\\\\").replace(":", "\\:")
        passfile.write_text(f"*:*:*:*:{escaped}\n")
        passfile.chmod(0o600)
        yield Places("postgresql", server, passfile)


@pytest.fixture(params=KINDS)
def store_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_places(store_kind: str, request: pytest.FixtureRequest) -> Places:
    if store_kind == "sqlite":
        return Places("sqlite", None, Path())
    found: Places = request.getfixturevalue("postgres_server")
    return found
