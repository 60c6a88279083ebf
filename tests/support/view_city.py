"""A city whose one register is shared in mode view, its gateway, and the people who look.

The register has what a view may not show: a column that was not granted, a masked one, one that
is granted for statistics, rows out of scope; and cells that would hide who looked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.flight as fl
from attacks.served import PASSWORD, SCENARIO, Served

from workbench.client.connection import Connection, connect
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest
from workbench.wire import SCENARIO_HEADER, TEMPLATE

FIRMS, IN_SCOPE = 60, 45
PAGE, DAY = 10, 40
LONG = "长" * 5_000
OVERRIDE = "\u202emoc.live\u2066\u200f</td></table><script>alert(1)</script>\n== li =="
GENERAL, PERSONAL = {"class": "general"}, {"class": "important", "personal": True}


def firms() -> pl.DataFrame:
    """Owners and licences carry marks; every fourth row is out of scope."""
    return pl.DataFrame([_firm(i) for i in range(FIRMS)])


def _firm(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "name": f"firm {i:03}",
        "county": "out" if i % 4 == 3 else ("north", "south")[i % 2],
        "owner": f"Z{i:02}-CANARY-OWNER",
        "licence": f"CANARY-LICENCE-{i:03}",
        "turnover": 771_000 + i,
        "capital": f"{i}.25",
        "open": i % 5 != 0,
        "since": f"2020-01-{i % 28 + 1:02}",
        "note": LONG if i == 0 else OVERRIDE if i == 1 else None if i % 2 else f"note {i % 3}",
    }


CITY: dict[str, Any] = {
    "resources": {
        "firm": {
            "data": "firm.csv",
            "entity": "id",
            "columns": {
                "id": {"type": "BIGINT", **GENERAL},
                "name": {"type": "VARCHAR", **GENERAL},
                "county": {"type": "VARCHAR", **GENERAL},
                "owner": {"type": "VARCHAR", **PERSONAL},
                "licence": {"type": "VARCHAR", **PERSONAL},
                "turnover": {"type": "BIGINT", **PERSONAL},
                "capital": {"type": "DECIMAL(18,2)", **GENERAL},
                "open": {"type": "BOOLEAN", **GENERAL},
                "since": {"type": "DATE", **GENERAL},
                "note": {"type": "VARCHAR", **GENERAL},
            },
        },
        "town": {
            "data": "town.csv",
            "columns": {"code": {"type": "VARCHAR", **GENERAL}},
        },
        "wages": {
            "data": "wages.csv",
            "entity": "id",
            "columns": {
                "id": {"type": "BIGINT", **GENERAL},
                "wage": {"type": "BIGINT", **PERSONAL},
            },
        },
        "sealed": {
            "data": "town.csv",
            "sharing": "not_shared",
            "columns": {"code": {"type": "VARCHAR", **GENERAL}},
        },
    },
    "grants": {
        "firm": {
            "mode": "view",
            "columns": {
                "id": "value",
                "name": "value",
                "county": "value",
                "owner": {"use": "value", "mask": {"kind": "partial", "keep_first": 1}},
                "turnover": "compare",
                "capital": "value",
                "open": "value",
                "since": "value",
                "note": "value",
            },
            "rows": [{"column": "county", "op": "in", "values": ["north", "south"]}],
        },
        "town": {"mode": "obtain", "columns": {"code": "value"}},
        "wages": {"mode": "statistics", "columns": {"id": "join_key", "wage": "statistics"}},
    },
    "settings": {"view_page_rows": PAGE, "view_rows_per_day": DAY, "threads": 1, "warm_workers": 0},
}


def make(folder: Path, **settings: int) -> Path:
    """The root of the city, its data ingested."""
    test = PolicyTest.model_validate({**CITY, "settings": {**CITY["settings"], **settings}})
    firms().write_csv(folder / "firm.csv")
    pl.DataFrame({"code": ["north", "south", "out"]}).write_csv(folder / "town.csv")
    wages = {"id": range(20), "wage": range(5_000, 5_020)}
    pl.DataFrame(wages).write_csv(folder / "wages.csv")
    root = folder / "city"
    write_city(test, root)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    return root


@dataclass
class Looking:
    """The running gateway with a connection of the product's own client for each person."""

    gateway: Served
    _open: dict[str, Connection] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str, department: str = "user") -> Connection:
        if person not in self._open:
            self.gateway.add(person, department)
            signed_in = connect(
                self.gateway.http,
                person,
                PASSWORD,
                scenario=SCENARIO,
                language="en",
                progress=False,
            )
            self._open[person] = signed_in
        return self._open[person]

    def raw(self, person: str, ticket: bytes, **headers: str) -> pa.Table:
        """What a client of somebody's own making sends: any bytes, any header."""
        if person not in self._tokens:
            self._tokens[person] = self.gateway.token(person)
        all_ = {
            "authorization": f"Bearer {self._tokens[person]}",
            SCENARIO_HEADER: SCENARIO,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        encoded = [(name.encode(), value.encode()) for name, value in all_.items()]
        with fl.FlightClient(self.gateway.flight) as client:
            options = fl.FlightCallOptions(headers=encoded)
            return client.do_get(fl.Ticket(ticket), options).read_all()

    def page(self, person: str, body: Any, **headers: str) -> pa.Table:
        """The page that a template's ticket asks for; ``body`` is any JSON."""
        return self.raw(person, TEMPLATE + json.dumps(body).encode(), **headers)

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
