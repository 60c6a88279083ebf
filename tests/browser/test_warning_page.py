"""Early warning in a real browser: a leader sees counts, who handles alerts looks them up page by
page under a watermark, and is charged for the pages that they turned to, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from attacks.served import PASSWORD, served
from commands import here
from desk_browsing import base_of, signed_in
from page_sights import LIVE, PATIENCE, live, panel
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_city import Up

from workbench.extracts.versions import Extracts
from workbench.gateway.state import open_state, utc_now
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.store.layout import Layout
from workbench.store.session import open_store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = {
    "officer": ("drc", {Role.officer}),
    "tax": ("taxation", {Role.provider}),
    "leader": ("government_office", {Role.leader}),
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warnings") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "2500", "--months", "40")
    assert built.returncode == 0, built.stderr
    store = open_store(Layout(root).store, utc_now)
    for name, (department, roles) in PEOPLE.items():
        store.users.add(name, PASSWORD, department, roles)
    store.close()
    session = {"XDG_STATE_HOME": str(root.parent / "session")}
    with served(root) as gateway:
        words = ("--url", gateway.http, "--user", "officer", "--password-stdin")
        assert here("login", *words, given=PASSWORD + "\n", **session).returncode == 0
        span = ("--from", "2026-08", "--month", "2026-09", "--url", gateway.http)
        done = here("warnings", "run", *span, "--city", str(root), **session)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def up(city: Path) -> Iterator[Up]:
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


@pytest.fixture
def reader(browser: Browser, up: Up) -> Iterator[Callable[[str], Page]]:
    contexts: list[BrowserContext] = []

    def make(person: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
        context.set_default_navigation_timeout(90_000)
        contexts.append(context)
        signed_in(context, up, person, PASSWORD)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def alerts(city: Path) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest("enterprise_alert")
    assert found is not None
    return pl.read_parquet(list(found.files))


def looks(city: Path) -> int:
    """Pages of a view that were released."""
    state = open_state(city)
    try:
        wanted = EntryFilter(resource="enterprise_alert", event="release_opened", limit=500)
        return len(state.store.journal.find(wanted))
    finally:
        state.store.close()


def opened(page: Page, up: Up, name: str) -> None:
    page.goto(f"{base_of(up)}/voila/render/{name}.ipynb?lang=en&theme=light", wait_until="commit")
    page.wait_for_selector(LIVE, timeout=PATIENCE)


def test_a_leader_sees_counts_and_no_enterprise(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None]
) -> None:
    page = reader("leader")
    opened(page, up, "early_warning")
    live(page)
    expect(page.locator(".wb-ribbon")).to_be_visible()  # all of it is synthetic
    new = alerts(up.city).filter(pl.col("status") == "new").height
    expect(panel(page, "New alerts").locator(".wb-value b").first).to_have_text(str(new))
    raised = alerts(up.city).filter(pl.col("status") == "new", month=date(2026, 8, 1)).height
    page.get_by_label("Month", exact=True).select_option(label="2026-08")
    card = panel(page, "New alerts")
    if new - raised >= 5:  # else the year less the month would be the other month
        expect(card.locator(".wb-value b").first).to_have_text(str(raised))
    else:
        expect(card).to_contain_text(re.compile(rf"Withheld|\b{raised}\b"))
    screenshot(page, "early_warning-desk")
    text = page.inner_text("body")
    assert "合成企业" not in text
    assert not set(alerts(up.city)["credit_code"]) & set(re.findall(r"\b[0-9A-Z]{18}\b", text))


def test_who_handles_alerts_turns_pages_and_is_charged_for_them_alone(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None]
) -> None:
    page = reader("tax")
    before = looks(up.city)
    opened(page, up, "early_warning_named")
    frame = panel(page, "Alerts on enterprises")
    page.get_by_label("Level").select_option("")  # all of them
    expect(frame.locator(".wb-pagesaid")).to_have_text("Rows 1 to 15")
    rows = alerts(up.city).sort("month", "score", descending=[True, True])
    assert rows.height > 15
    expect(frame.locator(".wb-rows")).to_contain_text(rows["alert_id"][0])
    expect(frame.locator(".wb-body")).to_have_class(re.compile("wb-watermarked"))
    frame.locator("[data-turn=later]").click()
    expect(frame.locator(".wb-pagesaid")).to_contain_text("Rows 16 to")
    expect(frame.locator(".wb-rows")).to_contain_text(rows["alert_id"][15])
    expect(frame.locator("[data-tool=csv]")).to_have_attribute("aria-disabled", "true")
    screenshot(page, "early_warning_named-desk")
    page.wait_for_timeout(17_000)  # an open page looks for news every 15 s
    assert looks(up.city) - before == 3  # as it opened, without a level, the second page
    frame.locator("[data-turn=earlier]").click()
    expect(frame.locator(".wb-pagesaid")).to_have_text("Rows 1 to 15")


def test_whoever_has_no_grant_is_told_what_to_do(reader: Callable[[str], Page], up: Up) -> None:
    page = reader("leader")
    page.goto(f"{base_of(up)}/voila/render/early_warning_named.ipynb?lang=en", wait_until="commit")
    expect(page.locator("body")).not_to_contain_text("合成企业")
    expect(page.locator("body")).to_contain_text(re.compile("scenario|not open|not for you", re.I))


def test_an_alert_is_opened_with_its_records_next_to_what_was_to_be_expected(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None]
) -> None:
    """The figures drawn are those that the run kept; opening it is one look, and is charged."""
    page = reader("tax")
    opened(page, up, "early_warning_named")
    desk = panel(page, "Alerts and where they stand")
    expect(desk.locator("tr[data-row]").first).to_be_visible(timeout=PATIENCE)
    before = looks(up.city)
    slides = alerts(up.city).filter(pl.col("rule") == "tax_slide").sort("month", descending=True)
    one = slides.row(0, named=True)
    desk.get_by_text(one["alert_id"]).first.click()
    item = page.locator(".wb-item")
    expect(item).to_contain_text(one["enterprise_name"])
    expect(item.locator(".wb-outlook svg").first).to_be_visible()
    taxes = json.loads(one["evidence"])["taxes"]
    known = [value for _, value, *_ in taxes if value is not None]
    drawn = item.locator(".wb-outlook .wb-line-known").first.get_attribute("d") or ""
    assert len(re.findall("[ML]", drawn)) == len(known)
    marks = item.locator(".wb-outlook").first.locator(".wb-mark")
    assert marks.count() == len({one["since"], one["month"]})
    if any(len(line) == 4 for line in taxes):
        begins = item.locator(".wb-outlook .wb-line-value").first.get_attribute("d") or ""
        assert len(re.findall("[ML]", begins)) == sum(len(line) == 4 for line in taxes)
    screenshot(page, "early_warning_alert-desk")
    assert looks(up.city) - before == 1


@pytest.mark.parametrize(
    ("person", "name"), [("leader", "early_warning"), ("tax", "early_warning_named")]
)
def test_where_a_rule_does_not_beat_the_baseline_the_page_says_so(
    reader: Callable[[str], Page], up: Up, person: str, name: str
) -> None:
    page = reader(person)
    opened(page, up, name)
    measured = panel(page, "Measured on planted events")
    expect(measured.locator(".wb-body")).to_contain_text("a tie, not better")
    expect(measured.locator(".wb-body")).to_contain_text("Standstill")
