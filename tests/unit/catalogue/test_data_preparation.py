"""The recipe in docs/data-preparation.md makes the shipped files, byte for byte."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shipped import shipped_city

from workbench.catalogue.identifiers import load_codes
from workbench.extracts.ingest import ingest
from workbench.extracts.versions import Extracts

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = REPOSITORY.parent / "shared" / "data"
DOWNLOADS = (
    "nbs_70city_new_home.csv",
    "divisions/provinces.csv",
    "divisions/cities.csv",
    "divisions/areas.csv",
    "divisions/streets.csv",
    "gbt4754_2017.json",
    "portal_catalogues.csv.gz",
)
RECIPE = (REPOSITORY / "docs" / "data-preparation.md").read_text("utf-8")
SHIPPED = [
    path
    for folder in ("samples", "codes")
    for path in sorted((REPOSITORY / "data_contracts" / folder).glob("*.csv"))
]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_recipe_names_every_shipped_file_with_its_rows_and_digest() -> None:
    assert len(SHIPPED) == 8
    for path in SHIPPED:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        name = path.relative_to(REPOSITORY).as_posix()
        assert f"| {name} | {rows:,} | {digest(path)} |" in RECIPE


def test_every_sample_file_has_its_source_and_licence() -> None:
    licences = (REPOSITORY / "data_contracts/samples/LICENSES.md").read_text("utf-8")
    assert [p.name for p in SHIPPED if p.name not in licences] == []


def test_the_recipe_makes_the_shipped_files(tmp_path: Path) -> None:
    absent = [name for name in DOWNLOADS if not (SOURCE / name).exists()]
    if absent:
        pytest.skip(f"the download {absent[0]} is not at hand")
    for name in DOWNLOADS:
        assert digest(SOURCE / name) in RECIPE, name
    (tmp_path / "codes").mkdir()
    names = {"SOURCE": SOURCE, "DEST": tmp_path}
    for block in re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL):
        exec(block, names)
    for path in SHIPPED:
        made = tmp_path / ("codes" if path.parent.name == "codes" else "") / path.name
        assert digest(made) == digest(path), path.name


def test_house_prices_are_clean() -> None:
    with (REPOSITORY / "data_contracts/samples/house_prices.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6510
    assert len({row["city"] for row in rows}) == 70
    assert len({(row["month"], row["city"]) for row in rows}) == 6510
    assert all("\u00a0" not in row["city"] and row["city"] == row["city"].strip() for row in rows)


CITY = shipped_city()


@pytest.mark.parametrize("name", sorted(n for n, r in CITY.resources.items() if r.deliveries))
def test_the_shipped_files_satisfy_their_contracts(name: str, tmp_path: Path) -> None:
    resource = CITY.resources[name]
    report = ingest(
        resource,
        [REPOSITORY / delivery.path for delivery in resource.deliveries],
        extracts=Extracts(tmp_path / "extracts"),
        codes=load_codes(REPOSITORY),
        quarantine_folder=tmp_path / "quarantine",
        clock=lambda: datetime(2026, 11, 30, tzinfo=UTC),
    )
    assert report.accepted == report.rows_read > 0
