"""The index: the pages that somebody may open, and their pictures."""

from __future__ import annotations

from typing import Any

from tornado import web

from workbench.client.teaching import reason_parts
from workbench.errors import Unauthenticated, WorkbenchError
from workbench.pages.server.asked import Asked
from workbench.pages.server.cards import Card
from workbench.pages.server.door import show_out
from workbench.pages.server.gateway import Listed
from workbench.pages.server.visitors import How


class IndexHandler(Asked):
    @web.authenticated
    async def get(self) -> None:
        visitor, reasons, found = self.visitor, [], []
        try:
            found = await self.house.listed(visitor)
        except Unauthenticated as error:
            show_out(self)
            self.ask_to_sign_in(error, error.http_status, self.here())
            return
        except WorkbenchError as error:
            self.set_status(error.http_status)
            reasons = reason_parts(error.reasons, self.language)
        visitor.listed = frozenset(card.name for card, _ in found)
        self.show(
            "index.html",
            cards=[self._shown(card, listed) for card, listed in found],
            reasons=reasons,
            viewer=visitor.viewer,
            can_leave=visitor.how is not How.proxy,
            xsrf=self.xsrf_token.decode(),
        )

    def _shown(self, card: Card, listed: Listed | None) -> dict[str, Any]:
        language = self.language
        picture = self.house.cards.thumbnail(card.name)
        return {
            "title": card.title.said(language),
            "audience": card.audience.said(language) if card.audience else "",
            "scenario": listed.title.said(language) if listed else "",
            "own_session": card.own_session,
            "href": f"{self.base_url}voila/render/{card.name}.ipynb",
            "picture": f"{self.base_url}thumbnails/{card.name}.png" if picture else "",
            "sketch": card.sketch,
        }


class ThumbnailHandler(Asked):
    """A picture shows figures: only for who may open the page."""

    @web.authenticated
    async def get(self, name: str) -> None:
        path = self.house.cards.thumbnail(name)
        if path is None or name not in self.visitor.listed:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "image/png")
        self.set_header("Cache-Control", "private, max-age=300")
        self.finish(path.read_bytes())
