"""Frames between the gateway and a worker: one kind byte, eight length bytes, a payload.

``J`` is a JSON object, ``S`` an Arrow schema, ``B`` an Arrow record batch of the last schema.
Nothing is ever unpickled: a worker runs what analysts write.
"""

from __future__ import annotations

import json
import select
import socket
import struct
from typing import Any

_HEADER = struct.Struct(">cQ")
MAX_FRAME = 1 << 31
SMALL = 64 << 10
JSON, SCHEMA, BATCH = b"J", b"S", b"B"


class Closed(Exception):
    """The other side is gone."""


def send(sock: socket.socket, kind: bytes, payload: bytes | memoryview) -> None:
    """One frame, whole. Raises Closed."""
    header = _HEADER.pack(kind, len(payload))
    try:
        # Together: the reader wakes once.
        sent = sock.sendmsg((header, payload)) - _HEADER.size
        if sent < 0:
            sock.sendall(header[sent:])
            sent = 0
        if sent < len(payload):
            sock.sendall(memoryview(payload)[sent:])
    except OSError as error:
        raise Closed from error


def send_json(sock: socket.socket, value: dict[str, Any]) -> None:
    send(sock, JSON, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def receive(sock: socket.socket) -> tuple[bytes, memoryview]:
    """The next frame. Raises Closed."""
    kind, size = _HEADER.unpack(_exactly(sock, _HEADER.size))
    if kind not in (JSON, SCHEMA, BATCH) or size > MAX_FRAME:
        raise Closed
    return kind, _exactly(sock, size)


def receive_json(sock: socket.socket) -> dict[str, Any]:
    kind, payload = receive(sock)
    if kind != JSON:
        raise Closed
    return as_json(payload)


def as_json(payload: memoryview) -> dict[str, Any]:
    value = json.loads(bytes(payload).decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise Closed
    return value


def readable(sock: socket.socket, seconds: float) -> bool:
    ready, _, _ = select.select([sock], [], [], seconds)
    return bool(ready)


def _space(size: int) -> memoryview:
    if size < SMALL:
        return memoryview(bytearray(size))
    # Arrow's own memory is used again from one batch to the next and not filled with zeros first.
    # Not above: a builder gets small frames only, and starts without it.
    import pyarrow as pa

    return memoryview(pa.allocate_buffer(size)).cast("B")


def _exactly(sock: socket.socket, size: int) -> memoryview:
    buffer = _space(size)
    got = 0
    while got < size:
        try:
            read = sock.recv_into(buffer[got:])
        except OSError as error:
            raise Closed from error
        if not read:
            raise Closed
        got += read
    return buffer
