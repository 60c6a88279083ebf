"""Working at a desk in a browser: signing in, lists, items and forms."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect
from running_city import Up

LIVE = '.wb-board[data-connection="live"]'
SIZE = {"width": 1440, "height": 900}


def signed_in(context: BrowserContext, up: Up, person: str, password: str) -> None:
    door = context.new_page()
    door.goto(f"{base_of(up)}/")
    door.get_by_label("用户名").fill(person)
    door.get_by_label("密码").fill(password)
    door.get_by_role("button", name="登录").click()
    expect(door.locator(".card").first).to_be_visible()
    door.close()


def opened(context: BrowserContext, up: Up, name: str) -> Page:
    """A page, alive."""
    page = context.new_page()
    page.goto(f"{base_of(up)}/voila/render/{name}.ipynb")
    page.wait_for_selector(LIVE, timeout=60_000)
    return page


def base_of(up: Up) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(up.page))


def panel(page: Page, title: str) -> Locator:
    return page.locator(".wb-panel").filter(has=page.get_by_role("heading", name=title))


def opened_line(place: Locator, text: str) -> Locator:
    """Open the line with this text; its item."""
    place.locator("tr[data-row]").filter(has_text=text).first.locator(".wb-open").click()
    item = place.locator(".wb-item")
    expect(item.locator(".wb-itemrest")).not_to_be_empty()
    return item


def step(place: Locator, event: str) -> Locator:
    """The form of a step, opened."""
    place.locator(f'.wb-actions [data-event="{event}"]').click()
    form = place.locator("form.wb-form:visible")
    expect(form).to_be_visible()
    return form


def written(form: Locator, **values: str) -> None:
    for name, value in values.items():
        form.locator(f'[name="{name}"]').fill(value)


def sent(form: Locator) -> None:
    form.locator(".wb-submit").click()
