"""A city with firms of two registers that meet by a key, and wages that are statistics only."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.client.connection import Connection, connect
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter, Event
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import DEPARTMENT, PolicyTest

PASSWORD = "一个足够长的密码-2026"
FIRMS = 240
_GENERAL = {"class": "general"}
_TEST: dict[str, Any] = {
    "settings": {"threads": 1, "warm_workers": 0, "join_key_floor": 3},
    "resources": {
        "firm": {
            "data": "firm.csv",
            "entity": "code",
            "columns": {
                "code": {"type": "VARCHAR", **_GENERAL},
                "county": {"type": "VARCHAR", **_GENERAL},
                "industry": {"type": "VARCHAR", **_GENERAL},
                "staff": {"type": "INTEGER", **_GENERAL},
            },
        },
        "tax": {
            "data": "tax.csv",
            "entity": "code",
            "columns": {
                "code": {"type": "VARCHAR", **_GENERAL},
                "paid": {"type": "INTEGER", **_GENERAL},
            },
        },
        "wage": {
            "data": "wage.csv",
            "entity": "code",
            "columns": {
                "code": {"type": "VARCHAR", **_GENERAL},
                "county": {"type": "VARCHAR", **_GENERAL},
                "amount": {"type": "INTEGER", **_GENERAL},
            },
        },
    },
    "grants": {
        "firm": {
            "mode": "obtain",
            "columns": {
                "code": "join_key", "county": "value", "industry": "value", "staff": "value",
            },
        },
        "tax": {"mode": "obtain", "columns": {"code": "join_key", "paid": "value"}},
        "wage": {
            "mode": "statistics",
            "columns": {"code": "join_key", "county": "value", "amount": "statistics"},
        },
    },
}  # fmt: skip


def codes() -> list[str]:
    """The firms' codes, as the registers have them."""
    return [f"91371600MA{number:08}" for number in range(FIRMS)]


def write(folder: Path) -> Path:
    """Write and ingest the city below ``folder``; its root."""
    chance = random.Random(7)
    lines: dict[str, list[str]] = {"firm": [], "tax": [], "wage": []}
    for number, code in enumerate(codes()):
        county = f"C{number % 4}"
        lines["firm"].append(f"{code},{county},I{number % 6},{chance.randint(1, 900)}")
        lines["tax"].append(f"{code},{chance.randint(10, 9000)}")
        lines["wage"].append(f"{code},{county},{chance.randint(1000, 90000)}")
    for name, rows in lines.items():
        heads = ",".join(_TEST["resources"][name]["columns"])
        (folder / f"{name}.csv").write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    test, root = PolicyTest.model_validate(_TEST), folder / "city"
    write_city(test, root)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    return root


@dataclass
class Place:
    root: Path
    bench: Workbench
    gateway: Gateway
    _open: dict[str, Connection] = field(default_factory=dict)

    def connect(self, person: str = "li") -> Connection:
        """A sign-in of its own."""
        return connect(self.gateway.http, person, PASSWORD, language="en", scenario=SCENARIO)

    def of(self, person: str = "li") -> Connection:
        """The same sign-in each time."""
        if person not in self._open:
            self._open[person] = self.connect(person)
        return self._open[person]

    def entries(self, event: Event) -> list[dict[str, Any]]:
        """Newest first."""
        found = self.bench.ledger.journal.find(EntryFilter(event=event.value))
        return [fields_of(filed.entry.body) or {} for filed in found]


def opened(folder: Path) -> AbstractContextManager[Place]:
    """A city written below ``folder``, and its gateway."""
    return served(write(folder))


@contextmanager
def served(root: Path) -> Iterator[Place]:
    with open_workbench(root) as bench:
        for person in ("li", "wang"):
            bench.store.users.add(person, PASSWORD, DEPARTMENT, [Role.analyst])
        gateway = Gateway(bench, "test")
        yield Place(root, bench, gateway)
        gateway.stop()
