"""What is looked at before anything starts."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing

from workbench.errors import Code, Reason, Text, WorkbenchError


def check_ports(host: str, ports: Mapping[str, int]) -> None:
    """Raises Unavailable, one reason for each port that is taken or asked for twice."""
    reasons = []
    seen: dict[int, str] = {}
    for option, port in ports.items():
        if port in seen:
            reasons.append(_taken(option, port, Text(f"与 {seen[port]} 相同", f"as {seen[port]}")))
        elif not _is_free(host, port):
            reasons.append(_taken(option, port, Text("已被占用", "is taken")))
        seen.setdefault(port, option)
    if reasons:
        raise WorkbenchError.of(reasons)


def _is_free(host: str, port: int) -> bool:
    with closing(socket.socket()) as probe:
        # As the servers do it: a port that only lingers in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _taken(option: str, port: int, why: Text) -> Reason:
    return Reason(
        Code.gateway_unavailable,
        Text(f"端口 {port} {why.zh}。", f"Port {port} {why.en}."),
        next=Text(
            f"请结束占用它的程序，或用 {option} 另选端口。",
            f"End the program that uses it, or choose another with {option}.",
        ),
        subject=option,
    )
