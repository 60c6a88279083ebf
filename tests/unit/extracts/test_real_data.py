"""Public files as their publishers left them (see the data folder's README)."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
from ingest_desk import Desk, column, quarantined, resource, said

from workbench.model.contract import QualityRule

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def present(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"missing: shared/data/{name}")
    return path


PORTAL = resource(
    *(column(n) for n in ("province", "city", "title", "department", "domain", "industry")),
    *(column(n) for n in ("open_type", "update_freq")),
    column("publish_date", "DATE"),
    column("update_date", "DATE"),
    column("format"),
    column("row_count", "BIGINT", minimum=0),
    column("file_count", "INTEGER"),
    name="portal",
)


def test_portal_catalogues(desk: Desk) -> None:
    packed = present("portal_catalogues.csv.gz")
    assert "gzip" in said(desk.refuses(PORTAL, packed.read_bytes()))
    content = gzip.decompress(packed.read_bytes())
    report = desk.load(PORTAL, content, accept_valid=True)
    rows = list(csv.reader(content.decode().splitlines()))[1:]
    assert report.rows_read == len(rows)
    assert report.accepted + report.rejected == len(rows)
    places = [(row, column_) for _, row, column_, _, _ in quarantined(report)]
    wrong = [
        (number, name)
        for number, row in enumerate(rows, 2)
        for name, at in (("publish_date", 8), ("update_date", 9))
        if row[at] and len(row[at]) != 10  # times of day among the dates
    ]
    assert set(wrong) <= set(places)
    assert len({row for row, _ in places}) == report.rejected
    kept = desk.table(PORTAL)
    bad = {row for row, _ in places}
    titles = Counter(r[2] or None for n, r in enumerate(rows, 2) if n not in bad)
    assert Counter(kept["title"].to_pylist()) == titles


def test_portal_catalogues_as_gb18030_are_the_same(desk: Desk) -> None:
    content = gzip.decompress(present("portal_catalogues.csv.gz").read_bytes()).decode()
    desk.load(PORTAL, content, accept_valid=True)
    utf8 = desk.table(PORTAL)
    report = desk.load(PORTAL, content.encode("gb18030"), accept_valid=True)
    assert report.sources[0].encoding == "GB18030"
    assert desk.table(PORTAL).equals(utf8)


HOUSES = resource(
    column("month", pattern="20[0-9]{2}-(0[1-9]|1[0-2])", required=True),
    column("table", enum=("new_home",)),
    column("城市"),
    column("环比", "DECIMAL(6,1)", minimum=50, maximum=200),
    column("同比", "DECIMAL(6,1)", minimum=50, maximum=200),
    name="houses",
    quality=(
        QualityRule(
            "duplicateValues", "", "mustBe", 0, arguments=(("properties", ("month", "城市")),)
        ),
        QualityRule("rowCount", "", "mustBeGreaterThan", 6000),
    ),
)


def test_house_prices(desk: Desk) -> None:
    path = present("nbs_70city_new_home.csv")
    error = desk.refused(HOUSES, path)
    assert "106 columns are not in the contract" in said(error)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row[:5] for row in csv.reader(stream)]
    text = "\r\n".join(",".join(row) for row in rows) + "\r\n"
    assert not any("," in cell or '"' in cell for row in rows for cell in row)
    report = desk.load(HOUSES, text, accept_valid=True)
    assert report.rows_read == len(rows) - 1 == 7386
    assert report.rejected == 0
    kept = desk.table(HOUSES)
    empty = sum(not row[3] for row in rows[1:])
    assert kept["环比"].null_count == empty
    total = sum(float(row[3]) for row in rows[1:] if row[3])
    assert float(sum(v for v in kept["环比"].to_pylist() if v is not None)) == pytest.approx(total)
