"""The sample city, made once, and a plain gateway over a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.served_city import Running, copied, sample_city, serving


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ingested once; to be copied, not served."""
    return sample_city(tmp_path_factory.mktemp("sample"), queries_per_person=8)


@pytest.fixture(scope="session")
def gateway(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A plain gateway for the session."""
    with serving(copied(city, tmp_path_factory.mktemp("plain"))) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder
