"""The two shipped pages as leaders open them: in Voila, at three sizes, in both languages and all
themes, with numbers recomputed from the source files, and while things break."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
from page_sights import (
    LIVE,
    SIZES,
    bars,
    cards,
    chart_sizes,
    live,
    panel,
    scrolls_sideways,
    states,
)
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running_city import Up, Watched, copy_city, wait_for

from workbench.ui.page import Page as Declared
from workbench.ui.page_file import load_page

pytestmark = pytest.mark.browser

PAGES = ("aba_catalogue", "house_prices")
QUIET = ("Unsatisfied version", "No satisfying version")
"""Warnings of JupyterLab's own about the versions of its parts; no error and not ours."""


class Opener:
    """Opens pages in one signed-in browser context of a size; keeps what went wrong."""

    def __init__(self, browser: Browser, up: Up, size: str) -> None:
        width, height = SIZES[size]
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            is_mobile=size == "phone",
            has_touch=size == "phone",
            accept_downloads=True,
        )
        self.up, self.errors = up, list[str]()
        self.base = up.page.split("/voila/")[0]
        self.watched = Watched(self.context.new_page())
        self.context.on("request", lambda r: self.watched.addresses.append(r.url))
        page = self.watched.page
        page.on("websocket", lambda s: self.watched.addresses.append(s.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{self.base}/?token={up.page.split('token=')[1]}")

    def _note(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(QUIET):
            self.errors.append(message.text)

    def __call__(self, name: str, **query: str) -> Page:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        page = self.watched.page
        page.goto(f"{self.base}/voila/render/{name}.ipynb?{asked}", wait_until="commit")
        live(page)
        return page


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A city whose pages look every two seconds whether something changed."""
    city = copy_city(tmp_path_factory.mktemp("city"))
    for path in (city / "dashboards" / "pages").glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8") + "refresh: 2\n", encoding="utf-8")
    running = Up.start(city)
    try:
        yield running.ready()
    finally:
        running.stop()


@pytest.fixture
def opener(browser: Browser, up: Up) -> Iterator[Callable[[str], Opener]]:
    made: list[Opener] = []

    def make(size: str = "desk") -> Opener:
        made.append(Opener(browser, up, size))
        return made[-1]

    yield make
    for one in made:
        one.context.close()


@pytest.fixture(scope="module")
def catalogue_page(browser: Browser, up: Up) -> Iterator[Page]:
    """One visit for the tests that leave the page as they found it."""
    open_ = Opener(browser, up, "desk")
    yield open_("aba_catalogue", lang="zh")
    assert open_.errors == []
    open_.context.close()


@pytest.fixture(scope="module")
def prices_page(browser: Browser, up: Up) -> Iterator[Page]:
    open_ = Opener(browser, up, "desk")
    yield open_("house_prices", lang="zh")
    assert open_.errors == []
    open_.context.close()


def declared(name: str) -> Declared:
    return load_page(Path("dashboards/pages") / f"{name}.yaml")


def looks_right(page: Page, name: str, language: str) -> None:
    page_ = declared(name)
    said = [p.title.zh if language == "zh" else p.title.en for p in page_.panels]
    expect(page.locator(".wb-board h1")).to_have_text(page_.title.said(language))  # type: ignore[arg-type]
    expect(page.locator(".wb-panel h3")).to_have_text(said)
    assert states(page) == {}
    assert not scrolls_sideways(page)
    for width, height in chart_sizes(page):
        assert width >= 300
        assert height >= 140


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param("aba_catalogue", "desk", marks=pytest.mark.slow),
        pytest.param("house_prices", "phone", marks=pytest.mark.slow),
    ],
)
def test_a_page_in_both_languages_and_the_dark(
    opener: Callable[..., Opener], screenshot: Callable[..., None], name: str, size: str
) -> None:
    open_ = opener(size)
    page = open_(name, lang="zh", theme="light")
    looks_right(page, name, "zh")
    screenshot(page, f"{name}-{size}-light-zh")
    page.locator(".wb-language").click()
    expect(page.locator(".wb-board h1")).to_have_text(declared(name).title.en)
    page.get_by_role("button", name="Dark").click()
    looks_right(page, name, "en")
    screenshot(page, f"{name}-{size}-dark-en")
    assert page.locator(".wb-board").get_attribute("data-theme") == "dark"
    assert open_.errors == []
    assert open_.watched.outside() == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark", "wall"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", PAGES)
def test_every_size_language_and_theme(
    opener: Callable[..., Opener],
    screenshot: Callable[..., None],
    name: str,
    size: str,
    language: str,
    theme: str,
) -> None:
    open_ = opener(size)
    page = open_(name, lang=language, theme=theme)
    looks_right(page, name, language)
    assert page.locator(".wb-board").get_attribute("data-theme") == theme
    page.wait_for_timeout(300)
    screenshot(page, f"{name}-{size}-{theme}-{language}")
    assert open_.errors == []
    assert open_.watched.outside() == []


# The numbers, from the source files in plain Polars -------------------------------------------

CYCLES = {"每日": 1, "每周": 7, "每月": 31, "每季度": 92, "每半年": 183, "每年": 366}


def catalogue(up: Up) -> pl.DataFrame:
    path = up.city / "data_contracts/samples/catalogue_aba.csv"
    return pl.read_csv(path, try_parse_dates=True)


def on_time(frame: pl.DataFrame) -> float:
    due = frame.with_columns(
        days=pl.col("update_freq").replace_strict(CYCLES, default=None, return_dtype=pl.Int64)
    ).filter(pl.col("days").is_not_null())
    late = (pl.date(2023, 6, 30) - pl.col("update_date")).dt.total_days() - pl.col("days")
    return due.select((late <= 0).fill_null(False).mean()).item()


def test_the_catalogues_figures_are_those_of_the_file(catalogue_page: Page, up: Up) -> None:
    page = catalogue_page
    frame = catalogue(up)
    shown = cards(page)
    assert shown["目录条目"] == f"{frame.height:,}"
    assert shown["提供部门"] == str(frame["department"].n_unique())
    share = (frame["open_type"] == "无条件").mean()
    assert shown["无条件开放占比"] == f"{share * 100:.1f}%"
    assert shown["按时更新率"] == f"{on_time(frame) * 100:.1f}%"
    assert shown["无更新日期"] == str(frame["update_date"].null_count())
    by_department = (
        frame.group_by("department").len().sort(["len", "department"], descending=[True, False])
    )
    drawn = bars(page, "各部门条目数（前 20）")
    assert drawn == dict(by_department.head(20).iter_rows())
    assert panel(page, "全部条目").inner_text().count("行") >= 1


@pytest.mark.slow
def test_house_prices_are_those_of_the_file(prices_page: Page, up: Up) -> None:
    page = prices_page
    frame = pl.read_csv(up.city / "data_contracts/samples/house_prices.csv", try_parse_dates=True)
    latest = frame.filter(pl.col("month") == frame["month"].max())
    chengdu = latest.filter(pl.col("city") == "成都")
    shown = cards(page)
    assert shown["环比涨跌"] == f"{chengdu['mom_index'][0] - 100:+.1f}%".replace("+", "")
    assert shown["同比涨跌"] == f"{chengdu['yoy_index'][0] - 100:+.1f}%".replace("+", "")
    assert shown["环比上涨城市"] == str((latest["mom_index"] > 100).sum())
    assert shown["环比下跌城市"] == str((latest["mom_index"] < 100).sum())
    ranked = latest.select("city", (pl.col("yoy_index") - 100).round(1).alias("change"))
    best = ranked.sort(["change", "city"], descending=[True, False]).head(15)
    assert bars(page, "同比涨幅最高的 15 城") == pytest.approx(dict(best.iter_rows()))
    falls = {}
    for (city,), months in frame.sort("month").group_by(["city"]):
        down = (months["mom_index"] < 100).to_list()[::-1]
        falls[city] = down.index(False) if False in down else len(down)
    longest = bars(page, "环比连续下跌最久的城市")
    assert len(longest) == 20
    assert longest == {city: falls[city] for city in longest}
    assert min(longest.values()) >= sorted(falls.values())[-20]


# What a reader does -------------------------------------------------------------------------------


def test_a_choice_is_followed_by_the_page_and_can_be_cleared(catalogue_page: Page, up: Up) -> None:
    page = catalogue_page
    county = catalogue(up).filter(pl.col("department") == "汶川县")
    field = page.locator(".wb-filter").filter(has_text="提供部门").locator("select")
    field.select_option("汶川县")
    expect(page.locator(".wb-value b").first).to_have_text(str(county.height))
    assert cards(page)["按时更新率"] == f"{on_time(county) * 100:.1f}%"
    assert len(bars(page, "各部门条目数（前 20）")) == 20, "what picks a filter keeps all values"
    page.locator(".wb-clear").click()
    expect(page.locator(".wb-value b").first).to_have_text("7,379")


@pytest.mark.slow
def test_choices_outlast_a_reload_and_are_held_to_what_is_offered(
    opener: Callable[..., Opener],
) -> None:
    open_ = opener()
    page = open_("house_prices", lang="zh")
    city = page.locator(".wb-filter").filter(has_text="城市")
    expect(city.locator("select")).to_have_value("成都")
    city.locator("select").select_option("上海")
    expect(page.locator(".wb-value b").nth(1)).to_have_text("4.8%")
    assert "f.city=" in page.url
    page.reload(wait_until="commit")
    expect(page.locator("#workbench-early")).to_have_count(0)
    live(page)
    expect(city.locator("select")).to_have_value("上海")
    assert cards(page)  # asked under the choice at once: nothing else was shown before
    page = open_("house_prices", lang="zh", **{"f.city": "Atlantis"})
    expect(city.locator("select")).to_have_value("成都")
    expect(city).to_contain_text("没有选项“Atlantis”，现按默认值显示")
    assert "f.city" not in page.url
    assert open_.errors == []


@pytest.mark.slow
def test_a_click_on_a_bar_filters_the_page(prices_page: Page, up: Up) -> None:
    page = prices_page
    first = panel(page, "同比涨幅最高的 15 城").locator(".bars .point path").first
    first.scroll_into_view_if_needed()
    first.click(position={"x": 20, "y": 5}, force=True)
    field = page.locator(".wb-filter").filter(has_text="城市").locator("select")
    expect(field).to_have_value("上海")
    expect(page.locator(".wb-value b").nth(1)).to_have_text("4.8%")


def test_a_table_is_searched_and_sorted(catalogue_page: Page) -> None:
    page = catalogue_page
    whole = panel(page, "全部条目")
    whole.scroll_into_view_if_needed()
    whole.get_by_role("searchbox").fill("龙头水")
    expect(whole).to_contain_text("汶川县城龙头水卫生状况信息")
    expect(whole.locator(".wb-tablecount, .wb-count").first).not_to_contain_text("7,379")


def test_half_of_a_character_does_not_end_the_page(catalogue_page: Page) -> None:
    page = catalogue_page
    whole = panel(page, "全部条目")
    whole.scroll_into_view_if_needed()
    field = whole.get_by_role("searchbox")
    field.evaluate(
        "(it) => { it.value = '\\ud800'; it.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(whole.locator(".wb-tablecount, .wb-count").first).not_to_contain_text("7,379")
    field.fill("龙头水")
    expect(whole).to_contain_text("汶川县城龙头水卫生状况信息")
    expect(page.locator('.wb-board[data-connection="live"]')).to_be_attached()


def test_a_csv_is_recorded_and_names_its_source(catalogue_page: Page, up: Up) -> None:
    page = catalogue_page
    with page.expect_download() as waiting:
        panel(page, "更新周期").get_by_role("button", name="CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert waiting.value.suggested_filename.startswith("更新周期")
    assert '"不定期",6045' in text
    assert "来源：" in text
    assert "2023-06-30" in text
    expect(page.locator(".wb-toast").last).to_contain_text("账本")
    done = workbench(up, "exports", "list", "--json")
    assert "更新周期" in done.stdout


def test_a_picture_is_recorded_and_names_its_source(catalogue_page: Page) -> None:
    page = catalogue_page
    with page.expect_download() as waiting:
        panel(page, "更新周期").get_by_role("button", name="图片").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")
    expect(page.locator(".wb-toast").last).to_contain_text("账本")


@pytest.mark.slow
def test_each_panel_names_its_source_one_click_away(prices_page: Page) -> None:
    page = prices_page
    panel(page, "同比指数").get_by_role("button", name="来源").click()
    told = page.locator("dialog").inner_text()
    for part in (
        "统计局（示例）",
        "2025-12-31",
        "2026-01-31",
        "获取",
        "2028-11-30",
        "house_price_board",
    ):
        assert part in told
    page.keyboard.press("Escape")


# While things break -------------------------------------------------------------------------------


def workbench(up: Up, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("workbench")), *words, "--city", str(up.city)]
    return subprocess.run(
        command,
        env={**os.environ, "WORKBENCH_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_new_delivery_shows_by_itself(
    opener: Callable[..., Opener], up: Up, tmp_path: Path
) -> None:
    page = opener()("aba_catalogue", lang="zh")
    expect(page.locator(".wb-value b").first).to_have_text("7,379")
    fewer = tmp_path / "catalogue.csv"
    catalogue(up).head(7000).write_csv(fewer)
    done = workbench(up, "ingest", "catalogue_aba", str(fewer), "--data-date", "2023-06-07")
    assert done.returncode == 0, done.stdout + done.stderr
    expect(page.locator(".wb-value b").first).to_have_text("7,000", timeout=60_000)


@contextmanager
def kept_away(up: Up) -> Iterator[None]:
    """No gateway, and nobody who starts it again, until the end of the block."""
    supervisor = psutil.Process(up.process.pid)
    supervisor.suspend()
    try:
        up.child("serve").kill()
        yield
    finally:
        supervisor.resume()


@pytest.mark.slow
def test_a_gateway_that_stops_is_told_and_the_page_recovers(
    opener: Callable[..., Opener], up: Up
) -> None:
    page = opener()("house_prices", lang="zh")
    with kept_away(up):
        expect(page.locator(".wb-is-unavailable").first).to_be_visible(timeout=60_000)
        assert page.locator(".wb-board h1").inner_text() == declared("house_prices").title.zh
    expect(page.locator(".wb-is-unavailable")).to_have_count(0, timeout=90_000)
    assert cards(page)["城市数"] == "70"


@pytest.mark.slow
def test_a_revoked_grant_takes_the_figures_off_the_page(
    opener: Callable[..., Opener], up: Up
) -> None:
    page = opener()("house_prices", lang="zh")
    assert cards(page)["城市数"] == "70"
    done = workbench(
        up,
        "grants",
        "revoke",
        "house_price_board/page:house_prices/house_prices",
        "--reason",
        "test",
        "--by",
        "tester",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    expect(page.locator(".wb-is-refused").first).to_be_visible(timeout=60_000)
    assert wait_for(lambda: not cards(page), 30)
    assert "上海" not in page.locator(".wb-main").inner_text()
    assert page.locator(LIVE).count() == 1
