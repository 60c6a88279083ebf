from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_place import Place, open_place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    opened = open_place(tmp_path / "state")
    yield opened
    opened.store.close()
