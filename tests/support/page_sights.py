"""What stands on an open page, as a reader would find it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

LIVE = '.wb-board[data-connection="live"]'
PATIENCE = 60_000
SIZES = {"hall": (1920, 1080), "desk": (1440, 900), "phone": (390, 844)}


def live(page: Page) -> None:
    """Until the kernel answers and every chart is drawn."""
    page.wait_for_selector(LIVE, timeout=PATIENCE)
    page.wait_for_function(
        "performance.getEntriesByName('workbench-board-all').length > 0", timeout=PATIENCE
    )


def panel(page: Page, title: str) -> Any:
    return page.locator(".wb-panel").filter(has=page.locator("h3", has_text=title)).first


def cards(page: Page) -> dict[str, str]:
    """Label -> figure as it is written."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".wb-card")].map((card) => [
             card.querySelector(".wb-label").innerText,
             card.querySelector(".wb-value b").innerText]))"""
    )
    return found


def bars(page: Page, title: str) -> dict[str, float]:
    """Category -> length of the lying bars of a panel, from the figure that is drawn."""
    found: dict[str, float] = panel(page, title).evaluate(
        """(e) => { const [trace] = e.querySelector(".js-plotly-plot").data;
                   return Object.fromEntries(trace.customdata.map((name, i) => [
                     Array.isArray(name) ? name[0] : name, trace.x[i]])); }"""
    )
    return found


def states(page: Page) -> dict[str, str]:
    """Title -> what a panel that is not drawn says; nothing where all are."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".wb-notdrawn")].map((e) => [
             e.closest(".wb-panel").querySelector("h3").innerText, e.innerText]))"""
    )
    return found


def chart_sizes(page: Page) -> list[tuple[float, float]]:
    found = page.evaluate(
        """() => [...document.querySelectorAll(".js-plotly-plot .main-svg:first-of-type")]
             .map((e) => e.getBoundingClientRect()).map((b) => [b.width, b.height])"""
    )
    return [(width, height) for width, height in found]


def scrolls_sideways(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
