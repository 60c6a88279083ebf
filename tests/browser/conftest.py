"""A running city and a browser that reaches only it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attacks.served import PASSWORD
from browsing import chromium
from desk_browsing import signed_in
from page_sights import SIZES
from playwright.sync_api import Browser, BrowserContext, Page
from running_city import Up, Watched, copy_city


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up.start(copy_city(tmp_path_factory.mktemp("city")))
    try:
        yield running.ready()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context: BrowserContext = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    seen = Watched(page)
    context.on("request", lambda request: seen.addresses.append(request.url))
    page.on("websocket", lambda socket: seen.addresses.append(socket.url))
    yield seen
    context.close()


@pytest.fixture
def reader(browser: Browser, up: Up) -> Iterator[Callable[[str], Page]]:
    """A page of the leader's in a window of a size of SIZES. A module that has others who read has
    a ``reader`` of its own."""
    contexts = []

    def make(size: str) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", is_mobile=size == "phone"
        )
        context.set_default_navigation_timeout(90_000)
        contexts.append(context)
        signed_in(context, up, "leader", PASSWORD)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture where ``WORKBENCH_SCREENSHOTS`` names a folder (``make screenshots``)."""
    folder = os.environ.get("WORKBENCH_SCREENSHOTS", "")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"))

    return take
