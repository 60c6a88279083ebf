"""A city made to be killed: readings that are delivered anew all the time, and who asks for them.

Every delivered file is an *edition*: its number stands in each of its rows, and no two editions
have as many rows. So a result tells by itself whether it is whole, and from one version alone.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from workbench.model.actor import Role
from workbench.store.session import Store
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import DEPARTMENT, PolicyTest

PASSWORD = "correct horse battery"
SCENARIO = "trial"
EDITIONS = 5
WITHHELD, GRANTED = "CANARY-WITHHELD", "MARK-GRANTED"
"""No byte below the workspaces may show either: what was granted is encrypted there as well."""
RESOURCES = ("reading", "station")
_SIZE = {"reading": 12_000, "station": 2_000}
SETTINGS = {
    "memory_mb": 512,
    "threads": 2,
    "temp_mb": 512,
    "result_mb": 1024,
    "query_seconds": 60,
    "queries_per_person": 8,
}
_COLUMNS = {
    "id": {"type": "BIGINT", "class": "general"},
    "edition": {"type": "BIGINT", "class": "general"},
    "note": {"type": "VARCHAR", "class": "general"},
    "secret": {"type": "VARCHAR", "class": "important", "personal": True},
}


@dataclass(frozen=True)
class Facts:
    """Of each resource and edition: how many rows, and the sum of their ids."""

    rows: Mapping[str, Mapping[int, int]]

    def count(self, resource: str, edition: int) -> int:
        return self.rows[resource][edition]

    def id_sum(self, resource: str, edition: int) -> int:
        count = self.rows[resource][edition]
        return count * (count - 1) // 2


FACTS = Facts({n: {e: size + 137 * e for e in range(EDITIONS)} for n, size in _SIZE.items()})


def delivered(data: Path, resource: str, edition: int) -> Path:
    return data / f"{resource}-{edition}.parquet"


def edition_of(name: str) -> int:
    """The edition that a delivered file holds, by its name."""
    return int(Path(name).stem.rsplit("-", 1)[1])


def make(folder: Path) -> Path:
    """The city's root below ``folder``, edition 0 ingested; the others lie in ``folder/data``."""
    data, root = folder / "data", folder / "city"
    data.mkdir(parents=True)
    root.mkdir()
    noise = random.Random(7)
    for resource in RESOURCES:
        for edition in range(EDITIONS):
            rows = _rows(FACTS.count(resource, edition), edition, noise)
            rows.write_parquet(delivered(data, resource, edition))
    form = PolicyTest.model_validate(
        {
            "resources": {
                name: {"data": f"{name}-0.parquet", "entity": "id", "columns": _COLUMNS}
                for name in RESOURCES
            },
            "grants": {
                name: {
                    "mode": "obtain",
                    "columns": dict.fromkeys(("id", "edition", "note"), "value"),
                }
                for name in RESOURCES
            },
            "settings": SETTINGS,
        }
    )
    write_city(form, root)
    ingest_all(form, data, root, lambda: datetime.now(UTC))
    return root


def _rows(count: int, edition: int, noise: random.Random) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": range(count),
            "edition": [edition] * count,
            "note": [f"{GRANTED}-{noise.randbytes(12).hex()}" for _ in range(count)],
            "secret": [f"{WITHHELD}-{noise.randbytes(6).hex()}" for _ in range(count)],
        }
    )


def seat(store: Store, people: Sequence[str]) -> None:
    """Make the people users who may ask."""
    for person in people:
        if store.users.get(person) is None:
            store.users.add(person, PASSWORD, DEPARTMENT, {Role.analyst})
