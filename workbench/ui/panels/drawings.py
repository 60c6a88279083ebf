"""Contents that were drawn already, for a server that shows the same page again and again.

A content is a pure function of its panel, its page, the table with what protected it and where it
comes from, the language, the day and the choices: of these its key is made. What is kept are no
figures of anybody's: the release has to be there, asked for and recorded, to find its drawing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

import pyarrow as pa

from workbench.client.release import Release
from workbench.ui.page import Chart, Page, Panel
from workbench.ui.panels.content import content
from workbench.ui.panels.parts import Content, Context

Draw = Callable[[Panel, Page, Release, Context], Content]
MOST = 512
"""Drawings that are kept (our default): a few tens of kB each."""
LARGEST = 1 << 20
"""Bytes of a table beyond which its drawing is not kept (our default)."""


class Drawings:
    """Called like ``content``. Those least asked for go first. Safe for threads."""

    def __init__(self, draw: Draw = content, most: int = MOST) -> None:
        self._draw, self._most = draw, most
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[Panel, Page, Content]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __call__(self, panel: Panel, page: Page, release: Release, context: Context) -> Content:
        # A map's boundaries stand in a file of their own.
        if panel.chart is Chart.map or release.table.nbytes > LARGEST:
            return self._draw(panel, page, release, context)
        key = _key(panel, page, release, context)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] is panel and found[1] is page:
                self._kept.move_to_end(key)
                return found[2]
        made = self._draw(panel, page, release, context)
        with self._lock:
            self._kept[key] = panel, page, made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def _key(panel: Panel, page: Page, release: Release, context: Context) -> bytes:
    digest = sha256()
    sink = pa.BufferOutputStream()
    plain = release.table.replace_schema_metadata(None)  # it names the release, each time another
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    digest.update(sink.getvalue())
    info = release.info
    rest = (
        id(panel),
        id(page),
        context.speech.language,
        context.today,
        sorted(context.picked.items()),
        info.disclosure,
        info.sources,
        info.notes,
        release.language,
    )
    digest.update(repr(rest).encode())
    return digest.digest()
