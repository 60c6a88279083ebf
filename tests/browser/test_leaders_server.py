"""The leaders' server with a real browser: coming in, waiting, leaving, and no kernel left."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_city import Up, copy_city, wait_for, words_of

pytestmark = pytest.mark.browser

POOL = 2
LIVE = '.wb-board[data-connection="live"]'


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up.start(copy_city(tmp_path_factory.mktemp("city")), options=("--viewers", "2"))
    try:
        yield running.ready()
    finally:
        running.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield made
    made.close()


def server_of(up: Up) -> psutil.Process:
    return up.child("workbench.pages.server")


def kernels(up: Up) -> int:
    found = server_of(up).children(recursive=True)
    return sum("ipykernel_launcher" in " ".join(words_of(p)) for p in found)


def only_the_pool(up: Up, seconds: float = 30) -> bool:
    return wait_for(lambda: kernels(up) == POOL, seconds)


def base(up: Up) -> str:
    return up.page.split("/voila/")[0]


def plain(up: Up) -> str:
    """The page's address without the token."""
    return up.page.split("?")[0]


def signed_in(context: BrowserContext, up: Up) -> Page:
    page = context.new_page()
    page.goto(up.page.replace("/voila/render/aba_catalogue.ipynb", "/"))
    return page


@pytest.mark.slow
def test_a_leader_signs_in_and_opens_a_page_from_the_index(up: Up, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(plain(up))
    page.get_by_label("用户名").fill("leader")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    page.get_by_label("用户名").fill("leader")
    page.get_by_label("密码").fill(up.password("leader"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector(LIVE, timeout=60_000)  # led on to where they wanted to go
    assert page.url == plain(up)
    page.goto(base(up))
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Aba's open-data catalogue").click()
    page.wait_for_selector(LIVE, timeout=60_000)
    expect(page.locator(".wb-board h1")).to_have_text("Aba's open-data catalogue")
    page.goto(base(up))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.goto(plain(up))
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.slow
def test_the_token_leaves_the_address_before_anything_is_loaded(
    up: Up, context: BrowserContext
) -> None:
    page, referers = context.new_page(), list[str]()
    context.on("request", lambda r: referers.append(r.headers.get("referer", "")))
    page.goto(up.page)
    page.wait_for_selector(LIVE, timeout=60_000)
    assert page.url == plain(up)
    assert "token" not in "".join(referers)
    assert page.evaluate("document.cookie").count("workbench-pages") == 0  # HttpOnly
    _is_as_long_as_it_is_and_nothing_is_beside_it(page)


def _is_as_long_as_it_is_and_nothing_is_beside_it(page: Page) -> None:
    whole, shown = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert whole > 2 * shown
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    last = page.locator(".wb-panel").last
    last.scroll_into_view_if_needed()
    assert page.evaluate("scrollY") > shown


@pytest.mark.slow
def test_figures_are_there_before_the_kernel_and_stay_when_it_comes(
    up: Up, context: BrowserContext
) -> None:
    page = signed_in(context, up)
    page.goto(plain(up))
    page.wait_for_selector(LIVE, timeout=60_000)  # the gateway keeps the results from here on
    page.goto(base(up))
    assert only_the_pool(up)
    # Without a warm kernel there is time for the figures, however busy the machine is.
    for kernel in server_of(up).children(recursive=True):
        kernel.kill()
    page.goto(plain(up), wait_until="commit")
    page.wait_for_selector("#workbench-board .wb-card .wb-value", timeout=20_000)
    first = page.locator(".wb-card .wb-value").all_inner_texts()
    page.evaluate("document.querySelector('.wb-panel').before = true")
    page.wait_for_selector(LIVE, timeout=60_000)
    assert page.locator(".wb-card .wb-value").all_inner_texts() == first
    assert page.evaluate("document.querySelector('.wb-panel').before") is True
    expect(page.locator(".wb-board")).to_have_count(1)
    expect(page.locator("#workbench-loading")).to_have_count(0)


@pytest.mark.slow
def test_a_page_that_is_left_leaves_no_kernel(up: Up, context: BrowserContext) -> None:
    """By a link, by closing the tab, and by reloading: by what the page itself says."""
    page = signed_in(context, up)
    for _ in range(2):
        page.goto(plain(up))
        page.wait_for_selector(LIVE, timeout=60_000)
        page.goto(base(up))
    assert only_the_pool(up)
    page.goto(plain(up))
    page.wait_for_selector(LIVE, timeout=60_000)
    page.reload()
    page.wait_for_selector(LIVE, timeout=60_000)
    assert wait_for(lambda: kernels(up) == POOL + 1, 30)
    page.close(run_before_unload=True)
    assert only_the_pool(up)
    log = (up.city / ".workbench/logs/voila.out.log").read_text()
    assert "its page has gone" not in log  # nobody had to find out by the time
    assert "its page never connected" not in log


@pytest.mark.slow
def test_the_third_of_two_waits_and_is_let_in(up: Up, context: BrowserContext) -> None:
    pages = [signed_in(context, up) for _ in range(3)]
    for page in pages[:2]:
        page.goto(plain(up))
        page.wait_for_selector(LIVE, timeout=60_000)
    answer = pages[2].goto(plain(up))
    assert answer is not None
    assert answer.status == 503
    expect(pages[2].locator(".place")).to_have_text("1")
    expect(pages[2].get_by_text("有人离开后您会自动进入")).to_be_visible()
    pages[0].goto(base(up))
    pages[2].wait_for_selector(LIVE, timeout=60_000)  # by itself
    for page in pages:
        page.close()
    assert only_the_pool(up)


@pytest.mark.slow
def test_a_kernel_that_dies_is_told_on_the_page(up: Up, context: BrowserContext) -> None:
    page = signed_in(context, up)
    page.goto(plain(up))
    page.wait_for_selector(LIVE, timeout=60_000)
    for kernel in server_of(up).children(recursive=True):
        kernel.kill()
    page.wait_for_selector('.wb-board[data-connection="lost"]', timeout=60_000)
    assert only_the_pool(up, 60)


@pytest.mark.slow
def test_when_the_session_is_over_the_page_says_so_and_its_figures_stay(
    up: Up, context: BrowserContext
) -> None:
    page = signed_in(context, up)
    page.clock.install()
    page.goto(plain(up))
    page.wait_for_selector(LIVE, timeout=60_000)
    expect(page.locator("#workbench-over")).to_have_count(0)
    page.clock.fast_forward("12:00:00")
    over = page.locator("#workbench-over")
    expect(over).to_contain_text("登录已到期，请重新登录")
    assert page.locator(".wb-card .wb-value").count() > 0
    over.get_by_role("link", name="登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    assert "next=%2Fvoila%2Frender%2Faba_catalogue.ipynb" in page.url
    assert only_the_pool(up)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_visits_leave_no_kernel(up: Up, context: BrowserContext) -> None:
    page = signed_in(context, up)
    for number in range(100):
        page.goto(plain(up))
        # Some leave early: before the kernel, before the charts, after both.
        if number % 3:
            page.wait_for_selector(LIVE if number % 3 == 1 else ".wb-board", timeout=60_000)
        page.goto(base(up))
    assert only_the_pool(up, 120)
