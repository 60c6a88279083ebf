"""The board in a real browser, over a static server: what leaders see, at each size and theme.

No kernel and no Voila here: payloads are made by hand (``board_payloads``), JavaScript plays the
host. The living page is tested where it is served.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import board_payloads
import pytest
from board_site import Site, early_page, live_page, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

SIZES = {"hall": (1920, 1080), "desk": (1440, 900), "phone": (390, 844)}
FIGURES = 12
PAINTED = "performance.getEntriesByName('workbench-board-all').length > 0"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def told() -> list[str]:
    """What the console said and where requests went, if it was wrong."""
    return []


@pytest.fixture
def opened(browser: Browser, site: Site, told: list[str]) -> Iterator[Open]:
    contexts = []

    def open_(html: str, size: str = "desk", query: str = "theme=light") -> Page:
        width, height = SIZES[size]
        phone = size == "phone"
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            has_touch=phone,
            is_mobile=phone,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda m: told.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: told.append(str(error)))
        context.on(
            "request",
            lambda r: (
                None if r.url.startswith((site.root, "data:", "blob:")) else told.append(r.url)
            ),
        )
        page.goto(site.address("page.html", html) + f"?{query}")
        expect(page.locator(".wb-board h1")).to_be_visible()
        return page

    yield open_
    for context in contexts:
        context.close()


def painted(page: Page) -> None:
    page.wait_for_function(PAINTED)
    page.wait_for_timeout(100)


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    """What the host was asked, without the numbers of the requests."""
    found = [m for m in page.evaluate("host.sent") if m["do"] == kind]
    return [{key: value for key, value in m.items() if key != "request"} for m in found]


def drawings(page: Page) -> dict[str, str]:
    """How often each panel's chart was drawn."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.wb-chart')].map("
        "(e) => [e.closest('.wb-panel').dataset.panel, e.dataset.drawn]))"
    )
    return found


def settled(page: Page) -> dict[str, str]:
    """How often each chart was drawn, once nothing has drawn for half a second."""
    seen, since = drawings(page), time.monotonic()
    until = since + 30
    while time.monotonic() - since < 0.5:
        assert time.monotonic() < until, "the charts draw and draw"
        page.wait_for_timeout(50)
        now = drawings(page)
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


