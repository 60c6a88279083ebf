"""Signing in and out. The gateway judges the password; the browser gets a name and no token."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from workbench.errors import WorkbenchError
from workbench.pages.server.asked import Asked
from workbench.pages.server.door import is_proven_proxy, let_in, show_out, visitor_of
from workbench.pages.server.visitors import How

MOST_CHARACTERS = 1024
MOST_OF_ADDRESS = 64


class OfThisSite(Asked):
    """A form of ours alone may post here: a page of another site is refused, by 403."""

    def check_xsrf_cookie(self) -> None:
        if not self.check_origin():
            raise web.HTTPError(403)
        super().check_xsrf_cookie()


class SignInHandler(OfThisSite):
    @allow_unauthenticated
    def get(self) -> None:
        self.ask_to_sign_in(None, 200, local(self.get_query_argument("next", ""), self.base_url))

    @allow_unauthenticated
    async def post(self) -> None:
        user = self.get_body_argument("user", "")[:MOST_CHARACTERS]
        password = self.get_body_argument("password", "", strip=False)[:MOST_CHARACTERS]
        where = local(self.get_body_argument("next", ""), self.base_url)
        try:
            found = await self.house.gateway.sign_in(
                user, password, self.house.secrets.door_token, address_of(self)
            )
        except WorkbenchError as error:
            self.ask_to_sign_in(error, error.http_status, where)
            return
        cookie, _ = self.house.visitors.welcome(
            user, How.password, found.session_token, found.access_token, found.expires_in
        )
        let_in(self, cookie)
        self.redirect(where)


class SignOutHandler(OfThisSite):
    """A form's POST with its XSRF token, so that no other site signs anybody out."""

    @web.authenticated
    async def post(self) -> None:
        visitor = visitor_of(self)
        if visitor is not None:
            self.house.visitors.farewell(visitor)
            rooms = self.house.rooms
            for visit in rooms.visits:
                if visit.visitor == visitor.key:
                    await rooms.close(visit)
        show_out(self)
        self.redirect(f"{self.base_url}login")


def address_of(handler: Asked) -> str:
    """Where the reader sits. A proxy that proves itself says it: the last one that it has added to
    X-Forwarded-For. What anybody else writes there is not read."""
    said = handler.request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if said and is_proven_proxy(handler):
        return said[:MOST_OF_ADDRESS]
    return str(handler.request.remote_ip or "")[:MOST_OF_ADDRESS]


def local(address: str, home: str) -> str:
    """``address`` where it is a path of this server, else ``home``: a link to the sign-in may not
    lead anybody elsewhere afterwards."""
    plain = address.startswith(home) and not address.startswith("//")
    if plain and "\\" not in address and address.isprintable():
        return address
    return home
