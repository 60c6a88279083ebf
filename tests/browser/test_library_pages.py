"""Pages of the seven libraries as leaders open them, in a sample city whose months were worked out
by a real analyst at a real gateway: every figure on a page is one that was released."""

from __future__ import annotations

import re
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

SHOWN = ("energy", "tax")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("libraries") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "15")
    assert built.returncode == 0, built.stderr
    with served(root) as gateway:
        gateway.add("ana", "drc")
        session = {"XDG_STATE_HOME": str(root / "session")}
        words = ("--url", gateway.http, "--user", "ana", "--password-stdin")
        assert here("login", *words, given=PASSWORD + "\n", **session).returncode == 0
        span = ("--from", "2025-07", "--month", "2026-09", "--url", gateway.http)
        done = here("libraries", "run", *SHOWN, "projects", *span, "--city", str(root), **session)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def up(city: Path) -> Iterator[Up]:
    store = open_store(Layout(city).store, utc_now)
    store.users.add("leader", PASSWORD, "government_office", {Role.leader})
    store.close()
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


def kept(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(f"{name}_indicators")
    assert found is not None
    return pl.read_parquet(list(found.files))


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", SHOWN)
def test_every_panel_at_each_size(
    reader: Callable[[str], Page],
    up: Up,
    screenshot: Callable[..., None],
    name: str,
    size: str,
) -> None:
    page = reader(size)
    looks: tuple[tuple[Literal["zh", "en"], str], ...] = (("zh", "light"), ("en", "dark"))
    for language, theme in looks:
        where = f"{base_of(up)}/voila/render/library_{name}.ipynb?lang={language}&theme={theme}"
        page.goto(where, wait_until="commit")
        live(page)
        declared = load_page(up.city / "dashboards" / "pages" / f"library_{name}.yaml")
        expect(page.locator(".wb-panel h3")).to_have_text(
            [one.title.said(language) for one in declared.panels]
        )
        assert states(page) == {}
        assert not scrolls_sideways(page)
        assert all(width >= 300 and height >= 140 for width, height in chart_sizes(page))
        expect(page.locator(".wb-ribbon")).to_be_visible()  # all of it is synthetic
        if language == "zh":
            screenshot(page, f"library_{name}-{size}-{theme}-{language}")


def test_a_card_shows_what_was_released(reader: Callable[[str], Page], up: Up) -> None:
    page = reader("desk")
    page.goto(f"{base_of(up)}/voila/render/library_energy.ipynb?lang=en", wait_until="commit")
    live(page)
    rows = kept(up.city, "energy").filter(
        (pl.col("indicator") == "power_used")
        & (pl.col("month") == pl.date(2026, 9, 1))
        & pl.col("county").is_null()
        & pl.col("industry").is_null()
    )
    value = rows["value"].item()
    card = panel(page, "Electricity used")
    scale, unit = (1e9, "billion") if value >= 1e9 else (1e6, "million")
    shown = card.inner_text()
    figure = re.search(rf"([\d.,]+)\s*{unit}", shown)
    assert figure is not None, shown
    assert float(figure[1].replace(",", "")) == pytest.approx(value / scale, rel=0.006)


def test_projects_of_a_small_city_show_what_was_completed_and_what_is_withheld(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None]
) -> None:
    """Some fifty projects run: by industry nothing is released, and its panel says so; a year with
    a month that is withheld has no sum."""
    page = reader("desk")
    page.goto(f"{base_of(up)}/voila/render/library_projects.ipynb?lang=en", wait_until="commit")
    live(page)
    whole = pl.col("county").is_null() & pl.col("industry").is_null()
    rows = kept(up.city, "projects").filter(whole, indicator="completed_investment")
    year = rows.filter(pl.col("month").dt.year() == 2026)
    now = year.sort("month")["value"].to_list()[-1]
    card = panel(page, "Completed investment").inner_text()
    shown = re.search(r"([\d.,]+)\s*million", card)
    assert shown is not None, card
    assert float(shown[1].replace(",", "")) == pytest.approx(now / 1e6, rel=0.006)
    assert year.height == 9
    assert year["value"].null_count() > 0  # one firm made nearly all of a month
    assert "no figure" in panel(page, "Completed since January").inner_text()
    by_industry = panel(page, "Completed investment by industry").inner_text()
    assert "No data for this choice" in by_industry, by_industry
    screenshot(page, "library_projects-desk-light-en")
