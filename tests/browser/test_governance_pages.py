"""The page of KPIs and that of the open catalogues as leaders open them: every panel drawn, each
figure that of ``workbench kpi compute``, what is behind it one click or key away, and nothing that
is not open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

import pytest
from attacks.served import Served
from desk_browsing import base_of, signed_in
from governed_city import AS_OF, DEPARTMENTS, NOT_OPEN, PAGES, PASSWORD, write_governed
from page_sights import SIZES, cards, chart_sizes, live, panel, scrolls_sideways, states
from playwright.sync_api import Browser, Page, expect
from running_city import Up, Watched
from towns import Town

from workbench.ui.page_file import load_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EMPTY = {
    "sharing_kpis": {"未汇聚的数据及原因", "Data not aggregated and why"},
    "open_catalogue": {"按时更新率最低的部门", "Departments that are least on time"},
}
"""Of these there is none in the city; every other panel has something to draw."""
LATE = "未按时的步骤"
BY_DEPARTMENT = "各部门审核按时率"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    city = write_governed(tmp_path_factory.mktemp("governed") / "city")
    with Up.patiently(city, "--viewers", "6") as running:
        yield running


@pytest.fixture(scope="module")
def clerk(up: Up, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """``workbench kpi compute`` of the authority's analyst: KPI -> its rows."""
    process: Any = up.process
    town = Town(
        Served(up.city, process, up.gateway, ""), tmp_path_factory.mktemp("clerk"), "heilongjiang"
    )

    def compute(*words: str) -> dict[str, Any]:
        found = town.done("clerk", "kpi", "compute", *words, "--city", str(up.city))
        return {one["kpi"]: one["rows"] for one in found}

    return compute


class Reader:
    """Somebody who has signed in at the door, in a browser of a size; keeps what went wrong."""

    def __init__(self, browser: Browser, up: Up, person: str, size: str) -> None:
        width, height = SIZES[size]
        phone = size == "phone"
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            is_mobile=phone,
            has_touch=phone,
        )
        self.context.set_default_navigation_timeout(90_000)
        signed_in(self.context, up, person, PASSWORD)
        self.base, self.errors = base_of(up), list[str]()
        self.watched = Watched(self.context.new_page())
        self.context.on("request", lambda asked: self.watched.addresses.append(asked.url))
        self.watched.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def __call__(self, name: str, **query: str) -> Page:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        self.watched.page.goto(
            f"{self.base}/voila/render/{name}.ipynb?{asked}", wait_until="commit"
        )
        live(self.watched.page)
        return self.watched.page


@pytest.fixture
def reader(browser: Browser, up: Up) -> Iterator[Callable[..., Reader]]:
    made: list[Reader] = []

    def make(person: str = "leader", size: str = "desk") -> Reader:
        made.append(Reader(browser, up, person, size))
        return made[-1]

    yield make
    for one in made:
        one.context.close()


def looks_right(page: Page, up: Up, name: str, language: Literal["zh", "en"]) -> None:
    declared = load_page(up.city / "dashboards" / "pages" / f"{name}.yaml")
    expect(page.locator(".wb-board h1")).to_have_text(declared.title.said(language))
    titles = [one.title.said(language) for one in declared.panels]
    expect(page.locator(".wb-panel h3")).to_have_text(titles)
    assert set(states(page)) <= EMPTY[name]
    assert not scrolls_sideways(page)
    assert all(width >= 300 and height >= 140 for width, height in chart_sizes(page))
    for drawn, room in page.evaluate(_WIDTHS):
        assert drawn == pytest.approx(room, abs=1), "a drawing is as wide as its panel"
    assert page.evaluate(_WITHOUT_MARKS) == []
    ribbon = page.locator(".wb-ribbon")
    assert ribbon.is_visible() == (name == "sharing_kpis"), "a simulated city says so, at the top"


_WIDTHS = """() => [...document.querySelectorAll(".wb-plot")].map((e) => [
  e.querySelector(".main-svg").getBoundingClientRect().width, e.clientWidth])"""
