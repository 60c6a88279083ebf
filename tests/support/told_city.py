"""A city of which three departments are told statistics: two of them could put them together.

Sixty firms, of which three stand in the west. `user` and `third` are told of the counties, of which
the west is withheld; `elsewhere` is told of all firms. Another resource carries noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from noisy_city import Clock

from workbench.client.connection import Connection, connect
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

PASSWORD = "a long enough password"
BY_COUNTY = "select county, count(*) as n, sum(turnover) as t from firm group by county"
IN_ALL = "select count(*) as n, sum(turnover) as t from firm"
SOUTHERN = "select count(*) as n from firm where county = 'south' and county <> 'CANARY-LITERAL'"
WEST = 3
PEOPLE: Mapping[str, tuple[str, set[Role]]] = {
    "li": ("user", {Role.analyst}),
    "wu": ("elsewhere", {Role.analyst}),
    "xu": ("third", {Role.analyst}),
    "ma": ("user", {Role.officer}),
    "mu": ("elsewhere", {Role.officer}),
    "wang": ("provider", {Role.provider}),
    "ru": ("third", {Role.provider}),
    "chen": ("bureau", {Role.authority}),
    "he": ("bureau", {Role.auditor}),
    "eve": ("bureau", {Role.evaluator}),
}
GENERAL = {"class": "general"}


def firms() -> pl.DataFrame:
    """Codes and amounts that stand nowhere else."""
    counties = ["north"] * 30 + ["south"] * 27 + ["west"] * WEST
    rows = [
        {"code": f"FIRM-{731_000 + i}", "county": county, "turnover": 88_010_007 + 131_071 * i}
        for i, county in enumerate(counties)
    ]
    return pl.DataFrame(rows)


def _columns(**types: str) -> dict[str, Any]:
    return {name: {"type": type_, **GENERAL} for name, type_ in types.items()}


_FIRM = {
    "data": "firm.csv",
    "entity": "code",
    "columns": _columns(code="VARCHAR", county="VARCHAR", turnover="DECIMAL(18,2)"),
}
_GRANT = {
    "mode": "statistics",
    "columns": {"code": "join_key", "county": "value", "turnover": "statistics"},
}
CITY: dict[str, Any] = {
    "resources": {"firm": _FIRM, "noisy": _FIRM},
    "grants": {
        "firm": {**_GRANT, "departments": ["user", "elsewhere", "third"]},
        "noisy": {
            **_GRANT,
            "disclosure": {"noise": {"epsilon": 2, "each": 1, "per_entity": {"turnover": 10**8}}},
            "departments": ["user"],
        },
    },
    "settings": {"threads": 1, "warm_workers": 0, "join_key_floor": 3},
}


def make(folder: Path) -> Path:
    """The root of the city, its data ingested."""
    test = PolicyTest.model_validate(CITY)
    firms().write_csv(folder / "firm.csv")
    root = folder / "city"
    write_city(test, root)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    return root


@dataclass
class Telling:
    """A running gateway with a connection of the product's own client for each person."""

    root: Path
    bench: Workbench
    gateway: Gateway
    clock: Clock
    _open: dict[str, Connection] = field(default_factory=dict)

    def as_(self, person: str) -> Connection:
        if person not in self._open:
            self._open[person] = connect(
                self.gateway.http, person, PASSWORD, scenario=SCENARIO, language="en",
                progress=False,
            )  # fmt: skip
        return self._open[person]

    def later(self, days: int) -> None:
        """Everybody signs in again: a token is shorter than that."""
        self.clock.days(days)
        self.close_clients()

    def close_clients(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()


@contextmanager
def telling(root: Path) -> Iterator[Telling]:
    clock = Clock()
    with open_workbench(root, clock) as bench:
        for person, (department, roles) in PEOPLE.items():
            if bench.store.users.get(person) is None:
                bench.store.users.add(person, PASSWORD, department, roles)
        gateway = Gateway(bench, "test")
        try:
            found = Telling(root, bench, gateway, clock)
            yield found
            found.close_clients()
        finally:
            gateway.stop()


def ask_all(city: Telling) -> None:
    """What the city is for: by county, in all, and by county again; on two days."""
    city.as_("li").sql(BY_COUNTY)
    city.as_("wu").sql(IN_ALL)
    city.later(days=3)
    city.as_("xu").sql(BY_COUNTY)
    city.as_("li").sql(BY_COUNTY)  # told again
    city.as_("li").sql(SOUTHERN, tier="statistics")
    city.as_("li").noisy("select count(*) as n from noisy where county = 'north'", 0.5)
