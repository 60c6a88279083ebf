"""The widget with a model made by hand: it brings the board, passes on, and sees the end."""

from __future__ import annotations

from collections.abc import Iterator

import board_payloads
import pytest
from board_site import Site, serving, widget_page
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

RENDER = """async (payload) => {
  window.model = makeModel(payload);
  window.cleanup = await workbenchWidget(model);
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, site: Site, html: str) -> None:
    page.goto(site.address("widget.html", html) + "?theme=light")
    page.wait_for_function("Boolean(window.workbenchWidget)")


def rendered(page: Page, site: Site, base: str = "/") -> None:
    opened(page, site, widget_page(base))
    page.evaluate(RENDER, board_payloads.only("p1", "p2"))


def connection(page: Page) -> str | None:
    return page.locator(".wb-board").get_attribute("data-connection")


def test_in_a_notebook_it_adds_the_board_once_and_passes_changes_on(page: Page, site: Site) -> None:
    rendered(page, site)
    expect(page.locator(".wb-sign")).to_have_text("已连接")
    expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(6)
    assert page.evaluate("model.sent[0]") == {"do": "hello"}
    changed = board_payloads.only("p1", "p2", language="en")
    page.evaluate(
        "(payload) => model.change({panel_1: payload.panels.p2})",
        changed,
    )
    expect(page.locator("[data-panel=p2] h3")).to_have_text("Output, stacked")
    assert page.locator("[data-panel=p1] h3").inner_text() == "分行业产值走势"
    assert page.locator("[data-panel=p1] .wb-chart").get_attribute("data-drawn") == "1"

    page.evaluate(RENDER.replace("window.cleanup = ", ""), board_payloads.only("p1"))
    assert page.locator(".wb-board").count() == 2
    scripts = page.locator("script[src*='board.js']").count()
    assert scripts == 1
    page.evaluate("cleanup()")
    assert page.locator(".wb-board").count() == 1


def test_the_end_of_a_kernel_is_seen(page: Page, site: Site) -> None:
    rendered(page, site)
    assert connection(page) == "live"
    page.evaluate(
        "model.kernel.connectionStatus = 'connecting'; model.kernel.connectionStatusChanged.emit()"
    )
    page.wait_for_timeout(300)
    assert connection(page) == "live", "a socket may come back"
    expect(page.locator(".wb-bar")).to_be_visible()
    page.evaluate(
        "model.kernel.connectionStatus = 'connected'; model.kernel.connectionStatusChanged.emit()"
    )
    expect(page.locator(".wb-bar")).to_be_hidden()

    page.evaluate("model.kernel.status = 'restarting'; model.kernel.statusChanged.emit()")
    expect(page.locator(".wb-bar")).to_be_visible()
    page.evaluate("model.kernel.status = 'idle'; model.tell('comm_live_update')")
    page.wait_for_timeout(100)
    assert connection(page) == "lost", "nobody answers this model after a restart"


def test_a_kernel_that_was_culled_is_asked_for(page: Page, site: Site) -> None:
    rendered(page, site)
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # the site has no kernels
    expect(page.locator(".wb-bar")).to_be_visible()


def test_without_its_files_it_says_so_in_both_languages(page: Page, site: Site) -> None:
    rendered(page, site, base="/elsewhere/")
    told = page.locator("[role=alert]").inner_text()
    assert "workbench up" in told
    assert "页面的程序文件未能取得" in told
    assert "could not be fetched" in told


def test_a_page_of_voila_lives_though_no_view_comes(page: Page, site: Site) -> None:
    opened(page, site, widget_page(voila=True))
    page.evaluate(
        """(payload) => {
          window.model = makeModel(payload);
          window.leave = workbenchModel(model);
        }""",
        board_payloads.only("p1", "p2"),
    )
    expect(page.locator("#workbench-board > .wb-board[data-connection=live]")).to_be_visible()
    assert page.evaluate("model.sent[0]") == {"do": "hello"}
    page.evaluate("(p) => model.change({panel_1: p})", board_payloads.only("p2")["panels"]["p2"])

    page.evaluate("workbenchWidget(model)")  # a view after all
    page.wait_for_timeout(200)
    assert page.locator(".wb-board").count() == 1
    assert page.locator("#here").inner_text() == ""
    page.evaluate("leave()")
    expect(page.locator(".wb-board")).to_have_count(0)


def test_a_second_page_of_the_same_notebook_has_a_place_of_its_own(page: Page, site: Site) -> None:
    opened(page, site, widget_page(voila=True))
    page.evaluate(
        """async (payload) => {
          workbenchModel(makeModel(payload));
          const second = makeModel(payload);
          workbenchModel(second);
          await workbenchWidget(second);
        }""",
        board_payloads.only("p1"),
    )
    expect(page.locator(".wb-board")).to_have_count(2)
    expect(page.locator("#here .wb-board")).to_have_count(1)
