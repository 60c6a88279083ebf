"""Free ports of this machine, for servers that are told where to listen."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

_LOWEST, _COUNT = 12_000, 18_000
"""Below the range that Linux hands out by itself (from 32768), so that no client takes a port
between the asking and the listening, or between two lives of a server."""


def _candidates() -> Iterator[int]:
    """All of them again and again; each process begins elsewhere, those of one run far apart."""
    at = os.getpid() * 7_919
    while True:
        yield _LOWEST + at % _COUNT
        at += 1


_next = _candidates()


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens; no two calls of a process give the same ones soon."""
    return [next(port for port in _next if _free(port)) for _ in range(count)]


def free_port() -> int:
    return free_ports(1)[0]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # What was closed a moment ago may be listened on again, as servers do.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
