"""The gateway's data side: one statement over Arrow Flight.

What no statement can ask for goes as the ticket of a fixed template (``template_ticket``).
A statement goes as the ticket of one ``DoGet``, without a ``GetFlightInfo`` before it. Until the
schema comes pyarrow has nothing that could be cancelled: the gateway is asked to stop, under a
name that the statement was given. The reader's ``read_all`` is not used: where a call was
cancelled, by whomever, it sends SIGINT to this process.

Whatever waits for the gateway goes through ``wait``, so that Ctrl-C cancels the statement there.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.flight as fl

from workbench import wire
from workbench.client.failures import from_flight, unreachable
from workbench.client.trust import SECURE_FLIGHT, from_grpc, machine_roots
from workbench.client.waiting import CANCEL_SECONDS, wait
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.period import Period
from workbench.model.read_set import OWN

Tick = Callable[[], None]
METADATA_BYTES = 1 << 20
"""A refusal with many reasons travels in trailers; gRPC takes 8 KiB of them, if nothing is said."""


class Channel:
    """A connection to the Flight address with one access token; a new token is a new channel.

    ``roots`` is PEM text of the root certificates to trust; the machine's own without it.
    ``current`` gives the token to cancel with: that of a long query may have ended meanwhile.
    """

    def __init__(
        self, address: str, token: str, roots: str = "", current: Callable[[], str] | None = None
    ) -> None:
        self.address = address
        self.token = token
        self.current = current or (lambda: token)
        options: list[tuple[str, str | int]] = [
            ("grpc.max_metadata_size", METADATA_BYTES),
            ("grpc.absolute_max_metadata_size", METADATA_BYTES),
            # A gateway that was started again is tried at once, whatever another channel met.
            ("grpc.use_local_subchannel_pool", 1),
            # Web proxies do not carry it; one that is set for browsers would swallow every call.
            ("grpc.enable_http_proxy", 0),
        ]
        trusted = (roots or machine_roots()) if address.startswith(SECURE_FLIGHT) else None
        try:
            self.client = fl.FlightClient(address, tls_root_certs=trusted, generic_options=options)
        except pa.ArrowException as error:
            raise as_workbench(error, address) from None

    def options(self, *headers: tuple[str, str]) -> Any:
        """For one statement: the token, and headers of its own."""
        return self._options(self.token, headers)

    def options_to_cancel(self) -> Any:
        return self._options(self.current(), (), CANCEL_SECONDS)

    def _options(
        self, token: str, headers: Sequence[tuple[str, str]], seconds: float | None = None
    ) -> Any:
        all_ = (("authorization", f"Bearer {token}"), *headers)
        encoded = [(name.encode(), value.encode()) for name, value in all_]
        return fl.FlightCallOptions(timeout=seconds, headers=encoded)


def template_ticket(body: Mapping[str, Any]) -> bytes:
    """The ticket of a template: ``body`` is JSON, and says under ``do`` which one. Text goes as
    UTF-8, of which a Chinese letter takes half; lone surrogates, which it has not, are escaped."""
    written = json.dumps(body, allow_nan=False, ensure_ascii=False)
    return wire.TEMPLATE + written.encode(errors="backslashreplace")


PUT_BYTES = 4 << 20
"""A Flight message stays under 16 MiB (as the gateway's own)."""


def put_table(channel: Channel, name: str, table: pa.Table, scenario: str) -> None:
    """Hand over a table of the person's own. Raises WorkbenchError."""
    command = wire.pack("CommandStatementIngest", table=name, schema=OWN)
    descriptor = fl.FlightDescriptor.for_command(command)
    rows = max(1, table.num_rows * PUT_BYTES // max(table.nbytes, 1))
    try:
        writer, answers = channel.client.do_put(
            descriptor, table.schema, channel.options((wire.SCENARIO_HEADER, scenario))
        )
        # Where the gateway refuses part way, writing fails without a word, and closing says why.
        with writer, suppress(pa.ArrowException, fl.FlightError):
            writer.write_table(table, max_chunksize=rows)
            writer.done_writing()
            answers.read()
    except (pa.ArrowException, fl.FlightError) as error:
        raise as_workbench(error, channel.address) from None


class Stream:
    """A running statement: ``schema``, then record batches, then ``close``. A context manager.

    ``asked`` is a statement, or a ticket.
    """

    def __init__(
        self,
        channel: Channel,
        asked: str | bytes,
        scenario: str,
        parameters: pa.RecordBatch | None,
        tick: Tick,
        tier: str = "",
        within: Period | None = None,
    ) -> None:
        self._channel = channel
        self._tick = tick
        self._name = secrets.token_hex(16)
        self._options = channel.options(
            (wire.SCENARIO_HEADER, scenario),
            (wire.CALL_HEADER, self._name),
            (wire.TIER_HEADER, tier or "auto"),
            *(() if within is None else ((wire.WITHIN_HEADER, quote(str(within))),)),
        )
        self._reader: Any = None
        self._broken = False
        self._in_call = threading.Lock()
        try:
            self._wait(lambda: self._open(asked, parameters))
        except BaseException:
            self.close()
            raise

    def _open(self, asked: str | bytes, parameters: pa.RecordBatch | None) -> None:
        if isinstance(asked, bytes):
            self._fetch(asked)
            return
        if parameters is None:
            self._fetch(wire.pack("CommandStatementQuery", query=asked))
            return
        handle = self._prepare(asked)
        ticket = wire.pack("CommandPreparedStatementQuery", prepared_statement_handle=handle)
        self._bind(ticket, parameters)
        self._fetch(ticket)
        self._forget(handle)

    def _fetch(self, ticket: bytes) -> None:
        if self._broken:  # given up meanwhile: it shall not run after all
            raise _stopped()
        self._reader = self._client.do_get(fl.Ticket(ticket), self._options)

    def _prepare(self, sql: str) -> bytes:
        asked = wire.pack("ActionCreatePreparedStatementRequest", query=sql)
        (answer,) = self._client.do_action(("CreatePreparedStatement", asked), self._options)
        _, made = wire.unwrapped(answer.body.to_pybytes())
        result = wire.parse("ActionCreatePreparedStatementResult", made)
        handle: bytes = result.prepared_statement_handle
        return handle

    def _bind(self, ticket: bytes, parameters: pa.RecordBatch) -> None:
        descriptor = fl.FlightDescriptor.for_command(ticket)
        writer, answers = self._client.do_put(descriptor, parameters.schema, self._options)
        with writer:
            writer.write_batch(parameters)
            writer.done_writing()
            answers.read()

    def _forget(self, handle: bytes) -> None:
        """What it was prepared for has begun; the gateway forgets those left open by itself."""
        body = wire.pack("ActionClosePreparedStatementRequest", prepared_statement_handle=handle)
        with suppress(pa.ArrowException, fl.FlightError):
            list(self._client.do_action(("ClosePreparedStatement", body), self._options))

    @property
    def _client(self) -> Any:
        return self._channel.client

    @property
    def schema(self) -> pa.Schema:
        return self._reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        while True:
            batch = self._wait(self._next)
            if batch is None:
                return
            yield batch

    def _next(self) -> pa.RecordBatch | None:
        try:
            return self._reader.read_chunk().data
        except StopIteration:
            return None

    def read_all(self) -> pa.Table:
        """The rest of the result, as one table."""
        return self._wait(lambda: pa.Table.from_batches(iter(self._next, None), self.schema))

    def cancel(self) -> None:
        """Ask the gateway to stop the statement. Raises where it does not hear."""
        ticket = wire.pack("TicketStatementQuery", statement_handle=self._name.encode())
        endpoint = fl.FlightEndpoint(ticket, [])
        descriptor = fl.FlightDescriptor.for_command(ticket)
        info = fl.FlightInfo(None, descriptor, [endpoint], -1, -1).serialize()
        body = wire.bare("CancelFlightInfoRequest", info=info)
        options = self._channel.options_to_cancel()
        list(self._client.do_action(("CancelFlightInfo", body), options))

    def close(self) -> None:
        """Ends the statement on the server too, if it still runs. May be called twice.

        A call that outlived its cancellation still uses the reader: it is broken off, and the
        closing is left to a thread that waits for it.
        """
        self._broken = True
        if self._in_call.acquire(blocking=False):
            self._close_held()
        else:
            reader = self._reader
            if reader is not None:
                reader.cancel()
            threading.Thread(target=self._close_late, name="workbench-close", daemon=True).start()

    def _close_late(self) -> None:
        self._in_call.acquire()
        self._close_held()

    def _close_held(self) -> None:
        # A reader that is let go before its end breaks off the call, which stops the statement.
        self._reader = None
        self._in_call.release()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, function: Callable[[], Any]) -> Any:
        def held() -> Any:
            with self._in_call:
                return function()

        if self._broken:
            raise _stopped()
        try:
            return wait(held, self.cancel, self._tick)
        except (pa.ArrowException, fl.FlightError) as error:
            self._broken = True
            raise as_workbench(error, self._channel.address) from None
        except BaseException:
            # A batch may have come that nobody took: what follows it is not the rest.
            self._broken = True
            raise


def _stopped() -> WorkbenchError:
    return simple(
        Code.cancelled,
        "该语句已停止，结果不完整。",
        "The statement was stopped; what came of it is not the whole result.",
        next=Text("请重新执行该语句。", "Run the statement again."),
    )


def as_workbench(error: Exception, address: str) -> WorkbenchError:
    """The gateway's error, or ours about the way to it.

    gRPC's own text may spell out addresses and headers; it is not passed on.
    """
    said = from_flight(str(error), getattr(error, "extra_info", b""))
    if said is not None:
        return said
    refused = from_grpc(address, str(error))
    if refused is not None:
        return refused
    if isinstance(error, fl.FlightUnavailableError):
        return unreachable(address)
    name = type(error).__name__
    return simple(
        Code.gateway_unavailable,
        f"与网关 {address} 的数据连接出错（{name}）。",
        f"The data connection to {address} failed ({name}).",
        subject=address,
    )
