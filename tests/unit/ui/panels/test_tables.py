"""Tables in windows: sorted and searched, numbers as numbers, Chinese by pinyin."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from drawing import draw, page, table, withheld

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.ui.panels.tables import rows


def release(**columns: Any) -> Release:
    return Release(pa.table(columns), sample_info(), "zh")


CITIES = release(
    city=["重庆", "北京", None, "阿坝", "成都", "Abc", "汶川"],
    v=[10, 9, 100, None, -1, 2, 3],
)


def column(found: tuple[int, list[list[str | None]]], i: int = 0) -> list[str | None]:
    return [row[i] for row in found[1]]


def test_windows() -> None:
    total, window = rows(CITIES, 2, 3, None, "")
    assert total == 7
    assert window == [[None, "100"], ["阿坝", None], ["成都", "-1"]]
    assert rows(CITIES, 6, 50, None, "") == (7, [["汶川", "3"]])
    assert rows(CITIES, 99, 50, None, "") == (7, [])


def test_numbers_sort_as_numbers_and_missing_ones_last() -> None:
    up = column(rows(CITIES, 0, 9, ("v", False), ""), 1)
    assert up == ["-1", "2", "3", "9", "10", "100", None]
    down = column(rows(CITIES, 0, 9, ("v", True), ""), 1)
    assert down == ["100", "10", "9", "3", "2", "-1", None]
    exact = release(v=[Decimal("10.5"), Decimal("9.25"), Decimal("-3")])
    assert column(rows(exact, 0, 9, ("v", False), "")) == ["-3.00", "9.25", "10.50"]


def test_chinese_sorts_by_pinyin_and_rare_characters_after() -> None:
    assert column(rows(CITIES, 0, 9, ("city", False), "")) == [
        "Abc", "阿坝", "北京", "成都", "重庆", "汶川", None
    ]  # fmt: skip
    rare = release(n=["喆", "张", "乙\n二", "𠀀", "安"])
    assert column(rows(rare, 0, 9, ("n", False), "")) == ["安", "乙\n二", "张", "喆", "𠀀"]


def test_equal_rows_keep_their_order_both_ways() -> None:
    given = release(k=["b", "a", "b", "a"], n=[1, 2, 3, 4])
    assert column(rows(given, 0, 9, ("k", False), ""), 1) == ["2", "4", "1", "3"]
    assert column(rows(given, 0, 9, ("k", True), ""), 1) == ["1", "3", "2", "4"]


def test_search_in_any_cell() -> None:
    given = release(n=["民政局", "Tax Office", "a%b_c"], v=[1234567, 89, 5])
    assert column(rows(given, 0, 9, None, "民政")) == ["民政局"]
    assert column(rows(given, 0, 9, None, " tax o ")) == ["Tax Office"]
    assert column(rows(given, 0, 9, None, "1,234")) == ["民政局"]
    assert column(rows(given, 0, 9, None, "b_")) == ["a%b_c"]
    assert rows(given, 0, 9, None, "nowhere") == (0, [])
    assert rows(given, 0, 9, None, "局\x1f1") == (0, [])
    both = rows(given, 0, 9, ("v", False), "a")
    assert column(both) == ["a%b_c", "Tax Office"]


def test_what_is_searched_is_what_is_shown() -> None:
    given = release(
        a=[Decimal("0.0000001"), Decimal("-12.5000000")],
        b=[dt.date(2025, 12, 31), None],
        c=[dt.datetime(2025, 1, 2, 3, 4), None],
        d=[0.1, float("nan")],
        e=[Decimal("0.000001"), None],
    )
    for needle in ("0.0000001", "2025-12-31", "2025-01-02 03:04", "0.1", "0.000001"):
        assert rows(given, 0, 9, None, needle)[0] == 1, needle
    assert rows(given, 0, 9, None, "e-")[0] == 0


def test_a_withheld_cell_is_said_and_never_found() -> None:
    given = withheld({"n": ["甲", "乙"], "v": [5, None]}, {"v": [None, "suppressed"]})
    assert rows(given, 0, 9, ("v", True), "")[1] == [["甲", "5"], ["乙", "未放行"]]
    assert rows(given, 1, 1, None, "")[1] == [["乙", "未放行"]]
    assert rows(given, 0, 9, None, "suppressed")[0] == 0


def test_types_of_all_kinds_and_two_columns_of_one_name() -> None:
    kinds = pa.table(
        [
            pa.array([True, None]), pa.array([[1, 2], None]), pa.array([b"\x00", None]),
            pa.array([0, 86_400], pa.timestamp("s")), pa.array(["x", "y"]),
        ],
        names=["a", "b", "c", "d", "a"],
    )  # fmt: skip
    given = Release(kinds, sample_info(), "zh")
    for name in "abcd":
        total, found = rows(given, 0, 9, (name, True), "")
        assert total == 2
        assert len(found[0]) == 5
    assert rows(given, 0, 9, None, "")[1][0][4] == "x"
    assert rows(given, 0, 9, None, "y")[0] == 1


def test_the_panel() -> None:
    paged = page(
        columns={"v": {"label": {"zh": "户数", "en": "x"}, "unit": {"zh": "户", "en": "x"}}}
    )
    given = table(n=[f"n{i}" for i in range(100)], v=[i * 1000 for i in range(100)])
    made = draw(given, of=paged, chart="table")
    assert made.table is not None
    assert made.table["columns"] == [
        {"name": "n", "label": "n", "number": False},
        {"name": "v", "label": "户数（户）", "number": True},
    ]
    assert made.table["total"] == 100
    assert len(made.table["rows"]) == 60
    assert made.table["rows"][59] == ["n59", "59,000"]
    assert made.summary == "图：表格，100 行，2 列。"


def test_no_columns() -> None:
    assert rows(release(), 0, 9, None, "x") == (0, [])


@pytest.fixture(scope="module")
def big() -> Release:
    count = 100_000
    return release(
        title=[
            f"{'阿坝州马尔康市理县'[i % 9]}{i * 7919 % count}号数据资源目录" for i in range(count)
        ],
        v=[Decimal(i * 7919 % count) / 100 for i in range(count)],
        day=[i % 3650 for i in range(count)],
    )


def test_windows_of_100_000_rows(big: Release) -> None:
    """Any window of an order that was made once: well within 50 ms of computing. The bound here is
    loose, for a shared machine; an order made anew for each window would take ten times as long."""
    orders: list[Any] = [
        (None, ""),
        (("v", True), ""),
        (("title", False), ""),
        (("v", False), "理"),
    ]
    for sort, search in orders:
        total, first = rows(big, 0, 60, sort, search)
        assert len(first) == 60
        start = time.process_time()
        for offset in (0, total // 2, total - 60):
            assert len(rows(big, offset, 60, sort, search)[1]) == 60
        assert (time.process_time() - start) / 3 < 0.05
    ordered = column(rows(big, 0, 100, ("v", False), ""), 1)
    assert ordered[:3] == ["0.00", "0.01", "0.02"]


def test_years_and_months_are_no_counts() -> None:
    given = release(year=[2018, 2019], 年月=[202401, 202402], years_open=[2018, 21], n=[1950, 2000])
    assert rows(given, 0, 9, None, "")[1] == [
        ["2018", "202401", "2,018", "1,950"],
        ["2019", "202402", "21", "2,000"],
    ]
    by_label = draw(table(y=[2018]), chart="table", columns={"y": {"label": {"zh": "年份",
                    "en": "Year"}}})  # fmt: skip
    assert by_label.table is not None
    assert by_label.table["rows"] == [["2018"]]


def test_moments_are_those_of_the_clock_in_china() -> None:
    moment = dt.datetime(2025, 1, 1, 0, 30, tzinfo=dt.UTC)
    given = release(t=pa.array([moment], pa.timestamp("us", "UTC")))
    assert rows(given, 0, 9, None, "")[1] == [["2025-01-01 08:30:00+08:00"]]
    assert rows(given, 0, 9, None, "08:30")[0] == 1
    drawn = draw(pa.table({"t": given.table["t"], "v": [1]}), chart="line", by="t", value="v")
    assert drawn.figure is not None
    assert drawn.figure["data"][0]["x"] == ["2025-01-01T08:30:00"]
