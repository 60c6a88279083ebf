"""Who is looking is known before anything runs, and a kernel speaks only to who opened its page."""

from __future__ import annotations

from typing import Any, cast

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web

from workbench.pages.server import refusals
from workbench.pages.server.house import House
from workbench.pages.server.visitors import Visitor


class Door(IdentityProvider):
    """People, not browsers: by the proxy that names them, or by the cookie of who came in before.

    A token in an address is taken in by our own handlers alone, which lead on without it.
    """

    @property
    def auth_enabled(self) -> bool:
        return True

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """The username is the visitor's key. Raises HTTPError (403) for a proxy without proof."""
        visitor = visitor_of(handler)
        if visitor is None:
            return None
        return User(visitor.key, visitor.viewer, visitor.viewer)

    def get_handlers(self) -> list[tuple[str, object]]:
        """The application has its own."""
        return []

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Never: requests are judged by their origin and their XSRF token, whoever asks."""
        return False


class OwnKernels(Authorizer):
    """Kernels belong to who opened their page; nothing else of Jupyter's is open to anybody."""

    def is_authorized(
        self, handler: web.RequestHandler, user: User, action: str, resource: str
    ) -> bool:
        if resource != "kernels":
            return False
        kernel = handler.path_kwargs.get("kernel_id") or ""
        return house_of(handler).rooms.visits.owns(user.username, kernel)


def house_of(handler: web.RequestHandler) -> House:
    return cast(House, handler.settings["house"])


def visitor_of(handler: web.RequestHandler) -> Visitor | None:
    """Raises HTTPError (403) for a proxy without proof."""
    house, headers = house_of(handler), handler.request.headers
    named = headers.get_list(house.settings.proxy_header)
    if named:
        person = _utf8(named[0]).strip()
        if len(named) != 1 or not is_proven_proxy(handler) or not person:
            raise Unproven(refusals.unproven_proxy(house.settings.proxy_header))
        return house.visitors.of_proxy(person)
    cookie = handler.get_signed_cookie(house.settings.cookie, max_age_days=1)
    return house.visitors.of_cookie(cookie.decode()) if cookie else None


def is_proven_proxy(handler: web.RequestHandler) -> bool:
    """Whether the request came through the proxy in front: it alone knows the secret."""
    house = house_of(handler)
    given = handler.request.headers.get_list(house.settings.proxy_secret_header)
    return len(given) == 1 and house.secrets.is_proxy(given[0])


def _utf8(header: str) -> str:
    """Tornado reads headers as Latin-1; a proxy writes a Chinese name in UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


class Unproven(web.HTTPError):
    """Refused, not ignored: else whoever reaches this port could be anybody."""

    def __init__(self, error: Any) -> None:
        super().__init__(403, reason="Forbidden")
        self.error = error


def let_in(handler: web.RequestHandler, cookie: str) -> None:
    """Give the browser the name by which it is known from now on."""
    settings = house_of(handler).settings
    secure = settings.secure_cookies or handler.request.protocol == "https"
    handler.set_signed_cookie(
        settings.cookie,
        cookie,
        expires_days=None,
        httponly=True,
        samesite="Lax",
        secure=secure,
        path="/",
    )


def show_out(handler: web.RequestHandler) -> None:
    handler.clear_cookie(house_of(handler).settings.cookie, path="/")
