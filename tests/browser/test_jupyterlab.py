"""An analyst opens the first notebook in JupyterLab and runs all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from running_city import Up, Watched, words_of

pytestmark = pytest.mark.browser


def run_all(page: Page) -> None:
    expect(page.get_by_text("| Idle").first).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def test_the_first_notebook_from_the_first_cell_to_the_ledger(
    up: Up, watched: Watched, screenshot: Callable[[Page, str], None]
) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 6000})
    page.goto(up.lab)
    run_all(page)
    ledger = page.locator(".jp-OutputArea-output:has-text('house_price_watch')").last
    count = page.locator(".jp-CodeCell").count()
    expect(page.locator(".jp-InputPrompt").filter(has_text=f"[{count}]:").first).to_be_visible(
        timeout=90_000
    )

    table = page.locator(".workbench-release .workbench-table").first
    assert table.locator("tbody tr").count() > 5
    assert "来源：" in page.locator(".workbench-caption").first.inner_text()

    refusal = page.locator(".workbench-error").first
    told = refusal.inner_text()
    for part in ("yoy_index", "下一步", "申请草稿", "not_granted"):
        assert part in told
    assert page.locator(".workbench-error").count() == 1

    chart = page.locator(".wb-chart.js-plotly-plot")
    expect(chart).to_have_count(1)
    assert chart.locator(".lines path").count() == 3

    assert "house_price_watch" in ledger.inner_text()
    assert watched.outside() == []
    _pictures(page, screenshot)


def _pictures(page: Page, screenshot: Callable[[Page, str], None]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    for name, selector in (
        ("notebook", ".workbench-release .workbench-table"),
        ("chart", ".wb-chart"),
        ("refusal", ".workbench-error"),
        ("ledger", ".workbench-listing"),
    ):
        found = page.locator(selector).last if name == "ledger" else page.locator(selector).first
        found.evaluate("e => e.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(700)
        screenshot(page, name)


def test_a_kernel_holds_an_address_and_a_token_and_no_path(up: Up) -> None:
    kernels = [p for p in up.descendants() if "ipykernel_launcher" in " ".join(words_of(p))]
    assert kernels
    for kernel in kernels:
        told = {k: v for k, v in kernel.environ().items() if k.startswith("WORKBENCH")}
        assert set(told) == {"WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_LANG"}
        assert up.password("analyst") not in str(kernel.environ())
