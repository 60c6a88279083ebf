"""The board inside a notebook's page: JupyterLab's styles, Voila's cells, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import board_payloads
import pytest
from board_site import STATIC, Site, live_page, notebook_page, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[..., Page]
THEMES: dict[str, Any] = json.loads((STATIC / "themes.json").read_text(encoding="utf-8"))
PAPER = 703  # px: A4 upright within margins of 12 mm
ROWS = """(places) => places.map((place) => [...place.querySelectorAll("dt")].map((dt) => {
  const range = document.createRange();
  const box = (e) => { range.selectNodeContents(e); const b = range.getBoundingClientRect();
    return {left: b.left, right: b.right, top: b.top, bottom: b.bottom}; };
  const drawer = dt.closest("dl").getBoundingClientRect();
  return {name: box(dt), text: box(dt.nextElementSibling), end: drawer.bottom};
}))"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Open]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def open_(html: str, query: str = "theme=light") -> Page:
        page.goto(site.address("page.html", html) + f"?{query}")
        expect(page.locator(".wb-board")).to_be_visible()
        return page

    yield open_
    context.close()
    assert wrong == []


def in_rows(page: Page, lists: str) -> None:
    """Each name stands beside its own text, each pair below the one before, none is cut."""
    found = page.locator(lists).evaluate_all(ROWS)
    assert found
    for pairs in found:
        assert pairs
        below = 0.0
        for pair in pairs:
            name, text = pair["name"], pair["text"]
            assert abs(name["top"] - text["top"]) <= 1
            assert name["right"] <= text["left"]
            assert name["bottom"] - name["top"] < 30, "a name of a few letters stands in one line"
            assert name["top"] >= below
            below = max(name["bottom"], text["bottom"])
        assert below <= pairs[-1]["end"] + 1


@pytest.mark.parametrize("last", [True, False], ids=["as in Voila", "as in JupyterLab"])
def test_names_stand_beside_their_texts(opened: Open, last: bool) -> None:
    payload = board_payloads.only("p1", language="en")
    payload["panels"]["p0"] = board_payloads.all_states("en")["panels"]["p0"]
    payload["sections"][0]["panels"].insert(0, "p0")
    page = opened(notebook_page(payload, last=last))
    in_rows(page, ".wb-reason dl")
    page.locator("[data-panel=p1] [data-tool=source]").click()
    in_rows(page, ".wb-drawer dl")


def background(page: Page, x: int, y: int) -> str:
    """The colour that is seen at a place: of the nearest element that has one."""
    found: str = page.evaluate(
        """([x, y]) => { let e = document.elementFromPoint(x, y);
             const of = (e) => getComputedStyle(e).backgroundColor;
             while (e && of(e) === "rgba(0, 0, 0, 0)") e = e.parentElement;
             return e ? of(e) : "none"; }""",
        [x, y],
    )
    return found


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("theme", ["light", "dark", "wall"])
def test_what_is_beside_the_board_has_its_colours(opened: Open, theme: str) -> None:
    page = opened(notebook_page(board_payloads.only("p0"), last=False))
    if theme != "light":
        page.get_by_role("button", name={"dark": "深色", "wall": "大屏"}[theme]).click()
    board = page.locator(".wb-board").bounding_box()
    assert board
    assert (board["x"], board["width"]) == (0, page.evaluate("document.body.clientWidth"))
    css = THEMES[theme]["css"]
    said = page.locator("#said")
    said.scroll_into_view_if_needed()
    place = said.bounding_box()
    assert place
    assert place["y"] >= board["height"] - page.evaluate("scrollY")
    assert background(page, int(place["x"]) + 5, int(place["y"]) + 5) == rgb(css["ground"])
    assert said.evaluate("(e) => getComputedStyle(e).color") == rgb(css["muted"])


def test_a_field_without_words_can_be_read_in_each_theme(opened: Open) -> None:
    page = opened(notebook_page(board_payloads.only("p14"), last=False))
    page.get_by_role("button", name="深色").click()
    colour = page.locator(".wb-search").evaluate(
        "(e) => getComputedStyle(e, '::placeholder').color"
    )
    assert colour == rgb(THEMES["dark"]["css"]["muted"])


