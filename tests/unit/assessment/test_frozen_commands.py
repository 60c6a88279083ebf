"""``assess show`` and ``assess replay``: a file alone, without a city and without a gateway."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from commands import here
from frozen_small import small_run
from python_calamine import CalamineWorkbook

from workbench.assessment.frozen import as_bytes, digest_of
from workbench.assessment.standing import standing

DRAFT = small_run()
RUN = replace(DRAFT, standing=standing(DRAFT, draws=200))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small-1.zip"
    path.write_bytes(as_bytes(RUN))
    return path


def test_the_ranking_with_change_grade_and_how_firm_it_is(file: Path) -> None:
    said = here("assess", "show", str(file))
    assert said.returncode == 0, said.stderr
    line = next(one for one in said.stdout.splitlines() if " A " in one)
    for told in ("2/3", "50.00", "-20.00 (-1)", "2/2 providers"):
        assert told in line
    assert "synthetic" in said.stdout
    assert digest_of(as_bytes(RUN)) in said.stdout
    chinese = here("assess", "show", str(file), WORKBENCH_LANG="zh").stdout
    assert "合成数据" in chinese
    assert "甲局" in chinese


def test_a_sheet_goes_down_to_the_items_behind_each_point(file: Path) -> None:
    said = here("assess", "show", str(file), "--department", "a", "--format", "json")
    (sheet,) = json.loads(said.stdout)["sheets"]
    reviewed = next(row for row in sheet["rows"] if row["indicator"] == "reviewed")
    assert (reviewed["value"], reviewed["points"], reviewed["lost"]) == ("3/4", "20.00", "20.00")
    assert [one["item"] for one in reviewed["items"] if one["against"]] == ["case-3"]
    low, high = reviewed["interval"]
    assert 0 < low < 0.75 < high < 1
    table = here("assess", "show", str(file), "--department", "a").stdout
    assert "case-3" in table
    assert "75.0 %" in table


def test_evidence_of_a_stated_value_stands_on_the_sheet(file: Path) -> None:
    said = here("assess", "show", str(file), "--department", "c").stdout
    assert "finding.pdf sha256:" + "0" * 64 in said


def test_a_department_that_is_not_in_it_is_refused_with_the_nearest(file: Path) -> None:
    said = here("assess", "show", str(file), "--department", "x")
    assert said.returncode == 2
    assert "x is not in this run" in said.stderr


def test_the_workbook_is_the_same_bytes_and_says_the_same(file: Path, tmp_path: Path) -> None:
    books = [tmp_path / name for name in ("one.xlsx", "two.xlsx")]
    for book in books:
        done = here("assess", "show", str(file), "--format", "xlsx", "--out", str(book))
        assert done.returncode == 0, done.stderr
    assert books[0].read_bytes() == books[1].read_bytes()
    with zipfile.ZipFile(io.BytesIO(books[0].read_bytes())) as opened:
        assert b"2025-12-31T00:00:00Z" in opened.read("docProps/core.xml")
    book = CalamineWorkbook.from_path(books[0])
    ranking = book.get_sheet_by_name("Ranking").to_python()
    assert [row[1:3] for row in ranking[1:]] == [["B", 85.0], ["A", 50.0], ["C", 44.5]]
    items = book.get_sheet_by_name("Items and evidence").to_python()
    assert "case-3" in {row[3] for row in items}


def test_a_workbook_needs_a_place_to_go(file: Path) -> None:
    assert here("assess", "show", str(file), "--format", "xlsx").returncode == 2


# Replay ---------------------------------------------------------------------------------


def test_replay_says_equal(file: Path, tmp_path: Path) -> None:
    """From anywhere, and of the published JSON as well."""
    said = here("assess", "replay", str(file), folder=tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Equal: the scores of 3 departments")
    published = tmp_path / "published.json"
    shown = here("assess", "show", str(file), "--format", "json", "--out", str(published))
    assert shown.returncode == 0, shown.stderr
    digest = digest_of(as_bytes(RUN))
    words = ("assess", "replay", str(file), "--published", str(published), "--digest", digest)
    assert here(*words).returncode == 0


def test_replay_says_where_it_differs(file: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.json"
    text = here("assess", "show", str(file), "--format", "json").stdout
    told = json.loads(text)
    told["scores"]["sheets"][0]["rows"][0]["score"] = "99"
    published.write_text(json.dumps(told), "utf-8")
    said = here("assess", "replay", str(file), "--published", str(published), "--json")
    assert said.returncode == 1
    assert json.loads(said.stdout)["differences"] == [
        {"department": "a", "indicator": "reviewed", "what": "score", "frozen": "99",
         "recomputed": "50"}
    ]  # fmt: skip
    table = here("assess", "replay", str(file), "--published", str(published))
    assert table.returncode == 1
    assert "reviewed" in table.stdout


def test_replay_refuses_what_was_changed_and_says_which_member(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"case-3", b"case-9"))
    said = here("assess", "replay", str(file))
    assert said.returncode == 2
    assert "measures/reviewed.json" in said.stderr


def test_replay_refuses_another_file_than_the_ledger_has(file: Path) -> None:
    said = here("assess", "replay", str(file), "--digest", "0" * 64)
    assert said.returncode == 2
    assert "not " + "0" * 64 in said.stderr
