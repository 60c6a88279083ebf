"""The gateway's log: one JSON line a request, in a rotating file that only its owner reads.

No statement, no parameter, no value and no token is ever written: who, when, what kind of call,
which scenario, the outcome's code, how long, how many rows.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import traceback
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

requests = logging.getLogger("workbench.gateway.requests")

FILE_BYTES = 10 << 20
FILES = 5
"""Our defaults: five files of 10 MiB. The ledger is the record; this is for operators."""


@dataclass
class Line:
    """One request. ``code`` is ``ok`` or a Code; ``error_id`` finds an internal error."""

    kind: str
    call: str
    actor: str = ""
    scenario: str = ""
    code: str = "ok"
    rows: int | None = None
    error_id: str = ""

    def write(self, seconds: float) -> None:
        fields = {k: v for k, v in self.__dict__.items() if v not in ("", None)}
        fields["ms"] = round(seconds * 1000, 1)
        requests.info("%s", json.dumps(fields, ensure_ascii=False))


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file, made with mode 0600.

    Where a line cannot be written (a full disk), the call that it is about goes on: logging's own
    answer, a traceback to stderr, tells paths and blocks when nobody reads it. The next line that
    can be written says how many failed.
    """

    failed = 0

    def emit(self, record: logging.LogRecord) -> None:
        before = self.failed
        super().emit(record)
        if before and self.failed == before:
            self.failed = 0
            text = f"{before} lines of this log could not be written in time"
            super().emit(logging.makeLogRecord({**vars(record), "msg": text, "args": None}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is logging's
        self.failed += 1

    def _open(self) -> TextIOWrapper:
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding="utf-8", opener=opener)


class NoValues(logging.Formatter):
    """Tells where an exception came from, not what it said: an engine's message holds values."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name is logging's
        frames = traceback.extract_tb(ei[2])
        where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
        return f"{ei[0].__name__} at {where}"


def start_logging(folder: Path) -> logging.Handler:
    """Send the package's log to ``folder/gateway.log``. Returns the handler, to be removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = PrivateFile(
        folder / "gateway.log", maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8"
    )
    handler.setFormatter(NoValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("workbench")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    logging.getLogger("workbench").removeHandler(handler)
    handler.close()
