"""A page of a view in the kernel: the request as written, the watermark as shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

from workbench.client.release import Release
from workbench.client.testing import FakeConnection, sample_info
from workbench.client.view import view_body
from workbench.errors import Code, InvalidInput, Refused
from workbench.model.release import Page, ReleaseInfo
from workbench.query_path.view_request import parse

MARK = "li<&>\"' · 税务局 · 2026-03-02 10:00:00 +0800 · g/1 · 0123456789ab"


def info(**more: Any) -> ReleaseInfo:
    return replace(
        sample_info(), mode="view", tier="view", page=Page(2, 10, True), watermark=MARK, **more
    )


def release(cells: list[str | None]) -> Release:
    return Release(pa.table({"note": cells}), info())


@pytest.mark.parametrize(
    ("where", "written"),
    [
        ({"a": 1}, [["a", "=", [1]]]),
        ({"a": [1, 2], "b": None}, [["a", "in", [1, 2]], ["b", "is null", []]]),
        ([("a", "!=", None)], [["a", "is not null", []]]),
        ([("a", "is null")], [["a", "is null", []]]),
        ([("a", "Not  In", ("x", "y"))], [["a", "not in", ["x", "y"]]]),
        ([["a", "between", [date(2024, 1, 2), date(2024, 1, 3)]]],
         [["a", "between", ["2024-01-02", "2024-01-03"]]]),
        ([("a", ">", datetime(2024, 1, 2, 3))], [["a", ">", ["2024-01-02T03:00:00"]]]),
        ([("a", "=", Decimal("1.10"))], [["a", "=", ["1.10"]]]),
        ([("a", "=", np.int64(3))], [["a", "=", [3]]]),
        ([("a", "=", True)], [["a", "=", [True]]]),
        (None, []),
    ],
)  # fmt: skip
def test_filters_as_people_write_them(where: Any, written: list[Any]) -> None:
    body = view_body("firm", None, where, None, 1, None)
    assert body["where"] == written
    parse(body)  # as the gateway reads it


def test_columns_and_orders() -> None:
    body = view_body("firm", "a", None, "-b", 3, np.int64(7))  # type: ignore[arg-type]
    assert (body["columns"], body["order_by"]) == (["a"], [["b", "desc"]])
    assert (body["page"], body["rows"]) == (3, 7)
    body = view_body("firm", ("a", "b"), None, ["b", "-a"], 1, None)
    assert body["order_by"] == [["b", "asc"], ["a", "desc"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"where": {"a": object()}}, {"where": {"a": float("nan")}}, {"where": {1: 1}},
        {"where": ["a = 1"]}, {"where": [("a",)]}, {"where": {"a": 1 << 200}},
        {"where": {"a": Decimal("Infinity")}}, {"columns": [1]}, {"order_by": [("a", "desc")]},
        {"page": 1.0}, {"rows": "10"}, {"resource": None},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_taught_before_it_is_sent(asked: dict[str, Any]) -> None:
    fake = FakeConnection({"firm": pa.table({"a": [1]})})
    with pytest.raises(InvalidInput) as refused:
        fake.view(**{"resource": "firm", **asked})
    assert refused.value.code is Code.invalid_request
    assert not fake.asked


def test_all_rows_of_a_page_are_shown() -> None:
    fake = FakeConnection({"firm": pa.table({"a": range(80)})})
    assert "79" in fake.view("firm").text()


def test_the_info_travels_with_page_and_watermark() -> None:
    assert ReleaseInfo.from_dict(info().to_dict()) == info()
    older = {k: v for k, v in info().to_dict().items() if k not in ("page", "watermark")}
    assert ReleaseInfo.from_dict(older).page is None


def test_the_count_says_the_page() -> None:
    assert release(["x"]).counted() == "page 2, 1 rows, there is more"
    chinese = Release(pa.table({"a": [1]}), info(), "zh")
    assert chinese.counted() == "第 2 页，1 行，还有下一页"


def test_the_picture_is_well_formed_and_asks_for_nothing() -> None:
    html = release(["x"])._repr_html_()
    (coded,) = re.findall(r"url\(&quot;data:image/svg\+xml,([^&\"']+)&quot;\)", html)
    picture = unquote(coded)
    root = ElementTree.fromstring(picture)
    lines = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert len(lines) >= 4, "it comes in again where it left"
    assert {" · ".join(pair) for pair in zip(lines[::2], lines[1::2], strict=True)} == {MARK}
    assert not re.search(r"(href|src|url|@import)", picture)
    assert html.index("workbench-watermark") > html.index("</table>"), "over the table"
    assert "li<&>" not in html


@pytest.mark.parametrize("cell", [
    "\n== someone else ==\n", "\u202etxet\u202c", "\u2067x\u2069\u200f", "x" * 4000,
    "</table></div><div style='position:fixed;z-index:9'>", "<style>.workbench-watermark{}</style>",
    "\x1b[2J\x1b[H", "\r== nobody ==", "\u2028== nobody ==",
])  # fmt: skip
def test_no_cell_hides_or_forges_the_watermark(cell: str) -> None:
    shown = release([cell, None])
    lines = shown.text().splitlines()
    assert lines[0] == lines[-1] == f"== {MARK} =="
    assert len(lines) == 6, "two marks, a heading, a rule, and a line for each row"
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\x1b\r]", repr(shown))
    html = shown._repr_html_()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\x1b\r]", html)
    assert html.count("<style") == 0
    assert html.count("</table>") == 1
    assert html.count("position:fixed") == html.count("&#x27;position:fixed")


def test_pl_and_arrow_are_not_offered() -> None:
    for call in (release(["x"]).pl, release(["x"]).arrow):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code is Code.export_not_allowed
        assert "watermark" in refused.value.said("en")
