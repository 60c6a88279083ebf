"""The connection over the gateway's real doors."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest
from client_wire import INFO, NUMBERS, PASSWORD, REFUSAL, Answer, Wire, later, slept

from workbench.client.connection import Connection, connect
from workbench.client.credentials import Session, write_session
from workbench.client.waiting import wait
from workbench.errors import (
    Code,
    InvalidInput,
    LimitReached,
    Refused,
    StatementWrong,
    Unauthenticated,
    Unavailable,
    WorkbenchError,
    simple,
)


def test_a_statement_gives_its_table_and_its_sources(connection: Connection, wire: Wire) -> None:
    release = connection.sql("select n", scenario="prices")
    assert release.arrow().column("n").to_pylist() == [0, 1, 2]
    assert release.info == INFO
    call = wire.queries.calls[0]
    assert (call.actor.id, call.scenario, call.sql) == ("zhang", "prices", "select n")


def test_a_connection_is_a_context_and_closed_after_it(wire: Wire) -> None:
    with connect(wire.url, "zhang", PASSWORD) as opened:
        assert opened.sql("select n", scenario="prices").rows == 3
    with pytest.raises(RuntimeError, match="closed"):
        opened.whoami()


def test_parameters_travel_as_typed_values(connection: Connection, wire: Wire) -> None:
    name = "x'; drop table t; --"
    connection.sql("select n", parameters={"name": name, "big": 2**100, "d": Decimal("1.10")})
    row = wire.queries.calls[0].parameters
    assert row.to_pylist() == [{"name": name, "big": Decimal(2**100), "d": Decimal("1.10")}]
    connection.sql("select n", parameters=[1, None, [1, 2]])
    assert wire.queries.calls[1].parameters.to_pylist() == [{"1": 1, "2": None, "3": [1, 2]}]


def test_a_value_that_is_no_parameter_is_refused(connection: Connection, wire: Wire) -> None:
    with pytest.raises(InvalidInput, match="object"):
        connection.sql("select n", parameters={"x": object()})
    assert wire.queries.calls == []


@pytest.mark.parametrize("midway", [False, True], ids=["before the first batch", "midway"])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (REFUSAL, Refused),
        (simple(Code.statement_wrong, "语法错误", "Syntax error"), StatementWrong),
        (simple(Code.not_found, "没有这张表", "No such table"), StatementWrong),
        (simple(Code.memory_exceeded, "内存不足", "Out of memory"), LimitReached),
        (simple(Code.deadline_exceeded, "超时", "Too long"), LimitReached),
        (simple(Code.ledger_unavailable, "账本不可用", "No ledger"), Unavailable),
        (simple(Code.internal, "内部错误", "Internal"), Unavailable),
        (simple(Code.cancelled, "已取消", "Cancelled"), Unavailable),
        (simple(Code.grant_revoked, "已撤销", "Revoked"), Refused),
        (simple(Code.invalid_request, "无效", "Invalid"), InvalidInput),
    ],
    ids=lambda v: v.code.value if isinstance(v, WorkbenchError) else "",
)
def test_errors_arrive_whole(
    connection: Connection,
    wire: Wire,
    error: WorkbenchError,
    kind: type[WorkbenchError],
    midway: bool,
) -> None:
    wire.queries.answers["bad"] = lambda call: Answer(NUMBERS, error=error) if midway else error
    with pytest.raises(WorkbenchError) as raised:
        connection.sql("bad")
    assert type(raised.value) is kind
    assert raised.value.reasons[0].code is error.code
    assert raised.value.reasons == error.reasons
    assert raised.value.__cause__ is None
    assert connection.sql("select n").rows == 3


def test_a_result_without_sources_is_dropped(connection: Connection, wire: Wire) -> None:
    wire.queries.answers["bare"] = lambda call: Answer(NUMBERS, bare=True)
    with pytest.raises(Unavailable, match="来源"):
        connection.sql("bare")


def test_nothing_listens(wire: Wire) -> None:
    with pytest.raises(Unavailable) as raised:
        connect("http://127.0.0.1:9", "zhang", PASSWORD)
    assert raised.value.code is Code.gateway_unavailable
    assert "make up" in raised.value.said("en")


def test_something_else_listens(wire: Wire) -> None:
    with pytest.raises(WorkbenchError) as raised:
        connect(f"{wire.url}/elsewhere", "zhang", PASSWORD)
    assert raised.value.code in (Code.invalid_request, Code.gateway_unavailable)


def test_a_wrong_password(wire: Wire) -> None:
    with pytest.raises(Unauthenticated):
        connect(wire.url, "zhang", "wrong")


def test_a_password_is_asked_for_and_never_kept(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    connection = connect(wire.url, "zhang")
    assert connection.whoami()[0]["id"] == "zhang"
    assert PASSWORD not in repr(vars(connection)) + repr(vars(connection._control))


def test_an_expired_access_token_is_renewed_for_data_and_metadata(
    connection: Connection, wire: Wire
) -> None:
    """The client's own clock has not moved: it learns from token_expired."""
    connection.sql("select n")
    later(wire.clock, minutes=20)
    assert connection.sql("select n").rows == 3
    later(wire.clock, minutes=20)
    assert connection.whoami()[0]["id"] == "zhang"


