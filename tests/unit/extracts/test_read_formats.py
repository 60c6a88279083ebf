"""Workbooks, archives and arriving files: what the table of deliveries is too small to show."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from ingest_desk import Desk, column, personal, places, quarantined, resource, said

from workbench.errors import Code, InvalidInput
from workbench.extracts import unpack, workbook_guard
from workbench.extracts.hints import hint_of
from workbench.extracts.strict import StrictType
from workbench.extracts.unpack import Limits, opened
from workbench.model.contract import Delivery, Reading

TAX = resource(column("unit"), column("amount", "DECIMAL(18,2)"))
SCALED = Reading(units=(("万元", "10000"),))


def workbook(path: Path, rows: Any, constant: bool = False) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": constant}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            assert name != part or old in data
            target.writestr(name, data.replace(old, new) if name == part else data)
    path.write_bytes(out.getvalue())
    return path


def test_rows_of_a_long_sheet_keep_their_numbers(desk: Desk) -> None:
    """Over the batches that go to the engine, with faults found in the XML before and after."""
    rows: list[list[Any]] = [["unit", "amount"], *([f"u{i}", i / 4] for i in range(22_000))]
    rows[10_500] = ["x", "1,5"]
    rows[20_500] = []
    file = workbook(desk.root / "a.xlsx", rows, constant=True)
    rewritten(
        file,
        "xl/worksheets/sheet1.xml",
        b'<c r="B21001"><v>5249.75',
        b'<c r="B21001" t="e"><v>#N/A',
    )
    report = desk.ingest(TAX, file, accept_valid=True)
    found = sorted((row, rule.split(":")[0]) for _, row, _, rule, _ in quarantined(report))
    assert found == [(10_501, "type"), (20_501, "fields"), (21_001, "error_cell")]
    assert report.accepted == 22_000 - 3
    assert desk.rows(TAX)[-1][0] == "u21999"


def test_an_error_cell_is_found_wherever_the_reading_buffer_cuts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workbook(desk.root / "a.xlsx", [["unit", "amount"], ["a", 1], ["b", 2], ["c", 3]])
    rewritten(file, "xl/worksheets/sheet1.xml", b'<c r="B3"><v>2', b'<c r="B3" t="e"><v>#N/A')
    for size in (7, 60, 500):
        monkeypatch.setattr(workbook_guard, "CHUNK", size)
        error = desk.refused(TAX, file)
        assert [(row, rule) for _, row, _, rule, _ in places(error)] == [(3, "error_cell")]


def test_xml_with_a_prefix_and_a_target_from_the_top_is_read_alike(desk: Desk) -> None:
    file = workbook(desk.root / "a.xlsx", [["unit", "amount"], ["a", 1], ["b", 2]])
    sheet = "xl/worksheets/sheet1.xml"
    for tag in (b"row", b"c", b"v", b"sheetData", b"worksheet"):
        rewritten(file, sheet, b"</" + tag + b">", b"</x:" + tag + b">")
        rewritten(file, sheet, b"<" + tag + b" ", b"<x:" + tag + b" ") if tag in (
            b"row", b"c", b"worksheet") else rewritten(file, sheet, b"<" + tag + b">",
            b"<x:" + tag + b">")  # fmt: skip
    rewritten(file, sheet, b'xmlns="http', b'xmlns:x="http')
    rewritten(file, sheet, b'<x:c r="B3"><x:v>2', b'<x:c r="B3" t="e"><x:v>#N/A')
    rewritten(file, "xl/_rels/workbook.xml.rels", b'"worksheets/', b'"/xl/worksheets/')
    error = desk.refused(TAX, file)
    assert [(row, rule) for _, row, _, rule, _ in places(error)] == [(3, "error_cell")]


def test_cells_that_do_not_say_their_place_are_refused(desk: Desk) -> None:
    file = workbook(desk.root / "a.xlsx", [["unit", "amount"], ["a", 1]])
    rewritten(file, "xl/worksheets/sheet1.xml", b'<c r="B2">', b"<c>")
    assert "place" in said(desk.refused(TAX, file))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b"<!DOCTYPE x><sheets>"),
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"<"),
    ],
)
def test_a_broken_workbook_is_refused(desk: Desk, part: str, old: bytes, new: bytes) -> None:
    file = workbook(desk.root / "a.xlsx", [["unit", "amount"], ["a", 1]])
    rewritten(file, part, old, new)
    assert isinstance(desk.refused(TAX, file), InvalidInput)


def test_a_large_number_in_a_column_of_doubles_is_that_number(desk: Desk) -> None:
    contract = resource(column("gdp", "DOUBLE"), column("n", "DECIMAL(30,0)"))
    file = workbook(desk.root / "a.xlsx", [["gdp", "n"], [1.5e18, 123456789012345]])
    desk.ingest(contract, file)
    assert [(a, str(b)) for a, b in desk.rows(contract)] == [(1.5e18, "123456789012345")]


def test_a_workbook_says_where_no_value_of_a_personal_column_is_shown(desk: Desk) -> None:
    contract = resource(personal("id"))
    file = workbook(desk.root / "a.xlsx", [["id"], [110105189912310021]])
    error = desk.refused(contract, file)
    assert "1101051899" not in said(error) + str(places(error))
    assert "15" in said(error)


# archives


def archive(desk: Desk, **members: str) -> Path:
    path = desk.root / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened_archive:
        for name, text in members.items():
            opened_archive.writestr(f"{name}.csv", text)
    return path


def test_the_report_has_the_digests_of_members_and_archive(desk: Desk) -> None:
    texts = {"a": "unit,amount\nx,1\n", "b": "unit,amount\ny,2\n"}
    file = archive(desk, **texts)
    report = desk.ingest(TAX, Delivery(str(file), "zip", members="*.csv"))
    whole = hashlib.sha256(file.read_bytes()).hexdigest()
    assert [(s.name, s.sha256, s.archive) for s in report.sources] == [
        (f"a.zip/{name}.csv", hashlib.sha256(text.encode()).hexdigest(), whole)
        for name, text in texts.items()
    ]
    assert report.version is not None
    assert desk.extracts.at("things", 0).sources == report.sources


def test_equal_members_are_the_same_file_twice(desk: Desk) -> None:
    file = archive(desk, a="unit,amount\nx,1\n", b="unit,amount\nx,1\n")
    assert "twice" in said(desk.refused(TAX, Delivery(str(file), "zip", members="*.csv")))


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(members=1), "2 files match"),
        (Limits(unpacked=3_000), "grows too much"),
        (Limits(ratio=10, ratio_from=100), "grows too much"),
    ],
)
def test_limits_of_an_archive(desk: Desk, limits: Limits, word: str) -> None:
    file = archive(desk, a="unit,amount\n" + "x,1\n" * 500, b="unit,amount\n" + "y,2\n" * 500)
    delivery = Delivery(str(file), "zip", members="*.csv")
    with pytest.raises(InvalidInput, match=word):
        opened(delivery, desk.root / "work", lambda _: None, limits)
    assert len(opened(delivery, desk.root / "again", lambda _: None)) == 2


def test_a_member_larger_than_its_header_says_is_stopped_where_it_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK", 100)
    file = archive(desk, a="unit,amount\n" + "x,1\n" * 5_000)
    with pytest.raises(InvalidInput):
        opened(
            Delivery(str(file), "zip", members="*"),
            desk.root / "work",
            lambda _: None,
            Limits(unpacked=1_000),
        )
    assert max(p.stat().st_size for p in desk.root.glob("work*")) <= 1_000


# arriving files


def test_an_arriving_file_is_read_by_the_pattern_that_its_name_fits(desk: Desk) -> None:
    contract = replace(
        TAX,
        arrivals=(Delivery("税收_*.csv", "csv", header_row=2), Delivery("[1]*.txt", delimiter=";")),
    )
    desk.ingest(contract, desk.file("2024年\nunit,amount\nx,1\n", "税收_1.csv"))
    desk.ingest(contract, desk.file("unit;amount\ny,z;1\n", "[1].txt"))
    assert desk.rows(contract)[0][0] == "y,z"
    desk.refused(contract, desk.file("2024年\nunit,amount\nx,1\n", "其他.csv"))


def test_two_patterns_that_fit_must_agree(desk: Desk) -> None:
    arrivals = (Delivery("a*.csv", "csv"), Delivery("*.csv", "csv", header_row=2))
    file = desk.file("unit,amount\nx,1\n")
    error = desk.refused(replace(TAX, arrivals=arrivals), file)
    assert error.code is Code.invalid_contract
    assert "a*.csv, *.csv" in said(error)
    agreeing = tuple(replace(a, header_row=1) for a in arrivals)
    assert desk.ingest(replace(TAX, arrivals=agreeing), file).accepted == 1


def test_another_mapping_of_the_same_file_is_another_version(desk: Desk) -> None:
    def contract(reading: Reading | None) -> Any:
        return resource(column("unit"), column("amount", "DECIMAL(18,2)", reading=reading))

    file = desk.file("unit,amount\nx,1万元\n")
    first = desk.ingest(contract(SCALED), file)
    assert desk.ingest(contract(SCALED), file).outcome.value == "unchanged"
    other = desk.ingest(contract(Reading(units=(("万元", "10"),))), file)
    assert first.version is not None
    assert other.version is not None
    assert (first.version.version, other.version.version) == (0, 1)
    assert [str(r[1]) for r in desk.rows(TAX)] == ["10.00"]
    assert [str(r[1]) for r in desk.rows(TAX, 0)] == ["10000.00"]


def test_a_hint_names_closed_words_and_no_value() -> None:
    salary = personal("salary", "DECIMAL(18,2)")
    hint = hint_of(salary, StrictType("DECIMAL(18,2)"), ["7,654,321.5万元", "秘密", "5secret"])
    assert hint is not None
    assert "{thousands: ',', unit: {万元: 10000}}" in hint.en
    for value in ("7", "秘密", "secret"):
        assert value not in hint.en + hint.zh
    assert hint_of(salary, StrictType("DECIMAL(18,2)"), ["秘密"]) is None


def test_a_hint_widens_the_mapping_that_is_there() -> None:
    mapped = column("v", "BIGINT", reading=Reading(thousands=",", null_words=("无",)))
    hint = hint_of(mapped, StrictType("BIGINT"), ["１，０００", "暂无"])
    assert hint is not None
    assert "{digits: fullwidth, nullWords: [无, 暂无], thousands: ','}" in hint.en


def test_unread_values_are_judged_by_no_other_rule(desk: Desk) -> None:
    contract = resource(
        column("v", "BIGINT", required=True, unique=True, minimum=10, reading=SCALED)
    )
    error = desk.refuses(contract, "v\n1元\n1元\n1万元\n2万元\n")
    assert [(row, rule) for _, row, _, rule, _ in places(error)] == [(2, "read"), (3, "read")]
    twice = desk.refuses(contract, "v\n1万元\n1.0万元\n")
    assert {rule for *_, rule, _ in places(twice)} == {"unique"}


def test_a_value_as_it_was_delivered_stands_in_the_quarantine_file(desk: Desk) -> None:
    contract = resource(column("v", "BIGINT", maximum=5, reading=SCALED))
    error = desk.refuses(contract, "v\n1万元\n")
    assert [value for *_, value in places(error)] == ['"1万元"']
