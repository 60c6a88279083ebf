"""A city whose registers are shared for comparing, its gateway by a clock of ours, and clients.

``person``: one row an entity, of every type that is compared; its key has check digits. ``tax``:
several years an entity, in mode obtain. ``listed``: the contract tells who is not in it.
``keyless``: no column names an entity. The same grants stand in two scenarios, the second of which
has a page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.flight as fl
from sqlalchemy import func, select
from stdnum.cn import ric

from workbench.client.connection import Connection, connect
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.model.days import day_of
from workbench.model.entry import Event
from workbench.store.layout import Layout
from workbench.store.tables import tries
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest
from workbench.wire import SCENARIO_HEADER, TEMPLATE

SECOND = "second"
PASSWORD = "correct horse battery"
PEOPLE = {"li": "user", "wang": "user", "zhao": "user", "other": "elsewhere"}
COUNT = 40
GENERAL, PERSONAL = {"class": "general"}, {"class": "important", "personal": True}


def resident(number: int) -> str:
    """A resident ID of a valid form, by a number of ours."""
    first = f"110101{1950 + number % 50}0{1 + number % 9}1{number % 10}{number % 1000:03}"
    return first + str(ric.calc_check_digit(first + "0"))


def income(number: int) -> str:
    return f"{7_710_000 + number}.25"


def people() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "id": resident(i),
                "name": f"张伟{i}" if i % 2 else f"CANARY-{i}",
                "income": None if i == 3 else income(i),
                "poor": i % 2 == 0,
                "born": f"1990-01-{i % 28 + 1:02}",
                "seen": f"2024-02-29 10:00:{i % 60:02}.5",
                "score": -0.0 if i == 0 else i / 10,
                "ratio": 0.1 * i,
                "households": i,
                "small": i,
                "phone": f"13800{i:06}",
                "county": f"CANARY-COUNTY-{i}",
            }
            for i in range(COUNT)
        ]
    )


def _columns(**types: str) -> dict[str, Any]:
    return {name: {"type": type_, **PERSONAL} for name, type_ in types.items()}


CITY: dict[str, Any] = {
    "resources": {
        "person": {
            "data": "person.csv",
            "entity": "id",
            "columns": {
                "id": {"type": "VARCHAR", "identifier": "resident_id", **PERSONAL},
                **_columns(
                    name="VARCHAR", income="DECIMAL(18,2)", poor="BOOLEAN", born="DATE",
                    seen="TIMESTAMP", score="DOUBLE", ratio="FLOAT", households="BIGINT",
                    small="SMALLINT", phone="VARCHAR", county="VARCHAR",
                ),
            },
        },
        "tax": {
            "data": "tax.csv",
            "entity": "code",
            "columns": _columns(
                code="BIGINT", year="INTEGER", region="VARCHAR", opened="DATE",
                paid="DECIMAL(18,2)", grade="VARCHAR", turnover="DOUBLE",
            ),
        },
        "listed": {
            "data": "listed.csv",
            "entity": "code",
            "columns": _columns(code="BIGINT", flag="BOOLEAN"),
        },
        "keyless": {"data": "listed.csv", "columns": _columns(code="BIGINT", flag="BOOLEAN")},
        "apart": {
            "data": "listed.csv",
            "entity": "code",
            "columns": _columns(code="BIGINT", flag="BOOLEAN"),
        },
    },
    "grants": {
        "person": {
            "mode": "compare",
            "columns": {
                **dict.fromkeys(
                    ("id", "name", "income", "poor", "born", "seen", "score", "ratio",
                     "households", "small"), "compare",
                ),
                "phone": "value",
            },
        },
        "tax": {
            "mode": "obtain",
            "columns": {"code": "value", "year": "value", "region": "value",
                        "opened": {"use": "value", "mask": {"kind": "date", "level": "year"}},
                        "paid": "compare",
                        "grade": "compare", "turnover": "statistics"},
        },
        "listed": {"mode": "compare", "columns": {"code": "compare", "flag": "compare"}},
        "keyless": {"mode": "compare", "columns": {"code": "compare", "flag": "compare"}},
    },
    "settings": {"threads": 1, "warm_workers": 0},
}  # fmt: skip


def make(folder: Path, **settings: int) -> Path:
    """The root of the city, its data ingested."""
    test = PolicyTest.model_validate({**CITY, "settings": {**CITY["settings"], **settings}})
    people().write_csv(folder / "person.csv")
    tax = [
        {"code": c, "year": y, "region": f"R{c % 3}", "opened": f"2001-02-{c % 28 + 1:02}",
         "paid": c * 1000 + y, "grade": "ABC"[c % 3], "turnover": c * 1.5}
        for c in range(1, 61) for y in range(2019, 2025)
    ]  # fmt: skip
    pl.DataFrame(tax).write_csv(folder / "tax.csv")
    listed = {"code": range(20), "flag": [i % 2 == 0 for i in range(20)]}
    pl.DataFrame(listed).write_csv(folder / "listed.csv")
    root = folder / "city"
    write_city(test, root)
    _tell_membership(root / "data_contracts" / "resources" / "listed.odcs.yaml")
    first = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    pages = [{"id": "desk", "viewers": ["zhao"]}]
    second = {**json.loads(first.read_text(encoding="utf-8")), "id": SECOND, "pages": pages}
    first.with_name(f"{SECOND}.yaml").write_text(json.dumps(second), encoding="utf-8")
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    return root


def _tell_membership(contract: Path) -> None:
    body = json.loads(contract.read_text(encoding="utf-8"))
    body["customProperties"].append({"property": "membershipTold", "value": True})
    contract.write_text(json.dumps(body), encoding="utf-8")


class Clock:
    """10:00 in China, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def days(self, count: int) -> None:
        self.now += timedelta(days=count)


