"""Flight against clients that do not behave: forged tokens, foreign handles, raw bytes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import timedelta
from typing import Any

import jwt
import pyarrow as pa
import pyarrow.flight as fl
import pytest
from gateway_bench import PASSWORD, SECRET, Bench, basic, error_of, wait_until
from google.protobuf import any_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import Code
from workbench.gateway import tokens
from workbench.gateway.calls import credentials
from workbench.gateway.flightsql import parse, unpack
from workbench.gateway.tokens import ACCESS, Claims
from workbench.wire import _MESSAGES, CALL_HEADER, SQL, make, pack

COMMAND = pack("CommandStatementQuery", query="select 1 as n")
UPDATE = pack("ActionCancelQueryRequest", info=b"")
LONG = pack("CommandStatementQuery", query="select range, repeat('x', 1000) from range(9000000)")


def ticket_of(bench: Bench, token: str, sql: str, scenario: str = "prices") -> fl.Ticket:
    client, options = bench.flight(token, scenario)
    command = pack("CommandStatementQuery", query=sql)
    info = client.get_flight_info(fl.FlightDescriptor.for_command(command), options)
    return info.endpoints[0].ticket


def refused(call: Any) -> Code:
    """The code of the Flight error that ``call`` raises; never with a trace of the inside."""
    with pytest.raises(fl.FlightError) as raised:
        call()
    text = str(raised.value)
    for inside in ("Traceback", ".py", "File ", "site-packages", SECRET):
        assert inside not in text
    error = error_of(raised)
    assert text.startswith(f"[{error.code}] ")
    return error.code


def get(bench: Bench, token: str | None) -> Any:
    client, options = bench.flight(token)
    return client.get_flight_info(fl.FlightDescriptor.for_command(COMMAND), options)


def claims(bench: Bench, **changed: Any) -> Claims:
    now = bench.clock()
    later = now + timedelta(minutes=15)
    epoch = bench.store.users.get("zhang").session_epoch
    return Claims(**{
        "subject": "zhang", "audience": ACCESS, "epoch": epoch, "issued": now, "expires": later,
        "until": later, **changed,
    })  # fmt: skip


def test_a_token_of_ours_is_taken(bench: Bench) -> None:
    assert get(bench, tokens.encode(claims(bench), bench.keyring.token_key)).endpoints


def test_no_token(bench: Bench) -> None:
    assert refused(lambda: get(bench, None)) is Code.unauthenticated


def test_forged_tokens(bench: Bench) -> None:
    genuine = bench.token()
    body = jwt.decode(genuine, options={"verify_signature": False})
    key = bench.keyring.token_key
    forged = [
        tokens.encode(claims(bench), b"x" * 32),
        jwt.encode(body, None, algorithm="none"),
        jwt.encode(body, key, algorithm="HS512"),
        jwt.encode({**body, "aud": "another"}, key, algorithm="HS256"),
        jwt.encode({**body, "iss": "another"}, key, algorithm="HS256"),
        jwt.encode({k: v for k, v in body.items() if k != "exp"}, key, algorithm="HS256"),
        jwt.encode({k: v for k, v in body.items() if k != "epoch"}, key, algorithm="HS256"),
        jwt.encode({**body, "exp": 10**30}, key, algorithm="HS256"),
        genuine[:-4] + "AAAA",
        genuine.replace(".", ""),
        "x" * 5000,
        "",
    ]
    for token in forged:
        assert refused(lambda token=token: get(bench, token)) is Code.unauthenticated


def test_a_session_token_is_no_access_token(bench: Bench) -> None:
    session = bench.auth.sign_in("zhang", PASSWORD).session_token
    assert refused(lambda: get(bench, session)) is Code.unauthenticated


def test_the_token_of_somebody_who_never_was(bench: Bench) -> None:
    token = tokens.encode(claims(bench, subject="nobody"), bench.keyring.token_key)
    assert refused(lambda: get(bench, token)) is Code.unauthenticated


def test_an_old_epoch_is_out(bench: Bench) -> None:
    token = tokens.encode(claims(bench, epoch=99), bench.keyring.token_key)
    assert refused(lambda: get(bench, token)) is Code.token_expired


def test_basic_handshake(bench: Bench) -> None:
    client = fl.connect(bench.gateway.flight)
    header = client.authenticate_basic_token("zhang", PASSWORD)
    options = fl.FlightCallOptions(headers=[header])
    assert client.get_flight_info(fl.FlightDescriptor.for_command(COMMAND), options).endpoints


@pytest.mark.parametrize(
    "header", [b"Basic !!!", b"Basic", b"Basic " + b"A" * 99, b"Negotiate x", b"Bearer", b""]
)
def test_other_credentials(bench: Bench, header: bytes) -> None:
    client = fl.connect(bench.gateway.flight)
    options = fl.FlightCallOptions(headers=[(b"authorization", header)])
    descriptor = fl.FlightDescriptor.for_command(COMMAND)
    assert refused(lambda: client.get_flight_info(descriptor, options)) is Code.unauthenticated


def test_basic_credentials_are_read_with_and_without_padding() -> None:
    for padded in (True, False):
        header = basic("zhang", "a:b市", padded=padded).decode()
        assert credentials(header) == ("zhang", "a:b市")


def test_handshake_with_a_wrong_password(bench: Bench) -> None:
    client = fl.connect(bench.gateway.flight)
    assert refused(lambda: client.authenticate_basic_token("zhang", "x")) is Code.unauthenticated


def test_a_handle_serves_once(bench: Bench) -> None:
    token = bench.token()
    ticket = ticket_of(bench, token, "select 1 as n")
    client, options = bench.flight(token)
    assert client.do_get(ticket, options).read_all().to_pylist() == [{"n": 1}]
    assert refused(lambda: client.do_get(ticket, options).read_all()) is Code.invalid_request


def test_a_handle_of_another_person_is_like_none(bench: Bench) -> None:
    ticket = ticket_of(bench, bench.token("li"), "select 1 as n")
    client, options = bench.flight(bench.token("zhang"))
    assert refused(lambda: client.do_get(ticket, options).read_all()) is Code.invalid_request
    assert bench.path.calls == []
    owner, own = bench.flight(bench.token("li"))
    assert owner.do_get(ticket, own).read_all().num_rows == 1


def test_a_handle_expires(bench: Bench) -> None:
    ticket = ticket_of(bench, bench.token(), "select 1 as n")
    bench.clock.pass_(minutes=5)
    client, options = bench.flight(bench.token())
    assert refused(lambda: client.do_get(ticket, options).read_all()) is Code.invalid_request


def test_a_handle_gives_no_right_after_its_owner_was_disabled(bench: Bench) -> None:
    token = bench.token("leaver")
    ticket = ticket_of(bench, token, "select 1 as n")
    bench.store.users.disable("leaver")
    try:
        client, options = bench.flight(token)
        assert refused(lambda: client.do_get(ticket, options).read_all()) is Code.user_disabled
    finally:
        bench.store.users.enable("leaver")


def test_the_scenario_of_a_handle_is_the_one_it_was_made_for(bench: Bench) -> None:
    token = bench.token("li")
    ticket = ticket_of(bench, token, "select 1 as n", "housing")
    client, options = bench.flight(token, "prices")
    client.do_get(ticket, options).read_all()
    assert bench.path.calls[0]["scenario"] == "housing"


OTHER_CATALOG = b"\x0a\x12\x0a\x07catalog\x12\x07\x0a\x05other"
"""SetSessionOptionsRequest {catalog: "other"}, as it stands on the wire."""


def test_session_options_tell_the_one_place_and_change_nothing(bench: Bench) -> None:
    client, options = bench.flight(bench.token())
    told = list(client.do_action(fl.Action("GetSessionOptions", b""), options))
    body = told[0].body.to_pybytes()
    assert b"\x0a\x07catalog\x12\x0b\x0a\x09workspace" in body
    assert b"\x0a\x06schema\x12\x06\x0a\x04main" in body
    assert list(client.do_action(fl.Action("SetSessionOptions", b""), options))


def test_what_is_not_served_is_refused(bench: Bench) -> None:
    client, options = bench.flight(bench.token())
    command = fl.FlightDescriptor.for_command(COMMAND)
    schema = pa.schema([("a", pa.int64())])

    def put(data: bytes) -> None:
        writer, _ = client.do_put(fl.FlightDescriptor.for_command(data), schema, options)
        writer.write_batch(pa.record_batch({"a": [1]}))
        writer.close()

    def exchange() -> None:
        writer, reader = client.do_exchange(command, options)
        writer.done_writing()
        reader.read_all()

    calls = [
        lambda: list(client.list_flights(b"", options)),
        lambda: client.get_flight_info(fl.FlightDescriptor.for_path("a", "b"), options),
        lambda: list(client.do_action(fl.Action("Shutdown", b""), options)),
        lambda: list(client.do_action(fl.Action("BeginTransaction", b""), options)),
        lambda: list(client.do_action(fl.Action("SetSessionOptions", OTHER_CATALOG), options)),
        lambda: list(client.do_action(fl.Action("SetSessionOptions", b"\xff\xff"), options)),
        lambda: list(client.do_action(fl.Action("../../etc/passwd\n", b""), options)),
        lambda: put(COMMAND),
        lambda: put(b"\xff\xff"),
        exchange,
        lambda: client.do_get(fl.Ticket(UPDATE), options).read_all(),
        lambda: client.do_get(fl.Ticket(b""), options).read_all(),
    ]
    assert [refused(call) for call in calls] == [Code.invalid_request] * len(calls)
    # pyarrow's client has no Flight error for this method.
    with pytest.raises(OSError, match=r"^\[invalid_request\]") as raised:
        client.get_schema(command, options)
    assert "Traceback" not in str(raised.value)


def test_actions_are_listed_for_those_who_signed_in(bench: Bench) -> None:
    client, options = bench.flight(bench.token())
    assert "CancelFlightInfo" in {a.type for a in client.list_actions(options)}
    client, options = bench.flight(None)
    assert refused(lambda: client.list_actions(options)) is Code.unauthenticated


def test_cancel_flight_info(bench: Bench) -> None:
    token = bench.token()
    client, options = bench.flight(token)
    info = client.get_flight_info(fl.FlightDescriptor.for_command(LONG), options)
    request = make("CancelFlightInfoRequest", info=info.serialize()).SerializeToString()

    def cancel(person: str) -> int:
        other, own = bench.flight(bench.token(person))
        found = list(other.do_action(fl.Action("CancelFlightInfo", request), own))
        return parse("CancelFlightInfoResult", found[0].body.to_pybytes()).status

    reader = client.do_get(info.endpoints[0].ticket, options)
    reader.read_chunk()
    assert refused(lambda: cancel("li")) is Code.invalid_request
    assert cancel("zhang") == 2
    assert refused(reader.read_all) is Code.cancelled
    wait_until(lambda: bench.path.runnings[0].closed > 0)


def test_a_statement_is_its_own_ticket(bench: Bench) -> None:
    """One call less, for a client that knows what it asks; authorised as every other fetch."""
    client, options = bench.flight(bench.token())
    assert client.do_get(fl.Ticket(COMMAND), options).read_all().to_pylist() == [{"n": 1}]
    client, options = bench.flight(None)
    assert refused(lambda: client.do_get(fl.Ticket(COMMAND), options)) is Code.unauthenticated


def test_a_fetch_is_cancelled_by_its_name_and_by_its_owner_alone(bench: Bench) -> None:
    name = "0123456789abcdef" * 2
    ticket = pack("TicketStatementQuery", statement_handle=name.encode())
    descriptor = fl.FlightDescriptor.for_command(ticket)
    info = fl.FlightInfo(None, descriptor, [fl.FlightEndpoint(ticket, [])], -1, -1)
    request = make("CancelFlightInfoRequest", info=info.serialize()).SerializeToString()

    def cancel(person: str) -> int:
        other, own = bench.flight(bench.token(person))
        found = list(other.do_action(fl.Action("CancelFlightInfo", request), own))
        return parse("CancelFlightInfoResult", found[0].body.to_pybytes()).status

    def fetch(person: str) -> fl.FlightStreamReader:
        headers = [
            (b"x-workbench-scenario", b"prices"),
            (b"authorization", f"Bearer {bench.token(person)}".encode()),
            (CALL_HEADER.encode(), name.encode()),
        ]
        client = fl.connect(bench.gateway.flight)
        reader = client.do_get(fl.Ticket(LONG), fl.FlightCallOptions(headers=headers))
        reader.read_chunk()
        return reader

    reader = fetch("zhang")
    assert refused(lambda: cancel("li")) is Code.invalid_request
    another = fetch("li")  # the same name, somebody else's: neither is in the other's way
    assert cancel("zhang") == 2
    assert refused(reader.read_all) is Code.cancelled
    another.read_chunk()
    assert cancel("li") == 2
    assert refused(another.read_all) is Code.cancelled


def test_prepared_statements_are_ones_own_and_expire(bench: Bench) -> None:
    token = bench.token("li")
    client, options = bench.flight(token)
    body = pack("ActionCreatePreparedStatementRequest", query="select 1 as n")
    found = next(iter(client.do_action(fl.Action("CreatePreparedStatement", body), options)))
    handle = unpack(found.body.to_pybytes()).body.prepared_statement_handle
    command = pack("CommandPreparedStatementQuery", prepared_statement_handle=handle)
    descriptor = fl.FlightDescriptor.for_command(command)

    other, foreign = bench.flight(bench.token("zhang"))
    assert refused(lambda: other.get_flight_info(descriptor, foreign)) is Code.invalid_request
    assert client.get_flight_info(descriptor, options).endpoints
    bench.clock.pass_(minutes=31)
    client, options = bench.flight(bench.token("li"))
    assert refused(lambda: client.get_flight_info(descriptor, options)) is Code.invalid_request


def test_a_client_that_is_killed_midway_leaves_nothing_open(bench: Bench) -> None:
    ticket = ticket_of(bench, bench.token(), "select range, repeat('x', 1000) from range(3000000)")
    script = textwrap.dedent(
        """
        import sys, os, signal, pyarrow.flight as fl
        url, token, ticket = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
        client = fl.connect(url)
        headers = [(b"authorization", b"Bearer " + token.encode())]
        reader = client.do_get(fl.Ticket(ticket), fl.FlightCallOptions(headers=headers))
        reader.read_chunk()
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    arguments = [bench.gateway.flight, bench.token(), ticket.ticket.hex()]
    done = subprocess.run([sys.executable, "-c", script, *arguments], timeout=60, check=False)
    assert done.returncode == -9
    wait_until(lambda: bench.path.runnings[0].closed > 0, 20)
    wait_until(lambda: bench.gateway._limits.busy_in_all == 0)
    assert not bench.path.runnings[0].ended


