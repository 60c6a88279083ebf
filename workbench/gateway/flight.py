"""Flight SQL: the way of the data.

``get_flight_info`` authenticates, checks the limits and writes a handle; ``do_get`` takes it, or a
statement itself, authorises (again), runs the query path and streams. What is not listed here is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.flight as fl

from workbench.gateway import calls, flightsql, metadata, own_tables, sessions
from workbench.gateway.auth import Auth
from workbench.gateway.calls import Call, Calls, NoHandshake, failed_call, guarded
from workbench.gateway.flightsql import (
    flight_info,
    handles_in,
    parse,
    template_body,
    unpack,
    unsupported,
)
from workbench.gateway.handles import (
    PREPARED_LIFE,
    STATEMENT_LIFE,
    Book,
    Fetches,
    Statement,
    person_of,
)
from workbench.gateway.limits import Limits
from workbench.gateway.parameters import expected, one_row
from workbench.gateway.scenario import picked
from workbench.gateway.stalled import Stalled
from workbench.gateway.stream import CallWatch, Running, Stream
from workbench.gateway.tls import ServerTls
from workbench.model.actor import Actor
from workbench.model.comparison import DO as COMPARE
from workbench.model.period import Period
from workbench.model.tier import Tier
from workbench.wire import TEMPLATE, bare, make, pack

METHOD = "query"
MEDIUM = "flight sql"
"""How a use is recorded (Changde 2016 art. 26: method and medium)."""


class Queries(Protocol):
    """The query path, as far as this door needs it."""

    def run(
        self,
        actor: Actor,
        scenario: str,
        sql: str,
        parameters: pa.RecordBatch | None = None,
        *,
        tier: Tier | None = None,
        within: Period | None = None,
        **how: Any,
    ) -> Running: ...
    def template(
        self, actor: Actor, scenario: str, body: Mapping[str, Any], **how: Any
    ) -> Running: ...
    @property
    def own(self) -> own_tables.OwnTables: ...
    def usable_scenarios(self, actor: Actor) -> tuple[str, ...]: ...
    def schema_of(self, actor: Actor, scenario: str) -> list[tuple[str, str, str]]: ...


class FlightDoor(fl.FlightServerBase):  # type: ignore[misc]
    """The Flight SQL server. It serves from the moment it is made; ``shutdown`` ends it."""

    def __init__(
        self,
        host: str,
        port: int,
        queries: Queries,
        auth: Auth,
        limits: Limits,
        clock: Callable[[], datetime],
        version: str,
        stopping: Callable[[], bool] = lambda: False,
        tls: ServerTls | None = None,
    ) -> None:
        self._queries = queries
        self._limits = limits
        self._version = version
        self._statements = Book(STATEMENT_LIFE, clock)
        self._prepared = Book(PREPARED_LIFE, clock)
        self._fetches = Fetches()
        self._stalled = Stalled()
        super().__init__(
            (host, port),
            auth_handler=NoHandshake(),
            tls_certificates=None if tls is None else [(tls.chain_pem, tls.key_pem)],
            middleware={calls.KEY: Calls(auth, stopping)},
        )

    def shutdown(self) -> None:
        self._stalled.close()
        super().shutdown()

    # Statements --------------------------------------------------------------------------------

    @guarded
    def get_flight_info(self, call: Call, context: Any, descriptor: Any) -> Any:
        actor = call.actor
        self._limits.check_request(len(descriptor.command or b""))
        command = unpack(descriptor.command)
        if command.name == "CommandStatementQuery":
            statement = self._statement(call, actor, command.body)
            return flight_info(None, descriptor, self._ticket(statement))
        if command.name == "CommandPreparedStatementQuery":
            statement = self._prepared.look_up(command.body.prepared_statement_handle, actor)
            return flight_info(None, descriptor, self._ticket(statement))
        schema = metadata.schema_of_answer(command, self._version)
        if schema is None:
            raise unsupported(command.name)
        return flight_info(schema, descriptor, descriptor.command)

    @guarded
    def do_get(self, call: Call, context: Any, ticket: Any) -> Any:
        actor = call.actor
        self._limits.check_ticket(ticket.ticket)
        if ticket.ticket.startswith(TEMPLATE):
            body = template_body(ticket.ticket)
            if body["do"] != COMPARE:  # only keys may be so many
                self._limits.check_template(len(ticket.ticket))
            scenario = self._scenario(call, actor)
            start = partial(self._queries.template, actor, scenario, body, method=body["do"])
            return self._fetch(call, context, scenario, start, call.name)
        command = unpack(ticket.ticket)
        match command.name:
            case "TicketStatementQuery":
                handle = command.body.statement_handle
                return self._run(call, context, self._statements.take(handle, actor), handle)
            case "CommandStatementQuery":  # from a client that needs no FlightInfo: one call less
                statement = self._statement(call, actor, command.body)
                return self._run(call, context, statement, call.name)
            case "CommandPreparedStatementQuery":
                handle = command.body.prepared_statement_handle
                statement = self._prepared.look_up(handle, actor)
                return self._run(call, context, statement, call.name)
        table = metadata.answer(command, lambda: self._columns(call, actor), self._version)
        if table is None:
            raise unsupported(command.name)
        call.line.rows = table.num_rows
        return fl.RecordBatchStream(table)

    def _run(self, call: Call, context: Any, statement: Statement, handle: bytes) -> Any:
        start = partial(
            self._queries.run,
            call.actor,
            statement.scenario,
            statement.sql,
            statement.parameters,
            method=METHOD,
            tier=statement.tier,
            within=statement.within,
        )
        return self._fetch(call, context, statement.scenario, start, handle)

    def _fetch(
        self, call: Call, context: Any, scenario: str, start: Callable[..., Running], handle: bytes
    ) -> Any:
        """What ``start`` gives, as a stream; ``handle`` cancels it. Everything taken is given back
        by the stream."""
        actor = call.actor
        call.line.scenario = scenario
        with ExitStack() as held:
            whose = (actor.viewer or actor.id, actor.viewer_department or actor.department)
            self._limits.take(*whose)
            held.callback(self._limits.give_back, *whose)
            asked_to_stop = held.enter_context(self._fetches.fetching(handle, actor))
            watch = CallWatch(context, asked_to_stop)
            with watch:
                running = start(medium=MEDIUM, cancelled=watch.cancelled)
            held.callback(running.close)
            failed = partial(failed_call, call=call, context=context)
            stream = Stream(running, call, watch, failed, held.pop_all())
            self._stalled.add(stream)
        return fl.GeneratorStream(running.schema, stream)

    def _statement(self, call: Call, actor: Actor, asked: Any) -> Statement:
        if asked.HasField("transaction_id"):
            raise unsupported("transaction")
        self._limits.check_request(len(asked.query.encode()))
        scenario = self._scenario(call, actor)
        return Statement(
            person_of(actor), scenario, asked.query, tier=call.tier, within=call.within
        )

    def _ticket(self, statement: Statement) -> bytes:
        return pack("TicketStatementQuery", statement_handle=self._statements.write(statement))

    # Prepared statements -----------------------------------------------------------------------

    @guarded
    def do_put(self, call: Call, context: Any, descriptor: Any, reader: Any, writer: Any) -> None:
        """Takes the parameters of a prepared query, and tables of the person's own; data of any
        other kind is refused."""
        actor = call.actor
        self._limits.check_request(len(descriptor.command or b""))
        command = unpack(descriptor.command)
        if command.name == own_tables.INGEST:
            self._bring(call, actor, command.body, reader, writer)
            return
        if command.name != "CommandPreparedStatementQuery":
            raise unsupported(command.name)
        handle = command.body.prepared_statement_handle
        statement = self._prepared.look_up(handle, actor)
        row = one_row(reader, len(statement.sql.encode()), self._limits.request_bytes)
        self._prepared.bind(handle, actor, row)
        result = make("DoPutPreparedStatementResult", prepared_statement_handle=handle)
        writer.write(result.SerializeToString())

    def _bring(self, call: Call, actor: Actor, body: Any, reader: Any, writer: Any) -> None:
        name, own = own_tables.name_of(body), self._queries.own
        scenario = self._scenario(call, actor)
        whose = (actor.viewer or actor.id, actor.viewer_department or actor.department)
        self._limits.take(*whose)
        try:
            table = own_tables.read_table(reader, own.limits)
            kept = own.bring(actor, scenario, name, table, call.until)
        finally:
            self._limits.give_back(*whose)
        writer.write(bare("DoPutUpdateResult", record_count=kept.rows))

    # Actions -----------------------------------------------------------------------------------

    @guarded
    def do_action(self, call: Call, context: Any, action: Any) -> list[bytes]:
        actor = call.actor
        body = action.body.to_pybytes() if action.body is not None else b""
        self._limits.check_request(len(body))
        match action.type:
            case "CreatePreparedStatement":
                return [self._prepare(call, actor, body)]
            case "ClosePreparedStatement":
                message = flightsql.expect(body, "ActionClosePreparedStatementRequest")
                self._prepared.forget(message.prepared_statement_handle, actor)
                return []
            case "CancelQuery":
                message = flightsql.expect(body, "ActionCancelQueryRequest")
                status = self._cancel(actor, message.info)
                return [pack("ActionCancelQueryResult", result=status)]
            case "CancelFlightInfo":
                message = parse("CancelFlightInfoRequest", body)
                status = self._cancel(actor, message.info)
                return [bare("CancelFlightInfoResult", status=status)]
            case "CloseSession":
                # ADBC says so whenever it closes. There is no session here to be closed.
                return [bare("CloseSessionResult", status=flightsql.SESSION_CLOSED)]
            case "GetSessionOptions":
                return [sessions.options()]
            case "SetSessionOptions":
                return [sessions.change(body)]
            case name:
                raise unsupported(name if name.isidentifier() and len(name) < 64 else "?")

    @guarded
    def list_actions(self, call: Call, context: Any) -> list[tuple[str, str]]:
        _ = call.actor  # refuses who did not sign in
        return [
            ("CreatePreparedStatement", "a query with parameters"),
            ("ClosePreparedStatement", "forget it"),
            ("CancelFlightInfo", "cancel a query of one's own"),
            ("CancelQuery", "cancel a query of one's own"),
            ("CloseSession", "nothing to close: there are no sessions"),
            ("GetSessionOptions", "the one catalog and schema"),
            ("SetSessionOptions", "to what they are already"),
        ]

    def _prepare(self, call: Call, actor: Actor, body: bytes) -> bytes:
        asked = flightsql.expect(body, "ActionCreatePreparedStatementRequest")
        statement = self._statement(call, actor, asked)
        fields = {"prepared_statement_handle": self._prepared.write(statement)}
        open_ = expected(statement.sql)
        if open_ is not None:
            fields["parameter_schema"] = open_.serialize().to_pybytes()
        return pack("ActionCreatePreparedStatementResult", **fields)

    def _cancel(self, actor: Actor, info: bytes) -> int:
        """Cancel what a FlightInfo of ours names; it may wait, run, or be gone."""
        for handle in handles_in(info):
            if self._fetches.cancel(handle, actor):
                return flightsql.CANCELLING
            self._statements.take(handle, actor)
            return flightsql.CANCELLED
        return flightsql.NOT_CANCELLABLE

    # Refused -----------------------------------------------------------------------------------

    @guarded
    def list_flights(self, call: Call, context: Any, criteria: bytes) -> Any:
        raise unsupported("ListFlights")

    @guarded
    def do_exchange(self, call: Call, context: Any, *_: Any) -> None:
        raise unsupported("DoExchange")

    # Scenario ----------------------------------------------------------------------------------

    def _columns(self, call: Call, actor: Actor) -> list[tuple[str, str, str]]:
        return self._queries.schema_of(actor, self._scenario(call, actor))

    def _scenario(self, call: Call, actor: Actor) -> str:
        """The one in the header, or the person's only one. Raises InvalidInput."""
        scenario = picked(call.scenario, actor, self._queries.usable_scenarios)
        call.line.scenario = scenario
        return scenario
