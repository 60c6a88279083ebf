"""The page before its kernel lives: asked by the leaders' server, with the viewer's own session
of the page. Each figure is decided and recorded like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.client.base import BaseConnection
from workbench.errors import Language
from workbench.ui.build import build
from workbench.ui.page_file import find_page, load_page
from workbench.ui.panels import Draw, content
from workbench.ui.payload import payload
from workbench.ui.setting import context_for


def early_payload(
    name: str,
    start: Path,
    connection: BaseConnection,
    language: Language,
    draw: Draw = content,
) -> dict[str, Any]:
    """The payload of the page called ``name``, looked for from ``start`` upwards.

    Raises InvalidInput for a page that is not there or wrong, and what ``whoami`` raises.
    """
    path = find_page(name, start)
    connection.language = language
    view = build(load_page(path), connection, early=True)
    return payload(view, context_for(path)(language), early=True, draw=draw)