def test_an_access_token_is_renewed_before_it_ends(wire: Wire) -> None:
    from workbench.client.control import Control

    now = [0.0]
    control = Control(wire.url, wire.session_token(), lambda: now[0])
    first = control.access_token()
    now[0] = 15 * 60 - 61
    assert control.access_token() == first
    now[0] = 15 * 60 - 59
    assert control.access_token() != first


def test_an_ended_session_says_so(connection: Connection, wire: Wire) -> None:
    later(wire.clock, hours=13)
    with pytest.raises(Unauthenticated) as raised:
        connection.sql("select n")
    assert raised.value.code is Code.token_expired


def test_credentials_in_their_order(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unauthenticated, match="not signed in"):
        connect(wire.url)
    write_session(Session(wire.url, "zhang", wire.session_token()), os.environ)
    assert connect().whoami()[0]["id"] == "zhang"
    monkeypatch.setenv("WORKBENCH_TOKEN", "nonsense")
    monkeypatch.setenv("WORKBENCH_URL", wire.url)
    with pytest.raises(Unauthenticated):
        connect()
    monkeypatch.setenv("WORKBENCH_TOKEN", wire.session_token())
    assert connect().whoami()[0]["id"] == "zhang"
    assert connect(token=wire.session_token()).whoami()[0]["id"] == "zhang"


