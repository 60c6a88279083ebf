"""The gateway's HTTP side: tokens and metadata."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from workbench.client.failures import from_body, not_a_gateway, unreachable
from workbench.client.trust import (
    SECURE_FLIGHT,
    checked_url,
    context_for,
    downgraded,
    from_exception,
    is_loopback,
)
from workbench.errors import Code, Text, Unauthenticated, simple

REFRESH_EARLY_SECONDS = 60
"""An access token is renewed this long before it ends (our default; it lives 15 minutes)."""
TIMEOUT_SECONDS = 30.0
IDEMPOTENCY = "Idempotency-Key"
_ANY_HOST = frozenset({"0.0.0.0", "::", "[::]", ""})  # noqa: S104  compared, not bound


@dataclass(frozen=True)
class _Access:
    token: str
    ends: float


class Control:
    """Signs in, keeps the access token fresh, and asks for JSON. Safe to use from threads.

    ``clock`` gives seconds that only grow (``time.monotonic``).
    """

    def __init__(
        self,
        url: str,
        session_token: str = "",
        clock: Callable[[], float] = time.monotonic,
        ca: str = "",
    ) -> None:
        self.url = checked_url(url)
        self.ca = ca
        self.session_token = session_token
        self._clock = clock
        self._access: _Access | None = None
        self._lock = threading.Lock()
        # no proxy from the environment: a kernel talks to its gateway and to nothing else
        self._http = httpx.Client(
            base_url=self.url,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            # Without TLS nothing is checked; a context that trusts nobody costs no time to make.
            verify=context_for(ca) if self.secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    @property
    def secure(self) -> bool:
        return self.url.startswith("https:")

    @property
    def closed(self) -> bool:
        return self._http.is_closed

    def close(self) -> None:
        self._http.close()

    def sign_in(self, user: str, password: str) -> None:
        """Raises Unauthenticated where the gateway does not know the two."""
        self._keep(self._send("POST", "/token", json={"user": user, "password": password}))

    def access_token(self, *, renew: bool = False) -> str:
        """A bearer token with at least a minute to live; a new one where ``renew``."""
        with self._lock:
            known = self._access
            if renew or known is None or known.ends - self._clock() < REFRESH_EARLY_SECONDS:
                if not self.session_token:
                    raise _nobody(self.url)
                body = {"session_token": self.session_token}
                self._keep(self._send("POST", "/token/refresh", json=body))
            assert self._access is not None
            return self._access.token

    def get(self, path: str, **query: str | list[str]) -> Any:
        """The JSON at ``path``; an access token that ended meanwhile is renewed once."""
        return self._authorised("GET", path, query)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str = "",
        seconds: float = TIMEOUT_SECONDS,
    ) -> Any:
        """``key``: a command that is sent again under the same one is done once. ``seconds``: how
        long the answer is waited for."""
        headers = {IDEMPOTENCY: key} if key else {}
        return self._authorised("POST", path, {}, body, headers, seconds)

    def health(self) -> Mapping[str, Any]:
        """``status``, ``flight`` and ``version``. Needs no token."""
        answer = self._send("GET", "/health")
        if not isinstance(answer, dict) or "flight" not in answer:
            raise not_a_gateway(self.url, 200)
        return answer

    def flight_address(self) -> str:
        """``grpc://host:port``, or ``grpc+tls://``. A wildcard host is the host of this URL; so is
        every host with TLS, since that name is the one that the certificate was checked for.

        Raises Refused(tls_required) where data would go unprotected to another machine.
        """
        named = urlsplit(str(self.health()["flight"]))
        host = urlsplit(self.url).hostname
        if self.secure:
            if named.scheme != SECURE_FLIGHT:
                raise downgraded(self.url)
        elif named.hostname not in _ANY_HOST and named.hostname is not None:
            if not is_loopback(named.hostname):
                raise downgraded(self.url)
            return named.geturl()
        return f"{named.scheme}://{host}:{named.port}"

    def _authorised(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | list[str]],
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> Any:
        request: dict[str, Any] = {"params": query} if body is None else {"json": dict(body)}
        request |= {"headers": dict(headers or {}), "timeout": seconds}
        try:
            return self._send(method, path, bearer=self.access_token(), **request)
        except Unauthenticated as error:
            if error.code is not Code.token_expired:
                raise
        return self._send(method, path, bearer=self.access_token(renew=True), **request)

    def _keep(self, answer: Any) -> None:
        ends = self._clock() + float(answer["expires_in"])
        self._access = _Access(str(answer["access_token"]), ends)
        self.session_token = str(answer.get("session_token") or self.session_token)

    def _send(
        self,
        method: str,
        path: str,
        *,
        bearer: str = "",
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Any:
        headers = {**(headers or {}), **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        try:
            answer = self._http.request(method, path, headers=headers, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise from_exception(self.url, error) or unreachable(self.url) from error
        if answer.is_success:
            try:
                return answer.json()
            except ValueError:
                raise not_a_gateway(self.url, answer.status_code) from None
        raise from_body(answer.text) or not_a_gateway(self.url, answer.status_code)


def _nobody(url: str) -> Exception:
    return simple(
        Code.unauthenticated,
        f"尚未登录网关 {url}。",
        f"You are not signed in to {url}.",
        next=Text(
            "请运行 workbench login，或使用 connect(user=…)，或设置环境变量 WORKBENCH_TOKEN。",
            "Run `workbench login`, or use connect(user=...), or set WORKBENCH_TOKEN.",
        ),
        subject=url,
    )
