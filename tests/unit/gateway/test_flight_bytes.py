"""Clients that speak HTTP/2 by hand: frames that no library would send."""

from __future__ import annotations

import contextlib
import socket
import struct
from urllib.parse import urlsplit

import pytest
from gateway_bench import Bench

Headers = list[tuple[bytes, bytes]]


def literal(name: bytes, value: bytes) -> bytes:
    """A header field without indexing and without Huffman coding (RFC 7541, 6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(
        ">I", stream
    ) + payload  # fmt: skip


def answer(bench: Bench, method: str, extra: Headers, body: bytes, length: int = -1) -> bytes:
    """All that comes back for one gRPC call; within a second, where nothing ends it."""
    head: Headers = [
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", f"/arrow.flight.protocol.FlightService/{method}".encode()),
        (b":authority", b"x"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
        *extra,
    ]
    message = b"\0" + struct.pack(">I", len(body) if length < 0 else length) + body
    where = urlsplit(bench.gateway.flight)
    with socket.create_connection((where.hostname, where.port), 5) as raw:
        raw.settimeout(1)
        raw.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
        raw.sendall(frame(1, 4, 1, b"".join(literal(*h) for h in head)) + frame(0, 1, 1, message))
        found = b""
        with contextlib.suppress(TimeoutError):
            while not ended(found) and (part := raw.recv(65536)):
                found += part
    return found


def ended(found: bytes) -> bool:
    """Whether these frames hold the end of the call's stream (RFC 9113, 4.1, 5.1 and 6)."""
    while len(found) >= 9:
        length, kind, flags = int.from_bytes(found[:3]), found[3], found[4]
        stream = struct.unpack(">I", found[5:9])[0]
        if len(found) < 9 + length:
            return False
        closes = kind in (0, 1) and flags & 1  # DATA or HEADERS with END_STREAM
        if stream == 1 and (closes or kind == 3):  # or RST_STREAM
            return True
        found = found[9 + length :]
    return False


@pytest.mark.parametrize(
    ("method", "extra", "body", "length"),
    [
        # pyarrow answers the first two with a trace of its own, before any code of ours runs: it
        # may name pyarrow's files, never ours.
        ("DoAction", [(b"x-workbench-scenario", b"\xff\xfe")], b"", -1),
        ("DoAction", [(b"authorization", b"Bearer \xe4\xb8\xad")], b"", -1),
        ("DoAction", [(b"x-a-bin", b"!!")], b"", -1),
        ("DoAction", [], b"\x0a\x02\xff\xfe", -1),
        ("DoAction", [], b"\xff" * 40, -1),
        ("GetFlightInfo", [], b"\xff" * 40, -1),
        ("GetFlightInfo", [], b"\x08\x63\x12\x01x", -1),
        ("DoGet", [], b"\x0a\x7f", -1),
        ("DoGet", [], b"", 1 << 31),
        ("DoPut", [], b"\x0a\x04\x08\x02\x12\x00\x12\x03\xff\xff\xff", -1),
        ("DoExchange", [], b"\xff" * 40, -1),
        ("Handshake", [(b"authorization", b"Basic \x01")], b"\xff" * 40, -1),
        ("NoSuchMethod", [], b"", -1),
    ],
)
def test_odd_frames(bench: Bench, method: str, extra: Headers, body: bytes, length: int) -> None:
    found = answer(bench, method, extra, body, length)
    for inside in (b"workbench/", b"site-packages", b"gateway/", b"/flight.py", b"/calls.py"):
        assert inside not in found
    with bench.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("select 1 as n")
        assert cursor.fetchone() == (1,)
