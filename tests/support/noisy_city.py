"""A city whose grants have privacy budgets, its gateway by a clock of ours, and clients."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from workbench.client.connection import Connection, connect
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.model.entry import Event
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

PASSWORD = "correct horse battery"
PEOPLE = {"li": "user", "wang": "user", "other": "elsewhere"}
FIRMS = 240
GENERAL = {"class": "general"}
FIRM, PAYMENT, SMALL = (f"{SCENARIO}/user/{name}" for name in ("firm", "payment", "small"))
COUNTIES = ("north", "south", "west")


def firms(count: int = FIRMS) -> pl.DataFrame:
    """One row a firm; the turnover of the last is far beyond the clamp."""
    return pl.DataFrame(
        [
            {
                "code": f"F{i:04}",
                "county": COUNTIES[i % 3],
                "size": i % 5,
                "turnover": 9_000_000_000 if i == count - 1 else 1000 + i % 90,
                "taxes": i % 7,
            }
            for i in range(count)
        ]
    )


def years() -> pl.DataFrame:
    """Three years of each firm."""
    rows = [{"code": f"F{i:04}", "year": y, "paid": i % 10} for i in range(60) for y in (1, 2, 3)]
    return pl.DataFrame(rows)


def _columns(**types: str) -> dict[str, Any]:
    return {name: {"type": type_, **GENERAL} for name, type_ in types.items()}


CITY: dict[str, Any] = {
    "resources": {
        "firm": {
            "data": "firm.csv",
            "entity": "code",
            "columns": _columns(
                code="VARCHAR", county="VARCHAR", size="INTEGER",
                turnover="DECIMAL(18,2)", taxes="DOUBLE",
            ),
        },
        "payment": {
            "data": "payment.csv",
            "entity": "code",
            "columns": _columns(code="VARCHAR", year="INTEGER", paid="BIGINT"),
        },
        **{
            name: {
                "data": "payment.csv",
                "entity": "code",
                "columns": _columns(code="VARCHAR", year="INTEGER", paid="BIGINT"),
            }
            for name in ("silent", "small")
        },
    },
    "grants": {
        "firm": {
            "mode": "statistics",
            "columns": {"code": "join_key", "county": "value", "size": "value",
                        "turnover": "statistics", "taxes": "statistics"},
            "disclosure": {"noise": {"epsilon": 50, "each": 0.5,
                                     "per_entity": {"turnover": 2000}}},
            "departments": ["user", "elsewhere"],
        },
        "payment": {
            "mode": "statistics",
            "columns": {"code": "join_key", "year": "value", "paid": "statistics"},
            "disclosure": {"noise": {"epsilon": 1, "each": 1, "rows": 3,
                                     "per_entity": {"paid": 10}}},
        },
        "silent": {
            "mode": "statistics",
            "columns": {"code": "join_key", "year": "value", "paid": "statistics"},
        },
        "small": {
            "mode": "statistics",
            "columns": {"code": "join_key", "year": "value", "paid": "statistics"},
            "disclosure": {"noise": {"epsilon": 0.35, "each": 0.1, "rows": 3}},
        },
    },
    "settings": {"threads": 1, "warm_workers": 0},
}  # fmt: skip


def make(folder: Path) -> Path:
    """The root of the city, its data ingested."""
    test = PolicyTest.model_validate(CITY)
    years().write_csv(folder / "payment.csv")
    root = folder / "city"
    write_city(test, root)
    _list_counties(root / "data_contracts" / "resources" / "firm.odcs.yaml")
    deliver(folder, root, FIRMS)
    return root


def _list_counties(contract: Path) -> None:
    """What the contract says that a county may be."""
    body = json.loads(contract.read_text(encoding="utf-8"))
    (county,) = (p for p in body["schema"][0]["properties"] if p["name"] == "county")
    county["enum"] = [{"value": name} for name in (*COUNTIES, "east")]
    contract.write_text(json.dumps(body), encoding="utf-8")


def deliver(folder: Path, root: Path, count: int) -> None:
    """A new version of the firms, so many of them."""
    firms(count).write_csv(folder / "firm.csv")
    test = PolicyTest.model_validate(CITY)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))


class Clock:
    """10:00 in China, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def days(self, count: int) -> None:
        self.now += timedelta(days=count)


@dataclass
class Noising:
    """A running gateway with a connection of the product's own client for each person."""

    root: Path
    bench: Workbench
    gateway: Gateway
    clock: Clock
    _open: dict[str, Connection] = field(default_factory=dict)

    def client(self, person: str = "li") -> Connection:
        if person not in self._open:
            self._open[person] = connect(
                self.gateway.http, person, PASSWORD, scenario=SCENARIO, language="en",
                progress=False,
            )  # fmt: skip
        return self._open[person]

    def spent(self, grant: str = FIRM) -> int:
        return self.bench.store.allowances.noise.spent(grant)

    def entries(self, event: Event) -> list[Mapping[str, Any]]:
        """What the ledger has of an event, oldest first."""
        journal = self.bench.store.journal
        head = journal.head()
        filed = [journal.at(seq) for seq in range(1, (head.seq if head else 0) + 1)]
        bodies = [json.loads(f.entry.body) for f in filed if f is not None]
        return [body for body in bodies if body["event"] == event.value]

    def close_clients(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()


@contextmanager
def noising(root: Path) -> Iterator[Noising]:
    clock = Clock()
    with open_workbench(root, clock) as bench:
        for person, department in PEOPLE.items():
            if bench.store.users.get(person) is None:
                bench.store.users.add(person, PASSWORD, department, {Role.analyst})
        gateway = Gateway(bench, "test")
        try:
            found = Noising(root, bench, gateway, clock)
            yield found
            found.close_clients()
        finally:
            gateway.stop()
