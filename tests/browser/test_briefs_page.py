"""The page of monthly briefs in a real browser: a leader reads what was signed, and takes it
along; what is not signed is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attacks.served import PASSWORD, served
from commands import here
from desk_browsing import base_of, signed_in
from page_sights import LIVE, PATIENCE, panel
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_city import Up

from workbench.gateway.state import open_state, utc_now
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.store.layout import Layout
from workbench.store.session import open_store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = {
    "ana": ("drc", {Role.analyst, Role.officer}),
    "bo": ("drc", {Role.officer}),
    "leader": ("government_office", {Role.leader}),
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """August's brief is signed, September's is drafted."""
    root = tmp_path_factory.mktemp("briefs") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "2000", "--months", "15")
    assert built.returncode == 0, built.stderr
    store = open_store(Layout(root).store, utc_now)
    for name, (department, roles) in PEOPLE.items():
        store.users.add(name, PASSWORD, department, roles)
    store.close()
    with served(root) as gateway:
        for person in ("ana", "bo"):
            words = ("--url", gateway.http, "--user", person, "--password-stdin")
            done = here("login", *words, given=PASSWORD + "\n", **session(root, person))
            assert done.returncode == 0, done.stderr
        span = ("employment", "--from", "2026-07", "--month", "2026-09")
        said(root, "ana", "libraries", "run", *span)
        digest = drafted(root, "2026-08")
        said(root, "bo", "report", "check-off", digest)
        said(root, "bo", "report", "sign", digest)
        drafted(root, "2026-09")
    return root


def session(root: Path, person: str) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(root.parent / person)}


def said(root: Path, person: str, *words: str) -> str:
    done = here(*words, "--city", str(root), **session(root, person))
    assert done.returncode == 0, done.stderr
    return done.stdout


def drafted(root: Path, month: str) -> str:
    out = ("-o", str(root.parent / "out"), "--submit", "--json")
    found: dict[str, Any] = json.loads(
        said(root, "ana", "report", "monthly", "--month", month, *out)
    )
    return str(found["digest"])


@pytest.fixture(scope="module")
def up(city: Path) -> Iterator[Up]:
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


@pytest.fixture
def page(browser: Browser, up: Up, request: pytest.FixtureRequest) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="zh-CN"
    )
    context.set_default_navigation_timeout(90_000)
    signed_in(context, up, request.param, PASSWORD)
    found = context.new_page()
    found.goto(f"{base_of(up)}/voila/render/briefs.ipynb?lang=zh&theme=light", wait_until="commit")
    found.wait_for_selector(LIVE, timeout=PATIENCE)
    yield found
    context.close()


@pytest.mark.parametrize("page", ["leader"], indirect=True)
def test_a_leader_reads_and_takes_along_what_was_signed(
    page: Page, up: Up, screenshot: Callable[..., None]
) -> None:
    desk = panel(page, "月度简报")
    rows = desk.locator("tr[data-row]")
    expect(rows).to_have_count(1, timeout=PATIENCE)
    expect(rows.first).to_contain_text("2026-08")
    expect(page.locator("body")).not_to_contain_text("2026-09")
    rows.first.locator("button").first.click()
    item = page.locator(".wb-item")
    expect(item).to_contain_text("全市经济运行月度简报")
    expect(item).to_contain_text("合成")
    expect(item).to_contain_text("参保职工人数")
    screenshot(page, "briefs-desk")
    with page.expect_download() as waited:
        item.get_by_role("button", name="带走：PDF，中文").first.click()
        form = item.locator('form.wb-form[data-event="take:zh.pdf"]')
        form.get_by_role("button", name="带走：PDF，中文").click()
    taken = Path(waited.value.path()).read_bytes()
    assert taken.startswith(b"%PDF")
    state = open_state(up.city)
    try:
        (entry,) = state.store.journal.find(EntryFilter(event="brief_taken"))
    finally:
        state.store.close()
    assert json.loads(entry.entry.body)["actor"] == "leader"


@pytest.mark.parametrize("page", ["bo"], indirect=True)
def test_who_checks_sees_the_draft_as_one(page: Page, screenshot: Callable[..., None]) -> None:
    desk = panel(page, "月度简报")
    rows = desk.locator("tr[data-row]")
    expect(rows).to_have_count(2, timeout=PATIENCE)
    expect(rows.first).to_contain_text("待核稿")
    rows.first.locator("button").first.click()
    item = page.locator(".wb-item")
    expect(item).to_contain_text("草稿")
    expect(item).to_contain_text("与上月简报相比的变化")
    expect(item.locator("form.wb-form")).to_have_count(0)
    screenshot(page, "briefs-draft")
