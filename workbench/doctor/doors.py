"""Who listens on our ports, what it speaks, and how long its certificate holds."""

from __future__ import annotations

import json
import ssl
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection

import psutil

from workbench.doctor.facts import Port, TlsSeen
from workbench.errors import WorkbenchError
from workbench.gateway.securing import Wanted, chosen
from workbench.gateway.tls import Files

ASK_SECONDS = 0.5
_HEALTH = {"status", "version", "flight"}


def port_of(name: str, number: int) -> Port:
    listening, process = _listeners(number)
    if not listening:
        return Port(name, number)
    speaks, ours = _asked(listening[0], number)
    return Port(name, number, listening, process or ("workbench" if ours else ""), speaks, ours)


def _listeners(number: int) -> tuple[tuple[str, ...], str]:
    found: dict[str, None] = {}
    process = ""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == number:
            found[connection.laddr.ip] = None
            process = process or _process(connection.pid)
    return tuple(found), process


def _process(pid: int | None) -> str:
    try:
        return f"{psutil.Process(pid).name()} ({pid})" if pid else ""
    except psutil.Error:
        return ""


def _asked(address: str, number: int) -> tuple[str, bool]:
    """What it speaks, and whether it answers as our gateway does. Nothing secret is sent."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  compared
    plain = HTTPConnection(host, number, timeout=ASK_SECONDS)
    loose = ssl.create_default_context()
    loose.check_hostname, loose.verify_mode = False, ssl.CERT_NONE
    secure = HTTPSConnection(host, number, timeout=ASK_SECONDS, context=loose)
    for speaks, connection in (("http", plain), ("https", secure)):
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            return speaks, _is_ours(answer.read(65536))
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
    return "", False


def _is_ours(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.keys() >= _HEALTH


def tls_of(files: Files, wanted: Wanted, now: datetime) -> TlsSeen:
    """The certificate that a gateway would serve, looked at as the gateway does."""
    own = wanted.certificate
    try:
        served = chosen(files, wanted, now)
    except WorkbenchError as error:
        reason = error.reasons[0]
        return TlsSeen(True, None, reason.what, own, reason.next)
    return TlsSeen(False) if served is None else TlsSeen(True, served.expires, None, own)
