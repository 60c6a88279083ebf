"""One Flight call: its headers, who is asking, and its line in the log.

The middleware sees every call first. It answers the handshake (basic sign-in) and refuses
GetSchema there, because pyarrow passes errors of that one method on with a traceback.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import unquote

import pyarrow.flight as fl

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway import tokens
from workbench.gateway.auth import Auth, Known
from workbench.gateway.failures import foreseen, to_flight
from workbench.gateway.flightsql import unsupported
from workbench.gateway.logs import Line
from workbench.model.actor import Actor
from workbench.model.period import Period, period_of
from workbench.model.tier import STATEMENT_TIERS, Tier, asked_tier
from workbench.wire import CALL_HEADER, DETAIL_TRAILER, SCENARIO_HEADER, TIER_HEADER, WITHIN_HEADER

log = logging.getLogger(__name__)

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")

KEY = "call"
MAX_SCENARIO = 128
_NAME = re.compile(r"[0-9a-f]{32}")
_REFUSED_EARLY = frozenset({fl.FlightMethod.GET_SCHEMA})


class NoHandshake(fl.ServerAuthHandler):  # type: ignore[misc]
    """Lets the handshake through to the middleware; without a handler it is unimplemented."""

    def authenticate(self, outgoing: Any, incoming: Any) -> None:
        """Nothing is exchanged: the headers carry all."""

    def is_valid(self, token: bytes) -> str:
        return ""


class Call(fl.ServerMiddleware):  # type: ignore[misc]
    """The state of one call. ``line`` becomes its line in the log when it ends."""

    def __init__(self, method: str, headers: Mapping[str, Sequence[Any]], auth: Auth) -> None:
        self._headers = headers
        self._auth = auth
        self._known: Known | None = None
        self._started = time.monotonic()
        self._send: dict[str, str] = {}
        self.line = Line("flight", method)

    @property
    def actor(self) -> Actor:
        """Who is asking. Raises Unauthenticated."""
        return self._caller.actor

    @property
    def until(self) -> datetime:
        """When the caller's session ends. Raises Unauthenticated."""
        return self._caller.until

    @property
    def _caller(self) -> Known:
        if self._known is None:
            known = self._known = self._auth.known(self._bearer())
            self.line.actor = known.actor.id
            if known.renewed:
                self._send["authorization"] = f"Bearer {known.renewed}"
        return self._known

    @property
    def scenario(self) -> str:
        """The scenario that the header names, or an empty string."""
        return self.header(SCENARIO_HEADER)[:MAX_SCENARIO]

    @property
    def tier(self) -> Tier | None:
        """The tier that the header names. Raises InvalidInput for one that statements have not."""
        try:
            return asked_tier(self.header(TIER_HEADER))
        except ValueError:
            raise _no_such_tier() from None

    @property
    def within(self) -> Period | None:
        """The days that the header names. Raises InvalidInput for what is not such days."""
        try:
            return period_of(unquote(self.header(WITHIN_HEADER), errors="strict"))
        except ValueError:
            raise _no_such_days() from None

    @property
    def name(self) -> bytes:
        """The name that the client gave to this call, to cancel it by; else a random one."""
        named = self.header(CALL_HEADER)
        return named.encode() if _NAME.fullmatch(named) else secrets.token_bytes(16)

    @property
    def speaks_go(self) -> bool:
        """Clients on grpc-go (ADBC) read details from trailers only."""
        return "grpc-go/" in self.header("user-agent")

    def header(self, name: str) -> str:
        values = self._headers.get(name) or [""]
        value = values[0]
        return value if isinstance(value, str) else value.decode("latin-1")

    def sign_in(self) -> None:
        """The handshake: basic credentials in, a bearer token out."""
        user, password = credentials(self.header("authorization"))
        token = self._auth.sign_in_for_flight(user, password)
        self.line.actor = user
        self._send["authorization"] = f"Bearer {token}"

    def sending_headers(self) -> dict[str, str]:
        return self._send

    def call_completed(self, exception: Exception | None) -> None:
        if exception is not None and self.line.code == "ok":
            # The client went away, or pyarrow failed below us: it has no code of ours.
            self.line.code = "broken_off"
        self.line.write(time.monotonic() - self._started)

    def _bearer(self) -> str:
        scheme, _, token = self.header("authorization").partition(" ")
        if scheme.casefold() == "basic":
            raise _basic_outside_handshake()
        if scheme.casefold() != "bearer":
            raise tokens.not_signed_in()
        return token.strip()


