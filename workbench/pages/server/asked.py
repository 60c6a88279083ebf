"""What our own handlers have in common: language, theme, plain pages, and the link that lets in."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from workbench.client.teaching import reason_parts
from workbench.errors import Language, WorkbenchError
from workbench.pages.server import refusals
from workbench.pages.server.door import Unproven, house_of, let_in, visitor_of
from workbench.pages.server.house import House
from workbench.pages.server.visitors import How, Visitor
from workbench.pages.server.words import WORDS

THEMES = ("light", "dark", "wall")
YEAR_DAYS = 365
_PLAIN = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Asked(JupyterHandler):
    """``?lang=`` and ``?theme=`` are kept in cookies; ``?token=`` is taken out of the address."""

    @property
    def house(self) -> House:
        return house_of(self)

    @property
    def visitor(self) -> Visitor:
        """Who is looking; only where somebody is."""
        found = visitor_of(self)
        if found is None:
            raise web.HTTPError(403)
        return found

    @property
    def language(self) -> Language:
        chosen = self._chosen("lang", ("zh", "en"))
        if not chosen:
            return self.house.settings.language
        return "zh" if chosen == "zh" else "en"

    @property
    def theme(self) -> str:
        """light, dark or wall; empty where the reader's machine decides."""
        return self._chosen("theme", THEMES)

    @property
    def content_security_policy(self) -> str:
        """The browser itself sees to it that a page asks nobody else."""
        host = self.request.host
        return "; ".join(
            (
                "default-src 'self' data: blob:",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
                "style-src 'self' 'unsafe-inline'",
                f"connect-src 'self' ws://{host} wss://{host} data: blob:",
                "form-action 'self'",
                "base-uri 'self'",
                "object-src 'none'",
                "frame-ancestors 'self'",
            )
        )

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> Awaitable[None] | None:  # type: ignore[override]
        for name, allowed in (("lang", ("zh", "en")), ("theme", THEMES)):
            asked = self.get_query_argument(name, "")
            if asked in allowed:
                self.set_cookie(f"workbench-{name}", asked, expires_days=YEAR_DAYS, samesite="Lax")
        token = self.get_query_argument("token", "")
        if token and self.request.method in ("GET", "HEAD"):
            if not self.check_host():
                raise web.HTTPError(403)
            self._by_link(token)
            return None
        return await super().prepare()

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """What is no UTF-8 is read all the same: to refuse it would need a page, whose language is
        such an argument."""
        return value.decode("utf-8", "replace")

    def show(self, template: str, **told: Any) -> None:
        """One of our own plain pages."""
        language = self.language
        words = {key: text.said(language) for key, text in WORDS.items()}
        html = _PLAIN.get_template(template).render(
            language=language,
            theme=self.theme,
            words=words,
            base=self.base_url,
            others=self.here(lang="en" if language == "zh" else "zh"),
            **told,
        )
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(html)

    def tell(self, error: WorkbenchError, *, sign_in: bool = False, status: int = 0) -> None:
        """What went wrong, as a page."""
        self.set_status(status or error.http_status)
        reasons = reason_parts(error.reasons, self.language)
        self.show("told.html", reasons=reasons, sign_in=self.sign_in_url() if sign_in else "")

    def sign_in_url(self) -> str:
        return f"{self.base_url}login?{urlencode({'next': self.here()})}"

    def ask_to_sign_in(self, error: WorkbenchError | None, status: int, where: str) -> None:
        self.set_status(status)
        parts = reason_parts(error.reasons, self.language) if error else []
        token = self.xsrf_token.decode()
        self.show("signin.html", reasons=parts, next=where, xsrf=token)

    def here(self, **more: str) -> str:
        """This address again, without the token, and with ``more``."""
        kept = {
            name: self.get_query_argument(name)
            for name in self.request.query_arguments
            if name not in ("token", *more)
        }
        query = urlencode({**kept, **more})
        return f"{self.request.path}?{query}" if query else str(self.request.path)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, Unproven):
            self.tell(error.error, status=403)
            return
        self.set_status(status_code)
        said = WORDS["not_found"] if status_code == 404 else WORDS["failed"]
        self.show("told.html", reasons=[{"what": said.said(self.language)}], sign_in="")

    def _by_link(self, token: str) -> None:
        viewer = self.house.secrets.viewer_of(token)
        self.current_user = self._jupyter_current_user = None
        if not viewer:
            self.ask_to_sign_in(refusals.bad_link(), 403, self.here())
            return
        present = visitor_of(self)
        sent = self.request.headers.get("Sec-Fetch-Site", "")
        if present is not None and present.viewer != viewer and sent == "cross-site":
            self.tell(refusals.somebody_else(present.viewer), status=403)
            return
        if present is None or (present.how, present.viewer) != (How.link, viewer):
            cookie, _ = self.house.visitors.welcome(viewer, How.link)
            let_in(self, cookie)
        self.redirect(self.here())

    def _chosen(self, name: str, allowed: tuple[str, ...]) -> str:
        asked = self.get_query_argument(name, "")
        kept = self.get_cookie(f"workbench-{name}", "") or ""
        return next((value for value in (asked, kept) if value in allowed), "")
