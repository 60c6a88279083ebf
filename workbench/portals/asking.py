"""The imported entries as they are now, ready to be searched: for commands and for the gateway.

There are two indexes, because how much a word weighs hangs on all entries of its index: whoever
may not see an entry that is not open must not find out by a score that one has the word, so the
search of the open catalogue (Foshan 2019 art. 14) is over an index that has none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from workbench.extracts.versions import Extracts, ExtractVersion
from workbench.portals import index, reasons
from workbench.portals.extract import RESOURCE, stored
from workbench.portals.search import OPEN, Asked, Result, Search
from workbench.portals.words import FILE, Words, load_words

INDEX, OPEN_INDEX = "catalogue_index.sqlite", "catalogue_open.sqlite"


class PortalSearch:
    """``root`` is the city's folder, ``state`` that of its state; ``making`` is called before an
    index is made anew. Safe to use from threads: each question has a connection of its own."""

    def __init__(
        self,
        extracts: Extracts,
        root: Path,
        state: Path,
        making: Callable[[], object] = lambda: None,
    ) -> None:
        self._extracts, self._root, self._state, self._making = extracts, root, state, making
        self._lock = threading.Lock()
        self._words: tuple[tuple[int, int], Words] | None = None

    def ask(self, asked: Asked) -> Result:
        """Raises as ``opened``."""
        with self.opened(officer=asked.officer) as search:
            return search.ask(asked)

    @contextmanager
    def opened(self, *, officer: bool = False) -> Iterator[Search]:
        """Over the current extract; the index is made anew where it is not of it. Without
        ``officer`` it has open entries alone.

        Raises Unavailable where nothing was imported, InvalidInput for words that do not hold.
        """
        with self._lock:
            version, words = self.latest(), self._known()
            target = self._state / (INDEX if officer else OPEN_INDEX)
            self._keep(target, version, words, officer=officer)
        with index.opened(target) as db:
            yield Search(db, words)

    def latest(self) -> ExtractVersion:
        """Raises Unavailable where nothing was imported."""
        version = self._extracts.latest(RESOURCE)
        if version is None:
            raise reasons.nothing_imported()
        return version

    def _keep(self, target: Path, version: ExtractVersion, words: Words, *, officer: bool) -> None:
        key = index.key_of(version.digest, words)
        if index.is_current(target, key):
            return
        self._making()
        rows = stored(version.files)
        if not officer:
            rows = rows.filter(pl.col("open_type").is_in([kind.value for kind in OPEN]))
        index.build(rows, words, key, target)

    def _known(self) -> Words:
        """The city's words; to make ready how they are cut takes longer than a search."""
        path = self._root / FILE
        seen = (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0)
        if self._words is None or self._words[0] != seen:
            self._words = seen, load_words(self._root)
        return self._words[1]
