"""The page of catalogue ratings as leaders open it, over four real portals that were rated at a
real gateway: every panel at three sizes in both languages, and another portal and a department."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from attacks.served import PASSWORD
from desk_browsing import base_of
from page_sights import SIZES, bars, cards, chart_sizes, live, panel, scrolls_sideways, states
from playwright.sync_api import Page, expect
from rated_city import Told, rated_city
from running_city import Up

from workbench.gateway.state import utc_now
from workbench.model.actor import Role
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.ui.page_file import load_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "catalogue_ratings"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Told], Path]:
    city = tmp_path_factory.mktemp("rated") / "city"
    told = rated_city(city)
    store = open_store(Layout(city).store, utc_now)
    store.users.add("leader", PASSWORD, "data_bureau", {Role.leader})
    store.close()
    return told, city


@pytest.fixture(scope="module")
def up(ran: tuple[list[Told], Path]) -> Iterator[Up]:
    with Up.patiently(ran[1], "--viewers", "4") as running:
        yield running


def opened(page: Page, up: Up, **query: str) -> None:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"{base_of(up)}/voila/render/{NAME}.ipynb?{asked}", wait_until="commit")
    live(page)


@pytest.mark.parametrize("size", list(SIZES))
def test_every_panel_at_each_size(
    reader: Callable[[str], Page], up: Up, screenshot: Callable[..., None], size: str
) -> None:
    page = reader(size)
    declared = load_page(Path(up.city) / "dashboards" / "pages" / f"{NAME}.yaml")
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


def test_it_says_how_what_is_odd_was_treated_and_how_many_can_be_rated(
    reader: Callable[[str], Page], up: Up, ran: tuple[list[Told], Path]
) -> None:
    page = reader("desk")
    for one in ran[0]:
        opened(page, up, lang="zh", **{"f.portal": one["portal_name"]})
        shown = cards(page)
        assert shown["部门"] == str(one["departments"])
        assert shown["有总分的部门"] == str(one["with_score"])
        assert shown["可评按时更新的部门"] == str(one["rated_by"]["on_time"])
        best = one["ranking"][0]
        assert bars(page, "得分最高的部门")[best["department"]] == float(best["score"])
        rated = panel(page, "各门户有多少部门可评")
        expect(rated).to_contain_text("2023-06-30")
        expect(rated).to_contain_text(one["portal_name"])
    board = page.locator(".wb-board")
    for words in ("等于没有填", "没有期限，不评按时更新", "没有更新日期", "逐项列数"):
        expect(board).to_contain_text(words)


def test_a_department_of_the_ranking_opens_its_sheet(
    reader: Callable[[str], Page], up: Up, ran: tuple[list[Told], Path]
) -> None:
    one = next(one for one in ran[0] if one["portal"] == "dazhou")
    who = one["ranking"][1]["department"]
    page = reader("desk")
    opened(page, up, lang="zh", **{"f.portal": one["portal_name"], "f.department": who})
    sheet = panel(page, "部门分项")
    sheet.scroll_into_view_if_needed()
    for words in ("按时更新率", "要素齐全率", "只列数，不计分", who):
        expect(sheet).to_contain_text(words)
    expect(sheet.locator(".wb-count")).to_contain_text("8")
