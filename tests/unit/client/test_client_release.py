"""Values as they are shown, and where they come from."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from client_wire import INFO
from rich.cells import cell_len

from workbench.client.listing import Listing
from workbench.client.release import Release, caption
from workbench.client.tables import html_table, printable, text_table
from workbench.client.values import json_values, texts, unique_names
from workbench.errors import StatementWrong
from workbench.model.release import ReleaseInfo


def value(expression: str) -> pa.ChunkedArray:
    """What the engine sends for one SQL expression."""
    return duckdb.connect().execute(f"select {expression} as v").to_arrow_table().column(0)


@pytest.mark.parametrize(
    ("expression", "text", "as_json"),
    [
        ("170141183460469231731687303715884105727::HUGEINT", *["1701411834604692317316873037158841"
          "05727"] * 2),
        ("9223372036854775807", "9223372036854775807", 9223372036854775807),
        ("18446744073709551615::UBIGINT", "18446744073709551615", 18446744073709551615),
        ("0.0000000001::DECIMAL(38,10)", "0.0000000001", "0.0000000001"),
        ("1.10::DECIMAL(4,2)", "1.10", "1.10"),
        ("0.1::FLOAT", "0.1", 0.1),
        ("0.1::DOUBLE + 0.2::DOUBLE", "0.30000000000000004", 0.30000000000000004),
        ("'nan'::DOUBLE", "nan", "NaN"),
        ("'-inf'::DOUBLE", "-inf", "-Infinity"),
        ("true", "true", True),
        ("''", "", ""),
        ("NULL", None, None),
        ("DATE '2020-02-29'", "2020-02-29", "2020-02-29"),
        ("DATE 'infinity'", "infinity", "infinity"),
        ("TIMESTAMP '-infinity'", "-infinity", "-infinity"),
        ("DATE '0044-03-15 (BC)'", "-0043-03-15", "-0043-03-15"),
        ("TIMESTAMP '2020-01-01 00:00:00'", "2020-01-01 00:00:00", "2020-01-01T00:00:00"),
        ("TIMESTAMP_NS '2020-01-01 00:00:00.000000001'", "2020-01-01 00:00:00.000000001",
         "2020-01-01T00:00:00.000000001"),
        ("TIMESTAMPTZ '2020-01-01 08:00:00+08'", "2020-01-01 00:00:00+00:00",
         "2020-01-01T00:00:00+00:00"),
        ("TIME '01:02:03.5'", "01:02:03.500000", "01:02:03.500000"),
        ("INTERVAL '1 month 2 days 3.5 seconds'", "P1M2DT3.5S", "P1M2DT3.5S"),
        ("'\\xAA\\x00'::BLOB", "\\xAA\\x00", "\\xAA\\x00"),
        ("'x'::ENUM('x','y')", "x", "x"),
        ("[1, NULL, 3]", "[1, null, 3]", [1, None, 3]),
        ("[1, 2]::INT[2]", "[1, 2]", [1, 2]),
        ("{'a': 1.10, '乙': [DATE '2020-01-01']}", '{"a": "1.10", "乙": ["2020-01-01"]}',
         {"a": "1.10", "乙": ["2020-01-01"]}),
        ("MAP {'k': [1.5]}", '{"k": ["1.5"]}', {"k": ["1.5"]}),
        ("MAP {1: 'x'}", '[[1, "x"]]', [[1, "x"]]),
        ("union_value(k := 1)", "1", 1),
        ("[TIMESTAMP_NS '2020-01-01 00:00:00.000000001']", '["2020-01-01T00:00:00.000000001"]',
         ["2020-01-01T00:00:00.000000001"]),
    ],
)  # fmt: skip
def test_values_are_exact(expression: str, text: str | None, as_json: object) -> None:
    assert texts(value(expression)) == [text]
    assert json_values(value(expression)) == [as_json]


def test_slices_and_nulls_of_nested_values_keep_their_rows() -> None:
    rows = [{"a": 1, "l": [1]}, None, {"a": None, "l": None}, {"a": 4, "l": []}]
    array = pa.array(rows)
    assert json_values(array.slice(1, 3)) == rows[1:]
    lists = pa.array([[1], None, [], [2, 3]])
    assert json_values(lists.slice(1)) == [None, [], [2, 3]]


def release(table: pa.Table, **more: object) -> Release:
    return Release(table, INFO, "zh", **more)  # type: ignore[arg-type]


def test_html_escapes_everything() -> None:
    bad = "<script>alert('x')</script>"
    source = dataclasses.replace(INFO.sources[0], title_zh=bad, provider_zh=bad, licence=bad)
    info = dataclasses.replace(INFO, sources=(source,), notes=(bad,), scenario=bad)
    html = Release(pa.table({bad: [bad], "l": [[bad]]}), info, "zh")._repr_html_()
    html += Listing.of(bad, [{bad: bad, "x": [bad], "y": {"a": bad}}], "zh")._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 10


def test_null_is_told_from_empty_text_and_from_the_word() -> None:
    html = html_table(["a"], [[None], [""], ["NULL"]])
    assert html.count('class="workbench-null"') == 1
    assert text_table(["a"], [[None], [""]]).split("\n")[2:] == ["NULL", ""]


def test_chinese_lines_up() -> None:
    table = release(pa.table({"城市": ["北京", "a", None], "n": [1, 20, 300]})).text()
    lines = table.split("\n")
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
    assert lines[2] == "北京    1"


def test_a_cell_cannot_command_the_terminal_or_turn_the_writing() -> None:
    evil = "\x1b[2J\x1b]0;x\x07\u202e\r\n\x9b"
    assert printable(evil).isprintable()
    assert "\x1b" not in repr(release(pa.table({evil: [evil]})))
    assert "\u202e" not in release(pa.table({evil: [evil]}))._repr_html_()


def test_fifty_rows_are_shown_and_counted() -> None:
    shown = release(pa.table({"n": range(120)}))
    assert shown._repr_html_().count("<tr>") == 51
    assert "50 / 120 行" in repr(shown)
    assert "3 / 120 行" in repr(shown.limited(3))
    assert len(shown.text().split("\n")) == 52


def test_the_caption_names_source_provider_and_dates() -> None:
    shown = release(pa.table({"n": [1]}))
    assert shown.caption() == (
        "来源：七十城房价，提供部门 统计局，数据日期 2025-12-01，取得日期 未知，许可 CC BY 4.0；"
        "场景 prices；账本第 42 条；授权至 2027-01-31"
    )
    assert shown.caption("en") == (
        "Source: House prices of 70 cities, provider Statistics bureau, data as of "
        "2025-12-01, obtained "
        "unknown, licence CC BY 4.0; scenario prices; ledger entry 42; granted until 2027-01-31"
    )
    assert shown.caption() in shown._repr_html_()


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("final", "来源：七十城房价，提供", "Source: House prices of 70 cities, provider"),
        ("preliminary", "七十城房价（初步数据），提供", "70 cities (preliminary), provider"),
        ("awaiting_sign_off", "七十城房价（待签发），提供", "(awaiting sign-off), provider"),
        ("a word of a later version", "七十城房价，提供", "70 cities, provider"),
    ],
)
def test_figures_that_are_not_final_say_so(status: str, zh: str, en: str) -> None:
    source = dataclasses.replace(INFO.sources[0], status=status)
    info = ReleaseInfo.from_dict(dataclasses.replace(INFO, sources=(source,)).to_dict())
    assert zh in caption(info, "zh")
    assert en in caption(info, "en")


def test_a_source_of_before_there_was_a_status_is_final() -> None:
    told = INFO.to_dict()
    for source in told["sources"]:
        del source["status"]
    assert ReleaseInfo.from_dict(told).sources[0].status == "final"


def test_made_up_data_say_so() -> None:
    source = dataclasses.replace(INFO.sources[0], title_zh="居民收入（合成）")
    made_up = Release(pa.table({}), dataclasses.replace(INFO, sources=(source,)), "zh")
    assert made_up.synthetic
    assert "【合成数据】" in made_up.caption()
    assert "[SYNTHETIC DATA]" in made_up.caption("en")
    assert not release(pa.table({})).synthetic


def test_rows_may_say_that_they_are_simulated() -> None:
    for said, expected in (([False, True], True), ([None, False], False), ([], False)):
        rows = pa.table({"as_of": range(len(said)), "simulated": pa.array(said, pa.bool_())})
        assert release(rows).synthetic is expected
    assert not release(pa.table({"simulated": ["yes"]})).synthetic


def test_polars_gets_exact_values_and_told_apart_names() -> None:
    table = duckdb.connect().execute(
        "select 1::HUGEINT as a, 1.10 as a, DATE '2020-01-01' as d, [1] as l, NULL::VARCHAR as t, "
        "TIMESTAMP '2020-01-01 01:02:03.000004' as ts"
    ).to_arrow_table()  # fmt: skip
    frame = release(table).pl()
    assert frame.columns == ["a", "a_1", "d", "l", "t", "ts"]
    assert frame.row(0) == (
        Decimal(1), Decimal("1.10"), date(2020, 1, 1), [1], None, datetime(2020, 1, 1, 1, 2, 3, 4)
    )  # fmt: skip
    assert isinstance(frame, pl.DataFrame)


def test_what_polars_lacks_is_explained() -> None:
    table = duckdb.connect().execute("select INTERVAL '1 day' as i").to_arrow_table()
    with pytest.raises(StatementWrong, match="Polars"):
        release(table).pl()


def test_names_are_told_apart_without_meeting_another() -> None:
    assert unique_names(["a", "a", "a_1", "a"]) == ["a", "a_2", "a_1", "a_3"]


def test_an_empty_result_prints() -> None:
    empty = release(pa.table({"n": pa.array([], pa.int64())}))
    assert "0 / 0 行" in repr(empty)
    assert "<td" not in empty._repr_html_()