@dataclass
class Comparing:
    """A running gateway with a connection of the product's own client for each person."""

    root: Path
    bench: Workbench
    gateway: Gateway
    clock: Clock
    _open: dict[str, Connection] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str = "li") -> Connection:
        if person not in self._open:
            self._open[person] = connect(
                self.gateway.http, person, PASSWORD, scenario=SCENARIO, language="en",
                progress=False,
            )  # fmt: skip
        return self._open[person]

    def next_day(self, count: int = 1) -> None:
        """Tokens do not last over it: all sign in again."""
        self.close_clients()
        self.clock.days(count)

    def raw(self, person: str, ticket: bytes, scenario: str = SCENARIO) -> pa.Table:
        """What a client of somebody's own making sends."""
        if person not in self._tokens:
            self._tokens[person] = self.bench.auth.sign_in(person, PASSWORD).access_token
        token = self._tokens[person]
        headers = [(b"authorization", f"Bearer {token}".encode()),
                   (SCENARIO_HEADER.encode(), scenario.encode())]  # fmt: skip
        with fl.FlightClient(self.gateway.flight) as client:
            options = fl.FlightCallOptions(headers=headers)
            return client.do_get(fl.Ticket(ticket), options).read_all()

    def body(self, person: str, body: Any, scenario: str = SCENARIO) -> pa.Table:
        return self.raw(person, TEMPLATE + json.dumps(body).encode(), scenario)

    def entries(self, event: Event) -> list[Mapping[str, Any]]:
        """What the ledger has of an event, oldest first."""
        journal = self.bench.store.journal
        head = journal.head()
        filed = [journal.at(seq) for seq in range(1, (head.seq if head else 0) + 1)]
        bodies = [json.loads(f.entry.body) for f in filed if f is not None]
        return [body for body in bodies if body["event"] == event.value]

    def entries_by(self, person: str, event: Event = Event.comparison_alert) -> list[Any]:
        return [entry for entry in self.entries(event) if entry["actor"] == person]

    def ledger_text(self) -> str:
        journal = self.bench.store.journal
        head = journal.head()
        filed = [journal.at(seq) for seq in range(1, (head.seq if head else 0) + 1)]
        return "\n".join(f.entry.body for f in filed if f is not None)

    def counted(self, what: str, person: str = "li") -> int:
        """Units of the day of ``keys``, ``misses`` or ``slowed`` calls of a person."""
        return self.bench.store.allowances.used(self.subject(what, person), self.day)

    def subject(self, what: str, person: str = "li") -> str:
        """Under which they are counted (see ``Settling.subject``)."""
        parts = json.dumps([f"compare {what}", person]).encode()
        key = self.bench.keyring.mask_key
        return hmac.new(key, b"allowance\0" + parts, hashlib.sha256).hexdigest()

    @property
    def day(self) -> date:
        return day_of(self.clock())

    def tries(self) -> int:
        """All that are kept, of everybody."""
        with self.bench.store.reading() as connection:
            found = connection.execute(select(func.count()).select_from(tries))
            return int(found.scalar_one())

    def close_clients(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()
        self._tokens.clear()


@contextmanager
def comparing(root: Path, clock: Clock | None = None) -> Iterator[Comparing]:
    clock = clock or Clock()
    with open_workbench(root, clock) as bench:
        for person, department in PEOPLE.items():
            if bench.store.users.get(person) is None:
                bench.store.users.add(person, PASSWORD, department, {Role.analyst})
        gateway = Gateway(bench, "test")
        try:
            found = Comparing(root, bench, gateway, clock)
            yield found
            found.close_clients()
        finally:
            gateway.stop()


def store_bytes(root: Path) -> bytes:
    """Everything that the store's files hold, also of what was deleted."""
    folder = Layout(root).store.parent
    return b"".join(file.read_bytes() for file in sorted(folder.glob("store.sqlite*")))
