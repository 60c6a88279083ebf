"""Static files: compressed once, and kept by browsers for as long as their address says so."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import FileFindHandler
from tornado import web
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler

FOR_GOOD = "public, max-age=31536000, immutable"
"""For an address that names the version of what is there."""
TEXTS = frozenset({".js", ".mjs", ".css", ".json", ".svg", ".html", ".txt", ".map"})
LEAST_BYTES, MOST_BYTES = 1024, 64 << 20
"""Smaller files gain nothing; together the compressed ones take at most so much memory (our
defaults)."""
LEVEL = 6
_HASHED = re.compile(r"\.[0-9a-f]{8,}\.")


def page_assets(folder: Path) -> dict[str, Any]:
    """What the template names of our static ``folder``. One version for all of its files: they ask
    for each other under the version of the first."""
    digest, names = sha256(), sorted(path.name for path in folder.glob("*"))
    for name in names:
        digest.update(name.encode() + (folder / name).read_bytes())
    bundles = [name for name in ("plotly-qiku.min.js", "plotly.min.js") if name in names]
    return {
        "version": digest.hexdigest()[:16],
        "board": "board.js" in names,
        "parts": [name for name in names if name.startswith("board-") and name.endswith(".js")],
        "plotly": bundles[0] if bundles else "",
    }


MOST_OF_ONE = 16 << 20
"""Bytes of a file that is compressed (our default); Voila's largest has 4 MB."""


class Packed:
    """Compressed files by path and time of change; those least asked for go first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path) -> bytes | None:
        """None for what does not gain by it, or is not there."""
        if path.suffix not in TEXTS or not path.is_file():
            return None
        seen = path.stat()
        if not LEAST_BYTES <= seen.st_size <= MOST_OF_ONE:
            return None
        key = (str(path), seen.st_mtime_ns)
        with self._lock:
            if key not in self._kept:
                self._keep(key, gzip.compress(path.read_bytes(), LEVEL, mtime=0))
            self._kept.move_to_end(key)
            return self._kept[key]

    def _keep(self, key: tuple[str, int], packed: bytes) -> None:
        self._kept[key] = packed
        self._size += len(packed)
        while self._size > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone)


PACKED = Packed()


class _Packing:
    """Mixed into a static handler: what gains by it is sent compressed."""

    @allow_unauthenticated
    async def get(self: Any, path: str, include_body: bool = True) -> None:
        packed = None
        if ".." in path.split("/"):
            raise web.HTTPError(404)  # Voila's own handlers fail at some of these
        if include_body and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.path = self.parse_url_path(path)
            place = self.get_absolute_path(self.root, self.path)  # moves the root to where it is
            # Raises HTTPError for a path that leads out of the folder, before anything is read.
            found = self.validate_absolute_path(self.root, place)
            if found is None:  # it leads on
                return
            self.absolute_path = found
            packed = await asyncio.get_running_loop().run_in_executor(None, PACKED.get, Path(found))
        if packed is None:
            await super().get(path, include_body)  # type: ignore[misc]
            return
        self.modified = self.get_modified_time()
        self.set_headers()
        if self.should_return_304():
            self.set_status(304)
            return
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Content-Length", len(packed))
        self.finish(packed)

    def write_error(self: Any, status_code: int, **_: Any) -> None:
        """Jupyter's own page of an error needs what is not served here."""
        self.finish(f"{status_code} {self._reason}\n")


class TemplateFiles(_Packing, TemplateStaticFileHandler):  # type: ignore[misc]
    """``/voila/templates/<template>/static/…``, for good where ``?v=`` is in the address."""


class VoilaFiles(_Packing, MultiStaticFileHandler):  # type: ignore[misc]
    """``/voila/static/…``."""


class VersionedFiles(VoilaFiles):
    """The same below a folder that is named for Voila's version."""

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", FOR_GOOD)


class LabextensionFiles(_Packing, FileFindHandler):
    """``/voila/labextensions/…``; most files have their digest in their name."""

    def set_headers(self) -> None:
        super().set_headers()
        if _HASHED.search(self.request.path):
            self.set_header("Cache-Control", FOR_GOOD)
