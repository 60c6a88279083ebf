"""The page of an assessment in a real browser: a hundred departments by an auditor, down to the
events and by sliders; a department and a leader, who see less. Chinese and English, desk and phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from assessing_city import bureau
from assessing_city import frozen as small_run
from attacks.served import PASSWORD
from desk_browsing import base_of, opened_line, sent, signed_in, step
from page_sights import LIVE, SIZES, scrolls_sideways, states
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from ranked_city import add_people, open_run, publish, ranked_run, write_ranked_city
from running_city import Up

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Take = Callable[[Page, str], None]
Open = Callable[..., Page]
MANY = 100
APPEALS_OVER = timedelta(days=60)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A hundred departments, published; three others, of which each sees itself."""
    city = write_ranked_city(tmp_path_factory.mktemp("ranked"), MANY)
    now = datetime.now(UTC)
    with bureau(city, now - APPEALS_OVER) as house:
        many = open_run(house, ranked_run(MANY))
        publish(house, many, [("show", "eva")])
        house.now = now
        publish(house, many, [("settle", "eva"), ("sign", "sig"), ("publish", "pan")])
        few = open_run(house, small_run(2024))
        publish(house, few, [("show", "eva")])
        add_people(house.state)
    with Up.patiently(city, "--viewers", "6") as running:
        yield running


@pytest.fixture
def at(browser: Browser, up: Up) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def come(person: str, size: str = "desk", language: str = "zh") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", is_mobile=size == "phone"
        )
        context.set_default_navigation_timeout(90_000)
        contexts.append(context)
        signed_in(context, up, person, PASSWORD)
        page = context.new_page()
        page.goto(f"{base_of(up)}/voila/render/assessment.ipynb?lang={language}")
        page.wait_for_selector(LIVE, timeout=60_000)
        expect(page.locator(".wb-deskbar")).to_be_visible()
        return page

    yield come
    for context in contexts:
        context.close()


def desk(page: Page) -> Locator:
    return page.locator(".wb-desk")


def chosen(page: Page, key: str, label: str) -> None:
    page.locator(f'.wb-deskfilters [data-key="{key}"]').select_option(label=label)
    expect(page.locator(".wb-list.wb-asking")).to_have_count(0)


def of_year(page: Page, year: str) -> None:
    chooser = page.locator('.wb-deskfilters [data-key="assessment"]')
    label = next(o for o in chooser.locator("option").all_inner_texts() if year in o)
    chosen(page, "assessment", label)


def many(page: Page) -> None:
    """The published assessment of a hundred departments."""
    of_year(page, "2025")
    expect(page.locator(".wb-pagesaid")).to_contain_text(str(MANY))


def searched(page: Page, text: str) -> None:
    page.locator('.wb-deskfilters [data-key="name"]').fill(text)
    expect(page.locator("tr[data-row]")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_hundred_departments_in_both_languages(
    at: Open, screenshot: Take, size: str, language: str
) -> None:
    page = at("aud", size, language)
    many(page)
    assert states(page) == {}
    assert not scrolls_sideways(page)
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(50)
    expect(page.locator(".wb-dots .wb-dotrange").first).to_be_attached()
    assert page.locator(".wb-tie").count() > 5
    screenshot(page, f"assessment-{size}-{language}-ranking")
    words = {"zh": "维度", "en": "Dimensions"}
    chosen(page, "show", words[language])
    expect(page.locator(".wb-heat").first).to_be_visible()
    screenshot(page, f"assessment-{size}-{language}-dimensions")
    assert not scrolls_sideways(page)
    searched(page, "d001")
    item = opened_line(desk(page), "d001" if language == "en" else "（1）")
    expect(item.locator(".wb-block")).not_to_have_count(0)
    screenshot(page, f"assessment-{size}-{language}-sheet")
    item.locator(".wb-block .wb-golink").first.click()
    expect(item).to_contain_text({"zh": "计分方法", "en": "How it is scored"}[language])
    screenshot(page, f"assessment-{size}-{language}-events")
    assert not scrolls_sideways(page)
    form = step(item, "weights:" + item_of(page))
    screenshot(page, f"assessment-{size}-{language}-sliders")
    moved(form)
    sent(form)
    expect(item).to_contain_text({"zh": "谁的名次变动", "en": "Who moves"}[language])
    screenshot(page, f"assessment-{size}-{language}-moves")
    assert not scrolls_sideways(page)


def test_an_auditor_goes_on_to_the_ledger_of_the_day(at: Open, screenshot: Take) -> None:
    page = at("aud")
    many(page)
    searched(page, "d002")
    item = opened_line(desk(page), "（2）")
    item.locator(".wb-block .wb-golink").first.click()
    link = item.locator(".wb-block a.wb-golink").first
    day = link.get_attribute("href")
    assert day is not None
    link.click()
    page.wait_for_selector(LIVE, timeout=60_000)
    since = page.locator('.wb-deskfilters [data-key="since"]')
    expect(since).to_have_value(day.partition("d.since=")[2][:10])
    screenshot(page, "assessment-trail")


def test_one_indicator_is_supposed_by_the_keyboard(at: Open, screenshot: Take) -> None:
    page = at("eva")
    many(page)
    form = begun(page)
    form.locator("select").select_option(index=1)
    sent(form)
    form = desk(page).locator('form.wb-form[data-event^="one:"]')
    expect(form).to_be_visible()
    moved(form, 5)
    expect(form.locator("output").first).to_contain_text("/ 100")
    screenshot(page, "assessment-indicator")
    sent(form)
    item = desk(page).locator(".wb-item")
    expect(item).to_contain_text("谁的名次变动")
    expect(item.locator(".wb-dotfrom").first).to_be_attached()
    item.locator(".wb-block .wb-golink").first.click()  # on to the sheet of who moves furthest
    expect(item.locator("h5").filter(has_text="改进建议")).to_be_visible()


def begun(page: Page) -> Locator:
    """The form in which an indicator is chosen."""
    desk(page).locator('.wb-deskbar [data-event^="choose:"]').click()
    form = desk(page).locator("form.wb-form:visible")
    expect(form).to_be_visible()
    return form


def test_a_department_sees_the_ranking_and_its_own_sheet(at: Open, screenshot: Take) -> None:
    page = at("o_first")
    of_year(page, "2024")
    expect(page.locator(".wb-none").first).to_contain_text("您的部门不参加")
    screenshot(page, "assessment-not-scored")
    many(page)
    item = opened_line(desk(page), "（9）")
    expect(item).to_contain_text("考核表只供本部门")
    expect(item.locator(".wb-actions button")).to_have_count(0)
    searched(page, "d001")
    item = opened_line(desk(page), "（1）")
    expect(item.locator(".wb-block .wb-golink").first).to_be_visible()
    form = step(item, "weights:" + item_of(page))
    moved(form)
    sent(form)
    expect(item).to_contain_text("假设权重下的名次会透露")
    screenshot(page, "assessment-own-points")
    page = at("leader", "phone", "en")
    many(page)
    expect(page.locator(".wb-deskbar .wb-actions button")).to_have_count(0)


def item_of(page: Page) -> str:
    """The assessment that is chosen."""
    return page.locator('.wb-deskfilters [data-key="assessment"]').input_value()


def moved(form: Locator, steps: int = 20) -> None:
    """The first slider, by the keyboard."""
    slider = form.locator('input[type="range"]').first
    slider.focus()
    for _ in range(steps):
        slider.press("ArrowRight")
