"""What is written down of requests: never what stands behind the ``?``, for a token might."""

from __future__ import annotations

import logging
import re
from typing import Any

from tornado import web

from workbench.pages.server.asked import Asked

_LOG = logging.getLogger(__name__)
_TOKEN = re.compile(r"(token=)[^&\s'\"]+", re.IGNORECASE)


class WithoutTokens(logging.Filter):
    """Tornado and Jupyter name a whole address where something fails; its token is taken out."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "token=" in said.lower():
            record.msg, record.args = _TOKEN.sub(r"\1[…]", said), ()
        return True


def without_tokens(log: Any) -> None:
    """Everything that is logged goes through the application's own handlers, and they leave tokens
    out."""
    for handler in log.handlers:
        handler.addFilter(WithoutTokens())
    for name in ("workbench", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = list(log.handlers), False
        logger.setLevel(log.level)


def log(handler: web.RequestHandler) -> None:
    """One line for a request of ours, and for what failed."""
    status, request = handler.get_status(), handler.request
    level = logging.INFO if isinstance(handler, Asked) or status >= 400 else logging.DEBUG
    milliseconds = 1000 * request.request_time()
    _LOG.log(level, "%s %s %s %.0f ms", status, request.method, request.path, milliseconds)
