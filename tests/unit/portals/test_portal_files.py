"""Files as they come: encodings, forms, and what cannot be read, told with what to do."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from conftest import ROOT, Import, column

from workbench.errors import Code, InvalidInput
from workbench.portals import read as reading
from workbench.portals.importing import summary
from workbench.portals.mapping import PortalMapping, load_mapping
from workbench.portals.mapping_schema import FileSpec

SOUND = "资源名称,提供部门,更新周期\n水质,生态环境局,每月\n公园,园林局,每年\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_plain_and_packed(imported: Import, encoding: str, packed: bool) -> None:
    raw = SOUND.encode(encoding)
    name = "given.csv.gz" if packed else "given.csv"
    found = imported(gzip.compress(raw) if packed else raw, name=name)
    assert column(found, "title") == ["水质", "公园"]
    assert column(found, "line_no") == [2, 3]
    assert found.origin.file == name


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_any_order_of_columns(imported: Import, delimiter: str) -> None:
    swapped = [",".join(reversed(line.split(","))) for line in SOUND.splitlines()]
    found = imported("\n".join(swapped).replace(",", delimiter))
    assert column(found, "title") == ["水质", "公园"]
    assert column(found, "frequency") == ["monthly", "yearly"]


def test_delimiters_at_the_end_of_lines_are_no_fields(imported: Import) -> None:
    found = imported("资源名称,提供部门,,\n水质,环保局,,,,\n公园,园林局\n湖,水务局,,,,x\n")
    assert column(found, "title") == ["水质", "公园"]
    assert [(a.number, a.reason.value) for a in found.entries.aside] == [(4, "too_many_fields")]


def test_one_column_is_enough(imported: Import) -> None:
    found = imported("资源名称\n水质\n\n公园\n\n\n")
    told = summary(found)
    assert (told["entries"], told["accepted"]) == (3, 2)  # blank lines at the end are no entries
    assert told["set_aside_lines"][0] | {"said": None} == {
        "line": 3,
        "reason": "blank_line",
        "said": None,
    }
    assert told["columns"]["department"] is None
    assert told["findings"]["missing_department"] == 2


def test_a_record_over_two_lines_keeps_the_lines_after_it(imported: Import) -> None:
    found = imported('资源名称,提供部门\n"水\n质",环保局\n公园,园林局\n')
    assert column(found, "line_no") == [2, 4]


def test_json_lines_and_a_list(imported: Import) -> None:
    lines = '{"title": "水质", "format": ["XLS", "csv"]}\n\n[1]\n{"title": "公园"}\n'
    found = imported(lines, name="given.json")
    assert column(found, "formats") == ["xls, csv", None]
    assert [(a.number, a.reason.value) for a in found.entries.aside] == [
        (2, "no_object"),
        (3, "no_object"),
    ]
    whole = imported('[{"title": "水质"}, {"title": null}]', name="list.json")
    assert (whole.entries.lines, whole.rows.height) == (2, 1)


WRONG = {
    "empty": (b"", "given.csv", "empty"),
    "heading only": ("资源名称,提供部门\n".encode(), "given.csv", "no entry"),
    "other headings": ("甲,乙\n1,2\n".encode(), "given.csv", "no heading for the title"),
    "title twice": ("资源名称,资源名称\n1,2\n".encode(), "given.csv", "stands twice"),
    "NUL": ("资源名称\n水\0质\n".encode(), "given.csv", "NUL"),
    "half a gzip": (gzip.compress(SOUND.encode() * 99)[:40], "given.csv.gz", "broken"),
    "open quote": ('资源名称\n"水质\n公园\n'.encode(), "given.csv", "quote"),
    "no list": (b'{"data": {"rows": []}}', "given.json", "neither a list"),
    "not JSON": (b"[1, 2", "given.json", "neither a list"),
    "parquet": (b"PAR1" + b"\0" * 20 + b"PAR1", "given.parquet", "Parquet"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_told_in_both_languages(imported: Import, case: str) -> None:
    raw, name, said = WRONG[case]
    with pytest.raises(InvalidInput) as raised:
        imported(raw, name=name)
    reason = raised.value.reasons[0]
    assert reason.code is Code.invalid_delivery
    assert said in reason.what.en
    assert name in reason.what.zh


def test_a_file_that_says_no_portal_asks_for_one(imported: Import) -> None:
    with pytest.raises(InvalidInput, match="门户"):
        imported(SOUND, portal=None)
    found = imported("city,title\nhaikou,水质\n,公园\n", portal=None, name="several.csv")
    assert column(found, "portal") == ["haikou"]
    assert [a.reason.value for a in found.entries.aside] == ["no_portal"]


def test_a_bomb_and_a_file_too_large_are_refused(
    tmp_path: Path, default: PortalMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"a" * 3_000_000))
    plain = tmp_path / "plain.csv"
    plain.write_text(SOUND * 3, encoding="utf-8")
    for number, (file, limit) in enumerate(((bomb, 1 << 20), (plain, 100))):
        work = tmp_path / f"work{number}"
        work.mkdir()
        with pytest.raises(InvalidInput, match="larger than"):
            reading.read_portal(file, default, work, unpacked=limit)
    monkeypatch.setattr(reading, "ENTRIES", 2)
    (tmp_path / "third").mkdir()
    with pytest.raises(InvalidInput, match="more than 2 lines"):
        reading.read_portal(plain, default, tmp_path / "third")


def test_a_workbook_that_does_not_begin_at_its_corner(imported: Import, tmp_path: Path) -> None:
    """An error in a cell is no missing date, and lines are those that people see."""
    book = xlsxwriter.Workbook(str(tmp_path / "given.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(1, 2, ("资源名称", "更新日期", "数据量"))
    sheet.write(3, 2, "水质")
    sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
    sheet.write(3, 4, 12.0)
    book.close()
    mapping = replace(default_mapping(), file=FileSpec(heading_row=2))
    found = imported(tmp_path / "given.xlsx", mapping)
    assert column(found, "line_no") == [4]
    assert column(found, "row_count") == [12]
    told = summary(found)
    assert told["unknown_spellings"] == [
        {"field": "update_date", "spelling": "#error_cell", "count": 1}
    ]
    assert told["set_aside_lines"][0]["line"] == 3


def test_a_damaged_workbook_is_refused_wherever_it_is_damaged(
    imported: Import, tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "sound.xlsx"))
    book.add_worksheet().write_column(0, 0, ("资源名称", "水质"))
    book.close()
    sound = (tmp_path / "sound.xlsx").read_bytes()
    assert imported(sound, name="sound.xlsx").rows.height == 1
    refused = 0
    for at in range(0, len(sound), 97):
        damaged = sound[:at] + bytes(255 - byte for byte in sound[at : at + 4]) + sound[at + 4 :]
        try:
            found = imported(damaged, name=f"damaged{at}.xlsx")
        except InvalidInput:
            refused += 1
        else:
            assert found.entries.lines >= 1
    assert refused > 10


def default_mapping() -> PortalMapping:
    return load_mapping(None, ROOT)
