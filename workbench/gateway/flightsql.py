"""Flight SQL's commands as the gateway reads them, and its refusals of what it does not serve."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.flight as fl

from workbench import wire
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.wire import TEMPLATE

CANCELLED, CANCELLING, NOT_CANCELLABLE = 1, 2, 3
"""``CancelStatus`` of Flight.proto, and ``CancelResult`` of FlightSql.proto."""
SESSION_CLOSED = 1


@dataclass(frozen=True)
class Command:
    """A decoded message: its short ``name`` and its fields as attributes of ``body``."""

    name: str
    body: Any

    def optional(self, field: str) -> str | None:
        """The field's text, or None where the client left it out."""
        return getattr(self.body, field) if self.body.HasField(field) else None


def unpack(data: bytes | None) -> Command:
    """The command in these bytes. Raises InvalidInput for anything that is not one of ours."""
    try:
        name, value = wire.unwrapped(data or b"")
    except KeyError as error:
        raise unsupported(error.args[0]) from None
    except ValueError:
        raise _unreadable() from None
    return Command(name, parse(name, value))


def parse(name: str, data: bytes) -> Any:
    """A bare message. Raises InvalidInput when the bytes are not one."""
    try:
        return wire.parse(name, data)
    except ValueError:
        raise _unreadable() from None


def handles_in(info: bytes) -> Iterator[bytes]:
    """The statement handles of a serialised FlightInfo. Raises InvalidInput for other bytes."""
    try:
        endpoints = fl.FlightInfo.deserialize(info).endpoints
    except (pa.ArrowException, OSError, ValueError):
        raise _unreadable() from None
    for endpoint in endpoints:
        command = unpack(endpoint.ticket.ticket)
        if command.name == "TicketStatementQuery":
            yield command.body.statement_handle


def expect(body: bytes, name: str) -> Any:
    """The fields of the wrapped message ``name``. Raises InvalidInput for any other."""
    command = unpack(body)
    if command.name != name:
        raise unsupported(command.name)
    return command.body


def flight_info(schema: pa.Schema | None, descriptor: Any, ticket: bytes) -> Any:
    # No location: the client fetches where it asked.
    return fl.FlightInfo(schema, descriptor, [fl.FlightEndpoint(ticket, [])], -1, -1)


def unsupported(name: str) -> WorkbenchError:
    """The gateway answers queries; it takes no data, runs no updates and opens no transactions."""
    return simple(
        Code.invalid_request,
        f"网关不支持此 Flight 请求：{name}。",
        f"The gateway does not serve this Flight request: {name}.",
        why=Text(
            "工作空间只供查询；不接收数据、不执行更新、没有事务。",
            "A workspace is for queries: it takes no data, no updates and no transactions.",
        ),
        next=_INSTEAD.get(name, _QUERY),
        subject=name,
    )


_QUERY = Text(
    "请以查询（SELECT 等）方式提交，或使用 workbench.connect()。",
    "Send a query (SELECT and the like), or use workbench.connect().",
)
_EXECUTE = Text(
    "请用 cursor.execute() 逐条执行（CREATE TEMP TABLE 也可以）；executemany 请改为循环，"
    "或把取值放进列表参数（= ANY(?)）。",
    "Use cursor.execute() for each statement (CREATE TEMP TABLE as well); in place of executemany "
    "loop over it, or pass the values as one list (= ANY(?)).",
)
_NO_DATA = Text(
    "只能上传到模式 own（自带表，用 client.bring）；其他数据请申请登记为资源。",
    'Tables go into the schema own only (client.bring, or db_schema_name="own"); have other data '
    "made a resource.",
)
_AUTOCOMMIT = Text(
    "请以 autocommit=True 连接；每条语句自成一体。",
    "Connect with autocommit=True; each statement stands for itself.",
)
_INSTEAD: Mapping[str, Text] = {
    "CommandStatementUpdate": _EXECUTE,
    "CommandPreparedStatementUpdate": _EXECUTE,
    "CommandStatementIngest": _NO_DATA,
    "BeginTransaction": _AUTOCOMMIT,
    "ActionBeginTransactionRequest": _AUTOCOMMIT,
    "transaction": _AUTOCOMMIT,
}


def _unreadable() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "请求内容不是有效的 Flight SQL 消息。",
        "The request is not a valid Flight SQL message.",
        next=Text(
            "请使用标准的 Flight SQL 客户端，例如 adbc-driver-flightsql。",
            "Use a standard Flight SQL client such as adbc-driver-flightsql.",
        ),
    )


def template_body(ticket: bytes) -> dict[str, Any]:
    """What a ticket of TEMPLATE asks for. Raises InvalidInput for anything but an object that says
    under ``do`` which template."""
    try:
        body = json.loads(ticket[len(TEMPLATE) :])
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("do"), str):
        raise simple(
            Code.invalid_request,
            "请求模板无法读取。",
            "The request by template cannot be read.",
            next=Text("请使用本产品的客户端。", "Use this product's own client."),
        )
    return body
