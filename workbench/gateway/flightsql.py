"""The Flight SQL messages that the gateway speaks, built when first imported.

No maintained Python package ships them, so ``_MESSAGES`` states the fields and numbers of Arrow's
``FlightSql.proto`` (package ``arrow.flight.protocol.sql``) and ``Flight.proto``, and the protobuf
runtime builds the classes. Only the fields that are read or written here are listed: protobuf
skips what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.flight as fl
from google.protobuf import (  # type: ignore[import-untyped]
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]

from workbench.errors import Code, Text, WorkbenchError, simple

SQL = "arrow.flight.protocol.sql"
FLIGHT = "arrow.flight.protocol"

_KIND = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "uint32": descriptor_pb2.FieldDescriptorProto.TYPE_UINT32,
    # An enum has the encoding of an int32.
    "enum": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
}

# message: "number name kind"; "?" marks an optional field, "*" a repeated one.
_MESSAGES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    SQL: {
        "CommandStatementQuery": ("1 query string", "2 transaction_id bytes?"),
        "TicketStatementQuery": ("1 statement_handle bytes",),
        "CommandPreparedStatementQuery": ("1 prepared_statement_handle bytes",),
        "CommandGetSqlInfo": ("1 info uint32*",),
        "CommandGetCatalogs": (),
        "CommandGetDbSchemas": ("1 catalog string?", "2 db_schema_filter_pattern string?"),
        "CommandGetTables": (
            "1 catalog string?",
            "2 db_schema_filter_pattern string?",
            "3 table_name_filter_pattern string?",
            "4 table_types string*",
            "5 include_schema bool",
        ),
        "CommandGetTableTypes": (),
        "CommandGetPrimaryKeys": ("1 catalog string?", "2 db_schema string?", "3 table string"),
        "CommandGetExportedKeys": ("1 catalog string?", "2 db_schema string?", "3 table string"),
        "CommandGetImportedKeys": ("1 catalog string?", "2 db_schema string?", "3 table string"),
        "ActionCreatePreparedStatementRequest": ("1 query string", "2 transaction_id bytes?"),
        "ActionCreatePreparedStatementResult": (
            "1 prepared_statement_handle bytes",
            "2 dataset_schema bytes",
            "3 parameter_schema bytes",
        ),
        "ActionClosePreparedStatementRequest": ("1 prepared_statement_handle bytes",),
        "DoPutPreparedStatementResult": ("1 prepared_statement_handle bytes?",),
        "ActionCancelQueryRequest": ("1 info bytes",),
        "ActionCancelQueryResult": ("1 result enum",),
    },
    FLIGHT: {
        # The FlightInfo inside is kept as bytes: pyarrow reads it.
        "CancelFlightInfoRequest": ("1 info bytes",),
        "CancelFlightInfoResult": ("1 status enum",),
        "CloseSessionResult": ("1 status enum",),
        # A map is a repeated message on the wire, and a message inside is kept as bytes.
        "SessionEntry": ("1 key string", "2 value bytes"),
        "SessionOptionValue": ("1 string_value string?",),
        "SetSessionOptionsRequest": ("1 session_options bytes*",),
        "SetSessionOptionsResult": (),
        "GetSessionOptionsResult": ("1 session_options bytes*",),
    },
}

CANCELLED, CANCELLING, NOT_CANCELLABLE = 1, 2, 3
"""``CancelStatus`` of Flight.proto, and ``CancelResult`` of FlightSql.proto."""
SESSION_CLOSED = 1


def _file(package: str, messages: Mapping[str, tuple[str, ...]]) -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name=f"workbench/{package}.proto", package=package, syntax="proto3"
    )
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for line in fields:
            number, label, kind = line.split()
            _add_field(message, int(number), label, kind)
    return file


def _add_field(message: Any, number: int, name: str, kind: str) -> None:
    repeated, optional = kind.endswith("*"), kind.endswith("?")
    label = "LABEL_REPEATED" if repeated else "LABEL_OPTIONAL"
    field = message.field.add(
        name=name,
        number=number,
        type=_KIND[kind.rstrip("*?")],
        label=getattr(descriptor_pb2.FieldDescriptorProto, label),
    )
    if optional:
        # proto3 tells "absent" from "empty" by a one-field oneof of its own.
        field.proto3_optional = True
        field.oneof_index = len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{name}")


def _classes() -> dict[str, type[Message]]:
    # A pool of our own: another library may have the real files in the default one.
    pool = descriptor_pool.DescriptorPool()
    found: dict[str, type[Message]] = {}
    for package, messages in _MESSAGES.items():
        pool.Add(_file(package, messages))
        for name in messages:
            descriptor = pool.FindMessageTypeByName(f"{package}.{name}")
            found[name] = message_factory.GetMessageClass(descriptor)
    return found


_CLASSES = _classes()


@dataclass(frozen=True)
class Command:
    """A decoded message: its short ``name`` and its fields as attributes of ``body``."""

    name: str
    body: Any

    def optional(self, field: str) -> str | None:
        """The field's text, or None where the client left it out."""
        return getattr(self.body, field) if self.body.HasField(field) else None


def make(name: str, **fields: Any) -> Any:
    """A message of the table above."""
    return _CLASSES[name](**fields)


def pack(name: str, **fields: Any) -> bytes:
    """The message wrapped in ``google.protobuf.Any``, as Flight SQL sends them."""
    wrapped = any_pb2.Any()
    wrapped.type_url = f"type.googleapis.com/{SQL}.{name}"
    wrapped.value = make(name, **fields).SerializeToString()
    data: bytes = wrapped.SerializeToString()
    return data


def unpack(data: bytes | None) -> Command:
    """The command in these bytes. Raises InvalidInput for anything that is not one of ours."""
    wrapped = any_pb2.Any()
    try:
        wrapped.ParseFromString(data or b"")
    except DecodeError:
        raise _unreadable() from None
    package, _, name = wrapped.type_url.rpartition("/")[2].rpartition(".")
    if package != SQL or name not in _MESSAGES[SQL]:
        raise unsupported(name if name.isidentifier() and len(name) < 64 else "?")
    return Command(name, parse(name, wrapped.value))


def parse(name: str, data: bytes) -> Any:
    """A bare message. Raises InvalidInput when the bytes are not one."""
    message = _CLASSES[name]()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise _unreadable() from None
    return message


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


def bare(name: str, **fields: Any) -> bytes:
    """A message as Flight's own actions send it: not wrapped."""
    data: bytes = make(name, **fields).SerializeToString()
    return data


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
    "不能上传表。请把取值写进语句，或申请把数据登记为资源。",
    "Tables cannot be uploaded. Put the values into the statement, or have the data made a "
    "resource.",
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
