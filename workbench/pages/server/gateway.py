"""What the server asks the gateway over HTTP: who somebody is, and sessions of pages for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from workbench.client.failures import from_body, not_a_gateway
from workbench.client.trust import checked_url, context_for, from_exception
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.pages.server.visitors import Visitor

TIMEOUT_SECONDS = 20.0
RENEW_EARLY_SECONDS = 60.0
"""An access token is renewed this long before it ends (our default; it lives 15 minutes)."""


@dataclass(frozen=True)
class SignedIn:
    """``expires_in`` is the seconds that the access token lives."""

    access_token: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_in: float = 0.0


@dataclass(frozen=True)
class Listed:
    """A page that somebody may open, as the gateway names it."""

    id: str
    scenario: str
    title: Text


class Gateway:
    """Safe to use from one event loop. ``ca`` is the file of root certificates to trust."""

    def __init__(self, url: str, ca: str = "") -> None:
        self.url = checked_url(url)
        self.ca = ca
        secure = self.url.startswith("https:")
        # No proxy from the environment: the gateway and nobody else is spoken to.
        self._http = httpx.AsyncClient(
            base_url=self.url,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            verify=context_for(ca) if secure else True,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_in(
        self, user: str, password: str, door: str = "", address: str = ""
    ) -> SignedIn:
        """``address`` is where the reader sits: the gateway believes it of who shows a ``door``
        token. Raises Unauthenticated, Unavailable."""
        body = _person(user, password)
        if door and address:
            body["address"] = address
        return _signed_in(await self._send("POST", "/token", door, json=body))

    async def page_session(self, page: str, bearer: str, viewer: str = "") -> SignedIn:
        """The page acting for who holds ``bearer``; ``viewer`` where that is a door token.

        Raises Refused, Unauthenticated, StatementWrong (no such page), Unavailable.
        """
        body = {"viewer": viewer} if viewer else {}
        path = f"/pages/{quote(page, safe='')}/session"
        return _signed_in(await self._send("POST", path, bearer, json=body))

    async def pages(self, bearer: str, viewer: str = "") -> list[Listed]:
        query = {"viewer": viewer} if viewer else {}
        rows = await self._send("GET", "/pages", bearer, params=query)
        return [
            Listed(str(r["id"]), str(r["scenario"]), Text(r["title"]["zh"], r["title"]["en"]))
            for r in rows
        ]

    async def scenarios(self, bearer: str) -> frozenset[str]:
        """Those in which somebody holds grants themselves."""
        rows: Sequence[Mapping[str, Any]] = await self._send("GET", "/grants", bearer)
        return frozenset(str(row["scenario"]) for row in rows if row.get("scenario"))

    async def roles(self, bearer: str) -> frozenset[str]:
        """Those of somebody who signed in themselves."""
        me: Mapping[str, Any] = await self._send("GET", "/me", bearer)
        return frozenset(map(str, me["roles"]))

    async def confirm(self, bearer: str) -> None:
        """Raises Unauthenticated where who holds this token is not let in any more."""
        await self._send("GET", "/me", bearer)

    async def renewed(self, visitor: Visitor, now: float) -> str:
        """An access token of who signed in themselves, with a minute to live at ``now``, seconds
        of the clock of ``visitor.access_ends``. Raises Unauthenticated where their session is
        over."""
        if visitor.access_ends - now < RENEW_EARLY_SECONDS:
            body = {"session_token": visitor.session_token}
            answer = await self._send("POST", "/token/refresh", json=body)
            visitor.access_token = str(answer["access_token"])
            visitor.access_ends = now + float(answer["expires_in"])
        return visitor.access_token

    async def _send(self, method: str, path: str, bearer: str = "", **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            answer = await self._http.request(method, path, headers=headers, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise from_exception(self.url, error) or _away() from error
        if answer.is_success:
            try:
                return answer.json()
            except ValueError:
                raise not_a_gateway(self.url, answer.status_code) from None
        raise from_body(answer.text) or not_a_gateway(self.url, answer.status_code)


def _person(user: str, password: str) -> dict[str, str]:
    return {"user": user, "password": password}


def _signed_in(answer: Mapping[str, Any]) -> SignedIn:
    return SignedIn(
        str(answer["access_token"]), str(answer["session_token"]), float(answer["expires_in"])
    )


def _away() -> WorkbenchError:
    """For readers of pages, who cannot start a gateway."""
    return simple(
        Code.gateway_unavailable,
        "数据网关暂时没有应答。",
        "The data gateway does not answer at the moment.",
        next=Text(
            "请稍后再试；持续如此请联系运维人员。",
            "Try again in a moment; if it stays so, tell the operator.",
        ),
    )
