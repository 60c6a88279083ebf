"""A gateway over a made-up city, and connections of the workbench's own client to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from attacks.served import PASSWORD, SCENARIO, Served, served
from tpch_city import Tpch, set_settings

from workbench.client.connection import Connection, connect

SETTINGS = {
    "memory_mb": 6144,
    "threads": 2,
    "temp_mb": 8192,
    "result_mb": 4096,
    "idle_seconds": 600,
}


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as made:
        yield Path(made)


@contextmanager
def tpch_gateway(tpch: Tpch, settings: Mapping[str, int] = SETTINGS) -> Iterator[Served]:
    """A gateway over ``tpch.city()``; made at the first call, used again at the next."""
    root = tpch.folder / "city"
    if not root.exists():
        tpch.city(settings)
    else:
        set_settings(root, settings)
    with served(root) as running:
        yield running


@contextmanager
def own_client(gateway: Served, person: str) -> Iterator[Connection]:
    """Signed in as an analyst of the department that holds the grants."""
    gateway.add(person)
    connection = connect(
        gateway.http, user=person, password=PASSWORD, scenario=SCENARIO, progress=False
    )
    with closing(connection):
        yield connection
