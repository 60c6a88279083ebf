from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_place import Place, open_place
from stores import Places


@pytest.fixture
def place(tmp_path: Path, store_places: Places) -> Iterator[Place]:
    """On each kind of store."""
    opened = open_place(tmp_path / "state", places=store_places)
    yield opened
    opened.store.close()


@pytest.fixture
def file_place(tmp_path: Path) -> Iterator[Place]:
    """On SQLite: what only a file can suffer."""
    opened = open_place(tmp_path / "state")
    yield opened
    opened.store.close()