_WITHOUT_MARKS = """() => [...document.querySelectorAll(".wb-plot")]
  .filter((e) => !e.querySelector(".trace path, .trace .point, .hm image"))
  .map((e) => e.closest(".wb-panel").querySelector("h3").innerText)"""


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", PAGES)
def test_every_panel_at_each_size(
    reader: Callable[..., Reader],
    up: Up,
    screenshot: Callable[..., None],
    name: str,
    size: str,
) -> None:
    open_ = reader(size=size)
    looks: tuple[tuple[Literal["zh", "en"], str], ...] = (("zh", "light"), ("en", "dark"))
    for language, theme in looks:
        page = open_(name, lang=language, theme=theme)
        looks_right(page, up, name, language)
        assert page.locator(".wb-board").get_attribute("data-theme") == theme
        if language == "zh":
            screenshot(page, f"{name}-{size}-{theme}-{language}")
    assert open_.errors == []
    assert open_.watched.outside() == []


def test_who_is_not_on_the_list_sees_no_figure(browser: Browser, up: Up) -> None:
    context = browser.new_context(locale="zh-CN")
    door = context.new_page()
    door.goto(f"{base_of(up)}/")
    door.get_by_label("用户名").fill("stranger")
    door.get_by_label("密码").fill(PASSWORD)
    door.get_by_role("button", name="登录").click()
    expect(door.get_by_text("没有您可以打开的页面")).to_be_visible()
    for name in PAGES:
        answer = door.goto(f"{base_of(up)}/voila/render/{name}.ipynb", wait_until="commit")
        assert answer is not None
        assert answer.status == 403
        assert door.locator(".wb-value, .wb-plot, .wb-row").count() == 0
    context.close()


# The figures --------------------------------------------------------------------------------------

SHOWN = {
    "编目率": "catalogued_rate",
    "挂载率": "mounted_rate",
    "共享率": "shared_rate",
    "有法定依据的占比": "basis_stated",
    "按时更新率": "updates_on_time",
    "在用授权": "grants_active",
    "闲置授权": "grants_dormant",
    "暂停的授权": "grants_suspended",
    "数据项使用率": "columns_used",
    "校核按时率": "corrections_on_time",
    "需求满足率": "demands_met",
    "重复采集": "repeated_collection",
    "未汇聚的数据": "not_aggregated",
}


def share(value: float) -> str:
    return f"{value * 100:.1f}%"


def test_each_figure_is_that_of_kpi_compute(
    reader: Callable[..., Reader], clerk: Callable[..., Any]
) -> None:
    page = reader("clerk")("sharing_kpis", lang="zh")
    computed, shown = clerk(), cards(page)
    for label, name in SHOWN.items():
        (row,) = computed[name]
        told = share(row["value"]) if "率" in label or "占比" in label else f"{row['value']:.0f}"
        assert shown[label] == told, name
    latest = months(clerk("review_on_time", "--by", "day")["review_on_time"])[-1]
    assert shown["审核按时率"] == share(latest[0] / latest[1])
    on_time = clerk("review_on_time", "--by", "department")["review_on_time"]
    drawn = page.locator(".wb-panel").filter(has_text=BY_DEPARTMENT).first.evaluate(_UPRIGHT)
    assert drawn == pytest.approx({row["department"]: row["value"] for row in on_time})
    calls = clerk("calls", "--by", "scenario")["calls"]
    expected = {row["scenario"]: row["value"] for row in calls}
    assert panel(page, "各场景调用次数").evaluate(_LYING) == expected


_LYING = """(e) => { const [trace] = e.querySelector(".js-plotly-plot").data;
  return Object.fromEntries([...trace.x].map((length, i) => [trace.y[i], length])); }"""
_UPRIGHT = """(e) => { const [trace] = e.querySelector(".js-plotly-plot").data;
  return Object.fromEntries(trace.customdata.map((name, i) => [
    Array.isArray(name) ? name[0] : name, trace.y[i]])); }"""


