"""Files as they come: encodings, delimiters, headers, ragged rows, and what is not a CSV."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ingest_desk import Desk, column, personal, places, quarantined, resource, said

from workbench.errors import Code, InvalidInput
from workbench.model.contract import Delivery

PLACES = resource(column("id", "INTEGER", required=True), column("place"))
TEXT = "id,place\n1,马尔康市\n2,九寨沟县\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "UTF-8-BOM"),
        (TEXT.encode("gb18030"), "GB18030"),
        (TEXT.encode("gbk"), "GB18030"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "GB18030"),
        ("id,place\n1,马尔康市\n2,九寨沟县".encode(), "UTF-8"),
    ],
)
def test_encodings_are_told_apart(desk: Desk, content: bytes, encoding: str) -> None:
    report = desk.load(PLACES, content)
    assert [s.encoding for s in report.sources] == [encoding]
    assert desk.rows(PLACES) == [(1, "马尔康市"), (2, "九寨沟县")]


def test_a_character_of_four_bytes_only_gb18030_has(desk: Desk) -> None:
    desk.load(PLACES, "id,place\n1,㐀𠀀\n".encode("gb18030"))
    assert desk.rows(PLACES) == [(1, "㐀𠀀")]


def test_characters_cut_by_the_reading_buffer(desk: Desk) -> None:
    rows = [f"{i},{'汉' * 33}x" for i in range(30_000)]
    content = "id,place\n" + "\n".join(rows) + "\n"
    assert len(content.encode("gb18030")) > 2 * (1 << 20)
    for encoding in ("utf-8", "gb18030"):
        report = desk.load(PLACES, content.encode(encoding))
        assert report.accepted == 30_000


def test_a_mixed_encoding_is_refused_with_its_byte(desk: Desk) -> None:
    good = "id,place\n1,马尔康市\n".encode()
    content = good + b"2," + "九".encode("gbk") + b"\n3,\xff\xff\n"
    error = desk.refuses(PLACES, content)
    assert error.code is Code.invalid_delivery
    assert f"第 {len(good) + 2} 字节" in said(error)  # as UTF-8
    assert "GB18030" in said(error)


def test_a_wrong_byte_after_the_first_buffer_is_named(desk: Desk) -> None:
    rows = b"id,place\n" + b"1,aaaaaaaaaaaaaaaa\n" * 100_000
    error = desk.refuses(PLACES, rows + b"2,\xff\xff\n")
    assert str(len(rows) + 2) in said(error)


def test_a_declared_encoding_is_obeyed(desk: Desk) -> None:
    file = desk.file(TEXT)
    read = desk.ingest(PLACES, Delivery(str(file), encoding="UTF-8"))
    assert read.sources[0].encoding == "UTF-8"
    gb = desk.file(TEXT.encode("gb18030"), "gb.csv")
    error = desk.refused(PLACES, Delivery(str(gb), encoding="utf-8"))
    assert "UTF-8" in said(error)
    assert "GB18030 读" not in said(error)
    wrong = desk.refused(PLACES, Delivery(str(gb), encoding="latin-1"))
    assert wrong.code is Code.invalid_contract


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"PK\x03\x04rest", "xlsx"),
        ("id,place\n1,a\n".encode("utf-16"), "UTF-16"),
        (b"id,place\n1,a\0b\n", "byte 12"),
        (b"PAR1 and no more", "Parquet"),
        (b"\n\nid,place\n1,a\n", "first line"),
        (b"1,a\n2,b\n", "first line"),
        (b"x" * 70_000, "first line"),
    ],
)
def test_what_is_no_csv_is_refused(desk: Desk, content: bytes, word: str) -> None:
    error = desk.refuses(PLACES, content)
    assert isinstance(error, InvalidInput)
    assert word in said(error)


def test_header_only_is_a_version_without_rows_and_says_so(desk: Desk) -> None:
    report = desk.load(PLACES, "id,place\n")
    assert report.version is not None
    assert report.version.rows == 0
    assert desk.rows(PLACES) == []
    assert any("0 rows" in w.en for w in report.warnings)


def test_column_order_is_free_and_the_contract_orders(desk: Desk) -> None:
    desk.load(PLACES, "Place,ID\na,1\n")
    assert desk.table(PLACES).column_names == ["id", "place"]
    assert desk.rows(PLACES) == [(1, "a")]


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("place", "missing: id"),
        ("id,place,salary", "“salary” (field 3)"),
        ("id,place,ID", "named twice: id"),
        ("id,place,", "not in the contract"),
    ],
)
def test_headers_that_do_not_fit(desk: Desk, header: str, word: str) -> None:
    row = ",".join("1" for _ in header.split(","))
    assert word in said(desk.refuses(PLACES, f"{header}\n{row}\n"))


def test_all_header_faults_are_told_at_once(desk: Desk) -> None:
    error = desk.refuses(PLACES, "place,salary,salary\n1,2,3\n")
    assert len(error.reasons) == 3


def test_a_first_line_of_data_is_not_repeated(desk: Desk) -> None:
    error = desk.refuses(PLACES, "7,马尔康秘密\n8,b\n")
    assert "马尔康秘密" not in said(error)


def test_an_optional_column_may_be_missing(desk: Desk) -> None:
    report = desk.load(PLACES, "id\n1\n")
    assert desk.rows(PLACES) == [(1, None)]
    assert any("place" in w.en for w in report.warnings)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(desk: Desk, delimiter: str) -> None:
    desk.load(PLACES, f"id{delimiter}place\n1{delimiter}a b\n")
    assert desk.rows(PLACES) == [(1, "a b")]


def test_the_contracts_delimiter_is_obeyed(desk: Desk) -> None:
    contract = resource(*PLACES.columns, deliveries=(Delivery("x.csv", delimiter=";"),))
    assert desk.load(contract, "id;place\n1;a\n").accepted == 1
    desk.refuses(contract, "id,place\n1,a\n")


def test_null_is_the_empty_field_without_quotes(desk: Desk) -> None:
    desk.load(PLACES, 'id,place\n1,\n2,""\n3,NULL\n')
    assert desk.rows(PLACES) == [(1, None), (2, ""), (3, "NULL")]


def test_quoted_line_ends_and_quotes(desk: Desk) -> None:
    desk.load(PLACES, 'id,place\r\n1,"a\r\nb ""c"", d"\r\n2,e\r\n')
    assert desk.rows(PLACES) == [(1, 'a\r\nb "c", d'), (2, "e")]


def test_ragged_rows_are_located(desk: Desk) -> None:
    content = 'id,place\n1,a\n2\n3,"x\ny"\n4,b,c,d\n5,e\n'
    error = desk.refuses(PLACES, content)
    assert [(row, rule, value.split(" / ")[1]) for _, row, _, rule, value in places(error)] == [
        (3, "fields", "1 fields, not 2"),
        (5, "fields", "4 fields, not 2"),
    ]
    report = desk.load(PLACES, content, accept_valid=True)
    assert (report.rows_read, report.accepted, report.rejected) == (5, 3, 2)
    assert [row[0] for row in desk.rows(PLACES)] == [1, 3, 5]


def test_rows_after_ragged_and_blank_lines_keep_their_numbers(desk: Desk) -> None:
    content = 'id,place\n1,"a\n\nb"\n\n2\nx,c\n\n\ny,d\n3,e\n\n\n'
    report = desk.load(PLACES, content, accept_valid=True)
    found = sorted((row, column, rule) for _, row, column, rule, _ in quarantined(report))
    assert found == [
        (3, "", "fields"),
        (4, "", "fields"),
        (5, "id", "type: INTEGER"),
        (6, "", "fields"),
        (7, "", "fields"),
        (8, "id", "type: INTEGER"),
    ]
    assert desk.rows(PLACES) == [(1, "a\n\nb"), (3, "e")]


def test_blank_lines_at_the_end_are_nobodys_row(desk: Desk) -> None:
    assert desk.load(PLACES, "id,place\r\n1,a\r\n\r\n\r\n").rejected == 0


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('id,place\n1,"a\n2,b\n3,c\n', "quote"),
        ('id,place\n1,"a"b\n2,c\n', "quote"),
        ("id,place\n1,a\r\n2,b\n", "line ends"),
        ("id,place\n1,a\rb\n2,c\n", "line ends"),
        (f"id,place\n1,a\n2,{'x' * 2_100_000}\n3,c\n", "2,000,000"),
    ],
)
def test_broken_structure_refuses_the_whole_file(desk: Desk, content: str, word: str) -> None:
    """Even with --accept-valid: nobody knows where the next row begins."""
    assert word in said(desk.refuses(PLACES, content, accept_valid=True))


def test_a_large_field_is_read(desk: Desk) -> None:
    desk.load(PLACES, f"id,place\n1,{'x' * 1_900_000}\n")
    assert len(desk.rows(PLACES)[0][1]) == 1_900_000


def test_rows_are_numbered_across_buffers_and_files(desk: Desk) -> None:
    filler = "a text that fills the buffers " * 4
    lines = [f'{i},"{filler}\n{i}"' for i in range(250_000)]
    lines[199_990], lines[240_000] = "1,2,3", "x,y"
    first = desk.file("id,place\n" + "\n".join(lines) + "\n", "1.csv")
    second = desk.file("place,id\na,1\nb,zwei\n", "2.csv")
    assert first.stat().st_size > 32_000_000  # more than one buffer of the engine
    error = desk.refused(PLACES, first, second)
    assert sorted((f, row, c) for f, row, c, _, _ in places(error)) == [
        ("1.csv", 199_992, ""),
        ("1.csv", 240_002, "id"),
        ("2.csv", 3, "id"),
    ]


def test_several_files_are_one_version(desk: Desk) -> None:
    names = ("1.csv", "2.csv", "3.csv")
    texts = ("id,place\n1,a\n", "id,place\n", "place,id\nb,2\n")
    files = [desk.file(text, name) for text, name in zip(texts, names, strict=True)]
    report = desk.ingest(PLACES, *files)
    assert desk.rows(PLACES) == [(1, "a"), (2, "b")]
    assert report.version is not None
    assert [s.name for s in report.version.sources] == list(names)


def test_the_same_file_twice_is_refused(desk: Desk) -> None:
    file = desk.file(TEXT)
    assert "twice" in said(desk.refused(PLACES, file, desk.file(TEXT, "b.csv")))


def test_files_that_are_none(desk: Desk) -> None:
    folder = desk.root / "folder.csv"
    folder.mkdir()
    link = desk.root / "link.csv"
    link.symlink_to(desk.file(TEXT))
    pipe = desk.root / "pipe.csv"
    os.mkfifo(pipe)
    error = desk.refused(PLACES, desk.root / "gone.csv", folder, link, pipe)
    words = ("no such file", "not a regular file", "symbolic link", "not a regular file")
    for reason, word in zip(error.reasons, words, strict=True):
        assert word in reason.said("en")
    assert "No file" in said(desk.refused(PLACES))


def test_a_file_that_vanishes_or_changes_while_it_is_read(desk: Desk) -> None:
    file = desk.file(TEXT)

    def vanish(_: object) -> None:
        file.unlink(missing_ok=True)

    assert "no such file" in said(desk.refused(PLACES, file, on_progress=vanish))

    file = desk.file(TEXT)

    def grow(_: object) -> None:
        with file.open("a") as stream:
            stream.write("3,c\n")

    assert "changed" in said(desk.refused(PLACES, file, on_progress=grow))


def test_odd_names_of_files_and_folders(tmp_path: Path) -> None:
    root = tmp_path / "城市 [1] * 'x'"
    root.mkdir()
    desk = Desk(root)
    contract = resource(column("编号", "INTEGER"), column('a"b'), name="数据 资源")
    desk.ingest(contract, desk.file('编号,"a""b"\n1,x\n', "文件 [2]*'.csv"))
    assert desk.rows(contract) == [(1, "x")]


def test_a_personal_column_with_the_wrong_encoding_is_not_quoted(desk: Desk) -> None:
    contract = resource(personal("name"))
    error = desk.refuses(contract, b"name\nCANARY\xff\n")
    assert "CANARY" not in said(error) + repr(error)
