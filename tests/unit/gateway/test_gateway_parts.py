"""The small parts, each by itself: limits, handles, logs, locks, errors, the order of stopping."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import stat
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import adbc_driver_flightsql.dbapi as adbc
import pyarrow as pa
import pyarrow.flight as fl
import pytest
from gateway_bench import PASSWORD, SECRET, Bench, Clock, DoubledQueryPath, wait_until

from workbench.catalogue.city_schema import Settings
from workbench.client.flight import template_ticket
from workbench.errors import Code, Reason, Text, WorkbenchError, simple
from workbench.gateway import doors, locks
from workbench.gateway.doors import Gateway
from workbench.gateway.failures import TEXT_BYTES, foreseen, to_flight
from workbench.gateway.flightsql import template_body
from workbench.gateway.handles import Book, Statement
from workbench.gateway.limits import Limits
from workbench.gateway.logs import start_logging, stop_logging
from workbench.gateway.metadata import arrow_schema, like
from workbench.model.actor import Actor
from workbench.wire import TEMPLATE, pack

LONG = "select sum(a.range * b.range) from range(900000) a, range(900000) b"
ZHANG, LI = Actor("zhang", "d"), Actor("li", "d")


def code_of(raised: pytest.ExceptionInfo[WorkbenchError]) -> Code:
    return raised.value.code


def sizes(**more: int) -> Settings:
    return Settings(**{"request_kb": 1, **more})


def test_limits_per_person_department_and_in_all() -> None:
    limits = Limits(lambda: sizes(queries_per_person=2, queries_per_department=3, queries_in_all=4))
    limits.take("zhang", "tax")
    limits.take("zhang", "tax")
    refused = []
    for person, department, first in (
        ("zhang", "tax", ("li", "tax")),
        ("wang", "tax", ("zhao", "civil")),
        ("qian", "civil", None),
    ):
        with pytest.raises(WorkbenchError) as raised:
            limits.take(person, department)
        refused.append(raised.value.reasons[0])
        if first is not None:
            limits.take(*first)
    assert [r.subject for r in refused] == ["person", "department", "all"]
    rules = ("queries_per_person", "queries_per_department", "queries_in_all")
    for reason, setting, limit in zip(refused, rules, (2, 3, 4), strict=True):
        for language in ("zh", "en"):
            said = reason.said(language)  # type: ignore[arg-type]
            assert f"settings.{setting}" in said
            assert str(limit) in said
    limits.give_back("zhang", "tax")
    limits.take("wang", "tax")
    limits.check_request(1024)
    with pytest.raises(WorkbenchError) as raised:
        limits.check_request(1025)
    assert code_of(raised) is Code.request_too_large


def test_limits_are_exact_under_a_rush() -> None:
    limits = Limits(lambda: sizes(queries_per_person=5))
    taken = []

    def rush() -> None:
        try:
            limits.take("zhang", "tax")
        except WorkbenchError:
            return
        taken.append(1)

    threads = [threading.Thread(target=rush) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == limits.busy_in_all == 5


def test_a_page_and_its_viewers_do_not_share_handles() -> None:
    book = Book(timedelta(minutes=5), Clock())
    page = Actor("page:x", "page:x", viewer="zhang")
    handle = book.write(Statement(("page:x", "zhang"), "s", "select 1"))
    for other in (Actor("page:x", "page:x", viewer="li"), ZHANG, Actor("page:x", "page:x")):
        with pytest.raises(WorkbenchError):
            book.look_up(handle, other)
    assert book.take(handle, page).sql == "select 1"


def test_the_oldest_handle_makes_room_and_only_ones_own() -> None:
    book = Book(timedelta(minutes=5), Clock(), per_person=2)
    other = book.write(Statement(("li", ""), "s", "0"))
    handles = [book.write(Statement(("zhang", ""), "s", str(n))) for n in range(3)]
    with pytest.raises(WorkbenchError):
        book.look_up(handles[0], ZHANG)
    assert [book.look_up(h, ZHANG).sql for h in handles[1:]] == ["1", "2"]
    assert book.look_up(other, LI).sql == "0"
    assert len(book) == 3


def test_forget_is_ones_own_too() -> None:
    book = Book(timedelta(minutes=5), Clock())
    handle = book.write(Statement(("zhang", ""), "s", "select 1"))
    book.forget(handle, LI)
    assert book.look_up(handle, ZHANG)
    book.forget(handle, ZHANG)
    book.forget(handle, ZHANG)
    assert len(book) == 0


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("%", "", True),
        ("", "", True),
        ("", "a", False),
        ("a%", "ABC", True),
        ("%c", "abc", True),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        ("%b%", "abc", True),
        ("a.c", "abc", False),
        ("%房%", "商品房价", True),
        ("%a" * 200, "a" * 190, False),
        ("%a" * 200 + "%", "a" * 220, True),
    ],
)
def test_like(pattern: str, text: str, fits: bool) -> None:
    assert like(pattern, text) is fits


def test_arrow_types_are_the_engines() -> None:
    found = arrow_schema([("a", "DECIMAL(10,2)"), ('b"x', "TIMESTAMP"), ("c", "VARCHAR[]")])
    assert found == pa.schema(
        [
            ("a", pa.decimal128(10, 2)),
            ('b"x', pa.timestamp("us")),
            ("c", pa.list_(pa.field("l", pa.string()))),
        ]
    )


def test_long_errors_are_shortened_in_text_and_whole_in_json() -> None:
    error = WorkbenchError.of([Reason(Code.not_granted, Text("缺" * 900, "x"))] * 3)
    flight = to_flight(error)
    assert isinstance(flight, fl.FlightUnauthorizedError)
    assert len(str(flight).split(". Detail")[0].encode()) <= TEXT_BYTES
    assert WorkbenchError.from_json(flight.extra_info.decode()).reasons == error.reasons


def test_many_reasons_reach_the_driver_whole(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = "申请：\n  列：" + "收入" * 800
    many = WorkbenchError.of(
        [Reason(Code.not_granted, Text("未授权", "not granted"), draft=draft)] * 12
    )

    def refuse(*_: object, **__: object) -> None:
        raise many

    monkeypatch.setattr(bench.path, "run", refuse)
    with (
        bench.adbc() as connection,
        connection.cursor() as cursor,
        pytest.raises(adbc.Error) as raised,
    ):
        cursor.execute("select 1")
    details = {str(k): v for k, v in raised.value.details}
    found = next(v for k, v in details.items() if "x-workbench-error-bin" in k)
    assert WorkbenchError.from_json(found.decode()).reasons == many.reasons


def test_an_unforeseen_error_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        known = foreseen(error)
    assert known.code is Code.internal
    assert known.reasons[0].subject in caplog.text
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + str(known)


def test_a_log_that_cannot_be_written_blocks_nobody_and_says_so_later(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = start_logging(tmp_path / "logs")
    log = logging.getLogger("workbench.gateway.requests")
    sound, full = handler.stream, Path("/dev/full").open("w")  # noqa: SIM115
    try:
        handler.stream = full
        for number in range(3):
            log.info("line %s", number)
        handler.stream = sound
        log.info("the next one")
    finally:
        stop_logging(handler)
        with contextlib.suppress(OSError):
            full.close()
    assert capfd.readouterr().err == ""
    text = (tmp_path / "logs" / "gateway.log").read_text()
    assert "the next one" in text
    assert "3 lines of this log could not be written" in text


def test_the_log_file_is_private_and_has_no_values(tmp_path: Path, bench: Bench) -> None:
    handler = start_logging(tmp_path / "logs")
    try:
        with bench.adbc() as connection, connection.cursor() as cursor:
            cursor.execute(f"select '{SECRET}' as n, ? as m", (SECRET,))
            cursor.fetchall()
            with pytest.raises(adbc.Error):
                cursor.execute(f"select * from {SECRET}")
        with bench.http() as client:
            client.post("/token", json={"user": SECRET, "password": SECRET})
        try:
            raise ValueError(SECRET)
        except ValueError:
            logging.getLogger("workbench.query_path").exception("it failed")
    finally:
        stop_logging(handler)
    file = tmp_path / "logs" / "gateway.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    text = file.read_text()
    assert SECRET not in text
    assert "ValueError at test_gateway_parts.py:" in text
    lines = [json.loads(line[line.index("{") :]) for line in text.splitlines() if "{" in line]
    gets = [line for line in lines if line["call"] == "do_get"]
    assert [(g["code"], g.get("rows")) for g in gets if g.get("scenario")] == [
        ("ok", 1),
        ("statement_wrong", None),
    ]


def test_only_one_gateway_a_state_folder(tmp_path: Path) -> None:
    with locks.only_gateway(tmp_path):
        with pytest.raises(WorkbenchError) as raised, locks.only_gateway(tmp_path):
            raise AssertionError("both hold it")
        assert raised.value.reasons[0].subject == str(os.getpid())
    with locks.only_gateway(tmp_path):
        assert stat.S_IMODE((tmp_path / locks.LOCK).stat().st_mode) == 0o600


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    """asyncio sets TCP_NODELAY only on connections of a socket that names its protocol."""
    with locks.bound("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_taken_port_is_told(bench: Bench) -> None:
    """Also one that gRPC would share: it binds with SO_REUSEPORT."""
    flight = int(bench.gateway.flight.rpartition(":")[2])
    parts = bench.gateway._bench
    with pytest.raises(WorkbenchError, match=str(flight)) as raised:
        Gateway(parts, "1", flight_port=flight)
    assert code_of(raised) is Code.gateway_unavailable
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError, match=str(port)):
            Gateway(parts, "1", http_port=port)


def own_gateway(bench: Bench) -> tuple[Gateway, DoubledQueryPath]:
    path = DoubledQueryPath()
    parts = SimpleNamespace(
        auth=bench.auth, query_path=path, city=bench.city, ledger=bench.ledger, clock=bench.clock,
        exports=SimpleNamespace(), compare_keys=SimpleNamespace(), cases=SimpleNamespace(),
        procedures=SimpleNamespace(), findings=SimpleNamespace(),
        measure=SimpleNamespace(), uses=SimpleNamespace(book=SimpleNamespace()),
        trail=SimpleNamespace(), portals=SimpleNamespace(), what_ifs=SimpleNamespace(),
        derived=SimpleNamespace(),
        briefs=SimpleNamespace(),
        assessing=SimpleNamespace(),
        noise=SimpleNamespace(),
        told=SimpleNamespace(),
    )  # fmt: skip
    return Gateway(parts, "1"), path  # type: ignore[arg-type]


def fetching(
    gateway: Gateway, bench: Bench, sql: str
) -> tuple[fl.FlightClient, fl.FlightCallOptions, fl.Ticket]:
    """A client with a ticket for ``sql``."""
    client = fl.connect(gateway.flight)
    header = (b"authorization", f"Bearer {bench.token()}".encode())
    options = fl.FlightCallOptions(headers=[header])
    command = pack("CommandStatementQuery", query=sql)
    info = client.get_flight_info(fl.FlightDescriptor.for_command(command), options)
    return client, options, info.endpoints[0].ticket


def test_stopping_ends_what_runs_and_refuses_what_comes(bench: Bench) -> None:
    gateway, path = own_gateway(bench)
    client, options, ticket = fetching(gateway, bench, LONG)
    told: list[str] = []

    def run() -> None:
        # The driver of ADBC would fail a second time when it closes its statement.
        try:
            client.do_get(ticket, options).read_all()
        except fl.FlightError as error:
            told.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: bool(path.calls))
    time.sleep(0.2)
    assert gateway.stop()
    thread.join(10)
    assert "[cancelled]" in told[0]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(gateway.http.rpartition(":")[2])), 2)


def test_a_client_that_does_not_read_does_not_hold_up_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "STOP_SECONDS", 1.0)
    gateway, path = own_gateway(bench)
    big = "select repeat('x', 1000) from range(3000000)"
    client, options, ticket = fetching(gateway, bench, big)
    reader = client.do_get(ticket, options)
    reader.read_chunk()
    started = time.monotonic()
    assert gateway.stop() is False
    assert time.monotonic() - started < 5
    reader.cancel()
    client.close()
    wait_until(lambda: path.runnings[0].closed > 0)


def test_new_calls_are_refused_while_stopping(bench: Bench) -> None:
    gateway, _ = own_gateway(bench)
    gateway._stopping.set()
    client = fl.connect(gateway.flight)
    with pytest.raises(fl.FlightUnavailableError, match=r"\[gateway_unavailable\]"):
        client.authenticate_basic_token("zhang", PASSWORD)
    client.close()
    assert gateway.stop()


def test_a_failing_close_does_not_reach_pyarrow(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The ledger may be gone when a dropped stream is closed."""

    def gone(self: object) -> None:
        raise simple(Code.ledger_unavailable, "台账不可用", "the ledger is gone")

    monkeypatch.setattr("gateway_bench.DoubledRunning.close", gone)
    with bench.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("select 1 as n")
        assert cursor.fetchall() == [(1,)]
    assert "closing a stream failed: Unavailable" in caplog.text


def test_a_ticket_by_a_template_may_hold_the_keys_of_one_call() -> None:
    limits = Limits(lambda: sizes(compare_keys_per_call=8))
    limits.check_ticket(TEMPLATE.ljust(2048, b" "))
    for ticket, said in (
        (TEMPLATE.ljust(2049, b" "), ("compare_keys_per_call", "in several calls")),
        (b" " * 1025, ("request_kb", "temporary table")),
    ):
        with pytest.raises(WorkbenchError) as raised:
            limits.check_ticket(ticket)
        assert code_of(raised) is Code.request_too_large
        assert all(part in raised.value.said("en") for part in said)
    with pytest.raises(WorkbenchError, match="request_too_large") as raised:
        limits.check_template(1025)
    assert "Name fewer values" in raised.value.said("en")


def test_a_ticket_holds_chinese_as_it_is_and_any_text_at_all() -> None:
    body = {"do": "compare", "values": ["四川省阿坝藏族羌族自治州" * 3, "\ud800", "\0\n"]}
    ticket = template_ticket(body)
    assert template_body(ticket) == body
    assert len(ticket) < 200
