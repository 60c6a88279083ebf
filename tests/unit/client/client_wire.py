"""The gateway's two real doors on real ports, over answers that a test writes.

Real: Flight SQL, HTTP, tokens, errors on the wire. Written by the test: what a
statement answers, who exists, what is granted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import uvicorn

from workbench.errors import Code, Reason, Text, WorkbenchError, simple
from workbench.gateway.answers import Health
from workbench.gateway.auth import Auth
from workbench.gateway.flight import FlightDoor
from workbench.gateway.http import Desk, make_app
from workbench.gateway.limits import Limits
from workbench.gateway.locks import bound
from workbench.model.actor import Role
from workbench.model.decision import Visible
from workbench.model.release import METADATA_KEY, ReleaseInfo, Source
from workbench.model.tier import Tier
from workbench.query_path.sights import SeenColumn

PASSWORD = "一个足够长的密码-2025"
INFO = ReleaseInfo(
    id="r1",
    scenario="prices",
    mode="obtain",
    ledger_seq=42,
    valid_until=date(2027, 1, 31),
    sources=(
        Source(
            resource="house_price",
            title_zh="七十城房价",
            title_en="House prices of 70 cities",
            provider_zh="统计局",
            provider_en="Statistics bureau",
            extract_version=3,
            extract_digest="ab" * 32,
            data_date=date(2025, 12, 1),
            obtained_on=None,
            licence="CC BY 4.0",
        ),
    ),
)
REFUSAL = WorkbenchError.of(
    Reason(
        Code.not_granted,
        Text("没有授权读取 house_price.income。", "house_price.income is not granted to you."),
        why=Text("该列不在场景 prices 的授权内。", "No grant of prices holds the column."),
        rule=Text("黑龙江 2025 第二十二条", "Heilongjiang 2025 art. 22"),
        next=Text("请提交下面的申请。", "Hand in the application below."),
        subject="house_price.income",
        draft="application:\n  resource: house_price\n  columns: [income]  # <用途>\n" * 20,
    )
)


@dataclass
class Clock:
    now: datetime = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Answer:
    """A Running: batches, then perhaps an error; ``wait`` seconds pass before, unless cancelled."""

    def __init__(
        self,
        table: pa.Table,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        wait: float = 0,
        error: Exception | None = None,
        bare: bool = False,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        metadata = {} if bare else {METADATA_KEY: _json(INFO)}
        self._table = table.replace_schema_metadata(metadata)
        self.schema = self._table.schema
        self.cause = None
        self._cancelled, self._wait, self._error, self._note = cancelled, wait, error, note

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        yield from self._table.to_batches()
        slept(self._wait, self._cancelled, self._note)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self._note("closed")


def slept(seconds: float, cancelled: Callable[[], bool], note: Callable[[str], None]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if cancelled():
            note("cancelled")
            raise simple(Code.cancelled, "查询已取消。", "The query was cancelled.")
        time.sleep(0.05)


def _json(info: ReleaseInfo) -> bytes:
    import json

    return json.dumps(info.to_dict(), ensure_ascii=False).encode()


NUMBERS = pa.table({"n": pa.array(range(3), pa.int64())})
Make = Callable[[SimpleNamespace], Any]


@dataclass
class Queries:
    """The query path's shape. ``answers`` maps a statement to what makes its Running."""

    answers: dict[str, Make] = field(default_factory=dict)
    calls: list[SimpleNamespace] = field(default_factory=list)
    notes: list[tuple[str, float]] = field(default_factory=list)
    scenarios: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    under_way: list[dict[str, Any]] = field(default_factory=list)

    def run(self, actor: Any, scenario: str, sql: str, parameters: Any = None, **more: Any) -> Any:
        call = SimpleNamespace(
            actor=actor, scenario=scenario, sql=sql, parameters=parameters, **more
        )
        self.calls.append(call)
        if scenario not in self.scenarios:
            raise simple(Code.scenario_unknown, "没有这个场景。", "No such scenario.")
        made = self.answers[sql](call)
        if isinstance(made, Exception):
            raise made
        return made

    def note(self, what: str) -> None:
        self.notes.append((what, time.monotonic()))

    def visible(self, actor: Any) -> tuple[Visible, ...]:
        return tuple(
            Visible(s, "house_price", (("city", "value", ""),), "obtain", "active", "", "场景")
            for s in self.scenarios
        )

    def usable_scenarios(self, actor: Any) -> tuple[str, ...]:
        return tuple(self.scenarios)

    def columns_of(self, actor: Any, scenario: str) -> list[SeenColumn]:
        return [SeenColumn(*each, (Tier.rows,)) for each in self.schema_of(actor, scenario)]

    def schema_of(self, actor: Any, scenario: str) -> list[tuple[str, str, str]]:
        return self.scenarios.get(scenario, [])

    def running(self, actor_id: str) -> tuple[Any, ...]:
        return tuple(SimpleNamespace(**each) for each in self.under_way)

    def cancel(self, actor_id: str, query_id: str) -> bool:
        return False


