"""What gateway and client both say on the wire: Flight SQL's messages and headers of our own.

No maintained Python package ships the messages, so ``_MESSAGES`` states the fields and numbers of
Arrow's ``FlightSql.proto`` (package ``arrow.flight.protocol.sql``) and ``Flight.proto``, and the
protobuf runtime builds the classes. Only the fields that are read or written here are listed:
protobuf skips what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import (  # type: ignore[import-untyped]
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]

SCENARIO_HEADER = "x-workbench-scenario"
"""The scenario that a call belongs to."""
TIER_HEADER = "x-workbench-tier"
"""The tier that a statement is to run in; without it the one that holds what it names."""
WITHIN_HEADER = "x-workbench-within"
"""The days that a statement is about, as ``model.period`` writes them, percent-encoded; without it
all that are granted."""
TEMPLATE = b"workbench-template:"
"""How a ticket begins that asks by a fixed template: the rest is a JSON object."""
CALL_HEADER = "x-workbench-call"
"""A name that the client gives to a fetch, 32 hex digits, so that it can cancel it by that."""
DETAIL_TRAILER = "x-workbench-error-bin"
"""An error's reasons as JSON, for clients on grpc-go (ADBC): they do not hand out
``extra_info``."""

SQL = "arrow.flight.protocol.sql"
FLIGHT = "arrow.flight.protocol"

_KIND = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
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
        "CommandStatementIngest": ("2 table string", "3 schema string?", "6 transaction_id bytes?"),
        "DoPutUpdateResult": ("1 record_count int64",),
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


def make(name: str, **fields: Any) -> Any:
    """A message of the table above."""
    return _CLASSES[name](**fields)


def bare(name: str, **fields: Any) -> bytes:
    """A message as Flight's own actions send it: not wrapped."""
    data: bytes = make(name, **fields).SerializeToString()
    return data


def pack(name: str, **fields: Any) -> bytes:
    """The message wrapped in ``google.protobuf.Any``, as Flight SQL sends them."""
    wrapped = any_pb2.Any()
    wrapped.type_url = f"type.googleapis.com/{SQL}.{name}"
    wrapped.value = bare(name, **fields)
    data: bytes = wrapped.SerializeToString()
    return data


def unwrapped(data: bytes) -> tuple[str, bytes]:
    """Short name and bytes of a wrapped message of the table above.

    Raises ValueError for bytes that wrap nothing, KeyError with the name (``?`` for what cannot be
    one) of a message that is not in the table.
    """
    wrapped = any_pb2.Any()
    try:
        wrapped.ParseFromString(data)
    except DecodeError:
        raise ValueError("no google.protobuf.Any") from None
    package, _, name = wrapped.type_url.rpartition("/")[2].rpartition(".")
    if package != SQL or name not in _MESSAGES[SQL]:
        raise KeyError(name if name.isidentifier() and len(name) < 64 else "?")
    return name, wrapped.value


def parse(name: str, data: bytes) -> Any:
    """A bare message. ValueError where the bytes are not one."""
    message = _CLASSES[name]()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise ValueError(f"no {name}") from None
    return message