def months(rows: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Numerator and denominator of each month, in order."""
    found: dict[str, tuple[float, float]] = {}
    for row in rows:
        before = found.get(row["day"][:7], (0, 0))
        found[row["day"][:7]] = before[0] + row["numerator"], before[1] + row["denominator"]
    return [found[month] for month in sorted(found)]


def test_the_catalogues_figures_are_those_of_kpi_compute(
    reader: Callable[..., Reader], clerk: Callable[..., Any]
) -> None:
    page = reader()("open_catalogue", lang="zh")
    computed, shown = clerk(), cards(page)
    (on_time,) = computed["catalogue_on_time"]
    (free,) = computed["catalogue_unconditional"]
    (dated,) = computed["catalogue_dated"]
    assert shown["按时更新率"] == share(on_time["value"])
    assert shown["逾期未更新"] == f"{on_time['denominator'] - on_time['numerator']:.0f}"
    assert shown["无条件开放占比"] == share(free["value"])
    assert shown["开放条目"] == f"{free['denominator']:.0f}"
    assert shown["有周期但无更新日期"] == f"{dated['denominator'] - dated['numerator']:.0f}"
    by_portal = clerk("catalogue_on_time", "--by", "portal")["catalogue_on_time"]
    drawn = page.locator(".wb-panel").filter(has_text="各门户按时更新率").first.evaluate(_UPRIGHT)
    assert sorted(drawn.values()) == pytest.approx(sorted(row["value"] for row in by_portal))


# What is behind a figure --------------------------------------------------------------------------


def listed(page: Page, title: str) -> list[str]:
    """The first column of a table of a panel: all of its rows that are in the document."""
    table = panel(page, title)
    table.scroll_into_view_if_needed()
    cells: list[str] = table.locator(".wb-rows .wb-row > :first-child").all_inner_texts()
    return cells


def late_cases(rows: list[dict[str, Any]], department: str) -> set[str]:
    return {r["item"] for r in rows if r["department"] == department and not r["numerator"]}


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_from_a_departments_bar_to_its_cases(
    reader: Callable[..., Reader], clerk: Callable[..., Any], way: str
) -> None:
    behind = clerk("review_on_time", "--items")["review_on_time"]
    page = reader()("sharing_kpis", lang="zh")
    chart = panel(page, BY_DEPARTMENT)
    chart.scroll_into_view_if_needed()
    first = next(iter(chart.evaluate(_UPRIGHT)))
    if way == "mouse":
        chart.locator(".bars .point path").first.click(force=True)
    else:
        chart.locator(".wb-chart").focus()
        page.keyboard.press("Home")
        expect(chart.locator(".wb-readout")).to_contain_text(DEPARTMENTS[first])
        page.keyboard.press("Enter")
    field = page.locator(".wb-filter").filter(has_text="部门").locator("select")
    expect(field).to_have_value(first)
    expected = late_cases(behind, first)
    assert expected
    assert expected != {row["item"] for row in behind if not row["numerator"]}
    count = panel(page, LATE).locator(".wb-count")
    expect(count).to_contain_text(str(len(expected)))
    assert set(listed(page, LATE)) <= expected
    assert len(listed(page, LATE)) >= min(len(expected), 10)
    overdue = set(listed(page, "超期未办的案件"))
    assert overdue
    assert overdue <= expected, "what still runs and is overdue counts as late"
    page.locator(".wb-clear").click()
    everyone = sum(not row["numerator"] for row in behind)
    expect(count).to_contain_text(str(everyone))


def test_nothing_that_is_not_open_and_every_title_is_found(reader: Callable[..., Reader]) -> None:
    page = reader()("open_catalogue", lang="zh")
    every = panel(page, "全部开放条目")
    every.scroll_into_view_if_needed()
    search, count = every.get_by_role("searchbox"), every.locator(".wb-count")
    expect(count).to_contain_text("11")
    search.fill("最低生活保障")
    expect(every.locator(".wb-rows")).to_contain_text("最低生活保障标准")
    expect(count).not_to_contain_text("11")
    for word in NOT_OPEN:
        search.fill(word)
        expect(every.locator(".wb-rows .wb-row")).to_have_count(0)
    search.fill("")
    expect(count).to_contain_text("11")
    text = page.locator(".wb-board").inner_text() + page.locator(".wb-board").inner_html()
    assert "公交线路" in text
    assert [word for word in NOT_OPEN if word in text] == []
    chosen = page.locator(".wb-filter").filter(has_text="门户").locator("select")
    chosen.select_option("山县")
    expect(count).to_contain_text("3")
    assert set(listed(page, "全部开放条目")) == {"公园名录", "公厕分布", "最低生活保障标准"}
    as_of = page.locator(".wb-filter").filter(has_text="截至日期").locator("select")
    expect(as_of).to_have_value(date.fromisoformat(AS_OF).isoformat())
