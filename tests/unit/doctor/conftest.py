"""A city with a state that is well, and the facts that the doctor finds there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from doctor_city import asked, filled

from workbench.doctor.collect import collect
from workbench.doctor.facts import Facts

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be changed; see ``city``."""
    root = tmp_path_factory.mktemp("well")
    shutil.copytree(ROOT / "data_contracts", root / "data_contracts")
    return filled(root)


@pytest.fixture(scope="module")
def facts(well: Path) -> Facts:
    return collect(asked(well))


@pytest.fixture
def city(well: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to break."""
    root = tmp_path / "city"
    shutil.copytree(well, root)
    yield root
    shutil.rmtree(root, ignore_errors=True)
