"""A real gateway on real ports: real store, keys, ledger, tokens and clients.

Only the query path is a double (``DoubledQueryPath``): the shape of the real one over an
in-memory DuckDB, so that these tests are about the doors. Attacks and journeys go through the
real one.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import adbc_driver_flightsql.dbapi as adbc
import duckdb
import httpx
import pyarrow as pa
import pyarrow.flight as fl
import pytest

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.auth import Auth
from workbench.gateway.doors import Gateway
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Resource,
    Sharing,
)
from workbench.model.decision import Visible
from workbench.model.lookup import Scenarios
from workbench.model.period import Period
from workbench.model.regulation import UNSTATED, Regulation
from workbench.model.release import METADATA_KEY
from workbench.model.tier import Tier
from workbench.query_path.sights import SeenColumn
from workbench.store.keyring import Keyring

PASSWORD = "一个足够长的密码-2025"
SECRET = "CANARY-7f3a"
SCENARIOS = {"zhang": ("prices",), "li": ("prices", "housing"), "wang": ()}


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class DoubledRunning:
    """A Running over DuckDB; ``closed`` counts the closings."""

    path: DoubledQueryPath
    reader: pa.RecordBatchReader
    cancelled: Callable[[], bool]
    schema: pa.Schema = field(init=False)
    closed: int = 0
    ended: bool = False
    cause: WorkbenchError | None = None

    def __post_init__(self) -> None:
        self.schema = self.reader.schema.with_metadata({METADATA_KEY: b"{}"})

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self.reader:
            if self.cancelled():
                raise simple(Code.cancelled, "查询已取消。", "The query was cancelled.")
            if self.path.fails_midway:
                yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
                raise RuntimeError(f"{SECRET} at /secret/path")
            yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
        self.ended = True

    def close(self) -> None:
        self.closed += 1


class DoubledQueryPath:
    """The shape of ``workbench.query_path.QueryPath``."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.runnings: list[DoubledRunning] = []
        self.fails_midway = False
        self.cancels: list[tuple[str, str]] = []
        self.stopped = threading.Event()

    def run(
        self,
        actor: Actor,
        scenario: str,
        sql: str,
        parameters: pa.RecordBatch | None = None,
        *,
        method: str,
        medium: str,
        cancelled: Callable[[], bool],
        tier: Tier | None = None,
        within: Period | None = None,
    ) -> DoubledRunning:
        self.calls.append(
            {"actor": actor, "scenario": scenario, "sql": sql, "parameters": parameters}
        )
        if scenario not in SCENARIOS.get(actor.viewer or actor.id, ()):
            raise simple(
                Code.scenario_unknown,
                f"没有名为“{scenario}”的应用场景。",
                f"There is no scenario {scenario}.",
                next=Text("请查看现有授权。", "See what you hold."),
            )
        if sql == "crash":
            raise RuntimeError(f"{SECRET} in /secret/path")
        values = [] if parameters is None else list(parameters.to_pylist()[0].values())
        reader = self._waited(sql, values, cancelled)
        running = DoubledRunning(self, reader, cancelled)
        self.runnings.append(running)
        return running

    def _waited(
        self, sql: str, values: list[Any], cancelled: Callable[[], bool]
    ) -> pa.RecordBatchReader:
        """Run in a thread, asking ``cancelled`` every 50 ms as the real one does."""
        db = duckdb.connect(":memory:")
        found: list[Any] = []

        def work() -> None:
            try:
                found.append(db.execute(sql, values).to_arrow_reader(10_000))
            except Exception as error:
                found.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        while thread.is_alive():
            if cancelled() or self.stopped.is_set():
                db.interrupt()
                thread.join(5)
                raise simple(Code.cancelled, "查询已取消。", "The query was cancelled.")
            thread.join(0.05)
        if isinstance(found[0], Exception):
            raise simple(Code.statement_wrong, "语句有误：表不存在。", "No such table.")
        return found[0]

    def visible(self, actor: Actor) -> tuple[Visible, ...]:
        return tuple(
            Visible(s, "house_price", (("city", "value", ""),), "obtain", "active", "", "scenario")
            for s in SCENARIOS.get(actor.viewer or actor.id, ())
        )

    def usable_scenarios(self, actor: Actor) -> tuple[str, ...]:
        return tuple(v.scenario for v in self.visible(actor))

    def columns_of(self, actor: Actor, scenario: str) -> list[SeenColumn]:
        return [SeenColumn(*each, (Tier.rows,)) for each in self.schema_of(actor, scenario)]

    def schema_of(self, actor: Actor, scenario: str) -> list[tuple[str, str, str]]:
        if scenario not in SCENARIOS.get(actor.id, ()):
            return []
        return [
            ("house_price", "city", "VARCHAR"),
            ("house_price", "month", "DATE"),
            ("division", "code", "VARCHAR"),
        ]

    def running(self, actor_id: str) -> tuple[Any, ...]:
        return (
            SimpleNamespace(
                id="q1",
                scenario="prices",
                stage="running",
                seconds=1.5,
                percent=None,
                rows=3,
                build=None,
            ),
        )

    def cancel(self, actor_id: str, query_id: str) -> bool:
        self.cancels.append((actor_id, query_id))
        return query_id == "q1"

    def close(self) -> None:
        self.stopped.set()


@dataclass
class City:
    """A city of two resources: what the doors read of it."""

    settings: Any
    resources: dict[str, Resource]
    problem: WorkbenchError | None = None
    scenarios: Scenarios = field(default_factory=lambda: Scenarios({}))
    regulation: Regulation = UNSTATED

    def __call__(self) -> City:
        return self


def resource(name: str, sharing: Sharing) -> Resource:
    column = Column("income", "DOUBLE", "收入", Classification(Level.important))
    return Resource(
        id=name,
        name=name,
        title=Text(f"资源{name}", f"Resource {name}"),
        version="1.0.0",
        provider="统计局",
        department="statistics",
        library=LibraryKind.base,
        sharing=sharing,
        columns=(column,),
    )


@dataclass
class Bench:
    """Everything of one running gateway."""

    gateway: Gateway
    auth: Auth
    store: Any
    ledger: Ledger
    keyring: Keyring
    clock: Clock
    path: DoubledQueryPath
    city: City

    def token(self, user: str = "zhang") -> str:
        return self.auth.sign_in(user, PASSWORD).access_token

    def adbc(self, user: str = "zhang", scenario: str | None = "prices", **options: str) -> Any:
        """A connection of the stock driver, by bearer token."""
        more = {"adbc.flight.sql.authorization_header": f"Bearer {self.token(user)}"}
        if scenario is not None:
            more["adbc.flight.sql.rpc.call_header.x-workbench-scenario"] = scenario
        return adbc.connect(self.gateway.flight, db_kwargs={**more, **options}, autocommit=True)

    def flight(
        self, token: str | None = None, scenario: str = "prices"
    ) -> tuple[fl.FlightClient, fl.FlightCallOptions]:
        """A bare pyarrow client with the headers of a call."""
        headers = [(b"x-workbench-scenario", scenario.encode())]
        if token is not None:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        return fl.connect(self.gateway.flight), fl.FlightCallOptions(headers=headers)

    def http(self, token: str | None = None) -> httpx.Client:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.gateway.http, headers=headers, trust_env=False)


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not come true in time"
        time.sleep(0.02)


def basic(user: str, password: str, *, padded: bool = True) -> bytes:
    text = base64.b64encode(f"{user}:{password}".encode())
    return b"Basic " + (text if padded else text.rstrip(b"="))


def error_of(raised: pytest.ExceptionInfo[Any]) -> WorkbenchError:
    """The WorkbenchError inside an ADBC or Flight error: as a client would find it."""
    details = dict(getattr(raised.value, "details", None) or [])
    found = details.get(b"x-workbench-error-bin") or details.get("x-workbench-error-bin")
    if found is None:
        found = raised.value.extra_info
    return WorkbenchError.from_json(found.decode())