class Calls(fl.ServerMiddlewareFactory):  # type: ignore[misc]
    """Makes a Call for each call. ``stopping`` says whether new ones are refused."""

    def __init__(self, auth: Auth, stopping: Callable[[], bool]) -> None:
        self._auth = auth
        self._stopping = stopping

    def start_call(self, info: Any, headers: Mapping[str, Sequence[Any]]) -> Call:
        call = Call(info.method.name.lower(), headers, self._auth)
        try:
            if self._stopping():
                raise stopping()
            if info.method in _REFUSED_EARLY:
                raise unsupported("GetSchema")
            if info.method == fl.FlightMethod.HANDSHAKE:
                call.sign_in()
        except Exception as error:  # noqa: BLE001  nothing else may reach pyarrow
            known = foreseen(error)
            call.line.code = known.code.value
            call.call_completed(None)
            raise to_flight(known) from None
        return call


def guarded(
    handler: Callable[Concatenate[S, Call, Any, P], R],
) -> Callable[Concatenate[S, Any, P], R]:
    """Hands the Call to a server's method; only Flight errors with our text leave it."""

    def run(self: S, context: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        call: Call = context.get_middleware(KEY)
        try:
            return handler(self, call, context, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  nothing else may reach pyarrow
            raise failed_call(error, call, context) from None

    return run


def failed_call(error: Exception, call: Call, context: Any) -> Exception:
    """The Flight error to raise; noted in the call's log line."""
    known = foreseen(error)
    call.line.code = known.code.value
    if known.code is Code.internal:
        call.line.error_id = known.reasons[0].subject
    if call.speaks_go:
        context.add_trailer(DETAIL_TRAILER, known.to_json().encode())
    return to_flight(known)


def credentials(header: str) -> tuple[str, str]:
    """User and password. ADBC leaves out the padding of its base64."""
    scheme, _, encoded = header.partition(" ")
    if scheme.casefold() != "basic":
        raise tokens.not_signed_in()
    padded = encoded.strip() + "=" * (-len(encoded.strip()) % 4)
    try:
        text = base64.b64decode(padded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise tokens.not_signed_in() from None
    user, _, password = text.partition(":")
    return user, password


def _basic_outside_handshake() -> WorkbenchError:
    return simple(
        Code.unauthenticated,
        "用户名和密码只能在握手时使用。",
        "User name and password are taken in the handshake only.",
        next=Text(
            "请用客户端的登录选项（ADBC：username 与 password），之后使用返回的令牌。",
            "Use the client's sign-in options (ADBC: username and password) and the token that "
            "comes back.",
        ),
    )


def stopping() -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        "网关正在停止，不再接受请求。",
        "The gateway is stopping and takes no more requests.",
        next=Text("请稍后再试。", "Try again in a moment."),
    )


def _no_such_days() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "日期限定无法读取。",
        "The days that the statement is limited to cannot be read.",
        next=Text(
            f"请求头 {WITHIN_HEADER} 的写法：资源.数据项=2026-09-01..2026-09-30，或不写。",
            f"The header {WITHIN_HEADER} is written RESOURCE.COLUMN=2026-09-01..2026-09-30, "
            "or left out.",
        ),
    )


def _no_such_tier() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"语句只能在 {' 或 '.join(STATEMENT_TIERS)} 层运行。",
        f"A statement runs in the tier {' or '.join(STATEMENT_TIERS)}.",
        next=Text(
            f"请在请求头 {TIER_HEADER} 中写明其一，或不写。",
            f"Name one of them in the header {TIER_HEADER}, or leave it out.",
        ),
    )