# Any of our type names around any bytes, and plain bytes: the outer and the inner decoder.
_names = st.sampled_from([f"type.googleapis.com/{SQL}.{n}" for n in _MESSAGES[SQL]] + ["", "x/y.z"])


@st.composite
def wrapped(draw: st.DrawFn) -> bytes:
    message = any_pb2.Any(type_url=draw(_names), value=draw(st.binary(max_size=200)))
    return message.SerializeToString()


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.one_of(st.binary(max_size=300), wrapped()), kind=st.integers(0, 5))
def test_malformed_bytes_are_refused_without_a_trace(bench: Bench, data: bytes, kind: int) -> None:
    if not hasattr(bench, "fuzz"):
        bench.fuzz = bench.flight(bench.token())  # type: ignore[attr-defined]
    client, options = bench.fuzz  # type: ignore[attr-defined]
    schema = pa.schema([("a", pa.int64())])

    def put() -> None:
        writer, _ = client.do_put(fl.FlightDescriptor.for_command(data), schema, options)
        writer.write_batch(pa.record_batch({"a": [1]}))
        writer.close()

    calls = [
        lambda: client.get_flight_info(fl.FlightDescriptor.for_command(data), options),
        lambda: client.do_get(fl.Ticket(data), options).read_all(),
        lambda: list(client.do_action(fl.Action("CreatePreparedStatement", data), options)),
        lambda: list(client.do_action(fl.Action("ClosePreparedStatement", data), options)),
        lambda: list(client.do_action(fl.Action("CancelFlightInfo", data), options)),
        put,
    ]
    try:
        calls[kind]()
    except fl.FlightError as error:
        text = str(error)
        assert text.startswith("[")
        for inside in ("Traceback", ".py", "internal", "File "):
            assert inside not in text