class Users:
    def __init__(self) -> None:
        self.person = SimpleNamespace(
            id="zhang",
            department="development",
            roles=frozenset({Role.analyst}),
            disabled=False,
            session_epoch=0,
        )

    def verify(self, id: str, password: str, address: str = "") -> Any:  # noqa: A002
        return self.person if (id, password) == ("zhang", PASSWORD) else None

    def get(self, id: str) -> Any:  # noqa: A002
        return self.person if id == "zhang" else None


@dataclass
class Wire:
    url: str
    queries: Queries
    clock: Clock
    users: Users
    auth: Auth

    def session_token(self) -> str:
        return self.auth.sign_in("zhang", PASSWORD).session_token

    def noted(self, what: str, seconds: float = 5.0) -> float:
        """When ``what`` was noted; waits for it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for noted, at in self.queries.notes:
                if noted == what:
                    return at
            time.sleep(0.02)
        raise AssertionError(f"{what} was not noted: {self.queries.notes}")


COLUMNS = [("house_price", "city", "VARCHAR"), ("house_price", "month", "DATE")]


@contextmanager
def serving() -> Iterator[Wire]:
    clock, users = Clock(), Users()
    auth = Auth(users, b"k" * 32, SimpleNamespace(record=lambda draft: None), clock)
    queries = Queries(scenarios={"prices": list(COLUMNS)})
    sizes = SimpleNamespace(
        request_kb=64,
        compare_keys_per_call=100,
        queries_per_person=4,
        queries_per_department=4,
        queries_in_all=32,
    )
    limits = Limits(lambda: sizes)
    door = FlightDoor("127.0.0.1", 0, queries, auth, limits, clock, "test")
    listener = bound("127.0.0.1", 0)
    flight = f"grpc://127.0.0.1:{door.port}"
    desk = Desk(
        auth=auth,
        queries=queries,
        city=lambda: SimpleNamespace(resources={}),  # type: ignore[arg-type,return-value]
        journal=SimpleNamespace(find=lambda wanted: []),  # type: ignore[arg-type]
        exports=SimpleNamespace(),  # type: ignore[arg-type]
        compare_keys=SimpleNamespace(),  # type: ignore[arg-type]
        noise=SimpleNamespace(),  # type: ignore[arg-type]
        cases=SimpleNamespace(),  # type: ignore[arg-type]
        procedures=SimpleNamespace(),  # type: ignore[arg-type]
        findings=SimpleNamespace(),  # type: ignore[arg-type]
        measure=lambda case, review: None,
        uses=SimpleNamespace(book=SimpleNamespace()),  # type: ignore[arg-type]
        told=SimpleNamespace(),  # type: ignore[arg-type]
        trail=SimpleNamespace(),  # type: ignore[arg-type]
        portals=SimpleNamespace(),  # type: ignore[arg-type]
        what_ifs=SimpleNamespace(),  # type: ignore[arg-type]
        derived=SimpleNamespace(),  # type: ignore[arg-type]
        briefs=SimpleNamespace(),  # type: ignore[arg-type]
        assessing=SimpleNamespace(),  # type: ignore[arg-type]
        clock=clock,
        limits=limits,
        health=lambda: Health(status="ok", version="test", flight=flight),
        stopping=lambda: False,
    )
    config = uvicorn.Config(make_app(desk, "test"), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Wire(f"http://127.0.0.1:{listener.getsockname()[1]}", queries, clock, users, auth)
    server.should_exit = True
    threading.Thread(target=door.shutdown, daemon=True).start()
    thread.join(5)


def later(clock: Clock, **amount: float) -> None:
    clock.now += timedelta(**amount)
