"""A view with buttons to turn its pages, for a notebook."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from workbench.client.base import BaseConnection
from workbench.client.release import Release
from workbench.client.teaching import error_html
from workbench.errors import Text, WorkbenchError

_PREVIOUS, _NEXT = Text("上一页", "Previous"), Text("下一页", "Next")


class Pager:
    """Each page is asked for when it is turned to, and counts like any other. ``release`` is the
    one that is shown; where a page was refused, the refusal stands in its place."""

    def __init__(self, client: BaseConnection, resource: str, **asked: Any) -> None:
        self._client, self._resource = client, resource
        self._asked = {name: value for name, value in asked.items() if name != "page"}
        self._page = int(asked.get("page", 1))
        self.release: Release | None = None
        self.previous, self.next = (self._button(t) for t in (_PREVIOUS, _NEXT))
        self.number, self.shown = widgets.Label(), widgets.HTML()
        self.previous.on_click(lambda _: self.turn(-1))
        self.next.on_click(lambda _: self.turn(1))
        bar = widgets.HBox([self.previous, self.number, self.next])
        self.widget = widgets.VBox([bar, self.shown])
        self.turn(0)

    def turn(self, pages: int) -> None:
        """Show the page that lies ``pages`` after this one. Stays where that is refused."""
        wanted = self._page + pages
        try:
            found = self._client.view(self._resource, page=wanted, **self._asked)
        except WorkbenchError as error:
            self.shown.value = error_html(error, self._client.language)
            return
        self._page, self.release = wanted, found
        self.shown.value = found._repr_html_()
        self.number.value = f"{wanted:,}"
        self.previous.disabled = wanted == 1
        self.next.disabled = found.page is None or not found.page.more

    def _button(self, said: Text) -> Any:
        return widgets.Button(description=said.said(self._client.language), disabled=True)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)  # type: ignore[no-untyped-call]


def pager(client: BaseConnection, resource: str, **asked: Any) -> Pager:
    """``client.view`` with buttons: ``pager(client, "enterprise", where={...}, rows=20)``."""
    return Pager(client, resource, **asked)