def test_the_latest_choice_stays_until_it_is_answered(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    field = page.locator("select[data-key=county]")
    names = board_payloads.COUNTIES[:3]
    for name in names:
        field.select_option(name)
    requests = [m["request"] for m in page.evaluate("host.sent") if m["do"] == "filter"]

    def answer(request: int, value: str) -> None:
        page.evaluate(
            """([request, value]) => {
                 view.receive({did: "busy", panels: ["p0"], request});
                 const filters = payload.filters.map((f) => f.id === "county" ? {...f, value} : f);
                 view.update({...payload, filters});
               }""",
            [request, value],
        )

    answer(requests[0], names[0])
    assert field.input_value() == names[2]
    page.evaluate(
        "(request) => view.receive({did: 'filter', ok: false, request, reasons: []})", requests[1]
    )
    assert field.input_value() == names[2]
    answer(requests[2], names[1])  # what the kernel made of the last one holds
    assert field.input_value() == names[1]


def test_a_language_that_was_chosen_is_kept(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")), "theme=light&lang=zh")
    page.get_by_role("button", name="English").click()
    page.evaluate("(payload) => view.update(payload)", board_payloads.only("p0", language="en"))
    assert "workbench-lang=en" in page.evaluate("document.cookie")
    assert "lang=en" in page.url
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "The economy of Aba"


@pytest.mark.slow
def test_on_paper_a_page_fits_and_says_what_was_chosen(opened: Open) -> None:
    payload = board_payloads.everything()
    page = opened(live_page(payload), "theme=dark")
    page.wait_for_function("performance.getEntriesByName('workbench-board-all').length > 0")
    page.locator("select[data-key=county]").select_option("茂县")
    page.evaluate("""() => { window.printed = []; const board = document.querySelector(".wb-board");
      addEventListener("beforeprint", () => printed.push(board.clientWidth)); }""")
    page.pdf(format="A4")
    assert page.evaluate("printed") == [PAPER]
    assert page.locator(".wb-board").get_attribute("data-theme") == "dark"
    page.wait_for_timeout(300)

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.wb-plot .main-svg, .wb-panel, .wb-row > div')]"
        ".map((e) => e.getBoundingClientRect().right))"
    )
    assert right <= PAPER
    tick = page.locator(".ytick text").first.evaluate("(e) => getComputedStyle(e).fill")
    assert tick == rgb(THEMES["light"]["tokens"]["muted"])
    shown = page.locator(".wb-board").inner_text()
    assert "茂县" in page.locator(".wb-filters").inner_text()
    assert "数据时间 2026-11-22 19:03" in shown
    captions = page.locator(".wb-source").all_inner_texts()
    assert captions == [one["provenance"]["caption"] for one in payload["panels"].values()]
    assert page.locator(".wb-search, .wb-tools, .wb-language").locator("visible=true").count() == 0
    assert page.locator(".wb-rows .wb-row").count() > 20
    assert page.locator(".wb-unknown").count() == 0

    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".wb-board").get_attribute("data-theme") == "dark"
    expect(page.locator(".wb-source").first).to_be_hidden()
    page.wait_for_function("document.querySelector('.wb-plot .main-svg').clientWidth > 350")
    assert page.locator(".wb-board").bounding_box()["width"] == 1440  # type: ignore[index]


def test_a_board_in_jupyterlab_follows_its_theme_until_one_is_chosen(opened: Open) -> None:
    html = live_page(board_payloads.only("p0") | {"bare": True})
    page = opened(html.replace('data-voila="voila"', 'data-jp-theme-light="true"'), "")
    board = page.locator(".wb-board")
    expect(page.locator(".wb-header")).to_be_hidden()
    expect(board).to_have_attribute("data-theme", "light")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    expect(board).to_have_attribute("data-theme", "dark")
    page.evaluate("view.dress('wall')")
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.wait_for_timeout(100)
    assert board.get_attribute("data-theme") == "wall"


def test_what_is_said_has_the_marks_of_its_language_and_lying_bars_are_walked_down(
    opened: Open,
) -> None:
    payload = board_payloads.only("p5", language="en")
    panel = payload["panels"]["p5"]
    panel["summary"] = f"{panel['title']}: most in Barkam"
    page = opened(live_page(payload))
    page.wait_for_selector("[data-panel=p5] .wb-chart[data-drawn]")
    chart = page.locator("[data-panel=p5] .wb-chart")
    assert chart.get_attribute("aria-label") == panel["summary"]
    chart.focus()
    said = []
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        said.append(chart.locator("[aria-live]").inner_text())
    names = board_payloads.COUNTIES
    assert [one.split(": ")[0] for one in said] == [names[0], names[1], names[2], names[1]]


def test_a_chosen_area_is_outlined_and_the_others_keep_their_colours(opened: Open) -> None:
    payload = board_payloads.only("p3")
    payload["filters"][0]["value"] = board_payloads.COUNTIES[3]
    page = opened(live_page(payload), "theme=dark")
    page.wait_for_selector("[data-panel=p3] .wb-chart[data-drawn]")
    traces = page.evaluate(
        "document.querySelector('[data-panel=p3] .wb-plot')._fullData.map("
        "(t) => [t.opacity, t.line.width, t.line.color])"
    )
    assert {opacity for opacity, _, _ in traces} == {1}
    assert [i for i, (_, width, _) in enumerate(traces) if width == 3] == [3]
    assert traces[3][2] == THEMES["dark"]["tokens"]["text"]


def test_bars_without_a_figure_take_no_room(opened: Open) -> None:
    def axis(gap: bool) -> list[float]:
        payload = board_payloads.only("p5")
        trace = payload["panels"]["p5"]["figure"]["data"][0]
        trace["x"][3] = None if gap else trace["x"][3]
        trace["text"][3] = "未放行（不足三户）" if gap else trace["text"][3]
        page = opened(live_page(payload))
        page.wait_for_selector("[data-panel=p5] .wb-chart[data-drawn]")
        found: list[float] = page.evaluate(
            "document.querySelector('.wb-plot')._fullLayout.xaxis.range"
        )
        return found

    assert axis(gap=True)[0] == axis(gap=False)[0]


def test_dates_of_a_table_are_whole_on_a_phone(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p14")))
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".wb-board[data-width=narrow]")
    page.wait_for_timeout(200)
    cut = page.evaluate(
        "[...document.querySelectorAll('.wb-rows .wb-row > div')].filter((e) =>"
        " /^2026-/.test(e.textContent) && e.scrollWidth > e.clientWidth).length"
    )
    assert cut == 0