# What is seen ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [
        ("hall", "light", "zh"),
        pytest.param("hall", "wall", "zh", marks=pytest.mark.slow),
        ("desk", "dark", "en"),
        pytest.param("phone", "light", "zh", marks=pytest.mark.slow),
        ("phone", "dark", "en"),
    ],
)
def test_every_chart_is_seen_whole(
    opened: Open,
    told: list[str],
    screenshot: Callable[[Page, str], None],
    size: str,
    theme: str,
    language: str,
) -> None:
    payload = board_payloads.everything(language)
    page = opened(live_page(payload), size, f"theme={theme}")
    painted(page)

    assert page.locator(".wb-board").get_attribute("data-theme") == theme
    titles = page.locator(".wb-panel h3").all_inner_texts()
    assert titles == [panel["title"] for panel in payload["panels"].values()]
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".wb-plot .main-svg:first-child")].map((svg) => {
             const [a, b] = [svg, svg.closest(".wb-plot")].map((e) => e.getBoundingClientRect());
             return [b.width, b.height, Math.abs(a.width - b.width), Math.abs(a.height - b.height)];
           })"""
    )
    assert len(sizes) == FIGURES
    for width, height, beside, below in sizes:
        assert width >= 300
        assert height >= 140
        assert max(beside, below) <= 1.5, "the drawing fills its frame"
    assert clipped(page) == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert told == []
    screenshot(page, f"board-{size}-{theme}-{language}")


def clipped(page: Page) -> list[str]:
    """Texts of charts that stick out of their drawing."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".wb-plot")].flatMap((plot) => {
             const frame = plot.getBoundingClientRect();
             return [...plot.querySelectorAll("svg text")].filter((text) => {
               const box = text.getBoundingClientRect();
               return box.width && text.textContent.trim() &&
                 (box.left < frame.left - 2 || box.right > frame.right + 2 ||
                  box.top < frame.top - 2 || box.bottom > frame.bottom + 2);
             }).map((text) => `${plot.closest(".wb-panel").dataset.chart}: ${text.textContent}`);
           })"""
    )
    return found


@pytest.mark.parametrize(
    ("size", "language"), [("desk", "zh"), pytest.param("phone", "en", marks=pytest.mark.slow)]
)
def test_a_panel_that_is_not_drawn_says_why_and_what_next(
    opened: Open,
    told: list[str],
    screenshot: Callable[[Page, str], None],
    size: str,
    language: str,
) -> None:
    payload = board_payloads.all_states(language)
    page = opened(live_page(payload), size)
    painted(page)
    for identity, panel in payload["panels"].items():
        shown = page.locator(f"[data-panel={identity}]").inner_text()
        if panel["state"] != "drawn":
            for reason in panel["reasons"]:
                for key in ("what", "why", "rule", "next"):
                    assert reason[key] in shown
    page.locator("[data-panel=p0] summary").click()
    assert "output_monthly" in page.locator("[data-panel=p0] pre").inner_text()
    marks = page.locator("[data-panel=p7] .wb-mark").all_inner_texts()
    assert marks == [mark["text"] for mark in payload["panels"]["p7"]["marks"]]
    page.locator(".wb-retry").click()
    assert sent(page, "retry") == [{"do": "retry", "panel": "p3"}]
    assert told == []
    screenshot(page, f"board-states-{size}-{language}")


def test_a_refusal_of_the_whole_page_is_told_once(opened: Open) -> None:
    payload = board_payloads.only("p0", "p1", "p2", "p5")
    reason = board_payloads.reason("zh")
    for panel in payload["panels"].values():
        panel |= {"state": "refused", "reasons": [reason], "figure": None, "cards": None}
    payload["refusal"] = {"state": "refused", "reasons": [reason]}
    page = opened(live_page(payload))
    assert page.locator(".wb-board").inner_text().count(reason["what"]) == 1
    assert reason["next"] in page.get_by_role("alert").inner_text()
    heights = page.locator(".wb-panel").evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert max(heights) < 150


def test_a_row_without_figures_is_short_and_says_what_was_asked(opened: Open) -> None:
    payload = board_payloads.only("p0", "p1", "p2")
    for panel in payload["panels"].values():
        panel |= {"state": "empty", "figure": None, "cards": None, "note": "", "asked": "县 茂县"}
    page = opened(live_page(payload))
    shown = page.locator("[data-panel=p0]").inner_text()
    assert payload["panels"]["p0"]["title"] in shown
    assert "所选范围内没有数据" in shown
    assert "县 茂县" in shown
    heights = page.locator(".wb-panel").evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert max(heights) < 150


def test_cards_show_changes_and_gaps(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    cards = page.locator(".wb-card")
    assert cards.count() == 5
    assert "12,486" in cards.nth(0).inner_text()
    assert "上升+3.2%" in cards.nth(0).locator(".wb-delta").text_content()
    assert "未放行" in cards.nth(3).inner_text()
    assert "—" in cards.nth(4).inner_text()
    assert cards.nth(2).locator(".wb-spark-line").get_attribute("d").count("M") == 2  # with a gap


def test_figures_of_falling_bars_do_not_stand_on_the_names(opened: Open) -> None:
    payload = board_payloads.only("p5")
    trace = payload["panels"]["p5"]["figure"]["data"][0]
    trace["x"] = [20 - 3 * i for i in range(len(trace["x"]))]
    trace["text"] = [f"{value}.05%" for value in trace["x"]]
    page = opened(live_page(payload), "phone")
    painted(page)
    names = page.locator(".ytick text").evaluate_all(
        "(texts) => Math.max(...texts.map((text) => text.getBoundingClientRect().right))"
    )
    figures = page.locator(".bartext").evaluate_all(
        "(texts) => Math.min(...texts.map((text) => text.getBoundingClientRect().left))"
    )
    assert figures >= names
    assert clipped(page) == []


# What is done ------------------------------------------------------------------------------------


def test_a_click_on_a_mark_sets_the_filter_and_a_second_clears_it(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p8")))
    painted(page)
    bar = page.locator("[data-panel=p8] .point path").nth(2)
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    assert sent(page, "filter") == [{"do": "filter", "filter": "department", "value": "住建局"}]
    assert page.locator("select[data-key=department]").input_value() == "住建局"
    expect(page.locator("[data-panel=p8] .wb-chart")).to_have_attribute("data-drawn", "2")
    faded = page.locator("[data-panel=p8] .point path").evaluate_all(
        "(paths) => paths.map((p) => getComputedStyle(p).opacity)"
    )
    assert [float(one) < 1 for one in faded] == [True, True, False, True, True, True]

    page.locator("[data-panel=p8] .point path").nth(2).click(force=True)
    assert sent(page, "filter")[1] == {"do": "filter", "filter": "department", "value": None}


def test_a_click_on_a_county_of_the_map_chooses_it(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p3")))
    painted(page)
    plot = page.locator("[data-panel=p3] .wb-plot")
    plot.scroll_into_view_if_needed()
    box = page.locator("[data-panel=p3] .fills path").nth(3).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(150)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("host.sent.some((m) => m.do === 'filter')")
    assert sent(page, "filter")[0]["filter"] == "county"
    assert sent(page, "filter")[0]["value"] == board_payloads.COUNTIES[3]


def test_filters_are_sent_and_cleared(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    page.locator("select[data-key=county]").select_option("茂县")
    page.get_by_role("button", name="较早").click()
    page.locator("input[data-key=title]").fill("产值")
    page.wait_for_function("host.sent.filter((m) => m.do === 'filter').length === 3")
    values = [(m["filter"], m["value"]) for m in sent(page, "filter")]
    assert values == [("county", "茂县"), ("month", "2026-09"), ("title", "产值")]
    page.get_by_role("button", name="清除全部筛选").click()
    assert {m["value"] for m in sent(page, "filter")[3:]} == {None}


def test_what_is_chosen_stands_in_the_address(opened: Open, told: list[str]) -> None:
    """As the kernel has it, not as it was clicked; the defaults do not stand there."""
    payload = board_payloads.only("p0")
    page = opened(live_page(payload), query="theme=light&f.county=old&f.gone=1")
    assert page.evaluate("location.search") == "?theme=light"
    county, month = payload["filters"][:2]
    county["value"], month["value"] = "茂县", None
    county["told"] = "现按默认值显示"
    before = page.evaluate("history.length")
    page.evaluate("(payload) => view.update(payload)", payload)
    chosen = "Object.fromEntries(new URLSearchParams(location.search))"
    assert page.evaluate(chosen) == {"theme": "light", "f.county": "茂县", "f.month": ""}
    assert page.evaluate("history.length") == before
    assert "现按默认值显示" in page.locator(".wb-filters").inner_text()
    assert "未能" not in page.locator(".wb-filters").inner_text()
    county["value"], month["value"] = None, "2026-10"
    page.evaluate("(payload) => view.update(payload)", payload)
    assert page.evaluate("location.search") == "?theme=light"
    page.evaluate("delete document.body.dataset.voila")  # as in JupyterLab
    county["value"] = "茂县"
    page.evaluate("(payload) => view.update(payload)", payload)
    assert page.evaluate("location.search") == "?theme=light"
    assert told == []


def test_early_figures_are_not_shown_under_choices_of_the_address(
    browser: Browser, site: Site
) -> None:
    page = browser.new_page()
    html = early_page(board_payloads.only("p0") | {"early": True})
    page.goto(site.address("page.html", html) + "?f.county=x")
    page.wait_for_function("window.view !== undefined")
    assert page.locator(".wb-board").count() == 0
    page.evaluate(MOUNT, board_payloads.only("p0"))
    expect(page.locator("#workbench-board .wb-board h1")).to_be_visible()
    page.close()


def test_the_keyboard_walks_a_chart_and_speaks(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1", "p3", "p5", "p7", "p10", "p11")))
    painted(page)
    chart = page.locator("[data-panel=p5] .wb-chart")  # the ranking
    chart.focus()
    page.keyboard.press("ArrowRight")
    said = chart.locator("[aria-live]")
    first = said.inner_text()
    assert first.startswith("马尔康市：")
    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("汶川县：")
    page.keyboard.press("Enter")
    assert sent(page, "filter") == [{"do": "filter", "filter": "county", "value": "汶川县"}]
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()

    for identity in ("p1", "p3", "p10", "p11", "p7"):  # lines, map, heat map, flows, waterfall
        chart = page.locator(f"[data-panel={identity}] .wb-chart")
        chart.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert len(chart.locator("[aria-live]").inner_text()) > 3


def test_focus_goes_through_the_page_in_order(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0", "p1", "p4", "p5", "p6", "p14")))
    painted(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "wb-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "wb-main"
    tops, seen = [], set()
    for _ in range(80):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "(() => { const e = document.activeElement; const p = e.closest('.wb-panel');"
            " return p && [p.dataset.panel, getComputedStyle(e).outlineStyle]; })()"
        )
        if inside is None:
            break
        assert inside[1] != "none", "focus is seen"
        if inside[0] not in seen:
            seen.add(inside[0])
            tops.append(int(inside[0][1:]))
    assert tops == sorted(tops)
    assert len(tops) == 6


def test_the_source_is_one_click_away(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1")))
    page.locator("[data-panel=p1] [data-tool=source]").click()
    drawer = page.get_by_role("dialog")
    for text in ("提供单位", "阿坝州统计局", "v17", "2027-06-30"):
        assert text in drawer.inner_text()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_chart_is_shown_as_a_table_and_back(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1")))
    painted(page)
    panel = page.locator("[data-panel=p1]")
    panel.locator("[data-tool=table]").click()
    assert panel.locator("tbody tr").count() == len(board_payloads.MONTHS)
    assert panel.locator(".wb-chart").count() == 0
    panel.locator("[data-tool=table]").click()
    expect(panel.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(3)


def test_full_screen_fills_it_and_escape_leaves(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1")))
    painted(page)
    panel = page.locator("[data-panel=p1]")
    before = panel.locator(".main-svg").first.bounding_box()
    panel.locator("[data-tool=full]").click()
    expect(panel.locator(".modebar-btn").first).to_be_attached()
    page.wait_for_function(
        "document.querySelector('[data-panel=p1] .main-svg').clientWidth > innerWidth * 0.9"
    )
    page.evaluate(
        "document.exitFullscreen && document.fullscreenElement && document.exitFullscreen()"
    )
    page.keyboard.press("Escape")
    expect(panel).not_to_have_class("wb-full")
    page.wait_for_function(
        "(width) => Math.abs(document.querySelector('.main-svg').clientWidth - width) < 3",
        arg=before["width"],
    )


def test_the_theme_is_switched_and_kept(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1")), query="")
    painted(page)
    page.get_by_role("button", name="深色").click()
    page.wait_for_function(
        "document.querySelector('[data-panel=p1] .wb-chart').dataset.drawn === '2'"
    )
    tick = page.locator("[data-panel=p1] .ytick text").first.evaluate(
        "(e) => getComputedStyle(e).fill"
    )
    assert tick == "rgb(163, 179, 194)"  # @muted of the dark theme
    page.reload()
    expect(page.locator(".wb-board")).to_have_attribute("data-theme", "dark")


def test_motion_is_spared(opened: Open) -> None:
    page = opened(live_page(board_payloads.all_states()))
    page.emulate_media(reduced_motion="reduce")
    name = page.locator(".wb-waiting span").first.evaluate(
        "(e) => getComputedStyle(e).animationName"
    )
    assert name == "none"


# From early to live ------------------------------------------------------------------------------


MOUNT = """(payload) => {
  window.host = makeHost(payload);
  window.before = [...document.querySelectorAll(".wb-panel")];
  return workbenchBoard.mount(here, host).then((view) => { host.view = view; });
}"""


def test_the_living_page_takes_the_early_one_over_without_a_flash(
    opened: Open, told: list[str]
) -> None:
    early = board_payloads.everything() | {"early": True}
    page = opened(early_page(early))
    expect(page.locator(".wb-sign")).to_have_text("正在连接…")
    painted(page)
    page.locator("select[data-key=county]").select_option("茂县")  # waits for the kernel
    page.evaluate("scrollTo(0, 700)")
    expect(page.locator("[data-panel=p5] .wb-chart")).to_have_attribute("data-drawn", "2")
    drawn = settled(page)  # a chart that the scroll brought near draws when it comes to it
    places = page.evaluate("[...document.querySelectorAll('.wb-panel')].map((e) => e.offsetTop)")

    live = board_payloads.everything() | {"released_at": "2026-11-22T19:04:00+08:00"}
    live["panels"]["p7"]["figure"]["data"][0]["y"][1] = 99
    live["panels"]["p7"]["figure"]["data"][0]["text"][1] = "+99"
    page.evaluate(MOUNT, live)
    expect(page.locator(".wb-sign")).to_have_text("已连接")
    expect(page.locator("[data-panel=p7] .wb-chart")).to_have_attribute("data-drawn", "2")
    assert "+99" in page.locator("[data-panel=p7] .wb-plot").text_content()

    assert settled(page) == drawn | {"p7": "2"}
    assert page.locator("select[data-key=county]").input_value() == "茂县"
    assert page.evaluate("before.every((e, i) => e === document.querySelectorAll('.wb-panel')[i])")
    assert page.evaluate("scrollY") == 700
    after = page.evaluate("[...document.querySelectorAll('.wb-panel')].map((e) => e.offsetTop)")
    assert after == places
    assert page.evaluate("host.sent")[0] == {"do": "hello"}
    assert sent(page, "filter") == [{"do": "filter", "filter": "county", "value": "茂县"}]
    assert page.locator(".wb-time").inner_text() == "数据时间 2026-11-22 19:04"
    assert page.locator("#here .wb-board").count() == 0
    assert told == []


def test_a_page_in_another_language_follows_in_place(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1")))
    painted(page)
    page.get_by_role("button", name="English").click()
    assert sent(page, "language") == [{"do": "language", "language": "en"}]
    page.evaluate("(payload) => view.update(payload)", board_payloads.only("p1", language="en"))
    assert page.locator(".wb-board").get_attribute("lang") == "en"
    visible = page.locator(".wb-board .wb-header, .wb-board .wb-filters").all_inner_texts()
    assert "The economy of Aba" in visible[0]
    assert page.locator("[data-panel=p1] h3").inner_text() == "Output by sector"


def test_a_lost_kernel_is_said_and_its_return_too(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    page.evaluate("view.connection('lost')")
    bar = page.locator(".wb-bar")
    expect(bar).to_be_visible()
    assert "连接已断开，数据停留在 2026-11-22 19:03" in bar.inner_text()
    assert page.get_by_role("button", name="重新加载").is_visible()
    page.locator("select[data-key=county]").select_option("茂县")
    assert sent(page, "filter") == []
    page.evaluate("view.connection('live')")
    expect(bar).to_be_hidden()
    assert sent(page, "filter") == [{"do": "filter", "filter": "county", "value": "茂县"}]


def test_panels_that_are_asked_again_say_so_and_a_refusal_is_shown(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p1", "p2")))
    page.evaluate("view.receive({did: 'busy', panels: ['p1', 'p2']})")
    assert page.locator(".wb-busy").count() == 2
    assert page.locator(".wb-sign").inner_text() == "正在更新…"
    reason = board_payloads.reason("zh")
    page.evaluate(
        "(reason) => view.receive({did: 'filter', panel: null, ok: false, reasons: [reason]})",
        reason,
    )
    assert page.locator(".wb-busy").count() == 0
    assert reason["next"] in page.get_by_role("dialog").inner_text()
