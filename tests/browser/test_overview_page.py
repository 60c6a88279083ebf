"""The overview as leaders open it, in a sample city whose month a real analyst worked out at a real
gateway: every panel at three sizes, and sentences that lead to their panels."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from attacks.served import PASSWORD, served
from commands import here
from desk_browsing import base_of
from page_sights import SIZES, chart_sizes, live, panel, scrolls_sideways, states
from playwright.sync_api import Page, expect
from running_city import Up

from workbench.extracts.versions import Extracts
from workbench.gateway.state import utc_now
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.ui.page_file import load_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RUN = ("employment", "energy", "trade")
NEEDED = ("2025-08", "2025-09", "2026-08", "2026-09")
"""Months for a rate of the month and of that before."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("overview") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "33")
    assert built.returncode == 0, built.stderr
    with served(root) as gateway:
        gateway.add("ana", "drc")
        session = {"XDG_STATE_HOME": str(root / "session")}
        words = ("--url", gateway.http, "--user", "ana", "--password-stdin")
        assert here("login", *words, given=PASSWORD + "\n", **session).returncode == 0
        where = ("--url", gateway.http, "--city", str(root))
        for month in NEEDED:
            done = here("libraries", "run", *RUN, "--month", month, *where, **session)
            assert done.returncode == 0, done.stderr
        done = here("analysis", "run", "--month", "2026-09", *where, **session)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def up(city: Path) -> Iterator[Up]:
    store = open_store(Layout(city).store, utc_now)
    store.users.add("leader", PASSWORD, "government_office", {Role.leader})
    store.close()
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


def opened(page: Page, up: Up, language: str, theme: str = "light") -> None:
    where = f"{base_of(up)}/voila/render/overview.ipynb?lang={language}&theme={theme}"
    page.goto(where, wait_until="commit")
    live(page)


def kept(city: Path) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest("analysis_monthly")
    assert found is not None
    return pl.read_parquet(list(found.files))


@pytest.mark.parametrize("size", list(SIZES))
def test_every_panel_at_each_size(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None], size: str
) -> None:
    page = reader(size)
    looks: tuple[tuple[Literal["zh", "en"], str], ...] = (("zh", "light"), ("en", "dark"))
    for language, theme in looks:
        opened(page, up, language, theme)
        declared = load_page(up.city / "dashboards" / "pages" / "overview.yaml")
        expect(page.locator(".wb-panel h3")).to_have_text(
            [one.title.said(language) for one in declared.panels]
        )
        assert states(page) == {}
        assert not scrolls_sideways(page)
        assert all(width >= 300 and height >= 140 for width, height in chart_sizes(page))
        expect(page.locator(".wb-ribbon")).to_be_visible()  # all of it is synthetic
        screenshot(page, f"overview-{size}-{theme}-{language}")


def test_lights_and_sentences_are_those_of_the_analysis(
    reader: Callable[[str], Page], up: Up
) -> None:
    page = reader("desk")
    opened(page, up, "en")
    rows = kept(up.city)
    lit = rows.filter(pl.col("part") == "light", pl.col("measure") == "colour")
    now = lit.filter(pl.col("period") == pl.date(2026, 9, 1), pl.col("value").is_not_null())
    shapes = panel(page, "Signal lights").locator("tbody tr").first.locator("svg")
    levels = [shapes.nth(n).get_attribute("data-level") for n in range(shapes.count())]
    assert len([level for level in levels if level != "grey"]) == now.height > 2
    told = rows.filter(pl.col("part") == "sentence_figure").drop_nulls("text_en")
    links = page.locator(".wb-figurelink")
    assert sorted(links.all_inner_texts()) == sorted(told["text_en"].to_list())


def test_a_figure_of_a_sentence_leads_to_its_panel_and_names_its_entry(
    reader: Callable[[str], Page], up: Up
) -> None:
    page = reader("desk")
    opened(page, up, "en")
    target = panel(page, "Contribution by county")
    entries = kept(up.city).filter(pl.col("measure").str.contains("driver exports points"))
    link = page.locator(".wb-figurelink", has_text="points").first
    assert link.get_attribute("title") == f"Ledger entry {entries['entry'][0]}"
    link.click()
    expect(target).to_be_in_viewport()
    assert "wb-pointed" in (target.get_attribute("class") or "")


def test_a_forecast_and_the_nowcast_say_what_they_are_worth(
    reader: Callable[[str], Page], up: Up
) -> None:
    """So little history is not judged, and the page does not keep that to itself."""
    page = reader("desk")
    opened(page, up, "en")
    worth = panel(page, "What the forecasts are worth")
    worth.scroll_into_view_if_needed()
    time.sleep(0.5)
    assert "not judged" in worth.inner_text()
