"""Who is looking, for as long as they are signed in. In memory only: nothing of it is on disk.

The browser holds an opaque name in a signed cookie; the gateway's tokens stay here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

SESSION_SECONDS = 12 * 3600.0
"""As long as a session of the gateway lives."""
MOST = 10_000
"""Visitors that are remembered at once (our default); then the oldest has to sign in again."""


class How(StrEnum):
    """By which way somebody came in."""

    password = "password"  # noqa: S105  a way, no password
    link = "link"
    proxy = "proxy"


@dataclass
class Visitor:
    """``key`` names them in this process and is no secret; ``viewer`` is the person's id.
    ``session_token`` is the gateway's, of those who signed in themselves; ``until`` is in seconds
    of the clock that was passed in."""

    key: str
    viewer: str
    how: How
    until: float
    session_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    access_ends: float = 0.0
    listed: frozenset[str] = frozenset()
    """The pages that they may open, as of their last look at the index."""


class Visitors:
    def __init__(self, clock: Callable[[], float], seconds: float = SESSION_SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._by_cookie: dict[str, Visitor] = {}
        self._by_proxy: dict[str, Visitor] = {}

    def __len__(self) -> int:
        return len(self._by_cookie) + len(self._by_proxy)

    def welcome(
        self,
        viewer: str,
        how: How,
        session_token: str = "",
        access_token: str = "",
        expires_in: float = 0.0,
    ) -> tuple[str, Visitor]:
        """``(cookie, visitor)`` of somebody who was let in just now."""
        self._forget()
        visitor = self._made(viewer, how)
        visitor.session_token, visitor.access_token = session_token, access_token
        visitor.access_ends = self._clock() + expires_in
        cookie = secrets.token_urlsafe(32)
        self._by_cookie[cookie] = visitor
        return cookie, visitor

    def of_cookie(self, cookie: str) -> Visitor | None:
        """None for a cookie of nobody, or of somebody whose time is over."""
        found = self._by_cookie.get(cookie)
        if found is not None and self._clock() >= found.until:
            del self._by_cookie[cookie]
            return None
        return found

    def of_proxy(self, viewer: str) -> Visitor:
        """Whom the proxy in front names; it does so with every request."""
        found = self._by_proxy.get(viewer)
        if found is None:
            self._forget()
            found = self._by_proxy[viewer] = self._made(viewer, How.proxy)
        found.until = self._clock() + self._seconds
        return found

    def farewell(self, visitor: Visitor) -> None:
        """They have signed out, or the gateway no longer knows them."""
        for book in (self._by_cookie, self._by_proxy):
            for name in [n for n, v in book.items() if v.key == visitor.key]:
                del book[name]

    def _made(self, viewer: str, how: How) -> Visitor:
        return Visitor(secrets.token_hex(8), viewer, how, self._clock() + self._seconds)

    def _forget(self) -> None:
        now = self._clock()
        for book in (self._by_cookie, self._by_proxy):
            for name in [n for n, v in book.items() if now >= v.until]:
                del book[name]
            while len(book) >= MOST:
                del book[next(iter(book))]
