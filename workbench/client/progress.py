"""A line that says how far a long query is, and disappears when it ends.

The polling thread only fetches; whoever waits for the query draws. A failing poll is a debug line
in the log and never the query's failure.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Protocol, TextIO

from workbench.client.teaching import kernel_shell
from workbench.errors import Language, Text

log = logging.getLogger(__name__)

SHOW_AFTER_SECONDS = 1.0
POLL_SECONDS = 0.5

_STAGES: Mapping[str, Text] = {
    "waiting": Text("排队中", "waiting"),
    "pulling": Text("正在从来源取数", "pulling from the source"),
    "building": Text("正在构建工作区", "building the workspace"),
    "running": Text("正在查询", "running"),
    "sending": Text("正在传送结果", "sending"),
}
Poll = Callable[[], Sequence[Mapping[str, Any]]]


class Line(Protocol):
    """One line that can be replaced and removed."""

    def show(self, text: str) -> None: ...
    def clear(self) -> None: ...


class ShellLine:
    """The last line of a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = False

    def show(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}")
        self._out.flush()
        self._shown = True

    def clear(self) -> None:
        if self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()


class NotebookLine:
    """An output of the cell, updated in place."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, text: str) -> None:
        from IPython.display import HTML, DisplayHandle

        content = HTML(f'<span class="workbench-progress">{escape(text)}</span>')  # type: ignore[no-untyped-call]
        if self._handle is None:
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(content)
        else:
            self._handle.update(content)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/html": "", "text/plain": ""}, raw=True)


def line_here() -> Line | None:
    """A line where this process talks to a person: a kernel, or a terminal on stderr."""
    if kernel_shell() is not None:
        return NotebookLine()
    if sys.stderr is not None and sys.stderr.isatty():
        return ShellLine(sys.stderr)
    return None


class Progress:
    """``tick()`` it while waiting, ``close()`` it at the end."""

    def __init__(
        self,
        poll: Poll,
        scenario: str,
        line: Line | None,
        language: Language,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._poll = poll
        self._scenario = scenario
        self._line = line
        self._language = language
        self._clock = clock
        self._started = clock()
        self._ended = threading.Event()
        self._latest: Mapping[str, Any] | None = None
        self._thread: threading.Thread | None = None
        self._drawn = ""

    def tick(self) -> None:
        elapsed = self._clock() - self._started
        if self._line is None or elapsed < SHOW_AFTER_SECONDS:
            return
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._watch, name="workbench-progress", daemon=True
            )
            self._thread.start()
        text = said(self._latest, elapsed, self._language)
        if text != self._drawn:
            self._drawn = text
            self._line.show(text)

    def close(self) -> None:
        self._ended.set()
        if self._line is not None:
            self._line.clear()

    def _watch(self) -> None:
        while not self._ended.is_set():
            try:
                elapsed = self._clock() - self._started
                self._latest = mine(self._poll(), self._scenario, elapsed)
            except Exception as error:  # noqa: BLE001  the query must not fail with its progress
                log.debug("progress: %s", type(error).__name__)
            self._ended.wait(POLL_SECONDS)


def mine(
    running: Sequence[Mapping[str, Any]], scenario: str, elapsed: float
) -> Mapping[str, Any] | None:
    """Of a person's running queries the one of this scenario whose age fits best."""
    here = [query for query in running if query.get("scenario") == scenario]
    return min(here, key=lambda q: abs(float(q["seconds"]) - elapsed), default=None)


def said(progress: Mapping[str, Any] | None, elapsed: float, language: Language) -> str:
    """One line, e.g. ``running · 12 s · 40 % · 1,000 rows``."""
    known = progress or {}
    stage = _STAGES.get(str(known.get("stage")), _STAGES["running"]).said(language)
    parts = [stage, *_of_build(known.get("build") or {}, language)]
    parts.append(f"{int(elapsed)} {'秒' if language == 'zh' else 's'}")
    percent, rows = known.get("percent"), known.get("rows")
    if percent is not None and 0 < float(percent) <= 100:
        parts.append(f"{float(percent):.0f} %")
    if rows:
        parts.append(_rows(rows, language))
    return " · ".join(parts)


def _of_build(build: Mapping[str, Any], language: Language) -> list[str]:
    """The place in the queue, or the table in work."""
    position, number = int(build.get("position", 0)), int(build.get("number", 0))
    if position:
        return [Text(f"第 {position} 位", f"place {position} in the queue").said(language)]
    if not number:
        return []
    tables, name = build.get("tables", number), build.get("table", "")
    of = Text(f"第 {number}/{tables} 张表 {name}", f"table {number} of {tables}, {name}")
    written = [_rows(build["rows"], language)] if build.get("rows") else []
    return [of.said(language), *written]


def _rows(rows: Any, language: Language) -> str:
    return f"{int(rows):,} {'行' if language == 'zh' else 'rows'}"
