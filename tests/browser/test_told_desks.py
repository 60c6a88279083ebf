"""What statistics told, in a real browser: the provider looks how much, the output checker what two
departments would determine together, and which rules withheld what."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from desk_browsing import LIVE, SIZE, base_of, opened, opened_line, panel, sent, signed_in, step
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_city import Up
from told_city import BY_COUNTY, IN_ALL, PASSWORD, PEOPLE, make
from towns import ROOT

from workbench.client.connection import connect
from workbench.gateway.state import open_state
from workbench.trial.city import SCENARIO

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("told_statistics", "output_checking")
Take = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A running city of which two departments were told what they could put together."""
    city = make(tmp_path_factory.mktemp("told"))
    with closing(open_state(city).store) as store:
        for person, (department, roles) in PEOPLE.items():
            store.users.add(person, PASSWORD, department, roles)
    for name in PAGES:
        for file in (f"{name}.ipynb", f"pages/{name}.yaml"):
            target = city / "dashboards" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "dashboards" / file, target)
    up = Up.start(city, options=("--viewers", "4"))
    try:
        up.ready()
        for person, statement in (("li", BY_COUNTY), ("wu", IN_ALL), ("xu", BY_COUNTY)):
            ask(up, person, statement)
        yield up
    finally:
        up.stop()


def ask(up: Up, person: str, statement: str) -> None:
    client = connect(up.gateway, person, PASSWORD, scenario=SCENARIO, progress=False)
    with closing(client):
        client.sql(statement)


def at(up: Up, browser: Browser, person: str) -> BrowserContext:
    expect.set_options(timeout=20_000)  # a busy machine takes its time
    context = browser.new_context(viewport=SIZE, locale="zh-CN")
    signed_in(context, up, person, PASSWORD)
    return context


def test_a_provider_sees_how_much_was_told(told: Up, browser: Browser, screenshot: Take) -> None:
    context = at(told, browser, "wang")
    page = opened(context, told, "told_statistics")
    lines = panel(page, "已告知的统计")
    expect(lines.locator("tr[data-row]")).to_have_count(3)
    screenshot(page, "told-lines")
    item = opened_line(lines, "user")
    for text in ("最小部分", "27", "turnover", "个体数不足", "100 至 499"):
        expect(item).to_contain_text(text)
    assert item.locator('[data-event="open"]').count() == 0
    screenshot(page, "told-item")
    item.locator(".wb-itemrest").evaluate("e => e.lastElementChild.scrollIntoView()")
    screenshot(page, "told-item-end")
    context.close()


def test_an_output_checker_sees_what_two_would_determine(
    told: Up, browser: Browser, screenshot: Take
) -> None:
    context = at(told, browser, "he")
    page = opened(context, told, "output_checking")
    lines = panel(page, "已告知与尚存风险")
    opened_line(lines, "user")
    sent(step(lines, "open"))
    item = lines.locator(".wb-item")
    expect(item.locator(".wb-itemstate")).to_contain_text("可推出")
    for text in ("elsewhere", "third", "合谋"):
        expect(item).to_contain_text(text)
    screenshot(page, "told-open")
    page.close()

    page = opened(context, told, "output_checking")
    releases = panel(page, "统计放行")
    expect(releases.locator("tr[data-row]")).to_have_count(3)
    releases.locator("[data-key=show]").select_option("withheld")
    expect(releases.locator("tr[data-row]")).to_have_count(2)
    item = opened_line(releases, "li")
    expect(item).to_contain_text("select county")
    expect(item).to_contain_text("个体数不足")
    screenshot(page, "told-releases")
    page.close()

    page = context.new_page()
    page.goto(f"{base_of(told)}/voila/render/output_checking.ipynb?lang=en")
    page.wait_for_selector(LIVE, timeout=60_000)
    lines = panel(page, "What was told and what stays open")
    item = opened_line(lines, "user")
    expect(item).to_contain_text("Smallest part")
    screenshot(page, "told-item-en")
    context.close()
