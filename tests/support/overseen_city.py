"""A small real city whose use is looked at: two departments that use the data of a third, a page,
people of every role, and a gateway in this process with a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from attached_city import server_of
from page_city import edit_city, edit_contract, edit_scenario
from stdnum.cn import uscc

from workbench.client.connection import Connection, connect
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Actor, Role
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

PASSWORD = "a long enough password"
ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
"""Monday noon in China."""


def code(number: int) -> str:
    """A credit code with its check character; made up."""
    head = f"91990000MA{number:07d}"
    return head + uscc.calc_check_digit(head)


REGION = "230100"
DELEGATIONS = (
    "delegations:\n  - {provider: provider, division: '230100', to: county, on: 2026-01-01, "
    "reference: test}\n"
)
"""In this region the county decides for the provider (Heilongjiang 2025 art. 23)."""
EAST, WEST, SOUTH = code(1), code(2), code(3)
FIRMS = f"code,town,amount\n{EAST},东,10\n{WEST},西,20\n{SOUTH},南,40\n"
PERMITS = "holder,number\n Ａb-1 ,7\nCD-2,8\n"
OTHERS = "town,price\n东,1\n"
FIRM = {
    "code": {"type": "VARCHAR", "class": "general", "identifier": "credit_code"},
    "town": {"type": "VARCHAR", "class": "general"},
    "amount": {"type": "BIGINT", "class": "general"},
}
TEXT = {"type": "VARCHAR", "class": "general"}
TEST: dict[str, Any] = {
    "resources": {
        "firms": {"data": "firms.csv", "entity": "code", "columns": FIRM},
        "permits": {
            "data": "permits.csv",
            "entity": "holder",
            "columns": {"holder": TEXT, "number": {"type": "BIGINT", "class": "general"}},
        },
        "prices": {
            "data": "others.csv",
            "columns": {"town": TEXT, "price": {"type": "BIGINT", "class": "general"}},
        },
        "secrets": {
            "data": "firms.csv",
            "entity": "code",
            "sharing": "not_shared",
            "columns": FIRM,
        },
    },
    "grants": {
        "firms": {
            "mode": "obtain",
            "columns": {"code": "value", "town": "value", "amount": "value"},
            "rows": [{"column": "town", "op": "in", "values": ["东", "西"]}],
            "departments": ["finance", "trade"],
        },
        "permits": {"mode": "obtain", "columns": {"holder": "value"}},
        "prices": {"mode": "obtain", "columns": {"town": "value", "price": "value"}},
    },
    "settings": {"threads": 1, "warm_workers": 0},
}
PEOPLE = {
    "li": ("finance", {Role.analyst}),
    "xu": ("trade", {Role.analyst}),
    "ma": ("finance", {Role.officer}),
    "wang": ("provider", {Role.provider}),
    "wu": ("trade", {Role.provider}),
    "gu": ("county", {Role.provider}),
    "chen": ("bureau", {Role.authority}),
    "he": ("bureau", {Role.auditor}),
    "eve": ("bureau", {Role.evaluator}),
}


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Town:
    """The opened city and its gateway. A connection is kept for each person."""

    bench: Workbench
    gateway: Gateway
    clock: Clock
    _open: dict[str, Connection] = field(default_factory=dict)

    def as_(self, person: str) -> Connection:
        if person not in self._open:
            url = self.gateway.http
            self._open[person] = connect(url, person, PASSWORD, progress=False)
        return self._open[person]

    def later(self, **amount: float) -> None:
        """Everybody signs in again: a token is shorter than the steps of these tests."""
        self.clock.now += timedelta(**amount)
        self.close()

    def use(self, person: str, sql: str, page: str = "") -> pa.Table:
        """Ask through the real path, as a person or as a page that they look at."""
        department, roles = PEOPLE[person]
        who = Actor(person, department, frozenset(roles))
        if page:
            held = f"page:{page}"
            who = Actor(held, held, frozenset({Role.page}), person, department)
        run = self.bench.query_path.run
        with run(who, SCENARIO, sql, method="test", medium="memory") as running:
            return pa.Table.from_batches(list(running), schema=running.schema)

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()


@contextmanager
def overseen(folder: Path) -> Iterator[Town]:
    """Under Heilongjiang's regulation, which knows grants that are left unused."""
    for name, text in (("firms", FIRMS), ("permits", PERMITS), ("others", OTHERS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    test, root, clock = PolicyTest.model_validate(TEST), folder / "city", Clock()
    write_city(test, root)
    named = ROOT / "data_contracts" / "regulations" / "heilongjiang-2025.yaml"
    (root / "data_contracts" / "regulations" / named.name).write_bytes(named.read_bytes())

    def city(spec: dict[str, Any]) -> None:
        spec["regulation"] = "heilongjiang-2025"
        spec["departments"]["bureau"] = {"zh": "主管部门", "en": "bureau"}
        spec["departments"]["county"] = {"zh": "县局", "en": "county", "division": REGION}
        spec["departments"]["finance"]["division"] = REGION

    def pages(spec: dict[str, Any]) -> None:
        spec["pages"] = [{"id": "board", "viewers": ["li"]}]
        spec["valid_from"] = "2026-01-05"
        prices = next(one for one in spec["resources"] if one["resource"] == "prices")
        prices["decided"]["by"] = "trade"

    edit_city(root, city)
    edit_scenario(root, pages)
    edit_contract(root, "prices", of_trade)
    (root / "data_contracts" / "delegations.yaml").write_text(DELEGATIONS, encoding="utf-8")
    ingest_all(test, folder, root, clock)
    attach(root)
    with open_workbench(root, clock) as bench:
        for name, (department, roles) in PEOPLE.items():
            bench.store.users.add(name, PASSWORD, department, roles)
        gateway = Gateway(bench, "1")
        town = Town(bench, gateway, clock)
        try:
            yield town
        finally:
            town.close()
            gateway.stop()


def attach(root: Path) -> None:
    """A resource whose rows lie at their source."""
    folder = root / "data_contracts" / "resources"
    contract = json.loads((folder / "firms.odcs.yaml").read_text(encoding="utf-8"))
    contract |= {"id": "registry", "name": "registry", "servers": [server_of("sqlite", None)]}
    contract["schema"][0]["name"] = "registry"
    (folder / "registry.odcs.yaml").write_text(json.dumps(contract), encoding="utf-8")


def of_trade(contract: dict[str, Any]) -> None:
    """Another provider."""
    for one in contract["customProperties"]:
        if one["property"] == "provider":
            one["value"] = "trade"


def grant(department: str, resource: str) -> str:
    return f"{SCENARIO}/{department}/{resource}"