def test_a_token_is_not_sent_to_another_gateway(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_session(Session("http://elsewhere:1", "zhang", wire.session_token()), os.environ)
    with pytest.raises(Unauthenticated):
        connect(wire.url)
    monkeypatch.setenv("WORKBENCH_TOKEN", wire.session_token())
    monkeypatch.setenv("WORKBENCH_URL", "http://elsewhere:1")
    with pytest.raises(Unauthenticated):
        connect(wire.url)


def test_the_scenario_is_the_named_one_the_default_or_the_only_one(
    connection: Connection, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.sql("select n")
    assert wire.queries.calls[-1].scenario == "prices"
    wire.queries.scenarios["housing"] = []
    with pytest.raises(Refused, match="prices, housing"):
        connection.sql("select n")
    monkeypatch.setenv("WORKBENCH_SCENARIO", "housing")
    connect(wire.url, "zhang", PASSWORD).sql("select n")
    assert wire.queries.calls[-1].scenario == "housing"
    connect(wire.url, "zhang", PASSWORD, scenario="prices").sql("select n")
    assert wire.queries.calls[-1].scenario == "prices"
    wire.queries.scenarios.clear()
    with pytest.raises(Refused, match="没有任何"):
        connection.sql("select n")


@pytest.mark.parametrize("scenario", ["房价", "a\nb", "x" * 3 + "\x00"])
def test_a_scenario_that_cannot_be_is_unknown(connection: Connection, scenario: str) -> None:
    with pytest.raises(Refused) as raised:
        connection.sql("select n", scenario=scenario)
    assert raised.value.code is Code.scenario_unknown


def test_listings(connection: Connection) -> None:
    assert [row["column"] for row in connection.tables()] == ["city", "month"]
    assert connection.scenarios()[0] == {"scenario": "prices", "resources": ["house_price"]}
    assert "house_price" in connection.grants()._repr_html_()
    assert len(connection.usage()) == 0
    assert len(connection.catalogue()) == 0


def test_threads_share_a_connection(connection: Connection) -> None:
    rows: list[int] = []
    threads = [
        threading.Thread(target=lambda: rows.append(connection.sql("select n").rows))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows == [3, 3, 3, 3]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where a shell started the tests in the background without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _interrupt_after(seconds: float) -> None:
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()


@pytest.mark.parametrize("where", ["before the first batch", "midway"])
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_cancels_on_the_server(connection: Connection, wire: Wire, where: str) -> None:
    queries = wire.queries

    def slow(call: object) -> Answer:
        if where == "midway":
            return Answer(NUMBERS, cancelled=call.cancelled, wait=20, note=queries.note)  # type: ignore[attr-defined]
        slept(20, call.cancelled, queries.note)  # type: ignore[attr-defined]
        return Answer(NUMBERS)

    queries.answers["slow"] = slow
    _interrupt_after(0.7)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        connection.sql("slow")
    assert time.monotonic() - started < 3
    assert wire.noted("cancelled") - started < 0.7 + 2
    assert connection.sql("select n").rows == 3


def test_a_stream_that_is_left_early_ends_on_the_server(connection: Connection, wire: Wire) -> None:
    big = pa.table({"n": pa.array(range(4_000_000), pa.int64())})
    wire.queries.answers["big"] = lambda call: Answer(
        pa.Table.from_batches(big.to_batches(max_chunksize=100_000)),
        cancelled=call.cancelled,
        note=wire.queries.note,
    )
    with connection.stream("big") as stream:
        first = next(iter(stream))
    assert first.num_rows == 100_000
    wire.noted("closed")
    assert connection.sql("select n").rows == 3


def test_many_reasons_arrive_whole(connection: Connection, wire: Wire) -> None:
    """gRPC gives up on trailers of 8 KiB, if nothing is said."""
    many = WorkbenchError.of([REFUSAL.reasons[0]] * 40)
    assert len(many.to_json()) > 32 << 10

    def refuse(_: object) -> Answer:
        raise many

    wire.queries.answers["many"] = refuse
    with pytest.raises(Refused) as told:
        connection.sql("many")
    assert told.value.reasons == many.reasons


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_cancels_when_the_token_has_ended_meanwhile(
    connection: Connection, wire: Wire
) -> None:
    control, hour = connection._control, [0.0]
    control._clock = lambda: time.monotonic() + hour[0]

    def slow(call: object) -> Answer:
        later(wire.clock, hours=1)
        hour[0] = 3600.0
        slept(20, call.cancelled, wire.queries.note)  # type: ignore[attr-defined]
        return Answer(NUMBERS)

    wire.queries.answers["slow"] = slow
    connection.sql("select n")
    _interrupt_after(0.7)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        connection.sql("slow")
    assert time.monotonic() - started < 4
    assert wire.noted("cancelled") - started < 4


@pytest.mark.usefixtures("interruptible")
def test_after_an_interrupt_a_stream_gives_no_more(connection: Connection, wire: Wire) -> None:
    """The batch that came with the interrupt is lost: what follows would look like the rest."""
    wire.queries.answers["slow"] = lambda call: Answer(NUMBERS, cancelled=call.cancelled, wait=20)
    with connection.stream("slow") as stream:
        batches = iter(stream)
        assert next(batches).num_rows == 3
        _interrupt_after(0.3)
        with pytest.raises(KeyboardInterrupt):
            next(batches)
        with pytest.raises(WorkbenchError) as told:
            stream.read_all()
        assert told.value.code is Code.cancelled


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_is_not_held_up_by_a_cancel_that_nobody_answers() -> None:
    def unanswered() -> None:
        time.sleep(5)

    _interrupt_after(0.2)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        wait(lambda: time.sleep(10), unanswered)
    assert time.monotonic() - started < 3
