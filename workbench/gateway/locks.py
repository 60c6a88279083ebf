"""One gateway a city, on an address that nobody else uses."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from workbench.errors import Code, Text, WorkbenchError, simple

LOCK = "gateway.lock"
LEFT_SECONDS = 3.0
"""How long the lock of a process that is gone is waited for (our default)."""


@contextmanager
def only_gateway(state: Path) -> Iterator[None]:
    """Hold the lock of the state folder. Raises Unavailable, naming the process that has it.

    The kernel lets go of it when the process ends, however it ends: the file may stay.
    """
    path = state / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """A killed gateway may leave the lock for a moment to a child that it was just starting: until
    that becomes another program, it has all that its parent had open."""
    until = time.monotonic() + LEFT_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            if _lives(holder) or time.monotonic() > until:
                raise _another(holder) from None
        time.sleep(0.05)


def _lives(holder: str) -> bool:
    try:
        return bool(psutil.Process(int(holder)).status() != psutil.STATUS_ZOMBIE)
    except (ValueError, psutil.NoSuchProcess):
        return False


def bound(host: str, port: int) -> socket.socket:
    """A listening-ready socket. Raises Unavailable when the port is taken."""
    # The protocol is named, or asyncio leaves Nagle's algorithm on: the body of each answer then
    # waits 40 ms for the client to acknowledge the headers (measured).
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A port whose last connections linger may be taken again; one that is listened on may not.
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise _port_taken(port, error) from None
    return found


def free_port(host: str, port: int) -> int:
    """``port``, after a look whether it is free (0 stays 0).

    gRPC binds with SO_REUSEPORT, so that a second server on the same port starts without an
    error and takes every other connection.
    """
    if port:
        with bound(host, port) as probe:
            try:
                probe.listen(1)
            except OSError as error:
                raise _port_taken(port, error) from None
    return port


def _another(pid: str) -> WorkbenchError:
    who = pid if pid.isdecimal() else "?"
    return simple(
        Code.gateway_unavailable,
        f"此城市已有网关在运行（进程 {who}）。",
        f"A gateway already runs for this city (process {who}).",
        why=Text("两个网关不得共用一个状态目录。", "Two gateways never share one state folder."),
        next=Text(f"请先停止它：kill {who}", f"Stop it first: kill {who}"),
        subject=who,
    )


def _port_taken(port: int, error: OSError) -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        f"端口 {port} 不可用（{error.strerror}）。",
        f"Port {port} is not available ({error.strerror}).",
        next=Text(
            "请停止占用它的程序，或用 --http-port / --flight-port 换一个端口。",
            "Stop the program that uses it, or choose another with --http-port / --flight-port.",
        ),
        subject=str(port),
    )
