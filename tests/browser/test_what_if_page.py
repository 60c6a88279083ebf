"""Decision support as leaders and an analyst open it: why it moved, what remains, whom a policy
would reach, and what if, by the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attacks.served import PASSWORD
from desk_browsing import base_of, opened, panel, sent, signed_in, step, written
from page_sights import LIVE, SIZES, chart_sizes, live, scrolls_sideways, states
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from running_city import Up
from what_if_city import make

from workbench.gateway.state import utc_now
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.ui.page_file import load_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Take = Callable[[Page, str], None]
DESK = "推算与保存的情景"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    city = make(tmp_path_factory.mktemp("what_if"))
    with closing(open_store(Layout(city).store, utc_now)) as store:
        store.users.add("leader", PASSWORD, "government_office", {Role.leader})
        store.users.add("ana", PASSWORD, "drc", {Role.analyst})
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


@pytest.fixture
def at(browser: Browser, up: Up) -> Iterator[Callable[[str, str], BrowserContext]]:
    contexts = []
    expect.set_options(timeout=20_000)  # a busy machine takes its time

    def make_context(person: str, size: str) -> BrowserContext:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", is_mobile=size == "phone"
        )
        context.set_default_navigation_timeout(90_000)
        contexts.append(context)
        signed_in(context, up, person, PASSWORD)
        return context

    yield make_context
    for context in contexts:
        context.close()


def begun(desk: Locator, event: str) -> Locator:
    """A form of the desk itself, opened."""
    desk.locator(f'.wb-deskbar [data-event="{event}"]').click()
    form = desk.locator("form.wb-form:visible")
    expect(form).to_be_visible()
    return form


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", ["decision_support", "policy_reach", "what_if"])
def test_every_panel_at_each_size(
    at: Callable[[str, str], BrowserContext], up: Up, screenshot: Take, name: str, size: str
) -> None:
    page = at("ana" if name == "what_if" else "leader", size).new_page()
    page.goto(f"{base_of(up)}/voila/render/{name}.ipynb?lang=zh", wait_until="commit")
    if name == "what_if":  # it has no chart to wait for
        page.wait_for_selector(LIVE, timeout=60_000)
        expect(page.locator(".wb-deskbar .wb-actions")).to_be_visible()
    else:
        live(page)
    declared = load_page(Path(up.city) / "dashboards" / "pages" / f"{name}.yaml")
    expect(page.locator(".wb-panel h3")).to_have_text([one.title.zh for one in declared.panels])
    screenshot(page, f"{name}-{size}")
    assert states(page) == {}
    assert not scrolls_sideways(page)
    assert all(width >= 300 and height >= 140 for width, height in chart_sizes(page))
    expect(page.locator(".wb-ribbon")).to_be_visible()  # all of it is synthetic


def test_a_question_is_asked_by_the_keyboard_kept_and_compared(
    at: Callable[[str, str], BrowserContext], up: Up, screenshot: Take
) -> None:
    page = opened(at("ana", "desk"), up, "what_if")
    desk = panel(page, DESK)
    form = begun(desk, "work:economy")
    screenshot(page, "what_if-form")
    slider = form.locator('[name="shock.exports"]')
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(form.locator("output").first).to_have_text("-10 %")
    expect(slider).to_have_attribute("aria-valuetext", "-10 %")
    sent(form)
    item = desk.locator(".wb-item")
    expect(item.locator("h4")).to_contain_text("工资总额")
    expect(item.locator(".wb-outlook svg path").first).to_be_attached()
    expect(item).to_contain_text("同向变动不等于因果")
    screenshot(page, "what_if-answer")
    kept = step(item, "keep")
    written(kept, name="出口减一成")
    sent(kept)
    expect(item.locator("h4")).to_have_text("出口减一成")
    expect(desk.locator("tr[data-row]")).to_have_count(1)
    keep_another(page)
    compared(page, screenshot)


def keep_another(page: Page) -> None:
    desk = panel(page, DESK)
    desk.locator(".wb-shut").click()
    form = begun(desk, "work:economy")
    form.locator('[name="shock.exports"]').press("ArrowRight")
    sent(form)
    item = desk.locator(".wb-item")
    expect(item.locator(".wb-outlook svg path").first).to_be_attached()
    kept = step(item, "keep")
    written(kept, name="出口增百分之一")
    sent(kept)
    expect(desk.locator("tr[data-row]")).to_have_count(2)


def compared(page: Page, screenshot: Take) -> None:
    desk = panel(page, DESK)
    desk.locator(".wb-shut").click()
    form = begun(desk, "compare")
    form.locator('[name="case0"]').select_option(label="出口减一成")
    form.locator('[name="case1"]').select_option(label="出口增百分之一")
    sent(form)
    item = desk.locator(".wb-item")
    expect(item.locator(".wb-outlook circle")).to_have_count(2)
    expect(item.locator(".wb-block table thead th")).to_have_count(3)
    screenshot(page, "what_if-compared")


def test_what_cannot_be_estimated_is_said(
    at: Callable[[str, str], BrowserContext], up: Up, screenshot: Take
) -> None:
    page = opened(at("ana", "phone"), up, "what_if")
    desk = panel(page, DESK)
    form = begun(desk, "work:economy")
    screenshot(page, "what_if-form-phone")
    form.locator('[name="shock.gas_used"]').press("ArrowLeft")
    sent(form)
    item = desk.locator(".wb-item")
    expect(item).to_contain_text("为什么无法估计")
    expect(item.locator(".wb-outlook")).to_have_count(0)
    assert not scrolls_sideways(page)
    screenshot(page, "what_if-refused-phone")
