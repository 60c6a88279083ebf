"""The page of 70 cities as leaders open it, over real figures that a statistician worked out at a
real gateway: every panel at three sizes in both languages, figures of the file, another month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from attacks.served import PASSWORD
from desk_browsing import base_of
from page_sights import SIZES, chart_sizes, live, panel, scrolls_sideways, states
from playwright.sync_api import Page, expect
from running_city import Up
from seventy_city import CSV, month_of, seventy_city
from seventy_truth import Truth, digits

from workbench.gateway.state import utc_now
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.ui.page_file import load_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "seventy_cities"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    root = tmp_path_factory.mktemp("seventy") / "city"
    city = seventy_city(root, "2022-11", "2025-12", ("2025-01", "2025-12"))
    store = open_store(Layout(city).store, utc_now)
    store.users.add("leader", PASSWORD, "data_bureau", {Role.leader})
    store.close()
    with Up.patiently(city, "--viewers", "4") as running:
        yield running


@pytest.fixture(scope="module")
def city(up: Up) -> Path:
    return Path(up.city)


def opened(page: Page, up: Up, **query: str) -> None:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"{base_of(up)}/voila/render/{NAME}.ipynb?{asked}", wait_until="commit")
    live(page)


@pytest.mark.parametrize("size", list(SIZES))
def test_every_panel_at_each_size(
    reader: Callable[[str], Page],
    up: Up,
    city: Path,
    screenshot: Callable[..., None],
    size: str,
) -> None:
    page = reader(size)
    declared = load_page(city / "dashboards" / "pages" / f"{NAME}.yaml")
    looks: tuple[tuple[Literal["zh", "en"], str], ...] = (("zh", "light"), ("en", "dark"))
    for language, theme in looks:
        opened(page, up, lang=language, theme=theme)
        expect(page.locator(".wb-board h1")).to_have_text(declared.title.said(language))
        expect(page.locator(".wb-panel h3")).to_have_text(
            [one.title.said(language) for one in declared.panels]
        )
        assert states(page) == {}
        assert not scrolls_sideways(page)
        assert all(width >= 300 and height >= 140 for width, height in chart_sizes(page))
        expect(page.locator(".wb-ribbon")).to_be_hidden()  # none of it is synthetic
        screenshot(page, f"{NAME}-{size}-{theme}-{language}")


@pytest.mark.parametrize("text", ["2025-12", "2025-01"])
def test_figures_of_a_month_are_those_of_the_file(
    reader: Callable[[str], Page], up: Up, text: str
) -> None:
    truth, month = Truth.of(CSV), month_of(text)
    page = reader("desk")
    opened(page, up, lang="en", **{"f.month": month.isoformat()})
    counted = truth.indicators(month, None)
    cities = panel(page, "Cities")
    for name in ("rising", "falling", "up_on_year", "told"):
        expect(cities).to_contain_text(str(counted[f"cities_{name}"]))
    published, chained = truth.published(month), truth.chained(month)
    assert published is not None
    assert chained is not None
    shown = panel(page, "This month").inner_text().replace("−", "-")
    assert f"{digits(published, 2):.2f}" in shown
    assert f"{digits(chained, 2):.2f}" in shown
    diffusion = digits(counted["price_diffusion"], 1)
    expect(panel(page, "Signal lights")).to_contain_text(f"{diffusion}%")
    apart = panel(page, "How far the two are apart").inner_text()
    compared = sum(truth.chained(month, c) is not None for c in truth.rows[month])
    assert str(compared) in apart
    assert str(len(truth.rows[month]) - compared) in apart
