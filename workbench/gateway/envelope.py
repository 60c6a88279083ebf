"""Around every HTTP request: its size, its headers, its line in the log, its unforeseen errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.gateway.answers import Reasons, json_bytes
from workbench.gateway.calls import stopping as stopping_error
from workbench.gateway.failures import foreseen
from workbench.gateway.limits import Limits, too_large
from workbench.gateway.logs import Line

BODY_SECONDS = 10.0
"""How long a client may take to send its small body (our default)."""

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

_LINE = "workbench.line"


class Envelope:
    """ASGI middleware. The body is read here, at most as long as the limit, then handed on."""

    def __init__(self, app: ASGIApp, limits: Limits, stopping: Callable[[], bool]) -> None:
        self._app = app
        self._limits = limits
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        line = scope[_LINE] = Line("http", f"{scope['method']} {scope['path'][:80]}")
        answer = _Answer(send)
        try:
            if self._stopping():
                raise stopping_error()
            body = await self._body(scope, receive)
            await self._app(scope, _replay(body, receive), answer)
        except Exception as error:  # noqa: BLE001  a traceback must not reach the client
            if not answer.started:
                await to_response(error, scope, line)(scope, receive, answer)
        finally:
            line.write(time.monotonic() - started)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self._limits.request_bytes
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            raise too_large(int(declared), limit)
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > limit:
                        raise too_large(len(body), limit)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise _too_slow() from None


class _Answer:
    """Adds the headers, and remembers whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            named = {name for name, _ in message["headers"]}
            extra = [(n.encode(), v.encode()) for n, v in HEADERS.items()]
            message["headers"] = [
                *message["headers"],
                *((name, value) for name, value in extra if name not in named),
            ]
        await self._send(message)


def line_of(scope: Any) -> Line:
    """The log line of this request."""
    line: Line = scope[_LINE]
    return line


def to_response(
    error: BaseException, scope: Scope, line: Line, status: int | None = None
) -> Response:
    """``{"reasons": [...], "message": ...}`` with the status of the error."""
    known = foreseen(error)
    line.code = known.code.value
    if known.code is Code.internal:
        line.error_id = known.reasons[0].subject
    body = Reasons(
        message=known.said(language_of(scope)), reasons=[r.to_dict() for r in known.reasons]
    )
    answer = Response(json_bytes(body), status or known.http_status, media_type="application/json")
    if known.http_status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


def language_of(scope: Scope) -> Language:
    """Chinese unless English is preferred by Accept-Language (RFC 9110, quality values)."""
    header = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1").casefold()
    best: tuple[float, Language] | None = None
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.split("-")[0].strip()
        if primary not in ("zh", "en"):
            continue
        weight = _weight(quality)
        if best is None or weight > best[0]:
            best = (weight, "zh" if primary == "zh" else "en")
    return best[1] if best is not None else "zh"


def _weight(quality: str) -> float:
    if not quality:
        return 1.0
    whole, _, part = quality.strip().partition(".")
    sound = whole.isdecimal() and whole.isascii() and (not part or part.isdecimal())
    return float(quality) if sound and len(quality) <= 6 else 0.0


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again


def _too_slow() -> WorkbenchError:
    return simple(
        Code.deadline_exceeded,
        "请求内容迟迟没有发完。",
        "The body of the request did not arrive in time.",
        rule=Text("10 秒（本产品默认）。", "10 seconds (our default)."),
    )
