"""The page's figures before its kernel lives: asked for by the server, as the page, for the viewer.

The gateway keeps the results of pages, so this is quick where somebody has looked before. It takes
a thread, and a page waits for it only so long, or as long as its kernel has not come; what comes
later has warmed the gateway.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.client.connection import connect
from workbench.errors import Language, WorkbenchError

_LOG = logging.getLogger(__name__)
NOTHING = Markup("")
THREADS = 4
"""Payloads that are asked for at once (our default)."""

Payload = Callable[[str, Path, Any, Language], Mapping[str, Any]]


class EarlyFigures:
    """``payload`` is ``workbench.ui.early.early_payload``; ``seconds`` how long a page waits."""

    def __init__(self, payload: Payload, folder: Path, url: str, ca: str, seconds: float) -> None:
        self._payload, self._folder = payload, folder
        self._url, self._ca, self._seconds = url, ca, seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="early")

    def begin(self, page: str, token: str, language: Language) -> asyncio.Future[Markup]:
        """Ask, with a session of the page."""
        asked = partial(self._ask, page, token, language)
        return asyncio.get_running_loop().run_in_executor(self._threads, asked)

    async def within(self, asked: asyncio.Future[Markup], kernel: asyncio.Future[Any]) -> Markup:
        """The figures if they come in time, or before the kernel does: until then the page has
        nothing else to wait for. What is late goes on, and nobody waits for it."""
        if not (await asyncio.wait({asked}, timeout=self._seconds))[0]:
            await asyncio.wait({asked, kernel}, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else NOTHING

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, page: str, token: str, language: Language) -> Markup:
        """Nothing where anything is amiss: the page itself will say what."""
        try:
            found = connect(
                self._url, token=token, language=language, ca=self._ca or None, progress=False
            )
            with closing(found) as connection:
                return early_script(self._payload(page, self._folder, connection, language))
        except WorkbenchError as error:
            _LOG.info("no early figures of %s: %s", page, error.code)
        except Exception:  # noqa: BLE001  whatever it is, it may not break the page
            _LOG.exception("no early figures of %s", page)
        return NOTHING


def early_script(payload: Mapping[str, Any]) -> Markup:
    """The page's payload where the board looks for it."""
    return Markup(  # noqa: S704  no HTML parser can take the JSON for markup
        f'<script type="application/json" id="workbench-early">{safe_json(payload)}</script>\n'
        '<div id="workbench-board"></div>\n'
        "<script>if (window.workbenchBoard && window.workbenchBoard.early)"
        " window.workbenchBoard.early();</script>\n"
    )


def safe_json(value: Any) -> str:
    """JSON that may stand in a script element (HTML standard, 4.12.1.3)."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
