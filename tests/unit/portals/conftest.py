"""What the tests of catalogues share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from invented import Portal, write

from workbench.portals.importing import Imported, Wish, import_file
from workbench.portals.mapping import PortalMapping, load_mapping
from workbench.portals.words import Words, load_words

ROOT = Path(__file__).parents[3]
AS_OF = date(2024, 6, 30)
Import = Callable[..., Imported]


@pytest.fixture(scope="session")
def default() -> PortalMapping:
    return load_mapping(None, ROOT)


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words(ROOT)


@pytest.fixture(scope="session")
def portals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Portal]:
    return write(tmp_path_factory.mktemp("portals"))


@pytest.fixture
def imported(tmp_path: Path, default: PortalMapping) -> Import:
    """``imported(file or bytes, mapping, portal)``: read, understood and judged."""

    def run(
        given: Path | bytes | str,
        mapping: PortalMapping | None = None,
        portal: str | None = "made-up",
        name: str = "given.csv",
    ) -> Imported:
        file = given if isinstance(given, Path) else tmp_path / name
        if not isinstance(given, Path):
            file.write_bytes(given.encode() if isinstance(given, str) else given)
        work = tmp_path / f"work-{len(list(tmp_path.iterdir()))}"
        work.mkdir()
        return import_file(Wish(file, portal, AS_OF, AS_OF), mapping or default, work)

    return run


def column(found: Imported, name: str) -> list[object]:
    return found.rows.sort("line_no").get_column(name).to_list()


def kinds(found: Imported, kind: str) -> pl.DataFrame:
    return found.findings.filter(pl.col("kind") == kind)
