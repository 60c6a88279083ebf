"""Charts as the kit draws them, in a real browser: what their texts and marks look like at each
size. The panels around them are made by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import board_payloads
import pyarrow as pa
import pytest
from board_panels import panel
from board_site import Site, live_page, serving
from drawing import draw
from playwright.sync_api import Browser, Page

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.ui.panels import Content

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"wall": (1920, 1080), "light": (390, 844)}
PARTS = ("figure", "cards", "signals", "table", "picks", "summary", "data", "approval")
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
Open = Callable[[str, str, Content], Page]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Open]:
    contexts = []

    def open_(theme: str, chart: str, made: Content) -> Page:
        width, height = SIZES[theme]
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        parts: dict[str, Any] = {name: getattr(made, name) for name in PARTS}
        shown = panel("p0", "图", chart, "half", "zh", **parts)
        payload = board_payloads.page("zh", [("", [shown])])
        page.goto(site.address("page.html", live_page(payload)) + f"?theme={theme}")
        page.wait_for_selector(".wb-board h1")
        if made.figure:
            page.wait_for_function("performance.getEntriesByName('workbench-board-all').length > 0")
        return page

    yield open_
    for context in contexts:
        context.close()


Box = dict[str, float]


def boxes(page: Page, selector: str) -> list[Box]:
    """Those that are seen, with the frame of the drawing first."""
    found: list[Box] = page.locator(f".wb-plot, {selector}").evaluate_all(
        "(all) => all.filter((e) => getComputedStyle(e).visibility !== 'hidden')"
        ".map((e) => e.getBoundingClientRect().toJSON())"
    )
    return found


def meet(one: Box, other: Box) -> bool:
    beside = one["right"] <= other["left"] or other["right"] <= one["left"]
    return not beside and not (one["bottom"] <= other["top"] or other["bottom"] <= one["top"])


@pytest.mark.parametrize("theme", SIZES)
def test_names_of_points_stand_whole_and_apart(opened: Open, theme: str) -> None:
    rows = pa.table(
        {
            "n": [
                "最左边很长的名字甲",
                "最左边很长的名字乙",
                "最右边很长的名字丙",
                "丁在中间",
                "戊",
            ],
            "x": [0.0, 22.0, 100.0, 50.0, 50.0],
            "v": [0.0, 1.0, 100.0, 50.0, 49.0],
        }
    )
    made = draw(rows, chart="scatter", by="x", value="v", label="n")
    assert made.figure
    made.figure["data"][0]["text"] = list(rows["n"].to_pylist())  # more than would be named
    page = opened(theme, "scatter", made)
    frame, *names = boxes(page, ".textpoint text")
    style = "(text) => getComputedStyle(text).paintOrder"
    assert page.locator(".textpoint text").first.evaluate(style) == "stroke"  # clear of points
    assert len(names) >= 3
    for i, name in enumerate(names):
        assert frame["left"] <= name["left"]
        assert name["right"] <= frame["right"]
        assert not any(meet(name, other) for other in names[:i])


def test_marks_of_a_wall_grow_with_its_letters(opened: Open) -> None:
    rows = pa.table({"x": [1.0, 2.0], "v": [1.0, 2.0], "s": [1.0, 4.0]})
    made = draw(rows, chart="scatter", by="x", value="v", size="s")
    assert made.figure
    drawn = max(made.figure["data"][0]["marker"]["size"])
    _, *points = boxes(opened("wall", "scatter", made), ".points path")
    assert max(point["width"] for point in points) > 1.3 * drawn


@pytest.mark.parametrize("theme", SIZES)
def test_names_at_the_ends_of_lines_do_not_touch(opened: Open, theme: str) -> None:
    rows = pa.table(
        {
            "m": MONTHS * 2,
            "s": ["名字很长的第一条"] * 12 + ["名字很长的第二条"] * 12,
            "v": [*range(12), *(value + 0.1 for value in range(12))],
        }
    )
    made = draw(rows, chart="line", by="m", value="v", series="s")
    frame, one, other = boxes(opened(theme, "line", made), ".annotation-text")
    assert not meet(one, other)
    assert max(one["right"], other["right"]) <= frame["right"]


@pytest.mark.parametrize(
    ("theme", "at"),
    [
        ("wall", dt.date(2026, 6, 1)),
        ("light", dt.date(2026, 6, 1)),
        ("light", dt.date(2025, 1, 20)),
    ],
)
def test_the_day_of_a_timeline_is_whole_and_clear_of_the_legend(
    opened: Open, theme: str, at: dt.date
) -> None:
    info = sample_info()
    sources = tuple(dataclasses.replace(source, data_date=at) for source in info.sources)
    rows = pa.table(
        {
            "n": [f"项目{i}" for i in range(6)],
            "a": [dt.date(2025, 1 + i, 1) for i in range(6)],
            "b": [dt.date(2026, 1 + i, 15) for i in range(6)],
            "g": ["在建的项目", "已完工的项目", "计划中的项目"] * 2,
        }
    )
    release = Release(rows, dataclasses.replace(info, sources=sources), "en")
    made = draw(release, "en", chart="timeline", by="n", start="a", end="b", series="g")
    frame, *rest = boxes(opened(theme, "timeline", made), ".annotation-text, .legendtext")
    assert len(rest) == 4
    *_, day = sorted(rest, key=lambda box: box["top"])
    for box in rest:
        assert frame["left"] <= box["left"]
        assert box["right"] <= frame["right"]
        assert box is day or not meet(box, day)


def test_dates_of_tables_are_whole_on_a_phone(opened: Open) -> None:
    rows = pa.table(
        {
            "名称": [f"关于公共数据资源登记的目录条目第{i}号" for i in range(9)],
            "发布日期": [dt.date(2018, 3, 1 + i) for i in range(9)],
            "更新时间": [dt.datetime(2018, 3, 1 + i, 8, 30) for i in range(9)],
            "月份": ["2018-03"] * 9,
            "条目数": range(1000, 1009),
        }
    )
    cut = "(cells) => cells.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    page = opened("light", "table", draw(rows, chart="table"))
    cells = page.locator(".wb-rows .wb-row > div:not(:first-child)")
    assert cells.count() >= 36
    assert cells.evaluate_all(cut) == []

    page = opened("light", "bar", draw(rows, chart="bar", by="发布日期", value="条目数"))
    page.locator("[data-tool=table]").click()
    lines = "(cells) => cells.map((e) => Math.round(e.getBoundingClientRect().height))"
    assert len(set(page.locator(".wb-data td").evaluate_all(lines))) == 1
